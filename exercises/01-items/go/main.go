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
	todo(w) // TODO: read the body, var in item; err := json.NewDecoder(r.Body).Decode(&in); store in.Value under the key of the path; answer 201
}

func (s *server) putItem(w http.ResponseWriter, r *http.Request) {
	todo(w) // TODO: the same, whether the key is free or taken; answer 200
}

func (s *server) deleteItem(w http.ResponseWriter, r *http.Request) {
	todo(w) // TODO: forget the item; answer 200, or 404 where there is none
}

// todo is for what is not there yet.
func todo(w http.ResponseWriter) {
	answer(w, http.StatusNotImplemented, failure{"Not implemented yet"})
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
