package server

import (
	"errors"
	"net/http"
	"strconv"
)

type failure struct {
	Error string `json:"error"`
}

// What is said of a write that is done. Each is made once, as representations are.
var (
	itemCreated = saying("Item created")
	itemUpdated = saying("Item updated")
	itemDeleted = saying("Item deleted")
	taskAdded   = saying("Task added")
	taskUpdated = saying("Task updated")
	taskDeleted = saying("Task deleted")
)

// saying returns {"message": text}, which has no entity-tag.
func saying(text string) representation {
	body, err := jsonText(map[string]string{"message": text})
	if err != nil {
		panic(err) // a string has a JSON form
	}
	return labelled(body, "")
}

// confirm answers a write with the status and the body.
func confirm(w http.ResponseWriter, status int, body representation) error {
	header := w.Header()
	header["Content-Type"] = jsonType
	header["Content-Length"] = body.lengthField
	w.WriteHeader(status)
	_, _ = w.Write(body.body) // an error means that the client has gone: nobody is left to tell
	return nil
}

// show answers GET and HEAD with the representation, in the order of RFC 9110 §13.2.2:
//
//	412 Precondition Failed   If-Match names other tags than its ETag
//	304 Not Modified          If-None-Match names its ETag: the client has these octets already
//	200 OK                    otherwise
//
// no-cache lets every cache keep the answer, if it asks here each time whether it is still true. So a client reads what
// it wrote, and what has not changed costs a 304 instead of a body.
func show(w http.ResponseWriter, r *http.Request, is representation) error {
	only := preconditions(r)
	if only.matchFails(is.etag) {
		return ErrPrecondition
	}
	header := w.Header()
	header["Etag"] = is.etagField // the field as http.Header spells it
	header["Cache-Control"] = noCache
	if only.noneMatchFails(is.etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	header["Content-Type"] = jsonType
	header["Content-Length"] = is.lengthField
	_, _ = w.Write(is.body)
	return nil
}

// Values of fields that every answer to GET has. They are shared, so that none is made for each answer.
var (
	jsonType = []string{plainJSON}
	noCache  = []string{"no-cache"}
)

// A refusal is an error that the client can fix: the status to answer, and a text for its developer.
type refusal struct {
	status int
	text   string
}

func (answer refusal) Error() string { return answer.text }

// refuse answers with the status that the error has earned, and an explanation. Any error that it does not know is ours:
// it is logged, and the client learns nothing of it.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	answer := refusalFor(err)
	if answer.status == http.StatusInternalServerError {
		s.log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	answer.write(w, r)
}

// write sends the refusal in the form that the client wants. No cache keeps it: by RFC 9110 §15.1 it might keep a 404 for
// as long as it thinks best.
func (answer refusal) write(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept")
	if answer.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	mediaType, body := plainJSON, any(failure{answer.text})
	if wantsProblem(r.Header["Accept"]) {
		mediaType, body = problemJSON, answer.problem()
	}
	text, _ := jsonText(body) // cannot fail: what it holds has a JSON form
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(text))) // for HEAD, too, which sends no body
	w.WriteHeader(answer.status)
	_, _ = w.Write(text)
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
	case errors.Is(err, ErrPrecondition):
		return refusal{http.StatusPreconditionFailed, "It is not as If-Match or If-None-Match wants it: read it again"}
	case errors.Is(err, ErrKeyReused):
		return refusal{http.StatusUnprocessableEntity, "The Idempotency-Key was used with another body"}
	case errors.Is(err, ErrFull):
		return refusal{http.StatusInsufficientStorage, "The store is full: delete something first"}
	}
	return refusal{http.StatusInternalServerError, "Internal server error"}
}
