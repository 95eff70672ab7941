// Command plain is the lab's API as a good learner writes it: http.ServeMux, two maps, a mutex and encoding/json, with
// limits on bodies and on time. It keeps every rule of level http, and the reference is measured against it. Its one
// argument is the address to listen on.
package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{
		Handler:           newAPI().routes(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       time.Minute,
	}
	fmt.Printf("Serving items and tasks at http://%s\n", listener.Addr())
	log.Fatal(server.Serve(listener))
}

type api struct {
	mu    sync.RWMutex
	items map[string]json.RawMessage
	tasks map[string]*task
	order []string // the ids of the tasks as they were added
}

type task struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Complete    bool   `json:"complete"`
}

func newAPI() *api {
	return &api{items: map[string]json.RawMessage{}, tasks: map[string]*task{}}
}

func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{key}", a.getItem)
	mux.HandleFunc("POST /items/{key}", a.postItem)
	mux.HandleFunc("PUT /items/{key}", a.putItem)
	mux.HandleFunc("DELETE /items/{key}", a.deleteItem)
	mux.HandleFunc("/items/{key}", others("DELETE, GET, HEAD, OPTIONS, POST, PUT"))
	mux.HandleFunc("GET /tasks", a.listTasks)
	mux.HandleFunc("POST /tasks", a.createTask)
	mux.HandleFunc("/tasks", others("GET, HEAD, OPTIONS, POST"))
	mux.HandleFunc("GET /tasks/{id}", a.getTask)
	mux.HandleFunc("POST /tasks/{id}", a.addTask)
	mux.HandleFunc("PUT /tasks/{id}", a.updateTask)
	mux.HandleFunc("DELETE /tasks/{id}", a.deleteTask)
	mux.HandleFunc("/tasks/{id}", others("DELETE, GET, HEAD, OPTIONS, POST, PUT"))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fail(w, http.StatusNotFound, "Not found") })
	return mux
}

// others answers the methods that a path does not have.
func others(allow string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allow)
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		switch r.Method {
		case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "TRACE", "PATCH":
			fail(w, http.StatusMethodNotAllowed, "Method not allowed")
		default:
			fail(w, http.StatusNotImplemented, "Method not known")
		}
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func say(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"message": message})
}

func fail(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"error": message})
}

// decode reads the body, or answers why it cannot.
func decode(w http.ResponseWriter, r *http.Request, body any) bool {
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if mediaType != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, "The body needs Content-Type: application/json")
		return false
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	err := decoder.Decode(body)
	if err == nil && decoder.Decode(&struct{}{}) != io.EOF {
		err = errors.New("more than one value")
	}
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		fail(w, http.StatusRequestEntityTooLarge, "The body is too large")
		return false
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "The body is not the JSON that is wanted")
		return false
	}
	return true
}

type item struct {
	Value json.RawMessage `json:"value"`
}

func (a *api) getItem(w http.ResponseWriter, r *http.Request) {
	a.mu.RLock()
	value, found := a.items[r.PathValue("key")]
	a.mu.RUnlock()
	if !found {
		fail(w, http.StatusNotFound, "Not found")
		return
	}
	answer(w, http.StatusOK, item{value})
}

func (a *api) postItem(w http.ResponseWriter, r *http.Request) {
	if _, ok := a.storeItem(w, r); ok {
		w.Header().Set("Location", "/items/"+url.PathEscape(r.PathValue("key")))
		say(w, http.StatusCreated, "Item created")
	}
}

func (a *api) putItem(w http.ResponseWriter, r *http.Request) {
	created, ok := a.storeItem(w, r)
	switch {
	case !ok:
	case created:
		say(w, http.StatusCreated, "Item created")
	default:
		say(w, http.StatusOK, "Item updated")
	}
}

