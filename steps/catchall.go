package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"restlab/internal/history"
	"restlab/internal/lab"
	"restlab/internal/model"
	"restlab/internal/wire"
)

// These sentences judge many requests as a whole. They record nothing of a success, and of a failure the shortest part that
// shows it.

// chartWidth fits a card.
const chartWidth = 76

// roundsAlike is the number of rounds of clients that act alike. They take longer than a copy lags that is some tens of
// milliseconds old, if a write takes five.
const roundsAlike = 10

// clientsShare lets clients use the same items at once, and keeps the history.
func (s *Scenario) clientsShare(count, doing, names string) error {
	n, _ := strconv.Atoi(count)
	if n < 2 || n > maxAtOnce {
		return broken("2 to %d clients can act at once", maxAtOnce)
	}
	s.together = true
	var targets []string
	for _, name := range strings.Split(names, " and ") {
		targets = append(targets, path("item", s.Fill(name)))
	}
	rounds := s.grading.Rounds
	if s.alike = doing == "write and read the item"; s.alike {
		rounds = cmp.Or(rounds, roundsAlike)
	}
	s.history = history.Record(s.ctx, history.Options{
		Targets: targets, Clients: n, Seed: s.grading.Seed, Rounds: rounds, Alike: s.alike,
		Send: func(client int, r wire.Request) *wire.Exchange {
			return s.sendUnrecorded(s.grading.Items, oneOfMany+strconv.Itoa(client), r)
		},
	})
	s.grading.keepHistory(s.history)
	if s.ctx.Err() != nil {
		return broken("interrupted")
	}
	return nil
}

// fitsOneOrder checks that the recorded history is linearizable (Herlihy and Wing, 1990).
func (s *Scenario) fitsOneOrder() error {
	if len(s.history) == 0 {
		return broken("no clients have acted at once yet")
	}
	violation, err := s.history.Check(s.ctx)
	switch {
	case s.unsent != nil:
		return s.unsent
	case err == nil && violation == nil && s.written == 0:
		return nothingDone()
	case errors.Is(err, history.ErrUndecided):
		return &NotReached{Why: err.Error()}
	case err != nil:
		return broken("%s", err)
	case violation == nil:
		return nil
	}
	return s.violated(violation, "answers that fit one order of the requests, each taking effect at one moment between question and answer")
}

// readsWhatIsWritten checks that no GET returned a value older than what was written before the GET was sent. For a success
// it records an example: the last GET, and the PUT of client 1, which writes in each round.
func (s *Scenario) readsWhatIsWritten() error {
	if !s.alike {
		return broken("no clients have written the same at once yet")
	}
	violation, last := s.history.Outdated()
	switch {
	case violation != nil:
		return s.violated(violation, `"value": `+violation.Needed[0].Sent+", which was written before the request")
	case last == nil:
		return &NotReached{Why: "no PUT had a 2xx and was then read by a GET"}
	}
	for _, op := range s.history {
		if op.Client == 1 && op.Sent == last.Got {
			s.exchanges = append(s.exchanges, op.Exchange)
		}
	}
	s.exchanges = append(s.exchanges, last.Exchange)
	return nil
}

// nothingDone returns the error for responses that prove nothing: no write was done.
func nothingDone() error {
	return &NotReached{Why: "no write was answered as done, so there was nothing to compare"}
}

// violated returns the failure, shown by the few requests that are needed.
func (s *Scenario) violated(v *history.Violation, expected string) error {
	s.exchanges = v.Exchanges()
	last := s.exchanges[len(s.exchanges)-1]
	f := failure(last, atContent, expected, v.Sentence())
	if last.Answer != nil && last.Answer.Status/100 != 2 {
		f.At = atStatus
	}
	f.Picture = v.Chart(chartWidth)
	return f
}

// clientSendsRandom compares random sequences of requests with a model of the contract.
func (s *Scenario) clientSendsRandom() error {
	sequences := cmp.Or(s.grading.Sequences, model.DefaultSequences/len(s.grading.families()))
	o := model.Options{Seed: s.grading.Seed, Level: s.Level, Sequences: sequences, Prefix: s.prefixes(), Until: s.grading.beginRandom(), Progress: s.grading.noteRandom}
	if slices.Contains(s.Families, "items") {
		o.Items = s.sender(s.grading.Items)
	}
	if slices.Contains(s.Families, "tasks") {
		o.Tasks = s.sender(s.grading.Tasks)
	}
	disagreement, err := model.Run(s.ctx, o)
	s.grading.endRandom(o.Until)
	switch {
	case s.unsent != nil:
		return s.unsent
	case err != nil:
		return broken("%s", err)
	case s.written == 0 && disagreement == nil:
		return cmp.Or(s.grading.isOver(), nothingDone())
	}
	s.modelled, s.disagreement = true, disagreement
	return nil
}

func (s *Scenario) sender(at lab.Endpoint) model.Sender {
	return func(_ context.Context, r wire.Request) *wire.Exchange {
		return s.sendUnrecorded(at, theClient, r)
	}
}

// prefixes returns a function that returns a new name each time.
func (s *Scenario) prefixes() func() string {
	n := 0
	return func() string {
		n++
		return "m" + hashed(s.grading.Run, s.ID, s.Attempt, n)[:12]
	}
}

func (s *Scenario) fitsTheContract() error {
	if !s.modelled {
		return broken("no random requests have been sent yet")
	}
	d := s.disagreement
	if d == nil {
		return nil
	}
	s.exchanges = d.Exchanges
	f := failure(d.Exchanges[len(d.Exchanges)-1], d.At, d.Expected, d.Received)
	f.Note = strings.TrimSpace(fmt.Sprintf("This is the shortest sequence that shows it: %d requests, one after the other. %s", len(d.Exchanges), d.Note))
	return f
}
