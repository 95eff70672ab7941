package grade

import (
	"context"
	"slices"

	"restlab/internal/contract"
	"restlab/steps"
)

// retry runs failed scenarios again, alone. A scenario that then passes is unsteady. A lost race stays lost, because it may
// be won by chance the second time. A scenario that must come first is not run again.
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
		r.compare(s, first[s], r.anyKilled(scenarios))
	}
	tried := filter(scenarios, func(s *contract.Scenario) bool { return first[s] != nil })
	for _, after := range []func(*contract.Scenario){r.blameAtLast, r.dropUnjudgeable, r.settle} {
		for _, s := range tried {
			after(s)
		}
	}
}

// compare decides between the verdict among others and the verdict alone. Another scenario may have killed the program.
func (r *run) compare(s *contract.Scenario, first *Scenario, anyKilled bool) {
	switch second := r.results[s]; {
	case second.Verdict == Passed && first.died && (first.Failure == nil || anyKilled):
		// it only ran while the program died
	case second.Verdict == Passed:
		r.shared.Unsteady = append(r.shared.Unsteady, steps.Unsteady{ID: s.ID, Failure: first.cause})
		if !first.died { // else it only failed as the program died
			second.beUnsteady()
		}
	case second.Verdict == NotReached && first.died && anyKilled:
		// another scenario killed the program
	case second.Verdict != Failed:
		r.results[s] = first
	}
}

// beUnsteady takes the point of a scenario that failed among others and passed alone. The rule steady says what failed.
func (s *Scenario) beUnsteady() {
	s.Verdict, s.Unsteady, s.Points = NotReached, true, 0
	s.Why, s.Because = "it failed among other scenarios and passed alone", "steady"
}

// killed reports whether the program died in this scenario while no other scenario ran. This needs no second run.
func (s *Scenario) killed() bool { return s.died && s.alone }

func (r *run) anyKilled(scenarios []*contract.Scenario) bool {
	return slices.ContainsFunc(scenarios, func(s *contract.Scenario) bool { return r.results[s].killed() })
}

// blameAtLast turns an excused scenario back into a failure, unless a rule about the request that does not work has failed.
// Otherwise no rule would show the mistake.
func (r *run) blameAtLast(s *contract.Scenario) {
	result := r.results[s]
	if result.excused == nil || result.Verdict != NotReached {
		return
	}
	for _, id := range result.excused.owners {
		if rule := r.Contract.Rule(id); rule != nil && slices.ContainsFunc(rule.Scenarios, r.hasFailed) {
			return
		}
	}
	was := &result.excused.failed
	result.Verdict, result.Why, result.Failure, result.Hints = Failed, "", was.Failure, was.Hints
	result.cause, result.causeKey, result.shape = was.cause, was.causeKey, was.shape
}

func (r *run) hasFailed(s *contract.Scenario) bool {
	return r.results[s] != nil && r.results[s].Verdict == Failed
}

// dropUnjudgeable turns a failure into "not reached" if a rule in @needs is broken.
func (r *run) dropUnjudgeable(s *contract.Scenario) {
	result := r.results[s]
	for _, id := range s.Needs {
		if result.Verdict == Failed && r.isBroken(id) {
			result.Verdict = NotReached
			result.Why, result.Because, result.causeKey = "the rule "+id+" has to be kept first", id, ""
		}
	}
}

// isBroken reports whether a scenario of the rule has failed or could not be checked.
func (r *run) isBroken(id string) bool {
	return slices.ContainsFunc(r.Contract.Rule(id).Scenarios, func(s *contract.Scenario) bool {
		result := r.results[s]
		return result != nil && (result.Verdict == Failed || result.Verdict == NotReached && !result.moot && !result.Unsteady)
	})
}

// lostRace reports whether concurrent requests led to a wrong response.
func (r *run) lostRace(s *contract.Scenario) bool {
	result := r.results[s]
	return s.Race && result.Verdict == Failed && result.Failure.At != "answer"
}
