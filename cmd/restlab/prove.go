package main

import (
	"context"
	"io"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"restlab/internal/lab"
	"restlab/internal/proof"
	"restlab/internal/report"
	"restlab/internal/session"
	"restlab/internal/terminal"
)

func (p *program) proveCommand() *cobra.Command {
	var r proof.Request
	var reports []string
	var markdown bool
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
			if markdown {
				return proof.Markdown(p.Out)
			}
			if !cmd.Flags().Changed("seed") {
				r.Seed = uint64(rand.Uint32())
			}
			return p.prove(cmd.Context(), r, reports)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&r.Faults, "fault", nil, "grade this fault only; repeatable (restlab serve --fault list prints the `NAME`s)")
	flags.StringArrayVar(&r.Rules, "rule", nil, "check this rule only; repeatable (restlab rules lists the `ID`s)")
	flags.Uint64Var(&r.Seed, "seed", 0, "the first seed (default a new one)")
	flags.IntVar(&r.Seeds, "seeds", 3, "grade each server with this many seeds")
	flags.IntVar(&r.Parts, "parts", 0, "with N parts each seed checks one Nth of the rules that a server should keep (default the number of seeds)")
	flags.IntVar(&r.Combinations, "combinations", proof.DefaultCombinations, "random combinations of choices with each seed")
	flags.IntVar(&r.Jobs, "jobs", proof.DefaultJobs(), "servers that are graded at the same time")
	flags.StringArrayVar(&reports, "report", nil, "write a report: json=`FILE` or html=FILE (- for standard output)")
	flags.BoolVar(&markdown, "markdown", false, "grade nothing; print the faults and choices as Markdown")
	offer(cmd, "fault", faultNames)
	offer(cmd, "rule", ruleIDs)
	offer(cmd, "report", cobra.FixedCompletions([]string{"json=", "html="}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
	return cmd
}

// prove grades servers and clients, prints what came of it, and writes reports.
func (p *program) prove(ctx context.Context, r proof.Request, reports []string) error {
	servers, err := session.ServerContract()
	if err != nil {
		return err
	}
	clients, err := session.ClientContract()
	if err != nil {
		return err
	}
	options, err := r.Options(servers, clients)
	if err != nil {
		return err
	}
	files, err := report.Open(reports, proofFormats, "write --report json=proof.json or --report html=proof.html")
	if err != nil {
		return err
	}
	defer files.Discard()
	out := p.Out
	if files.UsesStdout() {
		out = p.Err
	}
	bar := terminal.Bar{Out: p.Err, Style: p.ErrStyle(), Things: "servers"}
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

// proofFormats are the kinds of document about a proof.
var proofFormats = map[string]report.Format[*proof.Proof]{
	"json": {Write: func(out io.Writer, p *proof.Proof) error { return p.JSON(out) }, ToStdout: true},
	"html": {Write: func(out io.Writer, p *proof.Proof) error { return p.HTML(out) }, ToStdout: true},
}
