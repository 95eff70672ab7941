// Chi serves items and tasks with github.com/go-chi/chi.
//
// What it chooses where the contract leaves a choice: POST on what is there is refused with 409; PUT answers 204 to a change
// and 201 with Location to a creation; deleted things answer 410 for as long as the server lives; tasks are listed in the
// order of a map, another one each time; a client that takes nothing but HTML gets 406.
package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

const mostOctets = 1 << 20

type task struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Complete    bool   `json:"complete"`
}

// shelf keeps things under names, and remembers the names of what was deleted.
type shelf[T any] struct {
	mu     sync.RWMutex
	things map[string]T
	gone   map[string]bool
}

func newShelf[T any]() *shelf[T] { return &shelf[T]{things: map[string]T{}, gone: map[string]bool{}} }

// get returns a refusal with 404 or 410 for what is not there.
func (s *shelf[T]) get(name string) (thing T, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	thing, ok := s.things[name]
	return thing, s.absent(name, ok)
}

func (s *shelf[T]) absent(name string, ok bool) error {
	switch {
	case ok:
		return nil
	case s.gone[name]:
		return refusal{http.StatusGone, "it was here once"}
	default:
		return refusal{http.StatusNotFound, "nothing is here"}
	}
}

func (s *shelf[T]) all() []T {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]T, 0, len(s.things))
	for _, thing := range s.things {
		list = append(list, thing)
	}
	return list
}

// add returns false if the name is taken.
func (s *shelf[T]) add(name string, thing T) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.things[name]; taken {
		return false
	}
	s.things[name] = thing
	return true
}

// put returns true if the name was free.
func (s *shelf[T]) put(name string, thing T) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, taken := s.things[name]
	s.things[name] = thing
	return !taken
}

func (s *shelf[T]) change(name string, change func(*T)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	thing, ok := s.things[name]
	if !ok {
		return s.absent(name, false)
	}
	change(&thing)
	s.things[name] = thing
	return nil
}

func (s *shelf[T]) delete(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.things[name]
	if err := s.absent(name, ok); err != nil {
		return err
	}
	delete(s.things, name)
	s.gone[name] = true
	return nil
}

type refusal struct {
	status int
	why    string
}

func (r refusal) Error() string { return r.why }

// handler is an http.HandlerFunc that may fail.
type handler func(w http.ResponseWriter, r *http.Request, name string) error

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, err := url.PathUnescape(chi.URLParam(r, "name")) // chi routes on the raw path where there is one
	if r.URL.RawPath == "" {
		name, err = chi.URLParam(r, "name"), nil
	}
	if err == nil {
		err = h(w, r, name)
	}
	if err != nil {
		refuse(w, err)
	}
}

func refuse(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	var known refusal
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		status = known.status
	case errors.As(err, &tooLarge):
		status = http.StatusRequestEntityTooLarge
	}
	answer(w, status, map[string]string{"error": err.Error()})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// decode reads one JSON object with the members that the struct has.
func decode(w http.ResponseWriter, r *http.Request, into any) error {
	label, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || label != "application/json" {
		return refusal{http.StatusUnsupportedMediaType, "send application/json"}
	}
	var whole map[string]json.RawMessage
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostOctets))
	if err := decoder.Decode(&whole); err != nil {
		return fmt.Errorf("the body is not a JSON object: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one JSON object")
	}
	if whole == nil {
		return errors.New("null is not an object")
	}
	for name, value := range whole {
		if string(value) == "null" && name != "value" {
			return refusal{http.StatusUnprocessableEntity, name + " is null"}
		}
	}
	text, err := json.Marshal(whole)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

type itemBody struct {
	Value json.RawMessage `json:"value"`
}

func decodeItem(w http.ResponseWriter, r *http.Request) (body itemBody, err error) {
	if err = decode(w, r, &body); err == nil && body.Value == nil {
		err = refusal{http.StatusUnprocessableEntity, "value is missing"}
	}
	return body, err
}

func decodeDescription(w http.ResponseWriter, r *http.Request) (string, error) {
	var body struct {
		Description *string `json:"description"`
	}
	if err := decode(w, r, &body); err != nil {
		return "", err
	}
	if body.Description == nil {
		return "", refusal{http.StatusUnprocessableEntity, "description is missing"}
	}
	return *body.Description, nil
}

// read routes HEAD with GET; net/http leaves out the content.
func read(r chi.Router, h handler) {
	r.Method(http.MethodGet, "/", h)
	r.Method(http.MethodHead, "/", h)
}

