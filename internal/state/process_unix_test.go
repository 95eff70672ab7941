//go:build unix

package state_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/labtest"
	"restlab/internal/state"
)

// On a full disk a write is an error, and the file that was there stays, alone. The disk is full where a limit of the shell says so: each
// write fails as soon as the file has so many bytes.
func TestFullDisk(t *testing.T) {
	labtest.Slow(t, "it starts processes")
	folder := t.TempDir()
	require.NoError(t, writer(t, folder, 1).Run())
	before := text(t, open(t, folder).Path)
	for _, blocks := range []string{"0", "10"} {
		cmd := writer(t, folder, 1)
		limited := exec.Command("sh", "-c", "ulimit -f "+blocks+" && exec "+cmd.Path)
		limited.Env = cmd.Env
		said, err := limited.CombinedOutput()
		require.Error(t, err, string(said))
		assert.Contains(t, string(said), "file too large")
		assert.Equal(t, before, text(t, open(t, folder).Path))
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		assert.Len(t, left, 2, "the file and its lock")
	}
}

// In a folder in which nobody can make another one a change is an error, and there is nothing to read.
func TestReadOnlyHome(t *testing.T) {
	s := open(t, "/proc/restlab")
	require.Error(t, set(s, "count", 1))
	n, err := state.Load[int](s, "count")
	require.NoError(t, err)
	assert.Zero(t, n)
}
