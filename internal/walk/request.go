package walk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
	"restlab/internal/suggest"
	"restlab/internal/terminal"
)

// Request is what a person wants to walk through.
type Request struct {
	Name    string // a feature, a rule, the id of a scenario or a .feature file; "" for all scenarios
	Target  string // the base URL of the server to ask; "" for a server of the lab's own
	Fault   string // the name of a mistake: ask the server or the client that makes it; "" for none. It excludes Target
	All     bool   // show every example of an outline, not only the first
	Plain   bool   // print the walk as Markdown
	Seed    uint64 // for the values that are drawn
	Command string // that was typed: walk items --plain

	Servers, Clients *contract.Contract // the lab's own rules for servers, and for clients
}

// Run shows the walk on the terminal until somebody ends it, or prints it. The error is ErrInterrupted, a *lab.Error, or the context's.
func Run(ctx context.Context, t *terminal.Terminal, r Request) error {
	switch {
	case r.Target != "" && r.Fault != "":
		return lab.Usage("--target and --fault contradict each other", "leave one of them out")
	case !r.Plain && (!terminal.Is(t.In) || !terminal.Is(t.Out)):
		return lab.Usage("a walk needs a terminal", "--plain prints it as Markdown")
	}
	w, err := New(ctx, r)
	switch {
	case err != nil:
		return err
	case r.Plain:
		return Handout(ctx, t.Out, w)
	}
	return Show(ctx, w, t.In, t.Out)
}

// New finds the scenarios and who is asked. It looks for a server at the Target. The error is a *lab.Error, or the context's.
func New(ctx context.Context, r Request) (Walk, error) {
	w, err := r.scenarios()
	if err != nil {
		return w, err
	}
	if w.Actors, err = r.actors(ctx, w.Contract); err != nil {
		return w, err
	}
	if w.Scenarios, err = r.playable(ctx, &w); err != nil {
		return w, err
	}
	if !r.All && r.Name == "" {
		w.Scenarios = OneOfEach(w.Scenarios)
	}
	return w, nil
}

// scenarios returns a walk through what the request names, without actors.
func (r Request) scenarios() (Walk, error) {
	w := Walk{Seed: r.Seed, Command: r.Command}
	if strings.HasSuffix(r.Name, ".feature") {
		own, err := readFile(r.Name)
		if err != nil {
			return w, err
		}
		w.Contract, w.Scenarios, w.Title = own, Select(own, "", r.All), own.Scenarios[0].Rule.Subject
		return w, nil
	}
	name, all := r.Name, r.All
	if r.Fault != "" && name == "" {
		var err error
		if name, err = brokenRule(r.Fault); err != nil {
			return w, err
		}
		all = true // until it is known which examples fail
	}
	for _, c := range []*contract.Contract{r.Servers, r.Clients} {
		if w.Contract, w.Scenarios = c, Select(c, name, all); len(w.Scenarios) > 0 {
			break
		}
	}
	if len(w.Scenarios) == 0 {
		return w, r.unknownName()
	}
	w.Title = w.Scenarios[0].Rule.Subject
	if name == "" {
		w.Title, w.Chooses = "All features", true
	}
	return w, nil
}

// readFile reads a feature file of the learner's own.
func readFile(name string) (*contract.Contract, error) {
	content, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, lab.Usage(fmt.Sprintf("there is no file %s", name), "restlab walk items shows a feature of the lab's own")
	case err != nil:
		return nil, lab.Usage(fmt.Sprintf("%s cannot be read: %s", name, err), "")
	}
	c, err := contract.Read(filepath.Base(name), content)
	if err != nil {
		return nil, lab.Usage("the feature file cannot be used\n"+err.Error(), "restlab steps lists the sentences with an example each")
	}
	return c, nil
}

// brokenRule returns the id of the rule that a fault is about.
func brokenRule(name string) (string, error) {
	if f, known := fault.Find(name); known {
		return f.Breaks[0], nil
	}
	if f, known := client.Find(name); known {
		return f.Breaks[0], nil
	}
	return "", fault.Unknown("fault", name, append(fault.Names(), client.Names()...))
}

// unknownName returns the error for a name that is not a feature, no rule and no scenario.
func (r Request) unknownName() error {
	features := append(Features(r.Servers), Features(r.Clients)...)
	names := slices.Clone(features)
	for _, rule := range slices.Concat(r.Servers.Rules, r.Clients.Rules) {
		names = append(names, rule.ID)
	}
	hint := "the features are " + strings.Join(features, ", ") + "; restlab rules lists the rules"
	return lab.Usage(fmt.Sprintf("there is no feature and no rule %q", r.Name), hint+suggest.DidYouMean(suggest.Names(r.Name, names)))
}

// playable returns the scenarios of the walk that its first actor can play.
func (r Request) playable(ctx context.Context, w *Walk) ([]*contract.Scenario, error) {
	isOfClients := w.Contract == r.Clients
	switch {
	case r.Target != "":
		return onOneServer(w.Scenarios)
	case r.Fault != "" && (r.Name == "" || isOfClients):
		return r.showing(ctx, w)
	}
	return w.Scenarios, nil
}

// onOneServer leaves out the scenarios that need two replicas.
func onOneServer(scenarios []*contract.Scenario) ([]*contract.Scenario, error) {
	left := slices.DeleteFunc(slices.Clone(scenarios), func(s *contract.Scenario) bool { return s.Replicas })
	if len(left) == 0 {
		return nil, lab.Usage("this is about two replicas, and --target is one server", "leave --target out, and the lab starts two")
	}
	return left, nil
}

// showing plays the scenarios with the faulty server or client. It leaves out what that client cannot be asked. If only the fault was named
// and scenarios fail, it leaves out those that pass.
func (r Request) showing(ctx context.Context, w *Walk) ([]*contract.Scenario, error) {
	var possible, failed []*contract.Scenario
	for _, s := range w.Scenarios {
		play, err := w.Actors[0].Play(ctx, w.wish(s))
		switch {
		case lab.IsUsage(err):
			continue
		case err != nil:
			return nil, err
		case play.Verdict != grade.Passed:
			failed = append(failed, s)
		}
		possible = append(possible, s)
	}
	switch {
	case len(possible) == 0:
		return nil, lab.Usage(fmt.Sprintf("the client with the fault %s has nothing to do with %s", r.Fault, r.Name), "it is a client of the other resource: leave out the name to see what it does wrong")
	case r.Name == "" && len(failed) > 0:
		return failed, nil
	}
	return possible, nil
}
