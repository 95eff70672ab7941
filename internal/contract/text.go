package contract

import (
	"fmt"
	"strings"
)

// List returns the ids and names of all rules, level by level, for a terminal.
func (c *Contract) List() string {
	var b strings.Builder
	level := ""
	for _, rule := range c.Rules {
		if rule.Level != level {
			level = rule.Level
			fmt.Fprintln(&b, level)
		}
		fmt.Fprintf(&b, "  %-20s  %s\n", rule.ID, rule.Name)
	}
	return b.String()
}

// Text returns a rule with its reason, level, source, hints and scenarios, for a terminal.
func (rule *Rule) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s · %s\n\n%s\n\nlevel   %s\nsource  %s (%s)\n", rule.ID, rule.Name, rule.Reason, rule.Level, rule.Source, rule.Weight())
	for _, hint := range rule.HintsAt("") {
		fmt.Fprintf(&b, "hint    %s\n", hint)
	}
	fmt.Fprintf(&b, "\n%s\n", rule.Gherkin)
	return b.String()
}
