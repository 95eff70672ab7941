// Package prove grades servers of which it is known what they do wrong, if anything: each fault has to fail under the
// rule that is about it and under no rule that it does not declare, and no choice may cost a mark. That is the proof
// that the grader is right.
package prove

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"restlab/internal/catalogue"
	"restlab/internal/fault"
	"restlab/internal/grade"
)

// Options say what to prove.
type Options struct {
	Catalogue    *catalogue.Catalogue
	Faults       []fault.Subject // those to grade
	Choices      []fault.Choice  // those to grade, each alone
	Combinations int             // of choices that go together, drawn anew with each seed
	Clients      Clients         // those to grade
	Rules        []string        // look at these rules only; none for all
	Seed         uint64          // the first one; the others follow
	Seeds        int             // how often each server is graded; 0 for once
	Parts        int             // with each seed one in so many of the rules that a server should keep; 0 for all of them
	Jobs         int             // servers at once, or sixteen times as many that wait; 0 for DefaultJobs
	Progress     func(done, of int)
}

// DefaultCombinations is how many combinations of choices are enough for one seed.
const DefaultCombinations = 50

const (
	highest = "production"
	most    = 6 // choices in one combination

	slow = "slow" // the choice that takes its time

	// Clients, and servers that are slow or hang, wait more than they work. No others are graded beside them: among crowds of
	// requests a client that repeats its own without a pause is as slow as one that waits.
	waitingAtOnce = 16

	// Of random requests a short run is enough on a server that is right: there are many.
	sequences = 6
	rounds    = 4
)

// Run grades all of it. The error is the context's, or a *grade.UsageError.
func Run(ctx context.Context, o Options) (*Proof, error) {
	o.Seeds = max(o.Seeds, 1)
	met, err := o.rehearse(ctx)
	if err != nil {
		return nil, err
	}
	o.restrict(met)
	p := newProof(o)
	waiting, working := o.trials(p, met)
	var mu sync.Mutex
	done := 0
	grade := func(ctx context.Context, t trial) error {
		result, err := t.grade(ctx, o)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		t.row.add(result)
		if done++; o.Progress != nil {
			o.Progress(done, len(waiting)+len(working))
		}
		return nil
	}
	err = Each(ctx, waitingAtOnce*cmp.Or(o.Jobs, DefaultJobs()), len(waiting), func(ctx context.Context, i int) error { return grade(ctx, waiting[i]) })
	if err == nil {
		err = Each(ctx, o.Jobs, len(working), func(ctx context.Context, i int) error { return grade(ctx, working[i]) })
	}
	if err != nil {
		return nil, err
	}
	p.finish()
	return p, nil
}

// restrict leaves out the servers to which none of the rules applies: faults that do not break them, and choices that
// are not met by them.
func (o *Options) restrict(met meetings) {
	if len(o.Rules) == 0 {
		return
	}
	o.Parts = 1 // of which all are looked at
	wanted := func(rule string) bool { return slices.Contains(o.Rules, rule) }
	faults := slices.Clone(o.Faults)
	for i, subject := range faults {
		faults[i].Faults = slices.DeleteFunc(slices.Clone(subject.Faults), func(f fault.Fault) bool { return !slices.ContainsFunc(f.Breaks, wanted) })
	}
	o.Faults = faults
	o.Choices = slices.DeleteFunc(slices.Clone(o.Choices), func(c fault.Choice) bool { return !o.judges(met.with(o.Catalogue, c), c.Level) })
	if len(o.Choices) == 0 {
		o.Combinations = 0
	}
	o.Clients.restrict(wanted)
}

// judges says whether the wanted rules have something for a server of that level, which has no replica.
func (o Options) judges(c *catalogue.Catalogue, level string) bool {
	return slices.ContainsFunc(c.Scenarios, func(s *catalogue.Scenario) bool {
		within := slices.Index(catalogue.Levels, s.Level) <= slices.Index(catalogue.Levels, level)
		return within && slices.Contains(o.Rules, s.Rule.ID) && !s.Replicas
	})
}

// trial is one server or client to be graded with one seed.
type trial struct {
	row       *Row
	seed      uint64
	rules     []string // those to look at; none for all
	catalogue *catalogue.Catalogue
	graded    interface {
		Grade(ctx context.Context, o grade.Options, replicas bool) (*grade.Result, error)
	}
}

