package quiz

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"restlab/exercises"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// Show lets the learner watch the scenario of a question on the reference server. It reports whether the output scrolled
// the question away, so that the question has to be printed again.
type Show func(ctx context.Context, q Question, seed uint64) (scrolled bool, err error)

// round is one series of questions, from the first question to the results.
type round struct {
	*Session
	readLine func() (string, error)
	show     Show
	style    terminal.Style
	seed     uint64
	results  Results
}

const help = "Type the letter of your answer and press Enter.\ns shows it happening on a server, ? says this again, q ends."

// ask asks the learner questions until none is left, the learner types q, or the input ends. Then it prints the results.
func (s *Session) ask(ctx context.Context, questions []Question, seed uint64, show Show) error {
	r := &round{Session: s, readLine: terminal.Lines(ctx, s.In), show: show, style: s.Style(), seed: seed}
	fmt.Fprintf(s.Out, "%s: %s, seed %d\n%s\n", exercises.Check().Title(), terminal.Count(len(questions), "question"), seed, help)
	for i, q := range questions {
		fmt.Fprintf(s.Out, "\n%d of %d · %s\n\n", i+1, len(questions), exercises.SubjectTitle(q.Subject))
		if err := r.askOne(ctx, q); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
	}
	r.printResults()
	return nil
}

// askOne asks one question, explains the answer and keeps it. The error is io.EOF if the learner wants no more questions.
func (r *round) askOne(ctx context.Context, q Question) error {
	WriteQuestion(r.Out, r.style, q)
	answer, err := r.readAnswer(ctx, q)
	if err != nil {
		return err
	}
	WriteJudgement(r.Out, r.style, q, answer)
	r.keep(q, answer == q.Right())
	for {
		line, err := r.read(ctx, q, "Enter goes on, s shows it, q ends: ", func() {})
		if err != nil || line == "" {
			return err
		}
		fmt.Fprintln(r.Out, "This question is answered: press Enter alone, and the next one comes.")
	}
}

// readAnswer returns the option that the learner chooses, by its place.
func (r *round) readAnswer(ctx context.Context, q Question) (int, error) {
	printAgain := func() { fmt.Fprintln(r.Out); WriteQuestion(r.Out, r.style, q) }
	for {
		line, err := r.read(ctx, q, "Your answer: ", printAgain)
		if err != nil {
			return 0, err
		}
		for i := range q.Options {
			if line == Letter(i) {
				return i, nil
			}
		}
		if line != "" {
			fmt.Fprintf(r.Out, "There is no answer %q here.\n%s\n", wire.Untrusted(line).Line(40), help)
		}
	}
}

// read returns the next line that is not a command. It obeys the commands before: ? and s, after which it calls printAgain if
// the scenario has scrolled the question away. The error is io.EOF for q and at the end of the input.
func (r *round) read(ctx context.Context, q Question, prompt string, printAgain func()) (string, error) {
	for {
		fmt.Fprint(r.Out, "\n"+prompt)
		line, err := r.readLine()
		if err != nil {
			fmt.Fprintln(r.Out)
			return "", err
		}
		switch line = strings.ToLower(strings.TrimSpace(line)); line {
		case "q":
			return "", io.EOF
		case "?":
			fmt.Fprintln(r.Out, help)
		case "s":
			scrolled, err := r.show(ctx, q, r.seed)
			if err != nil {
				return "", err
			}
			if scrolled {
				printAgain()
			}
		default:
			return line, nil
		}
	}
}

// keep adds an answer to the results and to the learner's progress.
func (r *round) keep(q Question, right bool) {
	r.results.Answer(q, right)
	r.kept.Change(func(p *Progress) { p.Answer(q, right) })
}

// printResults prints how many answers were right on each subject, and what to do next.
func (r *round) printResults() {
	right, of := r.results.Total()
	if of == 0 {
		fmt.Fprint(r.Out, "\nNothing was answered. ")
		r.printLeft()
		return
	}
	fmt.Fprintf(r.Out, "\n%d of %s right:\n\n", right, terminal.Count(of, "answer"))
	for _, score := range r.results {
		fmt.Fprintf(r.Out, "  %-30s %d of %d\n", exercises.SubjectTitle(score.Subject), score.Right, score.Of)
	}
	fmt.Fprintln(r.Out)
	if weakest, missed := r.results.Weakest(); missed {
		r.printAdvice(weakest)
	}
	r.printLeft()
}

// printAdvice prints what to do about a subject: read the rule of the question that was missed first, and take the exercise
// about that rule.
func (r *round) printAdvice(weakest Score) {
	rule := weakest.Missed.Rule
	fmt.Fprintf(r.Out, "Most is to be gained in: %s\n\n  %s rules %s\n", exercises.SubjectTitle(weakest.Subject), r.Name, rule)
	if e, known := exercises.About(rule); known {
		fmt.Fprintf(r.Out, "  %s learn %s   (%s)\n", r.Name, e.Number(), e.Title())
	}
	fmt.Fprintln(r.Out)
}
