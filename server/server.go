// Package server is the reference answer of the lab: an HTTP API of items, a key-value store, and of tasks, a
// to-do list, on the standard library alone. It reads best in this order:
//
//	server.go   which request goes to which handler
//	items.go    the handlers of /items/{key}
//	tasks.go    the handlers of /tasks and /tasks/{id}
//	answer.go   how every answer is written, and which error earns which status
//	strict.go   which request bodies are accepted; walker.go looks closer at them than encoding/json
//	store.go    what a store promises; memory.go keeps it in memory
//	limits.go   how much one client may ask of the server; in turns.go large requests wait for each other
//	panics.go   what a bug in a handler does to the client
//	stop.go     how the server starts and how it stops without losing a request
//	crowd.go    which connections close when there are too many
//
// What an API needs once it has many clients has a file each:
//
//	representation.go   what GET sends is made once, with its entity-tag
//	preconditions.go    If-Match against lost updates, If-None-Match against sending what the client has
//	problem.go          errors in the form of RFC 9457, for whoever accepts it
//	retry.go            a POST that may be sent again; memory_once.go remembers it
//	paging.go           the list in pieces
//	patch.go            JSON Patch; document.go does its operations, on a tree of tree.go; testop.go has its "test"
//	openapi.go          the API's description, for programs
//	hosts.go            which names of the server count, against DNS rebinding
package server

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// New returns the handler of the whole API on the given store. A panic in it is answered as Recover says. An
// error of the store that is not the client's doing is logged and answered 500 without detail.
func New(store Store, limits Limits, log *slog.Logger) http.Handler {
	s := &server{
		store: store, limits: limits, log: log, description: represent(openAPI),
		bodies: newTurns(limits.Bodies, limits), work: newTurns(limits.Work, limits), lists: newTurns(limits.Lists, limits),
	}
	s.routes = s.table()
	return Recover(s, log)
}

type server struct {
	store  Store
	limits Limits
	log    *slog.Logger
	routes []route

	bodies turns // to read a large body, and to keep it in memory
	work   turns // to do what a large body or a patch asks for
	lists  turns // to put a list together, which may be as long as the store is large

	description representation
}

// table is the only list of what the API can do. 404, 405, Allow and OPTIONS follow from it.
func (s *server) table() []route {
	return []route{
		{path("/items/{key}"), methods{
			"GET":    s.getItem,
			"HEAD":   s.getItem,
			"POST":   s.postItem,
			"PUT":    s.putItem,
			"DELETE": s.deleteItem,
			"PATCH":  s.patchItem,
		}, jsonPatch},
		{path("/tasks"), methods{
			"GET":  s.listTasks,
			"HEAD": s.listTasks,
			"POST": s.createTask,
		}, ""},
		{path("/tasks/{id}"), methods{
			"GET":    s.getTask,
			"HEAD":   s.getTask,
			"POST":   s.addTask,
			"PUT":    s.updateTask,
			"DELETE": s.deleteTask,
			"PATCH":  s.patchTask,
		}, mergePatch},
		{path("/openapi.json"), methods{
			"GET":  s.getDescription,
			"HEAD": s.getDescription,
		}, ""},
	}
}

type route struct {
	path    []string // what is between the slashes; a {name} stands for any segment that is not empty
	methods methods
	patch   string // the media type of what PATCH takes, or ""
}

func path(text string) []string { return strings.Split(text, "/") }

// methods maps a method to its handler. HEAD has the handler of GET: net/http sends the header and drops the
// body (RFC 9110 §9.3.2).
type methods map[string]handler

// A handler answers the request, or writes nothing and returns the error to refuse it with. The name is what the path
// has in the place of its {name}: the key of an item or the id of a task.
type handler func(w http.ResponseWriter, r *http.Request, name string) error

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		r.Body = http.MaxBytesReader(w, r.Body, s.limits.Body)
	}
	if err := s.serveInTurn(w, r); err != nil {
		s.refuse(w, r, err)
	}
}

