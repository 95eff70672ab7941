package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Serve answers the requests of all listeners until ctx ends or one of them fails. Then it closes them, answers every
// request that it has read, and returns. What net/http complains of goes to the log.
//
// The error is nil if ctx ended and every request was answered. Otherwise it says what was wrong with the listener, or
// that requests were cut off because they took longer than Limits.Grace.
func Serve(
	ctx context.Context, handler http.Handler, limits Limits, log *slog.Logger, listeners ...net.Listener,
) error {
	crowd := newCrowd(limits)
	leave := &farewell{next: handler, crowd: crowd}
	server := httpServer(leave, limits, log)
	server.ConnState = crowd.note
	failed := make(chan error, len(listeners))
	var serving sync.WaitGroup
	for _, listener := range listeners {
		serving.Go(func() { failed <- server.Serve(crowdListener{listener, crowd}) })
	}

	var failure error
	select {
	case failure = <-failed:
	case <-ctx.Done():
	}
	leave.leaving.Store(true)
	for _, listener := range listeners {
		_ = listener.Close()
	}
	serving.Wait()
	return errors.Join(failure, drain(server, leave, limits))
}

// drain waits for the requests in flight, but not longer than Limits.Grace. Then it closes the connections.
func drain(server *http.Server, leave *farewell, limits Limits) error {
	ctx, cancel := context.WithTimeout(context.Background(), limits.Grace)
	defer cancel()
	leave.wait(ctx, limits.Quiet)
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stopping: %w", err), server.Close())
	}
	return nil
}

// A farewell is the handler of a server that tells its clients when it leaves. Shutdown alone would drop a request that
// it reads too late: the client sees its connection end, and never learns whether its request was done. So first, every
// answer says Connection: close (RFC 9112 §9.6), and a client that has read that sends no more.
type farewell struct {
	next     http.Handler
	leaving  atomic.Bool
	crowd    *crowd
	asked    atomic.Int64 // requests so far
	answered atomic.Int64 // requests so far
}

func (f *farewell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.asked.Add(1)
	defer f.answered.Add(1)
	if f.leaving.Load() {
		w.Header().Set("Connection", "close")
	}
	f.next.ServeHTTP(w, r)
}

// wait returns when all clients have left, or none has asked anything for as long as quiet, or ctx ends.
func (f *farewell) wait(ctx context.Context, quiet time.Duration) {
	asked, since := f.asked.Load(), time.Now()
	for f.crowd.open() > 0 && ctx.Err() == nil && time.Since(since) < quiet {
		time.Sleep(time.Millisecond)
		if now := f.asked.Load(); now > asked || now > f.answered.Load() {
			asked, since = now, time.Now()
		}
	}
}
