package grade

import (
	"fmt"
	"slices"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/steps"
)

// dropped are scenarios that were selected and do not run, for one reason.
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

// note says which rules were not graded, and why. If other scenarios of these rules run, it says how many do not.
func (d dropped) note(running []*contract.Scenario) string {
	rules, n := rulesOf(d.scenarios), len(d.scenarios)
	isPart := slices.ContainsFunc(running, func(s *contract.Scenario) bool { return slices.Contains(rules, s.Rule) })
	what := "the rule " + ruleIDs(d.scenarios)
	if len(rules) > 1 {
		what = "the rules " + ruleIDs(d.scenarios)
	}
	were := "were"
	switch {
	case isPart && n == 1:
		what, were = "1 scenario of "+what, "was"
	case isPart:
		what = fmt.Sprintf("%d scenarios of %s", n, what)
	case len(rules) == 1:
		were = "was"
	}
	return fmt.Sprintf("%s %s not graded: %s", what, were, d.why)
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

// lacksAbility reports whether a client does not do what a scenario is about, and notes that the rule is left out.
func (s *schedule) lacksAbility(scenario *contract.Scenario, able *steps.Abilities) bool {
	if able == nil {
		return false
	}
	does := map[string]bool{contract.TakesKey: able.TakesKey, contract.Creates: able.Creates}
	for _, ability := range scenario.If {
		if does[ability] {
			continue
		}
		note := fmt.Sprintf("the rule %s was not graded: %s", scenario.Rule.ID, contract.Abilities[ability])
		if s.reported(scenario) && !slices.Contains(s.notes, note) {
			s.notes = append(s.notes, note)
		}
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

// replicasNeeded says what to do for a second server on the same store.
func (t Target) replicasNeeded() string {
	if len(t.Commands) == 1 && t.Items == t.Tasks {
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

// missingFamily says why there is no server for one of the families, "" if there is one for each.
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
		notes = append(notes, gone+": what was left could not be asked")
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
