package main

import (
	"encoding/json"
	"net/http"
	"net/url"
)

// item is how an item is written in JSON. Its value stays as the client wrote it.
type item struct {
	Value json.RawMessage `json:"value"`
}

func (s *server) getItem(w http.ResponseWriter, r *http.Request) error {
	s.mu.Lock()
	value, taken := s.items[r.PathValue("key")]
	s.mu.Unlock() // before it is sent: a client that reads slowly would have all others wait
	if !taken {
		return errNotFound
	}
	return show(w, r, item{value})
}

func (s *server) postItem(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.store(r); err != nil {
		return err
	}
	w.Header().Set("Location", "/items/"+url.PathEscape(r.PathValue("key")))
	answer(w, http.StatusCreated, message{"Item created"})
	return nil
}

// putItem answers 201 the first time and 200 from then on, and the item is the same each time. So a client that never saw
// the answer sends its PUT again, and learns from the status whether the first one had arrived.
func (s *server) putItem(w http.ResponseWriter, r *http.Request) error {
	created, err := s.store(r)
	if err != nil {
		return err
	}
	if created {
		answer(w, http.StatusCreated, message{"Item created"})
	} else {
		answer(w, http.StatusOK, message{"Item updated"})
	}
	return nil
}

// store keeps the value that a request carries, and tells whether its key was free.
func (s *server) store(r *http.Request) (created bool, err error) {
	body, err := readObject(r)
	if err != nil {
		return false, err
	}
	value, ok := body["value"]
	if !ok {
		return false, refusal{http.StatusUnprocessableEntity, `The body has no "value"`}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.PathValue("key")
	_, taken := s.items[key]
	s.items[key] = value
	return !taken, nil
}

func (s *server) deleteItem(w http.ResponseWriter, r *http.Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.PathValue("key")
	if _, taken := s.items[key]; !taken {
		return errNotFound
	}
	delete(s.items, key)
	answer(w, http.StatusOK, message{"Item deleted"})
	return nil
}
