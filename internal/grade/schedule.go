package grade

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/steps"
)

// ErrNothing is part of the error of a grading that has no scenario to run.
var ErrNothing = errors.New("nothing to grade")

// nothing is ErrNothing with a hint.
func nothing(notes []string) error {
	hint := "leave out --rule, raise --level or give the other family's URL"
	if len(notes) > 0 {
		hint = strings.Join(notes, "; ")
	}
	return &nothingError{lab.Usage("nothing to grade: no scenario is of this level, of these rules and for this server", hint)}
}

type nothingError struct{ usage error }

func (e *nothingError) Error() string   { return e.usage.Error() }
func (e *nothingError) Unwrap() []error { return []error{e.usage, ErrNothing} }

// schedule holds the scenarios that run, in their order, and notes about those that do not run.
type schedule struct {
	ordinary []*contract.Scenario
	catchAll []*contract.Scenario // run only if all ordinary ones pass
	wholeRun []*contract.Scenario // judge what has happened, so they come last
	reported func(*contract.Scenario) bool
	notes    []string
	left     []Rule    // rules of which no scenario runs
	dropped  []dropped // by reason, before they become notes or rules that are left
}

// newSchedule selects scenarios by level, rule, scenario id, the families that have a server, and the abilities of a client.
// The error is a *lab.Error; it wraps ErrNothing if no scenario is left.
func newSchedule(o Options, t Target, able *steps.Abilities) (*schedule, error) {
	top := slices.Index(contract.Levels, o.Level)
	if top < 0 {
		return nil, lab.Usage(fmt.Sprintf("there is no level %q", o.Level), "the levels are "+strings.Join(contract.Levels, ", "))
	}
	for _, id := range o.Rules {
		if o.Contract.Rule(id) == nil {
			return nil, lab.Usage(fmt.Sprintf("there is no rule %q", id), "restlab rules lists them all"+contract.DidYouMean(o.Contract, id))
		}
	}
	s := &schedule{reported: func(s *contract.Scenario) bool {
		return (len(o.Rules) == 0 || slices.Contains(o.Rules, s.Rule.ID)) && (len(o.Scenarios) == 0 || slices.Contains(o.Scenarios, s.ID))
	}}
	for _, scenario := range o.Contract.Scenarios {
		if slices.Index(contract.Levels, scenario.Level) <= top {
			s.place(scenario, t, able)
		}
	}
	if len(s.wholeRun) == 0 || o.Partly { // a rule on the whole run needs the whole run
		s.reduce()
	}
	running := s.all()
	if len(running) == 0 {
		var notes []string
		for _, d := range s.dropped {
			notes = append(notes, d.note())
		}
		return nil, nothing(notes)
	}
	s.notes = t.familyNotes()
	for _, d := range s.dropped {
		s.settleDropped(d, running, t.missingFamily())
	}
	slices.SortStableFunc(s.ordinary, func(a, b *contract.Scenario) int { return cmp.Compare(a.Turn, b.Turn) })
	return s, nil
}

// place adds a scenario to its part of the schedule, or drops it if the target cannot run it.
func (s *schedule) place(scenario *contract.Scenario, t Target, able *steps.Abilities) {
	switch {
	case !t.serves(scenario.Families):
		why := t.missingFamily()
		if len(scenario.Families) > 1 {
			why = "items and tasks are needed, and " + why
		}
		s.drop(scenario, why)
	case s.lacksAbility(scenario, able):
	case scenario.Replicas && !t.isReplicated(scenario.Families):
		s.drop(scenario, t.replicasNeeded())
	case scenario.Rule.Net:
		if s.reported(scenario) {
			s.catchAll = append(s.catchAll, scenario)
		}
	case scenario.WholeRun:
		if s.reported(scenario) {
			s.wholeRun = append(s.wholeRun, scenario)
		}
	default:
		s.ordinary = append(s.ordinary, scenario)
	}
}

// reduce keeps the selected scenarios. Of the rules on the whole run it keeps those whose level has a scenario that runs.
func (s *schedule) reduce() {
	s.ordinary = filter(s.ordinary, s.reported)
	if len(s.ordinary)+len(s.catchAll) == 0 {
		return
	}
	s.wholeRun = filter(s.wholeRun, func(judging *contract.Scenario) bool {
		runs := slices.ContainsFunc(s.ordinary, func(ordinary *contract.Scenario) bool { return ordinary.Level == judging.Level })
		if !runs {
			s.drop(judging, "no other scenario of the same level was chosen")
		}
		return runs
	})
}

// all returns the scenarios in the order in which they run.
func (s *schedule) all() []*contract.Scenario {
	return slices.Concat(s.ordinary, s.catchAll, s.wholeRun)
}

func filter(all []*contract.Scenario, wanted func(*contract.Scenario) bool) []*contract.Scenario {
	var kept []*contract.Scenario
	for _, s := range all {
		if wanted(s) {
			kept = append(kept, s)
		}
	}
	return kept
}