// serveInTurn serves a request as soon as it has its turns: a request with a large body needs a turn to read the body, and
// it needs another turn when the body has come, as every patch does. Other requests need no turn.
func (s *server) serveInTurn(w http.ResponseWriter, r *http.Request) error {
	large := r.ContentLength < 0 || r.ContentLength > s.limits.SmallBody
	if large {
		end, err := s.bodies.take(r.Context())
		if err != nil {
			s.dropBody(w)
			return err
		}
		defer end()
	}
	if large || r.Method == "PATCH" {
		body := &bodyOfWork{ReadCloser: r.Body, request: r, turns: s.work}
		defer body.end()
		r.Body = body
	}
	return s.serve(w, r)
}

// dropBody makes net/http write the answer before the body has come, and close the connection soon after that.
func (s *server) dropBody(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	soon := time.Now().Add(s.limits.Turn)
	_ = http.NewResponseController(w).SetReadDeadline(soon) // if it cannot be set, Limits.Read still holds
}

// serve finds the route, then the method:
//
//	400   a piece of the path could be no key
//	404   no such path
//	405   the path has other methods, and Allow lists them (RFC 9110 §15.5.6)
//	501   a method that HTTP does not know (RFC 9110 §9.1)
//
// An answer to PATCH or OPTIONS has Accept-Patch (RFC 5789 §3.1).
func (s *server) serve(w http.ResponseWriter, r *http.Request) error {
	route, name, err := s.find(r.URL)
	if err != nil {
		return err
	}
	if route.patch != "" && (r.Method == "PATCH" || r.Method == "OPTIONS") {
		w.Header().Set("Accept-Patch", route.patch)
	}
	if handle, ok := route.methods[r.Method]; ok {
		return handle(w, r, name)
	}
	if !slices.Contains(knownMethods, r.Method) {
		return refusal{http.StatusNotImplemented, "Method not known"}
	}

	w.Header().Set("Allow", route.allow())
	if r.Method == "OPTIONS" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return refusal{http.StatusMethodNotAllowed, "Method not allowed"}
}

// knownMethods are those of RFC 9110 §9.3 and RFC 5789. Methods are case-sensitive.
var knownMethods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}

// allow is the value of the Allow field: what the route lists, and OPTIONS, which every route has.
func (route route) allow() string {
	allowed := append(slices.Collect(maps.Keys(route.methods)), "OPTIONS")
	slices.Sort(allowed)
	return strings.Join(allowed, ", ")
}

// find returns the route of the path, and the name in it. It does without http.ServeMux, which would redirect //tasks or
// /tasks/../items/a to a tidier path and answer 404 in plain text.
func (s *server) find(u *url.URL) (found route, name string, err error) {
	segments, err := s.segments(make([]string, 0, 8), u)
	if err != nil {
		return route{}, "", err
	}
	for _, route := range s.routes {
		if name, ok := route.match(segments); ok {
			return route, name, nil
		}
	}
	return route{}, "", refusal{http.StatusNotFound, "Not found"}
}

// match compares the path segment by segment, and returns the name in it, if there is one.
func (route route) match(segments []string) (name string, ok bool) {
	if len(segments) != len(route.path) {
		return "", false
	}
	for i, want := range route.path {
		if strings.HasPrefix(want, "{") && segments[i] != "" {
			name = segments[i]
		} else if segments[i] != want {
			return "", false
		}
	}
	return name, true
}

// segments splits the path at its slashes and only then decodes each piece, once (RFC 3986 §2.4): %2F is part of
// a key, %2541 is the key %41, and a plus is a plus. It appends the pieces. If one could be no key, it returns a refusal
// with 400.
func (s *server) segments(segments []string, u *url.URL) ([]string, error) {
	for encoded := range strings.SplitSeq(u.EscapedPath(), "/") {
		segment, err := url.PathUnescape(encoded)
		if err != nil || !s.validSegment(segment) {
			return nil, refusal{http.StatusBadRequest, fmt.Sprintf(
				"A key is at most %d bytes of UTF-8 without control characters, and not . or ..", s.limits.Key)}
		}
		segments = append(segments, segment)
	}
	return segments, nil
}

func (s *server) validSegment(segment string) bool {
	return len(segment) <= s.limits.Key &&
		segment != "." && segment != ".." &&
		utf8.ValidString(segment) &&
		!strings.ContainsFunc(segment, unicode.IsControl)
}
