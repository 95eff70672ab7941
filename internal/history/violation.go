package history

import (
	"cmp"
	"fmt"
	"slices"

	"restlab/internal/wire"
)

// Violation is a part of a history of one item that has no explanation: there is no order of the requests, each taking
// effect at one moment between its call and its return, in which the item would have answered so. That is true whatever
// the item was before, and whatever the requests did that are left out.
type Violation struct {
	Target string
	// Needed are the operations that contradict each other, by call. Without any one of them the rest has an explanation,
	// unless that was too entangled to find out.
	Needed []Operation
	// Background are the writes of values that are read in Needed, where Needed has not got them itself, and changes that
	// could explain some answer in Needed, but not all.
	Background []Operation
	// Fault is the operation of Needed that returned last: until then there was an explanation. It is a GET or a DELETE.
	Fault Operation
}

func violation(item []Operation, p part) *Violation {
	v := &Violation{Target: item[0].Target, Needed: slices.SortedFunc(slices.Values(p.firm), byCall)}
	v.Fault = slices.MaxFunc(v.Needed, func(a, b Operation) int { return cmp.Compare(a.Return, b.Return) })
	wanted := p.wanted()
	for _, op := range slices.SortedFunc(slices.Values(p.maybe), byCall) {
		if op.Call <= v.Fault.Return && wanted.takes(&op) {
			v.Background = append(v.Background, op)
		}
	}
	for _, op := range item {
		written := op.effect().changes() && wanted.values[op.Sent]
		if written && !slices.Contains(v.Operations(), op) {
			v.Background = append(v.Background, op)
		}
	}
	return v
}

// Operations are those of the background and those needed, by call.
func (v *Violation) Operations() []Operation {
	all := slices.Concat(v.Background, v.Needed)
	slices.SortFunc(all, byCall)
	return all
}

// Exchanges are those of the operations, by call, but the one at fault last.
func (v *Violation) Exchanges() []*wire.Exchange {
	var exchanges []*wire.Exchange
	for _, op := range v.Operations() {
		if op.Exchange != nil && op != v.Fault {
			exchanges = append(exchanges, op.Exchange)
		}
	}
	if v.Fault.Exchange != nil {
		exchanges = append(exchanges, v.Fault.Exchange)
	}
	return exchanges
}

// Sentence says what is wrong in words: where it can, with the one operation that the fault contradicts.
func (v *Violation) Sentence() string {
	before := v.against()
	switch {
	case len(before) == 1 && before[0].Return < v.Fault.Call:
		return fmt.Sprintf("%s although %s before its request, and %s", v.Fault.claim(), before[0].fact(v.Fault.Client), v.since())
	case len(before) == 1 && v.Fault.effect() == removes && before[0].effect() == removes:
		return fmt.Sprintf("client %d and client %d both got the response that their DELETE removed the item, and %s: only one of them can have found it",
			before[0].Client, v.Fault.Client, v.since())
	case v.only(removes):
		return fmt.Sprintf("%d DELETEs were answered as if they had removed the item, and it was not there so often", len(v.Needed))
	}
	return v.Fault.claim() + ", and no order of these requests explains it: each can take effect only between its ├ and its ┤"
}

// only reports whether all that is needed has the effect.
func (v *Violation) only(e effect) bool {
	return !slices.ContainsFunc(v.Needed, func(op Operation) bool { return op.effect() != e })
}

// against is what is needed beside the fault, without what would have made its answer right, had it come later.
func (v *Violation) against() []Operation {
	return slices.DeleteFunc(slices.Clone(v.Needed), func(op Operation) bool { return op == v.Fault || v.Fault.madeRightBy(op) })
}

// madeRightBy is true if the operation could have found what it says right after the other one.
func (op *Operation) madeRightBy(other Operation) bool {
	switch e := other.effect(); op.effect() {
	case reads:
		return e == writes && other.Sent == op.Got
	case misses:
		return e == removes
	case removes:
		return e == writes
	default:
		return false
	}
}

// claim is what the answer says, as the beginning of a sentence.
func (op *Operation) claim() string {
	switch op.effect() {
	case reads:
		return fmt.Sprintf("client %d read %s", op.Client, short(op.Got))
	case removes:
		return fmt.Sprintf("client %d got the response that its DELETE removed the item (%d)", op.Client, op.Status)
	default:
		return fmt.Sprintf("client %d got the response that there is no item (%d)", op.Client, op.Status)
	}
}

// fact is what was known for certain when the operation had returned, told to a client.
func (op *Operation) fact(to int) string {
	who, whose := fmt.Sprintf("client %d", op.Client), fmt.Sprintf("the DELETE of client %d", op.Client)
	if op.Client == to {
		who, whose = "it", "its own DELETE"
	}
	switch op.effect() {
	case reads:
		return who + " had read " + short(op.Got)
	case misses:
		return who + " had got the response that there is no item"
	case removes:
		return whose + " had been answered"
	default:
		return fmt.Sprintf("the PUT of %s had been answered", short(op.Sent))
	}
}

// since is what would have made the fault right, and did not happen.
func (v *Violation) since() string {
	switch v.Fault.effect() {
	case misses:
		return "no client deleted the item after that"
	case removes:
		return "no client wrote it in between"
	default:
		return v.sinceRead()
	}
}

// sinceRead is the same for a value that was read.
func (v *Violation) sinceRead() string {
	value := short(v.Fault.Got)
	written := slices.DeleteFunc(v.Operations(), func(op Operation) bool { return !op.effect().changes() || op.Sent != v.Fault.Got })
	switch {
	case len(written) == 0:
		return fmt.Sprintf("no client wrote %s", value)
	case written[0].Call > v.Fault.Return:
		return fmt.Sprintf("%s had not been sent yet", value)
	}
	return fmt.Sprintf("no client wrote %s again", value)
}

// short is a value for people, in one line.
func short(value string) string { return cut(wire.Untrusted(value).Line(len(value)), 24) }

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
