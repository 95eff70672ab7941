package grade

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cucumber/godog"
	"github.com/cucumber/godog/formatters"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/wire"
	"restlab/steps"
)

// Options say what to grade and how.
type Options struct {
	Contract    *contract.Contract
	Items       lab.Endpoint // zero where there is no server for the family
	Tasks       lab.Endpoint
	Replicas    lab.Replicas  // further servers on the same store
	Client      *steps.Client // the program that is graded in place of servers, nil for none
	Through     string        // the intermediary that all requests pass, "" for none: for the report alone
	Commands    []string      // with which the lab has started the servers, for the report alone
	Sequences   int           // random sequences of requests; 0 for the model's default
	Rounds      int           // of clients that share items; 0 for history's default
	Level       string        // "" for the highest
	Rules       []string      // ids; none for all
	First       []string      // rules that come first in the result, in this order; all run in the order of the contract
	Partly      bool          // a rule on the whole run judges what of it the Rules leave, instead of having all of it run
	Scenarios   []string      // ids; none for all
	Seed        uint64
	Jobs        int               // scenarios at once; 0 for 4
	Timeout     time.Duration     // for one exchange; 0 for wire.DefaultTimeout
	Progress    Progress          // nil for none
	Brief       bool              // leave out the exchanges of what passed
	Walkthrough steps.Walkthrough // of a walk; the zero value for a grading
	Once        bool              // the first verdict on a scenario counts: what fails is not run again alone
}

// Progress hears of rules as they are decided. Calls do not overlap.
type Progress interface {
	Begin(rules, scenarios int)
	Scenario()                                       // one more has run
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
	if o.Jobs == 0 {
		o.Jobs = DefaultJobs
	}
	shared := &steps.Grading{
		Servers: lab.Servers{Items: o.Items, Tasks: o.Tasks, Replicas: o.Replicas}, Sequences: o.Sequences, Rounds: o.Rounds, Seed: o.Seed, Run: rand.Text(), Timeout: o.Timeout, Client: o.Client, Walkthrough: o.Walkthrough,
		Patience: max(3, o.Jobs+1), // scenarios at once wait at once
	}
	var able *steps.Abilities
	if o.Client != nil {
		var err error
		if able, err = shared.Probe(ctx); err != nil {
			return nil, err
		}
		o.serve(able)
	}
	target := o.Target()
	chosen, err := newSchedule(o, target, able)
	if err != nil {
		return nil, err
	}
	r := &run{Options: o, ctx: ctx, lab: shared, results: map[*contract.Scenario]*Scenario{}}
	started := time.Now()
	r.lab.DiedBefore = len(r.lab.Deaths())
	r.announce(chosen)
	r.all(ctx, chosen)
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	result := &Result{Version: Version, Target: target, Seed: o.Seed, Level: o.Level, Started: started.UTC().Truncate(time.Second)}
	for _, scenario := range chosen.all() {
		if r.results[scenario] != nil && chosen.reported(scenario) {
			result.Scenarios = append(result.Scenarios, r.results[scenario])
		}
	}
	result.sort(o)
	deaths := r.lab.Deaths()[r.lab.DiedBefore:]
	if len(deaths) > 0 {
		result.Deaths, result.LastWords = len(deaths), deaths[len(deaths)-1].Last
	}
	result.notes = append(chosen.notes, deathNotes(deaths, r.lab.Gone())...)
	result.Summary = summarize(result.Scenarios, result.notes)
	result.History = r.lab.History()
	result.Silent = r.lab.Silent()
	result.Seconds = time.Since(started).Seconds()
	return result, nil
}

// serve has the client's families at the lab's own server. One program runs at a time, so what fails needs no second look alone.
func (o *Options) serve(able *steps.Abilities) {
	o.Jobs, o.Once, o.Items, o.Tasks = 1, true, lab.Endpoint{}, lab.Endpoint{}
	for _, family := range able.Families {
		if family == "items" {
			o.Items = lab.Endpoint{Base: o.Client.Host.Items}
		} else {
			o.Tasks = lab.Endpoint{Base: o.Client.Host.Tasks}
		}
	}
}

// Target is what is graded.
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
	ctx context.Context
	lab *steps.Grading

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

