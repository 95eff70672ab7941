package model

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"restlab/internal/wire"
)

// madeTask is a task that POST to the list has made: its id is the server's, and Location leads to it.
type madeTask struct {
	target string
	resource
}

// keyUse is what an Idempotency-Key stands for.
type keyUse struct {
	description string
	made        *madeTask
	spoiled     bool // its first request was refused: what the server has kept of it is its own business
}

// create sends a POST to the list. Without a key, or with a new one, it makes a task; with a key and body that were
// there before it makes none and leads to the first one; with the key and another body it is refused.
func (r *replay) create(s step) (*misfit, error) {
	before := r.keys[s.key]
	if before != nil && (before.spoiled || !before.made.taken) {
		return nil, nil // what a retry means then the contract does not say
	}
	x, wrong, err := r.send(s, s.request("/tasks", r.prefix, nil))
	if err != nil || wrong != nil {
		return wrong, err
	}
	refused := s.refusals(fits)
	switch {
	case before != nil && refused == nil && s.body.description == before.description:
		return settle(x, r.repeatedPost(before), "the same request with this Idempotency-Key was done before"), nil
	case before != nil:
		refused = refused.add(http.StatusUnprocessableEntity)
		return settle(x, []outcome{{statuses: refused}}, "this Idempotency-Key was used with another body"), nil
	case refused != nil:
		if s.key > 0 {
			r.keys[s.key] = &keyUse{spoiled: true}
		}
		return settle(x, []outcome{{statuses: refused}}, "the body is not what a task needs"), nil
	}
	return settle(x, r.creation(s), "POST to the list makes a task"), nil
}

// creation: 201 and a Location that leads to no other task.
func (r *replay) creation(s step) []outcome {
	made := &madeTask{resource: resource{kind: "task"}}
	done := outcome{statuses: statuses{http.StatusCreated}, check: func(x *wire.Exchange) *misfit {
		target, wrong := location(x)
		if wrong != nil {
			return wrong
		}
		if r.leadsElsewhere(target) {
			return wrongField("Location", "a Location that no other task has", x.Answer.Header.Get("Location"))
		}
		made.target = target
		return nil
	}, then: func(*wire.Exchange) {
		made.becomes(taskValue(described(r.prefix, s.body.description), false))
		r.forget(made.target)
		r.made = append(r.made, made)
		if s.key > 0 {
			r.keys[s.key] = &keyUse{description: s.body.description, made: made}
		}
	}}
	if s.body.flaw != unknown {
		return []outcome{done}
	}
	return []outcome{done, {statuses: statuses{any4xx}}}
}

// leadsElsewhere reports whether a task that is there lives at the target already.
func (r *replay) leadsElsewhere(target string) bool {
	for _, made := range r.made {
		if made.taken && made.target == target {
			return true
		}
	}
	for which, task := range r.tasks {
		if task.taken && samePath(target, "/tasks/"+spelled(r.id(which), 0)) {
			return true
		}
	}
	return false
}

func samePath(a, b string) bool {
	first, err := url.PathUnescape(a)
	second, other := url.PathUnescape(b)
	return err == nil && other == nil && first == second
}

// forget drops a task that is gone, where a new one has its place: ids may be given again.
func (r *replay) forget(target string) {
	for _, made := range r.made {
		if made.target == target {
			made.target = ""
		}
	}
	kept := r.made[:0]
	for _, made := range r.made {
		if made.target != "" {
			kept = append(kept, made)
		}
	}
	r.made = kept
}

// repeatedPost: any 2xx with the first Location, and nothing has happened.
func (r *replay) repeatedPost(before *keyUse) []outcome {
	return []outcome{{statuses: statuses{http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent}, check: func(x *wire.Exchange) *misfit {
		target, wrong := location(x)
		if wrong != nil {
			return wrong
		}
		if target != before.made.target {
			return wrongField("Location", before.made.target+", as before", x.Answer.Header.Get("Location"))
		}
		return nil
	}}}
}

// location is the path and query that an answer's Location stands for.
func location(x *wire.Exchange) (string, *misfit) {
	value := x.Answer.Header.Get("Location")
	if value == "" {
		return "", wrongField("Location", "the URI of the task", "")
	}
	return resolve(x, "Location", value)
}

// resolve makes a path and query of a reference in an answer's field.
func resolve(x *wire.Exchange, field, value string) (string, *misfit) {
	odd := wrongField(field, "a URI reference", wire.Untrusted(value).Line(120))
	from, err := x.URL()
	if err != nil {
		return "", odd
	}
	to, err := wire.Resolve(from, value)
	if err != nil {
		return "", odd
	}
	target, below := x.Below(to)
	if !below {
		return "", odd
	}
	return target, nil
}

// readList reads all tasks, or asks for what the list can do.
func (r *replay) readList(s step) (*misfit, error) {
	x, wrong, err := r.send(s, s.request("/tasks", r.prefix, nil))
	if err != nil || wrong != nil {
		return wrong, err
	}
	right := outcome{statuses: statuses{http.StatusOK}}
	switch s.method {
	case "OPTIONS":
		right.statuses = right.statuses.add(http.StatusNoContent)
	case "GET":
		right.check = func(x *wire.Exchange) *misfit {
			tasks, wrong := entries(x)
			if wrong != nil {
				return wrong
			}
			r.listed = len(tasks)
			return r.lists(tasks, true)
		}
	}
	return settle(x, []outcome{right}, "the list is always there"), nil
}

