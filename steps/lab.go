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
	Client       *Client // the program that is graded, where it is a client; nil for servers
	Seed         uint64
	Run          string // tells this run's names from those of every other run
	Timeout      time.Duration
	Sequences    int     // random sequences of requests; 0 for the model's default
	Rounds       int     // of clients that share items; 0 for history's default
	Staging      Staging // of a walk; the zero value for a grading
	Patience     int     // requests in a row without a usable answer before no more are sent; 0 for 4

	DiedBefore int // deaths of its programs before this grading

	Unsteady []Unsteady // set before the last sentences run

	silence silence
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

// Silent says whether requests were sent, and nothing came that begins as an answer of HTTP does, not even at the first look.
func (l *Lab) Silent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked > 0 && !l.began && !l.Items.Spoke && !l.Tasks.Spoke
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
func (l *Lab) listen(level string, soFar []*wire.Exchange) {
	x := soFar[len(soFar)-1]
	f := unsound(x)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unsound == nil {
		l.unsound, l.heard = map[string]*trail{}, map[string]int{}
	}
	if x.Answer != nil {
		l.heard[level]++
	}
	l.asked++
	if x.Trouble != nil && x.Trouble.Kind == wire.Dropped {
		l.dropped++
	}
	if f != nil {
		if l.unsound[level] == nil {
			l.unsound[level] = &trail{Failure: f, exchanges: slices.Clone(soFar)}
		}
		l.unsound[level].count++
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
		f.Note = l.drops()
	case wire.Refused:
		f.Note = "The server has stopped. The last thing it was asked was " + wire.Untrusted(l.last).Line(120) + "; look at its own output."
	default: // the answer's own words say enough
	}
	return f
}

// drops says how often the server closed a connection instead of answering. The caller holds the lock.
func (l *Lab) drops() string {
	return fmt.Sprintf("%d of the %d requests so far ended without an answer.", l.dropped, l.asked)
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
	if x := f.Exchange; x != nil && x.Trouble != nil && x.Trouble.Kind == wire.Dropped {
		f.Note = s.lab.drops()
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
	case len(a.Content) > 0 && isJSON(a.Header.Get("Content-Type")):
		if err := valid(a.Content); err != nil {
			return noJSON(x, "one valid JSON text, as Content-Type says", err)
		}
	}
	return nil
}

func isJSON(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	return media == "application/json" || strings.HasSuffix(media, "+json")
}
