package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/labtest"
)

// waitAtMost is how long a busy machine may take for anything here.
const waitAtMost = 2 * time.Minute

// learner is a learner's folder with a server in serve.sh, whose faults they fix by saving it.
type learner struct {
	*testing.T
	folder string
}

const (
	wrongServer = "exec restlab serve --listen 127.0.0.1:$PORT --fault put-concatenates\n"
	rightServer = "exec restlab serve --listen 127.0.0.1:$PORT\n"
	endedServer = "echo no such thing; exit 3\n"
)

func newLearner(t *testing.T) *learner {
	c := &learner{t, t.TempDir()}
	t.Setenv("RESTLAB_HOME", filepath.Join(c.folder, ".home"))
	c.save(wrongServer)
	return c
}

func (c *learner) save(text string) {
	c.Helper()
	require.NoError(c, os.WriteFile(filepath.Join(c.folder, "serve.sh"), []byte(text), 0o600))
}

// watch is the command that watches it.
func (c *learner) watch() []string {
	return []string{"restlab", "learn", "watch", "01", "--timeout", "1m", "--ready-timeout", "2m", "--", "sh", "serve.sh"}
}

// isAlone waits until no process runs in the folder but those that are known.
func (c *learner) isAlone(known ...int) {
	c.Helper()
	left := ""
	for deadline := time.Now().Add(waitAtMost); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if left = c.processes(known); left == "" {
			return
		}
	}
	c.Fatalf("lives: %s", left)
}

func (c *learner) processes(known []int) string {
	folders, _ := filepath.Glob("/proc/[0-9]*/cwd")
	left := ""
	for _, link := range folders {
		to, err := os.Readlink(link)
		process := filepath.Dir(link)
		if err != nil || !strings.HasPrefix(to+"/", c.folder+"/") || contains(known, filepath.Base(process)) {
			continue
		}
		words, _ := os.ReadFile(process + "/cmdline")
		left += process + " " + strings.ReplaceAll(string(words), "\x00", " ")
	}
	return left
}

func contains(known []int, pid string) bool {
	for _, k := range known {
		if fmt.Sprint(k) == pid {
			return true
		}
	}
	return false
}

const prompt = "h hint · n next exercise · r check again · q quit · or save a file"

// At a terminal: saves, each key, a window that is resized, and the end of it. The terminal is then as it was.
func TestWatchKeys(t *testing.T) {
	s := newLearner(t).terminal()
	before := s.settings()
	s.enter(strings.Join(s.watch(), " "))
	s.shows("Predict first: which status does a right server send?")
	s.press("C-d")
	seen := s.shows(prompt)
	assert.Contains(t, seen, "✗ items.replace")
	assert.Contains(t, seen, "1. items.replace · PUT on an existing key replaces the value")
	assert.Contains(t, seen, "Not reached: PUT /items/… did not work before: ")
	assert.NotContains(t, seen, "✓ items.read")
	assert.Contains(t, seen, "If you are stuck: press h\n")
	assert.Contains(t, seen, "  hint ")
	assert.Contains(t, seen, "more: press h)")
	assert.NotContains(t, seen, "> Host:")
	assert.Contains(t, s.tmux("capture-pane", "-p"), "1. items.replace", "the card begins in the window")
	for line := range strings.Lines(s.tmux("capture-pane", "-p")) {
		assert.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), 80)
	}
	assert.NotEqual(t, before, s.settings(), "keys are read one by one")

	for key, text := range map[string]string{"c": "> Host:", "h": "Hint for items.replace, which failed last\n", "n": "is not passed yet. Press n again to go on anyway."} {
		s.clear()
		s.press(key)
		assert.Contains(t, s.shows(prompt), text)
	}
	s.press("x") // is no key
	s.clear()
	s.press("r")
	seen = s.shows(prompt)
	assert.Contains(t, seen, "First the rule that failed last")
	assert.Less(t, strings.Index(seen, "✗ items.replace"), strings.Index(seen, "All 8 rules"))

	s.clear()
	s.tmux("resize-window", "-x", "50", "-y", "10")
	s.save(endedServer)
	s.shows("server │ no such thing")
	s.shows("your program ended before it\nanswered")
	s.shows("or save a file")
	s.clear()
	s.tmux("resize-window", "-x", "132", "-y", "40")
	s.save(rightServer)
	seen = s.shows(prompt)
	assert.Contains(t, seen, "✓ items.replace")
	assert.Contains(t, seen, "All 8 rules\n\n  ✓ all of them\n")
	assert.Contains(t, seen, "Everything passed: ")
	assert.Contains(t, seen, "✓ 01 · Items: a server: passed.")

	s.press("n") // 02 is a client: there is nothing to watch
	s.shows("Copied to my-course/02-items-client: ")
	s.shows("ready$")
	s.isAlone(s.shell)
	assert.Equal(t, before, s.settings())
}