// entries is the array of tasks in an answer.
func entries(x *wire.Exchange) ([]any, *misfit) {
	got, ok := decode(x.Answer.Content)
	if !ok {
		return nil, &misfit{"content", "a JSON array of tasks", wire.Untrusted(x.Answer.Content).Line(120)}
	}
	tasks, ok := got.([]any)
	if !ok {
		return nil, &misfit{"content", "a JSON array of tasks", compact(got)}
	}
	return tasks, nil
}

// largestLimit is the largest that every server has to take.
const largestLimit = 100

// maxPages bounds how far a replay follows links: the list may hold other tasks than ours.
const maxPages = 12

// readNoPage asks for a page with a limit that is none.
func (r *replay) readNoPage(s step) (*misfit, error) {
	x, wrong, err := r.send(s, s.request("/tasks?limit="+s.limit, r.prefix, nil))
	if err != nil || wrong != nil {
		return wrong, err
	}
	return settle(x, []outcome{{statuses: statuses{http.StatusBadRequest, http.StatusUnprocessableEntity}}}, "this is no limit"), nil
}

// readPages follows the next links from the first page (RFC 8288 §3).
func (r *replay) readPages(s step) (*misfit, error) {
	most := min(max(1, r.listed/s.parts-1), largestLimit) // so that no page but the last ends where the list does
	target := "/tasks?limit=" + strconv.Itoa(most)
	var all []any
	read := map[string]bool{}
	for range maxPages {
		read[target] = true
		x, wrong, err := r.send(s, s.request(target, r.prefix, nil))
		if err != nil || wrong != nil {
			return wrong, err
		}
		var tasks []any
		page := outcome{statuses: statuses{http.StatusOK}, check: func(x *wire.Exchange) (wrong *misfit) {
			tasks, wrong = onePage(x, most)
			return wrong
		}}
		if wrong := settle(x, []outcome{page}, "the list is always there"); wrong != nil {
			return wrong, nil
		}
		all = append(all, tasks...)
		next, wrong := nextLink(x)
		if wrong != nil {
			return wrong, nil
		}
		switch {
		case next == "":
			return r.lists(all, true), nil
		case read[next]:
			return wrongField("Link", "no next link to a page that was read before", x.Answer.Header.Get("Link")), nil
		}
		target = next
	}
	return r.lists(all, false), nil
}

func onePage(x *wire.Exchange, most int) ([]any, *misfit) {
	tasks, wrong := entries(x)
	if wrong == nil && len(tasks) > most {
		wrong = &misfit{"content", fmt.Sprintf("at most %d tasks", most), fmt.Sprintf("%d tasks", len(tasks))}
	}
	return tasks, wrong
}

// nextLink is where the next page is, "" if there is none.
func nextLink(x *wire.Exchange) (string, *misfit) {
	target, found := x.Link("next")
	if !found {
		return "", nil
	}
	return resolve(x, "Link", target)
}

// lists compares what a list shows of this replay's tasks with those that are there. Others are nobody's business. A
// list that was not read to its end may lack some.
func (r *replay) lists(tasks []any, whole bool) *misfit {
	named, others := r.ours(tasks)
	for which, task := range r.tasks {
		if wrong := listedRightly(r.id(which), task, named[r.id(which)], whole); wrong != nil {
			return wrong
		}
	}
	return r.madeListed(others, whole)
}

// ours sorts out the tasks of this replay: those under the client's ids, and those that begin like its descriptions.
func (r *replay) ours(tasks []any) (named map[string][]map[string]any, others []map[string]any) {
	named = map[string][]map[string]any{}
	for which := range r.tasks {
		named[r.id(which)] = nil
	}
	for _, task := range tasks {
		members, _ := task.(map[string]any)
		id, _ := members["id"].(string)
		description, _ := members["description"].(string)
		if _, ours := named[id]; ours {
			named[id] = append(named[id], members)
		} else if strings.HasPrefix(description, described(r.prefix, "")) {
			others = append(others, members)
		}
	}
	return named, others
}

func listedRightly(id string, task *resource, found []map[string]any, whole bool) *misfit {
	if !task.taken {
		if len(found) > 0 {
			return &misfit{"content", fmt.Sprintf("no task %q in the list, because %s", id, task.says()), compact(found[0])}
		}
		return nil
	}
	want := identified(task.value, id)
	switch {
	case len(found) == 0 && whole:
		return &misfit{"content", "in the list " + compact(want), "no such task"}
	case len(found) > 1:
		return &misfit{"content", "in the list once " + compact(want), fmt.Sprintf("%d tasks with this id", len(found))}
	case len(found) == 1 && !includes(found[0], want):
		return &misfit{"content", "in the list " + compact(want), compact(found[0])}
	}
	return nil
}

// madeListed compares the tasks whose ids the server has chosen: so many with this description, so many with that.
func (r *replay) madeListed(found []map[string]any, whole bool) *misfit {
	missing := map[string]int{}
	for _, made := range r.made {
		if made.taken {
			missing[string(encode(made.value))]++
		}
	}
	for _, task := range found {
		text := string(encode(map[string]any{"description": task["description"], "complete": task["complete"]}))
		if missing[text] == 0 {
			return &misfit{"content", "no other tasks of this client in the list than it has made", compact(task)}
		}
		missing[text]--
	}
	for text, n := range missing {
		if n > 0 && whole {
			return &misfit{"content", "in the list " + text, "no such task, or not so many"}
		}
	}
	return nil
}
