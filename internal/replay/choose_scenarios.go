package replay

import (
	"fmt"
	"slices"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/suggest"
)

// Pick returns the scenarios that the ids mean: a scenario, or what a rule has missed, or all of the rule if that is
// nothing. Without an id it returns all that cost a mark. The error, for an id that means nothing, is *lab.Error.
func (g *Grading) Pick(c *contract.Contract, ids []string) ([]*contract.Scenario, error) {
	wanted := map[string]bool{}
	for _, id := range ids {
		found := g.meant(c, id)
		if len(found) == 0 {
			return nil, unknown(c, id)
		}
		for _, s := range found {
			wanted[s.ID] = true
		}
	}
	return filter(c.Scenarios, func(s *contract.Scenario) bool {
		return wanted[s.ID] || len(ids) == 0 && g.Verdict(s.ID).Missed()
	}), nil
}

// meant returns the scenario of that id, or those of the rule.
func (g *Grading) meant(c *contract.Contract, id string) []*contract.Scenario {
	if rule := c.Rule(id); rule != nil {
		if missed := filter(rule.Scenarios, func(s *contract.Scenario) bool { return g.Verdict(s.ID).Missed() }); len(missed) > 0 {
			return missed
		}
		return rule.Scenarios
	}
	return filter(c.Scenarios, func(s *contract.Scenario) bool { return s.ID == id })
}

func filter(all []*contract.Scenario, wanted func(*contract.Scenario) bool) []*contract.Scenario {
	return slices.DeleteFunc(slices.Clone(all), func(s *contract.Scenario) bool { return !wanted(s) })
}

func unknown(c *contract.Contract, id string) error {
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
