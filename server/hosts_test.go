package server_test

import (
	"log/slog"
	"testing"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

// A request is served if its Host means this server, in whatever spelling. Otherwise it gets 421 and changes nothing.
func TestOnlyHosts(t *testing.T) {
	limits := server.DefaultLimits()
	log := slog.New(slog.DiscardHandler)
	handler := server.OnlyHosts(server.New(server.NewMemory(limits.Stored), limits, log), "Lab.example.", "192.0.2.7")
	c := startHandler(t, handler, limits)
	put := func(host string) answer {
		return c.raw("PUT /items/a HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n" + `{"value": 1}`)
	}
	for _, host := range []string{
		"evil.example", "evil.example:5000", "localhost.evil.example", "127.0.0.1.evil.example", "xlocalhost", "192.0.2.8", "0.0.0.0",
		"[2001:db8::1]", "[::]:80", "lab.example.evil", "example",
	} {
		put(host).expectError(t, 421)
	}
	require.Equal(t, 404, c.send("GET", "/items/a", "").status)
	for _, host := range []string{
		"localhost", "LOCALHOST:80", "localhost.", "127.0.0.1", "127.0.0.1:1", "127.1.2.3", "[::1]", "[::1]:5000", "[::ffff:127.0.0.1]",
		"lab.example", "LAB.example.:8080", "192.0.2.7:80",
	} {
		require.Contains(t, []int{200, 201}, put(host).status, host)
	}
	require.Equal(t, 200, c.raw("GET /items/a HTTP/1.0\r\n\r\n").status)
	require.Equal(t, 421, c.raw("GET http://evil.example/items/a HTTP/1.1\r\nHost: localhost\r\n\r\n").status)
}

// A server that is not told to look serves every Host.
func TestAnyHost(t *testing.T) {
	c := start(t)
	require.Equal(t, 404, c.raw("GET /items/a HTTP/1.1\r\nHost: evil.example\r\n\r\n").status)
}
