package state_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/lab"
	"restlab/internal/state"
)

// notes collects what a command would print.
func notes(all *[]string) func(about, text string) {
	return func(about, text string) { *all = append(*all, about+": "+text) }
}

// A part that a command works with is read, changed in the file, and takes up what others have changed meanwhile.
func TestKept(t *testing.T) {
	s := open(t, t.TempDir())
	var said []string
	k, err := state.Resume[[]string](s, "hunt", notes(&said))
	require.NoError(t, err)
	require.NoError(t, k.Unread)
	require.NoError(t, set(s, "hunt", []string{"theirs"}))
	k.Change(func(all *[]string) { *all = append(*all, "mine") })
	assert.Equal(t, []string{"theirs", "mine"}, k.Now)
	require.NoError(t, k.MustChange(func(all *[]string) { *all = append(*all, "more") }))
	kept, err := state.Load[[]string](s, "hunt")
	require.NoError(t, err)
	assert.Equal(t, k.Now, kept)
	assert.Empty(t, said)
}

// Where nothing can be kept a command goes on with an empty part, and a note says so. What another command relies on is an error.
func TestKeptNowhere(t *testing.T) {
	home := t.TempDir() + "/file"
	require.NoError(t, os.WriteFile(home, nil, 0o600))
	var said []string
	k, err := state.Resume[[]string](open(t, home), "hunt", notes(&said))
	require.NoError(t, err)
	require.True(t, lab.IsUsage(k.Unread))
	assert.Empty(t, said)
	k.Change(func(all *[]string) { *all = append(*all, "mine") })
	assert.Equal(t, []string{"mine"}, k.Now)
	require.Len(t, said, 1)
	assert.Regexp(t, `^progress: progress cannot be kept in .*progress\.json: .*; RESTLAB_HOME names another folder$`, said[0])

	err = k.MustChange(func(all *[]string) { *all = append(*all, "more") })
	require.True(t, lab.IsUsage(err))
	assert.Equal(t, []string{"mine"}, k.Now)
}

// A damaged part is set aside when a command begins, which is an error once; and with a note when it changes.
func TestKeptDamaged(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s, `{"hunt": 5}`)
	var said []string
	_, err := state.Resume[[]string](s, "hunt", notes(&said))
	require.True(t, lab.IsUsage(err))
	require.ErrorContains(t, err, "hunt.damaged-1")
	k, err := state.Resume[[]string](s, "hunt", notes(&said))
	require.NoError(t, err)
	fill(t, s, `{"hunt": 5`)
	k.Change(func(all *[]string) { *all = append(*all, "mine") })
	assert.Equal(t, []string{"mine"}, k.Now)
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "damage: the progress in ")
	kept, err := state.Load[[]string](s, "hunt")
	require.NoError(t, err)
	assert.Equal(t, []string{"mine"}, kept)
}