func itemRoutes(items *shelf[itemBody]) func(chi.Router) {
	return func(r chi.Router) {
		read(r, func(w http.ResponseWriter, _ *http.Request, key string) error {
			item, err := items.get(key)
			if err == nil {
				answer(w, http.StatusOK, item)
			}
			return err
		})
		r.Method("POST", "/", handler(func(w http.ResponseWriter, r *http.Request, key string) error {
			item, err := decodeItem(w, r)
			if err == nil && !items.add(key, item) {
				err = refusal{http.StatusConflict, "the key is taken"}
			}
			if err == nil {
				w.WriteHeader(http.StatusCreated)
			}
			return err
		}))
		r.Method("PUT", "/", handler(func(w http.ResponseWriter, r *http.Request, key string) error {
			item, err := decodeItem(w, r)
			if err != nil {
				return err
			}
			if !items.put(key, item) {
				w.WriteHeader(http.StatusNoContent)
				return nil
			}
			w.Header().Set("Location", r.URL.EscapedPath())
			w.WriteHeader(http.StatusCreated)
			return nil
		}))
		r.Method("DELETE", "/", handler(func(w http.ResponseWriter, _ *http.Request, key string) error {
			return deleted(w, items.delete(key))
		}))
		r.Options("/", allow("GET, HEAD, POST, PUT, DELETE, OPTIONS"))
		r.MethodNotAllowed(refuseMethod("GET, HEAD, POST, PUT, DELETE, OPTIONS"))
	}
}

func deleted(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func listRoutes(tasks *shelf[task]) func(chi.Router) {
	return func(r chi.Router) {
		read(r, func(w http.ResponseWriter, _ *http.Request, _ string) error {
			answer(w, http.StatusOK, tasks.all())
			return nil
		})
		r.Method("POST", "/", handler(func(w http.ResponseWriter, r *http.Request, _ string) error {
			description, err := decodeDescription(w, r)
			if err != nil {
				return err
			}
			made := task{ID: strings.ToLower(rand.Text()), Description: description}
			tasks.put(made.ID, made)
			w.Header().Set("Location", "http://"+r.Host+"/tasks/"+made.ID)
			answer(w, http.StatusCreated, made)
			return nil
		}))
		r.Options("/", allow("GET, HEAD, POST, OPTIONS"))
		r.MethodNotAllowed(refuseMethod("GET, HEAD, POST, OPTIONS"))
	}
}

func taskRoutes(tasks *shelf[task]) func(chi.Router) {
	return func(r chi.Router) {
		read(r, func(w http.ResponseWriter, _ *http.Request, id string) error {
			found, err := tasks.get(id)
			if err == nil {
				answer(w, http.StatusOK, found)
			}
			return err
		})
		r.Method("POST", "/", handler(func(w http.ResponseWriter, r *http.Request, id string) error {
			description, err := decodeDescription(w, r)
			if err == nil && !tasks.add(id, task{ID: id, Description: description}) {
				err = refusal{http.StatusConflict, "the id is taken"}
			}
			if err == nil {
				w.WriteHeader(http.StatusCreated)
			}
			return err
		}))
		r.Method("PUT", "/", handler(func(w http.ResponseWriter, r *http.Request, id string) error {
			var body struct {
				Complete *bool `json:"complete"`
			}
			if err := decode(w, r, &body); err != nil {
				return err
			}
			return deleted(w, tasks.change(id, func(t *task) {
				if body.Complete != nil {
					t.Complete = *body.Complete
				}
			}))
		}))
		r.Method("DELETE", "/", handler(func(w http.ResponseWriter, _ *http.Request, id string) error {
			return deleted(w, tasks.delete(id))
		}))
		r.Options("/", allow("GET, HEAD, POST, PUT, DELETE, OPTIONS"))
		r.MethodNotAllowed(refuseMethod("GET, HEAD, POST, PUT, DELETE, OPTIONS"))
	}
}

func allow(methods string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", methods)
		w.WriteHeader(http.StatusNoContent)
	}
}

func refuseMethod(methods string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", methods)
		refuse(w, refusal{http.StatusMethodNotAllowed, "this is not done here"})
	}
}

// negotiate turns away who cannot read JSON.
func negotiate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accept := strings.ToLower(r.Header.Get("Accept"))
		if accept != "" && !strings.Contains(accept, "json") && !strings.Contains(accept, "*/*") && !strings.Contains(accept, "application/*") {
			refuse(w, refusal{http.StatusNotAcceptable, "there is nothing but JSON"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func main() {
	r := chi.NewRouter()
	r.Use(middleware.Recoverer, negotiate)
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, refusal{http.StatusNotFound, "there is no such path"})
	})
	r.Route("/items/{name}", itemRoutes(newShelf[itemBody]()))
	tasks := newShelf[task]()
	r.Route("/tasks/{name}", taskRoutes(tasks))
	r.Route("/tasks", listRoutes(tasks))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), r))
}
