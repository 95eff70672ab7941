//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// untilUnread is a context that ends, by errUnread, when nobody reads any more what is printed. All then ends in good order, which the
// signal alone would not let it do.
func untilUnread(ctx context.Context) context.Context {
	ctx, end := context.WithCancelCause(ctx)
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE) // which a connection that is cut sends too
	go func() {
		for range broken {
			outputs := []unix.PollFd{{Fd: int32(syscall.Stdout)}, {Fd: int32(syscall.Stderr)}}
			if _, err := unix.Poll(outputs, 0); err == nil && (outputs[0].Revents|outputs[1].Revents)&unix.POLLERR != 0 {
				end(errUnread)
			}
		}
	}()
	return ctx
}
