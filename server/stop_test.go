package server_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

// waiting is a handler that says when a request has come, and answers when it is told to.
type waiting struct{ entered, release chan struct{} }

func (h waiting) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h.entered <- struct{}{}
	<-h.release
	w.WriteHeader(http.StatusNoContent)
}

// closing is a listener that says when it has been closed.
type closing struct {
	net.Listener
	closed chan struct{}
}

func (l closing) Close() error {
	defer close(l.closed)
	return l.Listener.Close()
}

// A request that the server is working on when it is told to stop is answered, although new ones are not accepted.
func TestStopLosesNoRequest(t *testing.T) {
	handler := waiting{make(chan struct{}), make(chan struct{})}
	listener := closing{listen(t), make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		stopped <- server.Serve(ctx, handler, server.DefaultLimits(), slog.New(slog.DiscardHandler), listener)
	}()

	c := client{t, listener.Addr().String(), &http.Transport{}}
	statuses := make(chan int, 1)
	go func() {
		got, _ := c.try("GET", "/", "")
		statuses <- got.status
	}()
	<-handler.entered
	stop()
	<-listener.closed
	require.Empty(t, stopped)

	close(handler.release)
	require.Equal(t, http.StatusNoContent, <-statuses)
	require.NoError(t, <-stopped)
}

// A request that takes longer than Limits.Grace is cut off, and Serve says so.
func TestStopWaitsNoLongerThanGrace(t *testing.T) {
	handler := waiting{make(chan struct{}), make(chan struct{})}
	listener := listen(t)
	limits := server.DefaultLimits()
	limits.Grace = time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(ctx, handler, limits, slog.New(slog.DiscardHandler), listener) }()

	c := client{t, listener.Addr().String(), &http.Transport{}}
	failed := make(chan error, 1)
	go func() {
		_, err := c.try("GET", "/", "")
		failed <- err
	}()
	<-handler.entered
	stop()
	require.ErrorIs(t, <-stopped, context.DeadlineExceeded)
	require.Error(t, <-failed)
	close(handler.release)
}

// One handler serves several ports, such as the course's two.
func TestServeSeveralListeners(t *testing.T) {
	limits := server.DefaultLimits()
	log := slog.New(slog.DiscardHandler)
	items, tasks := listen(t), listen(t)
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		stopped <- server.Serve(ctx, server.New(server.NewMemory(limits.Stored), limits, log), limits, log, items, tasks)
	}()
	for _, listener := range []net.Listener{items, tasks} {
		c := client{t, listener.Addr().String(), &http.Transport{DisableKeepAlives: true}}
		require.Equal(t, 200, c.send("GET", "/tasks", "").status)
	}
	stop()
	require.NoError(t, <-stopped)
}

// A listener that fails stops the others and is reported.
func TestServeReportsAListenerThatFails(t *testing.T) {
	good, bad := listen(t), listen(t)
	require.NoError(t, bad.Close())
	log := slog.New(slog.DiscardHandler)
	err := server.Serve(t.Context(), http.NotFoundHandler(), server.DefaultLimits(), log, good, bad)
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = good.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}
