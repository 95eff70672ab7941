package serve

import (
	"fmt"
	"io"
	"net/http"

	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// AccessLog returns a handler that serves like next and prints a line for each request: method, target and status. Whatever a client sends,
// the line is short and harmless to show.
func AccessLog(out io.Writer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		response := &statusRecorder{ResponseWriter: w}
		defer func() {
			fmt.Fprintf(out, "%s %s → %s\n", wire.Untrusted(r.Method).Line(20), wire.Untrusted(r.RequestURI).Line(100), response)
		}()
		next.ServeHTTP(response, r)
	})
}

// LogAtTerminal returns AccessLog on the terminal, or next itself where the output is no terminal.
func LogAtTerminal(t *terminal.Terminal, next http.Handler) http.Handler {
	if !terminal.Is(t.Out) {
		return next
	}
	return AccessLog(t.Out, next)
}

// statusRecorder is a ResponseWriter that remembers the status.
type statusRecorder struct {
	http.ResponseWriter
	status int // 0 for none
}

func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusRecorder) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusRecorder) Write(content []byte) (int, error) {
	if w.status < http.StatusOK {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(content)
}

// String returns the status with its standard phrase. A server with a fault may write another phrase on the wire.
func (w *statusRecorder) String() string {
	if w.status == 0 {
		return "no answer of the usual kind"
	}
	return fmt.Sprintf("%d %s", w.status, http.StatusText(w.status))
}
