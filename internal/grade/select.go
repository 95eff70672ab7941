package grade

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/steps"
)

// ErrNothing is the error of a grading for which no scenario is left.
var ErrNothing = lab.Usage("nothing to grade: no scenario is of this level, of these rules and for this server", "leave out --rule, raise --level or give the other family's URL")

// selection is which scenarios run, and what has to be said about those that do not.
type selection struct {
	ordinary   []*contract.Scenario
	nets       []*contract.Scenario // scored only where all ordinary ones pass
	afterwards []*contract.Scenario
	reported   func(*contract.Scenario) bool
	notes      []string
}

// choose selects by level, rule, scenario, the families that there is a server for, and what a client is able to do.
func choose(o Options, t Target, able *steps.Abilities) (*selection, error) {
	c, rules := o.Contract, o.Rules
	top := slices.Index(contract.Levels, o.Level)
	if top < 0 {
		return nil, lab.Usage(fmt.Sprintf("there is no level %q", o.Level), "the levels are "+strings.Join(contract.Levels, ", "))
	}
	for _, id := range rules {
		if c.Rule(id) == nil {
			return nil, lab.Usage(fmt.Sprintf("there is no rule %q", id), "restlab rules lists them all"+contract.DidYouMean(c, id))
		}
	}
	s := &selection{reported: func(s *contract.Scenario) bool {
		return (len(rules) == 0 || slices.Contains(rules, s.Rule.ID)) && (len(o.Scenarios) == 0 || slices.Contains(o.Scenarios, s.ID))
	}}
	for _, scenario := range c.Scenarios {
		switch {
		case slices.Index(contract.Levels, scenario.Level) > top, !t.has(scenario), s.lacks(scenario, able):
		case scenario.Rule.Net:
			if s.reported(scenario) {
				s.nets = append(s.nets, scenario)
			}
		case scenario.WholeRun:
			if s.reported(scenario) {
				s.afterwards = append(s.afterwards, scenario)
			}
		default:
			s.ordinary = append(s.ordinary, scenario)
		}
	}
	if len(s.afterwards) == 0 || o.Partly { // a rule on the whole run needs the whole run
		s.reduce()
	}
	if len(s.ordinary)+len(s.nets)+len(s.afterwards) == 0 {
		return nil, ErrNothing
	}
	s.notes = append(s.notes, t.notes()...)
	slices.SortStableFunc(s.ordinary, func(a, b *contract.Scenario) int { return cmp.Compare(a.Turn, b.Turn) })
	return s, nil
}

// reduce leaves what was asked for, and what judges the run where some of its level has one.
func (s *selection) reduce() {
	s.ordinary = keep(s.ordinary, s.reported)
	if len(s.ordinary)+len(s.nets) > 0 {
		s.afterwards = keep(s.afterwards, func(judging *contract.Scenario) bool {
			return slices.ContainsFunc(s.ordinary, func(ordinary *contract.Scenario) bool { return ordinary.Level == judging.Level })
		})
	}
}

// lacks says whether a client does not do what a scenario asks about, and notes that the rule was left out.
func (s *selection) lacks(scenario *contract.Scenario, able *steps.Abilities) bool {
	if able == nil {
		return false
	}
	does := map[string]bool{contract.TakesKey: able.TakesKey, contract.Creates: able.Creates}
	for _, ability := range scenario.If {
		note := fmt.Sprintf("the rule %s was not graded: %s", scenario.Rule.ID, contract.Abilities[ability])
		switch {
		case does[ability]:
			continue
		case s.reported(scenario) && !slices.Contains(s.notes, note):
			s.notes = append(s.notes, note)
		}
		return true
	}
	return false
}

// place is where a rule comes among those that come first; all others are equal behind them.
func (o Options) place(rule *contract.Rule) int {
	if i := slices.Index(o.First, rule.ID); i >= 0 {
		return i
	}
	return len(o.First)
}

// all are the scenarios in the order in which they run.
func (s *selection) all() []*contract.Scenario {
	return slices.Concat(s.ordinary, s.nets, s.afterwards)
}

func keep(all []*contract.Scenario, wanted func(*contract.Scenario) bool) []*contract.Scenario {
	var kept []*contract.Scenario
	for _, s := range all {
		if wanted(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// has says whether there are the servers that a scenario asks.
func (t Target) has(scenario *contract.Scenario) bool {
	for _, family := range scenario.Families {
		if family == "items" && t.Items == "" || family == "tasks" && t.Tasks == "" {
			return false
		}
	}
	return !scenario.Replicas || t.replicated(scenario.Families)
}

// replicated says whether there are several servers for all these families.
func (t Target) replicated(families []string) bool {
	for _, family := range families {
		if family == "items" && len(t.ItemsReplicas) == 0 || family == "tasks" && len(t.TasksReplicas) == 0 {
			return false
		}
	}
	return true
}

func (t Target) notes() []string {
	switch {
	case t.IsClient && t.Items == "":
		return []string{"the rules for items were not graded: the program is a client of tasks"}
	case t.IsClient && t.Tasks == "":
		return []string{"the rules for tasks were not graded: the program is a client of items"}
	case t.Items == "":
		return []string{"the rules for items were not graded: no --items URL was given"}
	case t.Tasks == "":
		return []string{"the rules for tasks were not graded: no --tasks URL was given"}
	}
	return []string{}
}
