package session_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/locate"
	"restlab/internal/proof/fault"
	"restlab/internal/session"
	"restlab/internal/terminal"
)

// request returns a valid request for one rule.
func request(rule string) *session.Request {
	return &session.Request{
		Request: locate.Request{Programs: locate.Programs{Patience: 20 * time.Second}},
		Rules:   []string{rule}, Seed: 1, Repeat: 1, Jobs: 4, Timeout: time.Minute, Hints: "1", Cards: "all",
	}
}

// run grades, and returns what was printed too.
func run(t *testing.T, r *session.Request, keep func(*session.Request, *grade.Result) (bool, string)) (result *grade.Result, out, errs string, err error) {
	t.Helper()
	require.NoError(t, r.Check())
	var o, e strings.Builder
	s := &session.Session{Terminal: &terminal.Terminal{Name: "restlab", Out: &o, Err: &e, Getenv: func(string) string { return "" }}, Request: r, Keep: keep}
	result, err = s.Grade(t.Context())
	return result, o.String(), e.String(), err
}

// A grading shows the verdict and the score, writes the report, and is kept for a replay, which the card names.
func TestGrade(t *testing.T) {
	f, known := fault.Find("post-answers-200")
	require.True(t, known)
	r := request("items.create")
	r.URL = labtest.Serve(t, f.Handler())
	file := filepath.Join(t.TempDir(), "result.json")
	r.Reports = []string{"json=" + file}
	var kept *grade.Result
	result, out, errs, err := run(t, r, func(_ *session.Request, result *grade.Result) (bool, string) { kept = result; return true, "" })
	require.NoError(t, err)
	assert.Equal(t, session.ErrFailed, session.Outcome(result))
	assert.Same(t, result, kept)
	assert.Empty(t, errs)
	assert.True(t, strings.HasPrefix(out, "Grading "+r.URL+" · level production · seed 1 · within 3m\n"), out)
	assert.Contains(t, out, "restlab replay items.create/")

	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var document grade.Result
	require.NoError(t, json.Unmarshal(text, &document))
	assert.Equal(t, result.Summary.Points, document.Summary.Points)
}

// The reference is graded where no server is named. A note says what could not be kept.
func TestReference(t *testing.T) {
	result, out, errs, err := run(t, request("items.create"), func(*session.Request, *grade.Result) (bool, string) { return false, "no room" })
	require.NoError(t, err)
	require.NoError(t, session.Outcome(result))
	assert.Contains(t, out, "the reference server at ")
	assert.Equal(t, "restlab: note: no room\n", errs)
}

// A document that goes to standard output has it alone.
func TestReportToStdout(t *testing.T) {
	r := request("items.create")
	r.Reports = []string{"json=-"}
	_, out, errs, err := run(t, r, nil)
	require.NoError(t, err)
	var document grade.Result
	require.NoError(t, json.Unmarshal([]byte(out), &document))
	assert.Contains(t, errs, "Everything passed")
}

// Values that make no sense are usage errors with what is wrong, before anything is started.
func TestCheck(t *testing.T) {
	for want, change := range map[string]func(*session.Request){
		`--hints "few" is neither`:         func(r *session.Request) { r.Hints = "few" },
		`--cards "-1" is neither`:          func(r *session.Request) { r.Cards = "-1" },
		"--jobs 65 is not":                 func(r *session.Request) { r.Jobs = 65 },
		"--within 1ms is not":              func(r *session.Request) { r.Within = time.Millisecond },
		"--repeat 101 is not":              func(r *session.Request) { r.Repeat = 101 },
		"--sequences -1 is not":            func(r *session.Request) { r.Sequences = -1 },
		"--timeout 1ms is not":             func(r *session.Request) { r.Timeout = time.Millisecond },
		"there is no intermediary \"one\"": func(r *session.Request) { r.Through = "one" },
	} {
		r := request("items.create")
		change(r)
		err := r.Check()
		require.ErrorContains(t, err, want)
		assert.True(t, lab.IsUsage(err), want)
	}
	assert.ErrorContains(t, request("client.json").CheckClient(), "which program?")
}

// Reports that cannot be written, rules that do not exist and folders without features are usage errors, and nothing is graded.
func TestUsage(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a.txt")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for want, change := range map[string]func(*session.Request){
		"cannot be written to":           func(r *session.Request) { r.Reports = []string{"json=" + filepath.Join(folder, "no", "a.json")} },
		`--report "html" is not a kind`:  func(r *session.Request) { r.Reports = []string{"html"} },
		`there is no rule "items.creat"`: func(r *session.Request) { r.Rules = []string{"items.creat"} },
		"there is no folder":             func(r *session.Request) { r.Features = filepath.Join(folder, "no") },
		file + " is a file":              func(r *session.Request) { r.Features = file },
		"no .feature file in it":         func(r *session.Request) { r.Features = folder },
	} {
		r := request("items.create")
		change(r)
		_, out, _, err := run(t, r, nil)
		require.ErrorContains(t, err, want)
		assert.True(t, lab.IsUsage(err), want)
		assert.NotContains(t, out, "✓")
	}
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, left, 1, "no report is left half written")
}

// The exit status follows from the result alone.
func TestOutcome(t *testing.T) {
	for want, r := range map[int]*grade.Result{
		lab.ExitPassed:      {},
		lab.ExitFailed:      {Deaths: 1},
		lab.ExitFault:       {Summary: grade.Summary{Counts: grade.Counts{LabFaults: 1, Failed: 1}}},
		lab.ExitUnreachable: {Silent: true},
	} {
		err := session.Outcome(r)
		if want == lab.ExitPassed {
			require.NoError(t, err)
			continue
		}
		var e *lab.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, want, e.Status)
	}
}

// The command that grades the same server again is the shortest that does.
func TestAgain(t *testing.T) {
	r := request("items.create")
	r.Words, r.Level, r.Folder, r.Port, r.Env = []string{"python3", "my app.py"}, "http", "a b", 5000, []string{"TOKEN"}
	assert.Equal(t, "restlab grade --level http --port 5000 --dir 'a b' --env TOKEN -- python3 'my app.py'", r.Again("restlab"))
	r = request("items.create")
	r.Items, r.Through = []string{"http://a", "http://b"}, "proxy"
	assert.Equal(t, "restlab grade --items http://a,http://b --through proxy", r.Again("restlab"))
}
