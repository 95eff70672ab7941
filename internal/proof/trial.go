package proof

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"restlab/internal/contract"
	"restlab/internal/grade"
)

// trial is one server or client to be graded with one seed.
type trial struct {
	row      *Row
	seed     uint64
	rules    []string // those to look at; none for all
	contract *contract.Contract
	graded   interface {
		Grade(ctx context.Context, o grade.Options, replicas bool) (*grade.Result, error)
	}
}

// pace is how the grading of a server or client passes its time.
type pace int

const (
	// An answer, or the end of a client, never comes: it is waited for as long as patience lasts.
	endless pace = iota
	// Clients, and servers that are slow, wait more than they work. No others are graded beside them: among crowds of requests a
	// client that repeats its own without a pause is as slow as one that waits.
	waiting
	working

	paces
)

const slow = "slow" // the choice that takes its time

func (r *Row) pace() pace {
	switch {
	case hangs(r.Name) || strings.Contains(r.Name, "-for-ever"):
		return endless
	case r.Subject == clientSubject || r.Name == slow:
		return waiting
	}
	return working
}

func hangs(fault string) bool { return strings.HasSuffix(fault, "-hangs") }

// trials are what to grade, in order; each has its row in the proof.
func (o Options) trials(p *Proof, met recordings) (all [paces][]trial) {
	add := func(t trial) { all[t.row.pace()] = append(all[t.row.pace()], t) }
	clients := newClientRows(o.Clients, p)
	for i := range o.Seeds {
		seed := o.Seed + uint64(i)
		n := 0
		for _, subject := range o.Faults {
			for _, f := range subject.Faults {
				add(trial{p.Faults[n], seed, o.part(o.Contract, p.Faults[n], n+i), met.of(o.Contract, func(r request) bool { return f.Meets(r.method, r.path) }), Faulty(f)})
				n++
			}
		}
		for n, c := range o.Choices {
			add(trial{p.Choices[n], seed, o.part(o.Contract, p.Choices[n], n+i), met.with(o.Contract, c), Right(c)})
		}
		for n, combination := range Combinations(seed, o.Combinations) {
			p.Combinations = append(p.Combinations, combinationRow(combination))
			row := p.Combinations[len(p.Combinations)-1]
			add(trial{row, seed, o.part(o.Contract, row, n+i), met.with(o.Contract, combination...), Right(combination...)})
		}
		for _, t := range clients.trials(o, i) {
			add(t)
		}
	}
	return all
}

// part is which rules to look at: all that the server breaks, and of the others one in so many, the next ones for the next
// number.
func (o Options) part(c *contract.Contract, row *Row, number int) []string {
	if o.Parts < 2 {
		return slices.DeleteFunc(slices.Clone(o.Rules), func(id string) bool { return c.Rule(id) == nil }) // servers and clients have rules of their own
	}
	var rules []string
	for i, rule := range c.Rules {
		if slices.Contains(row.Breaks, rule.ID) || (i+number)%o.Parts == 0 {
			rules = append(rules, rule.ID)
		}
	}
	return rules
}

// asks reports whether the part makes any request of its own. Without one there is no run to judge.
func (t trial) asks() bool {
	return len(t.rules) == 0 || slices.ContainsFunc(t.contract.Scenarios, func(s *contract.Scenario) bool {
		can := !s.WholeRun && (!s.Replicas || t.replicated())
		return can && within(s.Level, t.row.Level) && slices.Contains(t.rules, s.Rule.ID)
	})
}

// replicated reports whether there are two servers on one store.
func (t trial) replicated() bool { return slices.Contains(t.row.Breaks, "replicas") }

// grade looks at the part, and at all where a rule on the whole run is broken and the part did not show it.
func (t trial) grade(ctx context.Context, o Options) (*grade.Result, error) {
	result := &grade.Result{}
	if o.Parts < 2 || t.asks() {
		var err error
		if result, err = t.look(ctx, o, t.rules); err != nil {
			return nil, err
		}
	}
	if o.Parts > 1 && t.hides(result) {
		return t.look(ctx, o, nil)
	}
	return result, nil
}

// withoutEnd is time enough on any machine: how busy it is decides nothing.
const withoutEnd = time.Hour

func (t trial) look(ctx context.Context, o Options, rules []string) (*grade.Result, error) {
	options := grade.Options{Contract: t.contract, Seed: t.seed, Brief: true, Keep: true, Pace: grade.Pace{Within: withoutEnd}, Selection: grade.Selection{Level: t.row.Level, Rules: rules, Partly: o.Parts > 1}}
	if len(t.row.Breaks) == 0 {
		options.Sequences, options.Rounds = sequences, rounds
	}
	result, err := t.graded.Grade(ctx, options, t.replicated())
	if errors.Is(err, grade.ErrNothing) {
		return &grade.Result{}, nil // the part has nothing for this server or client
	}
	return result, err
}

// hides reports whether a rule on the whole run is broken, and did not fail.
func (t trial) hides(result *grade.Result) bool {
	failed := map[string]bool{}
	for _, rule := range grade.Rules(result.Scenarios) {
		failed[rule.ID] = failed[rule.ID] || rule.Verdict == grade.Failed
	}
	return slices.ContainsFunc(t.row.Breaks, func(id string) bool { return t.contract.Rule(id).Afterwards && !failed[id] })
}
