package course

import (
	"slices"

	"restlab/exercises"
	"restlab/internal/grade"
)

// Outcome is what a grading says of an exercise.
type Outcome struct {
	Passed  bool     // all rules were asked for and kept
	Kept    Score    // rules
	Missed  string   // the rule to begin with, "" for none
	Hints   []string // for it, from a question to what to change
	Unasked []string // rules of the exercise itself that were not graded, though all others are kept
}

// Judge looks whether a grading of an exercise's rules passes it. Advice is no rule to keep.
func Judge(e exercises.Exercise, r *grade.Result) Outcome {
	rules := Rules(e)
	if e.Kind == exercises.Client { // all that it could be asked
		for _, rule := range r.Summary.Rules {
			if rule.Outcome != grade.Unchecked {
				rules = append(rules, rule.ID)
			}
		}
		rules = slices.Compact(rules)
	}
	worst := map[string]grade.Verdict{}
	for _, rule := range grade.Rules(r.Scenarios) {
		before, known := worst[rule.ID]
		if !known {
			before = grade.Passed
		}
		worst[rule.ID] = grade.Worse(before, rule.Verdict)
		if rule.Scenarios[0].PointsOf == 0 {
			rules = slices.DeleteFunc(rules, func(id string) bool { return id == rule.ID })
		}
	}
	o := Outcome{Kept: Score{Of: len(rules)}}
	for _, id := range rules {
		switch verdict, asked := worst[id]; {
		case asked && verdict == grade.Passed:
			o.Kept.Right++
		case !asked && slices.Contains(e.Rules, id):
			o.Unasked = append(o.Unasked, id)
		}
	}
	if causes := r.Causes(); len(causes) > 0 {
		o.Missed, o.Hints = causes[0].Rule, causes[0].Scenario.Hints
	}
	if !r.Passed() || r.Deaths > 0 {
		o.Unasked = nil
		return o
	}
	o.Passed = len(o.Unasked) == 0
	return o
}
