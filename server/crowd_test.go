package server_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

// patient are limits in which no time ends a connection.
func patient() server.Limits {
	limits := server.DefaultLimits()
	limits.ReadHeader, limits.Read, limits.Write, limits.Idle = time.Hour, time.Hour, time.Hour, time.Hour
	return limits
}

func write(t *testing.T, connection net.Conn, text string) {
	t.Helper()
	_, err := io.WriteString(connection, text)
	require.NoError(t, err)
}

// expectStatus reads a response.
func expectStatus(t *testing.T, connection net.Conn, status int) {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	require.Equal(t, status, response.StatusCode)
}

// expectEnd wants the server to close the connection without another word.
func expectEnd(t *testing.T, connection net.Conn) {
	t.Helper()
	received, err := io.ReadAll(connection)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the connection is still open")
	require.Empty(t, received)
}

const get = "GET /items/a HTTP/1.1\r\nHost: a\r\n\r\n"

// One connection too many closes the one that has wanted nothing for the longest time.
func TestQuietConnectionsMakeRoom(t *testing.T) {
	limits := patient()
	limits.Connections = 2
	c := startWith(t, server.NewMemory(limits.Stored), limits)
	first, second, third := c.dial(), c.dial(), c.dial()
	expectEnd(t, first)
	for _, connection := range []net.Conn{third, second} {
		write(t, connection, get)
		expectStatus(t, connection, 404)
	}
}

// One request too many closes the connection whose request has taken the longest time.
func TestSlowRequestsMakeRoom(t *testing.T) {
	limits := patient()
	limits.Busy = 2
	c := startWith(t, server.NewMemory(limits.Stored), limits)
	const body = `{"value": 1}`
	first, second := c.announce("/items/b", len(body)), c.announce("/items/b", len(body))
	require.Equal(t, 404, c.send("GET", "/items/a", "").status)
	expectEnd(t, first)
	write(t, second, body)
	expectStatus(t, second, 201)
}

// An unfinished header counts from its first byte, on a new connection and on one that was used before, even if that byte
// came together with the request before.
func TestUnfinishedHeadersMakeRoom(t *testing.T) {
	limits := patient()
	limits.Busy = 1
	c := startWith(t, server.NewMemory(limits.Stored), limits)
	for name, begin := range map[string]func(net.Conn){
		"new":                     func(slow net.Conn) { write(t, slow, get[:20]) },
		"used":                    func(slow net.Conn) { write(t, slow, get); expectStatus(t, slow, 404); write(t, slow, get[:20]) },
		"with the request before": func(slow net.Conn) { write(t, slow, get+get[:20]); expectStatus(t, slow, 404) },
	} {
		t.Run(name, func(t *testing.T) {
			slow := c.in(t).dial()
			begin(slow)
			var ended atomic.Bool
			go func() {
				defer ended.Store(true)
				_, _ = io.ReadAll(slow)
			}()
			require.Eventually(t, func() bool { // the server may read the slow one's bytes at any time
				got, err := c.try("GET", "/items/a", "")
				return ended.Load() && err == nil && got.status == 404
			}, time.Minute, time.Millisecond)
		})
	}
}

// The headers of all requests have a bound, too: beyond it the connection closes whose request has taken the longest time.
func TestLongHeadersMakeRoom(t *testing.T) {
	const body = `{"value": 1}`
	limits := patient()
	limits.Headers = 900
	c := startWith(t, server.NewMemory(limits.Stored), limits)
	first, second := c.announce("/items/b", len(body)), c.announce("/items/b", len(body))
	require.Equal(t, 404, c.send("GET", "/items/a", "", "X-Long", strings.Repeat("x", 600)).status)
	expectEnd(t, first)
	write(t, second, body)
	expectStatus(t, second, 201)
	for range 3 { // what has ended gives its bytes back
		require.Equal(t, 404, c.send("GET", "/items/a", "", "X-Long", strings.Repeat("x", 600)).status)
	}
}

// Responses that nobody reads have a bound, too: beyond it the connection closes whose request has taken the longest time.
func TestUnreadResponsesMakeRoom(t *testing.T) {
	if testing.Short() {
		t.Skip("it sends many megabytes")
	}
	const size = 32 << 20 // of which the system takes some megabytes at once
	limits := patient()
	limits.Responses = size + size/2
	store := server.NewMemory(2 * size)
	_, err := store.PutItem(t.Context(), "a", server.NewItem([]byte(`"`+strings.Repeat("x", size)+`"`)), server.Preconditions{})
	require.NoError(t, err)
	c := startWith(t, store, limits)
	slow := c.dial()
	write(t, slow, get)
	_, err = io.ReadFull(slow, make([]byte, 1))
	require.NoError(t, err)
	for range 2 { // this is read, and its bytes are given back
		response, err := http.Get("http://" + c.address + "/items/a")
		require.NoError(t, err)
		received, err := io.Copy(io.Discard, response.Body)
		require.NoError(t, err)
		require.Greater(t, received, int64(size))
	}
	received, _ := io.Copy(io.Discard, slow)
	require.Less(t, received, int64(size))
}

// fullListener says once that the system has no room for another connection.
type fullListener struct {
	net.Listener
	full *atomic.Bool
}

func (l fullListener) Accept() (net.Conn, error) {
	if l.full.CompareAndSwap(true, false) {
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept", syscall.EMFILE)}
	}
	return l.Listener.Accept()
}

// If the system has no room for another connection, a quiet one makes room.
func TestSystemWithoutRoom(t *testing.T) {
	limits := patient()
	listener := fullListener{listen(t), new(atomic.Bool)}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		stopped <- server.Serve(ctx, server.New(server.NewMemory(limits.Stored), limits, slog.New(slog.DiscardHandler)), limits,
			slog.New(slog.DiscardHandler), listener)
	}()
	c := client{t, listener.Addr().String(), &http.Transport{DisableKeepAlives: true}}
	first := c.dial()
	require.Equal(t, 404, c.send("GET", "/items/a", "").status)
	listener.full.Store(true) // the server is in Accept already, which brings one more connection
	require.Equal(t, 404, c.send("GET", "/items/a", "").status)
	require.Equal(t, 404, c.send("GET", "/items/a", "").status)
	expectEnd(t, first)
	stop()
	require.NoError(t, <-stopped)
}
