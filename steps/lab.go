package steps

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"restlab/internal/wire"
)

// Endpoint is where the server of one family is reached.
type Endpoint struct {
	Base    string // http://authority
	Address string // host:port to dial
}

// Lab is what the scenarios of one grading share: where the servers are, the seed, and what was noticed on the
// way. It is safe for use by many scenarios at once.
type Lab struct {
	Items, Tasks Endpoint
	Seed         uint64
	Timeout      time.Duration

	Unsteady []string // scenarios that failed among others and passed alone; set before the last sentences run

	silence silence
	mu      sync.Mutex
	unsound map[string][]*Failure // by level
}

// listen keeps the exchanges of a level that no server may have.
func (l *Lab) listen(level string, x *wire.Exchange) {
	if f := unsound(x); f != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.unsound == nil {
			l.unsound = map[string][]*Failure{}
		}
		l.unsound[level] = append(l.unsound[level], f)
	}
}

// everyScenarioHasRun is true by the time it is said: the grading runs such scenarios last.
func (s *Scenario) everyScenarioHasRun(level string) error {
	s.Level = level
	return nil
}

func (s *Scenario) everyAnswerWasSound() error {
	s.lab.mu.Lock()
	defer s.lab.mu.Unlock()
	found := s.lab.unsound[s.Level]
	if len(found) == 0 {
		return nil
	}
	f := *found[0]
	s.exchanges = append(s.exchanges, f.Exchange)
	if len(found) > 1 {
		f.Note = strings.TrimSpace(fmt.Sprintf("%s %d answers of this level are like that; this is the first.", f.Note, len(found)))
	}
	return &f
}

func (s *Scenario) sameVerdictAlone() error {
	if len(s.lab.Unsteady) == 0 {
		return nil
	}
	return &Failure{
		Asked: "each scenario, among the others and then alone",
		At:    "verdict", Expected: "the same verdict both times",
		Received: "failed among the others, passed alone: " + strings.Join(s.lab.Unsteady, ", "),
	}
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
// every scenario wait. A request of a shape that has hung twice is not sent again, and after four time-outs in
// a row, whatever was asked, nothing is.
type silence struct {
	mu     sync.Mutex
	shapes map[string]int
	row    int
}

const (
	patienceWithShape  = 2
	patienceWithServer = 4
)

func (s *silence) note(shape string, x *wire.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.Trouble == nil || x.Trouble.Kind != wire.NoAnswer {
		if s.row < patienceWithServer {
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
func (s *silence) gaveUp(shape string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.row >= patienceWithServer:
		return fmt.Sprintf("the server left %d requests in a row without an answer, so no more were sent", s.row)
	case s.shapes[shape] >= patienceWithShape:
		return fmt.Sprintf("%s stayed without an answer %d times, so it was not sent again", shape, s.shapes[shape])
	}
	return ""
}
