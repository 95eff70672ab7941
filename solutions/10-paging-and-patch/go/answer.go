package main

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
)

type message struct {
	Message string `json:"message"`
}

// answer sends a body in JSON, and says that it is.
func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
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

// refuse answers an error in JSON. No cache may keep it: what is not there now may be there in a moment. What is no refusal is our fault: it is logged, and the client learns nothing of it.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	var known refusal
	if !errors.As(err, &known) {
		log.Print(r.Method, " ", r.URL.Path, ": ", err)
		known = refusal{http.StatusInternalServerError, "Internal server error"}
	}
	w.Header().Set("Cache-Control", "no-store")
	answer(w, known.Status, known)
}
