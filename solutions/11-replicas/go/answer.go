package main

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"strings"
)

type message struct {
	Message string `json:"message"`
}

// answer sends a body in JSON, and says that it is.
func answer(w http.ResponseWriter, status int, body any) {
	send(w, status, "application/json", body)
}

func send(w http.ResponseWriter, status int, mediaType string, body any) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

// refusal is an error that the client can mend: a status for the program, a text for its developer.
type refusal struct {
	Status int    `json:"-"`
	Text   string `json:"error"`
}

func (r refusal) Error() string { return r.Text }

var errNotFound = refusal{http.StatusNotFound, "Not found"}

// problem is an error for clients that read RFC 9457. Its type is about:blank where it is left out: no more is to be said than
// the status does.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// refuse answers an error in the form that the client asks for, and Vary tells caches that there are two. None may keep it: what is
// not there now may be there in a moment. What is no refusal is our fault: it is logged, and the client learns nothing of it.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	var known refusal
	if !errors.As(err, &known) {
		log.Print(r.Method, " ", r.URL.Path, ": ", err)
		known = refusal{http.StatusInternalServerError, "Internal server error"}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept")
	if strings.Contains(r.Header.Get("Accept"), "application/problem+json") {
		send(w, known.Status, "application/problem+json", problem{http.StatusText(known.Status), known.Status, known.Text})
		return
	}
	answer(w, known.Status, known)
}