// all runs the scenarios among each other, those that failed again alone, and last those that judge the run.
func (r *run) all(ctx context.Context, chosen *schedule) {
	isFirst := func(s *contract.Scenario) bool { return s.First }
	r.suite(ctx, filter(chosen.ordinary, isFirst), 1, 0)
	r.suite(ctx, slices.DeleteFunc(slices.Clone(chosen.ordinary), isFirst), r.Jobs, 0)
	r.again(ctx, chosen.ordinary)
	r.nets(ctx, chosen)
	r.lab.Settle()
	r.suite(ctx, chosen.wholeRun, 1, 0)
	for _, s := range chosen.wholeRun {
		r.decide(s)
	}
}

// nets are hung under the other rules: what they catch there has no name, so they are of use only where all that has a
// name is kept.
func (r *run) nets(ctx context.Context, chosen *schedule) {
	if len(chosen.catchAll) == 0 {
		return
	}
	if slices.ContainsFunc(chosen.ordinary, func(s *contract.Scenario) bool { return r.results[s].costs() }) {
		chosen.notes = append(chosen.notes, "rules that look for what no other rule has a name for ("+ruleIDs(chosen.catchAll)+") run once all others are kept")
		return
	}
	r.suite(ctx, chosen.catchAll, 1, 0)
	for _, s := range chosen.catchAll {
		r.decide(s)
	}
}

// again runs what did not pass once more, alone. What passes then was not the rule's fault: it is unsteady. A race that
// was lost is lost, though it may be won the next time, and what came first cannot come first again.
func (r *run) again(ctx context.Context, scenarios []*contract.Scenario) {
	first := map[*contract.Scenario]*Scenario{}
	for _, s := range scenarios {
		if result := r.results[s]; result != nil && (result.Verdict == Failed || result.Verdict == NotReached) {
			first[s] = result
		}
	}
	retry := filter(scenarios, func(s *contract.Scenario) bool {
		return first[s] != nil && !s.First && !r.lostRace(s) && !first[s].killed() && (!r.Once || !r.shown(s))
	})
	r.suite(ctx, retry, 1, 1)
	for _, s := range retry {
		switch second := r.results[s]; {
		case second.Verdict == Passed && first[s].died && (first[s].Failure == nil || r.hasKiller(scenarios)):
			// it only ran while the program died
		case second.Verdict == Passed:
			r.lab.Unsteady = append(r.lab.Unsteady, steps.Unsteady{ID: s.ID, Failure: first[s].cause})
		case second.Verdict == NotReached && first[s].died && r.hasKiller(scenarios):
			// the program died of something else, and is gone
		case second.Verdict != Failed:
			r.results[s] = first[s]
		}
	}
	for _, s := range scenarios {
		if first[s] != nil {
			r.without(s)
		}
	}
	for _, s := range scenarios {
		if first[s] != nil {
			r.decide(s)
		}
	}
}

// killed says whether the program died in this scenario and in no other. That needs no second proof.
func (s *Scenario) killed() bool { return s.died && s.alone }

func (r *run) hasKiller(scenarios []*contract.Scenario) bool {
	return slices.ContainsFunc(scenarios, func(s *contract.Scenario) bool { return r.results[s].killed() })
}

// without makes of a failure a question that could not be asked, where a rule is broken that it needs.
func (r *run) without(s *contract.Scenario) {
	result := r.results[s]
	for _, id := range s.Needs {
		if result.Verdict == Failed && r.isBroken(id) {
			result.Verdict = NotReached
			result.Why, result.causeKey = "the rule "+id+" has to be kept first", ""
		}
	}
}

// isBroken says whether a scenario of the rule has failed or could not be asked.
func (r *run) isBroken(id string) bool {
	return slices.ContainsFunc(r.Contract.Rule(id).Scenarios, func(s *contract.Scenario) bool {
		result := r.results[s]
		return result != nil && (result.Verdict == Failed || result.Verdict == NotReached && !result.moot)
	})
}

// lostRace says whether what a scenario saw among clients that acted at once is proof: an answer, and a wrong one.
func (r *run) lostRace(s *contract.Scenario) bool {
	result := r.results[s]
	return s.Race && result.Verdict == Failed && result.Failure.At != "answer"
}

// suiteNumber keeps the names of godog's suites apart, by which it finds their formatter.
var suiteNumber atomic.Int64

// suite lets godog run scenarios, so many at once.
func (r *run) suite(ctx context.Context, scenarios []*contract.Scenario, jobs, attempt int) {
	if len(scenarios) == 0 {
		return
	}
	const file = "selection.feature"
	godog.TestSuite{
		Name: fmt.Sprintf("restlab-%d", suiteNumber.Add(1)),
		Options: &godog.Options{
			Format: formatterName, Output: io.Discard, NoColors: true, Strict: true,
			FeatureContents: []godog.Feature{{Name: file, Contents: selectionFeature(scenarios)}}, Concurrency: jobs, DefaultContext: ctx,
		},
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			one := &running{run: r, attempt: attempt, among: scenarios}
			one.register(sc)
		},
	}.Run()
	for _, s := range scenarios {
		if r.results[s] == nil { // godog has lost it: say so rather than pass over it
			r.keep(s, one(s, attempt).broken("the scenario did not run"))
		}
	}
}

