package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"restlab/internal/wire"
)

// suspicion is a kind of request that does not work, although another way reached or showed the state.
type suspicion struct {
	shape string
	seen  *Failure
}

// suspect notes that the last request of a setup does not work, if something was wrong with it.
func (s *Scenario) suspect(requests setup, seen *Failure) {
	if seen != nil {
		s.suspectRequest(requests[len(requests)-1], seen)
	}
}

func (s *Scenario) suspectRequest(r wire.Request, seen *Failure) {
	if shape := s.shape(r); !s.isSuspected(shape) {
		s.suspicions = append(s.suspicions, suspicion{shape, seen})
	}
}

func (s *Scenario) isSuspected(shape string) bool {
	return slices.ContainsFunc(s.suspicions, func(one suspicion) bool { return one.shape == shape })
}

// owners are the rules about a kind of request. They fail if it does not work; other rules that need it are not reached.
var owners = map[string][]string{
	"POST /items/…":   {"items.create"},
	"GET /items/…":    {"items.read", "items.read.missing"},
	"PUT /items/…":    {"items.replace"},
	"DELETE /items/…": {"items.delete"},
	"GET /tasks":      {"tasks.list"},
	"POST /tasks/…":   {"tasks.add"},
	"PUT /tasks/…":    {"tasks.complete"},
	"DELETE /tasks/…": {"tasks.delete"},
}

// readers are rules that fail too if such a request works but its value does not come back.
var readers = map[string][]string{
	"POST /items/…": {"items.read"},
	"PUT /items/…":  {"items.read"},
}

// owns reports whether the scenario belongs to a rule about this kind of request.
func (s *Scenario) owns(shape string) bool {
	rule, _, _ := strings.Cut(s.ID, "/")
	return slices.Contains(owners[shape], rule)
}

// excuse turns a failure into an obstacle if the scenario needs a request that does not work: then the rule about that
// request fails, and not each rule that uses it.
func (s *Scenario) excuse(err error) error {
	var f *Failure
	if !errors.As(err, &f) {
		return err
	}
	for _, one := range s.suspicions {
		needed := func(x *wire.Exchange) bool { return x != nil && s.shape(x.Request) == one.shape }
		if !s.owns(one.shape) && (needed(f.Exchange) || slices.ContainsFunc(s.answers, needed)) {
			return &NotReached{Why: fmt.Sprintf("%s did not work before: %s: expected %s, received %s", one.shape, one.seen.At, one.seen.Expected, wire.Untrusted(one.seen.Received).Line(120)), Cause: one.seen, Excused: f, Owners: slices.Concat(owners[one.shape], readers[one.shape])}
		}
	}
	return err
}
