package model

import (
	"context"
	"errors"
	"fmt"
	"time"

	"restlab/internal/wire"
)

// What shrinking may cost. Both only decide how short the sequence gets, never whether there is a disagreement.
const (
	shrinkRequests = 1500
	shrinkTime     = 10 * time.Second
	confirmations  = 3
)

// shrinking cuts a sequence down that ends in a disagreement. The best one so far was seen as it is.
type shrinking struct {
	*run
	ctx   context.Context
	best  attempt
	left  int
	until time.Time
}

// shrink returns the disagreement with the shortest sequence that was found. A server that has stopped answering is not
// asked again.
func (r *run) shrink(ctx context.Context, first attempt) (*Disagreement, error) {
	s := &shrinking{run: r, ctx: ctx, best: first, left: shrinkRequests, until: time.Now().Add(shrinkTime)}
	if first.silent() {
		return s.disagreement(""), nil
	}
	note, err := s.cut()
	if err != nil && !errors.Is(err, errSpent) {
		return nil, err
	}
	return s.disagreement(note), nil
}

// silent is true where nobody answers any more.
func (a attempt) silent() bool {
	return a.trouble != nil && (a.trouble.Kind == wire.NoAnswer || a.trouble.Kind == wire.Refused)
}

func (s *shrinking) disagreement(note string) *Disagreement {
	w := s.best.wrong
	const longest = 600
	return &Disagreement{
		Exchanges: s.best.exchanges,
		At:        w.at,
		Expected:  wire.Untrusted(w.expected).Line(longest), // it may repeat what the server sent before
		Received:  wire.Untrusted(w.received).Line(longest),
		Note:      note,
	}
}

// cut confirms the disagreement, then shortens and simplifies until nothing more can be left out.
func (s *shrinking) cut() (note string, err error) {
	seen, err := s.confirm()
	if err != nil {
		return "", err
	}
	if !seen {
		return fmt.Sprintf("It was not seen again when the same requests were sent %d times more, on other names.", confirmations), nil
	}
	for smaller := true; smaller && !s.best.silent(); {
		shorter, err := s.shorten()
		if err != nil {
			return "", err
		}
		simpler, err := s.simplify()
		if err != nil {
			return "", err
		}
		smaller = shorter || simpler
	}
	return "", nil
}

// confirm sends the same steps again, on other names.
func (s *shrinking) confirm() (bool, error) {
	for range confirmations {
		if again, err := s.try(s.best.sequence); again || err != nil {
			return again, err
		}
	}
	return false, nil
}

// try keeps a sequence if it, too, ends in a disagreement.
func (s *shrinking) try(q sequence) (bool, error) {
	if s.best.silent() || time.Now().After(s.until) {
		return false, errSpent
	}
	a, err := s.replay(s.ctx, q, false, &s.left)
	if err != nil || a.wrong == nil {
		return false, err
	}
	s.best = a
	return true, nil
}

// shorten leaves out as many steps as it can: halves first, then less, at last one by one.
func (s *shrinking) shorten() (smaller bool, err error) {
	for size := max(1, len(s.best.steps)/2); size > 0; size /= 2 {
		for from := 0; from < len(s.best.steps); {
			kept, err := s.try(s.best.without(from, min(from+size, len(s.best.steps))))
			if err != nil {
				return smaller, err
			}
			if kept {
				smaller = true
			} else {
				from += size
			}
		}
	}
	return smaller, nil
}

func (q sequence) without(from, to int) sequence {
	steps := make([]step, 0, len(q.steps))
	steps = append(append(steps, q.steps[:from]...), q.steps[to:]...)
	q.steps = steps
	return q
}

// simplify puts a simpler step in the place of each, and simpler names in the place of the names.
func (s *shrinking) simplify() (smaller bool, err error) {
	for i := 0; i < len(s.best.steps); i++ {
		for _, simpler := range s.best.steps[i].simpler() {
			if i >= len(s.best.steps) {
				break // it ends sooner now
			}
			q := s.best.without(i, i)
			q.steps[i] = simpler
			kept, err := s.try(q)
			if err != nil {
				return smaller, err
			}
			if kept {
				smaller = true
				break
			}
		}
	}
	renamed, err := s.rename()
	return smaller || renamed, err
}

// rename tries names that cannot be mistaken for each other, for items and for tasks.
func (s *shrinking) rename() (smaller bool, err error) {
	for _, family := range []func(*sequence) *names{
		func(q *sequence) *names { return &q.items },
		func(q *sequence) *names { return &q.tasks },
	} {
		q := s.best.sequence
		n := family(&q)
		if n.shared == 0 && n.endings[0] == plain.endings[0] {
			continue
		}
		*n = plain
		kept, err := s.try(q)
		if err != nil {
			return smaller, err
		}
		smaller = smaller || kept
	}
	return smaller, nil
}

// simpler are variants of the step of which each is simpler in one way.
func (s step) simpler() []step {
	var all []step
	try := func(differs bool, change func(*step)) {
		if !differs {
			return
		}
		variant := s
		change(&variant)
		all = append(all, variant)
	}
	try(s.match != noTags, func(v *step) { v.match = noTags })
	try(s.none != noTags, func(v *step) { v.none = noTags })
	try(s.match == latestList, func(v *step) { v.match = latest })
	try(s.none == latestList || s.none == latestWeak, func(v *step) { v.none = latest })
	try(s.spelling != 0, func(v *step) { v.spelling = 0 })
	try(s.key != 0, func(v *step) { v.key = 0 })
	try(s.parts > 0, func(v *step) { v.parts = 0 })
	try(s.which > 0, func(v *step) { v.which = 0 })
	try(s.body.flaw == unknown, func(v *step) { v.body.flaw = sound })
	try(s.body.description != "" && s.body.description != descriptions[0], func(v *step) { v.body.description = descriptions[0] })
	try(s.method == "HEAD", func(v *step) { v.method = "GET" })
	try(s.body.hasValue(s.at) && s.body.value != any(1.0), func(v *step) { v.body.value = 1.0 })
	try(s.body.hasValue(s.at) && s.body.value != any(1.0) && s.body.value != any("blue"), func(v *step) { v.body.value = "blue" })
	try(len(s.body.operations) > 1, func(v *step) { v.body.operations = v.body.operations[:1] })
	try(len(s.body.operations) > 1, func(v *step) { v.body.operations = v.body.operations[1:] })
	return all
}

func (b body) hasValue(at place) bool { return b.has && at == atItem && b.operations == nil }
