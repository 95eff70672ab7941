// Package walk plays scenarios to people who watch, one request at a time: on a screen (screen.go has its keys, view.go its
// layout, panel.go what one server or client has to show) or as a handout (handout.go, mermaid.go). request.go puts
// a walk together from what a person typed, and actors.go says who is asked. What is played is a grading
// of that scenario alone, so that nothing is shown which a grading would not say.
package walk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/wire"
	"restlab/steps"
)

// Walk is what is walked through.
type Walk struct {
	Title     string
	Command   string // that prints it: walk items --plain
	Contract  *contract.Contract
	Scenarios []*contract.Scenario
	Actors    []*Actor // the one that it is about, and perhaps one to hold beside it
	Seed      uint64
	Chooses   bool // it begins with the list of scenarios
}

func (w *Walk) wish(s *contract.Scenario) Wish {
	return Wish{Contract: w.Contract, Scenario: s, Seed: w.Seed}
}

// Actor is the server, or the client, that scenarios are played on.
type Actor struct {
	Name     string // for people: "the reference"
	Fault    string // the name of its mistake, which an audience does not see before the end; "" for others
	Does     string // what it does wrong, in a sentence; "" for others
	IsClient bool
	IsRight  bool // it keeps all rules of the lab
	IsNew    bool // it is started anew for each scenario, and so may meet the same names again
	Grade    func(context.Context, grade.Options) (*grade.Result, error)
}

// Play is a scenario as it went on one actor.
type Play struct {
	*grade.Scenario
	Actor   *Actor
	Changed bool // something else was sent than the feature says
}

// Wish is what is to be played.
type Wish struct {
	Contract *contract.Contract
	Scenario *contract.Scenario
	Seed     uint64
	Bodies   map[int][]byte // to be sent in place of what the feature says, by the number of the exchange
}

// Play plays a scenario. The state of resources is looked at in a second run, which is shown where it went like the first: there are servers
// that answer otherwise when they are looked at. The error is that of a grading, or a *lab.Error about usage where the actor cannot be asked this.
func (a *Actor) Play(ctx context.Context, w Wish) (*Play, error) {
	play := &Play{Actor: a, Changed: len(w.Bodies) > 0}
	var err error
	play.Scenario, err = a.once(ctx, w, false)
	switch {
	case err == nil && w.Scenario.WholeRun:
		play.aboutAll()
		return play, nil
	case err != nil || a.IsClient || w.Scenario.AtOnce:
		return play, err
	}
	seen, err := a.once(ctx, w, true)
	if err == nil && wentLike(play.Scenario, seen) {
		play.Scenario = seen
	}
	return play, err
}

// aboutAll says of a scenario that looks back on a whole grading that there is none here.
func (p *Play) aboutAll() {
	p.Verdict, p.Failure, p.Why = grade.NotReached, nil, "it is about a whole grading, and sends nothing itself"
	for i := range p.Steps {
		p.Steps[i].Status = "skipped"
	}
}

func (a *Actor) once(ctx context.Context, w Wish, looks bool) (*grade.Scenario, error) {
	result, err := a.Grade(ctx, grade.Options{Contract: w.Contract, Seed: w.Seed, Keep: true, Walkthrough: steps.Walkthrough{Names: a.IsNew, Looks: looks, Bodies: w.Bodies}, Selection: grade.Selection{Scenarios: []string{w.Scenario.ID}, Partly: true}, Pace: grade.Pace{Once: true}})
	if err != nil {
		return nil, err
	}
	if len(result.Scenarios) == 0 {
		return nil, lab.Usage(fmt.Sprintf("%s cannot be asked %s", a.Name, w.Scenario.ID), strings.Join(result.Summary.Notes, "; "))
	}
	return result.Scenarios[0], nil
}

// wentLike reports whether two runs had the same verdict, and came to it at the same sentence.
func wentLike(a, b *grade.Scenario) bool {
	return a.Verdict == b.Verdict && slices.EqualFunc(a.Steps, b.Steps, func(x, y grade.Step) bool { return x.Status == y.Status })
}

// Frame is one picture of a walk. Step is a sentence, by its number; Before is the picture that comes before the first one, and the number
// after the last one that of the outcome.
type Frame struct {
	Step     int
	From, To int  // the exchanges that belong to it
	Asks     bool // the answer to the last of them is still to be guessed
}

// Before is the Step of the first picture.
const Before = -1

// How many exchanges of one sentence are shown each by itself.
const (
	apart         = 4
	apartOfClient = 12
)

// Frames are the pictures of a play, in order.
func (p *Play) Frames() []Frame {
	all := []Frame{{Step: Before}}
	for i, step := range p.Steps {
		if step.Status != "skipped" {
			all = append(all, p.framesOf(i, step)...)
		}
	}
	return append(all, Frame{Step: len(p.Steps)})
}

