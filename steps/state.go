package steps

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"restlab/internal/wire"
)

// State is checked as in the contract of the course: an item by GET, a task by the list. GET of a task is a rule of level
// http and never used to check another rule.

func (s *Scenario) resourceIsNow(kind, name, when, state string) error {
	name, state = s.Fill(name), s.Fill(state)
	is := s.itemIs
	if kind == "task" {
		is = s.taskIs
	}
	if when == "still" {
		return s.unchanged(is(name, state))
	}
	return is(name, state)
}

// unchanged adds a note to a failure if a request was refused but changed the state.
func (s *Scenario) unchanged(err error) error {
	var f *Failure
	done := func(x *wire.Exchange) bool { return x.Answer == nil || x.Answer.Status < 400 }
	if !errors.As(err, &f) || f.At == atAnswer || len(s.answers) == 0 || slices.Contains(s.answers, f.Exchange) || slices.ContainsFunc(s.answers, done) {
		return err
	}
	x := s.answers[len(s.answers)-1]
	f.Note = fmt.Sprintf("%s was refused with %d, but the stored state has changed.", x.Ask(), x.Answer.Status)
	return err
}

// itemIs checks that GET responds 200 with exactly this value.
func (s *Scenario) itemIs(name, state string) error {
	want, err := literal(state)
	if err != nil {
		return err
	}
	x, err := s.get(path("item", name))
	if err != nil {
		return err
	}
	if x.Answer.Status != http.StatusOK {
		return failure(x, atStatus, fmt.Sprintf("200 OK with the value %s", compact(want)), status(x.Answer.Status))
	}
	return s.isShown(x, want)
}

// hasMembers checks that the content is an object with these members.
func hasMembers(x *wire.Exchange, want map[string]any) error {
	got, err := content(x)
	if err != nil {
		return err
	}
	if includes(got, want) {
		return nil
	}
	wrong := differs(got, want)
	object, isObject := got.(map[string]any)
	value, there := object[wrong]
	switch {
	case !isObject:
		return failure(x, atContent, "a JSON object that includes "+compact(want), compact(got))
	case !there:
		return otherCase(failure(x, atContent, fmt.Sprintf("a member %q: %s", wrong, compact(want[wrong])), "no such member in "+compact(got)), wrong, got)
	}
	return failure(x, atContent, fmt.Sprintf("%q: %s", wrong, compact(want[wrong])), fmt.Sprintf("%q: %s", wrong, compact(value)))
}

// list reads the tasks.
func (s *Scenario) list() (*wire.Exchange, []any, error) {
	x, err := s.get("/tasks")
	if err != nil {
		return nil, nil, err
	}
	tasks, err := page(x)
	return x, tasks, err
}

// matching returns the tasks of the list that have all these members.
func matching(tasks []any, want map[string]any) []any {
	var found []any
	for _, task := range tasks {
		if differs(task, want) == "" {
			found = append(found, task)
		}
	}
	return found
}

// taskIs checks that the list has the task exactly once, with these members.
func (s *Scenario) taskIs(id, state string) error {
	want, err := members(state)
	if err != nil {
		return err
	}
	return s.taskHas(id, want)
}

// taskHas checks the list, or the task itself if a Given found it only there.
func (s *Scenario) taskHas(id string, want map[string]any) error {
	wrong := s.inList(func(x *wire.Exchange, tasks []any) error { return oneTask(x, tasks, id, want) })
	var f *Failure
	if !errors.As(wrong, &f) || !s.setsUp && !s.apart[id] || s.owns("GET /tasks") && !s.setsUp {
		return wrong
	}
	x, err := s.get(path("task", id))
	if err != nil || x.Answer.Status != http.StatusOK || hasMembers(x, want) != nil {
		return wrong
	}
	if s.apart == nil {
		s.apart = map[string]bool{}
	}
	s.apart[id] = true
	s.suspectRequest(wire.Request{Method: http.MethodGet, Target: "/tasks"}, f)
	return nil
}

// oneTask checks that a list has one task with the id, and that it has these members.
func oneTask(x *wire.Exchange, tasks []any, id string, want map[string]any) error {
	same := matching(tasks, map[string]any{"id": id})
	if len(same) != 1 {
		return otherCase(failure(x, atContent, fmt.Sprintf("one task with the id %q in the list", id), amount(len(same), "such task", tasks)), "id", tasks...)
	}
	if wrong := differs(same[0], want); wrong != "" {
		return otherCase(failure(x, atContent, fmt.Sprintf("the task %q listed with %q: %s", id, wrong, compact(want[wrong])), compact(same[0])), wrong, same[0])
	}
	return nil
}

