package proof_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"restlab/internal/labtest"
	"restlab/internal/proof"
	"restlab/internal/proof/fault"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

// isRace reports whether the fault shows only where requests meet: what is wrong for one client after the other is no race.
func isRace(f fault.Fault) bool {
	return slices.Contains(racing, f.Breaks[0]) && f.Level == "production" && !strings.HasPrefix(f.Name, "retry-key-")
}

// A race is lost nearly each time: of few runs one may miss it, where other tests keep the machine busy, of many one in 100.
func TestRaces(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	var races []fault.Fault
	for _, f := range fault.All() {
		if isRace(f) {
			races = append(races, f)
		}
	}
	assertFound(t, races, racing)
}

// A net finds what has no name, too: here what a rule with a name would have found before it.
func TestNet(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	for _, f := range fault.All() {
		if f.Name == "reads-from-a-copy-while-written" {
			f.Breaks = []string{"linearizable"}
			assertFound(t, []fault.Fault{f}, f.Breaks)
			return
		}
	}
	t.Fatal("the fault is gone")
}

func assertFound(t *testing.T, faults []fault.Fault, rules []string) {
	t.Helper()
	p := run(t, proof.Options{Faults: []fault.Subject{{Name: "races", Faults: faults}}, Rules: rules, Seeds: runs(t)})
	require.Len(t, p.Faults, len(faults))
	for _, row := range p.Faults {
		found := 0
		for _, c := range row.Cells {
			if c.Rule == row.Breaks[0] {
				found = c.Failed
			}
		}
		t.Logf("%s: found in %d of %d runs", row.Name, found, row.Gradings)
		assert.LessOrEqual(t, row.Gradings-found, max(1, row.Gradings/100), row.Name)
	}
}

// A server that is right is never blamed for a race.
func TestNoRace(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	right := fault.Choice{Name: "the-reference", Does: "What the reference does.", About: "nothing", Level: "production"}
	p := run(t, proof.Options{Choices: []fault.Choice{right}, Rules: racing, Seeds: runs(t)})
	assert.Empty(t, p.Wrong())
}
