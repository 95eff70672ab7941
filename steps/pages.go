package steps

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"restlab/internal/wire"
)

// How far links are followed: a list without end has pages on which nothing is new. A server that has been graded many
// times has thousands of tasks, and so hundreds of pages.
const (
	maxStale = 50
	maxEmpty = 5 // pages in a row without a task
	maxPages = 20_000
)

// clientFollowsLinks reads page after page, each where the one before says (RFC 8288 §3).
func (s *Scenario) clientFollowsLinks(target, meanwhile string) error {
	target = s.fillTarget(target)
	seen, stale, empty := map[string]bool{}, 0, 0
	read := map[string]bool{}
	tasks := passing{s: s, ours: s.Fill("{id}") + "-"}
	for range maxPages {
		seen[target] = true
		r := wire.Request{Method: http.MethodGet, Target: target}
		s.last = request{theClient, r}
		if err := s.sendAsked(s.last); err != nil {
			return err
		}
		x := s.answers[len(s.answers)-1]
		next, err := nextLink(x)
		if err != nil || next == "" {
			return err
		}
		if seen[next] {
			return failure(x, atField("Link"), "a page that has not been read yet", next)
		}
		if tasks, ok := decoded(x).([]any); ok && len(tasks) == 0 {
			empty++
		} else {
			empty = 0
		}
		if !bringsNew(x, read) {
			stale++
		}
		switch {
		case empty >= maxEmpty:
			return failure(x, atField("Link"), "no next link behind the last task", fmt.Sprintf("a next link on %d empty pages in a row", empty))
		case stale > maxStale:
			return failure(x, atField("Link"), "an end of the list", fmt.Sprintf("a next link still, after %d pages without a task that was not read before", stale))
		}
		target = next
		if meanwhile != "" {
			if err := tasks.comeAndGo(x); err != nil {
				return err
			}
		}
	}
	return failure(s.answers[len(s.answers)-1], atField("Link"), fmt.Sprintf("an end within %d pages", maxPages), "one more next link")
}

// bringsNew notes the ids of a page, and says whether one of them is new.
func bringsNew(x *wire.Exchange, read map[string]bool) bool {
	known := len(read)
	tasks, _ := decoded(x).([]any)
	for _, task := range tasks {
		if object, ok := task.(map[string]any); ok {
			read[fmt.Sprint(object["id"])] = true
		}
	}
	return len(read) > known
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

// look notes the tasks of a page that are to be deleted, and says whether there are some on it that have to stay, and
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
