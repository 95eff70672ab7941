//go:build unix

package learn_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/course"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/learn"
	"restlab/internal/session"
)

// longest is how long a busy machine may take for anything here.
const longest = 2 * time.Minute

// screen is what a watch has printed so far.
type screen struct {
	mu    sync.Mutex
	text  bytes.Buffer
	shown int // how much of it a test has waited for
}

func (s *screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(text)
}

// next returns what was printed since the last call and up to a text, and whether that has been printed.
func (s *screen) next(text string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, _, found := strings.Cut(s.text.String()[s.shown:], text)
	if found {
		s.shown += len(before) + len(text)
	}
	return before, found
}

// watcher is a person who watches a program in serve.sh, and presses keys. Without a terminal each byte of the input is a key.
type watcher struct {
	*person
	screen
	keys  *io.PipeWriter
	ended chan error
}

const (
	wrong   = "exec $SERVER serve put-concatenates\n"
	right   = "exec $SERVER serve\n"
	silent  = "echo I am here; exec sleep 1000\n"
	stopped = "echo no such thing; exit 3\n"
	prompt  = "h hint · n next exercise · r check again · q quit · or save a file\n"
)

func (w *watcher) saves(script string) {
	w.Helper()
	program, err := os.Executable()
	require.NoError(w, err)
	write(w.T, "serve.sh", strings.ReplaceAll(script, "$SERVER", program))
}

func (w *watcher) presses(key string) {
	w.Helper()
	_, err := io.WriteString(w.keys, key)
	require.NoError(w, err)
}

// sees waits for a text, and returns what was printed before it.
func (w *watcher) sees(text string) (before string) {
	w.Helper()
	require.Eventually(w, func() (found bool) { before, found = w.next(text); return found }, longest, 5*time.Millisecond, "%q", text)
	return before
}

// isGone says that nothing listens any more at the address that a round has printed.
func (w *watcher) isGone(round string) {
	w.Helper()
	_, rest, found := strings.Cut(round, "Your program runs at http://")
	require.True(w, found)
	address, _, _ := strings.Cut(rest, " ")
	_, err := net.Dial("tcp", address)
	require.Error(w, err, address)
}

// ends waits for the end of the watch, and returns its error.
func (w *watcher) ends() error {
	w.Helper()
	select {
	case err := <-w.ended:
		return err
	case <-time.After(longest):
		w.Fatal("it goes on")
		return nil
	}
}

// watch starts a watch of exercise 01.
func watch(ctx context.Context, t *testing.T, script string) *watcher {
	in, keys := io.Pipe()
	w := &watcher{person: newPerson(t), keys: keys, ended: make(chan error, 1)}
	w.saves(script)
	typed := session.Request{Repeat: 1, Jobs: 4, Timeout: longest, Hints: "1", Cards: "1"}
	typed.Words, typed.Patience = []string{"sh", "serve.sh"}, longest
	l := w.open(in, &w.screen)
	ctx, cancel := context.WithCancel(ctx)
	go func() { w.ended <- l.Watch(ctx, exercise(t, "01"), typed) }()
	t.Cleanup(func() {
		_ = keys.Close()
		cancel()
	})
	return w
}

// A save starts a round. In it the rule that failed last comes first, and what came of the round is kept.
func TestWatchSaves(t *testing.T) {
	labtest.Slow(t, "it starts a program again and again")
	w := watch(t.Context(), t, wrong)
	out := w.sees(prompt)
	assert.NotContains(t, out, "First the rule")
	assert.Contains(t, out, "All 8 rules\n")
	assert.Contains(t, out, "✗ items.replace")
	assert.Contains(t, out, "If you are stuck: press h\n")
	assert.Contains(t, out, "Your program runs at http://127.0.0.1:")
	assert.Equal(t, "items.replace", w.progress("01").Missed)

	w.saves(stopped)
	before := out
	out = w.sees(prompt)
	w.isGone(before)
	assert.Contains(t, out, "server │ no such thing\n")
	assert.Contains(t, out, "restlab: error: ")
	assert.NotContains(t, out, "Your program runs")

	w.saves(right)
	out = w.sees(prompt)
	assert.Less(t, strings.Index(out, "First the rule that failed last\n"), strings.Index(out, "All 8 rules\n"))
	assert.Contains(t, out, "✓ 01 · Items: a server: passed.")
	assert.True(t, w.progress("01").HasPassed())
	assert.Equal(t, 2, w.kept)
	w.presses("q")
	require.NoError(t, w.ends())
	w.isGone(out)
}

