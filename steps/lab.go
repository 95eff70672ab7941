package steps

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"restlab/internal/history"
	"restlab/internal/wire"
)

// Endpoint is where the server of one family is reached.
type Endpoint struct {
	Base    string // http://authority
	Address string // host:port to dial
	Origin  string // the base of the server itself, where an intermediary is at the base; "" otherwise

	Spoke   bool    // it has answered when it was looked for
	Program Program // that serves there, if the lab has started it; nil otherwise
}

// Server is the base of the server itself.
func (e Endpoint) Server() string { return cmp.Or(e.Origin, e.Base) }

// Replicas are further servers of each family, on the same store as the first one.
type Replicas struct{ Items, Tasks []Endpoint }

// Lab is what the scenarios of one grading share: where the servers are, the seed, and what was noticed on the
// way. It is safe for use by many scenarios at once.
type Lab struct {
	Items, Tasks Endpoint
	Replicas     Replicas
	Seed         uint64
	Run          string // tells this run's names from those of every other run
	Timeout      time.Duration
	Sequences    int // random sequences of requests; 0 for the model's default
	Patience     int // requests in a row without an answer before no more are sent; 0 for 4

	DiedBefore int // deaths of its programs before this grading

	Unsteady []Unsteady // set before the last sentences run

	silence silence
	mu      sync.Mutex
	unsound map[string][]trail // by level
	heard   map[string]int     // answers, by level
	asked   int                // requests, those without an answer included
	dropped int                // requests after which the server closed the connection without an answer
	last    string             // what the server was asked last before it was gone
	blamed  bool               // the death of a program was met by a request
	history history.History    // the last that was recorded
}

// families are those that there is a server for.
func (l *Lab) families() []string {
	var families []string
	if l.Items.Base != "" {
		families = append(families, "items")
	}
	if l.Tasks.Base != "" {
		families = append(families, "tasks")
	}
	return families
}

// Answers is how many came so far, to the first look too.
func (l *Lab) Answers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	if l.Items.Spoke || l.Tasks.Spoke {
		n++
	}
	for _, heard := range l.heard {
		n += heard
	}
	return n
}

func (l *Lab) keepHistory(h history.History) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.history = h
}

// History is the last one that was recorded, nil if there is none.
func (l *Lab) History() history.History {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.history
}

// Unsteady is a scenario that failed among others and passed alone.
type Unsteady struct {
	ID      string
	Failure *Failure // among the others
}

// trail is a failure with what led to it.
type trail struct {
	*Failure
	exchanges []*wire.Exchange
}

// listen hears the last exchange of a scenario, and keeps those that no server may have.
func (l *Lab) listen(level string, soFar []*wire.Exchange) {
	x := soFar[len(soFar)-1]
	f := unsound(x)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unsound == nil {
		l.unsound, l.heard = map[string][]trail{}, map[string]int{}
	}
	if x.Answer != nil {
		l.heard[level]++
	}
	l.asked++
	if x.Trouble != nil && x.Trouble.Kind == wire.Dropped {
		l.dropped++
	}
	if f != nil {
		l.unsound[level] = append(l.unsound[level], trail{f, slices.Clone(soFar)})
	}
	if x.Trouble == nil || x.Trouble.Kind != wire.Refused {
		l.last = x.Ask()
	}
}

// answered is nil for an exchange with an answer, and says what came instead for one without.
func (s *Scenario) answered(x *wire.Exchange) error {
	l := s.lab
	if x.Trouble == nil {
		return nil
	}
	if x.Trouble.Kind == wire.Unsent {
		return broken("%s could not be sent: %s", x.Ask(), x.Trouble.What)
	}
	f := failure(x, atAnswer, "an answer", x.Trouble.What)
	death := s.metDeath(x)
	l.mu.Lock()
	defer l.mu.Unlock()
	if death != nil {
		l.blamed = true
		f.Note, f.Picture = l.afterDeath(x, death), strings.Join(death.Last, "\n")
		return f
	}
	switch x.Trouble.Kind {
	case wire.Dropped:
		f.Note = fmt.Sprintf("So far %d of %d requests ended without an answer, whatever they asked.", l.dropped, l.asked)
	case wire.Refused:
		f.Note = "The server has stopped. The last thing it was asked was " + wire.Untrusted(l.last).Line(120) + "; look at its own output."
	default: // the answer's own words say enough
	}
	return f
}

