// Package history records what concurrent clients ask of one item, with the times at which each asked and was
// answered, and finds out whether the item behaved as one item does: as if every request took effect at one moment
// between those two times. That is linearizability (Herlihy and Wing, "Linearizability: a correctness condition for
// concurrent objects", 1990). It reads best in this order:
//
//	history.go    what is known of one request
//	record.go     how a history is made
//	model.go      what an item may do, for the checker (github.com/anishathalye/porcupine)
//	shrink.go     how the shortest offending part is found, and why it is still a proof
//	violation.go  what is wrong with that part, in a sentence
//	chart.go      the same, as a small chart of time
//	fresh.go      whether each GET gave what was written before it, of clients that act alike
//	picture.go    the whole history, as a page for a browser
//
// A server that is right is never blamed. The times are those of the client, taken before the first byte is sent and
// after the last one is read, so what they say of an order is true whatever the machine was busy with. What an answer
// leaves open is left open.
package history

import (
	"net/http"
	"time"

	"restlab/internal/wire"
)

// Operation is one request to one item and what came of it.
type Operation struct {
	Client   int           // who asked, from 1
	Target   string        // of the item
	Method   string        // GET, PUT or DELETE
	Sent     string        // the value that a PUT sent, in the form of Canonical
	Status   int           // of the answer; 0 if there was none
	Got      string        // the value that a GET with status 200 brought, in the form of Canonical; "" if it brought none
	Call     time.Duration // when it was asked, before its first octet was sent; from the beginning of the history
	Return   time.Duration // when its answer was read to the end, or given up
	Exchange *wire.Exchange
}

// History is a recording. Its operations may be in any order.
type History []Operation

// effect is what an operation says about its item.
type effect int

const (
	silent  effect = iota // nothing
	reads                 // the item had the value
	misses                // there was no item
	writes                // the item had the value from then on
	removes               // there was an item, and then there was none
	mayWrite
	mayRemove
)

// effect reads the answer as the contract does, and believes no more than it says. A write without an answer, or with
// one that leaves open what was done, may take effect at any time after it was asked, or never.
func (op *Operation) effect() effect {
	switch op.Method {
	case http.MethodGet:
		return op.read()
	case http.MethodPut:
		return op.write()
	case http.MethodDelete:
		return op.remove()
	}
	return silent
}

func (op *Operation) read() effect {
	switch {
	case op.Status == http.StatusOK && op.Got != "":
		return reads
	case gone(op.Status):
		return misses
	}
	return silent // other rules judge it
}

func (op *Operation) write() effect {
	switch {
	case done(op.Status):
		return writes
	case refused(op.Status):
		return silent
	}
	return mayWrite
}

func (op *Operation) remove() effect {
	switch {
	case done(op.Status):
		return removes
	case gone(op.Status):
		return misses
	case refused(op.Status):
		return silent
	}
	return mayRemove
}

// done is true for an answer that says so. 202 says that it may be done later.
func done(status int) bool { return status/100 == 2 && status != http.StatusAccepted }

func gone(status int) bool { return status == http.StatusNotFound || status == http.StatusGone }

// refused is true for an answer after which nothing was done. 408 comes from whoever lost patience, not from whoever acts.
func refused(status int) bool { return status/100 == 4 && status != http.StatusRequestTimeout }

// changes is true for what may leave the item other than it was.
func (e effect) changes() bool { return e == writes || e == removes || e.mayHappen() }

// mayHappen is true for what happened at an unknown time, if at all.
func (e effect) mayHappen() bool { return e == mayWrite || e == mayRemove }

// relaxed is the effect of a change of which only the beginning is known.
func (e effect) relaxed() effect {
	switch e {
	case writes:
		return mayWrite
	case removes:
		return mayRemove
	default:
		return e
	}
}

// byTarget splits operations by item, in the order in which the items are first met.
func byTarget[T any](operations []T, target func(T) string) [][]T {
	var items [][]T
	at := map[string]int{}
	for _, op := range operations {
		i, known := at[target(op)]
		if !known {
			i = len(items)
			at[target(op)] = i
			items = append(items, nil)
		}
		items[i] = append(items[i], op)
	}
	return items
}
