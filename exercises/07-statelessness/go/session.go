package main

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
)

// session is what one client has seen of the items. What it asks for again is answered from here, which is quicker than to look
// in the store.
type session map[string]json.RawMessage

// session knows the client again by its cookie. One without a cookie, or with one of before the server was started, gets a new
// one.
func (s *server) session(w http.ResponseWriter, r *http.Request) session {
	if cookie, err := r.Cookie("session"); err == nil {
		if known, ok := s.sessions[cookie.Value]; ok {
			return known
		}
	}
	id := rand.Text()
	s.sessions[id] = session{}
	http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/"})
	return s.sessions[id]
}