// everyScenarioHasRun is true by the time it is said: the grading runs such scenarios last.
func (s *Scenario) everyScenarioHasRun(level string) error {
	s.Level = level
	return nil
}

func (s *Scenario) everyAnswerWasSound() error {
	s.lab.mu.Lock()
	defer s.lab.mu.Unlock()
	if s.lab.heard[s.Level] == 0 {
		return &NotReached{Why: "no answer at all came at the level " + s.Level}
	}
	found := s.lab.unsound[s.Level]
	if len(found) == 0 {
		return nil
	}
	f := *found[0].Failure
	s.exchanges = found[0].exchanges
	if len(found) > 1 {
		f.Note = strings.TrimSpace(fmt.Sprintf("%s %d answers of this level are like that; this is the first.", f.Note, len(found)))
	}
	return &f
}

func (s *Scenario) sameVerdictAlone() error {
	s.lab.mu.Lock()
	defer s.lab.mu.Unlock()
	if len(s.lab.heard) == 0 {
		return &NotReached{Why: "no answer at all came"}
	}
	if len(s.lab.Unsteady) == 0 {
		return s.lab.diedUnseen()
	}
	var ids []string
	for _, u := range s.lab.Unsteady {
		ids = append(ids, u.ID)
	}
	f := Failure{Asked: "each scenario, among the others and then alone", At: "verdict", Expected: "the same verdict both times", Received: "another one"}
	if first := s.lab.Unsteady[0].Failure; first != nil {
		f = *first
		s.exchanges = append(s.exchanges, first.Exchange)
	}
	f.Note = "Seen among other scenarios, and not when this was asked again alone: " + strings.Join(ids, ", ")
	return &f
}

// unsound says what is wrong with an answer whatever was asked (RFC 8259; RFC 9205 §4.6), or nil.
func unsound(x *wire.Exchange) *Failure {
	a := x.Answer
	switch {
	case a == nil:
		return nil
	case a.Status >= 500 && a.Status != http.StatusNotImplemented && a.Status != http.StatusInsufficientStorage:
		return failure(x, atStatus, "no server error (5xx)", status(a.Status))
	case wire.Phrase(a.Status) == "":
		return failure(x, atStatus, "a registered status", status(a.Status))
	case len(a.Content) > 0 && isJSON(a.Header.Get("Content-Type")):
		if err := valid(a.Content); err != nil {
			return failure(x, atContent, "one valid JSON text, as Content-Type says", err.Error())
		}
	}
	return nil
}

func isJSON(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// silence counts requests that stayed without an answer in time, so that a server which hangs does not make
// every scenario wait. A request of a shape that has hung twice is not sent again, and after Lab.Patience time-outs
// in a row, whatever was asked, nothing is.
type silence struct {
	mu     sync.Mutex
	shapes map[string]int
	row    int
}

const patienceWithShape = 2

func (l *Lab) patience() int { return cmp.Or(l.Patience, 4) }

func (s *silence) note(shape string, x *wire.Exchange, patience int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.Trouble == nil || x.Trouble.Kind != wire.NoAnswer {
		if s.row < patience {
			s.row = 0
		}
		return
	}
	if s.shapes == nil {
		s.shapes = map[string]int{}
	}
	s.shapes[shape]++
	s.row++
}

// gaveUp returns why a request is not worth sending, or "".
func (s *silence) gaveUp(shape string, patience int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.row >= patience:
		return fmt.Sprintf("the server left %d requests in a row without an answer, so no more were sent", s.row)
	case s.shapes[shape] >= patienceWithShape:
		return fmt.Sprintf("%s stayed without an answer %d times, so it was not sent again", shape, s.shapes[shape])
	}
	return ""
}
