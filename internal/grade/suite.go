package grade

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/cucumber/godog"
	"github.com/cucumber/godog/formatters"

	"restlab/internal/contract"
	"restlab/steps"
)

// suiteNumber makes the names of godog's suites different: godog finds their formatter by name.
var suiteNumber atomic.Int64

// runSuite lets godog run scenarios, this many at once.
func (r *run) runSuite(ctx context.Context, scenarios []*contract.Scenario, jobs, attempt int) {
	if len(scenarios) == 0 {
		return
	}
	registerFormatter()
	const file = "selection.feature"
	godog.TestSuite{
		Name: fmt.Sprintf("restlab-%d", suiteNumber.Add(1)),
		Options: &godog.Options{
			Format: formatterName, Output: io.Discard, NoColors: true, Strict: true,
			FeatureContents: []godog.Feature{{Name: file, Contents: selectionFeature(scenarios)}}, Concurrency: jobs, DefaultContext: ctx,
		},
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			(&running{run: r, attempt: attempt, among: scenarios}).register(sc)
		},
	}.Run()
	for _, s := range scenarios {
		if r.results[s] == nil { // godog has lost it: say so rather than pass over it
			lost := newScenario(s, &steps.Scenario{})
			lost.Verdict, lost.Why = LabFault, "the scenario did not run"
			r.store(s, lost)
		}
	}
}

// selectionFeature returns the feature that godog reads to run scenarios: each scenario and each sentence is an index. The
// contract has matched the sentences already.
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

// anySentence is the only step definition that godog knows: it matches the index of a sentence.
var anySentence = regexp.MustCompile(`^(\d+)$`)

const formatterName = "restlab"

// registerFormatter registers the formatter that godog requires.
var registerFormatter = sync.OnceFunc(func() {
	godog.Format(formatterName, "prints nothing: the results come from the hooks", func(suite string, out io.Writer) formatters.Formatter {
		return silent{godog.NewBaseFmt(suite, out)}
	})
})

type silent struct{ *godog.BaseFmt }

func (silent) Summary() {}

// running is one scenario while godog runs it. godog calls its hooks in order and in one goroutine.
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

// register registers the hooks and the step definition. Before finds out which scenario it is.
func (w *running) register(sc *godog.ScenarioContext) {
	w.steps = &steps.Scenario{}
	sc.Step(anySentence, func(index int) error { return w.scenario.Steps[index].Match.Run(w.steps) })
	sc.Before(func(ctx context.Context, pickle *godog.Scenario) (context.Context, error) {
		index, err := strconv.Atoi(pickle.Name)
		if err != nil || ctx.Err() != nil {
			return ctx, godog.ErrSkip
		}
		s := w.among[index]
		if w.run.skipOutOfTime(s) {
			return ctx, godog.ErrSkip
		}
		w.scenario = s
		w.takeTurn()
		w.run.shared.Start(ctx, w.steps, steps.Meta{ID: s.ID, Level: s.Level, Families: s.Families, Attempt: w.attempt})
		w.result = newScenario(s, w.steps)
		return ctx, nil
	})
	sc.StepContext().After(func(ctx context.Context, _ *godog.Step, status godog.StepResultStatus, err error) (context.Context, error) {
		if w.scenario != nil && !w.decided {
			w.noteStep(status, err)
		}
		return ctx, nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
		if w.scenario != nil && !w.decided {
			w.checkAlive()
			if w.result.Verdict == Passed {
				w.steps.Passed()
			}
			w.finish()
		}
		return ctx, nil
	})
}

// noteStep keeps the result of a sentence. The first sentence that does not pass decides.
func (w *running) noteStep(status godog.StepResultStatus, err error) {
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

// checkAlive checks, after a scenario that passed, whether the program that the lab started is alive.
func (w *running) checkAlive() {
	if w.result.Verdict != Passed || w.scenario.WholeRun {
		return
	}
	if death := w.steps.Died(); death != nil {
		if err := w.steps.AfterDeath(nil, death, w.alone); err != nil {
			w.judge(err)
		}
	}
}

// takeTurn waits until the scenario may run, beside others or alone. Once the program has died each scenario runs alone: if
// the program dies again, the lab knows in which scenario.
func (w *running) takeTurn() {
	w.alone = w.attempt > 0 || w.run.Jobs == 1 || w.scenario.Alone || w.scenario.Rule.Net || len(w.run.shared.Deaths()) > 0
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

// finish ends the scenario and stores its result.
func (w *running) finish() {
	w.decided = true
	if w.result.Verdict != Passed || !w.run.Brief {
		for _, x := range w.steps.Exchanges() {
			w.result.Exchanges = append(w.result.Exchanges, w.run.exchange(x, w.steps.Look(x)))
		}
	}
	w.steps.Close()
	w.leaveTurn()
	w.run.store(w.scenario, w.result)
	if w.attempt == 0 && w.result.Verdict != Failed && w.result.Verdict != NotReached && !w.scenario.WholeRun && !w.scenario.Rule.Net {
		w.run.settle(w.scenario)
	}
}
