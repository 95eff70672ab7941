package proof

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
)

// Markdown writes what is to be proved as a document, the same in every run: each fault, what a client sees and the
// rules that fail, and each choice. That they do fail, and no others, is what Run finds out.
func Markdown(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# The proof

Generated from the tables in %[1]sinternal/proof/fault%[1]s and %[1]sinternal/proof/client%[1]s, and what %[1]smake mutants%[1]s found. %[1]srestlab prove%[1]s grades each of these servers and fails unless every fault fails
under the rules that stand beside it and under no other, and no choice costs a mark, alone or in combination. A fault
is served by %[1]srestlab serve --fault NAME%[1]s, a choice by %[1]srestlab serve --choice NAME%[1]s.

## %[2]d faults

The rule that is about the fault comes first. Rules in *italics* fail too when requests happen to meet.
`, "`", len(fault.All()))
	for _, subject := range fault.Subjects() {
		fmt.Fprintf(&b, "\n### %s%s\n\n| fault | what a client sees | level | rules that fail |\n|---|---|---|---|\n", strings.ToUpper(subject.Name[:1]), subject.Name[1:])
		for _, f := range subject.Faults {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.Name, cell(f.Does), f.Level, failing(f.Breaks, f.Perhaps))
		}
	}
	costlyMarkdown(&b)
	choices := fault.Choices()
	fmt.Fprintf(&b, "\n## %d choices\n\nWhat is about the same thing excludes each other; all others go together.\n\n| choice | what a client sees | about | up to |\n|---|---|---|---|\n", len(choices))
	for _, c := range choices {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.Name, cell(c.Does), cell(c.About), c.Level)
	}
	clientsMarkdown(&b)
	mutants, err := ReadMutants()
	if err != nil {
		return err
	}
	b.WriteString(mutants.markdown())
	_, err = io.WriteString(out, b.String())
	return err
}

// ChoicesTable returns a table in Markdown of all that a right server may choose, by subject.
func ChoicesTable() string {
	b := strings.Builder{}
	b.WriteString("| about | a right server may do this | up to level |\n|---|---|---|\n")
	choices := fault.Choices()
	slices.SortStableFunc(choices, func(a, c fault.Choice) int { return cmp.Compare(a.About, c.About) })
	for _, c := range choices {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(c.About), cell(c.Does), c.Level)
	}
	return b.String()
}

// costlyMarkdown writes why some faults cost more than others.
func costlyMarkdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n### Faults that cost more than %d rules beside their own\n\nOne mistake has to cost one mistake: a rule that needs what is broken elsewhere is checked in another way, if there is one. For these there is none.\n\n| fault | reason |\n|---|---|\n", mostBeside)
	row := func(name, reason string) {
		if reason != "" {
			fmt.Fprintf(b, "| %s | %s |\n", name, cell(reason))
		}
	}
	for _, f := range fault.All() {
		row(f.Name, f.Reason)
	}
	for _, f := range client.Faults() {
		row(f.Name, f.Reason)
	}
}

// clientsMarkdown writes the clients, which are proved in the same way.
func clientsMarkdown(b *strings.Builder) {
	all := client.Faults()
	fmt.Fprintf(b, "\n## %d clients with one mistake\n\n`restlab client --fault NAME` is each of them.\n\n| client | what a server sees | level | rules that fail |\n|---|---|---|---|\n", len(all))
	for _, f := range all {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", f.Name, cell(f.Does), f.Level, failing(f.Breaks, nil))
	}
	choices := client.Choices()
	fmt.Fprintf(b, "\n## %d clients that are right\n\nEach chooses something, and costs no mark at any level. `restlab client --choice NAME` is each of them.\n\n| client | what a server sees |\n|---|---|\n", len(choices))
	for _, c := range choices {
		fmt.Fprintf(b, "| %s | %s |\n", c.Name, cell(c.Does))
	}
}

func failing(breaks, perhaps []string) string {
	rules := slices.Clone(breaks)
	rules[0] = "**" + rules[0] + "**"
	for _, rule := range perhaps {
		if rule == "*" {
			rule = "any other"
		}
		rules = append(rules, "*"+rule+"*")
	}
	return strings.Join(rules, ", ")
}

// cell makes text harmless in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`, "_", `\_`).Replace(text)
}
