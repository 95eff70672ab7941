package wire

import (
	"net"

	"golang.org/x/sys/unix"
)

// outstanding is how many bytes were sent that the other end has not acknowledged; 0 if that cannot be told.
func outstanding(conn net.Conn) (octets int) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return 0
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return 0
	}
	_ = raw.Control(func(fd uintptr) { octets, _ = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	return octets
}
