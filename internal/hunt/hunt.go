// Package hunt has faulty servers to be found out: a learner asks one, writes a feature file about what it should have
// done, and the file is held against servers of which the lab knows what they do wrong, if anything.
//
// Without a screen: the hunts (hunt.go), reading a file (file.go), judging it (judge.go), hints (hint.go) and progress (progress.go). At a
// terminal: choosing and listing hunts (session.go), serving one (serve.go), and the verdict on a file (submit.go).
package hunt

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"

	"restlab/internal/contract"
	"restlab/internal/proof/fault"
)

// Hunt is a server with one mistake. Which one it is stays hidden until a file has caught it.
type Hunt struct {
	Number int    // from 1, from easy to hard
	Level  string // at which the server is wrong
	ID     string // what progress keeps: always the same for the same fault, and tells nothing of it

	fault  fault.Fault
	round  int // how many hunts about the same rule come before
	places int // how many scenarios its rule has: where the mistake could be
}

// Solved is what is said of a hunt once it is solved.
type Solved struct {
	Name, Does string
	Breaks     []string // the rule that is about it first
}

// Reveal tells what was wrong.
func (h Hunt) Reveal() Solved { return Solved{h.fault.Name, h.fault.Does, h.fault.Breaks} }

// Handler is a new server with the mistake, its store empty.
func (h Hunt) Handler() http.Handler { return h.fault.Handler() }

// Listener is l as the server has to see it.
func (h Hunt) Listener(l net.Listener) net.Listener { return h.fault.Listener(l) }

// All are the hunts from easy to hard: by level, and within it in rounds. A round has one hunt of each rule, and begins with the
// rules of few scenarios, where there are few places to look.
func All(rules *contract.Contract) []Hunt {
	var all []Hunt
	rounds := map[[2]string]int{}
	for _, subject := range fault.Subjects() {
		for _, f := range subject.Faults {
			places := len(askable(f, rules.Rule(f.Breaks[0])))
			if subject.Name == races || places == 0 {
				continue
			}
			about := [2]string{f.Level, f.Breaks[0]}
			all = append(all, Hunt{Level: f.Level, ID: id(f.Name), fault: f, round: rounds[about], places: places})
			rounds[about]++
		}
	}
	slices.SortFunc(all, func(a, b Hunt) int {
		return cmp.Or(
			cmp.Compare(place(a.Level), place(b.Level)),
			cmp.Compare(a.round, b.round),
			cmp.Compare(a.places, b.places),
			cmp.Compare(a.ID, b.ID), // so that neighbours have nothing in common
		)
	})
	for i := range all {
		all[i].Number = i + 1
	}
	return all
}

// races is the subject of the faults that nobody sees who asks one request after the other.
const races = "clients at once"

// askable are the scenarios of a rule that one person can ask of a server with the fault: they need neither a second
// replica, nor requests that meet, nor a look at a whole grading. What breaks advice alone is not wrong.
func askable(f fault.Fault, rule *contract.Rule) []*contract.Scenario {
	return slices.DeleteFunc(slices.Clone(rule.Scenarios), func(s *contract.Scenario) bool {
		return rule.Advice || s.WholeRun || rule.Net || s.Race || s.Replicas || place(s.Level) > place(f.Level)
	})
}

func place(level string) int { return slices.Index(contract.Levels, level) }

func id(name string) string {
	sum := sha256.Sum256([]byte("hunt " + name))
	return hex.EncodeToString(sum[:6])
}

// Drawn is the hunt that a seed stands for, the same for everybody.
func Drawn(from []Hunt, seed uint64) Hunt {
	return from[rand.New(rand.NewPCG(seed, 0)).IntN(len(from))]
}
