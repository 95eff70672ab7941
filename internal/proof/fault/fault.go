// Package fault has servers that are wrong in one way each, and servers that differ from the reference in a way
// that the contract allows. A grader is right if it finds every fault under the rule that it breaks, blames no other
// rule, and takes no mark for a choice.
//
// Each is the reference with one change, made around its handler, at its store or on the connection; the reference
// never learns of it. The tables stand in files by subject:
//
//	items.go      storing, reading, replacing and deleting items
//	tasks.go      the same for tasks, and the list
//	values.go     stores that change what they are given, or forget it
//	methods.go    promises of methods: safe, idempotent, HEAD, OPTIONS, 405
//	errors.go     bad input, and what refusals look like
//	interface.go  fields, media types, keys, framing
//	stateless.go  memory of conversations, and damage to the neighbours
//	validators.go ETag, conditional requests, caching
//	patches.go    PATCH
//	clients.go    what many clients need: problems, repeated POST, pages, limits
//	layers.go     intermediaries, caches, lost answers
//	races.go      what fails when clients act at once
//	choices.go    what is not wrong; choices_production.go the same where there are many clients, choices_values.go for values
//
// A change is written with the few tools of exchange.go (around the handler), store.go and raw.go (bytes).
package fault

import (
	"log/slog"
	"net"
	"net/http"
	"slices"

	"restlab/server"
)

// Levels, as the contract names them.
const (
	basics     = "basics"
	atHTTP     = "http"
	production = "production"
	anyRule    = "*"
)

// Fault is a server with one mistake.
type Fault struct {
	Name    string   // short, in kebab case, one of its kind
	Does    string   // what a client sees, in one sentence
	Level   string   // the level at which it is graded
	Breaks  []string // the rules that it breaks when graded at its level: first the one that is about it
	Perhaps []string // rules that fail too when requests happen to meet; * stands for any
	Reason  string   // why it costs more than three rules beside the one that is about it; "" for most

	change
}

// Handler returns a new server with the fault, its store empty.
func (f Fault) Handler() http.Handler { return build(f.change) }

// Choice is a server that does something in another way than the reference, and is right.
type Choice struct {
	Name  string // short, in kebab case, one of its kind
	Does  string // what a client sees, in one sentence
	About string // two choices about the same thing exclude each other
	Level string // the highest level that leaves the choice

	change
}

// Server returns a new server with these choices, its store empty. What is said first is done first: a later choice
// sees the answers of the earlier ones.
func Server(choices ...Choice) http.Handler {
	var changes []change
	for _, c := range choices {
		changes = append(changes, c.change)
	}
	return build(changes...)
}

// Subject is the faults about one thing.
type Subject struct {
	Name   string
	Faults []Fault
}

// Subjects returns every fault, by subject.
func Subjects() []Subject {
	return []Subject{
		{"items", itemFaults},
		{"tasks", taskFaults},
		{"values that a store changes or forgets", valueFaults},
		{"promises of methods", methodFaults},
		{"bad input, and refusals", errorFaults},
		{"fields, media types, keys, framing", interfaceFaults},
		{"memory of conversations, and the neighbours", statelessFaults},
		{"validators and caching", validatorFaults},
		{"PATCH", patchFaults},
		{"many clients", clientFaults},
		{"what stands in between", layerFaults},
		{"clients at once", raceFaults},
	}
}

// All returns every fault, by subject.
func All() []Fault {
	var all []Fault
	for _, s := range Subjects() {
		all = append(all, s.Faults...)
	}
	return all
}

// Declares reports whether the rule may fail on the server: it is broken, or meets what is broken.
func (f Fault) Declares(rule string) bool {
	return slices.Contains(f.Breaks, rule) || slices.Contains(f.Perhaps, rule) || slices.Contains(f.Perhaps, anyRule)
}

// Choices returns every choice.
func Choices() []Choice { return slices.Concat(choices, productionChoices, valueChoices) }

// change is what makes a server another one. Its functions are called once for each server, so what they keep
// belongs to that server.
type change struct {
	meets    pattern // the requests of those who may notice it
	limits   func(*server.Limits)
	store    func(server.Store) server.Store
	handler  func(http.Handler) http.Handler
	wire     func(http.Handler) http.Handler // outside all handlers, next to the connection
	listener func(net.Listener) net.Listener
}

// Meets reports whether the answer to such a request, or what it leaves, may differ from the reference's. To who makes none
// that does, the server is the reference.
func (c change) Meets(method, path string) bool { return c.meets.reaches(method, path) }

// Listener returns l as the server has to see it: l itself, but where the fault is in how requests are read.
func (c change) Listener(l net.Listener) net.Listener {
	if c.listener == nil {
		return l
	}
	return c.listener(l)
}

// build makes the reference and changes it.
func build(changes ...change) http.Handler {
	limits := server.DefaultLimits()
	for _, c := range changes {
		if c.limits != nil {
			c.limits(&limits)
		}
	}
	var store server.Store = server.NewMemory(limits.Stored)
	for _, c := range changes {
		if c.store != nil {
			store = c.store(store)
		}
	}
	handler := server.New(store, limits, slog.New(slog.DiscardHandler))
	for _, c := range changes {
		if c.handler != nil {
			handler = c.handler(handler)
		}
	}
	for _, c := range changes {
		if c.wire != nil {
			handler = c.wire(handler)
		}
	}
	return handler
}

func rules(ids ...string) []string { return ids }
