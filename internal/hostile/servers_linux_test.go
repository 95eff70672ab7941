package hostile_test

import (
	"net"
	"syscall"
)

func init() {
	waiting = append(waiting, row{name: "never accepts, and its backlog is full", full: crowd, status: unreachable, says: "no connection to 127.0.0.1:"})
}

// crowd leaves room for hardly any connection that waits to be accepted. The system makes no others.
func crowd(l net.Listener) error {
	raw, err := l.(*net.TCPListener).SyscallConn()
	if err != nil {
		return err
	}
	refused := raw.Control(func(fd uintptr) { err = syscall.Listen(int(fd), 0) })
	if err == nil {
		err = refused
	}
	return err
}