// A save cuts a round short: a program that never answers holds up nothing.
func TestWatchSaveCutsRoundShort(t *testing.T) {
	labtest.Slow(t, "it starts a program again and again")
	w := watch(t.Context(), t, silent)
	w.sees("01 · Items: a server\n")
	w.saves(right)
	out := w.sees(prompt)
	assert.NotContains(t, out, "error")
	assert.Contains(t, out, "✓ 01 · Items: a server: passed.")
	w.presses("q")
	require.NoError(t, w.ends())
}

// Each key does what the last line says. Keys that are pressed during a round wait until it is over.
func TestWatchKeys(t *testing.T) {
	labtest.Slow(t, "it starts a program again and again")
	w := watch(t.Context(), t, wrong)
	w.presses("h")
	w.sees(prompt)
	assert.True(t, strings.HasPrefix(w.sees(prompt), "\nHint for items.replace, which failed last\n"))
	w.presses("c")
	assert.Equal(t, "\n", w.sees(prompt), "no window was too small")
	w.presses("xr") // x is no key
	assert.Contains(t, w.sees(prompt), "First the rule that failed last\n")
	w.presses("n")
	assert.Equal(t, "\n01 · Items: a server is not passed yet. Press n again to go on anyway.\n", w.sees(prompt))
	w.presses("n") // 02 is a client: there is nothing to watch
	require.NoError(t, w.ends())
	assert.Contains(t, w.sees("If you are stuck: restlab"), "Copied to my-course/02-items-client: ")
}

// A watch turns to the next exercise that has a server.
func TestWatchTurnsToNext(t *testing.T) {
	labtest.Slow(t, "it starts a program again and again")
	w := watch(t.Context(), t, right)
	w.sees(prompt)
	w.begins("03", learn.BeginRequest{Language: "other", Folder: "03"})
	w.updates("02", (*course.State).Pass)
	w.presses("r") // reads the progress
	w.sees(prompt)
	w.presses("n")
	out := w.sees(prompt)
	assert.Contains(t, out, "03 · ")
	assert.Contains(t, out, "If you are stuck: press h\n")
	w.presses("q")
	require.NoError(t, w.ends())
}

// It ends at once, whatever the program does: with q and Ctrl-D, with Ctrl-C and its exit status, and with the context.
func TestWatchEnds(t *testing.T) {
	for key, status := range map[string]int{"q": 0, "\x04": 0, "\x03": lab.ExitInterrupted} {
		w := watch(t.Context(), t, silent)
		w.sees("01 · Items: a server\n")
		w.presses(key)
		var e *lab.Error
		if err := w.ends(); errors.As(err, &e) {
			assert.Equal(t, status, e.Status)
		} else {
			require.NoError(t, err)
			assert.Zero(t, status)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	w := watch(ctx, t, silent)
	w.sees("01 · Items: a server\n")
	cancel()
	require.ErrorIs(t, w.ends(), context.Canceled)
}

// The end of the input takes the keys away and nothing else.
func TestWatchWithoutInput(t *testing.T) {
	labtest.Slow(t, "it starts a program again and again")
	w := watch(t.Context(), t, wrong)
	require.NoError(t, w.keys.Close())
	w.sees(prompt)
	w.saves(right)
	assert.Contains(t, w.sees(prompt), "passed.")
}
