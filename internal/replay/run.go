package replay

import (
	"cmp"
	"context"
	"slices"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/report"
)

// Run runs each scenario once, with the seed that it had: seeds differ where a grading was repeated. The options say what
// is asked and how, and Run sets their level, seed, scenarios and Once. An error about the target is *lab.Error.
func (g *Grading) Run(ctx context.Context, wanted []*contract.Scenario, o grade.Options) (*grade.Result, error) {
	o.Level, o.Once = g.levelFor(wanted), true
	bySeed := map[uint64][]string{}
	var seeds []uint64
	for _, s := range wanted {
		seed := g.Seed
		if before := g.Verdict(s.ID); before != nil {
			seed = cmp.Or(before.Seed, seed)
		}
		if bySeed[seed] == nil {
			seeds = append(seeds, seed)
		}
		bySeed[seed] = append(bySeed[seed], s.ID)
	}
	all := grade.Joined{Contract: o.Contract}
	for _, seed := range seeds {
		o.Seed, o.Scenarios = seed, bySeed[seed]
		result, err := grade.Run(ctx, o)
		if lab.IsUsage(err) {
			return nil, lab.Usage("that cannot be checked on "+report.Describe(o.Target()), "grade the servers of both families, or two replicas, whichever it is about: then it can be replayed")
		}
		if err != nil {
			return nil, err
		}
		all.Add(result)
	}
	return all.Result(), nil
}

// levelFor returns the level of the grading, or the one above that a scenario needs.
func (g *Grading) levelFor(wanted []*contract.Scenario) string {
	level := slices.Index(contract.Levels, g.Level)
	for _, s := range wanted {
		level = max(level, slices.Index(contract.Levels, s.Level))
	}
	return contract.Levels[level]
}

// Compare returns how each scenario was in the grading, and how it is in a result of Run.
func (g *Grading) Compare(wanted []*contract.Scenario, now *grade.Result) []report.Replayed {
	var all []report.Replayed
	for _, s := range wanted {
		one := report.Replayed{ID: s.ID, Chance: s.Race}
		if before := g.Verdict(s.ID); before != nil {
			one.Before, one.Chance = before.Verdict, s.Race || before.Flaky
		}
		for _, ran := range now.Scenarios {
			if ran.ID == s.ID {
				one.Now = ran.Verdict
			}
		}
		all = append(all, one)
	}
	return all
}
