package state_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/state"
)

func open(t *testing.T, folder string) *state.Store {
	t.Helper()
	return state.Open(func(name string) string {
		assert.Equal(t, state.Home, name)
		return folder
	})
}

// set gives a part a value.
func set[T any](s *state.Store, part string, value T) error {
	_, err := state.Update(s, part, func(now *T) { *now = value })
	return err
}

// fill writes a file, and text reads it.
func fill(t *testing.T, s *state.Store, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(s.Path), 0o700))
	require.NoError(t, os.WriteFile(s.Path, []byte(content), 0o600))
}

func text(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}

// A part comes back as it was saved, and those of others stay, whatever is in them.
func TestParts(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "not", "there", "yet")
	s := open(t, folder)
	hunts, err := state.Load[[]string](s, "hunt")
	require.NoError(t, err)
	assert.Empty(t, hunts)
	require.NoDirExists(t, folder, "a reader makes no folder")

	require.NoError(t, set(s, "quiz", map[string]int{"asked": 12345678901234567}))
	require.NoError(t, set(s, "hunt", []string{"one"}))
	now, err := state.Update(s, "hunt", func(hunts *[]string) { *hunts = append(*hunts, "two") })
	require.NoError(t, err)
	assert.Equal(t, []string{"one", "two"}, now)
	hunts, err = state.Load[[]string](open(t, folder), "hunt")
	require.NoError(t, err)
	assert.Equal(t, []string{"one", "two"}, hunts)

	assert.Equal(t, "{\n  \"hunt\": [\n    \"one\",\n    \"two\"\n  ],\n  \"quiz\": {\n    \"asked\": 12345678901234567\n  },\n  \"version\": 1\n}\n", text(t, s.Path))
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing is left beside it but its lock")
}

// part is what this version knows of a part in the tests below.
type part struct {
	Count int                `json:"count,omitempty"`
	Named map[string]*detail `json:"named,omitempty"`
	Gone  string             `json:"gone,omitempty"`
}

type detail struct {
	Known int `json:"known"`
}

// Members that this version does not know stay where they are: beside the parts, in a part, and deeper. What it knows and deletes is
// gone. A file without a version gets one, and a newer version stays.
func TestUnknownMembers(t *testing.T) {
	for before, after := range map[string]string{
		`{"new": [1.50], "part": {"count": 1, "new": {"a": 1e400}}}`:                                                   `{"version": 1, "new": [1.50], "part": {"count": 2, "new": {"a": 1e400}}}`,
		`{"version": 1, "part": {"named": {"a": {"known": 1, "new": 12345678901234567890}, "b": {"known": 2}}}}`:       `{"version": 1, "part": {"count": 1, "named": {"a": {"known": 7, "new": 12345678901234567890}}}}`,
		`{"version": 3, "part": {"gone": "soon", "version": "x"}, "more": {"deep": {"er": null}}}`:                     `{"version": 3, "part": {"count": 1, "version": "x"}, "more": {"deep": {"er": null}}}`,
		`{"part": {"named": {"c": {"new": "<b>"}}}, "other": {"count": "of another type", "named": []}, "list": [{}]}`: `{"version": 1, "part": {"count": 1, "named": {"c": {"new": "<b>"}}}, "other": {"count": "of another type", "named": []}, "list": [{}]}`,
	} {
		s := open(t, t.TempDir())
		fill(t, s, before)
		_, err := state.Update(s, "part", func(p *part) {
			p.Count, p.Gone = p.Count+1, ""
			delete(p.Named, "b")
			if p.Named["a"] != nil {
				p.Named["a"] = &detail{7}
			}
		})
		require.NoError(t, err)
		assert.Equal(t, compact(t, after), compact(t, text(t, s.Path)))
	}
}

// compact sorts members and removes white space, and leaves all values as they are written.
func compact(t *testing.T, document string) string {
	t.Helper()
	var parts map[string]json.RawMessage
	if json.Unmarshal([]byte(document), &parts) != nil {
		return document
	}
	for name, value := range parts {
		parts[name] = json.RawMessage(compact(t, string(value)))
	}
	sorted, err := json.Marshal(parts)
	require.NoError(t, err)
	return string(sorted)
}

// A damaged file is set aside, whole, under a name of its own each time, by the next writer. The change is made to a new one. A reader
// reports it, and changes nothing.
func TestDamagedFile(t *testing.T) {
	for _, content := range []string{"", "{\"hunt\": [\"one\"", "null", "[]", `"hunt"`, `{"version": "new"}`, `{"version": 0}`} {
		s := open(t, t.TempDir())
		for _, kept := range []string{".damaged-1", ".damaged-2"} {
			fill(t, s, content)
			var damaged *state.Damaged
			_, err := state.Load[[]string](s, "hunt")
			require.ErrorAs(t, err, &damaged, content)
			assert.Empty(t, damaged.Kept)
			require.Equal(t, content, text(t, s.Path))
			require.NoFileExists(t, s.Path+kept)

			require.ErrorAs(t, set(s, "hunt", []string{"two"}), &damaged, content)
			assert.Equal(t, s.Path+kept, damaged.Kept)
			assert.ErrorContains(t, damaged, "the progress in "+s.Path+" is damaged (")
			assert.ErrorContains(t, damaged, "; the file is kept as "+damaged.Kept)
			assert.Equal(t, content, text(t, damaged.Kept))
			hunts, err := state.Load[[]string](s, "hunt")
			require.NoError(t, err)
			assert.Equal(t, []string{"two"}, hunts)
		}
	}
}

