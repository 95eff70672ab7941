package learn_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/learn"
	"restlab/internal/proof/fault"
	"restlab/internal/session"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// TestMain lets a learner's program run this one as a server: with the argument serve, and the name of a fault or nothing.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != "serve" {
		os.Exit(m.Run())
	}
	handler := labtest.Handler()
	if len(os.Args) > 2 {
		f, known := fault.Find(os.Args[2])
		if !known {
			panic(os.Args[2])
		}
		handler = f.Handler()
	}
	server := http.Server{Addr: net.JoinHostPort("127.0.0.1", os.Getenv("PORT")), Handler: handler, ReadHeaderTimeout: time.Minute}
	panic(server.ListenAndServe())
}

// person takes the course in a folder of the test. Each command opens the progress anew.
type person struct {
	*testing.T
	home string
	kept int // gradings
}

func newPerson(t *testing.T) *person {
	t.Chdir(t.TempDir())
	return &person{T: t, home: filepath.Join(t.TempDir(), "home")}
}

func (p *person) store() *state.Store {
	return state.Open(func(name string) string { return map[string]string{state.Home: p.home}[name] })
}

func (p *person) open(in io.Reader, out io.Writer) *learn.Learner {
	p.Helper()
	getenv := func(string) string { return "" }
	l, err := learn.Open(&terminal.Terminal{Name: "restlab", In: in, Out: out, Err: out, Getenv: getenv}, p.store(), p.keep)
	require.NoError(p, err)
	return l
}

func (p *person) keep(*session.Request, *grade.Result) (bool, string) {
	p.kept++
	return true, ""
}

// try runs a command, and returns what it printed.
func (p *person) try(command func(*learn.Learner) error) (string, error) {
	p.Helper()
	var out strings.Builder
	err := command(p.open(strings.NewReader(""), &out))
	return out.String(), err
}

// does runs a command that has no error.
func (p *person) does(command func(*learn.Learner) error) string {
	p.Helper()
	out, err := p.try(command)
	require.NoError(p, err)
	return out
}

func (p *person) begins(number string, r learn.BeginRequest) string {
	p.Helper()
	return p.does(func(l *learn.Learner) error { return l.Begin(exercise(p.T, number), r) })
}

// fails runs a command that must not succeed, and returns message and hint of its error.
func (p *person) fails(command func(*learn.Learner) error) string {
	p.Helper()
	_, err := p.try(command)
	require.Error(p, err)
	return err.Error() + "; " + lab.Hint(err)
}

// updates changes the progress as another command would.
func (p *person) updates(number string, change func(*course.State)) {
	p.Helper()
	_, err := state.Update(p.store(), course.Part, func(all *course.Progress) { all.Change(exercise(p.T, number), change) })
	require.NoError(p, err)
}

func (p *person) progress(number string) course.State {
	p.Helper()
	all, err := state.Load[course.Progress](p.store(), course.Part)
	require.NoError(p, err)
	return all.Of(exercise(p.T, number))
}

