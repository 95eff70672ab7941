package target

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Owner names the process that listens on a TCP port of this machine, such as "python3 (process 4711)", and is ""
// where the system does not tell.
func Owner(port string) string {
	for _, s := range Listening() {
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
	Inode string
}

// Listening lists all TCP sockets that listen, on Linux; elsewhere it lists none.
func Listening() []Socket {
	var all []Socket
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		file, err := os.Open(table)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(file); lines.Scan(); {
			columns := strings.Fields(lines.Text())
			if len(columns) <= 9 || columns[3] != listens {
				continue
			}
			if at, ok := address(columns[1]); ok {
				all = append(all, Socket{at, columns[9]})
			}
		}
		_ = file.Close()
	}
	return all
}

// listens is the state of a socket that does, in the kernel's table.
const listens = "0A"

// address reads 0100007F:1388, in which each word of 32 bits is written as a number of this machine: 127.0.0.1:5000.
func address(text string) (netip.AddrPort, bool) {
	host, port, _ := strings.Cut(text, ":")
	octets, err := hex.DecodeString(host)
	number, portErr := strconv.ParseUint(port, 16, 16)
	if err != nil || portErr != nil || len(octets)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for word := range slices.Chunk(octets, 4) {
		slices.Reverse(word) // every machine that Go runs Linux on and a learner has is little-endian
	}
	ip, ok := netip.AddrFromSlice(octets)
	return netip.AddrPortFrom(ip.Unmap(), uint16(number)), ok
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
