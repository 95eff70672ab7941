package history

import (
	"math"
	"net/http"
	"slices"
	"time"
)

// Outdated looks for a GET that did not give what was written by the time it was asked, or something newer. It returns the
// last GET, too, of which it could tell: nil if none was asked after a PUT that was done. It needs a history of clients that
// act alike on one item: only there values have one order, whoever writes them. What it judges is regularity (Lamport, "On
// interprocess communication", 1986), which is weaker than linearizability and seen without a search.
func (h History) Outdated() (v *Violation, judged *Operation) {
	values := h.written()
	for i := range h { // by call
		op := &h[i]
		if e := op.effect(); op.Method != http.MethodGet || e != reads && e != misses {
			continue
		}
		due := values.before(op.Call)
		if len(due) == 0 {
			continue
		}
		judged = op
		if !slices.ContainsFunc(values, func(w *written) bool { return w.open && w.Sent == op.Got }) &&
			!slices.ContainsFunc(due, func(w *written) bool { return w.Call < op.Return && w.Sent == op.Got }) {
			put := *due[0].done
			return &Violation{Target: op.Target, Needed: []Operation{put, *op}, Background: h.around(put, *op), Fault: *op}, op
		}
	}
	return nil, judged
}

// around are the requests without which a reader does not understand the GET: the writes of the value which it gave, and
// those that were under way; and the GETs that gave this value while another one was written, for a cache may have kept it.
func (h History) around(put, get Operation) History {
	var around History
	for _, op := range h {
		var told bool
		switch op.Method {
		case http.MethodPut:
			told = op != put && (op.Sent == get.Got || op.overlaps(get))
		case http.MethodGet:
			told = op != get && op.effect() == reads && op.Got == get.Got && op.overlaps(put)
		}
		if told {
			around = append(around, op)
		}
	}
	return around
}

func (op *Operation) overlaps(other Operation) bool {
	return op.Call < other.Return && op.Return > other.Call
}

// written is a value of clients that act alike, with the PUT of it that was asked first.
type written struct {
	Operation
	done     *Operation    // the PUT that was answered first; nil if none was done
	answered time.Duration // when that was; never if none was done
	open     bool          // some PUT of it may be done later, or never
}

// order is the values in the order in which they were written.
type order []*written

func (h History) written() order {
	var values order
	named := map[string]*written{}
	for i := range h { // by call
		op := &h[i]
		if op.Method != http.MethodPut {
			continue
		}
		w := named[op.Sent]
		if w == nil {
			w = &written{Operation: *op, answered: math.MaxInt64}
			named[op.Sent], values = w, append(values, w)
		}
		switch e := op.effect(); {
		case e == mayWrite:
			w.open = true
		case e == writes && op.Return < w.answered:
			w.done, w.answered = op, op.Return
		}
	}
	return values
}

// before is the last value that some client knew to be written by then, and those after it; none if there was no such value.
func (o order) before(then time.Duration) order {
	for i, w := range slices.Backward(o) {
		if w.answered < then {
			return o[i:]
		}
	}
	return nil
}
