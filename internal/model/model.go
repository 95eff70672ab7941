// Package model is the net under the named rules. It sends random sequences of requests, valid and invalid,
// conditional and plain, and compares every answer with a model of the contract. Where the contract leaves a choice the
// model takes each answer that is right, and goes on with what that answer says. The first answer that is none of them is
// a disagreement; the sequence that led to it is cut down to the shortest one that still ends in a disagreement.
//
// It reads best in this order:
//
//	model.go    what a run is, and what it finds
//	step.go     one request, before it is known what the server has
//	draw.go     sequences of steps; names.go and values.go have what they are made of
//	replay.go   a sequence on its way through a server
//	state.go    what the model knows of one item or task, its entity-tags included
//	judge.go    which answers are right, and what is so after each: the contract, in one place
//	tasks.go    the same for the list of tasks and for POST to it
//	patch.go    what a JSON Patch makes of a value
//	shrink.go   the shortest sequence
//
// Sequences are drawn with rapid's generators and shrunk here. Rapid's own search wants a testing.T and flags that belong
// to the whole process; and it shrinks the bits that were drawn, which takes thousands of replays where a sequence of
// requests needs some dozens. Here every replay costs a server of somebody else its time.
package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"restlab/internal/wire"
)

// Sender sends one request and waits for the answer, as wire.Client.Do does. It returns when the context ends.
type Sender func(context.Context, wire.Request) *wire.Exchange

// Options say what to do. Items or Tasks, and Prefix, are required.
type Options struct {
	Seed   uint64        // of what is drawn: the same seed, the same sequences
	Level  string        // "basics", "http" or "production"; lower levels leave out what they do not have. Default: production
	Items  Sender        // to the server of items, nil if there is none
	Tasks  Sender        // to the server of tasks, nil if there is none; it may be the same one
	Prefix func() string // a name never used before, of 1 to 24 letters and digits; each replay has its own, so nothing is wiped

	Sequences int // how many. Default: DefaultSequences
	Steps     int // the length of the longest, but for the reading at its end. Default: DefaultSteps
	Requests  int // in all sequences, those of shrinking apart; the run ends there. Default: 40 for each sequence

	Until    time.Time      // the run ends there; zero for no limit
	Progress func(sent int) // hears after each request how many were sent so far, those of shrinking included; nil for nobody
}

// What a run is if nothing is said: about a second against a server that answers at once.
const (
	DefaultSequences = 200
	DefaultSteps     = 24
)

// Disagreement is an answer that the contract does not allow.
type Disagreement struct {
	Exchanges []*wire.Exchange // the shortest sequence found, in the order of the requests; the last one is at fault
	At        string           // where in it: "status", "content", "field ETag", "answer"
	Expected  string           // what the model allows
	Received  string           // harmless to print
	Note      string           // what helps to understand it, if anything
}

// Run returns nil if every answer agreed, or the first disagreement, cut down. The error is never the server's fault: the
// context has ended, or the lab itself could not do what it should.
func Run(ctx context.Context, o Options) (*Disagreement, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	r := &run{Options: o}
	seeds := rand.New(rand.NewPCG(o.Seed, 0))
	left := o.Requests
	for range o.Sequences {
		sequence := draw(o, seeds.Int())
		attempt, err := r.replay(ctx, sequence, true, &left)
		if errors.Is(err, errSpent) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if attempt.wrong != nil {
			return r.shrink(ctx, attempt)
		}
	}
	return nil, nil
}

// run is what all replays share.
type run struct {
	Options
	sent   int // requests
	listed int // tasks in the list when it was last read, whoever they belong to
}

func (o *Options) complete() error {
	if o.Items == nil && o.Tasks == nil || o.Prefix == nil {
		return errors.New("model: nothing to send to")
	}
	o.Level = cmp.Or(o.Level, "production")
	if _, known := ranks[o.Level]; !known {
		return fmt.Errorf("model: no level %q", o.Level)
	}
	o.Sequences = cmp.Or(o.Sequences, DefaultSequences)
	o.Steps = cmp.Or(o.Steps, DefaultSteps)
	o.Requests = cmp.Or(o.Requests, 40*o.Sequences)
	return nil
}

// ranks order the levels: each includes the ones before it.
var ranks = map[string]int{"basics": 0, "http": 1, "production": 2}

func (o *Options) http() bool       { return ranks[o.Level] >= 1 }
func (o *Options) production() bool { return ranks[o.Level] >= 2 }
