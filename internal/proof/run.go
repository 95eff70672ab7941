// Package proof grades servers of which it is known what they do wrong, if anything: each fault has to fail under the
// rule that is about it and under no rule that it does not declare, and no choice may cost a mark. That is the proof
// that the grader is right.
package proof

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"restlab/internal/contract"
	"restlab/internal/proof/fault"
)

// Options say what to prove.
type Options struct {
	Contract     *contract.Contract
	Faults       []fault.Subject // those to grade
	Choices      []fault.Choice  // those to grade, each alone
	Combinations int             // of choices that go together, drawn anew with each seed
	Clients      Clients         // those to grade
	Rules        []string        // look at these rules only; none for all
	Seed         uint64          // the first one; the others follow
	Seeds        int             // how often each server is graded; 0 for once
	Parts        int             // with each seed one in so many of the rules that a server should keep, where it is met; 0 for all of them
	Jobs         int             // servers at once, or sixteen times as many that wait; 0 for DefaultJobs
	Progress     func(done, of int)
}

// DefaultCombinations is how many combinations of choices are enough for one seed.
const DefaultCombinations = 50

const (
	highest = "production"
	most    = 6 // choices in one combination

	waitingAtOnce = 16 // times as many as work

	// Of random requests a short run is enough on a server that is right: there are many.
	sequences = 6
	rounds    = 4
)

// Run grades all of it. The error is the context's, or a *lab.Error.
func Run(ctx context.Context, o Options) (*Proof, error) {
	defer SweepRarely()()
	o.Seeds = max(o.Seeds, 1)
	o.Jobs = cmp.Or(o.Jobs, DefaultJobs())
	o.restrict()
	met, err := o.record(ctx)
	if err != nil {
		return nil, err
	}
	p := newProof(o)
	if err := o.gradeAll(ctx, o.trials(p, met)); err != nil {
		return nil, err
	}
	p.finish()
	return p, nil
}

// gradeAll grades those that wait, and after them those that work; beside both, those that never end.
func (o Options) gradeAll(ctx context.Context, trials [paces][]trial) error {
	of := 0
	for _, some := range trials {
		of += len(some)
	}
	var mu sync.Mutex
	done := 0
	all, ctx := errgroup.WithContext(ctx)
	each := func(p pace, jobs int) error {
		return Each(ctx, jobs, len(trials[p]), func(ctx context.Context, i int) error {
			t := trials[p][i]
			result, err := t.grade(ctx, o)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			t.row.addResult(result)
			if done++; o.Progress != nil {
				o.Progress(done, of)
			}
			return nil
		})
	}
	all.Go(func() error { return each(endless, waitingAtOnce*o.Jobs) })
	all.Go(func() error {
		if err := each(waiting, waitingAtOnce*o.Jobs); err != nil {
			return err
		}
		return each(working, o.Jobs)
	})
	return all.Wait()
}

// restrict leaves out the servers to which none of the rules applies: faults that do not break them, and choices of a lower
// level.
func (o *Options) restrict() {
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
	o.Choices = slices.DeleteFunc(slices.Clone(o.Choices), func(c fault.Choice) bool { return !judge(o.Contract, o.Rules, c.Level) })
	if len(o.Choices) == 0 {
		o.Combinations = 0
	}
	o.Clients.restrict(wanted)
}

// judge reports whether the rules have something for a server of that level, which has no replica.
func judge(c *contract.Contract, rules []string, level string) bool {
	return slices.ContainsFunc(c.Scenarios, func(s *contract.Scenario) bool {
		return within(s.Level, level) && slices.Contains(rules, s.Rule.ID) && !s.Replicas
	})
}

func within(level, highest string) bool {
	return slices.Index(contract.Levels, level) <= slices.Index(contract.Levels, highest)
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
