package quiz

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"restlab/exercises"
	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// Forms are the formats in which questions are exported.
var Forms = []string{"json", "gift"}

// Request says which questions a learner wants, and what to do with them: ask them unless List or Export is set.
type Request struct {
	Subject string  // "" for any
	Level   string  // the highest one, "" for any
	Count   *int    // how many questions at most, nil for all
	Seed    *uint64 // the order of all questions; nil for those that are left, in a new order
	List    bool    // print how far the learner has come
	Export  string  // print the questions in this form, one of Forms; "" for no
}

// Validate returns a usage error for values that do not exist and for wishes that contradict each other.
func (r *Request) Validate() error {
	for _, one := range []struct {
		thing, value string
		values       []string
	}{{"subject", r.Subject, exercises.Subjects}, {"level", r.Level, contract.Levels}, {"form", r.Export, Forms}} {
		if one.value != "" && !slices.Contains(one.values, one.value) {
			return lab.Usage(fmt.Sprintf("there is no %s %q", one.thing, one.value), fmt.Sprintf("the %ss are %s", one.thing, strings.Join(one.values, ", ")))
		}
	}
	switch {
	case r.Count != nil && *r.Count < 1:
		return lab.Usage(fmt.Sprintf("--count %d leaves no question", *r.Count), "leave it out to get all questions")
	case r.List && r.Export != "":
		return lab.Usage("--list and --export contradict each other", "")
	case r.List && (r.Count != nil || r.Seed != nil):
		return lab.Usage("--list has no questions, so --count and --seed contradict it", "")
	}
	return nil
}

// Session is the knowledge check for one learner at one terminal.
type Session struct {
	*terminal.Terminal
	questions []Question
	kept      *state.Kept[Progress]
}

// Open returns a session with the questions of the course and the learner's progress. Its error is an *lab.Error.
func Open(t *terminal.Terminal, rules *contract.Contract, store *state.Store) (*Session, error) {
	questions, err := All(rules)
	if err != nil {
		return nil, lab.FaultFrom(err, "")
	}
	kept, err := state.Resume[Progress](store, Part, t.NoteOnce)
	if err != nil {
		return nil, err
	}
	return &Session{Terminal: t, questions: questions, kept: kept}, nil
}

// Left returns how many questions were never answered right, and how many questions there are. Its error is a *lab.Error: the progress
// could not be read.
func (s *Session) Left() (left, of int, err error) {
	left, of = s.left()
	return left, of, s.kept.Unread
}

func (s *Session) left() (left, of int) { return len(s.kept.Now.Left(s.questions)), len(s.questions) }

// Run lists, exports or asks questions. While it asks, show lets the learner watch scenarios. The error is an *lab.Error, that
// of show, or the context's.
func (s *Session) Run(ctx context.Context, r Request, show Show) error {
	selected := Select(s.questions, r.Subject, r.Level)
	switch {
	case len(selected) == 0:
		return lab.Usage(fmt.Sprintf("no question on %s is of the level %s", r.Subject, r.Level), "raise --level, or leave out --subject")
	case r.List:
		return s.list(selected)
	case r.Export != "":
		return s.export(r, selected)
	}
	questions, seed := s.draw(r, selected)
	return s.ask(ctx, questions, seed, show)
}

// list prints how many of the questions on each subject were answered right.
func (s *Session) list(selected []Question) error {
	if s.kept.Unread != nil {
		return s.kept.Unread
	}
	for _, subject := range exercises.Subjects {
		if of := Select(selected, subject, ""); len(of) > 0 {
			fmt.Fprintf(s.Out, "  %-12s %-30s %d of %d answered right\n", subject, exercises.SubjectTitle(subject), len(of)-len(s.kept.Now.Left(of)), len(of))
		}
	}
	s.printLeft()
	return nil
}

// export prints questions for other programs, in the order of their subjects or of a seed.
func (s *Session) export(r Request, selected []Question) error {
	if r.Seed != nil {
		selected = Shuffled(selected, *r.Seed)
	}
	write := JSON
	if r.Export == "gift" {
		write = GIFT
	}
	if err := write(s.Out, r.first(selected)); err != nil {
		return lab.FaultFrom(err, "")
	}
	return nil
}

// draw returns the questions to ask and the seed of their order. Without a seed in the request it draws one, and leaves out
// what was answered right before, unless that is all.
func (s *Session) draw(r Request, selected []Question) (questions []Question, seed uint64) {
	if r.Seed != nil {
		return r.first(Shuffled(selected, *r.Seed)), *r.Seed
	}
	if left := s.kept.Now.Left(selected); len(left) > 0 {
		selected = left
	}
	seed = uint64(rand.Uint32())
	return r.first(Shuffled(selected, seed)), seed
}

// first returns the first questions, as many as the request wants.
func (r *Request) first(questions []Question) []Question {
	if r.Count == nil {
		return questions
	}
	return questions[:min(*r.Count, len(questions))]
}

// printLeft prints how many questions are left until the exercise is passed.
func (s *Session) printLeft() {
	left, of := s.left()
	title := exercises.Check().Heading()
	if left == 0 {
		fmt.Fprintf(s.Out, "✓ You have answered all %d questions right: that passes %s.\n", of, title)
		return
	}
	fmt.Fprintf(s.Out, "%s left: %s quiz. Once each was answered right, you have passed %s.\n", terminal.Count(left, "question"), s.Name, title)
}
