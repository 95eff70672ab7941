package server_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
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
	once   *sync.Once
}

func (l closing) Close() error {
	defer l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// A request that the server is working on when it is told to stop is answered, although new ones are not accepted.
func TestStopLosesNoRequest(t *testing.T) {
	handler := waiting{make(chan struct{}), make(chan struct{})}
	listener := closing{listen(t), make(chan struct{}), new(sync.Once)}
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

// A request that comes on an open connection while the server is still busy with another one is answered, too, and the
// client learns that it was the last.
func TestStopAnswersLateRequests(t *testing.T) {
	handler := waiting{make(chan struct{}), make(chan struct{})}
	mux := http.NewServeMux()
	mux.Handle("/wait", handler)
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	listener := closing{listen(t), make(chan struct{}), new(sync.Once)}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		stopped <- server.Serve(ctx, mux, server.DefaultLimits(), slog.New(slog.DiscardHandler), listener)
	}()
	send := func(connection net.Conn, path string) {
		_, err := io.WriteString(connection, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n")
		require.NoError(t, err)
	}
	receive := func(connection net.Conn) *http.Response {
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		require.NoError(t, err)
		return response
	}
	dial := func() net.Conn {
		connection, err := net.Dial("tcp", listener.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { connection.Close() })
		return connection
	}

	early, late := dial(), dial()
	send(late, "/")
	require.False(t, receive(late).Close)
	send(early, "/wait")
	<-handler.entered
	stop()
	<-listener.closed
	send(late, "/")
	require.True(t, receive(late).Close)
	close(handler.release)
	require.Equal(t, http.StatusNoContent, receive(early).StatusCode)
	require.NoError(t, <-stopped)
}

// Once all clients have left, Serve returns, however long Limits.Quiet is. While one is there that asks nothing, it waits
// for as long, or for Limits.Grace.
func TestStopWaitsForClients(t *testing.T) {
	if testing.Short() {
		t.Skip("not in short mode: it waits")
	}
	for name, e := range map[string]struct {
		stays        bool
		quiet, grace time.Duration
		least        time.Duration
	}{
		"all have left":   {false, time.Hour, time.Hour, 0},
		"one stays quiet": {true, 300 * time.Millisecond, time.Hour, 300 * time.Millisecond},
		"the time is up":  {true, time.Hour, 300 * time.Millisecond, 300 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limits := server.DefaultLimits()
			limits.Quiet, limits.Grace = e.quiet, e.grace
			listener := listen(t)
			ctx, stop := context.WithCancel(t.Context())
			stopped := make(chan error, 1)
			go func() {
				stopped <- server.Serve(ctx, http.NotFoundHandler(), limits, slog.New(slog.DiscardHandler), listener)
			}()
			c := client{t, listener.Addr().String(), &http.Transport{DisableKeepAlives: !e.stays}}
			require.Equal(t, 404, c.send("GET", "/", "").status)
			defer c.transport.CloseIdleConnections()
			begun := time.Now()
			stop()
			select {
			case <-stopped:
			case <-time.After(time.Minute):
				require.Fail(t, "it does not stop")
			}
			require.GreaterOrEqual(t, time.Since(begun), e.least)
		})
	}
}

// Each request begins the time of quiet again: of clients that ask one after the other the last is answered, too.
func TestStopWaitsForEachClient(t *testing.T) {
	if testing.Short() {
		t.Skip("not in short mode: it waits")
	}
	t.Parallel()
	limits := server.DefaultLimits()
	limits.Quiet = time.Second
	listener := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		stopped <- server.Serve(ctx, http.NotFoundHandler(), limits, slog.New(slog.DiscardHandler), listener)
	}()
	clients := make([]client, 4)
	for i := range clients {
		clients[i] = client{t, listener.Addr().String(), &http.Transport{}}
		require.Equal(t, 404, clients[i].send("GET", "/", "").status)
	}
	stop()
	for _, c := range clients {
		time.Sleep(400 * time.Millisecond)
		require.Equal(t, 404, c.send("GET", "/", "").status)
	}
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
