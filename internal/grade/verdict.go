package grade

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/wire"
	"restlab/steps"
)

// judge turns what stopped a scenario into its verdict.
func (w *running) judge(err error) {
	if death := w.steps.Died(); death != nil && err != nil && !w.scenario.WholeRun {
		w.result.died, w.result.alone = true, w.alone
		err = w.steps.AfterDeath(err, death, w.alone)
	}
	var failure *steps.Failure
	var notReached *steps.NotReached
	switch {
	case errors.As(err, &notReached):
		w.result.Verdict, w.result.Why, w.result.moot = NotReached, w.steps.Unfill(notReached.Why), notReached.Moot
		if notReached.Cause != nil {
			w.fail(notReached.Cause)
			if notReached.Cause.At == "content" {
				w.result.causeKey = notReached.Cause.Exchange.Request.Method + " " + w.steps.Shape(notReached.Cause.Exchange.Request.Target)
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
		w.result.Verdict, w.result.Why = Broken, fmt.Sprint(err)
	}
}

// fail keeps a failure with its hints, the most telling first.
func (w *running) fail(f *steps.Failure) {
	out := &Failure{Asked: f.Asked, Exchange: -1, At: f.At, Expected: facts(f.Expected), Received: facts(f.Received), Picture: f.Picture}
	out.Note = strings.TrimSpace(w.steps.Circumstances() + " " + f.Note)
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
}

// facts returns a text that is harmless and not too long: what a server sent may be in it.
func facts(text string) string {
	const most = 2000
	if len(text) > most {
		return wire.Untrusted(text).Line(most)
	}
	return wire.Untrusted(text).String()
}

var digits = regexp.MustCompile(`\d+`)

// cause returns a text that is equal for failures that one fault explains: the same kind of request, the same place in the answer,
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
	if !s.Rule.Advice && result.Verdict != Broken {
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

// settle says that no verdict will change that of a scenario, and reports the rule with the last scenario of it.
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

// retry runs what did not pass once more, alone. What passes then is not the rule's fault but unsteady. A lost race stays
// lost, though it may be won the next time, and what came first cannot come first again.
func (r *run) retry(ctx context.Context, scenarios []*contract.Scenario) {
	first := map[*contract.Scenario]*Scenario{}
	for _, s := range scenarios {
		if result := r.results[s]; result != nil && (result.Verdict == Failed || result.Verdict == NotReached) {
			first[s] = result
		}
	}
	again := filter(scenarios, func(s *contract.Scenario) bool {
		return first[s] != nil && !s.First && !r.lostRace(s) && !first[s].killed() && (!r.Once || !r.shown(s))
	})
	r.runSuite(ctx, again, 1, 1)
	for _, s := range again {
		switch second := r.results[s]; {
		case second.Verdict == Passed && first[s].died && (first[s].Failure == nil || r.anyKilled(scenarios)):
			// it only ran while the program died
		case second.Verdict == Passed:
			r.shared.Unsteady = append(r.shared.Unsteady, steps.Unsteady{ID: s.ID, Failure: first[s].cause})
		case second.Verdict == NotReached && first[s].died && r.anyKilled(scenarios):
			// the program died of something else, and is gone
		case second.Verdict != Failed:
			r.results[s] = first[s]
		}
	}
	for _, s := range scenarios {
		if first[s] != nil {
			r.dropUnjudgeable(s)
		}
	}
	for _, s := range scenarios {
		if first[s] != nil {
			r.settle(s)
		}
	}
}

// killed reports whether the program died in this scenario while no other one ran. That needs no second proof.
func (s *Scenario) killed() bool { return s.died && s.alone }

func (r *run) anyKilled(scenarios []*contract.Scenario) bool {
	return slices.ContainsFunc(scenarios, func(s *contract.Scenario) bool { return r.results[s].killed() })
}

// dropUnjudgeable turns a failure into "not reached" if a rule in @needs is broken.
func (r *run) dropUnjudgeable(s *contract.Scenario) {
	result := r.results[s]
	for _, id := range s.Needs {
		if result.Verdict == Failed && r.isBroken(id) {
			result.Verdict = NotReached
			result.Why, result.causeKey = "the rule "+id+" has to be kept first", ""
		}
	}
}

// isBroken reports whether a scenario of the rule has failed or could not be checked.
func (r *run) isBroken(id string) bool {
	return slices.ContainsFunc(r.Contract.Rule(id).Scenarios, func(s *contract.Scenario) bool {
		result := r.results[s]
		return result != nil && (result.Verdict == Failed || result.Verdict == NotReached && !result.moot)
	})
}

// lostRace reports whether requests that met brought proof: a response, and a wrong one.
func (r *run) lostRace(s *contract.Scenario) bool {
	result := r.results[s]
	return s.Race && result.Verdict == Failed && result.Failure.At != "answer"
}
