package grade

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/steps"
)

// Options say what to grade and how.
type Options struct {
	Contract    *contract.Contract
	lab.Servers               // what is graded, unless it is a client
	Client      *steps.Client // the program that is graded in place of servers, nil for none
	Selection
	Pace
	Seed        uint64
	Progress    Progress          // nil for none
	Brief       bool              // leave out the exchanges of what passed
	Keep        bool              // leave on the servers what was made there
	Walkthrough steps.Walkthrough // of a walk; the zero value for a grading
}

// Selection says which scenarios run.
type Selection struct {
	Level     string   // the highest level; "" for all
	Rules     []string // ids; none for all
	First     []string // rules that come first in the result, in this order; all run in the order of the contract
	Partly    bool     // a rule on the whole run judges what of it the Rules leave, instead of having all of it run
	Scenarios []string // ids; none for all
}

// Pace says how much is sent, and how fast.
type Pace struct {
	Jobs      int           // scenarios at once; 0 for DefaultJobs, or what a slow server answers at once
	Within    time.Duration // for all requests; 0 for DefaultWithin
	Timeout   time.Duration // for one exchange; 0 for wire.DefaultTimeout
	Sequences int           // random sequences of requests; 0 for the model's default
	Rounds    int           // of clients that share items; 0 for history's default
	Once      bool          // the first verdict on a scenario counts: what fails is not run again alone
}

// Progress receives rules as they are decided. Calls do not overlap.
type Progress interface {
	Begin(rules, scenarios int)
	Scenario()                                       // one more has run
	Random(sent int)                                 // so many random requests were sent so far: they take long where a server is slow
	Rule(rule *contract.Rule, scenarios []*Scenario) // all scenarios of the rule are decided
}

// DefaultJobs is how many scenarios run at once.
const DefaultJobs = 4

// Run grades. The error is a *lab.Error, or the context's when it was cancelled; what a server does wrong is
// never an error, but in the Result.
func Run(ctx context.Context, o Options) (*Result, error) {
	if o.Level == "" {
		o.Level = contract.Levels[len(contract.Levels)-1]
	}
	o.Within = cmp.Or(o.Within, DefaultWithin)
	shared := &steps.Grading{
		Servers: o.Servers, Sequences: o.Sequences, Rounds: o.Rounds, Seed: o.Seed, Run: rand.Text(), Timeout: o.Timeout, Client: o.Client, Walkthrough: o.Walkthrough, Keep: o.Keep,
	}
	var able *steps.Abilities
	if o.Client != nil {
		var err error
		if able, err = shared.Probe(ctx); err != nil {
			return nil, err
		}
		o.useHost(able)
	}
	target := o.Target()
	chosen, err := newSchedule(o, target, able)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	r := &run{Options: o, ctx: ctx, shared: shared, started: started, results: map[*contract.Scenario]*Scenario{}}
	if r.Progress != nil {
		r.shared.OnRandom = r.Progress.Random
	}
	r.choosePace(ctx, chosen)
	r.shared.DiedBefore = len(r.shared.Deaths())
	r.announce(chosen)
	r.runAll(ctx, chosen)
	seconds := time.Since(started).Seconds()
	left := r.clean(ctx)
	if err := ctx.Err(); err != nil && left > 0 {
		return nil, &lab.Interrupted{Left: left, Err: err}
	} else if err != nil {
		return nil, err
	}

	result := &Result{Version: Version, Target: target, Seed: o.Seed, Level: o.Level, Started: started.UTC().Truncate(time.Second)}
	for _, scenario := range chosen.all() {
		if r.results[scenario] != nil && chosen.reported(scenario) {
			result.Scenarios = append(result.Scenarios, r.results[scenario])
		}
	}
	result.sort(o)
	deaths := r.shared.Deaths()[r.shared.DiedBefore:]
	if len(deaths) > 0 {
		result.Deaths, result.LastWords = len(deaths), deaths[len(deaths)-1].Last
	}
	result.notes = append(chosen.notes, deathNotes(deaths, r.shared.Gone())...)
	if random := r.shared.Random(); random.Cut {
		result.notes = append(result.notes, fmt.Sprintf("the time was over after %d random requests (more time: --within)", random.Sent))
	}
	if left > 0 {
		result.notes = append(result.notes, lab.LeftBehind(left))
	}
	result.left = chosen.left
	result.Summary = summarize(result.Scenarios, result.left, result.notes)
	result.History = r.shared.History()
	result.Silent = r.shared.Silent()
	result.Seconds, result.LeftBehind = seconds, left
	return result, nil
}

