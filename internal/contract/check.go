package contract

import (
	"fmt"
	"slices"
	"strings"

	"restlab/steps"
)

// check finds what the parser lets pass beside unknown sentences: duplicate names, rules and abilities that do not exist,
// scenarios that check nothing. Every problem is reported, not only the first.
func (c *Contract) check() Problems {
	var problems Problems
	names := map[string]int{}
	ids := map[string]*Rule{}
	for _, rule := range c.Rules {
		if other := ids[rule.ID]; other != nil {
			problems = append(problems, Problem{rule.File, rule.Line, fmt.Sprintf("the rule %[2]q in %[3]s already has the id %[1]s", rule.ID, other.Name, other.File), ""})
		}
		ids[rule.ID] = rule
	}
	for _, s := range c.Scenarios {
		if line, taken := names[s.ID]; taken {
			problems = append(problems, Problem{s.File, s.Line, fmt.Sprintf("the name %q is already used in line %d", s.Name, line), "in an outline, put a column into the name: Scenario Outline: <flaw> is refused"})
		}
		names[s.ID] = s.Line
		for _, id := range s.Needs {
			if ids[id] == nil {
				problems = append(problems, Problem{s.File, s.Line, fmt.Sprintf("the scenario %q needs the rule %s, which is not there", s.Name, id), "@needs: is followed by the id of a rule"})
			}
		}
		for _, ability := range s.If {
			if Abilities[ability] == "" {
				problems = append(problems, Problem{s.File, s.Line, fmt.Sprintf("no client is known to do %q", ability), "@if: is followed by key or creates"})
			}
		}
		problems = append(problems, s.check()...)
	}
	return problems
}

// check finds a scenario that checks nothing.
func (s *Scenario) check() Problems {
	then := func(step Step) bool { return step.Keyword == string(steps.Then) }
	if len(s.Steps) > 0 && !slices.ContainsFunc(s.Steps, then) {
		return Problems{{s.File, s.Line, fmt.Sprintf("the scenario %q has no Then, so it checks nothing", s.Name), ""}}
	}
	return nil
}

// Lint finds what the lab's own feature files must not lack: the level, source and hints of each rule, and a use
// for every sentence.
func Lint(own ...*Contract) Problems {
	var problems Problems
	for _, c := range own {
		for _, rule := range c.Rules {
			for _, what := range rule.lacks() {
				problems = append(problems, Problem{rule.File, rule.Line, fmt.Sprintf("the rule %s has no %s", rule.ID, what), ""})
			}
		}
	}
	used := map[*steps.Sentence]bool{}
	for _, c := range own {
		c.noteUsed(used)
	}
	all := steps.Vocabulary()
	for i := range all {
		if sentence := &all[i]; !used[sentence] {
			problems = append(problems, Problem{"steps/vocabulary.go", 0, fmt.Sprintf("no feature uses the sentence %q", sentence.Example), ""})
		}
	}
	return problems
}

var strengths = []string{"MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "contract"}

// lacks names what a rule of the lab's own must have and this one has not.
func (rule *Rule) lacks() []string {
	var what []string
	if rule.Reason == "" {
		what = append(what, "reason")
	}
	if rule.Source == "" {
		what = append(what, "Source")
	}
	if len(rule.Hints) == 0 {
		what = append(what, "Hint")
	}
	if !slices.Contains(strengths, rule.Strength) {
		what = append(what, "strength at the end of its Source ("+strings.Join(strengths, ", ")+")")
	}
	return what
}

// noteUsed adds the sentences that the scenarios are made of.
func (c *Contract) noteUsed(used map[*steps.Sentence]bool) {
	for _, s := range c.Scenarios {
		for _, step := range s.Steps {
			for _, sentence := range step.Match.Sentences() {
				used[sentence] = true
			}
		}
	}
}
