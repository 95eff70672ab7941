package steps

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"restlab/internal/wire"
)

// resourceIs brings an item or task into a state: "is" makes it, "becomes" changes it, by any way that works. So one broken
// method does not hide the other rules. GET decides whether the state is reached.
func (s *Scenario) resourceIs(kind, name, verb, state string) error {
	name, state = s.Fill(name), s.Fill(state)
	what := fmt.Sprintf("%s %s", kind, wire.Untrusted(name).Line(60))
	goal := kind + " " + verb
	if kind == "task" {
		return notReached(s.setTask(goal, name, state, verb == "becomes"), what)
	}
	return notReached(s.reach(goal, itemSetups(name, state, verb == "becomes"), func() error { return s.itemIs(name, state) }), what)
}

// setTask then checks everything that Givens have said about the task, not only the last change.
func (s *Scenario) setTask(goal, name, state string, change bool) error {
	want, err := members(state)
	if err != nil {
		return err
	}
	all := want
	if change {
		all = s.withSaid(name, want)
	}
	err = s.reach(goal, taskSetups(name, state, all, change), func() error { return s.taskHas(name, all) })
	if err == nil {
		s.said[name] = all
	}
	return err
}

// done sends a request of a Given and requires a 2xx.
func (s *Scenario) done(r wire.Request) error {
	x, err := s.sendForAnswer(theClient, r)
	if err != nil {
		return err
	}
	if x.Answer.Status/100 != 2 {
		return failure(x, atStatus, "any 2xx", status(x.Answer.Status))
	}
	return nil
}

func (s *Scenario) resourceWasDeleted(kind, name string) error {
	name = s.Fill(name)
	state := `"to be deleted"`
	if kind == "task" {
		state = `{"description": "to be deleted"}`
	}
	if err := s.resourceIs(kind, name, "is", state); err != nil {
		return err
	}
	err := s.reach(kind+" was deleted", []setup{{deletion(kind, name)}}, func() error { return s.isAbsent(kind, name) })
	return notReached(err, fmt.Sprintf("the deletion of %s %s", kind, name))
}

// tasksAreAdded adds tasks name-1 to name-n, each with its name as its description.
func (s *Scenario) tasksAreAdded(name, count string) error {
	name = s.Fill(name)
	n, err := strconv.Atoi(count)
	if err != nil || n > 1000 {
		return broken("%s tasks are more than a scenario may add (1000)", count)
	}
	for i := 1; i <= n; i++ {
		id := fmt.Sprintf("%s-%d", name, i)
		body, _ := json.Marshal(map[string]string{"description": id})
		if err := s.done(jsonRequest(http.MethodPost, path("task", id), body)); err != nil {
			return notReached(err, "task "+id)
		}
	}
	return nil
}

func (s *Scenario) nextRequestCarries(field string) error {
	field = s.Fill(field)
	name, none := strings.CutPrefix(field, "no ")
	name, value, ok := strings.Cut(name, ":")
	if value = strings.TrimSpace(value); none == ok || none == (value != "") {
		return broken("a field is written as Name: value, or no Name, not %q", field)
	}
	s.fields = slices.DeleteFunc(s.fields, func(f wire.Field) bool { return strings.EqualFold(f.Name, name) })
	s.fields = append(s.fields, wire.Field{Name: name, Value: value})
	return nil
}

// clientHasRead reads a representation, and keeps its ETag if the sentence says so.
func (s *Scenario) clientHasRead(what, target string) error {
	if what == "has read" {
		return notReached(s.done(wire.Request{Method: http.MethodGet, Target: s.fillTarget(target)}), "a look at "+target)
	}
	x, err := s.get(s.fillTarget(target))
	if err == nil {
		s.etag = x.Answer.Header.Get("ETag")
		if s.etag == "" {
			err = failure(x, atField("ETag"), "an ETag", "the response has no ETag")
		}
	}
	return notReached(err, "a validator")
}

func (s *Scenario) clientKeeps() error {
	s.keeps = true
	return nil
}