// Ctrl-C ends it at once, while a program runs, while it is checked, and while it does not start. So do q and Ctrl-D.
func TestWatchEnds(t *testing.T) {
	s := newLearner(t).terminal()
	before := s.settings()
	s.enter(strings.Join(s.watch(), " "))
	s.shows("Status: ")
	s.press("Enter")
	s.shows("2 of 4")
	s.press("C-d")
	s.shows(prompt)
	s.press("C-c")
	s.isAlone(s.shell)
	s.enter("echo status $?")
	s.shows("status 130")
	assert.Equal(t, before, s.settings())

	for _, key := range []string{"C-c", "q", "C-d"} {
		s.save("echo I am here; sleep 1000\n")
		s.clear()
		s.enter(strings.Join(s.watch(), " ") + " ; echo ended")
		s.shows("01 · Items: a server")
		s.press(key)
		s.shows("\nended")
		s.isAlone(s.shell)
		assert.Equal(t, before, s.settings(), key)
	}
}

// heard is what a program prints, while it does.
type heard struct {
	sync.Mutex
	bytes.Buffer
}

func (h *heard) Write(text []byte) (int, error) {
	h.Lock()
	defer h.Unlock()
	return h.Buffer.Write(text)
}

func (h *heard) count(text string) int {
	h.Lock()
	defer h.Unlock()
	return strings.Count(h.String(), text)
}

// The end of input takes the keys away and nothing else: saves are still checked, until a signal ends it.
func TestWatchWithoutInput(t *testing.T) {
	labtest.Slow(t, "it runs shells and watches files")
	c := newLearner(t)
	words := c.watch()
	var out heard
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.folder, &out, &out
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for n, text := range []string{wrongServer, rightServer, wrongServer} {
		if n > 0 {
			c.save(text)
		}
		require.Eventually(t, func() bool { return out.count(prompt) > n }, waitAtMost, 50*time.Millisecond, "%d", n)
	}
	assert.Equal(t, 1, out.count("Everything passed"))
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	_ = cmd.Wait()
	assert.Equal(t, 130, cmd.ProcessState.ExitCode())
	assert.NotContains(t, out.String(), "\r")
	c.isAlone()
}

// Before the first check somebody at a terminal is asked what they expect, and only then. Ctrl-C ends it while they are asked.
func TestPredictionsAtTerminal(t *testing.T) {
	s := newLearner(t).terminal()
	check := "restlab learn check 01 --timeout 1m --ready-timeout 2m -- sh serve.sh"
	s.enter(check + "; echo status $?")
	s.shows("Status: ")
	s.press("C-c")
	s.shows("\nstatus 130")
	s.isAlone(s.shell)
	s.clear()
	s.enter(check)
	s.shows("Predict first: which status does a right server send?")
	s.enter("perhaps")
	s.shows("A status is a number, as 404 is.\nStatus: ")
	s.enter("404")
	s.shows("✓ ")
	s.press("C-d")
	s.shows("1 of 1 prediction right.")
	s.shows("If you are stuck: ")
	s.clear()
	s.enter(check)
	assert.NotContains(t, s.shows("If you are stuck: "), "Predict first")
	s.isAlone(s.shell)
}
