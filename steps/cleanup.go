package steps

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"restlab/internal/lab"
	"restlab/internal/wire"
)

// Bounds of the deletion at the end of a grading.
const (
	deleteWithin = 10 * time.Second
	deleteAtOnce = 8
)

// made are the items and tasks that the requests of this grading have made and not deleted yet, by their path. It hears of every
// exchange, whoever sent it.
type made struct {
	mu      sync.Mutex
	paths   map[string]string // by the decoded path, as it was sent
	foreign map[string]bool   // they were there before this grading wrote to them
	lost    map[string]bool   // descriptions of tasks whose POST to the list stayed without an answer
}

// note hears of an exchange.
func (m *made) note(x *wire.Exchange) {
	path, _, _ := strings.Cut(x.Request.Target, "?")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.paths == nil {
		m.paths, m.foreign, m.lost = map[string]string{}, map[string]bool{}, map[string]bool{}
	}
	switch {
	case path == "/tasks" && x.Request.Method == http.MethodPost:
		m.noteCreation(x)
	case isResource(path):
		m.noteUse(path, x)
	}
}

// isResource reports whether a path is that of one item or task.
func isResource(path string) bool {
	family, name, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return (family == "items" || family == "tasks") && name != "" && !strings.Contains(name, "/")
}

// noteUse notes what became of the item or task that was asked for.
func (m *made) noteUse(path string, x *wire.Exchange) {
	name, err := url.PathUnescape(path)
	if err != nil {
		return
	}
	_, ours := m.paths[name]
	status := 0
	if x.Answer != nil {
		status = x.Answer.Status
	}
	switch method := x.Request.Method; {
	case method == http.MethodGet || method == http.MethodHead:
		if status == http.StatusOK && !ours {
			m.foreign[name] = true
		}
	case method == http.MethodDelete && strings.HasPrefix(x.Client, oneOfMany): // another one may have made it again meanwhile
	case method == http.MethodDelete:
		if status/100 == 2 || status == http.StatusNotFound || status == http.StatusGone {
			delete(m.paths, name)
			delete(m.foreign, name)
		}
	case method == http.MethodPut || method == http.MethodPost || method == http.MethodPatch:
		if (status/100 == 2 || x.Trouble != nil) && !m.foreign[name] {
			m.paths[name] = path
		}
	}
}

// noteCreation notes the task that a POST to the list has made: its Location, or the id in the answer.
func (m *made) noteCreation(x *wire.Exchange) {
	var body struct {
		ID          string `json:"id"`
		Description string `json:"description"`
	}
	switch {
	case x.Answer == nil:
		if json.Unmarshal(x.Request.Body, &body) == nil && body.Description != "" {
			m.lost[body.Description] = true
		}
	case x.Answer.Status/100 != 2:
	case isResource(locationOf(x)):
		m.noteUse(locationOf(x), x)
	case json.Unmarshal(x.Answer.Content, &body) == nil && body.ID != "":
		m.noteUse(path("task", body.ID), x)
	}
}

// locationOf returns the path that Location leads to, "" for none and for another server.
func locationOf(x *wire.Exchange) string {
	from, err := x.URL()
	if err != nil || x.Answer.Header.Get("Location") == "" {
		return ""
	}
	to, err := wire.Resolve(from, x.Answer.Header.Get("Location"))
	if err != nil || to.Port() != from.Port() {
		return ""
	}
	target, _ := x.Below(to)
	path, _, _ := strings.Cut(target, "?")
	return path
}

// take returns the paths of what is left, and forgets them.
func (m *made) take() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var left []string
	for _, path := range m.paths {
		left = append(left, path)
	}
	m.paths = nil
	return left
}

// Clean deletes the items and tasks that this grading has made, in a bounded time, and returns how many it could not delete. It is
// no part of any scenario. The servers of a program that is gone are not asked.
func (g *Grading) Clean(ctx context.Context) (left int) {
	if g.Client != nil || g.Gone() != "" {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, deleteWithin)
	defer cancel()
	g.findLost(ctx)
	paths := make(chan string)
	var failed atomic.Int64
	var workers sync.WaitGroup
	for range deleteAtOnce {
		workers.Go(func() {
			for path := range paths {
				if ctx.Err() != nil || !g.deletes(ctx, path) {
					failed.Add(1)
				}
			}
		})
	}
	for _, path := range g.made.take() {
		paths <- path
	}
	close(paths)
	workers.Wait()
	return int(failed.Load())
}

// deletes reports whether what has the path is gone. A server may ask for the state that is to be deleted (RFC 6585 §3).
func (g *Grading) deletes(ctx context.Context, path string) bool {
	at := g.at(path)
	ask := func(method string, fields ...wire.Field) *wire.Answer {
		c := &wire.Client{Name: "cleanup", Base: at.Base, Address: at.Address, TLS: at.TLS, Origin: at.Origin, Timeout: g.Timeout, Hasty: true}
		return c.Do(ctx, wire.Request{Method: method, Target: path, Fields: fields}).Answer
	}
	answer := ask(http.MethodDelete)
	if answer != nil && answer.Status == http.StatusPreconditionRequired {
		if found := ask(http.MethodGet); found != nil {
			answer = ask(http.MethodDelete, wire.Field{Name: "If-Match", Value: found.Header.Get("ETag")})
		}
	}
	return answer != nil && (answer.Status/100 == 2 || answer.Status == http.StatusNotFound || answer.Status == http.StatusGone)
}

// at returns the server of a path's family.
func (g *Grading) at(path string) lab.Endpoint {
	if strings.HasPrefix(path, "/tasks") {
		return g.Tasks
	}
	return g.Items
}

// findLost looks in the list for tasks whose creation was not answered: they have a description that only this grading sends.
func (g *Grading) findLost(ctx context.Context) {
	g.made.mu.Lock()
	lost := g.made.lost
	g.made.mu.Unlock()
	if len(lost) == 0 || g.Tasks.Base == "" {
		return
	}
	c := &wire.Client{Name: "cleanup", Base: g.Tasks.Base, Address: g.Tasks.Address, TLS: g.Tasks.TLS, Origin: g.Tasks.Origin, Timeout: g.Timeout}
	x := c.Do(ctx, wire.Request{Method: http.MethodGet, Target: "/tasks"})
	var tasks []struct{ ID, Description string }
	if x.Answer == nil || json.Unmarshal(x.Answer.Content, &tasks) != nil {
		return
	}
	g.made.mu.Lock()
	defer g.made.mu.Unlock()
	for _, task := range tasks {
		if lost[task.Description] && task.ID != "" {
			g.made.paths["/tasks/"+task.ID] = path("task", task.ID)
		}
	}
}
