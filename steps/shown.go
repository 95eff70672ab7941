package steps

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"sync"

	"restlab/internal/wire"
)

// shown is how a server shows what it stores, if it differs from the contract: for example only the value, or the tasks
// inside an object. The rules items.read and tasks.list fail then. All other rules read the state in the way of this server.
// The lab learns it once in a grading, from an item and two tasks that it stores for this.
type shown struct {
	mu      sync.Mutex
	learned map[string]bool
	value   *place
	tasks   *layout
}

// place is the way to a value in JSON: the names of the members that lead to it.
type place []string

// in returns the value at the place, if there is one.
func (p place) in(v any) (any, bool) {
	for _, name := range p {
		object, _ := v.(map[string]any)
		inner, there := object[name]
		if !there {
			return nil, false
		}
		v = inner
	}
	return v, true
}

// find returns the first place whose value is right.
func find(v any, right func(any) bool) (place, bool) {
	if right(v) {
		return place{}, true
	}
	object, _ := v.(map[string]any)
	for _, name := range sorted(object) {
		if inner, found := find(object[name], right); found {
			return append(place{name}, inner...), true
		}
	}
	return nil, false
}

// layout is how a list shows tasks: in an array or in an object with ids as names, and how it names their members.
type layout struct {
	at                        place
	keyed                     bool
	id, description, complete string // "" for what is not shown
	no, yes                   any    // the values of complete
}

// entries returns the tasks as the server shows them, by their ids, in the order of an array.
func (l *layout) entries(list any) (ids []string, entries []map[string]any) {
	all, _ := l.at.in(list)
	if object, ok := all.(map[string]any); ok && l.keyed {
		for _, id := range sorted(object) {
			entry, _ := object[id].(map[string]any)
			ids, entries = append(ids, id), append(entries, entry)
		}
	}
	array, _ := all.([]any)
	for _, one := range array {
		entry, _ := one.(map[string]any)
		id, _ := entry[l.id].(string)
		ids, entries = append(ids, id), append(entries, entry)
	}
	return ids, entries
}

// read returns the tasks of a list with the member names of the contract.
func (l *layout) read(list any) []any {
	tasks := []any{}
	ids, entries := l.entries(list)
	for i, entry := range entries {
		task := map[string]any{"id": ids[i]}
		if description, there := entry[l.description]; there {
			task["description"] = description
		}
		switch complete, there := entry[l.complete]; {
		case there && reflect.DeepEqual(complete, l.yes):
			task["complete"] = true
		case there && reflect.DeepEqual(complete, l.no):
			task["complete"] = false
		}
		tasks = append(tasks, task)
	}
	return tasks
}

// isShown checks that GET of an item returned this value, in the way of this server.
func (s *Scenario) isShown(x *wire.Exchange, want any) error {
	err := hasMembers(x, map[string]any{"value": want})
	var wrong *Failure
	if !errors.As(err, &wrong) || s.isStrict(x) {
		return err
	}
	where := s.valuePlace()
	if where == nil {
		return err
	}
	if got, there := where.in(decoded(x)); !there || !reflect.DeepEqual(got, want) {
		return err
	}
	s.suspectRequest(x.Request, wrong)
	return nil
}

// inList checks the list of tasks, in the way of this server.
func (s *Scenario) inList(check func(x *wire.Exchange, tasks []any) error) error {
	x, tasks, err := s.list()
	var wrong *Failure
	if err != nil && (!errors.As(err, &wrong) || wrong.At != atContent) {
		return err
	}
	if err == nil {
		err = check(x, tasks)
	}
	if s.isStrict(x) || err == nil && !s.knowsLayout() || err != nil && !errors.As(err, &wrong) {
		return err
	}
	l := s.taskLayout()
	if l == nil {
		return err
	}
	if inItsWay := check(x, l.read(decoded(x))); inItsWay != nil {
		return cmp.Or(err, inItsWay)
	}
	if wrong != nil {
		s.suspectRequest(x.Request, wrong)
	}
	return nil
}

// isStrict reports whether a response must be as the contract says: in a rule about such requests, after its Givens.
func (s *Scenario) isStrict(x *wire.Exchange) bool { return !s.setsUp && s.owns(s.shape(x.Request)) }

// valuePlace returns where GET of an item shows its value, nil for the place of the contract or for none.
func (s *Scenario) valuePlace() place {
	g := &s.grading.shown
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.learned["items"] {
		g.learn("items")
		g.value = s.learnPlace()
	}
	if g.value == nil || slices.Equal(*g.value, place{"value"}) {
		return nil
	}
	return *g.value
}