func exercise(t *testing.T, number string) exercises.Exercise {
	t.Helper()
	e, known := exercises.Find(number)
	require.True(t, known)
	return e
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func showMap(l *learn.Learner) error { return l.ShowMap() }

// The map shows what has begun and what is passed, and the command to go on with.
func TestMap(t *testing.T) {
	p := newPerson(t)
	out := p.does(showMap)
	assert.Contains(t, out, "The course: 0 of 13 exercises passed\n")
	assert.Contains(t, out, "\nNext: restlab learn next begins 01 · Items: a server.\n")
	assert.NotContains(t, out, "You are at")
	assert.NoDirExists(t, p.home, "whoever looks has begun nothing")

	p.begins("01", learn.BeginRequest{Language: "go"})
	out = p.does(showMap)
	assert.Contains(t, out, "\n  … 01  Items: a server                      begun\n")
	assert.Contains(t, out, "\nYou are at 01: your files are in my-course/01-items.\nNext: restlab learn watch 01, or restlab learn hint 01.\n")

	p.updates("01", func(s *course.State) { s.Checked = &course.Score{Right: 8, Of: 8}; s.Pass() })
	assert.Contains(t, p.does(showMap), "\n  ✓ 01  Items: a server                      passed, 8 of 8 rules kept\n")
	p.updates("02", func(*course.State) {}) // checked only: there is no folder
	assert.Contains(t, p.does(showMap), "\nNext: restlab learn 02, or restlab learn hint 02.\n")
	p.updates("12", (*course.State).Pass)
	assert.Contains(t, p.does(showMap), " has begun and is not passed: restlab learn 02.\n")
	for _, e := range exercises.All {
		p.updates(e.Number(), (*course.State).Pass)
	}
	assert.Contains(t, p.does(showMap), "You have passed everything. restlab grade checks all rules on your server; ")
}

// An exercise is named by its number, or it is the one that has begun last.
func TestExercise(t *testing.T) {
	p := newPerson(t)
	for _, name := range []string{"5", "05", "05-idempotency"} {
		p.does(func(l *learn.Learner) error {
			e, err := l.Exercise([]string{name})
			assert.Equal(t, "05-idempotency", e.Name)
			return err
		})
	}
	last := func(l *learn.Learner) error { _, err := l.Exercise(nil); return err }
	assert.Equal(t, "no exercise has begun; begin the first one: restlab learn next", strings.ReplaceAll(p.fails(last), terminal.NoBreak, " "))
	unknown := func(l *learn.Learner) error { _, err := l.Exercise([]string{"14"}); return err }
	assert.Contains(t, p.fails(unknown), `there is no exercise "14"; the exercises are 01 to 13`)
	p.updates("03", func(*course.State) {})
	p.does(func(l *learn.Learner) error {
		e, err := l.Exercise(nil)
		assert.Equal(t, "03-tasks", e.Name)
		return err
	})
}

// Progress that cannot be read is an error for what shows it. Other commands do without it, and one note says that nothing is kept.
func TestUnread(t *testing.T) {
	p := newPerson(t)
	write(t, p.home, "a file where the folder should be")
	assert.Contains(t, p.fails(showMap), "progress cannot be kept in "+p.home)
	assert.Contains(t, p.fails(func(l *learn.Learner) error { return l.BeginNext(learn.BeginRequest{}) }), "progress cannot be kept")
	assert.Contains(t, p.fails(func(l *learn.Learner) error { return l.Solution(exercise(t, "01"), false) }), "progress cannot be kept")
	out := p.does(func(l *learn.Learner) error {
		l.Hint(exercise(t, "01"), false)
		l.Hint(exercise(t, "01"), false)
		return nil
	})
	assert.Contains(t, out, "Hint 1 of 6")
	assert.Contains(t, out, "Hint 2 of 6")
	assert.Equal(t, 1, strings.Count(out, "restlab: note: progress cannot be kept"))
}

// A solved hunt passes the exercise once, for somebody who takes the course.
func TestPassHunt(t *testing.T) {
	p := newPerson(t)
	pass := func() string {
		var out strings.Builder
		learn.PassHunt(&terminal.Terminal{Name: "restlab", Out: &out, Err: &out, Getenv: func(string) string { return "" }}, p.store())
		return out.String()
	}
	assert.Empty(t, pass())
	assert.NoDirExists(t, p.home)
	assert.Equal(t, "hunt.feature", learn.HuntFile(p.store()))
	p.begins("12", learn.BeginRequest{})
	assert.Equal(t, filepath.Join("my-course", "12-hunt", "hunt.feature"), learn.HuntFile(p.store()))
	p.begins("01", learn.BeginRequest{Language: "go"})
	assert.Regexp(t, "^✓ 12 · .*: passed. Next: restlab learn watch 01, or restlab learn hint 01.\n$", pass())
	assert.Empty(t, pass())
}
