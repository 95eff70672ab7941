package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/contract"
	"restlab/internal/course"
	"restlab/internal/hunt"
	"restlab/internal/lab"
	"restlab/internal/serve"
	"restlab/internal/session"
	"restlab/internal/state"
	"restlab/internal/terminal"
	"restlab/server"
)

// huntFlags are what a person can say about a hunt.
type huntFlags struct {
	listen []string
	submit string
	list   bool
	level  string
	seed   uint64
	seeded bool
	number int // 0 for none
}

func (p *program) huntCommand() *cobra.Command {
	var f huntFlags
	cmd := &cobra.Command{
		Use:   "hunt [NUMBER]",
		Short: "find out what is wrong with a server, and write the test that shows it",
		Long: `Serve a server with one mistake. Find it with curl, write a feature file that catches it, and hand the file in.

  restlab hunt                        the hunt that you have begun, or the next one, from easy to hard
  restlab hunt --submit hunt.feature  does the file catch the server that was served last?
  restlab hunt --list                 the hunts that you have solved
  restlab hunt 12                     this one
  restlab hunt --level http           the next one of this level
  restlab hunt --seed 42              one that is drawn: the same for a whole class; --level draws from one level

Progress is kept in a file, in the folder that ` + state.Home + ` names (default: restlab, where your programs keep their settings).

Exit status of --submit: 0 solved, 1 not solved, 2 bad usage or a file that cannot be used, 4 the lab's own fault.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.seeded = cmd.Flags().Changed("seed")
			return p.hunt(cmd.Context(), &f, args)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.listen, "listen", nil, "`address` to listen on; repeatable (default a free port)")
	flags.StringVar(&f.submit, "submit", "", "hold the feature file `FILE` against the hunted server and all others")
	flags.BoolVar(&f.list, "list", false, "print how far you have come")
	flags.StringVar(&f.level, "level", "", "hunt at this level: "+strings.Join(contract.Levels, ", "))
	flags.Uint64Var(&f.seed, "seed", 0, "draw a hunt: the same one for the same `number`")
	return cmd
}

// hunting is what all that the command can do has in common.
type hunting struct {
	*program
	rules *contract.Contract
	all   []hunt.Hunt
	store *state.Store
	done  hunt.Progress
}

// huntPart is where the progress of hunts is kept.
const huntPart = "hunt"

func (p *program) hunt(ctx context.Context, f *huntFlags, args []string) error {
	rules, err := session.ServerContract()
	if err != nil {
		return err
	}
	h := &hunting{program: p, rules: rules, all: hunt.All(rules)}
	if err := f.check(args, len(h.all)); err != nil {
		return err
	}
	if h.store, err = state.Open(p.Getenv); err != nil {
		return lab.Usage(err.Error(), "name one: "+state.Home+"=FOLDER")
	}
	if err := h.store.Load(huntPart, &h.done); err != nil {
		return unkept(h.store, err)
	}
	switch {
	case f.list:
		return h.list()
	case f.submit != "":
		return h.submit(ctx, f)
	}
	return h.serve(ctx, f)
}

func (f *huntFlags) check(args []string, of int) error {
	if len(args) == 1 {
		var err error
		if f.number, err = strconv.Atoi(args[0]); err != nil || f.number < 1 || f.number > of {
			return lab.Usage(fmt.Sprintf("there is no hunt %q", args[0]), fmt.Sprintf("the hunts are 1 to %d; to hand in a file: --submit FILE", of))
		}
	}
	switch {
	case f.number > 0 && (f.seeded || f.level != ""):
		return lab.Usage("a number and --seed or --level contradict each other", "the number alone says which hunt it is")
	case f.level != "" && !slices.Contains(contract.Levels, f.level):
		return lab.Usage(fmt.Sprintf("there is no level %q", f.level), "the levels are "+strings.Join(contract.Levels, ", "))
	case f.list && f.submit != "":
		return lab.Usage("--list and --submit contradict each other", "")
	case f.submit != "" && f.level != "" && !f.seeded:
		return lab.Usage("--submit and --level contradict each other", "the file is held against the server that was served last; --seed or a number names another one")
	case f.submit != "" && len(f.listen) > 0:
		return lab.Usage("--submit and --listen contradict each other", "the hunted server need not run for --submit")
	}
	return nil
}

// unkept is the error for progress that cannot be read or written.
func unkept(store *state.Store, err error) error {
	var damaged *state.Damaged
	if errors.As(err, &damaged) {
		return lab.Usage(err.Error(), "type the same again to begin anew, or mend that file and move it back")
	}
	return lab.Usage(fmt.Sprintf("progress cannot be kept in %s: %s", store.Path(), err), state.Home+" names another folder")
}

// note changes the progress and keeps it.
func (h *hunting) note(change func(*hunt.Progress)) error {
	now, err := state.Update(h.store, huntPart, change)
	if err != nil {
		return unkept(h.store, err)
	}
	h.done = now
	return nil
}

// at are the hunts of a level, all for "".
func (h *hunting) at(level string) []hunt.Hunt {
	return slices.DeleteFunc(slices.Clone(h.all), func(one hunt.Hunt) bool { return level != "" && one.Level != level })
}

// wanted is the hunt that a number or a seed names, and whether there is one.
func (h *hunting) wanted(f *huntFlags) (hunt.Hunt, bool) {
	switch {
	case f.number > 0:
		return h.all[f.number-1], true
	case f.seeded:
		return hunt.Drawn(h.at(f.level), f.seed), true
	}
	return hunt.Hunt{}, false
}

// serve serves a hunt until it is stopped.
func (h *hunting) serve(ctx context.Context, f *huntFlags) error {
	one, found := h.wanted(f)
	if !found {
		one, found = h.done.Next(h.at(f.level))
	}
	if !found {
		h.Say("%s\n", h.Own("Nothing is left to hunt here: restlab hunt --list names what you have solved, restlab hunt NUMBER serves it again."))
		return nil
	}
	file, err := h.file()
	if err != nil {
		return err
	}
	addresses := f.listen
	if len(addresses) == 0 {
		addresses = []string{"127.0.0.1:0"}
	}
	listeners, err := serve.Listen(addresses...)
	if err != nil {
		return err
	}
	if err := h.note(func(done *hunt.Progress) { done.Current = one.ID }); err != nil {
		for _, l := range listeners {
			_ = l.Close()
		}
		return err
	}
	h.explain(one, "http://"+listeners[0].Addr().String(), file)
	for i, l := range listeners {
		fmt.Fprintf(h.Out, "Serving hunt %d at http://%s\n", one.Number, l.Addr())
		listeners[i] = one.Listener(l)
	}
	fmt.Fprintln(h.Out, "Ctrl-C stops the server.")
	log := slog.New(slog.DiscardHandler) // which could tell too much
	handler := one.Handler()
	if terminal.Is(h.Out) {
		handler = serve.AccessLog(h.Out, handler)
	}
	if err := server.Serve(ctx, handler, server.DefaultLimits(), log, listeners...); err != nil {
		return unwritten(err)
	}
	return nil
}

// explain says what to do, and in which file.
func (h *hunting) explain(one hunt.Hunt, base, file string) {
	fmt.Fprintf(h.Out, "Hunt %d of %d · level %s", one.Number, len(h.all), one.Level)
	if h.done.HasSolved(one) {
		fmt.Fprint(h.Out, " · solved before")
	}
	h.Say("\n\nThis server makes one mistake. It keeps all the rest of the contract up to level %s.\n\n", one.Level)
	h.Say("1. Find the mistake: ask the server, and compare with the contract (%s, or docs/contract.md).\n\n", h.Command("rules"))
	fmt.Fprintf(h.Out, "     curl -i -X PUT %s/items/a -H 'Content-Type: application/json' -d '{\"value\": \"blue\"}'\n\n", base)
	h.Say("2. Say in a file what should have been so. {key}, {id} and {text} are names\n   that nobody has used. Sentences such as these are enough for most hunts;\n   %s lists all.\n\n%s\n", h.Command("steps"), terminal.Indent(hunt.Handful, 5))
	h.Say("   A whole file, %s:\n\n%s\n", file, terminal.Indent(hunt.Example, 5))
	h.Say("3. In another terminal: %s\n\n", h.Command("hunt", "--submit", file))
}

// file is where the course has a learner write, or else one of a good name.
func (h *hunting) file() (string, error) {
	var done course.Progress
	if err := h.store.Load(course.Part, &done); err != nil {
		return "", unkept(h.store, err)
	}
	return terminal.Near(filepath.Join(done.Of(exercises.TheHunt()).Folder, "hunt.feature")), nil
}

// list prints the hunts by level: those that are solved by their names, the others not at all.
func (h *hunting) list() error {
	for _, level := range contract.Levels {
		of := h.at(level)
		fmt.Fprintf(h.Out, "%s: %d of %d solved, hunts %d to %d\n", level, h.done.Count(of), len(of), of[0].Number, of[len(of)-1].Number)
		for _, one := range of {
			if h.done.HasSolved(one) {
				h.Say("  ✓ %3d  %s: %s\n", one.Number, one.Reveal().Name, one.Reveal().Does)
			}
		}
	}
	h.Say("%s\n", h.next())
	return nil
}

// next says how to go on.
func (h *hunting) next() string {
	if next, more := h.done.Next(h.all); more {
		return fmt.Sprintf("%s hunt goes on with hunt %d.", h.Name, next.Number)
	}
	return "There is nothing left to hunt."
}
