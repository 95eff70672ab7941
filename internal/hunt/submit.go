package hunt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/report"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// Submit judges the feature file that the learner wrote, and prints the verdict with what to do next. The file is for the
// hunt that was chosen, or else for the one that was served last. After a hunt is solved it calls solved.
//
// The error is the context's, that of solved, or an *lab.Error: of status lab.ExitFailed if the hunt is not solved, of
// lab.ExitUsage if the file cannot be used.
func (s *Session) Submit(ctx context.Context, c Choice, path string, solved func() error) error {
	h, known := s.chosen(c)
	if !known {
		h, known = s.kept.Now.Last(s.hunts)
	}
	if !known {
		if s.kept.Unread != nil {
			return s.kept.Unread
		}
		return lab.Usage("no hunt has begun", "restlab hunt serves the first one, in another terminal")
	}
	file, err := readFile(path)
	if err != nil {
		return err
	}
	s.Say("Hunt %d of %d · level %s · %s\n\n", h.Number, len(s.hunts), h.Level, path)
	j, err := s.judge(ctx, h, file)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return lab.FaultFrom(err, "")
	}
	return s.printJudgement(ctx, h, j, solved)
}

// readFile reads the learner's file. Its error is a usage error.
func readFile(path string) (*contract.Contract, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		what := err.Error()
		if errors.Is(err, fs.ErrNotExist) {
			what = "there is no file " + path
		}
		return nil, lab.Usage(what, "--submit takes the feature file that you have written")
	}
	file, err := Read(path, content)
	if err != nil {
		return nil, unusable(err)
	}
	return file, nil
}

// notSolved returns the error for a file that does not solve the hunt. It has no message: why not was printed already.
func notSolved() error { return &lab.Error{Status: lab.ExitFailed} }

func unusable(err error) error {
	return lab.Usage("the file cannot be used\n"+err.Error(), "restlab steps lists the sentences with an example each")
}

// judge judges a file, and on a terminal shows a bar of the servers that are done.
func (s *Session) judge(ctx context.Context, h Hunt, file *contract.Contract) (*Judgement, error) {
	bar := terminal.Bar{Out: s.Err, Style: s.ErrStyle(), Things: "servers"}
	defer bar.Clear()
	if !bar.Style.Live {
		return h.Judge(ctx, file, nil)
	}
	return h.Judge(ctx, file, bar.Show)
}

// printJudgement prints what was found, in the order in which the file was run against the servers.
func (s *Session) printJudgement(ctx context.Context, h Hunt, j *Judgement, solved func() error) error {
	if j.Outcome >= FailsRight {
		fmt.Fprintln(s.Out, "✓ Passes on the reference")
	}
	if j.Outcome >= CatchesNothing {
		s.Say("✓ Passes on all %d servers that are right in another way\n", j.Right)
	}
	switch j.Outcome {
	case Unusable:
		return unusable(j.Slips())
	case FailsReference:
		return s.printFailsReference(j)
	case FailsRight:
		return s.printFailsRight(h, j)
	case CatchesNothing:
		return s.printCatchesNothing(ctx, h, j)
	case Catches:
	}
	if err := s.printSolved(h, j); err != nil {
		return err
	}
	return solved()
}

func (s *Session) printFailsReference(j *Judgement) error {
	s.Say("✗ Fails on the reference, which keeps every rule: the file demands something that the contract does not.\n\n")
	return s.printCards(j, "Compare with "+s.Name+" serve, which serves the reference.")
}

func (s *Session) printFailsRight(h Hunt, j *Judgement) error {
	first := j.Choices[0]
	s.Say("✗ Fails on %d of %d servers that are right in another way: the file demands more than the contract does at level %s.\n\n", len(j.Choices), j.Right, h.Level)
	s.Say("The first of them is right, too: %s\n(%s serve --choice %s)\n\n", first.Does, s.Name, first.Name)
	return s.printCards(j, "Let every answer pass that the contract leaves open: the status is 200 OK or 204 No Content.")
}

// printCards prints the cards of the server that decided, and advice. It always returns an error: the hunt is not solved.
func (s *Session) printCards(j *Judgement, advice string) error {
	cards := &report.Text{Out: s.Out, Name: s.Name, Style: s.Style()}
	if err := cards.Why(j.Result); err != nil {
		return lab.FaultFrom(err, "")
	}
	s.Say("%s\n", advice)
	return notSolved()
}

// printCatchesNothing prints a hint, a stronger one for each file that misses the same hunt. It always returns an error.
func (s *Session) printCatchesNothing(ctx context.Context, h Hunt, j *Judgement) error {
	s.Say("✗ Does not fail on the hunted server: the file does not catch its mistake yet\n")
	for _, one := range j.Result.Scenarios {
		if one.Why != "" {
			s.Say("  %s could not be checked there: %s\n  Only the sentences after Then catch anything.\n", one.Name, wire.Untrusted(one.Why).Line(300))
			break
		}
	}
	s.printCaught(j)
	missed := 0
	s.kept.Change(func(p *Progress) { missed = p.Miss(h) })
	hint, err := h.Hint(ctx, s.rules, missed)
	if err != nil {
		return lab.FaultFrom(err, "")
	}
	s.Say("\nHint %d of %d: %s\n", min(missed, Hints), Hints, s.Own(hint))
	return notSolved()
}

func (s *Session) printCaught(j *Judgement) {
	s.Say("  Of all %d faulty servers of the lab it catches %d\n", j.Faults, j.Caught)
}

// printSolved prints what was wrong with the server, and keeps that the hunt is solved.
func (s *Session) printSolved(h Hunt, j *Judgement) error {
	caught, was := FirstFailed(j.Result), h.Reveal()
	s.Say("✓ Fails on the hunted server: %s: expected %s, received %s\n", caught.Name, caught.Failure.Expected, wire.Untrusted(caught.Failure.Received).Line(200))
	s.printCaught(j)
	s.Say("\nSolved: hunt %d was %s.\n  %s\n  It breaks %s. %s rules %s tells why that matters.\n\n", h.Number, was.Name, was.Does, strings.Join(was.Breaks, ", "), s.Name, was.Breaks[0])
	s.kept.Change(func(p *Progress) { p.Solve(h) })
	s.Say("%d of %d hunts are solved. %s\n", s.kept.Now.Count(s.hunts), len(s.hunts), s.whatNext())
	return nil
}
