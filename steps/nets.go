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
	"restlab/internal/model"
	"restlab/internal/wire"
)

// What these sentences send is judged as a whole: of a success nothing is recorded, and of a failure the shortest part
// that shows it.

// chartWidth fits a card.
const chartWidth = 76

// clientsShare lets clients write, read and delete the same items at once, and keeps the history.
func (s *Scenario) clientsShare(count, names string) error {
	n, _ := strconv.Atoi(count)
	if n < 2 || n > maxAtOnce {
		return broken("2 to %d clients can act at once", maxAtOnce)
	}
	s.together = true
	var targets []string
	for _, name := range strings.Split(names, " and ") {
		targets = append(targets, path("item", s.Fill(name)))
	}
	s.history = history.Record(s.ctx, history.Options{
		Targets: targets, Clients: n, Seed: s.lab.Seed, Rounds: s.lab.Rounds,
		Send: func(client int, r wire.Request) *wire.Exchange {
			return s.sendUnrecorded(s.lab.Items, "client "+strconv.Itoa(client), r)
		},
	})
	s.lab.keepHistory(s.history)
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
	case errors.Is(err, history.ErrUndecided):
		return &NotReached{Why: err.Error()}
	case err != nil:
		return broken("%s", err)
	case violation == nil:
		return nil
	}
	s.exchanges = violation.Exchanges()
	last := s.exchanges[len(s.exchanges)-1]
	f := failure(last, atContent, "answers that fit one order of the requests, each taking effect at one moment between question and answer",
		violation.Sentence())
	if last.Answer != nil && last.Answer.Status/100 != 2 {
		f.At = atStatus
	}
	f.Picture = violation.Chart(chartWidth)
	return f
}

// clientSendsRandom compares random sequences of requests with a model of the contract.
func (s *Scenario) clientSendsRandom() error {
	sequences := cmp.Or(s.lab.Sequences, model.DefaultSequences/len(s.lab.families()))
	o := model.Options{Seed: s.lab.Seed, Level: s.Level, Sequences: sequences, Prefix: s.prefixes()}
	if slices.Contains(s.Families, "items") {
		o.Items = s.sender(s.lab.Items)
	}
	if slices.Contains(s.Families, "tasks") {
		o.Tasks = s.sender(s.lab.Tasks)
	}
	disagreement, err := model.Run(s.ctx, o)
	if err != nil {
		return broken("%s", err)
	}
	s.modelled, s.disagreement = true, disagreement
	return nil
}

func (s *Scenario) sender(at Endpoint) model.Sender {
	return func(_ context.Context, r wire.Request) *wire.Exchange {
		return s.sendUnrecorded(at, theClient, r)
	}
}

// prefixes returns names that nobody has used before.
func (s *Scenario) prefixes() func() string {
	n := 0
	return func() string {
		n++
		return "m" + hashed(s.lab.Run, s.ID, s.Attempt, n)[:12]
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
