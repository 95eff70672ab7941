// A server for items, any JSON value under a key that the client chooses, and for tasks, a to-do list.
package main

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"log"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
)

func main() {
	s := &server{items: map[string]json.RawMessage{}, tasks: []task{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{key}", s.getItem)
	mux.HandleFunc("POST /items/{key}", s.postItem)
	mux.HandleFunc("PUT /items/{key}", s.putItem)
	mux.HandleFunc("DELETE /items/{key}", s.deleteItem)
	mux.HandleFunc("GET /tasks", s.listTasks)
	mux.HandleFunc("POST /tasks", s.createTask)
	mux.HandleFunc("GET /tasks/{id}", s.getTask)
	mux.HandleFunc("POST /tasks/{id}", s.postTask)
	mux.HandleFunc("PUT /tasks/{id}", s.putTask)
	mux.HandleFunc("DELETE /tasks/{id}", s.deleteTask)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+cmp.Or(os.Getenv("PORT"), "8080"), mux))
}

// server keeps the items and the tasks. Requests run at the same time, so each takes the lock.
type server struct {
	mu    sync.Mutex
	items map[string]json.RawMessage
	tasks []task // in the order in which they came
}

// item is how an item is written in JSON. Its value stays as the client wrote it.
type item struct {
	Value json.RawMessage `json:"value"`
}

func (s *server) getItem(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, taken := s.items[r.PathValue("key")]
	if !taken {
		notFound(w)
		return
	}
	answer(w, http.StatusOK, item{value})
}

func (s *server) postItem(w http.ResponseWriter, r *http.Request) {
	if _, stored := s.store(w, r); stored {
		w.Header().Set("Location", "/items/"+url.PathEscape(r.PathValue("key")))
		answer(w, http.StatusCreated, message{"Item created"})
	}
}

// putItem answers 201 the first time and 200 from then on, and the item is the same each time. So a client that never saw
// the answer sends its PUT again, and learns from the status whether the first one had arrived.
func (s *server) putItem(w http.ResponseWriter, r *http.Request) {
	switch created, stored := s.store(w, r); {
	case created:
		answer(w, http.StatusCreated, message{"Item created"})
	case stored:
		answer(w, http.StatusOK, message{"Item updated"})
	}
}

// store keeps the value that a request carries, and tells whether its key was free. If there is no value it has answered,
// and stored is false.
func (s *server) store(w http.ResponseWriter, r *http.Request) (created, stored bool) {
	var body item
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Value == nil {
		answer(w, http.StatusBadRequest, failure{`the body has to be {"value": …}`})
		return false, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.PathValue("key")
	_, taken := s.items[key]
	s.items[key] = body.Value
	return !taken, true
}

func (s *server) deleteItem(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.PathValue("key")
	if _, taken := s.items[key]; !taken {
		notFound(w)
		return
	}
	delete(s.items, key)
	answer(w, http.StatusOK, message{"Item deleted"})
}

type task struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Complete    bool   `json:"complete"`
}

// find is the place of the task in the list, or -1.
func (s *server) find(id string) int {
	return slices.IndexFunc(s.tasks, func(t task) bool { return t.ID == id })
}

func (s *server) listTasks(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer(w, http.StatusOK, s.tasks)
}

// createTask draws an id for the task, and Location says where it is. The same POST again draws another id and makes another
// task: POST is not idempotent.
func (s *server) createTask(w http.ResponseWriter, r *http.Request) {
	description, ok := readDescription(w, r)
	if !ok {
		return
	}
	t := task{ID: rand.Text(), Description: description}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks = append(s.tasks, t)
	w.Header().Set("Location", "/tasks/"+url.PathEscape(t.ID))
	answer(w, http.StatusCreated, t)
}

func (s *server) getTask(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(r.PathValue("id"))
	if i < 0 {
		notFound(w)
		return
	}
	answer(w, http.StatusOK, s.tasks[i])
}

// postTask puts the task at the end of the list. If its id is taken, it replaces the task that has it.
func (s *server) postTask(w http.ResponseWriter, r *http.Request) {
	description, ok := readDescription(w, r)
	if !ok {
		return
	}
	t := task{ID: r.PathValue("id"), Description: description}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(t.ID); i >= 0 {
		s.tasks[i] = t
	} else {
		s.tasks = append(s.tasks, t)
	}
	w.Header().Set("Location", "/tasks/"+url.PathEscape(t.ID))
	answer(w, http.StatusCreated, message{"Task added"})
}

// readDescription is what a request for a new task carries. If there is none it has answered, and ok is false.
func readDescription(w http.ResponseWriter, r *http.Request) (description string, ok bool) {
	var body struct{ Description *string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Description == nil {
		answer(w, http.StatusBadRequest, failure{`the body has to be {"description": "…"}`})
		return "", false
	}
	return *body.Description, true
}

// putTask changes what the body names: that "complete" is a pointer tells one that is missing from one that is false.
func (s *server) putTask(w http.ResponseWriter, r *http.Request) {
	var body struct{ Complete *bool }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		answer(w, http.StatusBadRequest, failure{`the body has to be {"complete": true} or {"complete": false}`})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(r.PathValue("id"))
	if i < 0 {
		notFound(w)
		return
	}
	if body.Complete != nil {
		s.tasks[i].Complete = *body.Complete
	}
	answer(w, http.StatusOK, message{"Task updated"})
}

func (s *server) deleteTask(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(r.PathValue("id"))
	if i < 0 {
		notFound(w)
		return
	}
	s.tasks = slices.Delete(s.tasks, i, i+1)
	answer(w, http.StatusOK, message{"Task deleted"})
}

type message struct {
	Message string `json:"message"`
}

type failure struct {
	Error string `json:"error"`
}

func notFound(w http.ResponseWriter) { answer(w, http.StatusNotFound, failure{"Not found"}) }

// answer sends a body in JSON, and says that it is.
func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
