package grade_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
)

// inventory is the reference, and knows which items it has.
type inventory struct {
	http.Handler
	mu    sync.Mutex
	items map[string]bool
	asked int
	each  func(n int, r *http.Request) // is told each request
}

func newInventory() *inventory {
	return &inventory{Handler: labtest.Handler(), items: map[string]bool{}, each: func(int, *http.Request) {}}
}

func (i *inventory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.asked++
	n := i.asked
	i.mu.Unlock()
	i.each(n, r)
	i.Handler.ServeHTTP(w, r)
	found := httptest.NewRecorder()
	i.Handler.ServeHTTP(found, httptest.NewRequest(http.MethodHead, r.URL.EscapedPath(), nil))
	i.mu.Lock()
	defer i.mu.Unlock()
	if strings.HasPrefix(r.URL.Path, "/items/") {
		delete(i.items, r.URL.Path)
		if found.Code == http.StatusOK {
			i.items[r.URL.Path] = true
		}
	}
}

// left returns the items and the tasks that are there.
func (i *inventory) left(t *testing.T) (items, tasks int) {
	t.Helper()
	w := httptest.NewRecorder()
	i.Handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/tasks", nil))
	var all []any
	body, _ := io.ReadAll(w.Body)
	require.NoError(t, json.Unmarshal(body, &all))
	return len(i.items), len(all)
}

// A grading leaves on the server what was there before it, and nothing else; with Keep it leaves what it made.
func TestNothingIsLeftBehind(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	for _, level := range contract.Levels {
		i := newInventory()
		at := labtest.Endpoint(t, labtest.Serve(t, i))
		i.ServeHTTP(httptest.NewRecorder(), post("/items/mine", `{"value": 1}`))
		i.ServeHTTP(httptest.NewRecorder(), post("/items/__proto__", `{"value": 1}`)) // a name that a scenario writes to
		i.ServeHTTP(httptest.NewRecorder(), post("/tasks/mine", `{"description": "mine"}`))
		result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Level: level}})
		assert.True(t, result.Passed(), level)
		assert.Zero(t, result.LeftBehind)
		items, tasks := i.left(t)
		assert.Equal(t, []int{2, 1}, []int{items, tasks}, "%s: %v", level, i.items)

		run(t, grade.Options{Servers: lab.Both(at), Keep: true, Selection: grade.Selection{Level: "basics"}})
		items, tasks = i.left(t)
		assert.Greater(t, items, 2)
		assert.Greater(t, tasks, 1)
	}
}

func post(target, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// What was made is deleted after Ctrl-C too.
func TestNothingIsLeftAfterInterrupt(t *testing.T) {
	i := newInventory()
	at := labtest.Endpoint(t, labtest.Serve(t, i))
	ctx, cancel := context.WithCancel(t.Context())
	i.each = func(n int, _ *http.Request) {
		if n == 60 {
			cancel()
		}
	}
	_, err := grade.Run(ctx, grade.Options{Contract: labtest.Contract(t), Servers: lab.Both(at), Selection: grade.Selection{Level: "basics"}})
	require.ErrorIs(t, err, context.Canceled)
	items, tasks := i.left(t)
	assert.Equal(t, []int{0, 0}, []int{items, tasks})
}

// What cannot be deleted is counted, and nobody waits for it long.
func TestLeftBehindIsCounted(t *testing.T) {
	labtest.Slow(t, "it waits for answers that do not come")
	i := newInventory()
	at := labtest.Endpoint(t, labtest.Serve(t, i))
	i.each = func(_ int, r *http.Request) {
		if r.Method == http.MethodDelete {
			time.Sleep(time.Second)
		}
	}
	result, err := grade.Run(t.Context(), grade.Options{
		Contract: labtest.Contract(t), Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"items.create"}}, Pace: grade.Pace{Timeout: 100 * time.Millisecond},
	})
	require.NoError(t, err)
	assert.Positive(t, result.LeftBehind)
	assert.Contains(t, strings.Join(result.Summary.Notes, "\n"), "could not be deleted")
}

