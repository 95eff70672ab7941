package learn

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/session"
	"restlab/internal/terminal"
)

// RequestFor completes what a learner typed to a grading of an exercise that a program solves: by its rules, and of the program in their
// folder if they named no other. The error is a *lab.Error, or about files that cannot be read.
func (l *Learner) RequestFor(e exercises.Exercise, typed session.Request) (*session.Request, error) {
	r := &typed
	isClient := course.CheckOf(e) == course.ByTalk
	if isClient && r.NamesURL() {
		return nil, lab.Usage("a client has no URL: it is run", "name the program: "+l.command("check", e.Number(), "-- COMMAND"))
	}
	r.Own, r.Family, r.Level, r.Rules = e.Rules, e.Family(), e.Level, course.Rules(e)
	s := l.progress().Of(e)
	if r.Folder == "" && !r.NamesURL() && isFolder(s.Folder) {
		r.Folder = s.Folder
	}
	if r.NamesURL() || r.Any() {
		return r, nil
	}
	if r.Folder == "" {
		return nil, lab.Usage(e.Heading()+" has not begun: there is no program to check", "begin it: "+l.command(e.Number())+"; or name one: "+l.command("check", e.Number(), "-- COMMAND"))
	}
	words, err := course.Command(r.Folder, s.Language)
	var unclear *course.Unclear
	if errors.As(err, &unclear) {
		return nil, lab.Usage(unclear.What, "say how it is started: "+l.command("check", e.Number(), "-- COMMAND"))
	}
	if err != nil {
		return nil, err
	}
	if isClient {
		words = slices.Concat(words, e.Arguments)
	}
	r.Words = words
	return r, nil
}

// Check grades what RequestFor returned, keeps how far the exercise is solved, and says so. The error is session.ErrFailed if the exercise
// is not passed, another *lab.Error, or the context's.
func (l *Learner) Check(ctx context.Context, e exercises.Exercise, r *session.Request) error {
	if course.CheckOf(e) == course.ByTalk {
		return l.checkClient(ctx, e, r)
	}
	if err := r.Check(); err != nil {
		return err
	}
	if err := l.predictFirst(ctx, e); err != nil {
		return err
	}
	result, err := l.session(r).Grade(ctx)
	if err != nil {
		return err
	}
	return l.record(e, r, result)
}

// checkClient builds the learner's client if it is written in Go, and checks it.
func (l *Learner) checkClient(ctx context.Context, e exercises.Exercise, r *session.Request) error {
	if err := r.CheckClient(); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "restlab")
	if err != nil {
		return session.Unwritten(err, "")
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if r.Built, err = l.build(ctx, newBuilder(r, temp, "client.exe"), r.Words); err != nil {
		return err
	}
	result, err := l.session(r).GradeClient(ctx)
	if err != nil {
		return err
	}
	return l.record(e, r, result)
}

// session returns the grading of a request at the learner's terminal.
func (l *Learner) session(r *session.Request) *session.Session {
	return &session.Session{Terminal: l.Terminal, Request: r, Keep: l.keep}
}

// record keeps what a grading says of the exercise, and prints it. Its errors are those of Check.
func (l *Learner) record(e exercises.Exercise, r *session.Request, result *grade.Result) error {
	if err := session.Outcome(result); err != nil && !errors.Is(err, session.ErrFailed) { // there is nothing to judge
		return err
	}
	o := course.Judge(e, result)
	l.change(e, func(s *course.State) { s.Check(o, r.ShownHints()) })
	l.showOutcome(e, o)
	if !o.Passed {
		return session.ErrFailed
	}
	return nil
}

func (l *Learner) showOutcome(e exercises.Exercise, o course.Outcome) {
	switch {
	case o.Passed:
		fmt.Fprintln(l.Out)
		l.showPassed(e)
		l.Say("  To compare yours with a good one: %s\n", l.command("solution", e.Number()))
	case len(o.Unasked) > 0:
		l.Say("\n%s: not passed yet. These rules could not be checked: %s.\n", e.Heading(), strings.Join(o.Unasked, ", "))
		l.Say("Does one program serve both items and tasks, and the port in the variable REPLICA_PORT too?\n")
	default:
		l.Say("\n%s: %d of %d rules kept. If you are stuck: %s\n", e.Heading(), o.Kept.Right, o.Kept.Of, l.hintCommand(e))
	}
}

func (l *Learner) showPassed(e exercises.Exercise) {
	l.Say("✓ %s: passed. %s\n", e.Heading(), l.whatNext())
}

// CheckHunt passes the exercise with the hunt if any hunt is solved. The error is session.ErrFailed if none is.
func (l *Learner) CheckHunt(e exercises.Exercise, solved bool) error {
	return l.recordDone(e, solved, fmt.Sprintf("no hunt is solved yet. %s serves one; %s hands in the test that catches it.", l.Command("hunt"), l.Command("hunt", "--submit", "FILE")))
}

// CheckQuiz passes the exercise with the knowledge check if no question is left that was never answered right. The error is
// session.ErrFailed if one is left.
func (l *Learner) CheckQuiz(e exercises.Exercise, left, questions int) error {
	return l.recordDone(e, left == 0, fmt.Sprintf("%d of %s not answered right yet: %s.", left, terminal.Count(questions, "question"), l.Command("quiz")))
}

// recordDone keeps whether an exercise is passed that no program solves, and prints that or what is left to do.
func (l *Learner) recordDone(e exercises.Exercise, passed bool, todo string) error {
	l.change(e, func(s *course.State) {
		if passed {
			s.Pass()
		}
	})
	if !passed {
		l.Say("%s: %s\n", e.Heading(), todo)
		return session.ErrFailed
	}
	l.showPassed(e)
	return nil
}