// framesOf are the pictures of one sentence. An audience guesses what a server answers, and watches what a client sends.
func (p *Play) framesOf(i int, step grade.Step) []Frame {
	n := step.To - step.From
	most := apart
	if p.Actor.IsClient {
		most = apartOfClient
	}
	switch {
	case step.Keyword == "Then" && n > 0 && !p.Actor.IsClient:
		return []Frame{{i, step.From, step.To, true}, {i, step.From, step.To, false}}
	case step.Keyword != "When" || n == 0 || n > most:
		return []Frame{{Step: i, From: step.From, To: step.To}}
	}
	var all []Frame
	for to := step.From + 1; to <= step.To; to++ {
		if !p.Actor.IsClient && p.Exchanges[to-1].Answer != nil { // an answer that never came cannot be guessed
			all = append(all, Frame{i, step.From, to, true})
		}
		all = append(all, Frame{i, step.From, to, false})
	}
	return all
}

// shown is the exchange that a picture is about: its own last one, or where a Then has none the last one before, which it judges. It is -1
// where nothing is sent.
func (p *Play) shown(f Frame) int {
	switch {
	case f.Step < 0 || f.Step >= len(p.Steps):
		return -1
	case f.To > f.From:
		return f.To - 1
	case p.Steps[f.Step].Keyword == "Then":
		return p.Steps[f.Step].To - 1
	}
	return -1
}

// like is the picture of this play that goes with one of another: the same sentence, and as many of its exchanges. It is false where this
// play has not come so far.
func (p *Play) like(other *Play, f Frame) (Frame, bool) {
	if f.Step < 0 || f.Step >= len(other.Steps) {
		return Frame{Step: f.Step}, true
	}
	if f.Step >= len(p.Steps) || p.Steps[f.Step].Status == "skipped" {
		return f, false
	}
	here := p.Steps[f.Step]
	f.To = here.From + f.To - f.From
	f.From = here.From
	return f, f.To <= here.To
}

// failed is the failure of the scenario, where it is that of this exchange; nil otherwise. A changed body is nobody's fault.
func (p *Play) failed(exchange int) *grade.Failure {
	if p.Failure != nil && p.Failure.Exchange == exchange && !p.Changed {
		return p.Failure
	}
	return nil
}

// brief is an exchange in a few words.
func brief(x *grade.Exchange) string {
	answer := "no answer"
	if x.Answer != nil {
		answer = status(x.Answer.Status)
	}
	return requestLine(x) + " → " + answer
}

func requestLine(x *grade.Exchange) string {
	return wire.Untrusted(x.Request.Method).Line(20) + " " + wire.Untrusted(x.Request.Target).Line(80)
}

func status(code int) string { return strings.TrimSpace(fmt.Sprintf("%d %s", code, wire.Phrase(code))) }

// state is a resource in a few words.
type state struct {
	text string // "" where nobody has looked
	etag string // "" where there is none
}

func (s state) String() string { return s.with(s.etag) }

// with is the state with its validator written like this.
func (s state) with(etag string) string {
	if etag == "" {
		return s.text
	}
	return s.text + "   ETag " + etag
}

// states are what GET says of the resource before and after an exchange, and whether anybody has looked.
func (p *Play) states(exchange int) (before, after state, seen bool) {
	x := p.Exchanges[exchange]
	before, after = stateOf(x.Before), stateOf(x.After)
	if before.text == "" && after.text != "" {
		before = p.named(exchange) // nobody knew its name when it was asked for
	}
	return before, after, before.text+after.text != ""
}

// named is the state before an exchange of what its answer names: as an earlier answer left it that named the same.
func (p *Play) named(exchange int) state {
	name := field(p.Exchanges[exchange].Answer, "Location")
	for _, x := range slices.Backward(p.Exchanges[:exchange]) {
		if x.Answer != nil && x.After != nil && name != "" && field(x.Answer, "Location") == name {
			return stateOf(x.After)
		}
	}
	return state{text: "not there yet"}
}

func stateOf(a *grade.Answer) state {
	switch {
	case a == nil:
		return state{}
	case a.Body == nil || a.Status >= 400:
		return state{text: status(a.Status)}
	}
	return state{wire.Untrusted(strings.TrimSpace(string(a.Body.Octets))).Line(200), field(a, "ETag")}
}

// field is the value of a field of an answer, harmless; "" where there is none.
func field(a *grade.Answer, name string) string {
	for line := range strings.SplitSeq(string(a.Head), "\r\n") {
		if found, value, is := strings.Cut(line, ":"); is && strings.EqualFold(found, name) {
			return wire.Untrusted(strings.TrimSpace(value)).Line(80)
		}
	}
	return ""
}

// outcome is the verdict on a play, in a sentence.
func (p *Play) outcome() string {
	switch {
	case p.Changed && p.Verdict == grade.Passed:
		return "With this body all of it was so too."
	case p.Changed && p.Failure != nil:
		return "With this body it goes another way."
	case p.Verdict == grade.Passed:
		return "All of it was so on " + p.Actor.Name + "."
	case p.Verdict == grade.NotReached:
		return "This could not be checked: " + p.Why + "."
	case p.Verdict == grade.LabFault:
		return "This is a fault of the lab: " + p.Why + "."
	case p.Verdict == grade.Advice:
		return capital(p.Actor.Name) + " does not follow this advice."
	case p.Actor.IsRight:
		return capital(p.Actor.Name) + " does something else than is expected here."
	}
	return capital(p.Actor.Name) + " breaks this rule."
}
