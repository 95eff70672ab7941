package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/atomicfile"
)

// A file has its name, its text and its permissions after Commit, and not before.
func TestCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report")
	file, err := atomicfile.Create(path)
	require.NoError(t, err)
	require.NoFileExists(t, path)
	require.NoError(t, file.Commit(0o644, func(out io.Writer) error {
		_, err := io.WriteString(out, "new")
		assert.NoFileExists(t, path)
		return err
	}))
	content(t, path, "new")
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o644), info.Mode())
	}
	require.NoError(t, atomicfile.Write(path, []byte("newer"), 0o600))
	content(t, path, "newer")
	alone(t, path)
}

// A text that cannot be written completely leaves the old file, and nothing beside it.
func TestFailure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report")
	require.NoError(t, atomicfile.Write(path, []byte("old"), 0o600))
	file, err := atomicfile.Create(path)
	require.NoError(t, err)
	broken := errors.New("broken")
	require.ErrorIs(t, file.Commit(0o600, func(out io.Writer) error {
		_, _ = io.WriteString(out, "half")
		return broken
	}), broken)
	content(t, path, "old")
	alone(t, path)

	file, err = atomicfile.Create(path)
	require.NoError(t, err)
	file.Discard()
	content(t, path, "old")
	alone(t, path)
}

// A name that a folder has already cannot be given: the temporary file is removed then.
func TestNameIsTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report")
	require.NoError(t, os.Mkdir(path, 0o700))
	require.Error(t, atomicfile.Write(path, []byte("new"), 0o600))
	alone(t, path)
}

// A folder that does not exist, or is a file, is an error before anything is written.
func TestNoFolder(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "file"), nil, 0o600))
	for _, name := range []string{"missing", "file"} {
		_, err := atomicfile.Create(filepath.Join(folder, name, "report"))
		require.Error(t, err, name)
	}
}

// Somebody who reads while others write sees one whole text.
func TestReadMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report")
	text := func(n int) string { return strings.Repeat(fmt.Sprint(n), 100_000) }
	require.NoError(t, atomicfile.Write(path, []byte(text(0)), 0o600))
	var writers sync.WaitGroup
	for n := range 4 {
		writers.Go(func() {
			for range 20 {
				assert.NoError(t, atomicfile.Write(path, []byte(text(n)), 0o600))
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	for {
		got, err := atomicfile.Read(path)
		require.NoError(t, err)
		require.Len(t, got, 100_000)
		require.Equal(t, strings.Repeat(string(got[:1]), 100_000), string(got))
		select {
		case <-done:
			alone(t, path)
			return
		default:
		}
	}
}

func content(t *testing.T, path, want string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, want, string(text))
}

// alone requires that there is one entry in the folder.
func alone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}
