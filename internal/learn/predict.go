package learn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/terminal"
)

// Predict asks the learner what a right server responds, and says what to do next. The error is the context's.
func (l *Learner) Predict(ctx context.Context, e exercises.Exercise) error {
	if len(e.Predictions()) == 0 {
		l.Say("There is nothing to predict in %s.\n", e.Heading())
		return nil
	}
	if err := l.askPredictions(ctx, e); err != nil {
		return err
	}
	if l.progress().Of(e).Folder == "" {
		l.Say("Next: %s begins it.\n", l.command(e.Number()))
		return nil
	}
	l.showNext()
	return nil
}

// predictFirst asks for predictions if a person is at the terminal who has not checked the exercise yet, nor predicted anything.
func (l *Learner) predictFirst(ctx context.Context, e exercises.Exercise) error {
	s := l.progress().Of(e)
	if s.Checked != nil || s.Predictions != nil || !l.Interactive() || len(e.Predictions()) == 0 {
		return nil
	}
	return l.askPredictions(ctx, e)
}

// askPredictions asks for the status of each response, and keeps how many were right the first time.
func (l *Learner) askPredictions(ctx context.Context, e exercises.Exercise) error {
	l.Say("%s\n\nPredict first: which status does a right server send? The Enter key alone skips a question.\n", e.Heading())
	score, err := l.ask(ctx, e.Predictions())
	if err != nil {
		return err
	}
	fmt.Fprintln(l.Out)
	if score.Of > 0 {
		fmt.Fprintf(l.Out, "%d of %s right.\n\n", score.Right, terminal.Count(score.Of, "prediction"))
	}
	l.change(e, func(s *course.State) {
		if s.Predictions == nil {
			s.Predictions = &score
		}
	})
	return nil
}

// ask asks questions until the input ends, and returns the score of those that were answered. An empty line skips a question. The error
// is the context's.
func (l *Learner) ask(ctx context.Context, questions []exercises.Prediction) (score course.Score, err error) {
	line := terminal.Lines(ctx, l.In)
	for i, q := range questions {
		l.Say("\n%d of %d · %s\n\n", i+1, len(questions), q.Question)
		fmt.Fprintln(l.Out, typed(q))
		status, err := l.readStatus(line)
		switch {
		case errors.Is(err, io.EOF):
			return score, nil
		case err != nil:
			return score, err
		case status == 0:
			continue
		}
		score.Of++
		if status == q.Status {
			score.Right++
			l.Say("✓ %s\n", q.Why)
		} else {
			l.Say("✗ It is %d. %s\n", q.Status, q.Why)
		}
	}
	return score, nil
}

// readStatus reads the status that a learner types, 0 for an empty line. After a line without a number it asks once more.
func (l *Learner) readStatus(line func() (string, error)) (int, error) {
	for _, prompt := range []string{"Status: ", "A status is a number, as 404 is.\nStatus: "} {
		fmt.Fprint(l.Out, prompt)
		text, err := line()
		if err != nil {
			fmt.Fprintln(l.Out)
			return 0, err
		}
		if status := parseStatus(text); status > 0 || strings.TrimSpace(text) == "" {
			return status, nil
		}
	}
	return 0, nil
}

// parseStatus returns the status in a line such as 404, or 404 Not Found. It returns 0 if there is none.
func parseStatus(line string) int {
	code, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	status, _ := strconv.Atoi(code)
	return status
}

// typed returns the requests of a prediction as a person types them, with the responses to all but the last.
func typed(p exercises.Prediction) string {
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
