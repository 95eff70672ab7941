package proof

import (
	"context"
	"net/url"
	"slices"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/proof/fault"
)

// recordings are the requests that scenarios, by their ids, make of the reference. Before one of them is handled by what is
// changed in a server, that server is the reference to the scenario; where none is, to its end.
type recordings map[string][]request

type request struct{ method, path string }

// record grades the reference to learn them, where only a part is looked at. There are none of scenarios that draw their
// requests at random or look at the whole run, nor of those that it does not pass: they are asked of every server.
func (o Options) record(ctx context.Context) (recordings, error) {
	if o.Parts < 2 || len(o.Faults)+len(o.Choices)+o.Combinations == 0 {
		return nil, nil
	}
	result, err := Right().Grade(ctx, grade.Options{Contract: o.Contract, Seed: o.Seed, Selection: grade.Selection{Level: highest}, Pace: grade.Pace{Sequences: 1, Rounds: 1}}, true)
	if err != nil {
		return nil, err
	}
	all := recordings{}
	for _, scenario := range result.Scenarios {
		if requests, ok := requestsOf(scenario.Exchanges); ok && scenario.Verdict == grade.Passed && !o.Contract.Rule(scenario.Rule).Net {
			all[scenario.ID] = requests
		}
	}
	return all, nil
}

// requestsOf are the requests of a scenario, where it makes any and all are understood.
func requestsOf(exchanges []*grade.Exchange) (requests []request, ok bool) {
	for _, x := range exchanges {
		at, err := url.ParseRequestURI(x.Request.Target)
		if err != nil {
			return nil, false
		}
		requests = append(requests, request{x.Request.Method, at.EscapedPath()})
	}
	return requests, len(requests) > 0
}

// with is the contract of the scenarios that meet one of the choices.
func (m recordings) with(c *contract.Contract, choices ...fault.Choice) *contract.Contract {
	return m.of(c, func(r request) bool {
		return slices.ContainsFunc(choices, func(choice fault.Choice) bool { return choice.Meets(r.method, r.path) })
	})
}

// of is the contract of the scenarios that make such requests.
func (m recordings) of(c *contract.Contract, such func(request) bool) *contract.Contract {
	met := &contract.Contract{Rules: c.Rules}
	for _, s := range c.Scenarios {
		if requests, known := m[s.ID]; !known || slices.ContainsFunc(requests, such) {
			met.Scenarios = append(met.Scenarios, s)
		}
	}
	return met
}
