//go:build mutants

package server_test

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"net"
	"os"
	"testing"

	"restlab/features"
	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/server"
	"restlab/steps"

	"github.com/stretchr/testify/require"
)

// With the tag mutants the features are the only test here: what they let pass, no other test makes up for.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.run", "^TestFeatures$"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// The features are kept by the server as it is served: at two sockets, which share one store.
func TestFeatures(t *testing.T) {
	at := serveReplicas(t, 2)
	all, err := contract.Load(features.Files)
	require.NoError(t, err)
	result, err := grade.Run(t.Context(), grade.Options{Contract: all, Seed: 1, Servers: lab.Servers{Items: at[0], Tasks: at[0], Replicas: lab.Replicas{Items: at[1:], Tasks: at[1:]}}})
	require.NoError(t, err)
	for _, s := range result.Scenarios {
		if s.Verdict != grade.Passed {
			t.Errorf("%s: %s %s %+v", s.Verdict, s.ID, s.Why, s.Failure)
		}
	}
}

// serveReplicas serves one store at so many addresses until the test ends.
func serveReplicas(t *testing.T, n int) []lab.Endpoint {
	t.Helper()
	var listeners []net.Listener
	var at []lab.Endpoint
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		listeners = append(listeners, l)
		at = append(at, lab.Endpoint{Base: "http://" + l.Addr().String(), Address: l.Addr().String()})
	}
	limits, log := server.DefaultLimits(), slog.New(slog.NewTextHandler(io.Discard, nil))
	go func() {
		_ = server.Serve(context.Background(), server.New(server.NewMemory(limits.Stored), limits, log), limits, log, listeners...)
	}()
	return at
}
