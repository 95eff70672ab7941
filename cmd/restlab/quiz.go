package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/quiz"
	"restlab/internal/session"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// quizFlags are what a person can say about a quiz.
type quizFlags struct {
	subject string
	level   string
	count   int // 0 for all
	seed    uint64
	seeded  bool
	list    bool
	export  string
}

// exports are the forms in which the questions are given to other programs.
var exports = []string{"json", "gift"}

func (p *program) quizCommand() *cobra.Command {
	var f quizFlags
	cmd := &cobra.Command{
		Use:   "quiz",
		Short: "answer questions, and see each answer happen on a server",
		Long: `Answer questions on REST and HTTP. Each answer is explained, and can be seen happening on a server that the lab starts.

  restlab quiz                     the questions that you have not answered right yet; all of them, once there are none
  restlab quiz --subject caching   those on one subject: ` + strings.Join(exercises.Subjects, ", ") + `
  restlab quiz --level http        without those that need a higher level
  restlab quiz --count 5           so many of them
  restlab quiz --seed 42           all questions, in an order that is the same for a whole class
  restlab quiz --list              how far you have come
  restlab quiz --export gift       the questions as Moodle imports them; json for other programs (docs/quiz.schema.json)

Answer with a letter and the Enter key. s runs the scenario that shows the answer, ? helps, q ends. Whoever has answered every question
right once has passed exercise ` + exercises.Check().Number() + ` of the course.

Progress is kept in a file, in the folder that ` + state.Home + ` names (default: restlab, where your programs keep their settings).

Exit status: 0, however many answers were right; 2 bad usage, 4 the lab's own fault.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.seeded = cmd.Flags().Changed("seed")
			if err := f.check(cmd); err != nil {
				return err
			}
			return p.quiz(cmd.Context(), &f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.subject, "subject", "", "ask on this `SUBJECT` only: "+strings.Join(exercises.Subjects, ", "))
	flags.StringVar(&f.level, "level", "", "ask only what this `LEVEL` and those below it show: "+strings.Join(contract.Levels, ", "))
	flags.IntVar(&f.count, "count", 0, "ask so many questions (default all)")
	flags.Uint64Var(&f.seed, "seed", 0, "ask all questions in the order that this `number` stands for (default those that are left, in a new order)")
	flags.BoolVar(&f.list, "list", false, "print how far you have come")
	flags.StringVar(&f.export, "export", "", "print the questions, in this `FORM`: "+strings.Join(exports, ", "))
	offer(cmd, "subject", subjectNames)
	offer(cmd, "level", cobra.FixedCompletions(contract.Levels, cobra.ShellCompDirectiveNoFileComp))
	offer(cmd, "export", cobra.FixedCompletions(exports, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *quizFlags) check(cmd *cobra.Command) error {
	oneOf := func(what, value string, values []string) error {
		if value == "" || slices.Contains(values, value) {
			return nil
		}
		return lab.Usage(fmt.Sprintf("there is no %s %q", what, value), fmt.Sprintf("the %ss are %s", what, strings.Join(values, ", ")))
	}
	if err := oneOf("subject", f.subject, exercises.Subjects); err != nil {
		return err
	}
	if err := oneOf("level", f.level, contract.Levels); err != nil {
		return err
	}
	if err := oneOf("form", f.export, exports); err != nil {
		return err
	}
	switch {
	case cmd.Flags().Changed("count") && f.count < 1:
		return lab.Usage(fmt.Sprintf("--count %d asks nothing", f.count), "leave it out, and all questions are asked")
	case f.list && f.export != "":
		return lab.Usage("--list and --export contradict each other", "")
	case f.list && (f.count > 0 || f.seeded):
		return lab.Usage("--list asks nothing, so --count and --seed contradict it", "")
	}
	return nil
}

// quizzing is what all that the command can do has in common.
type quizzing struct {
	*program
	rules *contract.Contract
	all   []quiz.Question
	store *state.Store
	done  quiz.Progress
}

// quizzing reads the questions, and how far the learner has come.
func (p *program) quizzing() (*quizzing, error) {
	rules, err := session.ServerContract()
	if err != nil {
		return nil, err
	}
	q := &quizzing{program: p, rules: rules}
	if q.all, err = quiz.All(rules); err != nil {
		return nil, unwritten(err)
	}
	if q.store, err = state.Open(p.Getenv); err != nil {
		return nil, lab.Usage(err.Error(), "name one: "+state.Home+"=FOLDER")
	}
	if err := q.store.Load(quiz.Part, &q.done); err != nil {
		return nil, unkept(q.store, err)
	}
	return q, nil
}

func (p *program) quiz(ctx context.Context, f *quizFlags) error {
	q, err := p.quizzing()
	if err != nil {
		return err
	}
	chosen := quiz.Select(q.all, f.subject, f.level)
	switch {
	case len(chosen) == 0:
		return lab.Usage(fmt.Sprintf("no question on %s is of the level %s", f.subject, f.level), "raise --level, or leave out --subject")
	case f.list:
		q.list(chosen)
		return nil
	case f.export != "":
		return q.export(chosen, f)
	}
	return q.sit(ctx, q.draw(chosen, f), f.seed)
}

// draw are the questions of a sitting: all in the order of a seed that was given, or else those that are left, if there are any, in any order.
func (q *quizzing) draw(chosen []quiz.Question, f *quizFlags) []quiz.Question {
	if !f.seeded {
		f.seed = uint64(rand.Uint32())
		if left := q.done.Left(chosen); len(left) > 0 {
			chosen = left
		}
	}
	return f.first(quiz.Shuffled(chosen, f.seed))
}

// first are as many questions as are wanted.
func (f *quizFlags) first(questions []quiz.Question) []quiz.Question {
	if f.count == 0 {
		return questions
	}
	return questions[:min(f.count, len(questions))]
}

// list prints how many questions on each subject were answered right.
func (q *quizzing) list(chosen []quiz.Question) {
	for _, subject := range exercises.Subjects {
		if of := quiz.Select(chosen, subject, ""); len(of) > 0 {
			fmt.Fprintf(q.Out, "  %-12s %-30s %d of %d answered right\n", subject, exercises.SubjectTitle(subject), len(of)-len(q.done.Left(of)), len(of))
		}
	}
	fmt.Fprintln(q.Out, q.left())
}

// export prints questions in the order of their subjects, or in that of a seed.
func (q *quizzing) export(chosen []quiz.Question, f *quizFlags) error {
	if f.seeded {
		chosen = quiz.Shuffled(chosen, f.seed)
	}
	write := quiz.JSON
	if f.export == "gift" {
		write = quiz.GIFT
	}
	if err := write(q.Out, f.first(chosen)); err != nil {
		return unwritten(err)
	}
	return nil
}

// left says what is missing until the exercise is passed.
func (q *quizzing) left() string {
	if q.done.HasPassed(q.all) {
		return fmt.Sprintf("✓ You have answered all %d questions right: that passes %s.", len(q.all), title(exercises.Check()))
	}
	return fmt.Sprintf("%s left: %s quiz. Once each was answered right, you have passed %s.", terminal.Count(len(q.done.Left(q.all)), "question"), q.Name, title(exercises.Check()))
}

// subjectNames completes a subject.
func subjectNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, subject := range exercises.Subjects {
		names = append(names, cobra.CompletionWithDesc(subject, exercises.SubjectTitle(subject)))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
