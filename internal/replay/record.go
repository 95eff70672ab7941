// Package replay runs scenarios of an earlier grading again, and reports whether they are fixed. It keeps the last grading of
// each server: enough to ask the same server the same again, and nothing that it said.
package replay

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"restlab/internal/grade"
	"restlab/internal/state"
)

// The file with the record: its version, and the part that the gradings are in.
const (
	version = 2
	part    = "gradings"
)

// Bounds of the record, which each grading reads and writes. The oldest gradings are dropped first, and the newest one is
// always kept. A grading of all rules has 32 KiB.
const (
	MostGradings = 20
	MostBytes    = 256 << 10
)

// Grading is what is kept of a grading.
type Grading struct {
	Server    string    `json:"-"`         // names the server for people, and is the key in the record
	When      time.Time `json:"when"`      // it was kept
	Arguments []string  `json:"arguments"` // of restlab grade: where the servers are and how they are asked
	Level     string    `json:"level"`
	Seed      uint64    `json:"seed"`
	Scenarios []Verdict `json:"scenarios"`
}

// Verdict is what is kept of a scenario.
type Verdict struct {
	ID      string        `json:"id"`
	Verdict grade.Verdict `json:"verdict"`
	Seed    uint64        `json:"seed,omitempty"` // 0 for that of the grading
	Flaky   bool          `json:"flaky,omitempty"`
}

// Missed reports whether the scenario cost a mark. It can be called on nil.
func (v *Verdict) Missed() bool {
	return v != nil && (v.Verdict == grade.Failed || v.Verdict == grade.NotReached)
}

// New returns what is to be kept of a result. The arguments are words after restlab grade.
func New(server string, arguments []string, r *grade.Result) *Grading {
	g := &Grading{Server: server, Arguments: arguments, Level: r.Level, Seed: r.Seed}
	for _, s := range r.Scenarios {
		g.Scenarios = append(g.Scenarios, Verdict{s.ID, s.Verdict, s.Seed, r.IsFlaky(s.ID)})
	}
	return g
}

// Verdict returns what is known of a scenario, nil if it did not run.
func (g *Grading) Verdict(id string) *Verdict {
	i := slices.IndexFunc(g.Scenarios, func(v Verdict) bool { return v.ID == id })
	if i < 0 {
		return nil
	}
	return &g.Scenarios[i]
}

// Missed returns the scenarios that cost a mark.
func (g *Grading) Missed() []Verdict {
	return slices.DeleteFunc(slices.Clone(g.Scenarios), func(v Verdict) bool { return !v.Missed() })
}

// missedAny reports whether one of these scenarios, or a scenario of one of these rules, cost a mark.
func (g *Grading) missedAny(ids []string) bool {
	return slices.ContainsFunc(g.Missed(), func(v Verdict) bool {
		rule, _, _ := strings.Cut(v.ID, "/")
		return slices.Contains(ids, v.ID) || slices.Contains(ids, rule)
	})
}

// Open finds the file with the record, last.json. It need not exist.
func Open(getenv func(string) string) *state.Store {
	return state.OpenCache(getenv, "last.json", "record of gradings", version)
}

// Load reads the record, the newest grading first. There is one grading at most of each server.
func Load(record *state.Store) ([]*Grading, error) {
	all, err := state.Load[gradings](record, part)
	var decoded []*Grading
	for _, server := range all.newestFirst() {
		g := &Grading{Server: server}
		if json.Unmarshal(all[server], g) == nil {
			decoded = append(decoded, g)
		}
	}
	return decoded, err
}

// Keep adds a grading to the record, instead of the one before of the same server. The error is *state.Damaged if the
// record had to begin anew: then the grading is kept.
func Keep(record *state.Store, g *Grading) error {
	var failed error
	_, err := state.Update(record, part, func(all *gradings) {
		g.When = time.Now().UTC() // in the lock, so that the newest one is the one that was kept last
		text, err := json.Marshal(g)
		if err != nil {
			failed = err
			return
		}
		if *all == nil {
			*all = gradings{}
		}
		delete(*all, g.Server)
		all.drop(MostGradings-1, MostBytes-len(text))
		(*all)[g.Server] = text
	})
	return cmp.Or(failed, err)
}

// gradings are those that are kept, by server. Each is decoded alone: one that cannot be decoded is left as it is.
type gradings map[string]json.RawMessage

// drop drops the oldest until there are at most so many, with so many bytes together.
func (all gradings) drop(most, bytes int) {
	for i, server := range all.newestFirst() {
		bytes -= len(all[server])
		if i >= most || bytes < 0 {
			delete(all, server)
		}
	}
}

// newestFirst returns the servers by the time of their gradings. A grading without a time is the oldest.
func (all gradings) newestFirst() []string {
	times := map[string]time.Time{}
	for server, text := range all {
		var g struct{ When time.Time }
		_ = json.Unmarshal(text, &g) // without a time then
		times[server] = g.When
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		return cmp.Or(times[b].Compare(times[a]), cmp.Compare(a, b))
	})
}
