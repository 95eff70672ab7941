package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/grade"
	"restlab/internal/hunt"
	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/quiz"
	"restlab/internal/session"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

func (p *program) learnCheckCommand() *cobra.Command {
	f := &session.Request{Repeat: 1, Cards: "1"}
	cmd := &cobra.Command{
		Use:   "check [EXERCISE] [URL | -- COMMAND…]",
		Short: "is the exercise solved?",
		Long: `Grade your server by the rules of an exercise, and of those that it builds on.

  restlab learn check                        the exercise that was begun last: the lab starts the program in your folder
  restlab learn check 05                     this one
  restlab learn check 05 -- python3 app.py   with another command; it runs in your folder for the exercise, or in the one of --dir
  restlab learn check 05 http://localhost:8080   a server that runs already
  restlab learn check 02 -- node client.js {key} {value} {other}   a client: the lab runs it against servers of its own

Exit status: 0 passed, 1 not yet, 2 bad usage, 3 the server could not be reached or started, or gave no answer at all, 4 the
lab's own fault.`,
		ValidArgsFunction: exerciseNumbers,
		RunE: p.learner(func(l *learning, cmd *cobra.Command, args []string) error {
			e, rest, err := l.toCheck(cmd, f, args)
			if err != nil {
				return err
			}
			return l.check(cmd.Context(), cmd, e, f, rest)
		}),
	}
	addServerFlags(cmd, f)
	return cmd
}

// toCheck is the exercise that the arguments name, and the arguments that are left.
func (l *learning) toCheck(cmd *cobra.Command, f *session.Request, args []string) (e exercises.Exercise, rest []string, err error) {
	if rest, err = readCommand(cmd, f, args); err != nil {
		return e, nil, err
	}
	number := rest[:min(1, len(rest))]
	if len(rest) > 0 && strings.Contains(rest[0], "://") {
		number = nil
	}
	if e, err = l.meant(number); err != nil {
		return e, nil, err
	}
	rest = rest[len(number):]
	return e, rest, readURL(f, rest, l.do("check", e.Number()))
}

// check checks an exercise in the way in which it is checked.
func (l *learning) check(ctx context.Context, cmd *cobra.Command, e exercises.Exercise, f *session.Request, args []string) error {
	switch course.CheckOf(e) {
	case course.ByHunt:
		return l.checkHunt(e)
	case course.ByQuiz:
		return l.checkQuiz(e)
	case course.ByTalk:
		return l.checkClient(ctx, cmd, e, f, args)
	case course.ByRules:
	}
	if err := l.aim(e, f, args); err != nil {
		return err
	}
	if err := f.Check(); err != nil {
		return err
	}
	if done, err := locate.Guarded(ctx, l.Terminal, &f.Programs); done || err != nil {
		return err
	}
	if err := l.predictFirst(ctx, e); err != nil {
		return err
	}
	result, err := l.session(f).Grade(ctx)
	if err != nil {
		return err
	}
	return l.conclude(e, f, result)
}

