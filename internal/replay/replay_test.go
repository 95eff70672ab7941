package replay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/proof/fault"
	"restlab/internal/replay"
	"restlab/internal/report"
	"restlab/internal/state"
)

func open(folder string) *state.Store {
	return replay.Open(func(string) string { return folder })
}

// graded is a grading in which these scenarios failed, and one more passed.
func graded(server string, failed ...string) *replay.Grading {
	r := &grade.Result{Level: "http", Seed: 7, Scenarios: []*grade.Scenario{{ID: "head/passes", Verdict: grade.Passed}}}
	for _, id := range failed {
		r.Scenarios = append(r.Scenarios, &grade.Scenario{ID: id, Verdict: grade.Failed})
	}
	return replay.New(server, []string{server}, r)
}

func servers(t *testing.T, record *state.Store) []string {
	t.Helper()
	all, err := replay.Load(record)
	require.NoError(t, err)
	return replay.Servers(all)
}

// The last grading of each server is kept, the newest first. What is kept of it comes back.
func TestKeep(t *testing.T) {
	record := open(t.TempDir())
	assert.Empty(t, servers(t, record))
	require.NoError(t, replay.Keep(record, graded("a", "head/fails")))
	require.NoError(t, replay.Keep(record, graded("b")))
	assert.Equal(t, []string{"b", "a"}, servers(t, record))
	require.NoError(t, replay.Keep(record, graded("a", "head/fails", "head/too")))
	all, err := replay.Load(record)
	require.NoError(t, err)
	require.Len(t, all, 2)
	a := all[0]
	assert.Equal(t, "a", a.Server)
	assert.Equal(t, []string{"a"}, a.Arguments)
	assert.Equal(t, "http", a.Level)
	assert.Equal(t, &replay.Verdict{ID: "head/too", Verdict: grade.Failed}, a.Verdict("head/too"))
	assert.Nil(t, a.Verdict("head/never-ran"))
	assert.Len(t, a.Missed(), 2)
	assert.False(t, a.Verdict("head/never-ran").Missed())
}

// The record is bounded: the oldest gradings are dropped, whether there are too many or they are too long. The newest stays, however long it is.
func TestBounds(t *testing.T) {
	record := open(t.TempDir())
	for n := range replay.MostGradings + 3 {
		require.NoError(t, replay.Keep(record, graded(fmt.Sprint("server ", n))))
	}
	kept := servers(t, record)
	assert.Len(t, kept, replay.MostGradings)
	assert.Equal(t, "server 22", kept[0])
	assert.Equal(t, "server 3", kept[len(kept)-1])

	long := strings.Repeat("x", replay.MostBytes/3)
	for _, name := range []string{"one", "two", "three"} {
		require.NoError(t, replay.Keep(record, graded(name, "head/"+long)))
	}
	assert.Equal(t, []string{"three", "two"}, servers(t, record))
	require.NoError(t, replay.Keep(record, graded("longest", "head/"+strings.Repeat(long, 4))))
	assert.Equal(t, []string{"longest"}, servers(t, record))
	require.NoError(t, replay.Keep(record, graded("short")))
	assert.Equal(t, []string{"short"}, servers(t, record))
}

// A grading that cannot be decoded, and what a newer version has written beside, take nothing with them and stay.
func TestUnknown(t *testing.T) {
	folder := t.TempDir()
	record := open(folder)
	require.NoError(t, replay.Keep(record, graded("a", "head/fails")))
	text, err := os.ReadFile(filepath.Join(folder, "last.json"))
	require.NoError(t, err)
	text = []byte(strings.Replace(string(text), `"gradings":{`, `"new":[1],"gradings":{"b":{"when":5},"c":7,`, 1))
	require.NoError(t, os.WriteFile(record.Path, text, 0o600))
	assert.Equal(t, []string{"a"}, servers(t, record))
	require.NoError(t, replay.Keep(record, graded("d")))
	assert.Equal(t, []string{"d", "a"}, servers(t, record))
	var file struct {
		New      []int
		Gradings map[string]json.RawMessage
	}
	text, err = os.ReadFile(record.Path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &file))
	assert.Equal(t, []int{1}, file.New)
	assert.JSONEq(t, `{"when":5}`, string(file.Gradings["b"]))
	assert.JSONEq(t, `7`, string(file.Gradings["c"]))
}

// A damaged record is set aside, and the grading is kept in a new one.
func TestDamaged(t *testing.T) {
	record := open(t.TempDir())
	require.NoError(t, os.WriteFile(record.Path, []byte(`{"version": 2, "gradings": {`), 0o600))
	_, err := replay.Load(record)
	var damaged *state.Damaged
	require.ErrorAs(t, err, &damaged)
	require.ErrorAs(t, replay.Keep(record, graded("a")), &damaged)
	require.FileExists(t, damaged.Kept)
	assert.Equal(t, []string{"a"}, servers(t, record))
}

