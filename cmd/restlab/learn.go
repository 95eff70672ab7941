package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/lab"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

func (p *program) learnCommand() *cobra.Command {
	var f beginFlags
	cmd := &cobra.Command{
		Use:   "learn [EXERCISE]",
		Short: "take the course: thirteen exercises, from a first server to one with replicas",
		Long: `Take the course. Each exercise has a text, a program to begin with, rules that it has to keep, hints, and a solution.

  restlab learn                  how far you have come, and what is next
  restlab learn next             go on with what you have begun, or begin the next exercise
  restlab learn 05               begin this one, or go on with it
  restlab learn 08 --continue    begin it with your own files of the exercise that it builds on
  restlab learn check            is the exercise that you have begun solved?
  restlab learn watch            the same, at each save
  restlab learn hint             a hint, and a stronger one each time
  restlab learn solution 05      yours beside a good one, once it is passed

Your files are in my-course, in the folder where you begin. What is there is never written over. How far you have come is kept in one file,
in the folder that ` + state.Home + ` names (default: restlab, where your programs keep their settings), and nothing leaves this machine.`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: exerciseNumbers,
		RunE: p.learner(func(l *learning, _ *cobra.Command, args []string) error {
			if len(args) == 0 {
				if f.any() {
					return lab.Usage("for which exercise?", "write "+p.Name+" learn 05, or learn next")
				}
				if l.kept.Unread != nil {
					return l.kept.Unread
				}
				l.showMap()
				return nil
			}
			e, err := l.named(args[0])
			if err != nil {
				return err
			}
			return l.begin(e, &f)
		}),
	}
	f.addTo(cmd)
	cmd.AddCommand(p.learnNextCommand(), p.learnCheckCommand(), p.learnWatchCommand(), p.learnPredictCommand(), p.learnHintCommand(), p.learnSolutionCommand())
	return cmd
}

// learning is what all that the command can do has in common.
type learning struct {
	*program
	kept  *state.Kept[course.Progress]
	done  course.Progress
	keyed bool // a hint is a key away
}

// learner gives a command the progress. Progress that cannot be read is a matter of the command: most can do without it.
func (p *program) learner(run func(*learning, *cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		kept, err := state.Resume[course.Progress](state.Open(p.Getenv), course.Part, p.NoteOnce)
		if err != nil {
			return err
		}
		return run(&learning{program: p, kept: kept, done: kept.Now}, cmd, args)
	}
}

// exerciseCommand is a command about one exercise, the one that was begun last where none is named.
func (p *program) exerciseCommand(use, short string, run func(context.Context, *learning, exercises.Exercise) error) *cobra.Command {
	return &cobra.Command{
		Use:               use + " [EXERCISE]",
		Short:             short,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: exerciseNumbers,
		RunE: p.learner(func(l *learning, cmd *cobra.Command, args []string) error {
			e, err := l.meant(args)
			if err != nil {
				return err
			}
			return run(cmd.Context(), l, e)
		}),
	}
}

// note changes the progress in an exercise, and keeps it if that is possible.
func (l *learning) note(e exercises.Exercise, change func(*course.State)) {
	l.change(func(p *course.Progress) { p.Change(e, change) })
}

func (l *learning) change(by func(*course.Progress)) {
	l.kept.Change(by)
	l.done = l.kept.Now
}

// named is the exercise of that number.
func (l *learning) named(name string) (exercises.Exercise, error) {
	e, known := exercises.Find(name)
	if !known {
		first, last := exercises.All[0], exercises.All[len(exercises.All)-1]
		return e, lab.Usage(fmt.Sprintf("there is no exercise %q", name), fmt.Sprintf("the exercises are %s to %s: %s learn lists them", first.Number(), last.Number(), l.Name))
	}
	return e, nil
}

// meant is the exercise that the only argument names, the one that was begun last without any.
func (l *learning) meant(args []string) (exercises.Exercise, error) {
	if len(args) > 0 {
		return l.named(args[0])
	}
	e, begun := l.done.Last()
	if !begun {
		return e, lab.Usage("no exercise has begun", "begin the first one: "+l.Name+" learn next")
	}
	return e, nil
}

// title is how an exercise is headed.
func title(e exercises.Exercise) string { return e.Heading() }

// do is a command of the course, to be typed.
func (l *learning) do(words ...string) string {
	return l.Command(append([]string{"learn"}, words...)...)
}

// goOn is the command with which an exercise that has begun is gone on with.
func (l *learning) goOn(e exercises.Exercise) string {
	switch check := course.CheckOf(e); {
	case check == course.ByHunt:
		return l.Command("hunt")
	case check == course.ByQuiz:
		return l.Command("quiz")
	case l.done.Of(e).Folder == "": // it was only checked
		return l.do(e.Number())
	case check == course.ByTalk:
		return l.do("check", e.Number())
	}
	return l.do("watch", e.Number())
}

// aHint is how to get one.
func (l *learning) aHint(e exercises.Exercise) string {
	if l.keyed {
		return "press h"
	}
	return l.do("hint", e.Number())
}

// showMap prints all exercises, and what to do next.
func (l *learning) showMap() {
	fmt.Fprintf(l.Out, "The course: %d of %d exercises passed\n\n", l.done.Passed(), len(exercises.All))
	for _, e := range exercises.All {
		s := l.done.Of(e)
		fmt.Fprintln(l.Out, strings.TrimRight(fmt.Sprintf("  %s %s  %-36s %s", markOf(s), e.Number(), e.Title(), stateOf(s)), " "))
	}
	fmt.Fprintln(l.Out)
	current, begun := l.done.Last()
	if folder := l.done.Of(current).Folder; begun && folder != "" {
		l.Say("You are at %s: your files are in %s.\n", current.Number(), terminal.Near(folder))
	}
	l.Say("%s\n", l.whatNext())
}

func markOf(s course.State) string {
	switch {
	case s.HasPassed():
		return "✓"
	case s.HasBegun():
		return "…"
	}
	return " "
}

// stateOf says in words how far an exercise is.
func stateOf(s course.State) string {
	state := ""
	switch {
	case s.HasPassed():
		state = "passed"
	case s.HasBegun():
		state = "begun"
	}
	if s.Checked != nil {
		state += fmt.Sprintf(", %d of %d rules kept", s.Checked.Right, s.Checked.Of)
	}
	return state
}

// whatNext says how to go on.
func (l *learning) whatNext() string {
	next, more := l.done.Next()
	current, _ := l.done.Last()
	switch {
	case !more:
		return fmt.Sprintf("There is nothing left to pass. %s asks your server for all rules; %s has more servers to find out.", l.Command("grade"), l.Command("hunt"))
	case !l.done.Of(next).HasBegun():
		return fmt.Sprintf("Next: %s begins %s.", l.do("next"), title(next))
	case next.Name == current.Name:
		return fmt.Sprintf("Next: %s, or %s.", l.goOn(next), l.do("hint", next.Number()))
	}
	return fmt.Sprintf("Next: %s has begun and is not passed: %s.", title(next), l.goOn(next))
}

// exerciseNumbers completes the only argument of a command.
func exerciseNumbers(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var numbers []string
	for _, e := range exercises.All {
		if len(args) == 0 {
			numbers = append(numbers, cobra.CompletionWithDesc(e.Number(), e.Title()))
		}
	}
	return numbers, cobra.ShellCompDirectiveNoFileComp
}
