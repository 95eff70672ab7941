package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
	"restlab/internal/session"
	"restlab/internal/suggest"
	"restlab/internal/terminal"
	"restlab/internal/walk"
)

// walkFlags are what a person can say about a walk.
type walkFlags struct {
	target string
	fault  string
	all    bool
	plain  bool
	seed   uint64
}

func (p *program) walkCommand() *cobra.Command {
	var f walkFlags
	cmd := &cobra.Command{
		Use:   "walk [FEATURE | RULE | FILE]",
		Short: "walk a class through scenarios, one request at a time",
		Long: `Show scenarios one request at a time: the sentence, what goes over the wire, the state of the resource, and why it matters. Before each answer
the class can guess its status.

  restlab walk                             choose from all scenarios
  restlab walk items                       a feature; restlab walk client/basics is one for clients
  restlab walk put.created                 a rule, or one scenario by its id
  restlab walk my.feature                  a file of your own
  restlab walk --fault put-always-200      what a server with this mistake does wrong (--fault list); s shows the reference beside it
  restlab walk items --target http://localhost:8080
  restlab walk items --plain > items.md    a handout in Markdown, with sequence diagrams

The space bar goes on, ? lists the other keys. Without --target a server is started for the walk. Of the examples of an outline only the first is shown,
unless --all is given.

Exit status: 0, 2 bad usage, 3 the target could not be reached, 4 the lab's own fault.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.fault == "list" {
				return p.listFaults()
			}
			return p.walk(cmd.Context(), &f, strings.Join(args, ""))
		},
		ValidArgsFunction: walkable,
	}
	flags := cmd.Flags()
	flags.StringVar(&f.target, "target", "", "ask the server at this base `URL`")
	flags.StringVar(&f.fault, "fault", "", "ask a server with this mistake, by `NAME`; list prints them all")
	flags.BoolVar(&f.all, "all", false, "show every example of an outline")
	flags.BoolVar(&f.plain, "plain", false, "print the whole walk as Markdown")
	flags.Uint64Var(&f.seed, "seed", 1, "draw other values, by `number`")
	offer(cmd, "fault", orList(faultNames))
	return cmd
}

// walkable completes what can be walked through.
func walkable(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	names, _ := oneRule(cmd, args, typed)
	if c, err := session.ServerContract(); err == nil && len(args) == 0 {
		names = append(walk.Features(c), names...)
	}
	return names, cobra.ShellCompDirectiveDefault
}

// walk shows scenarios on a terminal, or prints them.
func (p *program) walk(ctx context.Context, f *walkFlags, name string) error {
	if f.target != "" && f.fault != "" {
		return lab.Usage("--target and --fault contradict each other", "leave one of them out")
	}
	if !f.plain && (!terminal.Is(p.In) || !terminal.Is(p.Out)) {
		return lab.Usage("a walk needs a terminal", "--plain prints it as Markdown")
	}
	w, err := p.walking(f, name)
	if err != nil {
		return err
	}
	stop, err := p.cast(ctx, w, f)
	if err != nil {
		return err
	}
	defer stop()
	if err := w.leaveOut(ctx, name); err != nil {
		return err
	}
	if !f.all && name == "" {
		w.Scenarios = walk.OneOfEach(w.Scenarios)
	}
	if f.plain {
		return walk.Handout(ctx, p.Out, w.Walk)
	}
	return p.shown(walk.Show(ctx, w.Walk, p.In, p.Out))
}

// shown explains how a walk on a terminal has ended, if not well.
func (p *program) shown(err error) error {
	if errors.Is(err, walk.ErrInterrupted) {
		fmt.Fprintln(p.Err, "restlab: interrupted")
		return errCtrlC
	}
	return err
}

// walking is a walk that is being put together.
type walking struct {
	walk.Walk
	isOfClients bool
}

// walking finds what is to be walked through.
func (p *program) walking(f *walkFlags, name string) (*walking, error) {
	w := &walking{Walk: walk.Walk{Seed: f.seed, Command: (&process.Command{Words: p.Args}).String()}}
	var err error
	if strings.HasSuffix(name, ".feature") {
		if w.Contract, err = featureFile(name); err != nil {
			return nil, err
		}
		w.Scenarios, w.Title = walk.Select(w.Contract, "", f.all), w.Contract.Scenarios[0].Rule.Subject
		return w, nil
	}
	servers, err := session.ServerContract()
	if err != nil {
		return nil, err
	}
	ofClients, err := session.ClientContract()
	if err != nil {
		return nil, err
	}
	all := f.all
	if f.fault != "" && name == "" { // which of its examples fail is found out later
		all = true
		if name, err = ruleOf(f.fault); err != nil {
			return nil, err
		}
	}
	w.Contract, w.Scenarios = servers, walk.Select(servers, name, all)
	if len(w.Scenarios) == 0 {
		w.Contract, w.Scenarios, w.isOfClients = ofClients, walk.Select(ofClients, name, all), true
	}
	if len(w.Scenarios) == 0 {
		return nil, unwalkable(name, servers, ofClients)
	}
	w.Title = w.Scenarios[0].Rule.Subject
	if name == "" {
		w.Title, w.Chooses = "All features", true
	}
	return w, nil
}

// unwalkable is the error for a name that is none.
func unwalkable(name string, servers, ofClients *contract.Contract) error {
	features := append(walk.Features(servers), walk.Features(ofClients)...)
	names := append([]string{}, features...)
	for _, c := range []*contract.Contract{servers, ofClients} {
		for _, rule := range c.Rules {
			names = append(names, rule.ID)
		}
	}
	hint := "the features are " + strings.Join(features, ", ") + "; restlab rules lists the rules"
	return lab.Usage(fmt.Sprintf("there is no feature and no rule %q", name), hint+suggest.DidYouMean(suggest.Names(name, names)))
}

// ruleOf is the rule that a fault is about.
func ruleOf(name string) (string, error) {
	if f, known := fault.Find(name); known {
		return f.Breaks[0], nil
	}
	for _, f := range client.Faults() {
		if f.Name == name {
			return f.Breaks[0], nil
		}
	}
	return "", unknown("fault", name, append(fault.Names(), clientNames()...))
}

// featureFile reads a file of the learner's own.
func featureFile(name string) (*contract.Contract, error) {
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

// leaveOut leaves out what a client with a mistake is no client of, and where a mistake alone was named what does not show it.
func (w *walking) leaveOut(ctx context.Context, name string) error {
	if w.Actors[0].Does == "" || name != "" && !w.isOfClients {
		return nil
	}
	var left, failed []*contract.Scenario
	for _, s := range w.Scenarios {
		play, err := w.Actors[0].Play(ctx, walk.Wish{Contract: w.Contract, Scenario: s, Seed: w.Seed})
		switch {
		case lab.IsUsage(err):
			continue
		case err != nil:
			return err
		case play.Verdict != grade.Passed:
			failed = append(failed, s)
		}
		left = append(left, s)
	}
	switch {
	case len(left) == 0:
		return lab.Usage(fmt.Sprintf("the client with the fault %s cannot be asked %s", w.Actors[0].Fault, name), "it is a client of the other resource: leave out the name, and what it does wrong is shown")
	case name == "" && len(failed) > 0:
		left = failed
	}
	w.Scenarios = left
	return nil
}
