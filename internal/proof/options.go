package proof

import (
	"cmp"
	"fmt"
	"slices"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
)

// Request is what a person wants proved.
type Request struct {
	Faults       []string // their names; none for all, and for all choices
	Rules        []string // their ids; none for all
	Seed         uint64   // the first one
	Seeds        int
	Parts        int // 0 for as many as there are seeds
	Jobs         int
	Combinations int
}

// Options returns what to prove by these rules for servers and for clients. The error is a *lab.Error: a name is unknown, or a number is out
// of its range.
func (r Request) Options(servers, clients *contract.Contract) (Options, error) {
	if err := r.check(servers, clients); err != nil {
		return Options{}, err
	}
	o := Options{
		Contract: servers, Faults: fault.Subjects(), Choices: fault.Choices(), Combinations: r.Combinations,
		Clients: Clients{Contract: clients, Faults: client.Faults(), Choices: client.Choices()},
		Rules:   r.Rules, Seed: r.Seed, Seeds: r.Seeds, Parts: cmp.Or(r.Parts, r.Seeds), Jobs: r.Jobs,
	}
	if len(r.Faults) > 0 {
		return r.onlyFaults(o)
	}
	return o, nil
}

// check returns the first thing that is wrong with ids of rules and numbers.
func (r Request) check(servers, clients *contract.Contract) error {
	for _, id := range r.Rules {
		if servers.Rule(id) == nil && clients.Rule(id) == nil {
			return lab.Usage(fmt.Sprintf("there is no rule %q", id), "restlab rules lists them all"+contract.DidYouMean(servers, id))
		}
	}
	switch {
	case r.Seeds < 1 || r.Seeds > 100:
		return lab.Usage(fmt.Sprintf("--seeds %d is not between 1 and 100", r.Seeds), "")
	case r.Parts < 0 || r.Parts > 20:
		return lab.Usage(fmt.Sprintf("--parts %d is not between 1 and 20", r.Parts), "")
	case r.Jobs < 1 || r.Jobs > 64:
		return lab.Usage(fmt.Sprintf("--jobs %d is not between 1 and 64", r.Jobs), "")
	case r.Combinations < 0 || r.Combinations > 10_000:
		return lab.Usage(fmt.Sprintf("--combinations %d is not between 0 and 10000", r.Combinations), "")
	}
	return nil
}

// onlyFaults keeps the faults that the request names, of servers or of clients, and no choices.
func (r Request) onlyFaults(o Options) (Options, error) {
	known := fault.Names()
	for _, f := range o.Clients.Faults {
		known = append(known, f.Name)
	}
	for _, name := range r.Faults {
		if !slices.Contains(known, name) {
			return o, fault.Unknown("fault", name, known)
		}
	}
	for i, subject := range o.Faults {
		o.Faults[i].Faults = slices.DeleteFunc(slices.Clone(subject.Faults), func(f fault.Fault) bool { return !slices.Contains(r.Faults, f.Name) })
	}
	o.Clients.Faults = slices.DeleteFunc(slices.Clone(o.Clients.Faults), func(f client.Fault) bool { return !slices.Contains(r.Faults, f.Name) })
	o.Choices, o.Combinations, o.Clients.Choices = nil, 0, nil
	return o, nil
}
