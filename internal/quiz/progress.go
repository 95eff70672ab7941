package quiz

import (
	"slices"

	"restlab/exercises"
)

// Part is where the progress of the quiz is kept.
const Part = "quiz"

// Progress is how often each question was answered, by its scenario.
type Progress struct {
	Questions map[string]Answers `json:"questions,omitempty"`
}

// Answers are those to one question.
type Answers struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}

// Answer notes an answer.
func (p *Progress) Answer(q Question, right bool) {
	if p.Questions == nil {
		p.Questions = map[string]Answers{}
	}
	a := p.Questions[q.Scenario]
	a.Of++
	if right {
		a.Right++
	}
	p.Questions[q.Scenario] = a
}

// Left are the questions that were never answered right.
func (p *Progress) Left(from []Question) []Question {
	return slices.DeleteFunc(slices.Clone(from), func(q Question) bool { return p.Questions[q.Scenario].Right > 0 })
}

// HasPassed reports whether each question was answered right once at least. That passes the exercise.
func (p *Progress) HasPassed(all []Question) bool { return len(p.Left(all)) == 0 }

// Score is how many questions on a subject were answered right, and the first that was not.
type Score struct {
	Subject string
	Right   int
	Of      int
	Missed  *Question // nil where all were right
}

// Results are the scores of one series of questions by subject, in order, without the subjects on which nothing was asked.
type Results []Score

// Answer notes an answer.
func (r *Results) Answer(q Question, right bool) {
	i := slices.IndexFunc(*r, func(s Score) bool { return s.Subject == q.Subject })
	if i < 0 {
		i = len(*r)
		*r = append(*r, Score{Subject: q.Subject})
	}
	s := &(*r)[i]
	s.Of++
	switch {
	case right:
		s.Right++
	case s.Missed == nil:
		s.Missed = &q
	}
	slices.SortFunc(*r, func(a, b Score) int {
		return slices.Index(exercises.Subjects, a.Subject) - slices.Index(exercises.Subjects, b.Subject)
	})
}

// Total is how many answers were right, of how many.
func (r Results) Total() (right, of int) {
	for _, s := range r {
		right, of = right+s.Right, of+s.Of
	}
	return right, of
}

// Weakest is the subject with the smallest part of right answers, and whether any answer was wrong.
func (r Results) Weakest() (Score, bool) {
	if len(r) == 0 {
		return Score{}, false
	}
	s := slices.MinFunc(r, func(a, b Score) int { return a.Right*b.Of - b.Right*a.Of })
	return s, s.Missed != nil
}
