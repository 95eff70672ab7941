package grade

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/wire"
	"restlab/steps"
)

// judge turns the error that stopped a scenario into its verdict.
func (w *running) judge(err error) {
	if death := w.steps.Died(); death != nil && err != nil && !w.scenario.WholeRun {
		w.result.died, w.result.alone = true, w.alone
		err = w.steps.AfterDeath(err, death, w.alone)
	}
	var failure *steps.Failure
	var notReached *steps.NotReached
	switch {
	case errors.As(err, &notReached) && notReached.OutOfTime:
		w.result.Verdict, w.result.Why = NotChecked, notReached.Why
	case errors.As(err, &notReached):
		if notReached.Excused != nil {
			w.fail(notReached.Excused)
			w.result.excused = &excused{*w.result, notReached.Owners}
		}
		w.result.Verdict, w.result.Why, w.result.moot = NotReached, w.steps.Unfill(notReached.Why), notReached.Moot
		if met := notReached.Met; met != nil {
			w.result.causeKey, w.result.shape = w.cause(met), w.shape(met.Exchange)
		}
		if notReached.Cause != nil {
			w.fail(notReached.Cause)
			if notReached.Cause.At == "content" {
				w.result.causeKey = w.result.shape
			}
		}
	case errors.As(err, &failure) && w.scenario.Rule.Advice && failure.Exchange != nil && failure.Exchange.Trouble != nil:
		w.result.Verdict, w.result.Why = NotReached, "there was no answer to give advice on: "+failure.Received
		w.fail(failure)
	case errors.As(err, &failure):
		w.result.Verdict = Failed
		if w.scenario.Rule.Advice {
			w.result.Verdict = Advice
		}
		w.fail(failure)
	default:
		w.result.Verdict, w.result.Why = LabFault, fmt.Sprint(err)
	}
}

// excused is a failure that another request explains: one that does not work. One of the rules about that request has to
// fail.
type excused struct {
	failed Scenario // with what was wrong
	owners []string
}

// fail keeps a failure with its hints, the best hint first.
func (w *running) fail(f *steps.Failure) {
	out := &Failure{Asked: f.Asked, Exchange: -1, At: f.At, Expected: facts(f.Expected), Received: facts(f.Received), Picture: f.Picture}
	out.Note = strings.TrimSpace(w.steps.Circumstances() + " " + cmp.Or(f.Note, w.steps.Elsewhere(f), w.steps.Difference(f)))
	if x := f.Exchange; x != nil && x.Answer != nil && x.Answer.Coding != "" && x.Answer.Undecoded == "" {
		out.Note = strings.TrimSpace(out.Note + " The content came in the coding " + wire.Untrusted(x.Answer.Coding).Line(40) + " and is shown without it.")
	}
	if f.Exchange != nil {
		out.Exchange = slices.Index(w.steps.Exchanges(), f.Exchange)
		out.Curl = shortened(f.Exchange.Curl(), 4*maxBody)
	}
	w.result.Failure = out
	w.result.Hints = w.scenario.HintsAt(f.At)
	uncaught := w.uncaught(f)
	if first := cmp.Or(w.missingRoute(f), uncaught); first != "" {
		w.result.Hints = append([]string{first}, w.result.Hints...)
	}
	if uncaught != "" {
		out.Picture = strings.Join(w.steps.Printed(f.Exchange), "\n")
	}
	w.result.cause, w.result.causeKey = f, w.cause(f)
	w.result.shape = w.shape(f.Exchange)
}

// shape returns the method and the kind of target of an exchange, "" for none.
func (w *running) shape(x *wire.Exchange) string {
	if x == nil {
		return ""
	}
	return x.Request.Method + " " + w.steps.Shape(x.Request.Target)
}

// facts returns a harmless and short form of a text that may contain what a server sent.
func facts(text string) string {
	const most = 2000
	if len(text) > most {
		return wire.Untrusted(text).Line(most)
	}
	return wire.Untrusted(text).String()
}

var digits = regexp.MustCompile(`\d+`)

// cause returns the same text for failures that one fault explains: the same kind of request, the same place in the response,
// the same thing received.
func (w *running) cause(f *steps.Failure) string {
	if f.Exchange == nil {
		return w.scenario.Rule.ID
	}
	if f.Exchange.Trouble != nil && f.Exchange.Trouble.Kind == wire.Refused {
		return "the server has stopped"
	}
	asked := f.Exchange.Request.Method + " " + w.steps.Shape(f.Exchange.Request.Target)
	if f.At == "status" || f.At == "answer" {
		return strings.Join([]string{asked, f.At, f.Received}, "\n")
	}
	return strings.Join([]string{asked, f.At, digits.ReplaceAllString(w.steps.Unfill(f.Received), "#")}, "\n")
}

// store keeps a verdict and its points.
func (r *run) store(s *contract.Scenario, result *Scenario) {
	if !s.Rule.Advice && result.Verdict != LabFault {
		result.PointsOf = 1
	}
	if result.Verdict == Passed {
		result.Points = result.PointsOf
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	first := r.results[s] == nil
	r.results[s] = result
	if r.Progress != nil && first {
		r.Progress.Scenario()
	}
}

// settle reports the rule when its last scenario has a final verdict.
func (r *run) settle(s *contract.Scenario) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[s.Rule]--
	if r.open[s.Rule] > 0 || r.Progress == nil || !r.shown(s) || r.ctx.Err() != nil {
		return
	}
	var all []*Scenario
	for _, sibling := range s.Rule.Scenarios {
		if result := r.results[sibling]; result != nil {
			all = append(all, result)
		}
	}
	r.Progress.Rule(s.Rule, all)
}
