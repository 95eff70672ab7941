package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
)

// Serve answers the requests of all listeners until ctx ends or one of them fails. Then it closes them, answers every
// request whose header it has read, and returns. What net/http complains of goes to the log.
//
// The error is nil if ctx ended and every request was answered. Otherwise it says what was wrong with the listener, or
// that requests were cut off because they took longer than Limits.Grace.
func Serve(
	ctx context.Context, handler http.Handler, limits Limits, log *slog.Logger, listeners ...net.Listener,
) error {
	server := httpServer(handler, limits, log)
	failed := make(chan error, len(listeners))
	var serving sync.WaitGroup
	for _, listener := range listeners {
		serving.Go(func() { failed <- server.Serve(listener) })
	}

	var failure error
	select {
	case failure = <-failed:
	case <-ctx.Done():
	}
	failure = errors.Join(failure, drain(server, limits))
	serving.Wait()
	return failure
}

// drain waits for the requests in flight, but not longer than Limits.Grace.
func drain(server *http.Server, limits Limits) error {
	ctx, cancel := context.WithTimeout(context.Background(), limits.Grace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stopping: %w", err), server.Close())
	}
	return nil
}
