package grade

import (
	"cmp"
	"slices"

	"restlab/internal/contract"
)

// Outcome is the result of a rule.
type Outcome string

// The outcomes. Each rule has one of them.
const (
	Kept      Outcome = "kept"        // all of its scenarios passed
	Broken    Outcome = "broken"      // a scenario failed
	Unreached Outcome = "not reached" // a scenario could not be asked, because of what the server does elsewhere
	Unchecked Outcome = "not checked" // the lab did not ask
	Better    Outcome = "advice"      // it could be better. Such a rule never costs a mark
)

// both is the family of a rule that is about items and tasks.
const both = "both"

// Rule is the outcome of one rule, with its scenarios.
type Rule struct {
	ID       string  `json:"id"`
	Level    string  `json:"level"`  // where the rule begins
	Family   string  `json:"family"` // items, tasks, or both
	Outcome  Outcome `json:"outcome"`
	Why      string  `json:"why,omitempty"`     // of not reached and not checked
	Because  string  `json:"because,omitempty"` // of not reached: the rule that stands in the way, if it is known
	Advice   bool    `json:"advice,omitempty"`  // it never costs a mark
	Points   int     `json:"points"`
	PointsOf int     `json:"points_of"`

	Verdict   Verdict     `json:"-"` // the worst of its scenarios
	Scenarios []*Scenario `json:"-"`
}

// Rules gathers scenarios by rule, in their order.
func Rules(scenarios []*Scenario) []Rule {
	var rules []Rule
	for _, s := range scenarios {
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == s.Rule })
		if i < 0 {
			i, rules = len(rules), append(rules, Rule{ID: s.Rule, Level: s.Level, Family: s.Family, Verdict: s.Verdict, Advice: s.rule != nil && s.rule.Advice})
		}
		rules[i].add(s)
	}
	for i := range rules {
		rules[i].decide()
	}
	return rules
}

func (r *Rule) add(s *Scenario) {
	r.Scenarios = append(r.Scenarios, s)
	r.Verdict = Worse(r.Verdict, s.Verdict)
	r.Points += s.Points
	r.PointsOf += s.PointsOf
	if slices.Index(contract.Levels, s.Level) < slices.Index(contract.Levels, r.Level) {
		r.Level = s.Level
	}
	if s.Family != r.Family {
		r.Family = both
	}
}

// decide sets the outcome. A failure counts most, then an obstacle, then what was not checked.
func (r *Rule) decide() {
	for _, one := range []struct {
		verdict Verdict
		outcome Outcome
	}{{Failed, Broken}, {Advice, Better}, {NotReached, Unreached}, {LabFault, Unchecked}, {NotChecked, Unchecked}} {
		with := r.With(one.verdict)
		if len(with) == 0 {
			continue
		}
		r.Outcome = one.outcome
		if one.verdict == Failed || one.verdict == Advice {
			return
		}
		r.Why = with[0].Why
		if i := slices.IndexFunc(with, func(s *Scenario) bool { return s.Because != "" }); i >= 0 {
			r.Why, r.Because = with[i].Why, with[i].Because
		}
		return
	}
	r.Outcome = Kept
}

// With returns the scenarios of the rule that have the verdict.
func (r Rule) With(v Verdict) []*Scenario {
	return slices.DeleteFunc(slices.Clone(r.Scenarios), func(s *Scenario) bool { return s.Verdict != v })
}

// Worse returns the one of two verdicts that counts more.
func Worse(a, b Verdict) Verdict {
	severity := []Verdict{Passed, Advice, NotChecked, NotReached, Failed, LabFault}
	if slices.Index(severity, a) > slices.Index(severity, b) {
		return a
	}
	return b
}

// leave returns a selected rule whose scenarios did not run.
func leave(rule *contract.Rule, points int, why string) Rule {
	left := Rule{ID: rule.ID, Level: rule.Level, Outcome: Unchecked, Why: why, Advice: rule.Advice, PointsOf: points}
	if rule.Advice {
		left.PointsOf = 0
	}
	for i, s := range rule.Scenarios {
		if family := familyOf(s); i == 0 || family == left.Family {
			left.Family = family
		} else {
			left.Family = both
		}
	}
	return left
}

// withLeft adds the rules whose scenarios did not run, each to its level.
func withLeft(rules, left []Rule) []Rule {
	for _, rule := range left {
		if !slices.ContainsFunc(rules, func(r Rule) bool { return r.ID == rule.ID }) {
			rules = append(rules, rule)
		}
	}
	slices.SortStableFunc(rules, func(a, b Rule) int {
		return cmp.Compare(slices.Index(contract.Levels, a.Level), slices.Index(contract.Levels, b.Level))
	})
	return rules
}

func mark(rules []Rule) Marks {
	var m Marks
	for _, rule := range rules {
		if rule.Advice {
			continue
		}
		m.Of++
		switch rule.Outcome {
		case Kept:
			m.Kept++
		case Broken:
			m.Broken++
		case Unreached:
			m.Unreached++
		case Unchecked:
			m.Unchecked++
		case Better: // only of advice
		}
	}
	return m
}

// blame names, for each scenario that was not reached, the rule that caused it: the rule that failed for the same cause, or
// else the first rule that failed with the same kind of request.
func blame(scenarios []*Scenario) {
	byCause, byShape := map[string]string{}, map[string]string{}
	for _, s := range scenarios {
		if s.Verdict == Failed {
			note(byCause, s.causeKey, s.Rule)
			note(byShape, s.shape, s.Rule)
		}
	}
	for _, s := range scenarios {
		if s.Verdict == NotReached && s.Because == "" {
			s.Because = cmp.Or(byCause[s.causeKey], byShape[s.shape])
		}
		if s.Because == s.Rule {
			s.Because = ""
		}
	}
}

// note keeps the first rule for a key.
func note(rules map[string]string, key, rule string) {
	if key != "" && rules[key] == "" {
		rules[key] = rule
	}
}