// clean deletes the items and tasks of this grading, also after Ctrl-C, and returns how many it could not delete.
func (r *run) clean(ctx context.Context) (left int) {
	if r.Keep {
		return 0
	}
	return r.shared.Clean(lab.Last(ctx))
}

// useHost points the families of a client at the lab's own server. Only one program runs at a time, so no failure is checked
// again alone.
func (o *Options) useHost(able *steps.Abilities) {
	o.Jobs, o.Once, o.Items, o.Tasks = 1, true, lab.Endpoint{}, lab.Endpoint{}
	for _, family := range able.Families {
		if family == "items" {
			o.Items = lab.Endpoint{Base: o.Client.Host.Items}
		} else {
			o.Tasks = lab.Endpoint{Base: o.Client.Host.Tasks}
		}
	}
}

// Target returns what is graded.
func (o Options) Target() Target {
	t := Target{Items: o.Items.Server(), Tasks: o.Tasks.Server(), Through: o.Through, Commands: o.Commands, IsClient: o.Client != nil}
	for _, at := range o.Replicas.Items {
		t.ItemsReplicas = append(t.ItemsReplicas, at.Server())
	}
	for _, at := range o.Replicas.Tasks {
		t.TasksReplicas = append(t.TasksReplicas, at.Server())
	}
	return t
}

// run is the state of one grading.
type run struct {
	Options
	ctx     context.Context
	shared  *steps.Grading // by all scenarios
	started time.Time

	kept  atomic.Int64 // octets of exchanges
	turns sync.RWMutex // shared by scenarios that run at once, held by one that runs alone

	mu      sync.Mutex
	results map[*contract.Scenario]*Scenario
	open    map[*contract.Rule]int // scenarios of the rule that are not decided yet
	shown   func(*contract.Scenario) bool
}

func (r *run) announce(chosen *schedule) {
	r.open = map[*contract.Rule]int{}
	r.shown = chosen.reported
	all := chosen.all()
	for _, s := range all {
		r.open[s.Rule]++
	}
	if r.Progress != nil {
		r.Progress.Begin(len(r.open), len(all))
	}
}

// runAll runs the scenarios, then the failed ones again alone, and last the rules on the whole run.
func (r *run) runAll(ctx context.Context, chosen *schedule) {
	isFirst := func(s *contract.Scenario) bool { return s.First }
	r.allot(ordinaryShare)
	r.runSuite(ctx, filter(chosen.ordinary, isFirst), 1, 0)
	r.runSuite(ctx, slices.DeleteFunc(slices.Clone(chosen.ordinary), isFirst), r.Jobs, 0)
	r.allot(wholeShare)
	r.retry(ctx, chosen.ordinary)
	r.runCatchAll(ctx, chosen)
	r.shared.Settle()
	r.runSuite(ctx, chosen.wholeRun, 1, 0)
	for _, s := range chosen.wholeRun {
		r.settle(s)
	}
}

// runCatchAll runs the catch-all rules if every named rule passed: otherwise their findings would not help.
func (r *run) runCatchAll(ctx context.Context, chosen *schedule) {
	if len(chosen.catchAll) == 0 {
		return
	}
	if slices.ContainsFunc(chosen.ordinary, func(s *contract.Scenario) bool { return r.results[s].costs() && !r.results[s].Unsteady }) {
		for _, rule := range rulesOf(chosen.catchAll) {
			chosen.leave(rule, "it is a catch-all rule: it runs when all other rules are kept")
		}
		return
	}
	r.runSuite(ctx, chosen.catchAll, 1, 0)
	for _, s := range chosen.catchAll {
		r.settle(s)
	}
}
