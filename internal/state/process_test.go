package state_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/labtest"
	"restlab/internal/state"
)

// TestMain lets tests run this program as a writer: a process that counts in the folder of RESTLAB_HOME as often as COUNTS says, and
// prints each number when it is kept.
func TestMain(m *testing.M) {
	times, err := strconv.Atoi(os.Getenv("COUNTS"))
	if err != nil {
		os.Exit(m.Run())
	}
	if err := count(times); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// padding makes the file so long that a write takes more than one moment.
var padding = strings.Repeat("x", 50_000)

type counted struct {
	N       int    `json:"n"`
	Padding string `json:"padding"`
}

func count(times int) error {
	s := state.Open(os.Getenv)
	for range times {
		now, err := state.Update(s, "count", func(c *counted) { c.N, c.Padding = c.N+1, padding })
		if err != nil {
			return err
		}
		fmt.Println(now.N)
	}
	return nil
}

// writer is a process that counts.
func writer(t *testing.T, folder string, times int) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), state.Home+"="+folder, fmt.Sprint("COUNTS=", times))
	return cmd
}

// total reads the file, which has to be complete.
func total(t *testing.T, folder string) int {
	t.Helper()
	c, err := state.Load[counted](open(t, folder), "count")
	require.NoError(t, err)
	if c.N > 0 {
		require.Equal(t, padding, c.Padding)
	}
	return c.N
}

// Of what many processes write at once nothing is lost.
func TestProcesses(t *testing.T) {
	labtest.Slow(t, "it starts processes")
	folder := filepath.Join(t.TempDir(), "home")
	const processes, times = 8, 10
	var all sync.WaitGroup
	for range processes {
		all.Go(func() {
			said, err := writer(t, folder, times).CombinedOutput()
			assert.NoError(t, err, string(said))
		})
	}
	all.Wait()
	assert.Equal(t, processes*times, total(t, folder))
}

// A writer that is killed at any moment leaves a complete file, in which all is that it has said to have kept. The next writer gets the
// lock.
func TestKilled(t *testing.T) {
	labtest.Slow(t, "it starts processes")
	folder := t.TempDir()
	for range 20 {
		cmd := writer(t, folder, 1_000_000)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		require.True(t, lines.Scan(), "it has begun")
		time.AfterFunc(time.Duration(rand.IntN(20_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		kept := lines.Text()
		for lines.Scan() {
			kept = lines.Text()
		}
		_ = cmd.Wait() // it was killed
		now := total(t, folder)
		least, err := strconv.Atoi(kept)
		require.NoError(t, err)
		require.GreaterOrEqual(t, now, least)
		said, err := writer(t, folder, 1).CombinedOutput()
		require.NoError(t, err, string(said))
		require.Equal(t, now+1, total(t, folder))
	}
}
