package target

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Owner names the process that listens on a TCP port of this machine, such as "python3 (process 4711)", and is ""
// where the system does not tell.
func Owner(port string) string {
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return ""
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		for _, inode := range listening(table, number) {
			if who := holder(inode); who != "" {
				return who
			}
		}
	}
	return ""
}

// listening returns the inodes of the sockets that listen on the port (state 0A), from Linux's table.
func listening(table string, port uint64) []string {
	file, err := os.Open(table)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	var inodes []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		columns := strings.Fields(lines.Text())
		if len(columns) > 9 && columns[3] == "0A" && strings.HasSuffix(columns[1], fmt.Sprintf(":%04X", port)) {
			inodes = append(inodes, columns[9])
		}
	}
	return inodes
}

// holder finds the process that has the socket open.
func holder(inode string) string {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && to == "socket:["+inode+"]" {
			process := strings.Split(link, "/")[2]
			name, err := os.ReadFile("/proc/" + process + "/comm")
			if err != nil {
				return "process " + process
			}
			return fmt.Sprintf("%s (process %s)", strings.TrimSpace(string(name)), process)
		}
	}
	return ""
}
