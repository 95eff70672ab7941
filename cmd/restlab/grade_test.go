package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/session"
	"restlab/internal/terminal"
)

// The words that are kept for a replay make the same request when they are typed again, whatever was asked for.
func TestArguments(t *testing.T) {
	t.Setenv("TOKEN", "secret")
	folder, err := os.Getwd()
	require.NoError(t, err)
	for _, words := range [][]string{
		{},
		{"http://localhost:8080"},
		{"--items", "http://a,http://b", "--tasks", "http://c", "--through", "proxy"},
		{"--level", "http", "--jobs", "3", "--sequences", "7", "--timeout", "2s", "--hints", "all", "--features", folder, "--", "python3", "my app.py", "--port=1"},
		{"--items-cmd", "a b", "--tasks-cmd", "c 'd e'", "--items-port", "81", "--tasks-port", "82", "--ready-timeout", "3s", "--restarts", "0", "--limit", "memory=1M,file=2M"},
		{"--dir", folder, "--env", "TOKEN", "--port", "5000", "--", "./server"},
	} {
		typed, again := read(t, words), read(t, read(t, words).Arguments())
		typed.Seed, again.Seed = 0, 0 // drawn anew
		if typed.Any() {
			typed.Folder = folder // which is kept, since the replay may be typed elsewhere
		}
		assert.Equal(t, typed, again, words)
	}
}

// What is shown or written once is not repeated by a replay.
func TestOnceOnly(t *testing.T) {
	r := read(t, []string{"--rule", "items.create", "--seed", "4", "--repeat", "2", "--report", "json=a.json", "--quiet", "--cards", "2", "--", "a", "b"})
	folder, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, []string{"--dir=" + folder, "--", "a", "b"}, r.Arguments())
}

// read reads words behind restlab grade.
func read(t *testing.T, words []string) *session.Request {
	t.Helper()
	r := new(session.Request)
	cmd := (&program{&terminal.Terminal{Name: "restlab"}}).gradeCommand(r)
	require.NoError(t, cmd.ParseFlags(words))
	require.NoError(t, readGrade(cmd, r, cmd.Flags().Args()))
	assert.Positive(t, r.Timeout/time.Millisecond)
	return r
}
