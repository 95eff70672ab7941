package grade_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
)

// One mistake breaks its own rule: what a Given says is set up with another method, and seen as the server shows it.
func TestOneMistake(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	for name, one := range map[string]struct {
		wrap      func(http.Handler) http.Handler
		broken    []string
		unreached int
	}{
		"POST of an item is missing": {intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost && isItem(r) {
				http.Error(w, "no", http.StatusMethodNotAllowed)
				return true
			}
			return false
		}), []string{"items.create"}, 2},
		"the list is in an object":      {rewritten("/tasks", "[", `{"tasks": [`, "]", "]}"), []string{"tasks.list"}, 0},
		"members have other names":      {rewritten("/tasks", `"complete"`, `"done"`), []string{"tasks.list"}, 0},
		"an item is called content":     {rewritten("/items/", `"value"`, `"content"`), []string{"items.read"}, 1},
		"no item is null and no status": {missingIsNull, []string{"items.read.missing"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			result := run(t, grade.Options{Servers: lab.Both(reference(t, one.wrap)), Selection: grade.Selection{Level: "basics"}})
			assert.Equal(t, one.broken, failed(result))
			assert.LessOrEqual(t, result.Summary.Unreached, one.unreached)
		})
	}
}

// A right server gets no request of another method than the contract's for what a Given says.
func TestGivensOfRightServers(t *testing.T) {
	labtest.Slow(t, "it grades a whole level")
	var others atomic.Int64
	at := reference(t, intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPatch || strings.HasSuffix(r.URL.Path, "-unused") {
			others.Add(1)
		}
		return false
	}))
	run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Level: "basics"}})
	assert.Zero(t, others.Load())
}

func isItem(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/items/") }

// rewritten replaces texts in the content of answers to GET.
func rewritten(path string, texts ...string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || !strings.HasPrefix(r.URL.Path, path) {
				next.ServeHTTP(w, r)
				return
			}
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			content := strings.NewReplacer(texts...).Replace(answer.Body.String())
			w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
			w.WriteHeader(answer.Code)
			_, _ = bytes.NewBufferString(content).WriteTo(w)
		})
	}
}

// missingIsNull answers GET of an item that is not there with 200 and null.
func missingIsNull(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || !isItem(r) {
			next.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		w.Header().Set("Content-Type", "application/json")
		if answer.Code == http.StatusNotFound {
			_, _ = w.Write([]byte("null"))
			return
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}
