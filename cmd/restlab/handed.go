package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/course"
	"restlab/internal/hunt"
	"restlab/internal/lab"
	"restlab/internal/report"
	"restlab/internal/session"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// submit judges a file that is handed in, and says what became of it.
func (h *hunting) submit(ctx context.Context, f *huntFlags) error {
	one, known := h.wanted(f)
	if !known {
		one, known = h.done.Last(h.all)
	}
	if !known {
		return lab.Usage("no hunt has begun", "restlab hunt serves the first one, in another terminal")
	}
	file, err := handedIn(f.submit)
	if err != nil {
		return err
	}
	h.Say("Hunt %d of %d · level %s · %s\n\n", one.Number, len(h.all), one.Level, f.submit)
	j, err := h.judge(ctx, one, file)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return unwritten(err)
	}
	return h.tell(ctx, one, j)
}

// judge shows on a terminal how far it has come.
func (h *hunting) judge(ctx context.Context, one hunt.Hunt, file *contract.Contract) (*hunt.Judgement, error) {
	bar := terminal.Bar{Out: h.Err, Style: terminal.StyleOf(h.Err, h.Getenv), Things: "servers"}
	defer bar.Clear()
	if !bar.Style.Live {
		return one.Judge(ctx, file, nil)
	}
	return one.Judge(ctx, file, bar.Show)
}

// handedIn reads the file.
func handedIn(path string) (*contract.Contract, error) {
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, lab.Usage(fmt.Sprintf("there is no file %s", path), "--submit takes the feature file that you have written")
	case err != nil:
		return nil, lab.Usage(err.Error(), "--submit takes the feature file that you have written")
	}
	file, err := hunt.Read(path, content)
	if err != nil {
		return nil, unusable(err)
	}
	return file, nil
}

func unusable(err error) error {
	return lab.Usage("the file cannot be used\n"+err.Error(), "restlab steps lists the sentences with an example each")
}

// tell says what a file was worth, in the order in which it was held against the servers.
func (h *hunting) tell(ctx context.Context, one hunt.Hunt, j *hunt.Judgement) error {
	if j.Outcome >= hunt.FailsRight {
		fmt.Fprintln(h.Out, "✓ Passes on the reference")
	}
	if j.Outcome >= hunt.CatchesNothing {
		h.Say("✓ Passes on all %d servers that are right in another way\n", j.Right)
	}
	switch j.Outcome {
	case hunt.Unusable:
		return unusable(j.Slips())
	case hunt.FailsReference:
		return h.tellReference(j)
	case hunt.FailsRight:
		return h.tellRight(one, j)
	case hunt.CatchesNothing:
		return h.tellNothing(ctx, one, j)
	default:
		return h.tellSolved(one, j)
	}
}

func (h *hunting) tellReference(j *hunt.Judgement) error {
	h.Say("✗ Fails on the reference, which keeps every rule: the file asks for something that the contract does not.\n\n")
	return h.tellWhy(j, "Compare with "+h.Name+" serve, which serves the reference.")
}

func (h *hunting) tellRight(one hunt.Hunt, j *hunt.Judgement) error {
	first := j.Choices[0]
	h.Say("✗ Fails on %d of %d servers that are right in another way: the file asks for more than the contract does at level %s.\n\n", len(j.Choices), j.Right, one.Level)
	h.Say("The first of them is right, too: %s\n(%s serve --choice %s)\n\n", first.Does, h.Name, first.Name)
	return h.tellWhy(j, "Let every answer pass that the contract leaves open: the status is 200 OK or 204 No Content.")
}

// tellWhy shows the cards of the server that decided, and says what to do next.
func (h *hunting) tellWhy(j *hunt.Judgement, next string) error {
	cards := &report.Text{Out: h.Out, Name: h.Name, Style: h.Style()}
	if err := cards.Why(j.Result); err != nil {
		return unwritten(err)
	}
	h.Say("%s\n", next)
	return session.ErrFailed
}

// tellNothing gives a hint, a stronger one with each file that misses the same hunt.
func (h *hunting) tellNothing(ctx context.Context, one hunt.Hunt, j *hunt.Judgement) error {
	h.Say("✗ Does not fail on the hunted server: the file does not catch its mistake yet\n")
	for _, s := range j.Result.Scenarios {
		if s.Why != "" {
			h.Say("  %s could not be asked there: %s\n  Only what stands after Then catches anything.\n", s.Name, wire.Untrusted(s.Why).Line(300))
			break
		}
	}
	h.tellCaught(j)
	missed := 0
	if err := h.note(func(done *hunt.Progress) { missed = done.Miss(one) }); err != nil {
		return err
	}
	hint, err := one.Hint(ctx, h.rules, missed)
	if err != nil {
		return unwritten(err)
	}
	h.Say("\nHint %d of %d: %s\n", min(missed, hunt.Hints), hunt.Hints, h.Own(hint))
	return session.ErrFailed
}

func (h *hunting) tellCaught(j *hunt.Judgement) {
	h.Say("  Of all %d faulty servers of the lab it catches %d\n", j.Faults, j.Caught)
}

// tellSolved tells what was wrong: it is no secret any more.
func (h *hunting) tellSolved(one hunt.Hunt, j *hunt.Judgement) error {
	s, was := hunt.FirstFailed(j.Result), one.Reveal()
	h.Say("✓ Fails on the hunted server: %s: expected %s, received %s\n", s.Name, s.Failure.Expected, wire.Untrusted(s.Failure.Received).Line(200))
	h.tellCaught(j)
	h.Say("\nSolved: hunt %d was %s.\n  %s\n  It breaks %s. %s rules %s tells why that matters.\n\n", one.Number, was.Name, was.Does, strings.Join(was.Breaks, ", "), h.Name, was.Breaks[0])
	if err := h.note(func(done *hunt.Progress) { done.Solve(one) }); err != nil {
		return err
	}
	h.Say("%d of %d hunts are solved. %s\n", h.done.Count(h.all), len(h.all), h.next())
	return h.passExercise()
}

// passExercise passes the exercise of a course that has begun.
func (h *hunting) passExercise() error {
	l := &learning{program: h.program, store: h.store}
	if err := h.store.Load(course.Part, &l.done); err != nil {
		return unkept(h.store, err)
	}
	e, isNew := l.done.PassHunt()
	if !isNew {
		return nil
	}
	if err := l.change(func(p *course.Progress) { p.PassHunt() }); err != nil {
		return err
	}
	l.tellPassed(e)
	return nil
}
