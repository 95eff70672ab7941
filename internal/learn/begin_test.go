package learn_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/course"
	"restlab/internal/learn"
	"restlab/internal/terminal"
)

// beginning returns the command that begins an exercise.
func (p *person) beginning(number string, r learn.BeginRequest) func(*learn.Learner) error {
	return func(l *learn.Learner) error { return l.Begin(exercise(p.T, number), r) }
}

// An exercise begins with a starter in its folder, and says what to do. After that it is gone on with, and no file is written over.
func TestBegin(t *testing.T) {
	p := newPerson(t)
	out := p.begins("01", learn.BeginRequest{Language: "go"})
	assert.True(t, strings.HasPrefix(out, "01 · Items: a server\n\nCopied to my-course/01-items: README.md, main.go, go.mod\nYou begin with a starter.\n\n1. Read "), out)
	assert.Contains(t, out, "\n2. Predict how a right server responds: restlab learn predict 01\n")
	assert.Contains(t, out, "\n3. Write your program. The lab tests it each time you save: restlab learn watch 01 (once: restlab learn check 01)\n")
	assert.True(t, strings.HasSuffix(out, "\n4. If you are stuck: restlab learn hint 01\n"), out)

	write(t, "my-course/01-items/main.go", "mine")
	p.updates("01", func(s *course.State) { s.Predictions = &course.Score{} })
	out = p.begins("01", learn.BeginRequest{})
	assert.Contains(t, out, "It has begun: your files are in my-course/01-items, as you left them.\n")
	assert.NotContains(t, out, "predict")
	message := strings.ReplaceAll(p.fails(p.beginning("01", learn.BeginRequest{Language: "flask"})), terminal.NoBreak, " ")
	assert.Equal(t, "my-course/01-items has files already: nothing was copied; to begin again beside it: restlab learn 01 --lang flask --dir my-course/01-items-flask", message)
	text, err := os.ReadFile("my-course/01-items/main.go")
	require.NoError(t, err)
	assert.Equal(t, "mine", string(text))
	assert.Equal(t, "go", p.progress("01").Language)

	assert.Contains(t, p.begins("01", learn.BeginRequest{Language: "other", Folder: "elsewhere"}), "Copied to elsewhere: README.md\nYou begin with the text alone.\n")
	assert.Equal(t, "elsewhere", filepath.Base(p.progress("01").Folder))
}

// The next exercise lies beside the one before, whatever folder this is, and can begin with the learner's own program.
func TestBeginBeside(t *testing.T) {
	p := newPerson(t)
	p.begins("01", learn.BeginRequest{Language: "go"})
	write(t, "my-course/01-items/main.go", "mine")
	require.NoError(t, os.Mkdir("elsewhere", 0o700))
	t.Chdir("elsewhere")
	out := p.begins("03", learn.BeginRequest{})
	assert.Contains(t, out, "\nYou begin with a solution of 01.\nTo begin with your own program of 01 instead: restlab learn 03 --continue --dir ")
	assert.FileExists(t, "../my-course/03-tasks/main.go")
	out = p.begins("03", learn.BeginRequest{Continue: true, Folder: "own"})
	assert.Contains(t, out, "You begin with your own program of 01.\n")
	assert.NotContains(t, out, "instead")
	text, err := os.ReadFile("own/main.go")
	require.NoError(t, err)
	assert.Equal(t, "mine", string(text))
	p.begins("05", learn.BeginRequest{})
	assert.FileExists(t, "../my-course/05-idempotency/main.go", "--dir is for one exercise")
}

// Wishes that cannot be met are errors, and nothing is copied.
func TestBeginRefused(t *testing.T) {
	p := newPerson(t)
	assert.Contains(t, p.fails(p.beginning("03", learn.BeginRequest{Continue: true})), "no exercise that 03 builds on has begun")
	assert.Contains(t, p.fails(p.beginning("03", learn.BeginRequest{Language: "cobol"})), `there is nothing in "cobol" to begin 03 with`)
	assert.NoDirExists(t, "my-course")
	p.begins("05", learn.BeginRequest{Language: "go"})
	assert.Contains(t, p.fails(p.beginning("06", learn.BeginRequest{Continue: true, Language: "go"})), "--continue and --lang contradict each other")
	assert.Contains(t, p.fails(p.beginning("07", learn.BeginRequest{Continue: true})), "07 begins with a server to repair")
	assert.NoDirExists(t, "my-course/06-errors")
	assert.NoDirExists(t, "my-course/07-statelessness")
}

// Next goes on with what has begun, and names the way past it. Then it begins what follows.
func TestBeginNext(t *testing.T) {
	p := newPerson(t)
	next := func(l *learn.Learner) error { return l.BeginNext(learn.BeginRequest{}) }
	out := p.does(next)
	assert.Contains(t, out, "01 · Items: a server\n\nCopied to ")
	assert.NotContains(t, out, "It is not passed")
	out = p.does(next)
	assert.Contains(t, out, "It has begun: ")
	assert.True(t, strings.HasSuffix(out, "\n\nIt is not passed. To leave it for now: restlab learn 02\n"), out)
	p.updates("01", (*course.State).Pass)
	assert.Contains(t, p.does(next), "02 · ")
	assert.True(t, p.progress("02").HasBegun())
}
