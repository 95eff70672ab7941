package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"text/tabwriter"

	"restlab/internal/lab"
	"restlab/internal/proof/fault"
	"restlab/internal/suggest"
	"restlab/server"
)

// served is the server that a person wants to have served.
type served struct {
	handler   http.Handler
	listening func(net.Listener) net.Listener // what the server sees of a listener
	says      string                          // what a client sees, "" for the reference
}

// variant picks the server: the reference, one with a fault, or one with choices.
func (f *serveFlags) variant(log *slog.Logger) (served, error) {
	switch {
	case f.fault != "" && len(f.choices) > 0:
		return served{}, lab.Usage("--fault and --choice contradict each other", "a fault is served alone: leave one of them out")
	case f.fault != "":
		return faultNamed(f.fault)
	case len(f.choices) > 0:
		return choicesNamed(f.choices)
	}
	limits := server.DefaultLimits()
	return served{server.New(server.NewMemory(limits.Stored), limits, log), asItIs, ""}, nil
}

func asItIs(l net.Listener) net.Listener { return l }

func faultNamed(name string) (served, error) {
	f, known := fault.Find(name)
	if !known {
		return served{}, unknown("fault", name, fault.Names())
	}
	return served{f.Handler(), f.Listener, fmt.Sprintf("With the fault %s (%s): %s", f.Name, f.Level, f.Does)}, nil
}

func choicesNamed(names []string) (served, error) {
	var chosen []fault.Choice
	var says []string
	for _, name := range names {
		c, known := fault.FindChoice(name)
		if !known {
			return served{}, unknown("choice", name, fault.ChoiceNames())
		}
		for _, other := range chosen {
			if c.Excludes(other) {
				return served{}, lab.Usage(fmt.Sprintf("the choices %s and %s contradict each other", other.Name, c.Name), contradiction(c, other))
			}
		}
		chosen = append(chosen, c)
		says = append(says, fmt.Sprintf("With the choice %s: %s", c.Name, c.Does))
	}
	return served{fault.Server(chosen...), asItIs, strings.Join(says, "\n")}, nil
}

func contradiction(c, other fault.Choice) string {
	if c.About == other.About {
		return "both are about " + c.About + ": leave one of them out"
	}
	return "both write the octets of the answer: leave one of them out"
}

// unknown is the error for a name that is in no table.
func unknown(kind, name string, names []string) error {
	hint := fmt.Sprintf("--%s list prints them all", kind)
	return lab.Usage(fmt.Sprintf("there is no %s %q", kind, name), hint+suggest.DidYouMean(suggest.Names(name, names)))
}

// listFaults prints name, level and what a client sees; listChoices what a choice is about in place of the level.
func (p *program) listFaults() error {
	table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	for _, f := range fault.All() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Name, f.Level, f.Does)
	}
	return table.Flush()
}

func (p *program) listChoices() error {
	table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	for _, c := range fault.Choices() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", c.Name, c.About, c.Does)
	}
	return table.Flush()
}
