package contract

import (
	"fmt"
	"slices"
	"strings"

	"restlab/steps"
)

// check finds what the parser and godog let pass: sentences that nobody knows, duplicate names, scenarios that
// check nothing. Every problem is reported, not only the first.
func (c *Contract) check() Problems {
	var problems Problems
	names := map[string]int{}
	ids := map[string]*Rule{}
	for _, rule := range c.Rules {
		if other := ids[rule.ID]; other != nil {
			problems = append(problems, Problem{rule.File, rule.Line, fmt.Sprintf("the id %s is taken by the rule %q in %s", rule.ID, other.Name, other.File), ""})
		}
		ids[rule.ID] = rule
	}
	for _, s := range c.Scenarios {
		if line, taken := names[s.ID]; taken {
			problems = append(problems, Problem{s.File, s.Line, fmt.Sprintf("the name %q is taken in line %d", s.Name, line), "in an outline, put a column into the name: Scenario Outline: <flaw> is refused"})
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

func (s *Scenario) check() Problems {
	var problems Problems
	asks := false
	for _, step := range s.Steps {
		asks = asks || step.Keyword == string(steps.Then)
		s.note(step.sentences())
		for len(step.sentences()) == 1 && steps.Inner(step.Text) != "" {
			step.Text = steps.Inner(step.Text)
		}
		if len(step.sentences()) != 1 {
			problems = append(problems, s.unknown(step))
		} else if err := steps.Slip(step.Text); err != nil {
			problems = append(problems, Problem{s.File, step.Line, err.Error(), ""})
		}
	}
	if !asks && len(s.Steps) > 0 {
		problems = append(problems, Problem{s.File, s.Line, fmt.Sprintf("the scenario %q has no Then, so it checks nothing", s.Name), ""})
	}
	return problems
}

// note keeps the sentences of a step.
func (s *Scenario) note(sentences []steps.Sentence) {
	for _, sentence := range sentences {
		if !slices.ContainsFunc(s.Sentences, func(known steps.Sentence) bool { return known.Example == sentence.Example }) {
			s.Sentences = append(s.Sentences, sentence)
		}
	}
}

// sentences are the entries of the vocabulary that a step could stand for: one, if all is well.
func (step Step) sentences() []steps.Sentence {
	var found []steps.Sentence
	for _, sentence := range steps.Vocabulary {
		if sentence.Matches(steps.Keyword(step.Keyword), step.Text) {
			found = append(found, sentence)
		}
	}
	return found
}

func (s *Scenario) unknown(step Step) Problem {
	what := fmt.Sprintf("%q is no sentence of the lab after %s", step.Text, step.Keyword)
	hint := "restlab steps lists them all"
	if nearest := steps.Nearest(steps.Keyword(step.Keyword), step.Text, 3); len(nearest) > 0 {
		hint = "nearest: " + strings.Join(nearest, "\n             ")
	}
	if len(step.sentences()) > 1 {
		what, hint = fmt.Sprintf("%q could be more than one sentence", step.Text), ""
	}
	return Problem{s.File, step.Line, what, hint}
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
	for _, sentence := range steps.Vocabulary {
		if !slices.ContainsFunc(own, func(c *Contract) bool { return c.uses(sentence) }) {
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

func (c *Contract) uses(sentence steps.Sentence) bool {
	return slices.ContainsFunc(c.Scenarios, func(s *Scenario) bool {
		return slices.ContainsFunc(s.Steps, func(step Step) bool {
			return sentence.Matches(steps.Keyword(step.Keyword), step.Text) ||
				sentence.Matches(steps.Then, steps.Inner(step.Text))
		})
	})
}
