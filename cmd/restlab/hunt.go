package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"restlab/internal/catalogue"
	"restlab/internal/hunt"
	"restlab/internal/progress"
	"restlab/internal/report"
	"restlab/internal/wire"
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

Progress is kept in a file, in the folder that ` + progress.Home + ` names (default: restlab, where your programs keep their settings).

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
	flags.StringVar(&f.level, "level", "", "hunt at this level: "+strings.Join(catalogue.Levels, ", "))
	flags.Uint64Var(&f.seed, "seed", 0, "draw a hunt: the same one for the same `number`")
	return cmd
}

// hunting is what all that the command can do has in common.
type hunting struct {
	*program
	rules *catalogue.Catalogue
	all   []hunt.Hunt
	store *progress.Store
	done  hunt.Progress
}

// huntPart is where the progress of hunts is kept.
const huntPart = "hunt"

func (p *program) hunt(ctx context.Context, f *huntFlags, args []string) error {
	rules, err := ownCatalogue()
	if err != nil {
		return err
	}
	h := &hunting{program: p, rules: rules, all: hunt.All(rules)}
	if err := f.check(args, len(h.all)); err != nil {
		return err
	}
	if h.store, err = progress.Open(p.getenv); err != nil {
		return usage(err.Error(), "name one: "+progress.Home+"=FOLDER")
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
			return usage(fmt.Sprintf("there is no hunt %q", args[0]), fmt.Sprintf("the hunts are 1 to %d; to hand in a file: --submit FILE", of))
		}
	}
	switch {
	case f.number > 0 && (f.seeded || f.level != ""):
		return usage("a number and --seed or --level contradict each other", "the number alone says which hunt it is")
	case f.level != "" && !slices.Contains(catalogue.Levels, f.level):
		return usage(fmt.Sprintf("there is no level %q", f.level), "the levels are "+strings.Join(catalogue.Levels, ", "))
	case f.list && f.submit != "":
		return usage("--list and --submit contradict each other", "")
	case f.submit != "" && len(f.listen) > 0:
		return usage("--submit and --listen contradict each other", "the hunted server need not run for --submit")
	}
	return nil
}

// unkept is the error for progress that cannot be read or written.
func unkept(store *progress.Store, err error) error {
	var damaged *progress.Damaged
	if errors.As(err, &damaged) {
		return usage(err.Error(), "type the same again to begin anew, or mend that file and move it back")
	}
	return usage(fmt.Sprintf("progress cannot be kept in %s: %s", store.Path(), err), progress.Home+" names another folder")
}

func (h *hunting) save() error {
	if err := h.store.Save(huntPart, h.done); err != nil {
		return unkept(h.store, err)
	}
	return nil
}

// wanted is the hunt that the flags name, and whether they name one. A level alone names its first that is not solved.
func (h *hunting) wanted(f *huntFlags) (hunt.Hunt, bool) {
	of := slices.DeleteFunc(slices.Clone(h.all), func(one hunt.Hunt) bool { return f.level != "" && one.Level != f.level })
	switch {
	case f.number > 0:
		return h.all[f.number-1], true
	case f.seeded:
		return hunt.Drawn(of, f.seed), true
	case f.level != "":
		return h.done.Next(of)
	}
	return hunt.Hunt{}, false
}

// serve serves a hunt until it is stopped.
func (h *hunting) serve(ctx context.Context, f *huntFlags) error {
	one, named := h.wanted(f)
	if !named && f.level == "" {
		one, named = h.done.Next(h.all)
	}
	if !named {
		fmt.Fprintln(h.out, "Every hunt is solved. restlab hunt --list names them; restlab hunt NUMBER serves one again.")
		return nil
	}
	addresses := f.listen
	if len(addresses) == 0 {
		addresses = []string{"127.0.0.1:0"}
	}
	listeners, err := listenAll(addresses)
	if err != nil {
		return err
	}
	h.done.Current = one.ID
	if err := h.save(); err != nil {
		for _, l := range listeners {
			_ = l.Close()
		}
		return err
	}
	h.explain(one, "http://"+listeners[0].Addr().String())
	for i, l := range listeners {
		fmt.Fprintf(h.out, "Serving hunt %d at http://%s\n", one.Number, l.Addr())
		listeners[i] = one.Listener(l)
	}
	fmt.Fprintln(h.out, "Ctrl-C stops the server.")
	log := slog.New(slog.DiscardHandler) // which could tell too much
	if err := server.Serve(ctx, one.Handler(), server.DefaultLimits(), log, listeners...); err != nil {
		return &failure{exitBroken, err.Error(), ""}
	}
	return nil
}

