package main

import (
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/hunt"
	"restlab/internal/lab"
	"restlab/internal/learn"
	"restlab/internal/locate"
	"restlab/internal/quiz"
	"restlab/internal/session"
	"restlab/internal/state"
)

func (p *program) learnCheckCommand() *cobra.Command {
	r := &session.Request{Repeat: 1, Cards: "1"}
	cmd := &cobra.Command{
		Use:   "check [EXERCISE] [URL | -- COMMAND…]",
		Short: "check whether the exercise is solved",
		Long: `Grade your server by the rules of an exercise and of the exercises before it.

  restlab learn check                        the exercise that you began last: the lab starts the program in your folder
  restlab learn check 05                     exercise 05
  restlab learn check 05 -- python3 app.py   another command; it runs in your folder for the exercise, or in --dir
  restlab learn check 05 http://localhost:8080   a server that runs already
  restlab learn check 02 -- node client.js {key} {value} {other}   a client: the lab runs it against its own servers

Exit status: 0 passed, 1 not yet, 2 wrong usage, 3 the server could not be reached or started, or never responded, 4 a
mistake of the lab.`,
		ValidArgsFunction: exerciseNumbers,
		RunE: p.learner(func(l *learn.Learner, cmd *cobra.Command, args []string) error {
			e, err := readCheck(cmd, l, r, args)
			if err != nil {
				return err
			}
			return p.check(cmd, l, e, r)
		}),
	}
	addServerFlags(cmd, r)
	return cmd
}

func (p *program) learnWatchCommand() *cobra.Command {
	r := &session.Request{Repeat: 1, Cards: "1"}
	cmd := &cobra.Command{
		Use:   "watch [EXERCISE] [-- COMMAND…]",
		Short: "start your program and check it each time you save",
		Long: `Start the program in your folder for the exercise and check it, again each time you save a file there. The rule that failed last
comes first.

  restlab learn watch                        the exercise that you began last
  restlab learn watch 05 -- python3 app.py   exercise 05, with another command

Keys: h hint, n next exercise, r or Enter to check again, c the whole card if the window is too small, q quit.`,
		ValidArgsFunction: exerciseNumbers,
		RunE: p.learner(func(l *learn.Learner, cmd *cobra.Command, args []string) error {
			e, err := readCheck(cmd, l, r, args)
			switch {
			case err != nil:
				return err
			case r.NamesURL():
				return lab.Usage("a server at a URL is not the lab's to start again", "let it be started: "+p.Command("learn", "watch", e.Number(), "-- COMMAND"))
			case course.CheckOf(e) != course.ByRules:
				return p.check(cmd, l, e, r)
			}
			return p.guarded(cmd, l, e, r, func(*session.Request) error { return l.Watch(cmd.Context(), e, *r) })
		}),
	}
	addServerFlags(cmd, r)
	return cmd
}

// readCheck returns the exercise that the arguments name, and completes a request whose flags have been read.
func readCheck(cmd *cobra.Command, l *learn.Learner, r *session.Request, args []string) (exercises.Exercise, error) {
	args, err := readCommand(cmd, r, args)
	if err != nil {
		return exercises.Exercise{}, err
	}
	number := args[:min(1, len(args))]
	if len(args) > 0 && strings.Contains(args[0], "://") {
		number = nil
	}
	e, err := l.Exercise(number)
	if err != nil {
		return e, err
	}
	if e.Kind == exercises.Client && !cmd.Flags().Changed("timeout") {
		r.Timeout = session.DefaultClientTimeout
	}
	return e, readURL(r, args[len(number):], l.Command("learn", "check", e.Number()))
}

// check checks an exercise by the program that solves it, or by what the learner has done in other commands.
func (p *program) check(cmd *cobra.Command, l *learn.Learner, e exercises.Exercise, r *session.Request) error {
	switch course.CheckOf(e) {
	case course.ByHunt:
		hunts, err := state.Resume[hunt.Progress](state.Open(p.Getenv), hunt.Part, p.NoteOnce)
		switch {
		case err != nil:
			return err
		case hunts.Unread != nil:
			return hunts.Unread
		}
		return l.CheckHunt(e, len(hunts.Now.Solved) > 0)
	case course.ByQuiz:
		left, of, err := p.questionsLeft()
		if err != nil {
			return err
		}
		return l.CheckQuiz(e, left, of)
	case course.ByRules, course.ByTalk:
	}
	return p.guarded(cmd, l, e, r, func(r *session.Request) error { return l.Check(cmd.Context(), e, r) })
}

// guarded completes a request for an exercise, and runs what grades it. If that starts programs it runs in a process of its own.
func (p *program) guarded(cmd *cobra.Command, l *learn.Learner, e exercises.Exercise, typed *session.Request, run func(*session.Request) error) error {
	r, err := l.RequestFor(e, *typed)
	if err != nil {
		return err
	}
	if done, err := locate.Guarded(cmd.Context(), p.Terminal, &r.Programs); done || err != nil {
		return err
	}
	return run(r)
}

// questionsLeft returns how many questions of the knowledge check were never answered right, and how many there are.
func (p *program) questionsLeft() (left, of int, err error) {
	rules, err := session.ServerContract()
	if err != nil {
		return 0, 0, err
	}
	check, err := quiz.Open(p.Terminal, rules, state.Open(p.Getenv))
	if err != nil {
		return 0, 0, err
	}
	return check.Left()
}
