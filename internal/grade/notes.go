package grade

import (
	"fmt"
	"slices"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/steps"
)

// dropped are selected scenarios that do not run, for one reason.
type dropped struct {
	why       string
	scenarios []*contract.Scenario
}

// drop notes that a scenario does not run, if it was selected.
func (s *schedule) drop(scenario *contract.Scenario, why string) {
	if !s.reported(scenario) {
		return
	}
	i := slices.IndexFunc(s.dropped, func(d dropped) bool { return d.why == why })
	if i < 0 {
		s.dropped = append(s.dropped, dropped{why: why})
		i = len(s.dropped) - 1
	}
	s.dropped[i].scenarios = append(s.dropped[i].scenarios, scenario)
}

// settleDropped marks the rules whose scenarios all do not run, and notes how many scenarios of other rules do not run.
// Scenarios of a missing family have one note already.
func (s *schedule) settleDropped(d dropped, running []*contract.Scenario, missingFamily string) {
	var partly []*contract.Scenario
	for _, scenario := range d.scenarios {
		if slices.ContainsFunc(running, func(r *contract.Scenario) bool { return r.Rule == scenario.Rule }) {
			partly = append(partly, scenario)
		}
	}
	if len(partly) > 0 && d.why != missingFamily {
		s.notes = append(s.notes, d.partly(partly))
	}
	for _, rule := range rulesOf(d.scenarios) {
		if !slices.ContainsFunc(partly, func(p *contract.Scenario) bool { return p.Rule == rule }) {
			s.leave(rule, d.why)
		}
	}
}

// leave says that no scenario of the rule runs, and why.
func (s *schedule) leave(rule *contract.Rule, why string) {
	if !slices.ContainsFunc(s.left, func(left Rule) bool { return left.ID == rule.ID }) {
		s.left = append(s.left, leave(rule, len(rule.Scenarios), why))
	}
}

// note says which rules were not graded, and why.
func (d dropped) note() string {
	if len(rulesOf(d.scenarios)) == 1 {
		return fmt.Sprintf("the rule %s was not graded: %s", ruleIDs(d.scenarios), d.why)
	}
	return fmt.Sprintf("the rules %s were not graded: %s", ruleIDs(d.scenarios), d.why)
}

// partly says how many scenarios of rules that were graded were not.
func (d dropped) partly(scenarios []*contract.Scenario) string {
	rules := "rule"
	if len(rulesOf(scenarios)) > 1 {
		rules = "rules"
	}
	if len(scenarios) == 1 {
		return fmt.Sprintf("1 scenario of the rule %s was not graded: %s", ruleIDs(scenarios), d.why)
	}
	return fmt.Sprintf("%d scenarios of the %s %s were not graded: %s", len(scenarios), rules, ruleIDs(scenarios), d.why)
}

// ruleIDs returns the ids of the scenarios' rules, each once, with commas.
func ruleIDs(scenarios []*contract.Scenario) string {
	var ids []string
	for _, rule := range rulesOf(scenarios) {
		ids = append(ids, rule.ID)
	}
	return strings.Join(ids, ", ")
}

func rulesOf(scenarios []*contract.Scenario) []*contract.Rule {
	var rules []*contract.Rule
	for _, s := range scenarios {
		if !slices.Contains(rules, s.Rule) {
			rules = append(rules, s.Rule)
		}
	}
	return rules
}

// lacksAbility reports whether a client does not do what a scenario is about, and drops the scenario then.
func (s *schedule) lacksAbility(scenario *contract.Scenario, able *steps.Abilities) bool {
	if able == nil {
		return false
	}
	does := map[string]bool{contract.TakesKey: able.TakesKey, contract.Creates: able.Creates}
	for _, ability := range scenario.If {
		if does[ability] {
			continue
		}
		s.drop(scenario, contract.Abilities[ability])
		return true
	}
	return false
}

// serves reports whether there is a server for each of the families.
func (t Target) serves(families []string) bool {
	for _, family := range families {
		if family == "items" && t.Items == "" || family == "tasks" && t.Tasks == "" {
			return false
		}
	}
	return true
}

// isReplicated reports whether there are several servers for each of the families.
func (t Target) isReplicated(families []string) bool {
	for _, family := range families {
		if family == "items" && len(t.ItemsReplicas) == 0 || family == "tasks" && len(t.TasksReplicas) == 0 {
			return false
		}
	}
	return true
}

// replicasNeeded returns how to add a second server on the same store.
func (t Target) replicasNeeded() string {
	if len(t.Commands) > 0 {
		return "let the program serve its store at the port in REPLICA_PORT too"
	}
	var flags []string
	if t.Items != "" {
		flags = append(flags, "--items URL,URL")
	}
	if t.Tasks != "" {
		flags = append(flags, "--tasks URL,URL")
	}
	return "for two servers on one store type " + strings.Join(flags, " ")
}

// missingFamily returns why one of the families has no server, or "".
func (t Target) missingFamily() string {
	switch {
	case t.IsClient && t.Items == "":
		return "the program is a client of tasks"
	case t.IsClient && t.Tasks == "":
		return "the program is a client of items"
	case t.Items == "":
		return "no --items URL was given"
	case t.Tasks == "":
		return "no --tasks URL was given"
	}
	return ""
}

// familyNotes says which family is not graded, and why.
func (t Target) familyNotes() []string {
	missing := t.missingFamily()
	switch {
	case missing == "":
		return []string{}
	case t.Items == "":
		return []string{"the rules for items were not graded: " + missing}
	}
	return []string{"the rules for tasks were not graded: " + missing}
}

// deathNotes say what became of a program that the lab has started.
func deathNotes(deaths []lab.Death, gone string) []string {
	var notes []string
	switch {
	case gone != "":
		notes = append(notes, gone+": the rest could not be checked")
	case len(deaths) == 1:
		notes = append(notes, "the program died once and was started again")
	case len(deaths) > 1:
		notes = append(notes, fmt.Sprintf("the program died %d times and was started again", len(deaths)))
	}
	if len(deaths) > 0 && deaths[len(deaths)-1].Word != "" {
		last := deaths[len(deaths)-1]
		notes = append(notes, "before it died it printed: "+last.Word)
		if means := last.Means(); means != "" {
			notes = append(notes, means)
		}
	}
	return notes
}
