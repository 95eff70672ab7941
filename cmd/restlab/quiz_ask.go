package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"restlab/exercises"
	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/proof"
	"restlab/internal/quiz"
	"restlab/internal/report"
	"restlab/internal/state"
	"restlab/internal/terminal"
	"restlab/internal/walk"
	"restlab/internal/wire"
)

// sitting is one quiz, from the first question to the results.
type sitting struct {
	*quizzing
	line    func() (string, error)
	style   terminal.Style
	seed    uint64
	results quiz.Results
}

// sit asks questions until there are no more, somebody types q, or the input ends; then it tells the results.
func (q *quizzing) sit(ctx context.Context, questions []quiz.Question, seed uint64) error {
	s := &sitting{quizzing: q, line: terminal.Lines(ctx, q.In), style: q.Style(), seed: seed}
	fmt.Fprintf(s.Out, "%s: %s, seed %d\n%s\n", exercises.Check().Title(), terminal.Count(len(questions), "question"), seed, quizHelp)
	for i, one := range questions {
		fmt.Fprintf(s.Out, "\n%d of %d · %s\n\n", i+1, len(questions), exercises.SubjectTitle(one.Subject))
		if err := s.ask(ctx, one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
	}
	s.conclude()
	return nil
}

const quizHelp = "Type the letter of your answer and press Enter.\ns shows it happening on a server, ? says this again, q ends."

// ask asks one question, and keeps the answer. The error is io.EOF where nobody wants to go on.
func (s *sitting) ask(ctx context.Context, q quiz.Question) error {
	quiz.WriteQuestion(s.Out, s.style, q)
	again := func() { fmt.Fprintln(s.Out); quiz.WriteQuestion(s.Out, s.style, q) }
	chosen := -1
	for chosen < 0 {
		said, err := s.hear(ctx, q, "Your answer: ", again)
		if err != nil {
			return err
		}
		if chosen = place(said, len(q.Options)); chosen < 0 && said != "" {
			fmt.Fprintf(s.Out, "There is no answer %q here.\n%s\n", wire.Untrusted(said).Line(40), quizHelp)
		}
	}
	quiz.WriteJudgement(s.Out, s.style, q, chosen)
	if err := s.note(q, chosen == q.Right()); err != nil {
		return err
	}
	for {
		said, err := s.hear(ctx, q, "Enter goes on, s shows it, q ends: ", func() {})
		if err != nil || said == "" {
			return err
		}
		fmt.Fprintln(s.Out, "This question is answered: press Enter alone, and the next one comes.")
	}
}

// hear gives what is said, but does what is asked for in between, and says again what is lost from sight then. The error is io.EOF for q
// and for the end of input.
func (s *sitting) hear(ctx context.Context, q quiz.Question, prompt string, again func()) (string, error) {
	for {
		fmt.Fprint(s.Out, "\n"+prompt)
		said, err := s.line()
		if err != nil {
			fmt.Fprintln(s.Out)
			return "", err
		}
		switch said = strings.ToLower(strings.TrimSpace(said)); said {
		case "q":
			return "", io.EOF
		case "?":
			fmt.Fprintln(s.Out, quizHelp)
		case "s":
			if err := s.show(ctx, q, again); err != nil {
				return "", err
			}
		default:
			return said, nil
		}
	}
}

// place is the option that a letter means, -1 for none.
func place(said string, of int) int {
	for i := range of {
		if said == quiz.Letter(i) {
			return i
		}
	}
	return -1
}

// note keeps an answer.
func (s *sitting) note(q quiz.Question, right bool) error {
	s.results.Answer(q, right)
	var err error
	if s.done, err = state.Update(s.store, quiz.Part, func(p *quiz.Progress) { p.Answer(q, right) }); err != nil {
		return unkept(s.store, err)
	}
	return nil
}

// show runs the scenario of a question on the reference: on a terminal as a walk, elsewhere it is printed, and again says what is lost from
// sight then.
func (s *sitting) show(ctx context.Context, q quiz.Question, again func()) error {
	if terminal.Is(s.In) && terminal.Is(s.Out) {
		return s.endWalk(walk.Show(ctx, walk.Walk{
			Title: exercises.SubjectTitle(q.Subject), Contract: s.rules, Scenarios: []*contract.Scenario{s.rules.Scenario(q.Scenario)}, Seed: s.seed,
			Actors: []*walk.Actor{walk.Reference()},
		}, s.In, s.Out))
	}
	result, err := proof.Right().Grade(ctx, grade.Options{Contract: s.rules, Scenarios: []string{q.Scenario}, Partly: true, Seed: s.seed}, true)
	if err != nil {
		return err
	}
	if !result.Passed() {
		return unwritten(fmt.Errorf("%s did not pass on the reference", q.Scenario))
	}
	fmt.Fprint(s.Out, "\nOn a server that the lab has started for it:\n\n")
	if err := (&report.Text{Out: s.Out, Style: s.style}).Show(result.Scenarios[0]); err != nil {
		return unwritten(err)
	}
	fmt.Fprintln(s.Out, "  ✓ All of it was so.")
	again()
	return nil
}

// conclude tells the results, and what to do next.
func (s *sitting) conclude() {
	right, of := s.results.Total()
	if of == 0 {
		fmt.Fprintf(s.Out, "\nNothing was answered. %s\n", s.left())
		return
	}
	fmt.Fprintf(s.Out, "\n%d of %s right:\n\n", right, terminal.Count(of, "answer"))
	for _, score := range s.results {
		fmt.Fprintf(s.Out, "  %-30s %d of %d\n", exercises.SubjectTitle(score.Subject), score.Right, score.Of)
	}
	fmt.Fprintln(s.Out)
	if weakest, missed := s.results.Weakest(); missed {
		fmt.Fprintln(s.Out, s.advice(weakest))
	}
	fmt.Fprintln(s.Out, s.left())
}

// advice is what to do about a subject: the rule of the question that was missed first, and the exercise that is about it.
func (s *sitting) advice(weakest quiz.Score) string {
	rule := weakest.Missed.Rule
	text := fmt.Sprintf("Most is to be gained in: %s\n\n  %s rules %s\n", exercises.SubjectTitle(weakest.Subject), s.Name, rule)
	if e, known := exercises.About(rule); known {
		text += fmt.Sprintf("  %s learn %s   (%s)\n", s.Name, e.Number(), e.Title())
	}
	return text
}
