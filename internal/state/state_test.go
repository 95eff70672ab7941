package state_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/state"
)

func open(t *testing.T, folder string) *state.Store {
	t.Helper()
	s, err := state.Open(func(name string) string {
		assert.Equal(t, state.Home, name)
		return folder
	})
	require.NoError(t, err)
	return s
}

// A part comes back as it was saved, and those of others stay, whatever is in them.
func TestParts(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "not", "there", "yet")
	s := open(t, folder)
	var hunts []string
	require.NoError(t, s.Load("hunt", &hunts))
	assert.Empty(t, hunts)

	require.NoError(t, s.Save("quiz", map[string]int{"asked": 12345678901234567}))
	require.NoError(t, s.Save("hunt", []string{"one"}))
	require.NoError(t, s.Save("hunt", []string{"one", "two"}))
	require.NoError(t, open(t, folder).Load("hunt", &hunts))
	assert.Equal(t, []string{"one", "two"}, hunts)

	text, err := os.ReadFile(s.Path())
	require.NoError(t, err)
	assert.Equal(t, "{\n  \"hunt\": [\n    \"one\",\n    \"two\"\n  ],\n  \"quiz\": {\n    \"asked\": 12345678901234567\n  }\n}\n", string(text))
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing is left beside it")
}

// A damaged file is put aside, whole, under a name of its own each time; the next one begins anew.
func TestDamaged(t *testing.T) {
	for i, text := range []string{"{\"hunt\": [\"one\"", "null", "[]", `{"hunt": 5}`} {
		s := open(t, t.TempDir())
		for n := range 2 {
			require.NoError(t, os.WriteFile(s.Path(), []byte(text), 0o600))
			var damaged *state.Damaged
			require.True(t, errors.As(s.Load("hunt", &[]string{}), &damaged), i)
			kept, err := os.ReadFile(damaged.Kept)
			require.NoError(t, err)
			assert.Equal(t, text, string(kept))
			assert.Equal(t, s.Path()+[]string{".damaged-1", ".damaged-2"}[n], damaged.Kept)
		}
		require.NoError(t, s.Load("hunt", &[]string{}))
		require.NoError(t, s.Save("hunt", []string{"two"}))
	}
}

// Damage that is noticed only when saving loses nothing either.
func TestDamagedMeanwhile(t *testing.T) {
	s := open(t, t.TempDir())
	require.NoError(t, os.WriteFile(s.Path(), []byte("{"), 0o600))
	var damaged *state.Damaged
	require.True(t, errors.As(s.Save("hunt", 1), &damaged))
	require.FileExists(t, damaged.Kept)
}

// A folder that cannot be one is an error, and no panic.
func TestNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	s := open(t, file)
	require.Error(t, s.Load("hunt", new(int)))
	require.Error(t, s.Save("hunt", 1))
}
