package server_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

// client talks over a socket to a server of its own, which lives as long as the test.
type client struct {
	t         testing.TB
	address   string
	transport *http.Transport
}

type answer struct {
	status int
	header http.Header
	body   string
}

// start serves an empty store within the default limits.
func start(t testing.TB) client {
	limits := server.DefaultLimits()
	return startWith(t, server.NewMemory(limits.Stored), limits)
}

func startWith(t testing.TB, store server.Store, limits server.Limits) client {
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	return startHandler(t, server.New(store, limits, log), limits)
}

func startHandler(t testing.TB, handler http.Handler, limits server.Limits) client {
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	listener := listen(t)
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error)
	go func() { stopped <- server.Serve(ctx, handler, limits, log, listener) }()

	c := client{t, listener.Addr().String(), &http.Transport{}}
	t.Cleanup(func() {
		c.transport.CloseIdleConnections()
		stop()
		require.NoError(t, <-stopped)
	})
	return c
}

// in returns the client for a part of its test, such as a subtest.
func (c client) in(t testing.TB) client {
	c.t = t
	return c
}

func listen(t testing.TB) net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return listener
}

// send sends the body, if there is one, as application/json, unless fields (name, value, ...) say otherwise. It
// follows no redirect.
func (c client) send(method, path, body string, fields ...string) answer {
	c.t.Helper()
	got, err := c.try(method, path, body, fields...)
	require.NoError(c.t, err)
	return got
}

func (c client) try(method, path, body string, fields ...string) (answer, error) {
	request, err := http.NewRequest(method, "http://"+c.address+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i < len(fields); i += 2 {
		request.Header.Add(fields[i], fields[i+1])
	}
	if _, labelled := request.Header["Content-Type"]; body != "" && !labelled {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.transport.RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	got, err := read(response)
	if err == nil {
		expectDescribed(c.t, request, body, got)
	}
	return got, err
}

// raw sends the text as it is on a connection of its own. The connection stays open while the test runs.
func (c client) raw(text string) answer {
	c.t.Helper()
	connection := c.dial()
	_, err := io.WriteString(connection, text)
	require.NoError(c.t, err)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(c.t, err)
	got, err := read(response)
	require.NoError(c.t, err)
	return got
}

// dial opens a connection that fails when nothing has come of it after a minute.
func (c client) dial() net.Conn {
	c.t.Helper()
	connection, err := net.Dial("tcp", c.address)
	require.NoError(c.t, err)
	require.NoError(c.t, connection.SetDeadline(time.Now().Add(time.Minute)))
	c.t.Cleanup(func() { _ = connection.Close() })
	return connection
}

func read(response *http.Response) (answer, error) {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, err
}

// exchange is a request and what must come of it. An empty want means an answer without a body.
type exchange struct {
	method, path, body string
	status             int
	want               string
}

// expect runs the exchanges in order.
func (c client) expect(exchanges ...exchange) {
	c.t.Helper()
	for _, e := range exchanges {
		got := c.send(e.method, e.path, e.body)
		require.Equal(c.t, e.status, got.status, "%s %s %s: %s", e.method, e.path, e.body, got.body)
		if e.want == "" {
			require.Empty(c.t, got.body)
			continue
		}
		require.Equal(c.t, "application/json", got.header.Get("Content-Type"))
		require.JSONEq(c.t, e.want, got.body, "%s %s %s", e.method, e.path, e.body)
	}
}

// expectError wants a refusal with the status, explained in JSON.
func (got answer) expectError(t testing.TB, status int) {
	t.Helper()
	require.Equal(t, status, got.status, got.body)
	require.Equal(t, "application/json", got.header.Get("Content-Type"))
	require.Regexp(t, `^\{"error":".+"\}\n$`, got.body)
}
