//go:build unix

package state_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// On a full disk a write is an error, and the file that was there stays, alone. The disk is full where a limit of the shell says so: each
// write fails as soon as the file has so many bytes.
func TestFullDisk(t *testing.T) {
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

// In a folder that cannot be written to a change is an error, and what is there can be read. Folders of the system are such for everybody;
// others are not for the superuser.
func TestReadOnlyHome(t *testing.T) {
	require.Error(t, set(open(t, "/proc/restlab"), "count", 1))
	folder := t.TempDir()
	require.NoError(t, writer(t, folder, 1).Run())
	if os.Getuid() == 0 {
		t.Skip("SKIPPED: a folder without permissions: the superuser may write to it")
	}
	require.NoError(t, os.Chmod(folder, 0o500))
	require.ErrorIs(t, set(open(t, folder), "count", counted{}), os.ErrPermission)
	assert.Equal(t, 1, total(t, folder))
	require.Error(t, set(open(t, filepath.Join(folder, "home")), "count", 1))
}
