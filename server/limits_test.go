package server_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

// A body of Limits.Body bytes is read; one byte more is 413, counted or chunked, changes nothing, and the next request
// is answered.
func TestBodyTooLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("it sends many megabytes")
	}
	limits := server.DefaultLimits()
	c := startWith(t, server.NewMemory(limits.Stored), limits)
	fits := `{"value": "` + strings.Repeat("x", int(limits.Body)-13) + `"}`
	require.Equal(t, 201, c.send("PUT", "/items/a", fits).status)
	c.send("PUT", "/items/a", fits+" ").expectError(t, 413)
	c.send("POST", "/tasks", fits+" ").expectError(t, 413)
	if got, err := c.try("PUT", "/items/a", strings.Repeat(fits, 4)); err == nil { // or closed while we still send
		got.expectError(t, 413)
	}
	c.raw(fmt.Sprintf("PUT /items/b HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"+
		"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s \r\n0\r\n\r\n", len(fits)+1, fits)).expectError(t, 413)
	require.Equal(t, 404, c.send("GET", "/items/b", "").status)
	require.Len(t, c.send("GET", "/items/a", "").body, len(fits)) // one space less, one line end more
}

// A body that takes too long is 408, one that breaks off is 400, and neither answer tells of addresses.
func TestBodyThatDoesNotArrive(t *testing.T) {
	const header = "PUT /items/a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	c := start(t)
	broken := c.raw(header + "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n")
	broken.expectError(t, 400)
	require.NotContains(t, broken.body, "chunk")
	require.Equal(t, 404, c.send("GET", "/items/a", "").status)

	impatient := server.DefaultLimits()
	impatient.Read = time.Millisecond
	late := startWith(t, server.NewMemory(0), impatient).raw(header + "Content-Length: 12\r\n\r\n" + `{"val`)
	late.expectError(t, 408)
	require.NotContains(t, late.body, "127.0.0.1")
}

// A header of more than Limits.Header bytes is 431, and so is a request line.
func TestHeaderTooLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("it sends many megabytes")
	}
	c := start(t)
	long := strings.Repeat("x", 40<<10)
	require.Equal(t, 431, c.send("GET", "/items/a", "", "X-Long", long).status)
	require.Equal(t, 431, c.send("GET", "/items/a?"+long, "").status)
}

// No default is a zero, which net/http takes for no limit at all, and none is too small for a lesson or too large to be one.
func TestDefaultLimits(t *testing.T) {
	limits := server.DefaultLimits()
	for _, size := range []int64{int64(limits.Header), int64(limits.Headers), int64(limits.Responses), limits.Body, int64(limits.Key), limits.Stored, int64(limits.Page), int64(limits.Operations), limits.Patch, limits.SmallBody} {
		require.GreaterOrEqual(t, size, int64(256))
		require.LessOrEqual(t, size, int64(1<<30))
	}
	for _, atOnce := range []int{limits.Bodies, limits.Work, limits.Lists, limits.Busy, limits.Connections} {
		require.GreaterOrEqual(t, atOnce, 1)
		require.LessOrEqual(t, atOnce, 20_000)
	}
	for _, span := range []time.Duration{
		limits.ReadHeader, limits.Read, limits.Write, limits.Idle, limits.Retry, limits.Quiet, limits.Grace, limits.Turn,
	} {
		require.GreaterOrEqual(t, span, 50*time.Millisecond)
		require.LessOrEqual(t, span, 24*time.Hour)
	}
}

// A client that does not finish its header loses its connection.
func TestSlowHeader(t *testing.T) {
	limits := server.DefaultLimits()
	limits.ReadHeader, limits.Read = 50*time.Millisecond, time.Hour
	connection := startWith(t, server.NewMemory(limits.Stored), limits).dial()
	_, err := io.WriteString(connection, "GET /items/a HTTP/1.1\r\nHost: a\r\nX-")
	require.NoError(t, err)
	_, err = io.ReadAll(connection)
	require.NoError(t, err) // the end of the stream, and no time-out of ours
}

// A connection that carries nothing is closed after Limits.Idle.
func TestIdleConnection(t *testing.T) {
	limits := server.DefaultLimits()
	limits.Idle, limits.Read = 50*time.Millisecond, time.Hour
	connection := startWith(t, server.NewMemory(limits.Stored), limits).dial()
	_, err := io.WriteString(connection, "GET /items/a HTTP/1.1\r\nHost: a\r\n\r\n")
	require.NoError(t, err)
	received, err := io.ReadAll(connection)
	require.NoError(t, err)
	require.Contains(t, string(received), "404 Not Found")
}
