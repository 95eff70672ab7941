package server

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// Recover returns a handler that turns a panic of next into the answer 500, Internal server error. The
// cause and the stack go to the log and never to the client. If the answer had already begun, its connection is
// closed instead: half an answer must not look whole. A panic with http.ErrAbortHandler passes through.
//
// The ResponseWriter that next gets can neither flush nor be hijacked, so no answer begins unnoticed.
func Recover(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &answerWriter{ResponseWriter: w}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // the very value, as net/http compares it
				panic(cause)
			}
			log.ErrorContext(r.Context(), "handler panicked", "method", r.Method, "path", r.URL.Path,
				"cause", cause, "stack", string(debug.Stack()))
			if answer.begun {
				panic(http.ErrAbortHandler)
			}
			clear(w.Header())
			refusal{http.StatusInternalServerError, "Internal server error"}.write(w, r)
		}()
		next.ServeHTTP(answer, r)
	})
}

// answerWriter remembers whether the answer has begun.
type answerWriter struct {
	http.ResponseWriter
	begun bool
}

func (a *answerWriter) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answerWriter) Write(body []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(body)
}

// SetReadDeadline is for http.ResponseController.
func (a *answerWriter) SetReadDeadline(deadline time.Time) error {
	return http.NewResponseController(a.ResponseWriter).SetReadDeadline(deadline)
}
