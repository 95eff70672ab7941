// A server for items, any JSON value under a key that the client chooses, and for tasks, a to-do list.
package main

import (
	"cmp"
	"encoding/json"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxBody is how many octets a body may have.
const maxBody = 1 << 20

func main() {
	s := &server{items: map[string]json.RawMessage{}, tasks: []task{}, retries: retries{tasks: map[string]task{}}}
	web := &http.Server{
		Handler:      http.MaxBytesHandler(s.routes(), maxBody),
		ReadTimeout:  15 * time.Second, // a client that is slower than that keeps a connection from others
		WriteTimeout: 15 * time.Second,
		IdleTimeout:  time.Minute,
	}
	// Two servers for one store. In earnest they are two processes, and the store is a database that both of them ask.
	listeners := []net.Listener{listen(cmp.Or(os.Getenv("PORT"), "8080"))}
	if port := os.Getenv("REPLICA_PORT"); port != "" {
		listeners = append(listeners, listen(port))
	}
	for _, l := range listeners {
		go func() { log.Fatal(web.Serve(l)) }()
	}
	select {}
}

func listen(port string) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	return l
}

// server keeps the items and the tasks. Requests run at the same time, so each takes the lock.
type server struct {
	mu      sync.Mutex
	items   map[string]json.RawMessage
	tasks   []task // in the order in which they came
	newest  int    // the place of the task that came last
	retries retries
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/items/{key}", acceptsPatch(jsonPatch, resource{
		"GET": s.getItem, "POST": s.postItem, "PUT": s.putItem, "PATCH": s.patchItem, "DELETE": s.deleteItem,
	}))
	mux.Handle("/tasks", resource{"GET": s.listTasks, "POST": s.createTask})
	mux.Handle("/tasks/{id}", acceptsPatch(mergePatch, resource{
		"GET": s.getTask, "POST": s.postTask, "PUT": s.putTask, "PATCH": s.patchTask, "DELETE": s.deleteTask,
	}))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { refuse(w, r, errNotFound) })
	return mux
}

// resource has a handler for each method that it knows. A handler answers, or writes nothing and returns why not.
type resource map[string]func(w http.ResponseWriter, r *http.Request) error

func (methods resource) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := r.Method
	if method == "HEAD" {
		method = "GET" // net/http leaves out the content
	}
	if handle, known := methods[method]; known {
		if err := handle(w, r); err != nil {
			refuse(w, r, err)
		}
		return
	}
	w.Header().Set("Allow", methods.allow())
	if method == "OPTIONS" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	refuse(w, r, refusal{http.StatusMethodNotAllowed, "Method not allowed"})
}

// allow lists what the resource can do: what it has handlers for, and what every resource can.
func (methods resource) allow() string {
	names := append(slices.Collect(maps.Keys(methods)), "HEAD", "OPTIONS")
	slices.Sort(names)
	return strings.Join(names, ", ")
}
