package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/internal/proof/fault"
	"restlab/internal/session"
	"restlab/internal/walk"
)

func (p *program) walkCommand() *cobra.Command {
	var r walk.Request
	cmd := &cobra.Command{
		Use:   "walk [FEATURE | RULE | FILE]",
		Short: "walk a class through scenarios, one request at a time",
		Long: `Show scenarios one request at a time: the sentence, the request and the response, the state of the resource, and why it matters. Before each
response the class can guess its status.

  restlab walk                             choose from all scenarios
  restlab walk items                       a feature; restlab walk client/basics is a feature for clients
  restlab walk put.created                 a rule, or one scenario by its id
  restlab walk my.feature                  a file of your own
  restlab walk --fault put-always-200      a server with this mistake (--fault list); s shows the reference beside it
  restlab walk items --target http://localhost:8080
  restlab walk items --plain > items.md    a handout in Markdown, with sequence diagrams

The space bar goes on, ? lists the other keys. Without --target the lab starts a server for the walk. It shows only the first example of an outline,
unless you add --all.

Exit status: 0, 2 wrong usage, 3 the target could not be reached, 4 a mistake of the lab.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.Fault == "list" {
				return fault.List(p.Out)
			}
			r.Name, r.Command = strings.Join(args, ""), (&process.Command{Words: p.Args}).String()
			return p.walk(cmd.Context(), r)
		},
		ValidArgsFunction: walkable,
	}
	flags := cmd.Flags()
	flags.StringVar(&r.Target, "target", "", "use the server at this base `URL`")
	flags.StringVar(&r.Fault, "fault", "", "use a server with this mistake, by `NAME`; list prints all")
	flags.BoolVar(&r.All, "all", false, "show every example of an outline")
	flags.BoolVar(&r.Plain, "plain", false, "print the whole walk as Markdown")
	flags.Uint64Var(&r.Seed, "seed", 1, "use other values, by `number`")
	offer(cmd, "fault", orList(faultNames))
	return cmd
}

// walk reads the lab's rules and walks through what the request names.
func (p *program) walk(ctx context.Context, r walk.Request) (err error) {
	if r.Servers, err = session.ServerContract(); err != nil {
		return err
	}
	if r.Clients, err = session.ClientContract(); err != nil {
		return err
	}
	return p.endWalk(walk.Run(ctx, p.Terminal, r))
}

// endWalk reports an interrupted walk as every interrupted command is reported. It returns other errors as they are.
func (p *program) endWalk(err error) error {
	if errors.Is(err, walk.ErrInterrupted) {
		fmt.Fprintln(p.Err, "restlab: interrupted")
		return &lab.Error{Status: lab.ExitInterrupted}
	}
	return err
}
