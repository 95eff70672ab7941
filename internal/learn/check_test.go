package learn_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/course"
	"restlab/internal/labtest"
	"restlab/internal/learn"
	"restlab/internal/proof/fault"
	"restlab/internal/session"
)

// A server at a URL is checked by the rules of the exercise. What came of it is kept: the exercise is passed for good, or the rule that
// failed has hints that its card did not show.
func TestCheck(t *testing.T) {
	p := newPerson(t)
	wrong, known := fault.Find("put-concatenates")
	require.True(t, known)
	check := func(url string) func(*learn.Learner) error {
		return func(l *learn.Learner) error {
			typed := session.Request{Repeat: 1, Jobs: 4, Timeout: time.Minute, Hints: "1", Cards: "1"}
			typed.URL, typed.Patience = url, time.Minute
			r, err := l.RequestFor(exercise(t, "01"), typed)
			if err != nil {
				return err
			}
			return l.Check(t.Context(), exercise(t, "01"), r)
		}
	}
	out, err := p.try(check(labtest.Serve(t, wrong.Handler())))
	require.ErrorIs(t, err, session.ErrFailed)
	assert.Contains(t, out, "1. items.replace · ")
	assert.Regexp(t, `\n01 · Items: a server: \d of 8 rules kept. If you are stuck: restlab learn hint 01\n$`, out)
	s := p.progress("01")
	assert.Equal(t, "items.replace", s.Missed)
	assert.NotEmpty(t, s.Ahead)
	assert.False(t, s.HasPassed())

	out = p.does(check(labtest.Reference(t)))
	assert.Contains(t, out, "\n✓ 01 · Items: a server: passed. Next: restlab learn next begins 02 · ")
	assert.Contains(t, out, "To compare yours with a good one: restlab learn solution 01\n")
	assert.Equal(t, &course.Score{Right: 8, Of: 8}, p.progress("01").Checked)
	_, err = p.try(check(labtest.Serve(t, wrong.Handler())))
	require.ErrorIs(t, err, session.ErrFailed)
	assert.True(t, p.progress("01").HasPassed())
	assert.Equal(t, 3, p.kept)
	assert.Contains(t, p.fails(check("http://127.0.0.1:"+labtest.FreePort(t))), "nothing listens")
	assert.True(t, p.progress("01").HasPassed())
}

// A request asks for the rules of the exercise and of those before it, of the program in the learner's folder unless another is named.
func TestRequestFor(t *testing.T) {
	p := newPerson(t)
	request := func(number string, typed session.Request) (r *session.Request, err error) {
		_, _ = p.try(func(l *learn.Learner) error { r, err = l.RequestFor(exercise(t, number), typed); return nil })
		return r, err
	}
	_, err := request("01", session.Request{})
	require.ErrorContains(t, err, "01 · Items: a server has not begun: there is no program to check")
	for _, number := range []string{"01", "02"} {
		p.begins(number, learn.BeginRequest{Language: "go"})
	}
	r, err := request("01", session.Request{})
	require.NoError(t, err)
	folder, _ := filepath.Abs("my-course/01-items")
	assert.Equal(t, folder, r.Folder)
	assert.Equal(t, []string{"go", "run", "."}, r.Words)
	assert.Equal(t, "basics", r.Level)
	assert.Equal(t, exercise(t, "01").Rules, r.Rules)
	r, err = request("02", session.Request{})
	require.NoError(t, err)
	assert.Equal(t, []string{"go", "run", ".", "{key}", "{value}", "{other}"}, r.Words)

	var named session.Request
	named.Words = []string{"python3", "app.py"}
	r, err = request("03", named)
	require.NoError(t, err)
	assert.Empty(t, r.Folder, "it has not begun")
	assert.Equal(t, named.Words, r.Words)
	assert.Equal(t, append(exercise(t, "03").Rules, exercise(t, "01").Rules...), r.Rules)

	var elsewhere session.Request
	elsewhere.URL = "http://127.0.0.1:1"
	r, err = request("01", elsewhere)
	require.NoError(t, err)
	assert.Empty(t, r.Folder)
	assert.Empty(t, r.Words)
	_, err = request("02", elsewhere)
	require.ErrorContains(t, err, "a client has no URL: it is run")
	write(t, "my-course/01-items/server.py", "")
	write(t, "my-course/01-items/go.mod", "")
	require.NoError(t, os.Rename("my-course/01-items/main.go", "my-course/01-items/app.py"))
	_, err = request("01", session.Request{})
	require.ErrorContains(t, err, "has several programs: server.py, app.py")
}

// The hunt and the knowledge check are passed by what was done elsewhere.
func TestCheckDone(t *testing.T) {
	p := newPerson(t)
	out, err := p.try(func(l *learn.Learner) error { return l.CheckHunt(exercise(t, "12"), false) })
	require.ErrorIs(t, err, session.ErrFailed)
	assert.Contains(t, out, ": no hunt is solved yet. restlab hunt serves one; restlab hunt --submit FILE hands in")
	assert.False(t, p.progress("12").HasPassed())
	out, err = p.try(func(l *learn.Learner) error { return l.CheckQuiz(exercise(t, "13"), 1, 33) })
	require.ErrorIs(t, err, session.ErrFailed)
	assert.Contains(t, out, ": 1 of 33 questions not answered right yet: restlab quiz.")
	assert.Contains(t, p.does(func(l *learn.Learner) error { return l.CheckHunt(exercise(t, "12"), true) }), "✓ 12 · ")
	assert.Contains(t, p.does(func(l *learn.Learner) error { return l.CheckQuiz(exercise(t, "13"), 0, 33) }), "✓ 13 · ")
	assert.True(t, p.progress("12").HasPassed())
	assert.True(t, p.progress("13").HasPassed())
}
