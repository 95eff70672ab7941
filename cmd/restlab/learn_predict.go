package main

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/learn"
)

func (p *program) learnPredictCommand() *cobra.Command {
	return p.exerciseCommand("predict", "say beforehand what a right server answers; the first time counts", func(l *learning, e exercises.Exercise) error {
		if len(e.Predictions()) == 0 {
			fmt.Fprintf(l.out, "There is nothing to predict in %s.\n", title(e))
			return nil
		}
		return l.predict(e)
	})
}

// predict asks for the status of some requests, and keeps how many were right the first time. An empty line skips a
// question, the end of input all that are left.
func (l *learning) predict(e exercises.Exercise) error {
	all := e.Predictions()
	if len(all) == 0 {
		return nil
	}
	fmt.Fprintf(l.out, "%s\n\nBefore you know: which status does a right server answer? The Enter key alone skips a question.\n", title(e))
	answers := bufio.NewScanner(l.in)
	var score learn.Score
	for i, one := range all {
		fmt.Fprintf(l.out, "\n%d of %d · %s\n\n%s\nStatus: ", i+1, len(all), one.Question, asked(one))
		if !answers.Scan() {
			fmt.Fprintln(l.out)
			break
		}
		said := strings.TrimSpace(answers.Text())
		if said == "" {
			continue
		}
		score.Of++
		if means(said) == one.Status {
			score.Right++
			fmt.Fprintf(l.out, "✓ %s\n", one.Why)
		} else {
			fmt.Fprintf(l.out, "✗ It is %d. %s\n", one.Status, one.Why)
		}
	}
	fmt.Fprintf(l.out, "\n%d of %s right.\n\n", score.Right, counted(score.Of, "prediction"))
	return l.note(e, func(s *learn.State) {
		if s.Predictions == nil {
			s.Predictions = &score
		}
	})
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
	return indented(b.String(), 5)
}

// means is the status that somebody has typed, 0 for none: 404, or 404 Not Found.
func means(said string) int {
	code, _, _ := strings.Cut(said, " ")
	status, _ := strconv.Atoi(code)
	return status
}
