package history_test

import (
	"context"
	"testing"

	"restlab/internal/history"
	"restlab/internal/labtest"
	"restlab/internal/wire"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whoever asks after a write was answered has to get what was written, or something newer. What is open blames nobody.
func TestOutdated(t *testing.T) {
	for name, c := range map[string]struct{ lines, says string }{
		"nothing":                            {``, ""},
		"no client wrote before":             {"1 0-1 GET x 200\n1 2-3 PUT a 201", ""},
		"while it is written":                {"1 0-1 PUT a 201\n1 2-9 PUT b 200\n2 3-4 GET b 200\n3 5-6 GET a 200\n3 10-11 GET b 200", ""},
		"newer than when it was asked":       {"1 0-1 PUT a 201\n2 2-9 GET b 200\n1 3-4 PUT b 200", ""},
		"old":                                {"1 0-1 PUT a 201\n1 2-3 PUT b 200\n2 4-5 GET a 200", `client 2 read "a" although the PUT of "b" had been answered before its request, and no client wrote "a" again`},
		"old, while another writes the same": {"1 0-1 PUT a 201\n1 2-3 PUT b 200\n2 2-9 PUT b 200\n3 4-5 GET a 200", `client 3 read "a" although the PUT of "b" had been answered before its request, and no client wrote "a" again`},
		"from before the first":              {"1 0-1 PUT a 201\n1 2-3 GET x 200", `client 1 read "x" although the PUT of "a" had been answered before its request, and no client wrote "x"`},
		"gone":                               {"1 0-1 PUT a 201\n1 2-3 GET - 404", `client 1 got the response that there is no item (404) although the PUT of "a" had been answered before its request, and no client deleted the item after that`},
		"not written yet":                    {"1 0-1 PUT a 201\n1 2-3 GET b 200\n1 4-5 PUT b 200", `client 1 read "b" although the PUT of "a" had been answered before its request, and "b" had not been sent yet`},
		"the PUT was refused":                {"1 0-1 PUT a 201\n1 2-3 PUT b 409\n1 4-5 GET a 200", ""},
		"the PUT was refused, and done":      {"1 0-1 PUT a 201\n1 2-3 PUT b 409\n1 4-5 GET b 200", ""}, // for other rules
		"the PUT may be done later":          {"1 0-1 PUT a 0\n1 2-3 PUT b 200\n1 4-5 GET a 200\n1 6-7 GET b 200", ""},
		"the answer says nothing":            {"1 0-1 PUT a 201\n1 2-3 PUT b 200\n1 4-5 GET - 500\n1 6-7 GET - 0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			v, _ := parse(t, c.lines).Outdated()
			if c.says == "" {
				assert.Nil(t, v)
				return
			}
			require.NotNil(t, v)
			assert.Equal(t, c.says, v.Sentence())
		})
	}
}

func alike(seed int, send func(int, wire.Request) *wire.Exchange) history.History {
	return history.Record(context.Background(), history.Options{Targets: []string{"/items/a"}, Send: send, Seed: uint64(seed), Rounds: 10, Alike: true})
}

// Clients that act alike find in nearly each recording what lags, and never blame a server that is right.
func TestAlike(t *testing.T) {
	labtest.Slow(t, "its servers wait")
	right := start(t, memory())
	for seed := range recordings(t, 20) {
		v, judged := alike(seed, right).Outdated()
		require.NotNil(t, judged)
		require.Nil(t, v)
	}
	for _, name := range []string{
		"reads from a copy that gets each write 30 ms later",
		"reads from a copy that gets each write 3 ms later",
		"fills its cache with what it read before a write",
	} {
		t.Run(name, func(t *testing.T) {
			runs, found := recordings(t, 5), 0
			for seed := range runs {
				h := alike(seed, start(t, wrong[name]()))
				if v, _ := h.Outdated(); v != nil {
					found++
					require.NotNil(t, check(t, v.Operations()), "what is shown")
				}
			}
			t.Logf("found in %d of %d", found, runs)
			assert.LessOrEqual(t, runs-found, max(1, runs/100))
		})
	}
}
