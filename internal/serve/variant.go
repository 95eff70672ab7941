package serve

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"restlab/internal/lab"
	"restlab/internal/proof/fault"
	"restlab/server"
)

// Variant is a server to serve: the reference, or one that differs from it.
type Variant struct {
	Handler  http.Handler
	Listener func(net.Listener) net.Listener // returns the listener that the server has to use in place of an open one
	Does     string                          // what a client sees, in sentences; "" for the reference
}

// Choose returns the reference, whose complaints go to the log; or the server with the fault of that name; or one that makes the choices of
// these names. The error is a *lab.Error: there is no such name, or two wishes contradict each other.
func Choose(faultName string, choices []string, log *slog.Logger) (Variant, error) {
	switch {
	case faultName != "" && len(choices) > 0:
		return Variant{}, lab.Usage("--fault and --choice contradict each other", "a fault is served alone: leave one of them out")
	case faultName != "":
		return withFault(faultName)
	case len(choices) > 0:
		return withChoices(choices)
	}
	limits := server.DefaultLimits()
	return Variant{Handler: server.New(server.NewMemory(limits.Stored), limits, log), Listener: unchanged}, nil
}

func withFault(name string) (Variant, error) {
	f, known := fault.Find(name)
	if !known {
		return Variant{}, fault.Unknown("fault", name, fault.Names())
	}
	return Variant{f.Handler(), f.Listener, fmt.Sprintf("With the fault %s (%s): %s", f.Name, f.Level, f.Does)}, nil
}

func withChoices(names []string) (Variant, error) {
	var chosen []fault.Choice
	var does []string
	for _, name := range names {
		c, known := fault.FindChoice(name)
		if !known {
			return Variant{}, fault.Unknown("choice", name, fault.ChoiceNames())
		}
		for _, other := range chosen {
			if c.Excludes(other) {
				return Variant{}, lab.Usage(fmt.Sprintf("the choices %s and %s contradict each other", other.Name, c.Name), contradiction(c, other))
			}
		}
		chosen = append(chosen, c)
		does = append(does, fmt.Sprintf("With the choice %s: %s", c.Name, c.Does))
	}
	return Variant{fault.Server(chosen...), unchanged, strings.Join(does, "\n")}, nil
}

// unchanged returns the listener itself: the server reads requests as net/http does.
func unchanged(l net.Listener) net.Listener { return l }

// contradiction says why one server cannot make both choices, and what to do.
func contradiction(c, other fault.Choice) string {
	if c.About == other.About {
		return "both are about " + c.About + ": leave one of them out"
	}
	return "both write the bytes of the response: leave one of them out"
}
