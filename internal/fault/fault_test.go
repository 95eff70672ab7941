package fault_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"restlab/features"
	"restlab/internal/catalogue"
	"restlab/internal/fault"
	"restlab/internal/grade"
	"restlab/steps"

	"github.com/stretchr/testify/require"
)

func load(t *testing.T) *catalogue.Catalogue {
	c, err := catalogue.Load(features.Files)
	require.NoError(t, err)
	return c
}

// serve serves on a socket of its own, as a learner's program does, and returns where.
func serve(t *testing.T, handler http.Handler, listening func(net.Listener) net.Listener) steps.Endpoint {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(listening(l))
	}()
	t.Cleanup(func() {
		_ = s.Close()
		<-done
	})
	return steps.Endpoint{Base: "http://" + l.Addr().String(), Address: l.Addr().String()}
}

func gradeAt(t *testing.T, at steps.Endpoint, level string) *grade.Result {
	result, err := grade.Run(context.Background(), grade.Options{
		Catalogue: load(t), Items: at, Tasks: at, Level: level, Seed: rand.Uint64(), Timeout: 1500 * time.Millisecond,
	})
	require.NoError(t, err)
	return result
}

func verdicts(result *grade.Result) map[string]grade.Verdict {
	out := map[string]grade.Verdict{}
	for _, s := range result.Scenarios {
		out[s.Rule] = grade.Worse(out[s.Rule], s.Verdict)
	}
	return out
}

func TestDraft(t *testing.T) {
	only := os.Getenv("ONLY")
	for _, f := range fault.All() {
		if only != "" && !strings.Contains(f.Name, only) { continue }
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			result := gradeAt(t, serve(t, f.Handler(), f.Listener), f.Level)
			var failed []string
			for _, r := range grade.Rules(result.Scenarios) {
				if (r.Verdict == grade.Failed || r.Verdict == grade.Advice || r.Verdict == grade.Broken) && !slices.Contains(failed, r.ID) {
					failed = append(failed, r.ID)
				}
			}
			var missed, over []string
			for _, id := range f.Breaks { if !slices.Contains(failed, id) { missed = append(missed, id) } }
			for _, id := range failed { if !slices.Contains(f.Breaks, id) && !slices.Contains(f.Perhaps, id) && !slices.Contains(f.Perhaps, "*") { over = append(over, id) } }
			if missed != nil || over != nil {
				line := fmt.Sprintf("DIFF %-40s missed=%v over=%v (%.1fs)\n", f.Name, missed, over, time.Since(start).Seconds())
				for _, s := range result.Scenarios {
					if s.Verdict == grade.Broken { line += "   BROKEN " + s.ID + " " + s.Why + "\n" }
					if slices.Contains(over, s.Rule) && s.Failure != nil && (s.Verdict==grade.Failed || s.Verdict==grade.Advice) { line += fmt.Sprintf("    %s: %s: %s: expected %s, received %.150s\n", s.ID, s.Failure.Asked, s.Failure.At, s.Failure.Expected, s.Failure.Received) }
					if slices.Contains(missed, s.Rule) { line += fmt.Sprintf("    missed: %s %s %.250s\n", s.Verdict, s.ID, s.Why) }
				}
				fmt.Print(line)
			}
			if d := time.Since(start); d > 8*time.Second { fmt.Printf("SLOW %s %s\n", f.Name, d) }
		})
	}
}
