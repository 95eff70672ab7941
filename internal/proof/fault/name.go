package fault

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"restlab/internal/lab"
	"restlab/internal/suggest"
)

// Find returns the fault of that name, and whether there is one.
func Find(name string) (Fault, bool) {
	all := All()
	i := slices.IndexFunc(all, func(f Fault) bool { return f.Name == name })
	if i < 0 {
		return Fault{}, false
	}
	return all[i], true
}

// FindChoice returns the choice of that name, and whether there is one.
func FindChoice(name string) (Choice, bool) {
	all := Choices()
	i := slices.IndexFunc(all, func(c Choice) bool { return c.Name == name })
	if i < 0 {
		return Choice{}, false
	}
	return all[i], true
}

// Names are the names of the faults, by subject.
func Names() []string {
	var names []string
	for _, f := range All() {
		names = append(names, f.Name)
	}
	return names
}

// ChoiceNames are the names of the choices, by subject.
func ChoiceNames() []string {
	var names []string
	for _, c := range Choices() {
		names = append(names, c.Name)
	}
	return names
}

// List prints the name, the level and what a client sees of each fault.
func List(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range All() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Name, f.Level, f.Does)
	}
	return table.Flush()
}

// ListChoices prints the name, the subject and what a client sees of each choice.
func ListChoices(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range Choices() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", c.Name, c.About, c.Does)
	}
	return table.Flush()
}

// Unknown returns the *lab.Error for a name of that kind, a fault or a choice, that is not one of the names.
func Unknown(kind, name string, names []string) error {
	hint := fmt.Sprintf("--%s list prints them all", kind)
	return lab.Usage(fmt.Sprintf("there is no %s %q", kind, name), hint+suggest.DidYouMean(suggest.Names(name, names)))
}
