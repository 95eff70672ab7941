package steps

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"restlab/internal/wire"
)

// Bounds for following links. Other scenarios add and delete tasks meanwhile, so a right server may have a few pages without a new
// task.
const (
	maxEmpty    = 3   // pages in a row without a task
	maxRepeated = 3   // pages on which all tasks were read before
	manyPages   = 100 // after which the whole list is read, to know how many tasks there are
	slack       = 200 // pages and tasks more than that
)

// clientFollowsLinks reads page after page, each where the one before says (RFC 8288 §3).
func (s *Scenario) clientFollowsLinks(target, meanwhile string) error {
	target = s.fillTarget(target)
	list := pages{numbers: map[string]int{}, read: map[string]bool{}}
	tasks := passing{s: s, ours: s.Fill("{id}") + "-"}
	for {
		r := wire.Request{Method: http.MethodGet, Target: target}
		s.last = request{theClient, r}
		if err := s.sendAsked(s.last); err != nil {
			return err
		}
		x := s.answers[len(s.answers)-1]
		next, err := list.follow(target, x)
		if err != nil || next == "" {
			return err
		}
		if err := s.bound(&list, x); err != nil {
			return err
		}
		target = next
		if meanwhile != "" {
			if err := tasks.comeAndGo(x); err != nil {
				return err
			}
		}
	}
}

// pages are those of a list that were read so far.
type pages struct {
	numbers  map[string]int  // by target, from 1
	read     map[string]bool // ids of tasks
	empty    int             // in a row
	repeated int
	most     int // how many pages, and tasks on them, a right list can have; 0 if that is not known yet
}

// follow returns where the next page is, "" after the last one, and the failure of a link that leads nowhere new. Nothing is
// followed from what is no page: the sentence about the pages judges it.
func (p *pages) follow(target string, x *wire.Exchange) (next string, err error) {
	n := len(p.numbers) + 1
	p.numbers[target] = n
	tasks, isPage := decoded(x).([]any)
	if next, err = nextLink(x); err != nil || next == "" || !isPage || x.Answer.Status != http.StatusOK {
		return "", err
	}
	p.count(tasks)
	wrong := func(format string, args ...any) error {
		return failure(x, atField("Link"), "a next link only where a page with more tasks follows", fmt.Sprintf(format, args...))
	}
	switch back := p.numbers[next]; {
	case back == n:
		return "", wrong("the next link of page %d leads to page %d itself", n, n)
	case back > 0:
		return "", wrong("the next link of page %d leads back to page %d", n, back)
	case p.empty == maxEmpty:
		return "", wrong("page %d is empty and has a next link, and so had the %d pages before it", n, maxEmpty-1)
	case p.repeated == maxRepeated:
		return "", wrong("page %d has a next link, and %d pages so far had no task that was not on an earlier page", n, maxRepeated)
	}
	return next, nil
}

// count notes the tasks of a page.
func (p *pages) count(tasks []any) {
	known := len(p.read)
	for _, task := range tasks {
		if object, ok := task.(map[string]any); ok {
			p.read[fmt.Sprint(object["id"])] = true
		}
	}
	switch {
	case len(tasks) == 0:
		p.empty++
	case len(p.read) == known:
		p.empty, p.repeated = 0, p.repeated+1
	default:
		p.empty = 0
	}
}

// bound fails where the pages have no end. It reads the whole list once, when there are many pages.
func (s *Scenario) bound(p *pages, x *wire.Exchange) error {
	n := len(p.numbers)
	if n < manyPages {
		return nil
	}
	if p.most == 0 {
		whole, err := s.get("/tasks")
		if err != nil {
			return err
		}
		tasks, err := page(whole)
		if err != nil {
			return err
		}
		p.most = len(tasks) + slack
	}
	if n < p.most && len(p.read) < p.most {
		return nil
	}
	return failure(x, atField("Link"), "an end of the list",
		fmt.Sprintf("page %d has a next link, and there were %d tasks on the pages so far; the whole list has %d", n, len(p.read), p.most-slack))
}

