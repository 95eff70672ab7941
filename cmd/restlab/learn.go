package main

import (
	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/lab"
	"restlab/internal/learn"
	"restlab/internal/state"
)

func (p *program) learnCommand() *cobra.Command {
	var r learn.BeginRequest
	cmd := &cobra.Command{
		Use:   "learn [EXERCISE]",
		Short: "take the course: thirteen exercises, from a first server to one with replicas",
		Long: `Take the course. Each exercise has a text, a program to begin with, rules to keep, hints, and a solution.

  restlab learn                  show how far you are, and what is next
  restlab learn next             continue your exercise, or begin the next one
  restlab learn 05               begin exercise 05, or continue it
  restlab learn 08 --continue    begin with your own files of the exercise before
  restlab learn check            check whether your exercise is solved
  restlab learn watch            the same, each time you save
  restlab learn hint             show a hint; each hint says more than the one before
  restlab learn solution 05      show your program beside a good one, once you have passed

Your files are in my-course, in the folder where you begin. The lab never overwrites your files. It keeps your progress in one file, in the folder
` + state.Home + ` (default: restlab in your folder for settings). Nothing leaves this machine.`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: exerciseNumbers,
		RunE: p.learner(func(l *learn.Learner, _ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && !r.IsZero():
				return lab.Usage("for which exercise?", "write "+p.Name+" learn 05, or learn next")
			case len(args) == 0:
				return l.ShowMap()
			}
			e, err := l.Exercise(args)
			if err != nil {
				return err
			}
			return l.Begin(e, r)
		}),
	}
	addBeginFlags(cmd, &r)
	cmd.AddCommand(p.learnNextCommand(), p.learnCheckCommand(), p.learnWatchCommand())
	cmd.AddCommand(p.exerciseCommands()...)
	return cmd
}

// addBeginFlags adds the flags of the commands that begin an exercise.
func addBeginFlags(cmd *cobra.Command, r *learn.BeginRequest) {
	flags := cmd.Flags()
	flags.StringVar(&r.Language, "lang", "", "begin in this `LANGUAGE`: go, flask, python, or other for the text alone (default the language of the last exercise, or go)")
	flags.StringVar(&r.Folder, "dir", "", "copy to this `FOLDER` (default "+learn.DefaultFolder+"/05-idempotency and so on)")
	flags.BoolVar(&r.Continue, "continue", false, "begin with your own files of the exercise that this one builds on")
	offer(cmd, "lang", oneOf("go", "flask", "python", course.Other))
	offerFolders(cmd, "dir")
}

func (p *program) learnNextCommand() *cobra.Command {
	var r learn.BeginRequest
	cmd := &cobra.Command{
		Use:   "next",
		Short: "continue the exercise that you have not passed, or begin the next one",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return lab.Usage("learn next takes no exercise", "to begin this one, or go on with it: "+p.Command("learn", args[0]))
			}
			return nil
		},
		RunE: p.learner(func(l *learn.Learner, _ *cobra.Command, _ []string) error { return l.BeginNext(r) }),
	}
	addBeginFlags(cmd, &r)
	return cmd
}

// exerciseCommands returns the commands about one exercise that grade nothing.
func (p *program) exerciseCommands() []*cobra.Command {
	predict := p.exerciseCommand("predict", "predict how a right server responds; the first time counts", func(cmd *cobra.Command, l *learn.Learner, e exercises.Exercise) error {
		return l.Predict(cmd.Context(), e)
	})
	var all, giveUp bool
	hint := p.exerciseCommand("hint", "print a hint; each hint says more than the one before", func(_ *cobra.Command, l *learn.Learner, e exercises.Exercise) error {
		l.Hint(e, all)
		return nil
	})
	hint.Flags().BoolVar(&all, "all", false, "print all hints at once")
	solution := p.exerciseCommand("solution", "show your program beside a good one, once you have passed the exercise", func(_ *cobra.Command, l *learn.Learner, e exercises.Exercise) error {
		return l.Solution(e, giveUp)
	})
	solution.Flags().BoolVar(&giveUp, "give-up", false, "show it before you have passed the exercise")
	return []*cobra.Command{predict, hint, solution}
}

// exerciseCommand returns a command about the exercise that its argument names, or the one that was begun last.
func (p *program) exerciseCommand(use, short string, run func(*cobra.Command, *learn.Learner, exercises.Exercise) error) *cobra.Command {
	return &cobra.Command{
		Use:               use + " [EXERCISE]",
		Short:             short,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: exerciseNumbers,
		RunE: p.learner(func(l *learn.Learner, cmd *cobra.Command, args []string) error {
			e, err := l.Exercise(args)
			if err != nil {
				return err
			}
			return run(cmd, l, e)
		}),
	}
}

// learner returns a cobra function that opens the learner and runs a command for them.
func (p *program) learner(run func(*learn.Learner, *cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		l, err := learn.Open(p.Terminal, state.Open(p.Getenv), p.keep)
		if err != nil {
			return err
		}
		return run(l, cmd, args)
	}
}

// exerciseNumbers completes the only argument of a command.
func exerciseNumbers(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return described(exercises.All, func(e exercises.Exercise) (string, string) { return e.Number(), e.Title() })
}
