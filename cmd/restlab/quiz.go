package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/contract"
	"restlab/internal/quiz"
	"restlab/internal/session"
	"restlab/internal/state"
	"restlab/internal/terminal"
	"restlab/internal/walk"
)

func (p *program) quizCommand() *cobra.Command {
	var r quiz.Request
	var count int
	var seed uint64
	cmd := &cobra.Command{
		Use:   "quiz",
		Short: "answer questions, and watch each answer on a server",
		Long: `Answer questions about REST and HTTP. The lab explains each answer and can show it on a server.

  restlab quiz                     the questions that you have not answered right yet, or all if there are none
  restlab quiz --subject caching   questions about one subject: ` + strings.Join(exercises.Subjects, ", ") + `
  restlab quiz --level http        without questions of higher levels
  restlab quiz --count 5           five questions
  restlab quiz --seed 42           all questions, in an order that is the same for a whole class
  restlab quiz --list              show how far you are
  restlab quiz --export gift       the questions for Moodle; json for other programs (docs/quiz.schema.json)

Answer with a letter and the Enter key. s runs the scenario that shows the answer, ? helps, q ends. When you have answered every
question right once, you have passed exercise ` + exercises.Check().Number() + ` of the course.

The lab keeps your progress in a file, in the folder ` + state.Home + ` (default: restlab in your folder for settings).

Exit status: 0, however many answers were right; 2 wrong usage, 4 a mistake of the lab.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("count") {
				r.Count = &count
			}
			if cmd.Flags().Changed("seed") {
				r.Seed = &seed
			}
			return p.quiz(cmd.Context(), r)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&r.Subject, "subject", "", "only questions about this `SUBJECT`: "+strings.Join(exercises.Subjects, ", "))
	flags.StringVar(&r.Level, "level", "", "only questions of this `LEVEL` and the levels below: "+strings.Join(contract.Levels, ", "))
	flags.IntVar(&count, "count", 0, "the number of questions (default all)")
	flags.Uint64Var(&seed, "seed", 0, "all questions in the order of this `number` (default the questions that are left, in a new order)")
	flags.BoolVar(&r.List, "list", false, "print how far you are")
	flags.StringVar(&r.Export, "export", "", "print the questions, in this `FORM`: "+strings.Join(quiz.Forms, ", "))
	offer(cmd, "subject", subjectNames)
	offer(cmd, "level", oneOf(contract.Levels...))
	offer(cmd, "export", oneOf(quiz.Forms...))
	return cmd
}

// quiz opens the learner's progress and does what the request says.
func (p *program) quiz(ctx context.Context, r quiz.Request) error {
	if err := r.Validate(); err != nil {
		return err
	}
	rules, err := session.ServerContract()
	if err != nil {
		return err
	}
	s, err := quiz.Open(p.Terminal, rules, state.Open(p.Getenv))
	if err != nil {
		return err
	}
	return s.Run(ctx, r, func(ctx context.Context, q quiz.Question, seed uint64) (scrolled bool, err error) {
		w := walk.Walk{Title: exercises.SubjectTitle(q.Subject), Contract: rules, Seed: seed, Actors: []*walk.Actor{walk.Reference()}}
		w.Scenarios = []*contract.Scenario{rules.Scenario(q.Scenario)}
		if terminal.Is(p.In) && terminal.Is(p.Out) {
			return false, p.endWalk(walk.Show(ctx, w, p.In, p.Out))
		}
		return true, walk.Print(ctx, p.Terminal, w)
	})
}
