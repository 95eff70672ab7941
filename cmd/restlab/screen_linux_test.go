package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
