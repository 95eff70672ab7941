package walk

import (
	"slices"
	"strings"

	"restlab/internal/contract"
)

// FeatureName is what people call a feature by: its file, without the ending.
func FeatureName(file string) string { return strings.TrimSuffix(file, ".feature") }

// Features are the names of the features of a contract, in the order of their files.
func Features(c *contract.Contract) []string {
	var names []string
	for _, s := range c.Scenarios {
		if name := FeatureName(s.File); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Select are the scenarios of a feature, of a rule, or of that id; none where it names nothing. Of the examples of an outline it is the
// first, unless all are wanted, or one by its id. They come in the order of their rules.
func Select(c *contract.Contract, name string, all bool) []*contract.Scenario {
	var found []*contract.Scenario
	for _, rule := range c.Rules {
		for _, s := range rule.Scenarios {
			if s.ID == name || (all || s.Example == 0) && (name == "" || rule.ID == name || FeatureName(s.File) == name) {
				found = append(found, s)
			}
		}
	}
	return found
}

// OneOfEach leaves the first one of scenarios that are examples of one outline.
func OneOfEach(scenarios []*contract.Scenario) []*contract.Scenario {
	var left []*contract.Scenario
	for i, s := range scenarios {
		if i == 0 || s.Example <= scenarios[i-1].Example || s.Rule != scenarios[i-1].Rule {
			left = append(left, s)
		}
	}
	return left
}

// others are the further examples of the outline whose first one a scenario is.
func others(c *contract.Contract, s *contract.Scenario) []*contract.Scenario {
	at := slices.Index(c.Scenarios, s)
	if s.Example > 0 {
		return nil
	}
	after := c.Scenarios[at+1:]
	n := slices.IndexFunc(after, func(next *contract.Scenario) bool { return next.Example == 0 })
	if n < 0 {
		n = len(after)
	}
	return after[:n]
}