// selectionFeature returns what godog reads in order to run scenarios: each scenario and each sentence as its index. The contract
// has matched the sentences already.
func selectionFeature(scenarios []*contract.Scenario) []byte {
	var b bytes.Buffer
	b.WriteString("Feature: a selection\n")
	for i, s := range scenarios {
		fmt.Fprintf(&b, "Scenario: %d\n", i)
		for j := range s.Steps {
			fmt.Fprintf(&b, "* %d\n", j)
		}
	}
	return b.Bytes()
}

// anySentence is the one step definition that godog knows: the index of a sentence.
var anySentence = regexp.MustCompile(`^(\d+)$`)

const formatterName = "restlab"

func init() {
	godog.Format(formatterName, "keeps silent: the results come from the hooks", func(suite string, out io.Writer) formatters.Formatter {
		return silent{godog.NewBaseFmt(suite, out)}
	})
}

type silent struct{ *godog.BaseFmt }

func (silent) Summary() {}

// running is one scenario on its way through godog's hooks. godog calls them in order and in one goroutine.
type running struct {
	run     *run
	attempt int
	among   []*contract.Scenario

	scenario *contract.Scenario // nil: it has not begun
	steps    *steps.Scenario
	result   *Scenario
	next     int // index of the step to come
	decided  bool
	alone    bool // no other scenario runs meanwhile
}

func one(s *contract.Scenario, attempt int) *running { return &running{scenario: s, attempt: attempt} }

// register has godog call back. Which scenario it is, and so what its sentences are, is known in Before.
func (w *running) register(sc *godog.ScenarioContext) {
	w.steps = &steps.Scenario{}
	sc.Step(anySentence, func(index int) error { return w.scenario.Steps[index].Match.Run(w.steps) })
	sc.Before(func(ctx context.Context, pickle *godog.Scenario) (context.Context, error) {
		index, err := strconv.Atoi(pickle.Name)
		if err != nil || ctx.Err() != nil {
			return ctx, godog.ErrSkip
		}
		s := w.among[index]
		w.scenario = s
		w.takeTurn()
		w.run.lab.Start(ctx, w.steps, steps.Meta{ID: s.ID, Level: s.Level, Families: s.Families, Attempt: w.attempt})
		w.result = newScenario(s, w.steps)
		return ctx, nil
	})
	sc.StepContext().After(func(ctx context.Context, _ *godog.Step, status godog.StepResultStatus, err error) (context.Context, error) {
		if w.scenario != nil && !w.decided {
			w.step(status, err)
		}
		return ctx, nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
		if w.scenario != nil && !w.decided {
			w.survive()
			if w.result.Verdict == Passed {
				w.steps.Passed()
			}
			w.finish()
		}
		return ctx, nil
	})
}

// step notes what a sentence did; the first that does not pass decides.
func (w *running) step(status godog.StepResultStatus, err error) {
	line := &w.result.Steps[w.next]
	if w.next > 0 {
		line.From = w.result.Steps[w.next-1].To
	}
	line.To = len(w.steps.Exchanges())
	w.next++
	if status == godog.StepPassed {
		line.Status = "passed"
		return
	}
	line.Status = "failed"
	w.judge(err)
}

// survive looks whether the program that the lab has started lives after a scenario that passed.
func (w *running) survive() {
	if w.result.Verdict != Passed || w.scenario.WholeRun {
		return
	}
	if death := w.steps.Died(); death != nil {
		if err := w.steps.AfterDeath(nil, death, w.alone); err != nil {
			w.judge(err)
		}
	}
}

// takeTurn waits until the scenario may run, beside others or alone. Once the program has died each runs alone: if it dies
// again, the one at which it did is known.
func (w *running) takeTurn() {
	w.alone = w.attempt > 0 || w.run.Jobs == 1 || w.scenario.Alone || w.scenario.Rule.Net || len(w.run.lab.Deaths()) > 0
	if w.alone {
		w.run.turns.Lock()
	} else {
		w.run.turns.RLock()
	}
}

func (w *running) leaveTurn() {
	if w.alone {
		w.run.turns.Unlock()
	} else {
		w.run.turns.RUnlock()
	}
}

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