// A part that cannot be decoded is set aside alone. All other parts stay, and others do not notice it.
func TestDamagedPart(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s, `{"hunt": {"solved": 5}, "quiz": {"asked": 7}, "new": 1}`)
	_, err := state.Load[map[string]int](s, "quiz")
	require.NoError(t, err)
	var damaged *state.Damaged
	_, err = state.Load[[]string](s, "hunt")
	require.ErrorAs(t, err, &damaged)
	require.Contains(t, text(t, s.Path), "solved")

	require.ErrorAs(t, set(s, "hunt", []string{"one"}), &damaged)
	assert.Equal(t, s.Path+".hunt.damaged-1", damaged.Kept)
	assert.ErrorContains(t, damaged, `the part "hunt" of the progress in `+s.Path+" is damaged (")
	assert.ErrorContains(t, damaged, "; this part is kept as "+damaged.Kept)
	assert.Equal(t, `{"solved": 5}`, text(t, damaged.Kept))
	assert.JSONEq(t, `{"version": 1, "hunt": ["one"], "quiz": {"asked": 7}, "new": 1}`, text(t, s.Path))
}

// A part of a newer version is not damaged if this version cannot read it: it stays as it is, and the error says so.
func TestNewerPart(t *testing.T) {
	s := open(t, t.TempDir())
	const content = `{"version": 2, "hunt": {"solved": 5}, "quiz": {"asked": 7}}`
	fill(t, s, content)
	_, err := state.Load[[]string](s, "hunt")
	require.ErrorContains(t, err, `a newer restlab has written it (version 2, this one knows 1), and the part "hunt" cannot be read`)
	require.ErrorContains(t, set(s, "hunt", []string{"one"}), "a newer restlab has written it")
	assert.Equal(t, content, text(t, s.Path))
	require.NoError(t, set(s, "quiz", map[string]int{"asked": 8}))
	assert.JSONEq(t, `{"version": 2, "hunt": {"solved": 5}, "quiz": {"asked": 8}}`, text(t, s.Path))
}

// A file of an older version is set aside, and never read as what it is not.
func TestOlderFile(t *testing.T) {
	folder := t.TempDir()
	s := state.OpenCache(func(string) string { return folder }, "last.json", "record", 2)
	fill(t, s, `{"version": 1, "part": 5}`)
	_, err := state.Load[int](s, "part")
	require.ErrorContains(t, err, "the record in "+s.Path+" is damaged (its version is 1, and this restlab reads version 2)")
	var damaged *state.Damaged
	require.ErrorAs(t, set(s, "part", 6), &damaged)
	assert.Equal(t, `{"version": 1, "part": 5}`, text(t, damaged.Kept))
	assert.Equal(t, "{\"part\":6,\"version\":2}\n", text(t, s.Path))
}

// A folder that cannot be one is an error, and no panic.
func TestNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	s := open(t, file)
	_, err := state.Load[int](s, "hunt")
	require.Error(t, err)
	require.Error(t, set(s, "hunt", 1))
}

// Where no folder is known each use is an error: of a reader and of a writer.
func TestNoFolderKnown(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "AppData", "LocalAppData"} {
		t.Setenv(name, "")
	}
	none := func(string) string { return "" }
	for _, s := range []*state.Store{state.Open(none), state.OpenCache(none, "last.json", "record", 1)} {
		_, err := state.Load[int](s, "hunt")
		require.ErrorIs(t, err, state.ErrNoFolder)
		require.ErrorIs(t, set(s, "hunt", 1), state.ErrNoFolder)
	}
}

// Writers in one process take turns too.
func TestGoroutines(t *testing.T) {
	folder := t.TempDir()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := state.Update(open(t, folder), "count", func(n *int) { *n++ })
			assert.NoError(t, err)
		})
	}
	all.Wait()
	n, err := state.Load[int](open(t, folder), "count")
	require.NoError(t, err)
	assert.Equal(t, 20, n)
}

// A writer that cannot get the lock gives up after a bounded time, and says which file is locked. Readers do not need the lock. When the
// lock is free the next writer gets it, although the one that gave up was waiting for it.
func TestBusy(t *testing.T) {
	s := open(t, t.TempDir())
	require.NoError(t, set(s, "hunt", 1))
	unlock, err := lockedfile.MutexAt(s.Path + ".lock").Lock()
	require.NoError(t, err)
	s.Wait = 50 * time.Millisecond
	var busy *state.Busy
	require.ErrorAs(t, set(s, "hunt", 2), &busy)
	assert.EqualError(t, busy, "another restlab has kept "+s.Path+".lock locked for 50ms: end that one, or wait for it")
	n, err := state.Load[int](s, "hunt")
	require.NoError(t, err)
	assert.Equal(t, 1, n)

	unlock()
	s.Wait = time.Minute
	require.NoError(t, set(s, "hunt", 3))
}

// A text that cannot be JSON is an error, and the file stays.
func TestNoJSON(t *testing.T) {
	s := open(t, t.TempDir())
	require.NoError(t, set(s, "hunt", 1.5))
	require.Error(t, set(s, "hunt", errors.ErrUnsupported.Error))
	n, err := state.Load[float64](s, "hunt")
	require.NoError(t, err)
	assert.InDelta(t, 1.5, n, 0)
}
