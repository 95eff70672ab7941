// Package quiz is the knowledge check. Without a screen: which questions are asked and in which order (quiz.go), how far a learner has
// come (progress.go), and the questions for other programs (export.go). At a terminal: what a learner can ask for (session.go), the
// questions and answers (ask.go) and how they look (text.go).
package quiz

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"restlab/exercises"
	"restlab/internal/contract"
)

// Question is one of the course, and what the contract knows of its scenario.
type Question struct {
	exercises.Question
	Rule  string // by id
	Level string // of the scenario
}

// All are the questions in the order of their subjects. The error is that of a scenario which the contract does not have.
func All(rules *contract.Contract) ([]Question, error) {
	var all []Question
	for _, subject := range exercises.Subjects {
		for _, q := range exercises.Questions(subject) {
			i := slices.IndexFunc(rules.Scenarios, func(s *contract.Scenario) bool { return s.ID == q.Scenario })
			if i < 0 {
				return nil, fmt.Errorf("the question %q names the scenario %s, and there is none", q.Text, q.Scenario)
			}
			all = append(all, Question{q, rules.Scenarios[i].Rule.ID, rules.Scenarios[i].Level})
		}
	}
	return all, nil
}

// Select are the questions on a subject that a level and those below it show; "" is any.
func Select(from []Question, subject, level string) []Question {
	return slices.DeleteFunc(slices.Clone(from), func(q Question) bool {
		tooHigh := level != "" && slices.Index(contract.Levels, q.Level) > slices.Index(contract.Levels, level)
		return tooHigh || subject != "" && q.Subject != subject
	})
}

// Shuffled are the questions, and the options of each, in the order that a seed stands for. The order of a question's options does not
// depend on which others are asked.
func Shuffled(from []Question, seed uint64) []Question {
	all := slices.Clone(from)
	for i, q := range all {
		all[i].Options = slices.Clone(q.Options)
		shuffle(all[i].Options, seed, q.Scenario)
	}
	shuffle(all, seed, "questions")
	return all
}

func shuffle[T any](all []T, seed uint64, what string) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(what))
	rand.New(rand.NewPCG(seed, h.Sum64())).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
}
