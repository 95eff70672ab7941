package steps

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"restlab/internal/history"
	"restlab/internal/lab"
	"restlab/internal/wire"
)

// Grading is what the scenarios of one grading share: where the servers are, the seed, and what was noticed on the
// way. It is safe for use by many scenarios at once.
type Grading struct {
	lab.Servers
	Client      *Client // the program that is graded, where it is a client; nil for servers
	Seed        uint64
	Run         string // tells this run's names from those of every other run
	Timeout     time.Duration
	Sequences   int         // random sequences of requests; 0 for the model's default
	Rounds      int         // of clients that share items; 0 for history's default
	Walkthrough Walkthrough // of a walk; the zero value for a grading
	Patience    int         // requests in a row without a usable answer before no more are sent; 0 for 4
	Until       time.Time   // when no more is sent; zero for no limit. It changes only while no scenario runs
	OutOfTime   string      // what is said of what was not sent for that reason

	DiedBefore int // deaths of its programs before this grading

	Unsteady []Unsteady // set before the last sentences run

	oneAtATime bool // a client that keeps its connection keeps all others waiting. Set before the first scenario

	giveUp  giveUp
	made    made
	mu      sync.Mutex
	unsound map[string]*trail // by level
	heard   map[string]int    // answers, by level
	began   bool              // something came that begins as HTTP does
	asked   int               // requests, those without an answer included
	dropped int               // requests after which the server closed the connection without an answer
	last    string            // what the server was asked last before it was gone
	blamed  bool              // the death of a program was met by a request
	history history.History   // the last that was recorded
}

// families are those that there is a server for.
func (g *Grading) families() []string {
	var families []string
	if g.Items.Base != "" {
		families = append(families, "items")
	}
	if g.Tasks.Base != "" {
		families = append(families, "tasks")
	}
	return families
}

func (g *Grading) keepHistory(h history.History) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.history = h
}

// History is the last one that was recorded, nil if there is none.
func (g *Grading) History() history.History {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.history
}

// Silent says whether requests were sent, and nothing came that begins as an answer of HTTP does, not even at the first look.
func (g *Grading) Silent() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked > 0 && !g.began && !g.Items.Spoke && !g.Tasks.Spoke
}

// Unsteady is a scenario that failed among others and passed alone.
type Unsteady struct {
	ID      string
	Failure *Failure // among the others
}

// trail is the first of failures of a kind, with what led to it, and how many there are.
type trail struct {
	*Failure
	exchanges []*wire.Exchange
	count     int
}

// listen hears the last exchange of a scenario, and keeps those that no server may have.
func (g *Grading) listen(level string, soFar []*wire.Exchange) {
	x := soFar[len(soFar)-1]
	f := unsound(x)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.unsound == nil {
		g.unsound, g.heard = map[string]*trail{}, map[string]int{}
	}
	if x.Answer != nil {
		g.heard[level]++
	}
	g.asked++
	if x.Trouble != nil && x.Trouble.Kind == wire.Dropped {
		g.dropped++
	}
	if f != nil {
		if g.unsound[level] == nil {
			g.unsound[level] = &trail{Failure: f, exchanges: slices.Clone(soFar)}
		}
		g.unsound[level].count++
	}
	if x.Trouble == nil || x.Trouble.Kind != wire.Refused {
		g.last = x.Ask()
	}
}

// answered is nil for an exchange with an answer, and says what came instead for one without.
func (s *Scenario) answered(x *wire.Exchange) error {
	l := s.grading
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
		f.Note = l.drops()
	case wire.Refused:
		f.Note = "The server has stopped. The last thing it was asked was " + wire.Untrusted(l.last).Line(120) + "; look at its own output."
	default: // the answer's own words say enough
	}
	return f
}

// drops says how often the server closed a connection instead of answering. The caller holds the lock.
func (g *Grading) drops() string {
	return fmt.Sprintf("%d of the %d requests so far ended without an answer.", g.dropped, g.asked)
}

// everyScenarioHasRun is true by the time it is said: the grading runs such scenarios last.
func (s *Scenario) everyScenarioHasRun(level string) error {
	s.Level = level
	return nil
}

func (s *Scenario) everyAnswerWasSound() error {
	s.grading.mu.Lock()
	defer s.grading.mu.Unlock()
	if s.grading.heard[s.Level] == 0 {
		return &NotReached{Why: "no answer at all came at the level " + s.Level}
	}
	found := s.grading.unsound[s.Level]
	if found == nil {
		return nil
	}
	f := *found.Failure
	s.exchanges = found.exchanges
	if found.count > 1 {
		f.Note = strings.TrimSpace(fmt.Sprintf("%s %d answers of this level are like that; this is the first.", f.Note, found.count))
	}
	return &f
}

func (s *Scenario) sameVerdictAlone() error {
	s.grading.mu.Lock()
	defer s.grading.mu.Unlock()
	if len(s.grading.heard) == 0 {
		return &NotReached{Why: "no answer at all came"}
	}
	if len(s.grading.Unsteady) == 0 {
		return s.grading.diedUnseen()
	}
	var ids []string
	for _, u := range s.grading.Unsteady {
		ids = append(ids, u.ID)
	}
	f := Failure{Asked: "each scenario, among the others and then alone", At: "verdict", Expected: "the same verdict both times", Received: "another one"}
	if first := s.grading.Unsteady[0].Failure; first != nil {
		f = *first
		s.exchanges = append(s.exchanges, first.Exchange)
	}
	if x := f.Exchange; x != nil && x.Trouble != nil && x.Trouble.Kind == wire.Dropped {
		f.Note = s.grading.drops()
	}
	f.Note = strings.TrimSpace(f.Note + " Seen among other scenarios, and not when this was asked again alone: " + strings.Join(ids, ", "))
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
	case a.Undecoded != "":
		return failure(x, atContent, "content in the coding that Content-Encoding names", a.Undecoded)
	case len(a.Content) > 0 && wire.IsJSON(a.Header.Get("Content-Type")):
		if err := valid(a.Content); err != nil {
			return noJSON(x, "one valid JSON text, as Content-Type says", err)
		}
	}
	return nil
}
