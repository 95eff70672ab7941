package history

import (
	"context"
	"math"
	"slices"
	"sync/atomic"

	"github.com/anishathalye/porcupine"
)

// part is some operations on one item, of which an explanation has to be found: an order in which the item could have
// done them, one at a time. What the item was before is open.
type part struct {
	firm  []Operation // took effect between their call and their return
	maybe []Operation // changes that took effect at some time after their call, or never
}

// verdict is what the checker finds.
type verdict int

const (
	undecided verdict = iota
	explained         // there is such an order
	violated          // there is none
)

// checker looks for explanations until it has taken so many steps. Bounds in steps and not in time make it find the
// same on every machine.
type checker struct {
	ctx  context.Context
	all  int64        // steps that it may still take
	left atomic.Int64 // those that it may take for one explanation
}

// A history of the default size takes some thousands of steps, and a bit of memory for each.
const (
	maxSteps    = 1 << 19
	maxAllSteps = 8 * maxSteps
)

func newChecker(ctx context.Context) *checker { return &checker{ctx: ctx, all: maxAllSteps} }

func (c *checker) check(p part) verdict {
	most := min(c.all, maxSteps)
	c.left.Store(most)
	linearizable := porcupine.CheckOperations(c.model(), p.operations())
	left := c.left.Load()
	c.all -= most - max(left, 0)
	switch {
	case left <= 0:
		return undecided
	case linearizable:
		return explained
	}
	return violated
}

// state of an item. The zero state is that nothing is known of it.
type state struct {
	known bool
	there bool
	value string
}

// step is what an operation does to a state.
type step struct {
	effect effect
	value  string
	op     *Operation
}

// next is the state after the step, and whether the step is possible.
func (s state) next(do step) (bool, state) {
	present, absent := state{true, true, do.value}, state{known: true}
	switch do.effect {
	case reads:
		return !s.known || s == present, present
	case misses:
		return !s.there, absent
	case writes, mayWrite:
		return true, present
	case removes:
		return !s.known || s.there, absent
	case mayRemove:
		return true, absent
	default:
		return true, s
	}
}

// model is an item for porcupine. Steps are counted while it searches, and none is possible past their bound or after
// the end of the context, so that the search ends.
func (c *checker) model() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return state{} },
		Step: func(s, do, _ any) (bool, any) { return s.(state).next(do.(step)) },
		StepContext: func(_ context.Context, s, do, _ any) (bool, any) {
			if !c.mayGoOn() {
				return false, s
			}
			return s.(state).next(do.(step))
		},
	}
}

func (c *checker) mayGoOn() bool {
	left := c.left.Add(-1)
	if left%1024 == 0 && c.ctx.Err() != nil {
		c.left.Store(0)
		return false
	}
	return left > 0
}

// forever is when an operation returns that may yet take effect.
const forever = math.MaxInt64

// operations are the part for porcupine, without what makes no difference but costs time: a value that nobody reads is
// as good as any other, and of the changes that may have happened only as many as the answers could need are kept, the
// earliest, since they can do what later ones can.
func (p part) operations() []porcupine.Operation {
	wanted := p.wanted()
	var operations []porcupine.Operation
	for i := range p.firm {
		op := &p.firm[i]
		operations = append(operations, wanted.operation(op, op.effect(), int64(op.Return)))
	}
	maybe := slices.Clone(p.maybe)
	slices.SortFunc(maybe, byCall)
	for i := range maybe {
		op := &maybe[i]
		if wanted.takes(op) {
			operations = append(operations, wanted.operation(op, op.effect().relaxed(), forever))
		}
	}
	return operations
}

// wants are what the answers of a part need.
type wants struct {
	values  map[string]bool // that are read
	written int             // answers that need some value, whichever
	gone    int             // answers that need none
}

func (p part) wanted() *wants {
	w := &wants{values: map[string]bool{}}
	for i := range p.firm {
		switch op := &p.firm[i]; op.effect() {
		case reads:
			w.values[op.Got] = true
		case misses:
			w.gone++
		case removes:
			w.written++
		default: // takes effect on whatever there is
		}
	}
	return w
}

// takes reports whether one more change that may have happened is of use, and counts it.
func (w *wants) takes(op *Operation) bool {
	switch {
	case op.effect().relaxed() == mayRemove:
		w.gone--
		return w.gone >= 0
	case w.values[op.Sent]:
		return true
	}
	w.written--
	return w.written >= 0
}

func (w *wants) operation(op *Operation, e effect, returned int64) porcupine.Operation {
	do := step{effect: e, op: op}
	switch {
	case e == reads:
		do.value = op.Got
	case w.values[op.Sent]:
		do.value = op.Sent
	}
	return porcupine.Operation{ClientId: op.Client - 1, Input: do, Call: int64(op.Call), Return: returned}
}
