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

// giveUp counts requests without a usable response: the time was over, or more came than the lab reads. So a server that
// hangs, drips or floods does not make every scenario wait:
//
//   - after two misses, a request of that shape is not sent again to set something up or to check the state; the When of two
//     scenarios still sends it, so that its rule fails;
//   - after Grading.Patience misses in a row, of missedShapes different shapes, nothing is sent to that family any more;
//   - after Grading.Patience misses nothing is sent at all, if no response has ever begun.
//
// Any response of the family ends the row. So everything that works is graded, however much hangs.
type giveUp struct {
	mu       sync.Mutex
	all      int // requests without a usable answer
	shapes   map[string]*missed
	families map[string]*silence
}

// missed counts the requests of one shape without a usable response.
type missed struct {
	asked  int // by a When
	others int
	last   *wire.Exchange
}

// silence counts the misses of a family since its last response.
type silence struct {
	row    int
	shapes map[string]bool
	over   string // why nothing is sent any more; "" while it is
}

const (
	missesOfShape = 2
	missedShapes  = 3
)

func (g *Grading) patience() int { return cmp.Or(g.Patience, 4) }

// noteSilence handles requests that were sent together. The worst one counts, because they were one attempt.
func (s *Scenario) noteSilence(shape string, together ...*wire.Exchange) {
	g := s.grading
	if slices.ContainsFunc(together, hasBegun) {
		g.mu.Lock()
		g.began = true
		g.mu.Unlock()
	}
	i := slices.IndexFunc(together, isMissed)
	g.giveUp.mu.Lock()
	defer g.giveUp.mu.Unlock()
	family := g.giveUp.family(shape)
	if i < 0 {
		family.row, family.shapes = 0, nil
		return
	}
	g.giveUp.miss(shape, s.asking, together[i])
	family.miss(shape, g.patience())
}

func hasBegun(x *wire.Exchange) bool { return x.Answer != nil || x.Trouble.Began }

func isMissed(x *wire.Exchange) bool {
	return x.Trouble != nil && (x.Trouble.Kind == wire.NoAnswer || x.Trouble.Kind == wire.TooLarge)
}

// miss counts a request of a shape.
func (g *giveUp) miss(shape string, asking bool, x *wire.Exchange) {
	if g.shapes == nil {
		g.shapes = map[string]*missed{}
	}
	if g.shapes[shape] == nil {
		g.shapes[shape] = &missed{}
	}
	m := g.shapes[shape]
	m.last = x
	g.all++
	if asking {
		m.asked++
	} else {
		m.others++
	}
}

// isEnough reports whether requests of the shape are not sent any more, for a When or otherwise.
func (m *missed) isEnough(asking bool) bool {
	switch {
	case m == nil:
		return false
	case asking:
		return m.asked >= missesOfShape
	}
	return m.asked+m.others >= missesOfShape
}

// family returns the silence of the family at the beginning of the shape's path; all other paths share one.
func (g *giveUp) family(shape string) *silence {
	_, target, _ := strings.Cut(shape, " ")
	name := strings.Join(ofTarget(target), "")
	if g.families == nil {
		g.families = map[string]*silence{}
	}
	if g.families[name] == nil {
		g.families[name] = &silence{}
	}
	return g.families[name]
}

func (f *silence) miss(shape string, patience int) {
	if f.shapes == nil {
		f.shapes = map[string]bool{}
	}
	f.row++
	f.shapes[shape] = true
	if f.over == "" && f.row >= patience && len(f.shapes) >= missedShapes {
		f.over = nothingUsable(f.row)
	}
}

// nothingUsable returns why nothing is sent any more.
func nothingUsable(misses int) string {
	return fmt.Sprintf("the server left %d requests in a row without a usable answer, so no more were sent", misses)
}

// worthSending returns nil, or a *NotReached with the reason why a request is not sent.
func (s *Scenario) worthSending(r wire.Request) error {
	g, shape := s.grading, s.shape(r)
	if err := g.isOver(); err != nil {
		return err
	}
	g.giveUp.mu.Lock()
	defer g.giveUp.mu.Unlock()
	m := g.giveUp.shapes[shape]
	switch over := g.giveUp.family(shape).over; {
	case over != "":
		return &NotReached{Why: over}
	case g.isSilent():
		return &NotReached{Why: nothingUsable(g.giveUp.all)}
	case m.isEnough(s.asking):
		return &NotReached{Why: shape + " stayed without a usable answer twice, so it was not sent again", Met: s.withoutAnswer(m.last)}
	}
	return nil
}

// isSilent reports whether nothing that begins as HTTP does has come, after as many requests as are enough. The caller holds giveUp's lock.
func (g *Grading) isSilent() bool {
	if g.giveUp.all < g.patience() {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.began
}

// isOver is nil, or a *NotReached where the time of the grading is over.
func (g *Grading) isOver() error {
	if g.Until.IsZero() || time.Now().Before(g.Until) {
		return nil
	}
	return &NotReached{Why: g.OutOfTime, OutOfTime: true}
}

// withoutAnswer returns the failure of an exchange of another scenario.
func (s *Scenario) withoutAnswer(x *wire.Exchange) *Failure {
	return failure(x, atAnswer, "an answer", x.Trouble.What)
}

// sendUnrecorded is for sentences that judge many requests as a whole. What is not worth sending stays without an answer.
func (s *Scenario) sendUnrecorded(at lab.Endpoint, who string, r wire.Request) *wire.Exchange {
	var missed *NotReached
	if errors.As(s.worthSending(r), &missed) {
		s.keepUnsent(missed)
		return &wire.Exchange{Client: who, Base: at.Base, Origin: at.Origin, Request: r, Trouble: &wire.Trouble{Kind: wire.NoAnswer, What: missed.Why}}
	}
	c := s.client(theClient, at)
	c.Name, c.Content, c.Hasty = who, mostContent(r), true
	if !s.grading.Keep {
		c.Heard = func(x *wire.Exchange) { s.grading.made.note(x, true) } // all names are drawn here
	}
	x := c.Do(s.ctx, r)
	notAnswered(x)
	s.noteSilence(s.shape(r), x)
	s.noteWritten(x)
	return x
}

// keepUnsent keeps the first reason why a request was not sent. Clients at once call it too.
func (s *Scenario) keepUnsent(why *NotReached) {
	s.grading.mu.Lock()
	defer s.grading.mu.Unlock()
	if s.unsent == nil {
		s.unsent = why
	}
}

// noteWritten counts writes that were answered as done.
func (s *Scenario) noteWritten(x *wire.Exchange) {
	if x.Answer == nil || x.Answer.Status/100 != 2 || isSafe(x.Request.Method) {
		return
	}
	s.grading.mu.Lock()
	defer s.grading.mu.Unlock()
	s.written++
}

// mostContent is how much of an answer is read. Only a list of all tasks has reason to be long.
func mostContent(r wire.Request) int {
	if path, _, _ := strings.Cut(r.Target, "?"); strings.Trim(path, "/") == "tasks" {
		return wire.DefaultContent
	}
	return shortContent
}

const shortContent = 256 << 10
