package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/quiz"
	"restlab/internal/state"
)

// sits runs a command as a learner whose progress is in a folder, and who types these lines.
func sits(ctx context.Context, folder string, in io.Reader, words ...string) (status int, out string) {
	var all bytes.Buffer
	status = run(ctx, words, in, &all, &all, func(name string) string {
		if name == state.Home {
			return folder
		}
		return ""
	})
	return status, all.String()
}

// answered are the lines of somebody who answers each question of a seed: right, or with the option after the right one.
func answered(t *testing.T, right bool, words ...string) string {
	t.Helper()
	_, out := sits(t.Context(), t.TempDir(), strings.NewReader(""), append([]string{"quiz", "--export", "json"}, words...)...)
	var document struct {
		Questions []struct{ Options []struct{ Right bool } }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &document), out)
	var lines strings.Builder
	for _, q := range document.Questions {
		for i, o := range q.Options {
			if o.Right && !right {
				i = (i + 1) % len(q.Options)
			}
			if o.Right {
				lines.WriteString(quiz.Letter(i) + "\n\n")
			}
		}
	}
	return lines.String()
}

// A learner who answers all questions, some of them at the second attempt, has passed exercise 13. What was right is not asked again, until
// nothing is left.
func TestQuizPassesExercise(t *testing.T) {
	labtest.Slow(t, "it answers every question, several times")
	home := t.TempDir()
	sit := func(lines string, words ...string) string {
		status, out := sits(t.Context(), home, strings.NewReader(lines), append([]string{"quiz"}, words...)...)
		require.Zero(t, status, out)
		return out
	}
	out := sit(answered(t, false, "--seed", "1"), "--seed", "1")
	assert.Contains(t, out, "0 of 33 answers right:")
	assert.NotContains(t, out, "✓")
	out = sit(answered(t, true, "--seed", "2", "--count", "30"), "--seed", "2", "--count", "30")
	assert.Contains(t, out, "30 of 30 answers right:")
	assert.NotContains(t, out, "✗")
	assert.Contains(t, out, "3 questions left: ")
	status, out := sits(t.Context(), home, strings.NewReader(""), "learn", "check", "13")
	assert.Equal(t, lab.ExitFailed, status)
	assert.Contains(t, out, "3 of 33 questions not answered right yet")

	assert.Contains(t, sit(""), "The knowledge check: 3 questions, seed ")
	out = sit(answered(t, true, "--seed", "2"), "--seed", "2")
	assert.Contains(t, out, "✓ You have answered all 33 questions right: that passes 13 · The knowledge check.")
	assert.Contains(t, sit(""), "The knowledge check: 33 questions, seed ")
	status, out = sits(t.Context(), home, strings.NewReader(""), "learn", "check", "13")
	assert.Equal(t, lab.ExitPassed, status, out)
	assert.Contains(t, out, "✓ 13 · The knowledge check: passed.")
}

// Ctrl-C ends it though nobody types anything, and what was answered is kept.
func TestQuizInterrupted(t *testing.T) {
	home := t.TempDir()
	in, typed := io.Pipe()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	go func() {
		_, _ = io.WriteString(typed, answered(t, true, "--seed", "1", "--count", "1"))
		_, _ = io.WriteString(typed, "?\n") // is read once all before has been heard
		interrupt()
	}()
	status := make(chan int)
	go func() {
		s, _ := sits(ctx, home, in, "quiz", "--seed", "1")
		status <- s
	}()
	select {
	case s := <-status:
		assert.Equal(t, 130, s)
	case <-time.After(time.Minute):
		t.Fatal("it still waits for somebody to type")
	}
	_, out := sits(t.Context(), home, strings.NewReader(""), "quiz")
	assert.Contains(t, out, "32 questions, seed ")
}
