package endpoint

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Owner names the process that listens on a TCP port of this machine, such as "python3 (process 4711)", and is ""
// where the system does not tell.
func Owner(port string) string {
	sockets, _ := Listening()
	for _, s := range sockets {
		if strconv.Itoa(int(s.At.Port())) == port {
			if who := holder(s.Inode); who != "" {
				return who
			}
		}
	}
	return ""
}

// Socket is one that listens on this machine.
type Socket struct {
	At    netip.AddrPort
	Inode uint32 // by which a process that has it open shows it
}

// holder finds the process that has the socket open.
func holder(inode uint32) string {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && to == fmt.Sprintf("socket:[%d]", inode) {
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
