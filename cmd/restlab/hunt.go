package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"restlab/internal/contract"
	"restlab/internal/hunt"
	"restlab/internal/lab"
	"restlab/internal/learn"
	"restlab/internal/session"
	"restlab/internal/state"
)

// huntFlags are what a person can say about a hunt.
type huntFlags struct {
	listen []string
	hosts  []string
	submit string
	list   bool
	level  string
	seed   *uint64 // nil if the flag was not given
}

func (p *program) huntCommand() *cobra.Command {
	var f huntFlags
	var seed uint64
	cmd := &cobra.Command{
		Use:   "hunt [NUMBER]",
		Short: "find the mistake of a server, and write a test that shows it",
		Long: `Serve a server with one mistake. Find it with curl, write a feature file that catches it, and hand the file in.

  restlab hunt                        the hunt that you have begun, or the next one, from easy to hard
  restlab hunt --submit hunt.feature  test whether the file catches the server that was served last
  restlab hunt --list                 the hunts that you have solved
  restlab hunt 12                     hunt number 12
  restlab hunt --level http           the next one of this level
  restlab hunt --seed 42              a hunt chosen by this number, the same for a whole class; --level chooses from one level

The lab keeps your progress in a file, in the folder ` + state.Home + ` (default: restlab in your folder for settings).

Exit status of --submit: 0 solved, 1 not solved, 2 wrong usage or a file that cannot be used, 4 a mistake of the lab.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("seed") {
				f.seed = &seed
			}
			return p.hunt(cmd.Context(), &f, args)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.listen, "listen", nil, "`address` to listen on; repeatable (default a free port)")
	flags.StringArrayVar(&f.hosts, "host", nil, hostUsage)
	flags.StringVar(&f.submit, "submit", "", "test the feature file `FILE` on the hunted server and on all right ones")
	flags.BoolVar(&f.list, "list", false, "print how far you are")
	flags.StringVar(&f.level, "level", "", "hunt at this level: "+strings.Join(contract.Levels, ", "))
	flags.Uint64Var(&seed, "seed", 0, "choose the hunt by this `number`")
	return cmd
}

// validate finds flags that contradict each other.
func (f *huntFlags) validate() error {
	switch {
	case f.list && f.submit != "":
		return lab.Usage("--list and --submit contradict each other", "")
	case f.submit != "" && f.level != "" && f.seed == nil:
		return lab.Usage("--submit and --level contradict each other", "the file is tested against the server that was served last; --seed or a number names another server")
	case f.submit != "" && len(f.listen) > 0:
		return lab.Usage("--submit and --listen contradict each other", "the hunted server need not run for --submit")
	}
	return nil
}

// hunt lists hunts, judges a file or serves a hunt.
func (p *program) hunt(ctx context.Context, f *huntFlags, args []string) error {
	rules, err := session.ServerContract()
	if err != nil {
		return err
	}
	hunts := hunt.All(rules)
	choice, err := hunt.ParseChoice(args, f.level, f.seed, hunts)
	if err != nil {
		return err
	}
	if err := f.validate(); err != nil {
		return err
	}
	store := state.Open(p.Getenv)
	s, err := hunt.Open(p.Terminal, rules, hunts, store)
	switch {
	case err != nil:
		return err
	case f.list:
		return s.List()
	case f.submit != "":
		return s.Submit(ctx, choice, f.submit, func() error { learn.PassHunt(p.Terminal, store); return nil })
	}
	return s.Serve(ctx, hunt.Serving{Choice: choice, File: learn.HuntFile(store), Addresses: f.listen, Hosts: f.hosts})
}