func amount(n int, what string, tasks []any) string {
	switch n {
	case 0:
		return fmt.Sprintf("no %s in a list of %d", what, len(tasks))
	case 1:
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (s *Scenario) thereIsNo(kind, name string) error {
	return s.unchanged(s.isAbsent(kind, s.Fill(name)))
}

func (s *Scenario) isAbsent(kind, name string) error {
	if kind == "task" {
		return s.countListed(map[string]any{"id": name}, 0)
	}
	x, err := s.get(path("item", name))
	if err != nil {
		return err
	}
	if code := x.Answer.Status; code != http.StatusNotFound && code != http.StatusGone {
		return s.isShownAbsent(x, name, failure(x, atStatus, "404 Not Found, because there must be no such item", status(code)))
	}
	return nil
}

// isShownAbsent returns nil if the server sends the same response for a key that nobody has used: this is how it says that
// nothing exists. The rule items.read.missing is about the status.
func (s *Scenario) isShownAbsent(x *wire.Exchange, name string, wrong *Failure) error {
	unused := name + "-unused"
	other, err := s.get(path("item", unused))
	if err != nil {
		return err
	}
	named := bytes.ReplaceAll(x.Answer.Content, []byte(name), []byte(unused))
	if other.Answer.Status != x.Answer.Status || !bytes.Equal(other.Answer.Content, named) {
		return wrong
	}
	s.suspectRequest(x.Request, wrong)
	return nil
}

var taskRange = regexp.MustCompile(`^the tasks (\S+)-1 to \S+-(\d+)$`)

func (s *Scenario) areListed(what, count string) error {
	what = s.Fill(what)
	times := map[string]int{"nowhere": 0, "once": 1, "twice": 2}[count]
	if m := taskRange.FindStringSubmatch(what); m != nil {
		n, _ := strconv.Atoi(m[2])
		return s.rangeListed(m[1], n, times)
	}
	want, err := members(what)
	if err != nil {
		return err
	}
	return s.countListed(want, times)
}

func (s *Scenario) countListed(want map[string]any, times int) error {
	return s.inList(func(x *wire.Exchange, tasks []any) error {
		if id, named := want["id"].(string); named && times == 1 && len(want) > 1 {
			return oneTask(x, tasks, id, want)
		}
		if found := matching(tasks, want); len(found) != times {
			return otherCase(failure(x, atContent, fmt.Sprintf("%s with %s", numbered(times), compact(want)), amount(len(found), "such task", tasks)), "id", tasks...)
		}
		return nil
	})
}

func numbered(times int) string {
	return [...]string{"no task in the list", "one task in the list", "two tasks in the list"}[times]
}

// rangeListed checks name-1 to name-n with one GET of the list.
func (s *Scenario) rangeListed(name string, n, times int) error {
	return s.inList(func(x *wire.Exchange, tasks []any) error {
		if wrong := miscounted(tasks, name, n, times); wrong != "" {
			return otherCase(failure(x, atContent, fmt.Sprintf("each of the %d tasks %s", n, [...]string{"nowhere", "once", "twice"}[times]),
				fmt.Sprintf("a list of %d tasks, with %s", len(tasks), wrong)), "id", tasks...)
		}
		return nil
	})
}

// miscounted says which of the tasks name-1 to name-n are listed more or fewer times than they should be.
func miscounted(tasks []any, name string, n, times int) string {
	seen := map[string]int{}
	for _, task := range tasks {
		if object, ok := task.(map[string]any); ok {
			id, _ := object["id"].(string)
			seen[id]++
		}
	}
	var wrong []string
	for i := 1; i <= n; i++ {
		if id := fmt.Sprintf("%s-%d", name, i); seen[id] != times {
			wrong = append(wrong, fmt.Sprintf("%s %s", id, [...]string{"nowhere", "once", "twice", "three times or more"}[min(seen[id], 3)]))
		}
	}
	const most = 3
	if len(wrong) <= most {
		return strings.Join(wrong, ", ")
	}
	return fmt.Sprintf("%s and %d more like that", strings.Join(wrong[:most], ", "), len(wrong)-most)
}
