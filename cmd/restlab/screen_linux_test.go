package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/installed"
)

// screen is a terminal of 80 columns with a shell in it.
type screen struct {
	*learner
	server string
	shell  int
}

// newScreen is a terminal for a test that runs beside others.
func newScreen(t *testing.T) *screen {
	t.Helper()
	t.Parallel()
	return (&learner{t, t.TempDir()}).terminal()
}

func (c *learner) terminal() *screen {
	c.Helper()
	installed.Program(c.T, "tmux", "tmux")
	s := &screen{learner: c, server: filepath.Join(c.folder, ".tmux")}
	s.tmux("new-session", "-d", "-x", "80", "-y", "24", "-c", c.folder, "env", "-u", "TMUX", "PS1=ready$ ", "RESTLAB_HOME="+filepath.Join(c.folder, ".home"), "sh")
	c.Cleanup(func() { _ = exec.Command("tmux", "-S", s.server, "kill-server").Run() })
	_, err := fmt.Sscan(s.tmux("display-message", "-p", "#{pane_pid}"), &s.shell)
	require.NoError(c, err)
	s.shows("ready$")
	return s
}

func (s *screen) tmux(words ...string) string {
	s.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", s.server, "-f", os.DevNull}, words...)...).CombinedOutput()
	require.NoError(s, err, string(out))
	return string(out)
}

func (s *screen) press(keys ...string) {
	s.Helper()
	s.tmux(append([]string{"send-keys"}, keys...)...)
}

// enter types a line, in one piece.
func (s *screen) enter(line string) {
	s.Helper()
	s.press("-l", line)
	s.press("Enter")
}

// text is what is on the screen and above it, lines that the terminal has wrapped joined.
func (s *screen) text() string {
	s.Helper()
	return s.tmux("capture-pane", "-p", "-J", "-S", "-2000")
}

// shows waits for a text that was not there the last time, and forgets what came before.
func (s *screen) shows(text string) string {
	s.Helper()
	seen := ""
	for deadline := time.Now().Add(waitAtMost); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if seen = s.text(); strings.Contains(seen, text) {
			return seen
		}
	}
	s.Fatalf("%q is not shown but\n%s", text, seen)
	return ""
}

func (s *screen) clear() {
	s.Helper()
	s.tmux("clear-history")
	s.tmux("send-keys", "-R")
	s.tmux("clear-history")
}

// settings are those of the terminal, as stty tells them.
func (s *screen) settings() string {
	s.Helper()
	tty := strings.TrimSpace(s.tmux("display-message", "-p", "#{pane_tty}"))
	out, err := exec.Command("stty", "-F", tty, "-g").Output()
	require.NoError(s, err)
	return string(out)
}

// looksLike waits until the screen is the one that is kept under that name.
func (s *screen) looksLike(name string) {
	s.Helper()
	s.becomes(name, func() string { return s.tmux("capture-pane", "-p") })
}

// becomes waits until a text is the one that is kept under that name.
func (s *screen) becomes(name string, look func() string) {
	s.Helper()
	kept := filepath.Join("testdata", "screens", name+".txt")
	if os.Getenv("UPDATE") != "" {
		time.Sleep(2 * time.Second) // somebody looks at what is kept
		require.NoError(s, os.WriteFile(kept, []byte(look()), 0o600))
		return
	}
	want, err := os.ReadFile(kept)
	require.NoError(s, err)
	seen := ""
	for deadline := time.Now().Add(waitAtMost); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if seen = look(); seen == string(want) {
			return
		}
	}
	assert.Equal(s, string(want), seen, "this is not %s", kept)
	s.FailNow()
}

// hasShown waits until a text has been shown so many times.
func (s *screen) hasShown(text string, times int) {
	s.Helper()
	for deadline := time.Now().Add(waitAtMost); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if strings.Count(s.text(), text) == times {
			return
		}
	}
	s.Fatalf("%q is not shown %d times but\n%s", text, times, s.text())
}
