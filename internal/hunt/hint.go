package hunt

import (
	"context"
	"fmt"
	"slices"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/proof"
)

// Hints is how many hints there are for each hunt.
const Hints = 4

// Hint is the hint of that number, from 1, the weakest; after the last one it stays the last. It is taken from what the
// lab's own rule finds.
func (h Hunt) Hint(ctx context.Context, rules *contract.Contract, number int) (string, error) {
	rule := rules.Rule(h.fault.Breaks[0])
	result, err := proof.Faulty(h.fault).Grade(ctx, grade.Options{Contract: rules, Selection: grade.Selection{Level: h.Level, Rules: []string{rule.ID}}}, false)
	if err != nil {
		return "", err
	}
	s := FirstFailed(result)
	if s == nil {
		return "", fmt.Errorf("the rule %s does not find the hunted server", rule.ID)
	}
	switch number {
	case 1:
		return "It shows with " + families(s) + ".", nil
	case 2:
		return methods(s), nil
	case 3:
		return fmt.Sprintf("It is about this rule: %s. restlab rules %s tells more.", rule.Name, rule.ID), nil
	}
	return fmt.Sprintf("Of the rule %s this scenario catches it: %s.", rule.ID, s.Name), nil
}

// FirstFailed is the first scenario that failed, nil for none.
func FirstFailed(r *grade.Result) *grade.Scenario {
	i := slices.IndexFunc(r.Scenarios, func(s *grade.Scenario) bool { return s.Verdict == grade.Failed })
	if i < 0 {
		return nil
	}
	return r.Scenarios[i]
}

func families(s *grade.Scenario) string {
	if s.Family == "both" {
		return "items and tasks"
	}
	return s.Family
}

// methods says what to send, and where to look when that is elsewhere.
func methods(s *grade.Scenario) string {
	asked, shown := "", ""
	for _, step := range s.Steps {
		if step.Keyword == "When" && step.To > step.From {
			asked = s.Exchanges[step.To-1].Request.Method
		}
	}
	if s.Failure.Exchange >= 0 {
		shown = s.Exchanges[s.Failure.Exchange].Request.Method
	}
	switch {
	case asked == "" && shown == "":
		return "It shows in the answers to several requests together."
	case asked == "" || asked == shown:
		return fmt.Sprintf("It shows in the answer to %s.", shown)
	case shown == "":
		return fmt.Sprintf("It shows in the responses to %s, taken together.", asked)
	}
	return fmt.Sprintf("It shows after %s: look with %s at what is there then.", asked, shown)
}