// passing are the tasks that another client adds and deletes while the list is read.
type passing struct {
	s    *Scenario
	ours string   // how the ids of all tasks of the scenario begin
	read []string // those to delete that were on a page and are still there
	ends int      // pages whose last task was deleted
	came int
}

// maxCome bounds how many tasks are added: each of them may be on a page of its own.
const maxCome = 60

// maxEnds leaves enough tasks to delete for the pages with those that have to stay.
const maxEnds = 4

// comeAndGo adds a task and deletes the two that were read last, where that can be noticed: behind a page that ends with
// one of them, and while those are read that have to be on one page each, which move up by two places then. Other pages
// are those of other scenarios.
func (p *passing) comeAndGo(x *wire.Exchange) error {
	stays, ends := p.look(x)
	if !stays && (!ends || p.ends == maxEnds) || p.came == maxCome {
		return nil
	}
	if ends {
		p.ends++
	}
	p.came++
	id := fmt.Sprintf("%spassing-in-%d", p.ours, p.came)
	body, _ := json.Marshal(map[string]string{"description": id})
	if _, err := p.s.sendForAnswer(anotherClient, jsonRequest(http.MethodPost, path("task", id), body)); err != nil {
		return err
	}
	for range min(2, len(p.read)) {
		last := len(p.read) - 1
		if _, err := p.s.sendForAnswer(anotherClient, wire.Request{Method: http.MethodDelete, Target: path("task", p.read[last])}); err != nil {
			return err
		}
		p.read = p.read[:last]
	}
	return nil
}

// look notes the tasks of a page that are to be deleted, and reports whether there are some on it that have to stay, and
// whether it ends with one to delete.
func (p *passing) look(x *wire.Exchange) (stays, ends bool) {
	tasks, _ := decoded(x).([]any)
	for _, task := range tasks {
		object, _ := task.(map[string]any)
		id, _ := object["id"].(string)
		ends = strings.HasPrefix(id, p.ours+"passing-")
		if ends {
			p.read = append(p.read, id)
		}
		stays = stays || !ends && strings.HasPrefix(id, p.ours)
	}
	return stays, ends
}

// nextLink returns the target of the link with the relation "next", resolved, or "" if there is none.
func nextLink(x *wire.Exchange) (string, error) {
	target, found := x.Link("next")
	if !found {
		return "", nil
	}
	return resolve(x, "Link", target)
}

// pagesHold checks the pages of the When against the tasks that were there all the time.
func (s *Scenario) pagesHold(limit, name, count string) error {
	name = s.Fill(name)
	most, _ := strconv.Atoi(limit)
	n, _ := strconv.Atoi(count)
	var all []any
	for _, x := range s.answers {
		tasks, err := page(x)
		if err != nil {
			return err
		}
		if len(tasks) > most {
			return failure(x, atContent, fmt.Sprintf("at most %d tasks", most), fmt.Sprintf("%d tasks", len(tasks)))
		}
		all = append(all, tasks...)
	}
	last, err := s.answer()
	if err != nil {
		return err
	}
	if wrong := miscounted(all, name, n, 1); wrong != "" {
		return otherCase(failure(last, atContent, fmt.Sprintf("each of the %d tasks once", n), fmt.Sprintf("%d pages with %s", len(s.answers), wrong)), "id", all...)
	}
	return nil
}

// page is the array of tasks in an answer.
func page(x *wire.Exchange) ([]any, error) {
	if x.Answer.Status != http.StatusOK {
		return nil, failure(x, atStatus, "200 OK with a page of tasks", status(x.Answer.Status))
	}
	got, err := content(x)
	if err != nil {
		return nil, err
	}
	tasks, ok := got.([]any)
	if !ok {
		return nil, failure(x, atContent, "a JSON array of tasks", compact(got))
	}
	return tasks, nil
}