func (g *shown) learn(family string) {
	if g.learned == nil {
		g.learned = map[string]bool{}
	}
	g.learned[family] = true
}

// learnPlace stores a value and looks where GET shows it.
func (s *Scenario) learnPlace() *place {
	key, text := "k"+s.grading.draw("shown"), thingToDo(s.grading.draw("shown", "value"))
	for _, requests := range itemSetups(key, compact(text), false) {
		for _, r := range requests {
			s.sendAside(r)
		}
		if where, found := find(s.shownAside(path("item", key)), func(v any) bool { return v == text }); found {
			return &where
		}
	}
	return nil
}

// sendAside sends a request that does not belong to the scenario.
func (s *Scenario) sendAside(r wire.Request) *wire.Exchange {
	return s.sendUnrecorded(s.base(r.Target), theClient, r)
}

// shownAside returns the content of a 200 to GET, nil if there is none.
func (s *Scenario) shownAside(target string) any {
	x := s.sendAside(wire.Request{Method: http.MethodGet, Target: target})
	if x.Answer == nil || x.Answer.Status != http.StatusOK {
		return nil
	}
	return decoded(x)
}

// taskLayout returns how the list shows tasks, nil if it is as in the contract or cannot be learned.
func (s *Scenario) taskLayout() *layout {
	g := &s.grading.shown
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.learned["tasks"] {
		g.learn("tasks")
		g.tasks = s.learnLayout()
	}
	return g.tasks
}

// knowsLayout reports whether a layout was learned that differs from the contract.
func (s *Scenario) knowsLayout() bool {
	g := &s.grading.shown
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tasks != nil
}

// learnLayout stores a task that is not complete and a task that is, and looks how the list shows them.
func (s *Scenario) learnLayout() *layout {
	var ids, descriptions [2]string
	for i, what := range []string{"one", "two"} {
		ids[i], descriptions[i] = "t"+s.grading.draw("shown", what), thingToDo(s.grading.draw("shown", "description", what))
		body, _ := json.Marshal(map[string]string{"description": descriptions[i]})
		s.sendAside(jsonRequest(http.MethodPost, path("task", ids[i]), body)) // the list says what has become of it
	}
	s.sendAside(jsonRequest(http.MethodPut, path("task", ids[1]), []byte(`{"complete": true}`)))
	list := s.shownAside("/tasks")
	l := findTask(list, ids[0])
	if l == nil {
		return nil
	}
	known, entries := l.entries(list)
	one, two := slices.Index(known, ids[0]), slices.Index(known, ids[1])
	if one < 0 || two < 0 {
		return nil
	}
	l.learnMembers(entries[one], entries[two], descriptions)
	if l.description == "" || l.isContract() {
		return nil
	}
	return l
}

// isContract reports whether tasks that are not complete are shown as in the contract. It does not matter here whether tasks
// can be completed.
func (l *layout) isContract() bool {
	named := len(l.at) == 0 && !l.keyed && l.id == "id" && l.description == "description"
	return named && (l.complete == "" || l.complete == "complete" && l.no == false)
}

// findTask returns a layout with the place at which a task is shown under its id, nil if there is none.
func findTask(list any, id string) *layout {
	l := layout{}
	at, found := find(list, func(v any) bool {
		switch all := v.(type) {
		case []any:
			return slices.ContainsFunc(all, func(one any) bool { return l.hasID(one, id) })
		case map[string]any:
			_, l.keyed = all[id].(map[string]any)
			return l.keyed
		}
		return false
	})
	if !found {
		return nil
	}
	l.at = at
	return &l
}

// hasID looks for the member that has the id.
func (l *layout) hasID(task any, id string) bool {
	object, _ := task.(map[string]any)
	for _, name := range sorted(object) {
		if object[name] == id {
			l.id = name
			return true
		}
	}
	return false
}

// learnMembers compares a task that is not complete with a task that is, and finds their members.
func (l *layout) learnMembers(one, two map[string]any, descriptions [2]string) {
	for _, name := range sorted(one) {
		no, yes := one[name], two[name]
		switch {
		case name == l.id:
		case no == descriptions[0] && yes == descriptions[1]:
			l.description = name
		case l.complete == "" && yes != nil && !reflect.DeepEqual(no, yes):
			l.complete, l.no, l.yes = name, no, yes
		}
	}
}
