// Package course is the course without a screen: what a learner begins with, what a check asks for, how far they have come.
package course

import (
	"time"

	"restlab/exercises"
)

// Part is where the progress of the course is kept.
const Part = "learn"

// Progress is how far a learner has come.
type Progress struct {
	Folder    string            `json:"folder,omitempty"`    // in which the folders of the exercises are made; "" before the first
	Current   string            `json:"current,omitempty"`   // the exercise that was begun or checked last
	Exercises map[string]*State `json:"exercises,omitempty"` // those that have been begun, by name
}

// State is how far they have come in one exercise. The zero value has not begun.
type State struct {
	Begun       time.Time `json:"begun,omitzero"`
	Folder      string    `json:"folder,omitempty"` // "" where it was only checked
	Language    string    `json:"language,omitempty"`
	Predictions *Score    `json:"predictions,omitempty"` // nil where none were asked
	Hints       int       `json:"hints,omitempty"`       // shown
	Checked     *Score    `json:"checked,omitempty"`     // rules kept at the last check, nil before the first
	Missed      string    `json:"missed,omitempty"`      // the rule that the last check names first among those that were not kept
	Ahead       []string  `json:"ahead,omitempty"`       // hints for that rule, of those that were not shown
	Passed      time.Time `json:"passed,omitzero"`       // for the first time: what is passed stays so
}

// Score is so many of so many.
type Score struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}

// HasBegun reports whether there is anything to go on with.
func (s State) HasBegun() bool { return !s.Begun.IsZero() }

// HasPassed reports whether the exercise was ever passed.
func (s State) HasPassed() bool { return !s.Passed.IsZero() }

// Of is how far they have come in an exercise.
func (p *Progress) Of(e exercises.Exercise) State {
	if s := p.Exercises[e.Name]; s != nil {
		return *s
	}
	return State{}
}

// Change changes that, and makes the exercise the current one.
func (p *Progress) Change(e exercises.Exercise, change func(*State)) {
	s := p.Of(e)
	if !s.HasBegun() {
		s.Begun = time.Now().UTC().Truncate(time.Second)
	}
	change(&s)
	if p.Exercises == nil {
		p.Exercises = map[string]*State{}
	}
	p.Exercises[e.Name], p.Current = &s, e.Name
}

// Pass notes that the exercise was passed.
func (s *State) Pass() {
	if !s.HasPassed() {
		s.Passed = time.Now().UTC().Truncate(time.Second)
	}
}

// Check notes what a check says, after a card that has shown so many hints, or all of them where the number is negative.
func (s *State) Check(o Outcome, shown int) {
	if s.Missed != o.Missed {
		if shown < 0 || shown > len(o.Hints) {
			shown = len(o.Hints)
		}
		s.Missed, s.Ahead = o.Missed, o.Hints[shown:]
	}
	s.Checked = &o.Kept
	if o.Passed {
		s.Pass()
	}
}

// TakeAhead returns the next hint for the rule that failed last, or all that are left, and counts them as shown.
func (s *State) TakeAhead(all bool) []string {
	n := min(1, len(s.Ahead))
	if all {
		n = len(s.Ahead)
	}
	taken := s.Ahead[:n]
	s.Ahead = s.Ahead[n:]
	return taken
}

// TakeHints returns which of so many hints of the exercise are shown now, from the first to the last, and counts them as shown: the next
// one, or all. After the last hint it stays the last.
func (s *State) TakeHints(of int, all bool) (first, last int) {
	first = min(s.Hints+1, of)
	last = first
	if all {
		first, last = 1, of
	}
	s.Hints = max(s.Hints, last)
	return first, last
}

// PassHunt notes that a hunt is solved, which passes the hunt of the course, and reports whether that is new. Who has begun no exercise
// does not take the course.
func (p *Progress) PassHunt() (exercises.Exercise, bool) {
	e := exercises.TheHunt()
	if p.Current == "" || p.Of(e).HasPassed() {
		return e, false
	}
	current := p.Current
	p.Change(e, (*State).Pass)
	p.Current = current
	return e, true
}

// Last is the exercise that was begun or checked last, and whether there is one.
func (p *Progress) Last() (exercises.Exercise, bool) { return exercises.Find(p.Current) }

// Language is that in which a learner has begun a program last, "" before the first one.
func (p *Progress) Language() string {
	var last State
	for _, e := range exercises.All {
		s := p.Of(e)
		if s.Language == "" || e.Kind != exercises.Server && e.Kind != exercises.Client {
			continue
		}
		if e.Name == p.Current {
			return s.Language
		}
		if !s.Begun.Before(last.Begun) {
			last = s
		}
	}
	return last.Language
}

// Next is the exercise to go on with, and whether there is one: one that has begun and is not passed, the current one before others, or
// else the first that has not begun.
func (p *Progress) Next() (exercises.Exercise, bool) {
	if current, begun := p.Last(); begun && !p.Of(current).HasPassed() {
		return current, true
	}
	for _, begun := range []bool{true, false} {
		for _, e := range exercises.All {
			if s := p.Of(e); !s.HasPassed() && s.HasBegun() == begun {
				return e, true
			}
		}
	}
	return exercises.Exercise{}, false
}

// After is the first exercise behind another one that is not passed, and whether there is one.
func (p *Progress) After(e exercises.Exercise) (exercises.Exercise, bool) {
	for _, next := range exercises.All {
		if next.Name > e.Name && !p.Of(next).HasPassed() {
			return next, true
		}
	}
	return exercises.Exercise{}, false
}

// Before is the exercise that this one builds on and that was begun in a folder last, and whether there is one.
func (p *Progress) Before(e exercises.Exercise) (exercises.Exercise, bool) {
	var last exercises.Exercise
	for _, before := range e.BuildsOn() {
		if p.Of(before).Folder != "" {
			last = before
		}
	}
	return last, last.Name != ""
}

// Passed is how many exercises are passed.
func (p *Progress) Passed() int {
	n := 0
	for _, e := range exercises.All {
		if p.Of(e).HasPassed() {
			n++
		}
	}
	return n
}