// An id means the newest grading in which it cost a mark, or else the last one. A part of a name chooses a server.
func TestFind(t *testing.T) {
	all := []*replay.Grading{graded("http://b:80", "etag/fails"), graded("http://a:80", "head/fails"), graded("sh run.sh in /home/b", "head/fails")}
	for _, c := range []struct {
		ids    []string
		server string
		found  string
		last   string
		also   []string
	}{
		{nil, "", "http://b:80", "http://b:80", nil},
		{[]string{"head/fails"}, "", "http://a:80", "http://b:80", []string{"sh run.sh in /home/b"}},
		{[]string{"head"}, "", "http://a:80", "http://b:80", []string{"sh run.sh in /home/b"}},
		{[]string{"hea", "head/fail", "head/passes"}, "", "http://b:80", "http://b:80", nil},
		{[]string{"etag", "head"}, "", "http://b:80", "http://b:80", []string{"http://a:80", "sh run.sh in /home/b"}},
		{[]string{"head/fails"}, "http://b", "http://b:80", "http://b:80", nil},
		{[]string{"head/fails"}, "b", "sh run.sh in /home/b", "http://b:80", nil},
		{nil, "run.sh", "sh run.sh in /home/b", "sh run.sh in /home/b", nil},
	} {
		found, err := replay.Find(all, c.ids, c.server)
		require.NoError(t, err)
		assert.Equal(t, c.found, found.Server, c)
		assert.Equal(t, c.last, found.Last.Server, c)
		assert.Equal(t, c.also, replay.Servers(found.Also), c)
	}
	_, err := replay.Find(all, nil, "c")
	require.True(t, lab.IsUsage(err))
	assert.Equal(t, "there are: http://b:80; http://a:80; sh run.sh in /home/b", lab.Hint(err))
}

// Without an id all is picked that cost a mark; of a rule what it missed, or all of it; and a scenario by its own id. An id that means
// nothing is an error, with names that are like it.
func TestPick(t *testing.T) {
	c := labtest.Contract(t)
	rule := c.Rule("items.delete.missing")
	require.Greater(t, len(rule.Scenarios), 1)
	first, head := rule.Scenarios[0].ID, c.Rule("head").Scenarios[0].ID
	g := graded("a", first)
	for _, one := range []struct {
		ids  []string
		want []string
	}{
		{nil, []string{first}},
		{[]string{rule.ID}, []string{first}},
		{[]string{head, rule.ID}, []string{first, head}},
		{[]string{"head"}, idsOf(c.Rule("head").Scenarios)},
	} {
		picked, err := g.Pick(c, one.ids)
		require.NoError(t, err)
		assert.Equal(t, one.want, idsOf(picked), one.ids)
	}
	_, err := g.Pick(c, []string{"items.delete.mising"})
	require.True(t, lab.IsUsage(err))
	assert.Contains(t, lab.Hint(err), "did you mean items.delete.missing")
}

func idsOf(scenarios []*contract.Scenario) []string {
	var ids []string
	for _, s := range scenarios {
		ids = append(ids, s.ID)
	}
	return ids
}

// What failed runs again with the names that it had, and is compared with how it was: first as wrong as before, then repaired.
func TestRun(t *testing.T) {
	wrong, known := fault.Find("post-answers-200")
	require.True(t, known)
	faulty, right := wrong.Handler(), labtest.Handler()
	var repaired atomic.Bool
	base := labtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if repaired.Load() {
			right.ServeHTTP(w, r)
			return
		}
		faulty.ServeHTTP(w, r)
	}))
	c, end := labtest.Contract(t), labtest.Endpoint(t, base)
	o := grade.Options{Contract: c, Seed: 5, Servers: lab.Servers{Items: end}, Pace: grade.Pace{Jobs: 4}, Selection: grade.Selection{Rules: []string{"items.create"}}}
	before, err := grade.Run(context.Background(), o)
	require.NoError(t, err)
	g := replay.New(base, nil, before)
	wanted, err := g.Pick(c, nil)
	require.NoError(t, err)
	require.NotEmpty(t, wanted)
	for _, verdict := range []grade.Verdict{grade.Failed, grade.Passed} {
		now, err := g.Run(context.Background(), wanted, grade.Options{Contract: c, Servers: lab.Servers{Items: end}, Pace: grade.Pace{Jobs: 4}})
		require.NoError(t, err)
		assert.Equal(t, uint64(5), now.Seed)
		all := g.Compare(wanted, now)
		require.Len(t, all, len(wanted))
		for i, one := range all {
			assert.Equal(t, report.Replayed{ID: wanted[i].ID, Before: grade.Failed, Now: verdict}, one)
		}
		repaired.Store(true)
	}

	wanted, err = g.Pick(c, []string{"tasks.add"})
	require.NoError(t, err)
	_, err = g.Run(context.Background(), wanted, grade.Options{Contract: c, Servers: lab.Servers{Items: end}, Pace: grade.Pace{Jobs: 4}})
	require.True(t, lab.IsUsage(err))
	assert.ErrorContains(t, err, "that cannot be checked on "+base)
}
