package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/spf13/cobra"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/proof"
	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
	"restlab/internal/report"
	"restlab/internal/session"
	"restlab/internal/terminal"
)

// proveFlags are what a person can say about a proof.
type proveFlags struct {
	faults       []string
	rules        []string
	seed         uint64
	seeds        int
	combinations int
	parts        int
	jobs         int
	reports      []string
	markdown     bool
}

func (p *program) proveCommand() *cobra.Command {
	var f proveFlags
	cmd := &cobra.Command{
		Use:   "prove",
		Short: "prove that the grader is right: every fault is found, no choice costs a mark",
		Long: `Grade servers with one mistake each, and servers that are right in another way than the reference.

  restlab prove                        all of them, with three seeds: some minutes
  restlab prove --parts 1              every rule with every seed: three times as long
  restlab prove --rule put.created     the faults that break this rule, and all choices, by this rule alone
  restlab prove --fault put-concatenates --seeds 3
  restlab prove --report html=proof.html   a picture: faults and rules, with the card of each verdict

With each seed a server is graded by the rules that it breaks, and by a part of those that it should keep. With as many
parts as seeds every rule is looked at once. Scenarios that ask nothing of what is changed in a server are left out, for
to them it is the reference itself; with --parts 1 they are asked too.

Exit status: 0 every fault failed under the rule that is about it, none under a rule that it does not declare, and
no choice cost a mark; 1 otherwise.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.markdown {
				return proof.Markdown(p.Out)
			}
			if !cmd.Flags().Changed("seed") {
				f.seed = uint64(rand.Uint32())
			}
			return p.prove(cmd.Context(), &f)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.faults, "fault", nil, "grade this fault only; repeatable (restlab serve --fault list prints the `NAME`s)")
	flags.StringArrayVar(&f.rules, "rule", nil, "look at this rule only; repeatable (restlab rules lists the `ID`s)")
	flags.Uint64Var(&f.seed, "seed", 0, "the first seed (default a new one)")
	flags.IntVar(&f.seeds, "seeds", 3, "grade each server with so many seeds")
	flags.IntVar(&f.parts, "parts", 0, "look with each seed at one in so many of the rules that a server should keep (default as many as there are seeds)")
	flags.IntVar(&f.combinations, "combinations", proof.DefaultCombinations, "random combinations of choices with each seed")
	flags.IntVar(&f.jobs, "jobs", proof.DefaultJobs(), "servers at once")
	flags.StringArrayVar(&f.reports, "report", nil, "write a report: json=`FILE` or html=FILE (- for standard output)")
	flags.BoolVar(&f.markdown, "markdown", false, "grade nothing; print what is to be proved as Markdown")
	offer(cmd, "fault", faultNames)
	offer(cmd, "rule", ruleIDs)
	offer(cmd, "report", cobra.FixedCompletions([]string{"json=", "html="}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
	return cmd
}

func (p *program) prove(ctx context.Context, f *proveFlags) error {
	options, err := f.options()
	if err != nil {
		return err
	}
	files, err := report.Open(f.reports, proofFormats, "write --report json=proof.json or --report html=proof.html")
	if err != nil {
		return err
	}
	defer files.Discard()
	out := p.Out
	if files.UsesStdout() {
		out = p.Err
	}
	bar := terminal.Bar{Out: p.Err, Style: terminal.StyleOf(p.Err, p.Getenv), Things: "servers"}
	options.Progress = bar.Show
	proof, err := proof.Run(ctx, options)
	bar.Clear()
	if err != nil {
		return err
	}
	if err := proof.Text(out); err != nil {
		return lab.Fault(err.Error(), "")
	}
	if err := files.Commit(proof, p.Out, p.Note); err != nil {
		return session.Unwritten(err, "is there room on the disk?")
	}
	if !proof.Summary.Proved {
		return session.ErrFailed
	}
	return nil
}

// options check the wishes before anything is started.
func (f *proveFlags) options() (proof.Options, error) {
	o := proof.Options{Rules: f.rules, Seed: f.seed, Seeds: f.seeds, Parts: cmp.Or(f.parts, f.seeds), Jobs: f.jobs, Faults: fault.Subjects(), Choices: fault.Choices(), Combinations: f.combinations}
	var err error
	if o.Contract, err = session.ServerContract(); err != nil {
		return o, err
	}
	if o.Clients, err = provedClients(); err != nil {
		return o, err
	}
	for _, id := range f.rules {
		if o.Contract.Rule(id) == nil && o.Clients.Contract.Rule(id) == nil {
			return o, lab.Usage(fmt.Sprintf("there is no rule %q", id), "restlab rules lists them all"+contract.DidYouMean(o.Contract, id))
		}
	}
	switch {
	case f.seeds < 1 || f.seeds > 100:
		return o, lab.Usage(fmt.Sprintf("--seeds %d is not between 1 and 100", f.seeds), "")
	case f.parts < 0 || f.parts > 20:
		return o, lab.Usage(fmt.Sprintf("--parts %d is not between 1 and 20", f.parts), "")
	case f.jobs < 1 || f.jobs > 64:
		return o, lab.Usage(fmt.Sprintf("--jobs %d is not between 1 and 64", f.jobs), "")
	case f.combinations < 0 || f.combinations > 10_000:
		return o, lab.Usage(fmt.Sprintf("--combinations %d is not between 0 and 10000", f.combinations), "")
	}
	if len(f.faults) > 0 {
		return f.named(o)
	}
	return o, nil
}

// named leaves the faults that were named, of servers or clients, and no choices.
func (f *proveFlags) named(o proof.Options) (proof.Options, error) {
	known := fault.Names()
	for _, one := range o.Clients.Faults {
		known = append(known, one.Name)
	}
	for _, name := range f.faults {
		if !slices.Contains(known, name) {
			return o, unknown("fault", name, known)
		}
	}
	for i, subject := range o.Faults {
		o.Faults[i].Faults = slices.DeleteFunc(slices.Clone(subject.Faults), func(one fault.Fault) bool { return !slices.Contains(f.faults, one.Name) })
	}
	o.Clients.Faults = slices.DeleteFunc(slices.Clone(o.Clients.Faults), func(one client.Fault) bool { return !slices.Contains(f.faults, one.Name) })
	o.Choices, o.Combinations, o.Clients.Choices = nil, 0, nil
	return o, nil
}

// provedClients are the clients to grade.
func provedClients() (proof.Clients, error) {
	c, err := session.ClientContract()
	if err != nil {
		return proof.Clients{}, err
	}
	return proof.Clients{Contract: c, Faults: client.Faults(), Choices: client.Choices()}, nil
}

// proofFormats are the kinds of document about a proof.
var proofFormats = map[string]report.Format[*proof.Proof]{
	"json": {Write: func(out io.Writer, p *proof.Proof) error { return p.JSON(out) }, ToStdout: true},
	"html": {Write: func(out io.Writer, p *proof.Proof) error { return p.HTML(out) }, ToStdout: true},
}
