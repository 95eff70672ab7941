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

// Limits of the deletion at the end of a grading.
const (
	deleteWithin = 10 * time.Second
	deleteAtOnce = 8
)

// made holds the items and tasks that this grading has made and not deleted yet, by path. It hears every exchange of every
// client.
type made struct {
	mu      sync.Mutex
	paths   map[string]string // by the decoded path, as it was sent
	foreign map[string]bool   // they were there before this grading wrote to them
	chosen  map[string]bool   // the server has named them, so it may have named a task of somebody else
	sent    map[string]bool   // descriptions that this grading has sent
	lost    map[string]bool   // descriptions of tasks whose POST to the list stayed without an answer
}

// note handles an exchange. isDrawn says that only this grading can know the name.
func (m *made) note(x *wire.Exchange, isDrawn bool) {
	path, _, _ := strings.Cut(x.Request.Target, "?")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.paths == nil {
		m.paths, m.foreign, m.chosen, m.sent, m.lost = map[string]string{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	}
	if strings.HasPrefix(path, "/tasks") {
		m.noteDescription(x.Request.Body)
	}
	switch {
	case path == "/tasks" && x.Request.Method == http.MethodPost:
		m.noteCreation(x)
	case isResource(path):
		m.noteUse(path, x, isDrawn)
	}
}

// noteDescription keeps the description of a task from a request.
func (m *made) noteDescription(body []byte) {
	var task struct{ Description string }
	if json.Unmarshal(body, &task) == nil && task.Description != "" {
		m.sent[task.Description] = true
	}
}

// isResource reports whether a path is that of one item or task. A server may treat a name of dots as the list itself.
func isResource(path string) bool {
	name, err := url.PathUnescape(path[strings.LastIndexByte(path, '/')+1:])
	return err == nil && resource.MatchString(path) && strings.Trim(name, "./") != ""
}

// noteUse notes whether a request made or deleted its item or task. A resource whose name was not drawn may belong to
// somebody else: if a GET found it before, or if a first PUT or PATCH did not create it.
func (m *made) noteUse(path string, x *wire.Exchange, isDrawn bool) {
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
		if status == http.StatusOK && !ours && !isDrawn {
			m.foreign[name] = true
		}
	case method == http.MethodDelete && strings.HasPrefix(x.Client, oneOfMany): // another one may have made it again meanwhile
	case method == http.MethodDelete:
		if status/100 == 2 || isMissing(x.Answer) {
			delete(m.paths, name)
			delete(m.foreign, name)
		}
	case method == http.MethodPut || method == http.MethodPost || method == http.MethodPatch:
		if !ours && !isDrawn && method != http.MethodPost && status/100 == 2 && status != http.StatusCreated {
			m.foreign[name] = true
		}
		if (status/100 == 2 || status/100 == 5 || x.Trouble != nil) && !m.foreign[name] {
			m.paths[name] = path
		}
	}
}

// noteCreation notes the task that a POST to the list has made, from Location or from the id in the response.
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
		m.noteChosen(locationOf(x), x)
	case json.Unmarshal(x.Answer.Content, &body) == nil && body.ID != "":
		m.noteChosen(path("task", body.ID), x)
	}
}

// noteChosen notes a task whose id the server has chosen.
func (m *made) noteChosen(path string, x *wire.Exchange) {
	if name, err := url.PathUnescape(path); err == nil {
		m.chosen[name] = true
		m.noteUse(path, x, false)
	}
}

// locationOf returns the path that Location leads to, or "" if there is none or it leads to another server.
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

// take returns the paths that are left, and forgets them.
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

// Clean deletes the items and tasks of this grading, in a bounded time, and returns how many it could not delete. It belongs
// to no scenario. It sends nothing to a program that has ended.
func (g *Grading) Clean(ctx context.Context) (left int) {
	if g.Client != nil || g.Gone() != "" {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, deleteWithin)
	defer cancel()
	g.findLost(ctx)
	paths := make(chan string)
	var failed, silent atomic.Int64
	var workers sync.WaitGroup
	for range deleteAtOnce {
		workers.Go(func() {
			for path := range paths {
				answer, isGone := g.remove(ctx, path)
				if !isGone {
					failed.Add(1)
				}
				if answer != nil {
					silent.Store(0)
				} else if silent.Add(1) >= deleteAtOnce {
					cancel() // nobody waits for a server that hangs
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

// remove deletes the resource at the path, and reports whether it is gone. It returns the last response, nil if there was
// none. A server may demand a precondition (RFC 6585 §3).
func (g *Grading) remove(ctx context.Context, path string) (answer *wire.Answer, isGone bool) {
	if ctx.Err() != nil {
		return nil, false
	}
	if found, isOurs := g.isOurs(ctx, path); !isOurs {
		return found, isMissing(found)
	}
	answer = g.ask(ctx, http.MethodDelete, path)
	if answer != nil && answer.Status == http.StatusPreconditionRequired {
		if found := g.ask(ctx, http.MethodGet, path); found != nil {
			answer = g.ask(ctx, http.MethodDelete, path, wire.Field{Name: "If-Match", Value: found.Header.Get("ETag")})
		}
	}
	return answer, answer != nil && answer.Status/100 == 2 || isMissing(answer)
}

// isOurs reports whether the task with an id from the server has a description that this grading has sent. Other resources
// were noted because this grading made them. found is the response to GET, if one was sent.
func (g *Grading) isOurs(ctx context.Context, path string) (found *wire.Answer, isOurs bool) {
	name, _ := url.PathUnescape(path)
	g.made.mu.Lock()
	chosen := g.made.chosen[name]
	g.made.mu.Unlock()
	if !chosen {
		return nil, true
	}
	found = g.ask(ctx, http.MethodGet, path)
	var task struct{ Description string }
	if found == nil || found.Status != http.StatusOK || json.Unmarshal(found.Content, &task) != nil {
		return found, false
	}
	g.made.mu.Lock()
	defer g.made.mu.Unlock()
	return found, g.made.sent[task.Description]
}

func isMissing(a *wire.Answer) bool {
	return a != nil && (a.Status == http.StatusNotFound || a.Status == http.StatusGone)
}

// ask sends a request that belongs to no scenario.
func (g *Grading) ask(ctx context.Context, method, path string, fields ...wire.Field) *wire.Answer {
	at := g.at(path)
	c := &wire.Client{Name: "cleanup", Base: at.Base, Address: at.Address, TLS: at.TLS, Origin: at.Origin, Timeout: g.Timeout, Hasty: true}
	return c.Do(ctx, wire.Request{Method: method, Target: path, Fields: fields}).Answer
}

// at returns the server of the family of a path.
func (g *Grading) at(path string) lab.Endpoint {
	if strings.HasPrefix(path, "/tasks") {
		return g.Tasks
	}
	return g.Items
}

// findLost looks in the list for tasks whose creation got no response: they have a description that only this grading sends.
func (g *Grading) findLost(ctx context.Context) {
	g.made.mu.Lock()
	lost := g.made.lost
	g.made.mu.Unlock()
	if len(lost) == 0 || g.Tasks.Base == "" {
		return
	}
	answer := g.ask(ctx, http.MethodGet, "/tasks")
	var tasks []struct{ ID, Description string }
	if answer == nil || json.Unmarshal(answer.Content, &tasks) != nil {
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
