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
	Keep        bool        // nothing is deleted at the end, so what was made is not noted

	OnRandom func(sent int) // hears after each random request how many were sent so far; nil for nobody

	DiedBefore int // deaths of its programs before this grading

	Unsteady []Unsteady // set before the last sentences run

	oneAtATime bool // a client that keeps its connection keeps all others waiting. Set before the first scenario

	giveUp  giveUp
	made    made
	mu      sync.Mutex
	setups  map[string]chosen // by what Givens say: the way that works
	shown   shown             // how the server shows its state
	unsound map[string]*trail // by level
	heard   map[string]int    // answers, by level
	done    map[string]int    // those with a 2xx
	random  Random
	began   bool            // something came that begins as HTTP does
	asked   int             // requests, those without an answer included
	dropped int             // requests after which the server closed the connection without an answer
	last    string          // what the server was asked last before it was gone
	blamed  bool            // the death of a program was met by a request
	history history.History // the last that was recorded
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

// Random are the random requests of a grading.
type Random struct {
	Sent int
	Runs int  // scenarios that have sent some
	Cut  bool // the time was over before all were sent
}

// Random returns how many random requests were sent.
func (g *Grading) Random() Random {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.random
}

// beginRandom returns when the random requests of a scenario end: families that come later get an equal share of the time.
func (g *Grading) beginRandom() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	left := max(1, len(g.families())-g.random.Runs)
	g.random.Runs++
	if g.Until.IsZero() {
		return g.Until
	}
	return time.Now().Add(time.Until(g.Until) / time.Duration(left))
}

// noteRandom counts a random request.
func (g *Grading) noteRandom(int) {
	g.mu.Lock()
	g.random.Sent++
	sent := g.random.Sent
	g.mu.Unlock()
	if g.OnRandom != nil {
		g.OnRandom(sent)
	}
}

// endRandom notes whether the time was over before the requests were sent.
func (g *Grading) endRandom(until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.random.Cut = g.random.Cut || !until.IsZero() && time.Now().After(until)
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

// Silent reports whether requests were sent, and nothing came that begins as an answer of HTTP does, not even at the first look.
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
		g.unsound, g.heard, g.done = map[string]*trail{}, map[string]int{}, map[string]int{}
	}
	if x.Answer != nil {
		g.heard[level]++
		if x.Answer.Status/100 == 2 {
			g.done[level]++
		}
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
		f.Note = "The server has stopped. Its last request was " + wire.Untrusted(l.last).Line(120) + "; look at its own output."
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
	switch {
	case found == nil && s.grading.done[s.Level] == 0:
		return &NotReached{Why: "no request of the level " + s.Level + " was answered as done"}
	case found == nil:
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
		if err := s.grading.diedUnseen(); err != nil || len(s.grading.done) > 0 {
			return err
		}
		return &NotReached{Why: "no request was answered as done"}
	}
	var ids []string
	for _, u := range s.grading.Unsteady {
		ids = append(ids, u.ID)
	}
	f := Failure{Asked: "each scenario, among others and then alone", At: "verdict", Expected: "the same verdict both times", Received: "another verdict"}
	if first := s.grading.Unsteady[0].Failure; first != nil {
		f = *first
		s.exchanges = append(s.exchanges, first.Exchange)
	}
	if x := f.Exchange; x != nil && x.Trouble != nil && x.Trouble.Kind == wire.Dropped {
		f.Note = s.grading.drops()
	}
	f.Note = strings.TrimSpace(f.Note + " Seen among other scenarios, and not when the scenario ran again alone: " + strings.Join(ids, ", "))
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
