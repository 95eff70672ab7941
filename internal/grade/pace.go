package grade

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"restlab/internal/contract"
	"restlab/internal/wire"
	"restlab/steps"
)

// DefaultWithin is the time limit for the requests of a grading.
const DefaultWithin = 3 * time.Minute

// A part of a grading stops sending after its share of the time.
const (
	ordinaryShare = 0.85
	wholeShare    = 1.0
)

// Bounds for servers that are slow.
const (
	slowAnswer     = 50 * time.Millisecond  // from here on it is found out how many requests the server answers at once
	verySlowAnswer = 300 * time.Millisecond // from here on rules with little to ask come first
	mostAtOnce     = 16
)

// allot lets scenarios send until this share of the time is over.
func (r *run) allot(share float64) {
	r.shared.Until = r.started.Add(time.Duration(share * float64(r.Within)))
	r.shared.OutOfTime = fmt.Sprintf("the time was over (--within %s)", ShortDuration(r.Within))
}

// ShortDuration writes 3m for 3m0s.
func ShortDuration(d time.Duration) string {
	switch {
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d%time.Second == 0:
		return fmt.Sprintf("%ds", d/time.Second)
	}
	return d.String()
}

// skipOutOfTime reports whether a scenario has no time left, and then stores "not checked", unless the scenario has a
// verdict.
func (r *run) skipOutOfTime(s *contract.Scenario) bool {
	if s.WholeRun || time.Now().Before(r.shared.Until) {
		return false
	}
	r.mu.Lock()
	known := r.results[s] != nil
	r.mu.Unlock()
	if !known {
		result := newScenario(s, &steps.Scenario{})
		result.Verdict, result.Why = NotChecked, r.shared.OutOfTime
		r.store(s, result)
		r.settle(s)
	}
	return true
}

// TooLittle reports whether the time ended before half of the rules were checked.
func (r *Result) TooLittle() bool {
	m := r.Summary.Marks
	return r.Summary.NotChecked > 0 && 2*m.Unchecked > m.Of
}

// choosePace sets how many scenarios run at once, if no option says so: as many as a slow server can serve at once, otherwise
// DefaultJobs. For a very slow server, rules with few requests come first.
func (r *run) choosePace(ctx context.Context, chosen *schedule) {
	if r.Client != nil || r.Once { // who asks for one scenario wants to see no other requests
		r.Jobs = cmp.Or(r.Jobs, DefaultJobs)
		return
	}
	took := r.shared.Look(ctx, 1, r.timeout())
	if took < r.timeout() { // else there is no answer: that is for the scenarios to say
		if r.Jobs == 0 {
			r.Jobs = r.jobsFor(ctx, took)
		}
		r.shared.LookAtConnections(ctx, took)
		if took >= verySlowAnswer {
			chosen.cheapFirst()
		}
	}
	r.Jobs = cmp.Or(r.Jobs, DefaultJobs)
	r.shared.Patience = max(3, r.Jobs+1) // scenarios at once wait at once
}

// cheapFirst orders rules with few requests first within a turn.
func (s *schedule) cheapFirst() {
	cost := map[*contract.Rule]int{}
	for _, scenario := range s.ordinary {
		cost[scenario.Rule] += len(scenario.Steps)
	}
	slices.SortStableFunc(s.ordinary, func(a, b *contract.Scenario) int {
		return cmp.Or(cmp.Compare(a.Turn, b.Turn), cmp.Compare(cost[a.Rule], cost[b.Rule]))
	})
}

// jobsFor doubles the number of concurrent requests to a slow server until that takes longer.
func (r *run) jobsFor(ctx context.Context, one time.Duration) int {
	if one < slowAnswer {
		return DefaultJobs
	}
	jobs := 1
	for n := 2; n <= mostAtOnce; n *= 2 {
		all := r.shared.Look(ctx, n, max(r.timeout(), time.Duration(n)*one+time.Second))
		if all > one*3/2+slowAnswer {
			break
		}
		jobs = n
	}
	if jobs < DefaultJobs && 2*DefaultJobs*one < r.timeout() {
		return DefaultJobs // even one after the other they are answered in time
	}
	return jobs
}

func (r *run) timeout() time.Duration { return cmp.Or(r.Timeout, wire.DefaultTimeout) }
