package fault_test

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/fault"
	"restlab/internal/grade"
	"restlab/steps"
)

// runs is how often a race is run: 3 times, or as often as RUNS says.
func runs(t *testing.T) int {
	t.Helper()
	wanted := os.Getenv("RUNS")
	if wanted == "" {
		return 3
	}
	n, err := strconv.Atoi(wanted)
	require.NoError(t, err)
	return n
}

// racing are the rules that let requests meet.
var racing = []string{"lost.update", "concurrent", "retry.key", "lost.answer", "linearizable"}

func race(t *testing.T, at steps.Endpoint, rules ...string) []string {
	t.Helper()
	result, err := grade.Run(context.Background(), grade.Options{
		Catalogue: load(t), Items: at, Tasks: at, Rules: rules, Seed: rand.Uint64(), Timeout: time.Minute,
	})
	require.NoError(t, err)
	return failedRules(result)
}

// A race is lost each time: in every run the rule that it breaks finds it (in 99 of 100, where so many are asked for).
func TestRaces(t *testing.T) {
	for _, f := range fault.All() {
		rule := f.Breaks[0]
		if !slices.Contains(racing, rule) || f.Level != "production" || strings.HasPrefix(f.Name, "retry-key-") {
			continue // what is wrong for one client after the other is no race
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			found := 0
			for range runs(t) {
				if slices.Contains(race(t, serve(t, f.Listener, f.Handler()), rule), rule) {
					found++
				}
			}
			t.Logf("found in %d of %d runs", found, runs(t))
			assert.GreaterOrEqual(t, 100*found, 99*runs(t))
		})
	}
}

// A server that is right is never blamed for a race.
func TestNoRace(t *testing.T) {
	at := serve(t, asItIs, fault.Server())
	for range runs(t) {
		assert.Empty(t, race(t, at, racing...))
	}
}
