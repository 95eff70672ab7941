//go:build unix

package process

import (
	"context"
	"net"
	"syscall"
)

// canBind returns why a program that does not set SO_REUSEADDR cannot listen at the port now, nil if it can. Go sets that option itself.
func canBind(port string) error {
	plainly := net.ListenConfig{Control: func(_, _ string, socket syscall.RawConn) (err error) {
		if failed := socket.Control(func(fd uintptr) {
			err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 0)
		}); failed != nil {
			return failed
		}
		return err
	}}
	l, err := plainly.Listen(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", port))
	if err == nil {
		_ = l.Close()
	}
	return err
}
