package grade

import (
	"cmp"
	"slices"

	"restlab/internal/contract"
)

// sort orders scenarios by the rules of the contract, by level. Rules on the whole run come last.
func (r *Result) sort(o Options) {
	c := o.Contract
	slices.SortStableFunc(r.Scenarios, func(a, b *Scenario) int {
		return cmp.Or(
			cmp.Compare(late(a), late(b)),
			cmp.Compare(o.place(a.rule), o.place(b.rule)),
			cmp.Compare(slices.Index(contract.Levels, a.Level), slices.Index(contract.Levels, b.Level)),
			cmp.Compare(slices.Index(c.Rules, a.rule), slices.Index(c.Rules, b.rule)),
		)
	})
}

// place returns the position of a rule among those that come first; all other rules come after them, with equal positions.
func (o Options) place(rule *contract.Rule) int {
	if i := slices.Index(o.First, rule.ID); i >= 0 {
		return i
	}
	return len(o.First)
}

// late orders rules on the whole run after the other rules.
func late(s *Scenario) int {
	if s.wholeRun {
		return 1
	}
	return 0
}

// Passed reports whether no rule is broken or not reached.
func (r *Result) Passed() bool {
	s := r.Summary
	return s.Failed == 0 && s.NotReached == 0 && s.LabFaults == 0
}

// costs reports whether the scenario costs a mark.
func (s *Scenario) costs() bool { return s.Verdict != Passed && s.Verdict != Advice }

// summarize counts rules, scenarios and points. left holds the rules whose scenarios did not run.
func summarize(scenarios []*Scenario, left []Rule, notes []string) Summary {
	blame(scenarios)
	rules := withLeft(Rules(scenarios), left)
	s := Summary{
		Marks: mark(rules), Counts: count(scenarios), Notes: append([]string{}, notes...), Levels: []Score{}, Families: []Score{},
		Rules: append([]Rule{}, rules...),
	}
	for _, level := range contract.Levels {
		s.Levels = appendScore(s.Levels, level, rules, func(r Rule) bool { return r.Level == level })
	}
	for _, family := range append(slices.Clone(contract.Families), both) {
		s.Families = appendScore(s.Families, family, rules, func(r Rule) bool { return r.Family == family })
	}
	for i := range s.Rules { // the scenarios are in the Result already
		s.Rules[i].Verdict, s.Rules[i].Scenarios = "", nil
	}
	return s
}

func appendScore(scores []Score, name string, all []Rule, wanted func(Rule) bool) []Score {
	score, found := Score{Name: name}, false
	for _, rule := range all {
		if !wanted(rule) {
			continue
		}
		found = true
		score.Points += rule.Points
		score.PointsOf += rule.PointsOf
		if rule.Advice {
			continue
		}
		score.Rules++
		if rule.Outcome == Kept {
			score.RulesKept++
		}
	}
	if !found {
		return scores
	}
	return append(scores, score)
}

func count(scenarios []*Scenario) Counts {
	var c Counts
	for _, s := range scenarios {
		switch s.Verdict {
		case Passed:
			c.Passed++
		case Failed:
			c.Failed++
		case NotReached:
			c.NotReached++
		case NotChecked:
			c.NotChecked++
		case LabFault:
			c.LabFaults++
		case Advice:
			c.Advice++
		}
		if s.Unsteady {
			c.Unsteady++
		}
		c.Points += s.Points
		c.PointsOf += s.PointsOf
	}
	return c
}

// Causes groups failures by their cause, in order. If the failures of a rule are all explained by an earlier card, the rule
// is named there and gets no card.
func (r *Result) Causes() []Cause {
	var causes []Cause
	explained := map[string]int{} // cause to the index of its card
	for _, rule := range Rules(r.Scenarios) {
		failed := rule.With(Failed)
		if len(failed) == 0 {
			continue
		}
		fresh := slices.IndexFunc(failed, func(s *Scenario) bool { _, known := explained[s.causeKey]; return !known })
		if fresh < 0 {
			card := &causes[explained[failed[0].causeKey]]
			card.Also = append(card.Also, rule.ID)
			continue
		}
		for _, s := range failed {
			if _, known := explained[s.causeKey]; !known {
				explained[s.causeKey] = len(causes)
			}
		}
		causes = append(causes, Cause{Rule: rule.ID, Scenario: failed[fresh], Others: append(failed[:fresh:fresh], failed[fresh+1:]...), Passed: rule.With(Passed)})
	}
	return causes
}

// Cause is what one card shows.
type Cause struct {
	Rule     string
	Scenario *Scenario   // the one to look at
	Others   []*Scenario // of the same rule, failed too
	Passed   []*Scenario // of the same rule: they tell how far it reaches
	Also     []string    // rules that fail for the same cause
}

// Obstacles groups the scenarios that were not reached by their obstacle.
func (r *Result) Obstacles() [][]*Scenario {
	var groups [][]*Scenario
	for _, s := range r.Scenarios {
		if s.Verdict != NotReached {
			continue
		}
		i := slices.IndexFunc(groups, func(g []*Scenario) bool { return g[0].obstacle() == s.obstacle() })
		if i < 0 {
			groups = append(groups, []*Scenario{s})
			continue
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}

func (s *Scenario) obstacle() string { return cmp.Or(s.causeKey, s.Why) }
