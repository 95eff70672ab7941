// Package client has clients. Some were written by others and do what a careful program does with an API: read again only what
// has changed, send again what may have been lost, and change a part without overwriting somebody else's change. Its tests
// run them against `restlab serve`, a process of its own:
//
//	curl.sh            curl
//	with_requests.py   Python requests
//	fetch.html         the fetch of a browser, here Chromium
//
// Each one prints the same transcript. Others are there to be graded, by the rules for clients:
//
//	client.go      one that is right
//	wrong.go       the same with one mistake each
//	choices.go     the same, right in another way
//	right/         right ones in other languages
package client

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"text/tabwriter"
)

// Levels, as the contract names them.
const (
	basics     = "basics"
	atHTTP     = "http"
	production = "production"
)

// Fault is a client with one mistake.
type Fault struct {
	Name   string   // short, in kebab case, one of its kind
	Does   string   // what a server sees, in one sentence
	Level  string   // the level at which it is graded
	Breaks []string // the rules that it breaks when graded at its level: first the one that is about it
	Reason string   // why it costs more than three rules beside the one that is about it; "" for most

	change func(*client)
}

// Choice is a client that does something in another way, and is right at every level.
type Choice struct {
	Name string
	Does string

	change func(*client)
}

// fallen tells of a panic as Go does that nobody has caught, and ends as it would.
func fallen(errOut io.Writer, status *int) {
	if what := recover(); what != nil {
		fmt.Fprintf(errOut, "panic: %v\n\n%s", what, debug.Stack())
		*status = 2
	}
}

// Run is the program: the client with that mistake or choice, "" for the one that is right. It returns the exit status, and false where
// there is none of that name. It stops early when the context ends.
func Run(ctx context.Context, name string, getenv func(string) string, out, errOut io.Writer) (status int, known bool) {
	defer fallen(errOut, &status)
	known = true
	c := right(ctx, getenv, out, errOut)
	defer func() { c.web.CloseIdleConnections() }()
	if name == "" {
		if getenv("ITEMS_URL") == "" {
			c.steps = taskSteps
		}
		return c.run(), true
	}
	i := slices.IndexFunc(faults, func(f Fault) bool { return f.Name == name })
	j := slices.IndexFunc(choices, func(c Choice) bool { return c.Name == name })
	switch {
	case i >= 0:
		faults[i].change(c)
	case j >= 0:
		choices[j].change(c)
	default:
		return 0, false
	}
	return c.run(), true
}

// Faults returns every client with a mistake.
func Faults() []Fault { return faults }

// Choices returns every client that is right in another way.
func Choices() []Choice { return choices }

// Find returns the client with the mistake of that name, and whether there is one.
func Find(name string) (Fault, bool) {
	i := slices.IndexFunc(faults, func(f Fault) bool { return f.Name == name })
	if i < 0 {
		return Fault{}, false
	}
	return faults[i], true
}

// Names returns the names of the faults, and after them those of the choices.
func Names() []string {
	var names []string
	for _, f := range faults {
		names = append(names, f.Name)
	}
	for _, c := range choices {
		names = append(names, c.Name)
	}
	return names
}

// List prints the name, the level and what a server sees of each fault.
func List(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range faults {
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Name, f.Level, f.Does)
	}
	return table.Flush()
}

// ListChoices prints the name and what a server sees of each choice.
func ListChoices(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range choices {
		fmt.Fprintf(table, "%s\t%s\n", c.Name, c.Does)
	}
	return table.Flush()
}

func rules(ids ...string) []string { return ids }
