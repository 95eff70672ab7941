package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

// impatient are limits with one turn of each kind, for which nobody waits long.
func impatient() server.Limits {
	limits := server.DefaultLimits()
	limits.Bodies, limits.Work, limits.Lists, limits.Turn = 1, 1, 1, time.Millisecond
	return limits
}

// expectBusy wants 503, which says when to try again.
func (got answer) expectBusy(t testing.TB) {
	t.Helper()
	got.expectError(t, 503)
	require.Equal(t, "1", got.header.Get("Retry-After"))
}

// announce sends the header of a PUT with a body of so many bytes, and returns when the server wants the body.
func (c client) announce(path string, length int) net.Conn {
	c.t.Helper()
	connection := c.dial()
	_, err := fmt.Fprintf(connection, "PUT %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", path, length)
	require.NoError(c.t, err)
	line, err := bufio.NewReader(io.LimitReader(connection, int64(len("HTTP/1.1 100 Continue\r\n\r\n")))).ReadString('\n')
	require.NoError(c.t, err)
	require.Equal(c.t, "HTTP/1.1 100 Continue\r\n", line)
	return connection
}

// While the turns for large bodies are taken, a large body gets 503 without being read, and whatever is small is done.
// A body that has come gives its turn back.
func TestLargeBodiesTakeTurns(t *testing.T) {
	limits := impatient()
	c := startWith(t, server.NewMemory(limits.Stored), limits)
	fits := fmt.Sprintf(`{"value": %*d}`, int(limits.SmallBody)-len(`{"value": }`), 1)
	large := fits + " "
	slow := c.announce("/items/slow", len(large))

	c.send("PUT", "/items/a", large).expectBusy(t)
	const chunked = "PUT /items/a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
	c.raw(chunked + "1\r\n").expectBusy(t) // the rest of the body never comes
	require.Equal(t, 404, c.send("GET", "/items/a", "").status)
	require.Equal(t, 201, c.send("PUT", "/items/a", fits).status)

	_, err := io.WriteString(slow, large)
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(slow), nil)
	require.NoError(t, err)
	require.Equal(t, 201, response.StatusCode)
	require.Eventually(t, func() bool { return c.send("PUT", "/items/a", large).status == 200 }, time.Minute, time.Millisecond)
}

// A connection whose body got no turn ends soon: it does not wait for the body until Limits.Read.
func TestBusyConnectionEnds(t *testing.T) {
	limits := impatient()
	limits.Read, limits.Write = time.Hour, time.Hour
	c := startWith(t, server.NewMemory(limits.Stored), limits)
	c.announce("/items/slow", 1<<20)
	connection := c.dial()
	_, err := io.WriteString(connection, "PUT /items/a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n")
	require.NoError(t, err)
	received, err := io.ReadAll(connection)
	require.NoError(t, err) // the end of the stream, and no time-out of ours
	require.True(t, strings.HasPrefix(string(received), "HTTP/1.1 503 "), string(received))
}

// slowStore says when an update or a list has begun, and does it when it is told to.
type slowStore struct {
	server.Store
	begun, release chan struct{}
}

func (s slowStore) UpdateItem(
	ctx context.Context, key string, change func(server.Item) (server.Item, error), only server.Preconditions,
) (server.Item, error) {
	s.begun <- struct{}{}
	<-s.release
	return s.Store.UpdateItem(ctx, key, change, only)
}

func (s slowStore) Tasks(ctx context.Context, after uint64, most int) (server.List, error) {
	s.begun <- struct{}{}
	<-s.release
	return s.Store.Tasks(ctx, after, most)
}

// While the turns for work are taken, another patch gets 503 and changes nothing.
func TestPatchesTakeTurns(t *testing.T) {
	limits := impatient()
	store := slowStore{server.NewMemory(limits.Stored), make(chan struct{}), make(chan struct{})}
	c := startWith(t, store, limits)
	require.Equal(t, 201, c.send("PUT", "/items/a", `{"value": 1}`).status)
	const two = `[{"op": "add", "path": "/value", "value": 2}]`
	statuses := make(chan int, 1)
	go func() {
		got, _ := c.try("PATCH", "/items/a", two, "Content-Type", jsonPatch)
		statuses <- got.status
	}()
	<-store.begun
	c.patch("/items/a", jsonPatch, two).expectBusy(t)
	require.Equal(t, `{"value":1}`+"\n", c.send("GET", "/items/a", "").body)
	close(store.release)
	require.Equal(t, 204, <-statuses)
	require.Equal(t, `{"value":2}`+"\n", c.send("GET", "/items/a", "").body)
}

// While the turns for lists are taken, another list gets 503. A single task needs no turn.
func TestListsTakeTurns(t *testing.T) {
	limits := impatient()
	store := slowStore{server.NewMemory(limits.Stored), make(chan struct{}), make(chan struct{})}
	c := startWith(t, store, limits)
	statuses := make(chan int, 1)
	go func() {
		got, _ := c.try("GET", "/tasks", "")
		statuses <- got.status
	}()
	<-store.begun
	c.send("GET", "/tasks?limit=1", "").expectBusy(t)
	require.Equal(t, 404, c.send("GET", "/tasks/a", "").status)
	close(store.release)
	require.Equal(t, 200, <-statuses)
}
