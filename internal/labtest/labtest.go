// Package labtest holds what many tests need: the rules of the lab, a reference server, an unused port, and a mark for tests that
// go test -short leaves out. Only tests import it.
package labtest

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/contract"
	"restlab/internal/endpoint"
	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/server"
)

// Slow skips a test that waits, builds programs, runs programs of others or grades for seconds, if -short is set.
func Slow(t testing.TB, why string) {
	t.Helper()
	if testing.Short() {
		t.Skip("not in short mode: " + why)
	}
}

// Read once for all tests of a package: nobody changes them.
var (
	servers = sync.OnceValues(func() (*contract.Contract, error) { return contract.Load(features.Files) })
	clients = sync.OnceValues(func() (*contract.Contract, error) { return contract.Load(features.Clients) })
)

// Contract returns the rules for servers.
func Contract(t testing.TB) *contract.Contract {
	t.Helper()
	c, err := servers()
	require.NoError(t, err)
	return c
}

// ClientContract returns the rules for clients.
func ClientContract(t testing.TB) *contract.Contract {
	t.Helper()
	c, err := clients()
	require.NoError(t, err)
	return c
}

// Handler returns a reference server that holds nothing yet and logs nothing.
func Handler() http.Handler { return HandlerOn(server.NewMemory(server.DefaultLimits().Stored)) }

// HandlerOn returns a reference server that keeps its state in the store, and logs nothing.
func HandlerOn(store server.Store) http.Handler {
	return server.New(store, server.DefaultLimits(), slog.New(slog.DiscardHandler))
}

// Reference serves a new reference server until the test ends, and returns its base URL.
func Reference(t testing.TB) string {
	t.Helper()
	return Serve(t, Handler())
}

// Serve serves the handler until the test ends, and returns its base URL.
func Serve(t testing.TB, handler http.Handler) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

// Endpoint finds the server at a base URL, as restlab grade does.
func Endpoint(t testing.TB, base string) lab.Endpoint {
	t.Helper()
	at, err := endpoint.Find(t.Context(), base, endpoint.Trust{})
	require.NoError(t, err)
	return at
}

// FreePort returns a port of 127.0.0.1 at which nobody listens.
func FreePort(t testing.TB) string {
	t.Helper()
	port, err := process.FreePort()
	require.NoError(t, err)
	return port
}