// checkClient runs the learner's client, as it is told in the exercise.
func (l *learning) checkClient(ctx context.Context, cmd *cobra.Command, e exercises.Exercise, f *session.Request, args []string) error {
	if len(args)+len(f.Items)+len(f.Tasks) > 0 {
		return lab.Usage("a client has no URL: it is run", "name the program: "+l.do("check", e.Number(), "-- COMMAND"))
	}
	typed := f.Any()
	if err := l.aim(e, f, nil); err != nil {
		return err
	}
	if !typed {
		f.Words = slices.Concat(f.Words, e.Arguments)
	}
	if !cmd.Flags().Changed("timeout") {
		f.Timeout = session.DefaultClientTimeout
	}
	if err := f.CheckClient(); err != nil {
		return err
	}
	if done, err := locate.Guarded(ctx, l.Terminal, &f.Programs); done || err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "restlab")
	if err != nil {
		return unwritten(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	builder := course.Builder{Folder: cmp.Or(f.Folder, "."), Program: filepath.Join(folder, "client.exe"), Temp: folder}
	if f.Built, err = l.built(ctx, l.Style(), &builder, f.Words); err != nil {
		return err
	}
	result, err := l.session(f).GradeClient(ctx)
	if err != nil {
		return err
	}
	return l.conclude(e, f, result)
}

// aim has a grading ask for the rules of an exercise, of the program in the learner's folder where nothing else is named.
func (l *learning) aim(e exercises.Exercise, f *session.Request, args []string) error {
	f.Own, f.Family, f.Level, f.Rules = e.Rules, e.Family(), e.Level, course.Rules(e)
	state := l.done.Of(e)
	named := len(args) > 0 || len(f.Items)+len(f.Tasks) > 0
	if f.Folder == "" && !named && isFolder(state.Folder) {
		f.Folder = state.Folder
	}
	if named || f.Any() {
		return nil
	}
	if f.Folder == "" {
		return lab.Usage(title(e)+" has not begun: there is no program to check", "begin it: "+l.do(e.Number())+"; or name one: "+l.do("check", e.Number(), "-- COMMAND"))
	}
	var err error
	var unclear *course.Unclear
	if f.Words, err = course.Command(f.Folder, state.Language); errors.As(err, &unclear) {
		return lab.Usage(unclear.What, "say how it is started: "+l.do("check", e.Number(), "-- COMMAND"))
	}
	return err
}

// conclude keeps what a grading says of the exercise, and tells what is next.
func (l *learning) conclude(e exercises.Exercise, f *session.Request, result *grade.Result) error {
	err := session.Outcome(result)
	if err != nil && !errors.Is(err, session.ErrFailed) { // there was no grading to speak of
		return err
	}
	o := course.Judge(e, result)
	l.note(e, func(s *course.State) { s.Check(o, f.ShownHints()) })
	l.tell(e, o)
	if !o.Passed {
		return session.ErrFailed
	}
	return nil
}

func (l *learning) tell(e exercises.Exercise, o course.Outcome) {
	switch {
	case o.Passed:
		fmt.Fprintln(l.Out)
		l.tellPassed(e)
		l.Say("  To compare yours with a good one: %s\n", l.do("solution", e.Number()))
	case len(o.Unasked) > 0:
		l.Say("\n%s: not passed yet. These rules could not be asked for: %s.\n", title(e), strings.Join(o.Unasked, ", "))
		l.Say("Does one program serve both items and tasks, and the port in the variable REPLICA_PORT too?\n")
	default:
		l.Say("\n%s: %d of %d rules kept. If you are stuck: %s\n", title(e), o.Kept.Right, o.Kept.Of, l.aHint(e))
	}
}

// checkHunt looks whether any hunt is solved.
func (l *learning) checkHunt(e exercises.Exercise) error {
	hunts, err := state.Resume[hunt.Progress](state.Open(l.Getenv), hunt.Part, l.NoteOnce)
	switch {
	case err != nil:
		return err
	case hunts.Unread != nil:
		return hunts.Unread
	}
	return l.decide(e, len(hunts.Now.Solved) > 0, fmt.Sprintf("no hunt is solved yet. %s serves one; %s hands in the test that catches it.", l.Command("hunt"), l.Command("hunt", "--submit", "FILE")))
}

// checkQuiz looks whether every question was answered right.
func (l *learning) checkQuiz(e exercises.Exercise) error {
	rules, err := session.ServerContract()
	if err != nil {
		return err
	}
	check, err := quiz.Open(l.Terminal, rules, state.Open(l.Getenv))
	if err != nil {
		return err
	}
	left, of, err := check.Left()
	if err != nil {
		return err
	}
	return l.decide(e, left == 0, fmt.Sprintf("%d of %s not answered right yet. %s asks them.", left, terminal.Count(of, "question"), l.Command("quiz")))
}

// decide keeps whether an exercise is passed, and tells it, or what is to do.
func (l *learning) decide(e exercises.Exercise, passed bool, todo string) error {
	l.note(e, func(s *course.State) {
		if passed {
			s.Pass()
		}
	})
	if !passed {
		l.Say("%s: %s\n", title(e), todo)
		return session.ErrFailed
	}
	l.tellPassed(e)
	return nil
}

func (l *learning) tellPassed(e exercises.Exercise) {
	l.Say("✓ %s: passed. %s\n", title(e), l.whatNext())
}