func (h *hunting) explain(one hunt.Hunt, base string) {
	again := ""
	if h.done.HasSolved(one) {
		again = " (solved before)"
	}
	fmt.Fprintf(h.out, `Hunt %d of %d · level %s%s

This server makes one mistake. It keeps all the rest of the contract up to level %s.

1. Find the mistake: ask the server, and compare with the contract ("%[6]s rules", or docs/contract.md).

     curl -i -X PUT %[7]s/items/a -H 'Content-Type: application/json' -d '{"value": "blue"}'

2. Say in a file what should have been so, with the sentences that "%[6]s steps" lists. {key}, {id} and {text} are
   names that nobody has used. A whole file, hunt.feature:

%[8]s
3. In another terminal: %[6]s hunt --submit hunt.feature

`, one.Number, len(h.all), one.Level, again, one.Level, h.name, base, indented(hunt.Example, 5))
}

func indented(text string, columns int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString(strings.Repeat(" ", columns))
		}
		b.WriteString(line)
	}
	return b.String()
}

// submit judges a file and says what became of it.
func (h *hunting) submit(ctx context.Context, f *huntFlags) error {
	one, known := h.wanted(f)
	if !known {
		one, known = h.done.Last(h.all)
	}
	if !known {
		return usage("no hunt has begun", "restlab hunt serves the first one, in another terminal")
	}
	file, err := readHunter(f.submit)
	if err != nil {
		return err
	}
	fmt.Fprintf(h.out, "Hunt %d of %d · level %s · %s\n\n", one.Number, len(h.all), one.Level, f.submit)
	bar := report.Bar{Out: h.err, Style: report.StyleOf(h.err, h.getenv), Things: "servers"}
	show := bar.Show
	if !bar.Style.Live {
		show = nil
	}
	j, err := one.Judge(ctx, file, show)
	bar.Clear()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &failure{exitBroken, err.Error(), ""}
	}
	return h.tell(ctx, one, j)
}

func readHunter(path string) (*catalogue.Catalogue, error) {
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage(fmt.Sprintf("there is no file %s", path), "--submit takes the feature file that you have written")
	case err != nil:
		return nil, usage(err.Error(), "--submit takes the feature file that you have written")
	}
	file, err := hunt.Read(path, content)
	if err != nil {
		return nil, unusable(err)
	}
	return file, nil
}

func unusable(err error) error {
	return usage("the file cannot be used\n"+err.Error(), "restlab steps lists the sentences with an example each")
}

// tell says what a file was worth, in the order in which it was held against the servers.
func (h *hunting) tell(ctx context.Context, one hunt.Hunt, j *hunt.Judgement) error {
	cards := &report.Text{Out: h.out, Style: report.StyleOf(h.out, h.getenv)}
	switch j.Outcome {
	case hunt.Unusable:
		return unusable(j.Slips())
	case hunt.FailsReference:
		fmt.Fprint(h.out, "✗ Fails on the reference, which keeps every rule: the file asks for something that the contract does not.\n\n")
		return orFailed(cards.Why(j.Result), "Compare with restlab serve, which serves the reference.", h)
	}
	fmt.Fprintln(h.out, "✓ Passes on the reference")
	if j.Outcome == hunt.FailsRight {
		h.tellRight(one, j)
		return orFailed(cards.Why(j.Result), "Let every answer pass that the contract leaves open: the status is 200 OK or 204 No Content.", h)
	}
	fmt.Fprintf(h.out, "✓ Passes on all %d servers that are right in another way\n", j.Right)
	if j.Outcome == hunt.CatchesNothing {
		return h.tellNothing(ctx, one, j)
	}
	return h.tellSolved(one, j)
}

