package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/terminal"
)

func (p *program) learnPredictCommand() *cobra.Command {
	return p.exerciseCommand("predict", "say beforehand what a right server answers; the first time counts", func(ctx context.Context, l *learning, e exercises.Exercise) error {
		if len(e.Predictions()) == 0 {
			l.Say("There is nothing to predict in %s.\n", title(e))
			return nil
		}
		if err := l.predict(ctx, e); err != nil {
			return err
		}
		if l.done.Of(e).Folder == "" {
			l.Say("Next: %s begins it.\n", l.do(e.Number()))
			return nil
		}
		l.Say("%s\n", l.whatNext())
		return nil
	})
}

// predictFirst asks somebody at a terminal who has not checked the exercise yet, nor predicted anything.
func (l *learning) predictFirst(ctx context.Context, e exercises.Exercise) error {
	if state := l.done.Of(e); state.Checked != nil || state.Predictions != nil || !l.Interactive() {
		return nil
	}
	return l.predict(ctx, e)
}

// predict asks for the status of some requests, and keeps how many were right the first time. An empty line skips a
// question, the end of input all that are left. The error is the context's.
func (l *learning) predict(ctx context.Context, e exercises.Exercise) error {
	all := e.Predictions()
	if len(all) == 0 {
		return nil
	}
	l.Say("%s\n\nBefore you know: which status does a right server answer? The Enter key alone skips a question.\n", title(e))
	line := terminal.Lines(ctx, l.In)
	var score course.Score
	for i, one := range all {
		l.Say("\n%d of %d · %s\n\n", i+1, len(all), one.Question)
		fmt.Fprintln(l.Out, asked(one))
		said, err := l.expected(line)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if said == 0 {
			continue
		}
		score.Of++
		if said == one.Status {
			score.Right++
			l.Say("✓ %s\n", one.Why)
		} else {
			l.Say("✗ It is %d. %s\n", one.Status, one.Why)
		}
	}
	fmt.Fprintln(l.Out)
	if score.Of > 0 {
		fmt.Fprintf(l.Out, "%d of %s right.\n\n", score.Right, terminal.Count(score.Of, "prediction"))
	}
	l.note(e, func(s *course.State) {
		if s.Predictions == nil {
			s.Predictions = &score
		}
	})
	return nil
}

// expected is the status that somebody types, 0 for none. What is no number is asked for once more.
func (l *learning) expected(line func() (string, error)) (int, error) {
	for _, prompt := range []string{"Status: ", "A status is a number, as 404 is.\nStatus: "} {
		fmt.Fprint(l.Out, prompt)
		said, err := line()
		if err != nil {
			fmt.Fprintln(l.Out)
			return 0, err
		}
		if status := means(said); status > 0 || strings.TrimSpace(said) == "" {
			return status, nil
		}
	}
	return 0, nil
}

// asked are the requests of a prediction as they are typed, with the answers of all but the last.
func asked(p exercises.Prediction) string {
	var b strings.Builder
	for _, x := range p.Before {
		fmt.Fprintf(&b, "$ %s\n", x.Command)
		for _, line := range x.Answer {
			fmt.Fprintln(&b, line)
		}
	}
	fmt.Fprintf(&b, "$ %s\n", p.Request)
	return terminal.Indent(b.String(), 5)
}

// means is the status that somebody has typed, 0 for none: 404, or 404 Not Found.
func means(said string) int {
	code, _, _ := strings.Cut(strings.TrimSpace(said), " ")
	status, _ := strconv.Atoi(code)
	return status
}