// waits says whether grading it is more waiting than work.
func (r *Row) waits() bool { return r.Subject == clientSubject || r.Name == slow || hangs(r.Name) }

func hangs(fault string) bool { return strings.HasSuffix(fault, "-hangs") }

// trials are what to grade, in order, those whose grading waits more than it works apart; each has its row in the proof.
func (o Options) trials(p *Proof, met meetings) (waiting, working []trial) {
	add := func(t trial) {
		if t.row.waits() {
			waiting = append(waiting, t)
		} else {
			working = append(working, t)
		}
	}
	clients := newClientRows(o.Clients, p)
	for i := range o.Seeds {
		seed := o.Seed + uint64(i)
		n := 0
		for _, subject := range o.Faults {
			for _, f := range subject.Faults {
				add(trial{p.Faults[n], seed, o.part(o.Catalogue, p.Faults[n], n+i), met.of(o.Catalogue, func(r request) bool { return f.Meets(r.method, r.path) }), Faulty(f)})
				n++
			}
		}
		for n, c := range o.Choices {
			add(trial{p.Choices[n], seed, o.part(o.Catalogue, p.Choices[n], n+i), met.with(o.Catalogue, c), Right(c)})
		}
		for n, combination := range Combinations(seed, o.Combinations) {
			p.Combinations = append(p.Combinations, combinationRow(combination))
			row := p.Combinations[len(p.Combinations)-1]
			add(trial{row, seed, o.part(o.Catalogue, row, n+i), met.with(o.Catalogue, combination...), Right(combination...)})
		}
		for _, t := range clients.trials(o, i) {
			add(t)
		}
	}
	return waiting, working
}

// part is which rules to look at: all that the server breaks, and of the others one in so many, the next ones for the next
// number.
func (o Options) part(c *catalogue.Catalogue, row *Row, number int) []string {
	if o.Parts < 2 {
		return o.known(c)
	}
	var rules []string
	for i, rule := range c.Rules {
		if slices.Contains(row.Breaks, rule.ID) || (i+number)%o.Parts == 0 {
			rules = append(rules, rule.ID)
		}
	}
	return rules
}

// known are the wanted rules of this catalogue: servers and clients have rules of their own.
func (o Options) known(c *catalogue.Catalogue) []string {
	return slices.DeleteFunc(slices.Clone(o.Rules), func(id string) bool { return c.Rule(id) == nil })
}

// grade looks at the part, and at all where a rule on the whole run is broken and the part did not show it.
func (t trial) grade(ctx context.Context, o Options) (*grade.Result, error) {
	result, err := t.look(ctx, o, t.rules)
	if err == nil && o.Parts > 1 && t.hides(result) {
		return t.look(ctx, o, nil)
	}
	return result, err
}

func (t trial) look(ctx context.Context, o Options, rules []string) (*grade.Result, error) {
	options := grade.Options{Catalogue: t.catalogue, Level: t.row.Level, Rules: rules, Partly: o.Parts > 1, Seed: t.seed, Brief: true}
	if len(t.row.Breaks) == 0 {
		options.Sequences, options.Rounds = sequences, rounds
	}
	result, err := t.graded.Grade(ctx, options, slices.Contains(t.row.Breaks, "replicas"))
	if errors.Is(err, grade.ErrNothing) {
		return &grade.Result{}, nil // the part has nothing for this server or client
	}
	return result, err
}

// hides says whether a rule on the whole run is broken, and did not fail.
func (t trial) hides(result *grade.Result) bool {
	failed := map[string]bool{}
	for _, rule := range grade.Rules(result.Scenarios) {
		failed[rule.ID] = failed[rule.ID] || rule.Verdict == grade.Failed
	}
	return slices.ContainsFunc(t.row.Breaks, func(id string) bool { return t.catalogue.Rule(id).Afterwards && !failed[id] })
}

// Combinations draws choices of the highest level that go together, the same for the same seed.
func Combinations(seed uint64, n int) [][]fault.Choice {
	random := rand.New(rand.NewPCG(seed, 0))
	drawn := make([][]fault.Choice, n)
	for i := range drawn {
		all := fault.Choices()
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, c := range all {
			unfit := c.Level != highest || c.Name == slow // which would only be slower with others
			if len(drawn[i]) < most && !unfit && !slices.ContainsFunc(drawn[i], c.Excludes) {
				drawn[i] = append(drawn[i], c)
			}
		}
	}
	return drawn
}
