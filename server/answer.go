package server

import (
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
// is written then.
func encode(w http.ResponseWriter, status int, body any) error {
	text, err := jsonText(body)
	if err != nil {
		return err
	}
	write(w, status, plainJSON, text)
	return nil
}

// write answers with the status and the body. It sets Content-Length, so that HEAD, which sends no body, announces the
// length that GET has.
func write(w http.ResponseWriter, status int, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client has gone: nobody is left to tell
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

// A refusal is an error that is the client's to mend: the status to answer, and a text for its developer.
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
	mediaType, body := plainJSON, any(failure{answer.text})
	if wantsProblem(r.Header["Accept"]) {
		mediaType, body = problemJSON, answer.problem()
	}
	text, _ := jsonText(body) // cannot fail: what it holds has a JSON form
	write(w, answer.status, mediaType, text)
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