func (a *api) storeItem(w http.ResponseWriter, r *http.Request) (created, ok bool) {
	var body item
	if !decode(w, r, &body) {
		return false, false
	}
	if body.Value == nil {
		fail(w, http.StatusUnprocessableEntity, `The body has no "value"`)
		return false, false
	}
	key := r.PathValue("key")
	a.mu.Lock()
	defer a.mu.Unlock()
	_, taken := a.items[key]
	a.items[key] = body.Value
	return !taken, true
}

func (a *api) deleteItem(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("key")
	a.mu.Lock()
	_, found := a.items[key]
	delete(a.items, key)
	a.mu.Unlock()
	if !found {
		fail(w, http.StatusNotFound, "Not found")
		return
	}
	say(w, http.StatusOK, "Item deleted")
}

func (a *api) listTasks(w http.ResponseWriter, _ *http.Request) {
	a.mu.RLock()
	tasks := make([]task, len(a.order))
	for i, id := range a.order {
		tasks[i] = *a.tasks[id]
	}
	a.mu.RUnlock()
	answer(w, http.StatusOK, tasks)
}

func (a *api) createTask(w http.ResponseWriter, r *http.Request) {
	added := task{ID: rand.Text()}
	if !readDescription(w, r, &added) {
		return
	}
	a.put(added)
	w.Header().Set("Location", "/tasks/"+added.ID)
	answer(w, http.StatusCreated, added)
}

func (a *api) addTask(w http.ResponseWriter, r *http.Request) {
	added := task{ID: r.PathValue("id")}
	if !readDescription(w, r, &added) {
		return
	}
	a.put(added)
	w.Header().Set("Location", "/tasks/"+url.PathEscape(added.ID))
	say(w, http.StatusCreated, "Task added")
}

func readDescription(w http.ResponseWriter, r *http.Request, into *task) bool {
	var body struct{ Description *string }
	if !decode(w, r, &body) {
		return false
	}
	if body.Description == nil {
		fail(w, http.StatusUnprocessableEntity, `The body has no "description"`)
		return false
	}
	into.Description = *body.Description
	return true
}

func (a *api) put(added task) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tasks[added.ID] == nil {
		a.order = append(a.order, added.ID)
	}
	a.tasks[added.ID] = &added
}

func (a *api) getTask(w http.ResponseWriter, r *http.Request) {
	a.mu.RLock()
	var found task
	stored := a.tasks[r.PathValue("id")]
	if stored != nil {
		found = *stored
	}
	a.mu.RUnlock()
	if stored == nil {
		fail(w, http.StatusNotFound, "Task not found")
		return
	}
	answer(w, http.StatusOK, found)
}

func (a *api) updateTask(w http.ResponseWriter, r *http.Request) {
	var body *struct{ Complete json.RawMessage } // a pointer, since null would leave a struct as it is
	if !decode(w, r, &body) {
		return
	}
	if body == nil {
		fail(w, http.StatusUnprocessableEntity, "The body is not a JSON object")
		return
	}
	complete := string(body.Complete)
	if complete != "true" && complete != "false" && complete != "" {
		fail(w, http.StatusUnprocessableEntity, `"complete" is not a boolean`)
		return
	}
	a.mu.Lock()
	stored := a.tasks[r.PathValue("id")]
	if stored != nil && complete != "" {
		stored.Complete = complete == "true"
	}
	a.mu.Unlock()
	if stored == nil {
		fail(w, http.StatusNotFound, "Task not found")
		return
	}
	say(w, http.StatusOK, "Task updated")
}

func (a *api) deleteTask(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	a.mu.Lock()
	stored := a.tasks[id]
	delete(a.tasks, id)
	for i, other := range a.order {
		if other == id {
			a.order = append(a.order[:i], a.order[i+1:]...)
			break
		}
	}
	a.mu.Unlock()
	if stored == nil {
		fail(w, http.StatusNotFound, "Task not found")
		return
	}
	say(w, http.StatusOK, "Task deleted")
}