// Nobody waits again and again for a server that leaves DELETE without an answer.
func TestSilentServerIsLeftAlone(t *testing.T) {
	labtest.Slow(t, "it waits for answers that do not come")
	i := newInventory()
	at := labtest.Endpoint(t, labtest.Serve(t, i))
	var asked atomic.Int64
	i.each = func(_ int, r *http.Request) {
		if r.Method == http.MethodDelete && r.UserAgent() == "" {
			asked.Add(1)
			<-r.Context().Done()
		}
	}
	result, err := grade.Run(t.Context(), grade.Options{
		Contract: labtest.Contract(t), Servers: lab.Both(at), Selection: grade.Selection{Level: "basics"}, Pace: grade.Pace{Timeout: time.Second},
	})
	require.NoError(t, err)
	assert.True(t, result.Passed(), "%v", verdicts(result))
	assert.Greater(t, result.LeftBehind, 30)
	assert.Less(t, asked.Load(), int64(30))
}

// A second Ctrl-C ends the deletion at once. The error says how much is left.
func TestSecondInterruptEndsTheDeletion(t *testing.T) {
	i := newInventory()
	at := labtest.Endpoint(t, labtest.Serve(t, i))
	last, hurry := context.WithCancel(t.Context())
	ctx, interrupt := context.WithCancel(lab.WithLast(t.Context(), last))
	i.each = func(n int, r *http.Request) {
		if n == 60 {
			interrupt()
		}
		if r.Method == http.MethodDelete && r.UserAgent() == "" {
			hurry()
			<-r.Context().Done()
		}
	}
	_, err := grade.Run(ctx, grade.Options{Contract: labtest.Contract(t), Servers: lab.Both(at), Selection: grade.Selection{Level: "basics"}, Pace: grade.Pace{Timeout: time.Hour}})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "could not be deleted")
}

// A task that somebody else has made stays, also where Location leads there.
func TestLocationOfAnotherTask(t *testing.T) {
	i := newInventory()
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/tasks" {
			w.Header().Set("Location", "/tasks/mine")
			w.WriteHeader(http.StatusCreated)
			return
		}
		i.ServeHTTP(w, r)
	})
	i.ServeHTTP(httptest.NewRecorder(), post("/tasks/mine", `{"description": "mine"}`))
	at := labtest.Endpoint(t, labtest.Serve(t, server))
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"tasks.create"}}})
	_, tasks := i.left(t)
	assert.Equal(t, 1, tasks)
	assert.Positive(t, result.LeftBehind)
}

// What clients make at once is deleted, also where one of them reads it before another has its answer.
func TestMadeAtOnceIsDeleted(t *testing.T) {
	i := newInventory()
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.ServeHTTP(w, r)
		if r.Method == http.MethodPut {
			time.Sleep(5 * time.Millisecond) // it is stored, and GET finds it
		}
	})
	at := labtest.Endpoint(t, labtest.Serve(t, server))
	for range 3 {
		result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"linearizable"}}, Pace: grade.Pace{Rounds: 3}})
		assert.Zero(t, result.LeftBehind)
	}
	items, _ := i.left(t)
	assert.Zero(t, items, i.items)
}

// A server that deletes only a state which is named in If-Match is asked for that state first.
func TestDeletionWithPrecondition(t *testing.T) {
	i := newInventory()
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete && r.Header.Get("If-Match") == "" {
			w.WriteHeader(http.StatusPreconditionRequired)
			return
		}
		i.ServeHTTP(w, r)
	})
	at := labtest.Endpoint(t, labtest.Serve(t, server))
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"items.create", "tasks.add"}}})
	assert.Zero(t, result.LeftBehind)
	items, tasks := i.left(t)
	assert.Equal(t, []int{0, 0}, []int{items, tasks})
}