// facts are harmless and not too long: what a server sent may be in them.
func facts(text string) string {
	const most = 2000
	if len(text) > most {
		return wire.Untrusted(text).Line(most)
	}
	return wire.Untrusted(text).String()
}

// missingRoute is the hint for a learner who has not come so far yet, "" for others.
func (w *running) missingRoute(f *steps.Failure) string {
	if f.At != "status" || f.Exchange == nil || f.Exchange.Answer == nil || strings.Contains(f.Expected, "any 4xx") {
		return ""
	}
	method, path := f.Exchange.Request.Method, w.steps.Unfill(f.Exchange.Request.Target)
	if !contractual.MatchString(path) {
		return "" // the server named it itself
	}
	switch a := f.Exchange.Answer; {
	case a.Status == 501:
		return fmt.Sprintf("%s %s answers 501: it is not written yet.", method, path)
	case a.Status == 405:
		return fmt.Sprintf("Your server seems to have no %s at %s yet: add it to the routes.", method, path)
	case a.Status == 404 && !strings.Contains(f.Expected, "404") && !json.Valid(a.Content):
		return fmt.Sprintf("Your server seems to have no route for %s %s yet (the 404 is your framework's own): add one.", method, path)
	}
	return ""
}

// contractual is a path that the contract has.
var contractual = regexp.MustCompile(`^/(?:items|tasks)/[^/]+$|^/tasks(?:\?|$)`)

// uncaught is the hint for an answer 500 that was not asked for, and for a program of which the lab knows what it printed when it gave
// none; "" for others.
func (w *running) uncaught(f *steps.Failure) string {
	switch x := f.Exchange; {
	case x == nil:
	case x.Answer != nil && x.Answer.Status == 500 && f.At == "status":
		return "A 500 is an error in your program that nobody caught: what has it printed?"
	case x.Trouble != nil && x.Trouble.Kind == wire.Dropped && len(w.steps.Printed(x)) > 0 && w.steps.Died() == nil:
		return "Your program lives, and closed the connection: what it has printed may say why."
	}
	return ""
}

var digits = regexp.MustCompile(`\d+`)

// cause is equal for failures that one fault explains: the same kind of request, the same place in the answer,
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

func (w *running) finish() {
	w.decided = true
	if w.result.Verdict != Passed || !w.run.Brief {
		for _, x := range w.steps.Exchanges() {
			w.result.Exchanges = append(w.result.Exchanges, w.run.exchange(x, w.steps.Look(x)))
		}
	}
	w.steps.Close()
	w.leaveTurn()
	w.run.keep(w.scenario, w.result)
	if w.attempt == 0 && w.result.Verdict != Failed && w.result.Verdict != NotReached && !w.scenario.WholeRun && !w.scenario.Rule.Net {
		w.run.decide(w.scenario)
	}
}

// exchange is one as the result keeps it.
func (r *run) exchange(x *wire.Exchange, look steps.Look) *Exchange {
	most := maxBody
	if r.kept.Load() > maxTogether {
		most = maxBeyond
	}
	out := newExchange(x, most)
	out.Before, out.After = newAnswer(look.Before, most), newAnswer(look.After, most)
	r.kept.Add(int64(out.size()))
	return out
}

func (w *running) broken(why string) *Scenario {
	result := newScenario(w.scenario, &steps.Scenario{})
	result.Verdict, result.Why = Broken, why
	return result
}

func newScenario(s *contract.Scenario, filled *steps.Scenario) *Scenario {
	rule := s.Rule
	out := &Scenario{
		ID: s.ID, Name: filled.Fill(s.Name), Rule: rule.ID, RuleName: rule.Name, Level: s.Level, Strength: rule.Strength,
		Family: strings.Join(s.Families, " and "), Verdict: Passed, Reason: rule.Reason, Source: rule.Source,
		Hints: s.HintsAt(""), File: s.File, Line: s.Line, Exchanges: []*Exchange{}, rule: rule, wholeRun: s.WholeRun,
	}
	if len(s.Families) != 1 {
		out.Family = "both"
	}
	for _, step := range s.Steps {
		out.Steps = append(out.Steps, Step{Keyword: step.Keyword, Text: wire.Untrusted(filled.Fill(step.Text)).String(), Status: "skipped"})
	}
	return out
}

// keep stores a verdict and its points.
func (r *run) keep(s *contract.Scenario, result *Scenario) {
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

// decide counts a scenario as settled and, with the last one of its rule, reports the rule.
func (r *run) decide(s *contract.Scenario) {
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
