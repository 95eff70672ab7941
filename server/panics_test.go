package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

// brokenStore fails on Item: with the error, or by a panic with the cause.
type brokenStore struct {
	server.Store
	err   error
	cause any
}

func (s brokenStore) Item(context.Context, string) (server.Item, error) {
	if s.cause != nil {
		panic(s.cause)
	}
	return server.Item{}, s.err
}

// startBroken also returns the log, which may be read once an answer has come.
func startBroken(t *testing.T, store brokenStore) (client, *bytes.Buffer) {
	limits := server.DefaultLimits()
	store.Store = server.NewMemory(limits.Stored)
	log := new(bytes.Buffer)
	handler := server.New(store, limits, slog.New(slog.NewTextHandler(log, nil)))
	return startHandler(t, handler, limits), log
}

const internalError = `{"error": "Internal server error"}`

// A panic is answered 500 without detail and logged with its stack, and the server lives on.
func TestPanic(t *testing.T) {
	c, log := startBroken(t, brokenStore{cause: "secret at /etc/passwd:42"})
	c.expect(
		exchange{"GET", "/items/a", "", 500, internalError},
		exchange{"GET", "/items/a", "", 500, internalError},
		exchange{"GET", "/tasks", "", 200, `[]`},
	)
	require.Contains(t, log.String(), "secret at /etc/passwd:42")
	require.Contains(t, log.String(), "panics_test.go")
}

// An error that is the store's own fault is answered and logged likewise.
func TestStoreFails(t *testing.T) {
	c, log := startBroken(t, brokenStore{err: errors.New("cannot read /var/lib/items.db")})
	c.expect(exchange{"GET", "/items/a", "", 500, internalError})
	require.Contains(t, log.String(), "cannot read /var/lib/items.db")
}

// A panic that asks net/http to drop the connection does that, and is no fault to log.
func TestAbort(t *testing.T) {
	c, log := startBroken(t, brokenStore{cause: http.ErrAbortHandler})
	_, err := c.try("GET", "/items/a", "")
	require.Error(t, err)
	require.Equal(t, 200, c.send("GET", "/tasks", "").status)
	require.Empty(t, log.String())
}

// After a panic in the middle of an answer the client sees that it is not whole, and the fields set before a panic are
// not those of the 500.
func TestPanicHalfWay(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "/half")
		if r.URL.Path == "/begun" {
			_, _ = io.WriteString(w, `{"value": `)
		}
		panic("half way")
	})
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	c := startHandler(t, server.Recover(handler, log), server.DefaultLimits())

	_, err := c.try("GET", "/begun", "")
	require.Error(t, err)
	got := c.send("GET", "/", "")
	got.expectError(t, 500)
	require.NotContains(t, got.header, "Location")
}