// orFailed says what to do next, and that the file has not solved the hunt.
func orFailed(err error, next string, h *hunting) error {
	if err != nil {
		return &failure{exitBroken, err.Error(), ""}
	}
	fmt.Fprintln(h.out, next)
	return errFailed
}

func (h *hunting) tellRight(one hunt.Hunt, j *hunt.Judgement) {
	first := j.Choices[0]
	fmt.Fprintf(h.out, "✗ Fails on %d of %d servers that are right in another way: the file asks for more than the contract does at level %s.\n\n", len(j.Choices), j.Right, one.Level)
	fmt.Fprintf(h.out, "The first of them is right, too: %s\n(restlab serve --choice %s)\n\n", first.Does, first.Name)
}

// tellNothing gives a hint, a stronger one with each file that misses the same hunt.
func (h *hunting) tellNothing(ctx context.Context, one hunt.Hunt, j *hunt.Judgement) error {
	fmt.Fprintf(h.out, "✗ Does not fail on the hunted server: the file does not catch its mistake yet\n")
	for _, s := range j.Result.Scenarios {
		if s.Why != "" {
			fmt.Fprintf(h.out, "  %s could not be asked there: %s\n  Only what stands after Then catches anything.\n", s.Name, wire.Untrusted(s.Why).Line(300))
			break
		}
	}
	h.tellCaught(j)
	missed := h.done.Miss(one)
	hint, err := one.Hint(ctx, h.rules, missed)
	if err != nil {
		return &failure{exitBroken, err.Error(), ""}
	}
	fmt.Fprintf(h.out, "\nHint %d of %d: %s\n", min(missed, hunt.Hints), hunt.Hints, hint)
	if err := h.save(); err != nil {
		return err
	}
	return errFailed
}

func (h *hunting) tellCaught(j *hunt.Judgement) {
	fmt.Fprintf(h.out, "  Of all %d faulty servers of the lab it catches %d\n", j.Faults, j.Caught)
}

func (h *hunting) tellSolved(one hunt.Hunt, j *hunt.Judgement) error {
	s := hunt.FirstFailed(j.Result)
	fmt.Fprintf(h.out, "✓ Fails on the hunted server: %s: expected %s, received %s\n", s.Name, s.Failure.Expected, wire.Untrusted(s.Failure.Received).Line(200))
	h.tellCaught(j)
	h.done.Solve(one)
	was := one.Reveal()
	fmt.Fprintf(h.out, "\nSolved: hunt %d was %s.\n  %s\n  It breaks %s. restlab rules %s tells why that matters.\n", one.Number, was.Name, was.Does, strings.Join(was.Breaks, ", "), was.Breaks[0])
	if next, more := h.done.Next(h.all); more {
		fmt.Fprintf(h.out, "\n%d of %d hunts are solved. restlab hunt goes on with hunt %d.\n", h.done.Count(h.all), len(h.all), next.Number)
	} else {
		fmt.Fprintf(h.out, "\nAll %d hunts are solved.\n", len(h.all))
	}
	return h.save()
}

// list prints the hunts by level: those that are solved by their names, the others not at all.
func (h *hunting) list() error {
	for _, level := range catalogue.Levels {
		of := slices.DeleteFunc(slices.Clone(h.all), func(one hunt.Hunt) bool { return one.Level != level })
		fmt.Fprintf(h.out, "%s: %d of %d solved, hunts %d to %d\n", level, h.done.Count(of), len(of), of[0].Number, of[len(of)-1].Number)
		for _, one := range of {
			if h.done.HasSolved(one) {
				fmt.Fprintf(h.out, "  ✓ %3d  %s: %s\n", one.Number, one.Reveal().Name, one.Reveal().Does)
			}
		}
	}
	if next, more := h.done.Next(h.all); more {
		fmt.Fprintf(h.out, "restlab hunt goes on with hunt %d.\n", next.Number)
	}
	return nil
}
