package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
)

type message struct {
	Message string `json:"message"`
}

type failure struct {
	Error string `json:"error"`
}

// encode answers with the status and the body as JSON. It returns an error only if the body has no JSON form; nothing
// is written then. Content-Length is set, so that HEAD, which sends no body, announces the length that GET has.
func encode(w http.ResponseWriter, status int, body any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return err
	}

	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // an error means that the client has gone: nobody is left to tell
	return nil
}

// A refusal is an error that is the client's to mend: the status to answer, and a text for its developer.
type refusal struct {
	status int
	text   string
}

func (r refusal) Error() string { return r.text }

// refuse answers with the status that the error has earned and {"error": …}. Any error that it does not know is ours:
// it is logged, and the client learns nothing of it.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	answer := refusalFor(err)
	if answer.status == http.StatusInternalServerError {
		s.log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	_ = encode(w, answer.status, failure{answer.text}) // a string always has a JSON form
}

func refusalFor(err error) refusal {
	if known, ok := errors.AsType[refusal](err); ok {
		return known
	}
	switch {
	case errors.Is(err, ErrNoItem):
		return refusal{http.StatusNotFound, "Not found"}
	case errors.Is(err, ErrNoTask):
		return refusal{http.StatusNotFound, "Task not found"}
	case errors.Is(err, ErrFull):
		return refusal{http.StatusInsufficientStorage, "The store is full: delete something first"}
	}
	return refusal{http.StatusInternalServerError, "Internal server error"}
}
