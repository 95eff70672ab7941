package steps

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"restlab/internal/lab"
	"restlab/internal/wire"
)

// giveUp counts requests that cost much and brought no usable answer: the time ran out, or more came than the lab
// reads. A server that hangs, drips or floods then does not make every scenario wait:
//
//   - a request of a shape that was missed twice is not sent again;
//   - after Grading.Patience misses in a row, whatever was asked, nothing is sent, nor after twice as many in all;
//   - nor after three that took almost all of the time, one after the other, even if others were answered between them once Grading.Patience
//     is used up in all.
//
// In a row an answer that takes almost all of the time counts as a miss too: nobody waits for a whole grading of those.
// Any answer that came sooner ends the row, so a server that is merely slow is graded in full, however long it takes.
type giveUp struct {
	mu     sync.Mutex
	shapes map[string]int
	row    int
	turns  int       // of the row, one after the other: those under way at once are one
	turned time.Time // when the last of these was over
	all    int
	waits  int    // turns in all that brought nothing
	over   string // why nothing is sent any more; "" while it is
}

const (
	missesOfShape = 2
	missesInTurn  = 3
)

func (g *Grading) patience() int { return cmp.Or(g.Patience, 4) }

// noteSilence hears of requests that were sent together; of many the worst counts, since they were one attempt.
func (g *Grading) noteSilence(shape string, together ...*wire.Exchange) {
	if slices.ContainsFunc(together, hasBegun) {
		g.mu.Lock()
		g.began = true
		g.mu.Unlock()
	}
	s, timeout := &g.giveUp, cmp.Or(g.Timeout, wire.DefaultTimeout)
	s.mu.Lock()
	defer s.mu.Unlock()
	missed := slices.ContainsFunc(together, isMissed)
	took := slices.MaxFunc(together, func(x, y *wire.Exchange) int { return cmp.Compare(x.Took, y.Took) }).Took
	late := took >= timeout*4/5
	switch {
	case s.over != "":
	case !missed && !late:
		s.row, s.turns = 0, 0
	default:
		if late {
			s.turn(took, missed)
		}
		s.miss(shape, missed, g.patience(), timeout)
	}
}

// turn counts what took so long, unless it began before the last that was counted was over.
func (s *giveUp) turn(took time.Duration, missed bool) {
	now := time.Now()
	if now.Add(-took).Before(s.turned) {
		return
	}
	s.turns, s.turned = s.turns+1, now
	if missed {
		s.waits++
	}
}

func hasBegun(x *wire.Exchange) bool { return x.Answer != nil || x.Trouble.Began }

func isMissed(x *wire.Exchange) bool {
	return x.Trouble != nil && (x.Trouble.Kind == wire.NoAnswer || x.Trouble.Kind == wire.TooLarge)
}

func (s *giveUp) miss(shape string, missed bool, patience int, timeout time.Duration) {
	s.row++
	if missed {
		if s.shapes == nil {
			s.shapes = map[string]int{}
		}
		s.shapes[shape]++
		s.all++
	}
	inRow := s.row >= patience || s.turns >= missesInTurn
	switch {
	case inRow && s.all < s.row:
		s.over = fmt.Sprintf("the server took almost %s or longer for each of %d requests in a row, so no more were sent; with a longer --timeout it is graded in full", timeout, s.row)
	case inRow:
		s.over = fmt.Sprintf("the server left %d requests in a row without a usable answer, so no more were sent", s.row)
	case s.all >= patience*2 || s.all > patience && s.waits >= missesInTurn:
		s.over = fmt.Sprintf("the server left %d requests without a usable answer, so no more were sent", s.all)
	}
}

// worthSending is nil, or a *NotReached that says why a request is not sent.
func (s *Scenario) worthSending(r wire.Request) error {
	giveUp, shape := &s.grading.giveUp, s.shape(r)
	giveUp.mu.Lock()
	defer giveUp.mu.Unlock()
	switch {
	case giveUp.over != "":
		return &NotReached{Why: giveUp.over}
	case giveUp.shapes[shape] >= missesOfShape:
		return &NotReached{Why: shape + " stayed without a usable answer twice, so it was not sent again"}
	}
	return nil
}

// sendUnrecorded is for sentences that judge many requests as a whole. What is not worth sending stays without an answer.
func (s *Scenario) sendUnrecorded(at lab.Endpoint, who string, r wire.Request) *wire.Exchange {
	var missed *NotReached
	if errors.As(s.worthSending(r), &missed) {
		return &wire.Exchange{Client: who, Base: at.Base, Origin: at.Origin, Request: r, Trouble: &wire.Trouble{Kind: wire.NoAnswer, What: missed.Why}}
	}
	c := s.client(theClient, at)
	c.Name, c.Content, c.Hasty = who, mostContent(r), true
	x := c.Do(s.ctx, r)
	notAnswered(x)
	s.grading.noteSilence(s.shape(r), x)
	return x
}

// mostContent is how much of an answer is read. Only a list of all tasks has reason to be long.
func mostContent(r wire.Request) int {
	if path, _, _ := strings.Cut(r.Target, "?"); strings.Trim(path, "/") == "tasks" {
		return wire.DefaultContent
	}
	return shortContent
}

const shortContent = 256 << 10
