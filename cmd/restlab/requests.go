package main

import (
	"fmt"
	"net/http"

	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// telling has a server tell on a terminal of each request: method, target, and how it was answered.
func (p *program) telling(server http.Handler) http.Handler {
	if !terminal.Is(p.Out) {
		return server
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &answering{ResponseWriter: w}
		defer func() {
			fmt.Fprintf(p.Out, "%s %s → %s\n", wire.Untrusted(r.Method).Line(20), wire.Untrusted(r.RequestURI).Line(100), a)
		}()
		server.ServeHTTP(a, r)
	})
}

// answering is where an answer is written, and remembers its status.
type answering struct {
	http.ResponseWriter
	status int // 0 for none
}

func (a *answering) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answering) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answering) Write(content []byte) (int, error) {
	if a.status < http.StatusOK {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(content)
}

// String is the status as it stands on the wire; a server with a fault may write something else there.
func (a *answering) String() string {
	if a.status == 0 {
		return "no answer of the usual kind"
	}
	return fmt.Sprintf("%d %s", a.status, http.StatusText(a.status))
}
