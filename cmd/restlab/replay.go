package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/report"
	"restlab/internal/session"
	"restlab/internal/suggest"
	"restlab/internal/terminal"
)

func (p *program) replayCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "replay [ID]...",
		Short: "run what failed in the last grading again: is it fixed?",
		Long: `Run scenarios of the last grading again: the same server, the same seed.

  restlab replay                  all that failed or was not reached
  restlab replay put.created      what failed of this rule
  restlab replay put.created/a-free-key-answers-201   one scenario, as its card says

Restart your server first if you have changed it, unless the lab has started it: then it starts it again. The last grading is kept on this machine, in the folder RESTLAB_HOME
or the user's folder for caches.

Exit status: 0 all of them pass now, 1 some do not, 2 bad usage, 3 the server could not be reached,
4 the lab's own fault.`,
		RunE:              func(cmd *cobra.Command, args []string) error { return p.replay(cmd.Context(), args) },
		ValidArgsFunction: p.failedBefore,
	}
}

func (p *program) replay(ctx context.Context, ids []string) error {
	l, err := p.lastGrading()
	if err != nil {
		return err
	}
	r, err := p.requestOf(l)
	if err != nil {
		return err
	}
	if done, err := locate.Guarded(ctx, p.Terminal, &r.Programs); done {
		return err
	}
	c, err := r.Contract()
	if err != nil {
		return err
	}
	wanted, err := l.pick(c, ids)
	if err != nil {
		return err
	}
	if len(wanted) == 0 {
		fmt.Fprintf(p.Out, "Nothing failed in the last grading (%s, seed %d).\n", terminal.Count(len(l.Scenarios), "scenario"), l.Seed)
		return nil
	}
	again := p.session(r)
	text := again.Text()
	text.Replay = p.Name + " replay"
	where, err := again.Locate(ctx)
	if err != nil {
		return err
	}
	defer where.Stop()
	result, err := l.run(ctx, wanted, session.OptionsAt(grade.Options{
		Contract: c, Level: l.levelFor(wanted), Jobs: r.Jobs, Timeout: r.Timeout, Sequences: r.Sequences, Once: true,
	}, where.Servers))
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Out, "Replayed %s at %s\n\n", terminal.Count(len(wanted), "scenario"), report.Describe(result.Target))
	return p.answer(text, result, l.compare(wanted, result))
}

// requestOf reads the words of the last grading as if they were typed again.
func (p *program) requestOf(l *last) (*session.Request, error) {
	r := new(session.Request)
	cmd := p.gradeCommand(r)
	if err := cmd.ParseFlags(l.Arguments); err != nil {
		return nil, lab.Usage("the last grading cannot be replayed: "+err.Error(), "grade your server once more")
	}
	return r, readGrade(cmd, r, cmd.Flags().Args())
}

// pick finds the scenarios that the ids mean, all that cost a mark where there are none.
func (l *last) pick(c *contract.Contract, ids []string) ([]*contract.Scenario, error) {
	wanted := map[string]bool{}
	for _, id := range ids {
		found := l.meant(c, id)
		if len(found) == 0 {
			return nil, unknownScenario(c, id)
		}
		for _, s := range found {
			wanted[s.ID] = true
		}
	}
	return filter(c.Scenarios, func(s *contract.Scenario) bool {
		before := l.find(s.ID)
		return wanted[s.ID] || len(ids) == 0 && before != nil && before.missed()
	}), nil
}

// meant are the scenario of that id, or those of the rule: what failed of it, or all of it where nothing did.
func (l *last) meant(c *contract.Contract, id string) []*contract.Scenario {
	if rule := c.Rule(id); rule != nil {
		failed := filter(rule.Scenarios, func(s *contract.Scenario) bool { before := l.find(s.ID); return before != nil && before.missed() })
		if len(failed) > 0 {
			return failed
		}
		return rule.Scenarios
	}
	return filter(c.Scenarios, func(s *contract.Scenario) bool { return s.ID == id })
}

func filter(all []*contract.Scenario, wanted func(*contract.Scenario) bool) []*contract.Scenario {
	return slices.DeleteFunc(slices.Clone(all), func(s *contract.Scenario) bool { return !wanted(s) })
}

func unknownScenario(c *contract.Contract, id string) error {
	var names []string
	for _, rule := range c.Rules {
		names = append(names, rule.ID)
	}
	for _, s := range c.Scenarios {
		names = append(names, s.ID)
	}
	hint := "restlab replay alone runs all that failed"
	return lab.Usage(fmt.Sprintf("there is no scenario and no rule %q", id), hint+suggest.DidYouMean(suggest.Names(id, names)))
}

// levelFor is the level of the last grading, or the one above that a scenario needs.
func (l *last) levelFor(wanted []*contract.Scenario) string {
	level := slices.Index(contract.Levels, l.Level)
	for _, s := range wanted {
		level = max(level, slices.Index(contract.Levels, s.Level))
	}
	return contract.Levels[level]
}

// run runs each scenario with the seed that it had, which is not the same for all where a grading was repeated.
func (l *last) run(ctx context.Context, wanted []*contract.Scenario, o grade.Options) (*grade.Result, error) {
	bySeed := map[uint64][]string{}
	var seeds []uint64
	for _, s := range wanted {
		seed := l.Seed
		if before := l.find(s.ID); before != nil {
			seed = before.Seed
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
			return nil, lab.Usage("that cannot be asked of "+report.Describe(o.Target()), "grade the servers of both families, or two replicas, whichever it is about: then it can be replayed")
		}
		if err != nil {
			return nil, err
		}
		all.Add(result)
	}
	return all.Result(), nil
}

// compare says of each scenario how it was and how it is.
func (l *last) compare(wanted []*contract.Scenario, result *grade.Result) []report.Replayed {
	var all []report.Replayed
	for _, s := range wanted {
		one := report.Replayed{ID: s.ID, Chance: s.Race}
		if before := l.find(s.ID); before != nil {
			one.Before, one.Chance = before.Verdict, s.Race || before.Flaky
		}
		for _, now := range result.Scenarios {
			if now.ID == s.ID {
				one.Now = now.Verdict
			}
		}
		all = append(all, one)
	}
	return all
}

// answer prints what came of a replay and gives its exit status.
func (p *program) answer(text *report.Text, result *grade.Result, all []report.Replayed) error {
	if err := text.Replays(result, all); err != nil {
		return lab.Fault(err.Error(), "")
	}
	if slices.ContainsFunc(all, func(r report.Replayed) bool { return r.Now == "" }) && result.Summary.Broken == 0 {
		return session.ErrFailed
	}
	return session.Outcome(result)
}
