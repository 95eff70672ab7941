package steps

import (
	"net/http"
	"strconv"
	"time"

	"restlab/internal/wire"
)

// maxRepeats bounds how often a feature can have a request repeated.
const maxRepeats = 100

func (s *Scenario) clientSends(who, method, target, body string) error {
	name := theClient
	if who == "another" {
		name = anotherClient
	}
	if s.lacksMade(target) {
		return &NotReached{Why: "no Location names the task that POST /tasks has made"}
	}
	r := jsonRequest(method, s.fillTarget(target), s.body(body), s.fields...)
	s.last = request{name, r}
	return s.sendAsked(s.last)
}

// body is the text after "with". A body that is written but empty is sent as an empty one.
func (s *Scenario) body(text string) []byte {
	switch text {
	case "nothing":
		return []byte{}
	case "":
		return nil
	}
	return []byte(s.fillBody(text))
}

func (s *Scenario) clientRepeats(times string) error {
	if s.last.Method == "" {
		return broken("there is no request to repeat yet")
	}
	n := 1
	if times != "" {
		n, _ = strconv.Atoi(times)
	}
	if n < 1 || n > maxRepeats {
		return broken("a request can be repeated 1 to %d times", maxRepeats)
	}
	for range n {
		if err := s.sendAsked(s.last); err != nil {
			return err
		}
	}
	return nil
}

// sendAsked sends a request of the When, twice where it is repeated on the way, and keeps the answer.
func (s *Scenario) sendAsked(r request) error {
	s.asking = true
	defer func() { s.asking = false }()
	if err := s.sendFirst(r); err != nil {
		return err
	}
	x, err := s.send(r.who, r.Request)
	for range patienceWithConflict {
		if err != nil || !s.isInProgress(x) {
			break
		}
		time.Sleep(pauseAfterConflict)
		x, err = s.send(r.who, r.Request)
	}
	if err != nil {
		return err
	}
	s.answers = append(s.answers, x)
	s.noteChosen(x)
	if cutOff(x) {
		return nil // for the sentence that follows to judge
	}
	return s.answered(x)
}

// While the request whose answer was lost is still being done, a server may answer 409 to the one that repeats it.
const (
	patienceWithConflict = 20
	pauseAfterConflict   = 100 * time.Millisecond
)

func (s *Scenario) isInProgress(x *wire.Exchange) bool {
	return s.way.loses && x.Answer != nil && x.Answer.Status == http.StatusConflict
}

// cutOff is true for a huge request whose connection the server closed, as it may instead of reading it all.
func cutOff(x *wire.Exchange) bool {
	return x.Trouble != nil && x.Trouble.Kind == wire.Dropped && len(x.Request.Body) >= huge
}

func (s *Scenario) refusedAsTooLarge() error {
	if len(s.answers) == 0 {
		return broken("no request has been sent yet")
	}
	x := s.answers[len(s.answers)-1]
	if cutOff(x) || x.Answer.Status == http.StatusRequestEntityTooLarge {
		return nil
	}
	return failure(x, atStatus, status(http.StatusRequestEntityTooLarge)+", or the connection closed", status(x.Answer.Status))
}

// answer is the last answer to the When.
func (s *Scenario) answer() (*wire.Exchange, error) {
	if len(s.answers) == 0 {
		return nil, broken("no request has been sent yet")
	}
	x := s.answers[len(s.answers)-1]
	return x, s.answered(x)
}

// which returns the last answer, or all of them for "every".
func (s *Scenario) which(word string) ([]*wire.Exchange, error) {
	last, err := s.answer()
	if err != nil || word == "every" {
		return s.answers, err
	}
	return []*wire.Exchange{last}, nil
}
