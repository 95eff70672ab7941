package steps

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"

	"restlab/internal/wire"
)

// setup is one way to bring a resource into a state: requests that are sent one after the other.
type setup []wire.Request

// itemSetups returns the ways to give an item a value, the contract's own way first.
func itemSetups(name, value string, change bool) []setup {
	target := path("item", name)
	post, put := jsonRequest(http.MethodPost, target, []byte(`{"value": `+value+`}`)), replacement("item", target, value)
	if !change {
		return []setup{{post}, {put}}
	}
	return []setup{{put}, {deletion("item", name), post}, {patch("item", target, value)}}
}

// taskSetups returns the ways to give a task these members. A new task gets all members that it had before.
func taskSetups(name, state string, all map[string]any, change bool) []setup {
	target := path("task", name)
	post, put := jsonRequest(http.MethodPost, target, []byte(state)), replacement("task", target, state)
	if !change {
		return []setup{{post}, {put}}
	}
	whole, _ := json.Marshal(all)
	return []setup{{put}, {patch("task", target, state)}, {deletion("task", name), jsonRequest(http.MethodPost, target, whole)}}
}

func deletion(kind, name string) wire.Request {
	return wire.Request{Method: http.MethodDelete, Target: path(kind, name)}
}

// chosen is the setup that worked for a kind of state in this grading.
type chosen struct {
	index int      // of the setup
	wrong *Failure // with the contract's own way; nil while that one works
}

// reach sends the first setup that works, and check decides whether it does. The grading remembers this setup: a method that
// does not work costs a request in one scenario, not in each.
func (s *Scenario) reach(goal string, setups []setup, check func() error) error {
	s.setsUp = true
	defer func() { s.setsUp = false }()
	known := s.grading.chosenSetup(goal)
	errs := make([]error, len(setups))
	for n := range setups {
		i := n // the chosen one first, the others in their order
		switch {
		case n == 0:
			i = known.index
		case n <= known.index:
			i = n - 1
		}
		wrong, reached := s.try(setups[i], check)
		errs[i] = wrong
		if i == 0 {
			known.wrong = nil
			errors.As(wrong, &known.wrong)
		}
		if reached {
			known.index = i
			s.grading.chooseSetup(goal, known)
			s.suspect(setups[0], known.wrong)
			return nil
		}
		if !s.mayTryAnother(wrong) {
			return wrong
		}
	}
	return errs[0]
}

// try sends a setup and runs check, whatever the statuses say. It returns the first error.
func (s *Scenario) try(requests setup, check func() error) (wrong error, reached bool) {
	for _, r := range requests {
		err := s.done(r)
		var f *Failure
		if err != nil && (!errors.As(err, &f) || f.isWithoutAnswer()) {
			return err, false
		}
		wrong = cmp.Or(wrong, err)
	}
	err := check()
	return cmp.Or(wrong, err), err == nil
}

// mayTryAnother reports whether another setup may work after this error: not if the lab was interrupted or is out of time,
// and not after the server has stopped, because stored state is lost then.
func (s *Scenario) mayTryAnother(err error) bool {
	var f *Failure
	var notReached *NotReached
	switch {
	case errors.As(err, &f) && f.isWithoutAnswer():
		return f.Exchange.Trouble.Kind != wire.Refused && s.Died() == nil
	case errors.As(err, &notReached):
		return !notReached.OutOfTime
	}
	var fault *Broken
	return !errors.As(err, &fault)
}

func (g *Grading) chosenSetup(goal string) chosen {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.setups[goal]
}

func (g *Grading) chooseSetup(goal string, c chosen) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.setups == nil {
		g.setups = map[string]chosen{}
	}
	g.setups[goal] = c
}

// withSaid returns what Givens have said about the task, with this change.
func (s *Scenario) withSaid(name string, state map[string]any) map[string]any {
	all := maps.Clone(s.said[name])
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, state)
	return all
}
