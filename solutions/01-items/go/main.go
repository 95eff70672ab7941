// A server for items: any JSON value, each under a key that the client chooses.
package main

import (
	"cmp"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"sync"
)

func main() {
	s := &server{items: map[string]json.RawMessage{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{key}", s.getItem)
	mux.HandleFunc("POST /items/{key}", s.postItem)
	mux.HandleFunc("PUT /items/{key}", s.putItem)
	mux.HandleFunc("DELETE /items/{key}", s.deleteItem)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+cmp.Or(os.Getenv("PORT"), "8080"), mux))
}

// server keeps the items. Requests run at the same time, so each takes the lock.
type server struct {
	mu    sync.Mutex
	items map[string]json.RawMessage
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
	if s.store(w, r) {
		answer(w, http.StatusCreated, message{"Item created"})
	}
}

func (s *server) putItem(w http.ResponseWriter, r *http.Request) {
	if s.store(w, r) {
		answer(w, http.StatusOK, message{"Item updated"})
	}
}

// store keeps the value that a request carries. If there is none it has answered, and returns false.
func (s *server) store(w http.ResponseWriter, r *http.Request) bool {
	var body item
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Value == nil {
		answer(w, http.StatusBadRequest, failure{`the body has to be {"value": …}`})
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[r.PathValue("key")] = body.Value
	return true
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
