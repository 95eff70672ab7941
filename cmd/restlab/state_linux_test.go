package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/labtest"
	"restlab/internal/proof/fault"
	"restlab/internal/replay"
	"restlab/internal/state"
)

// newHome is a home for progress and gradings that this test's commands share. They are processes, so that the test is a slow one.
func newHome(t *testing.T) string {
	labtest.Slow(t, "it runs restlab as processes")
	home := filepath.Join(t.TempDir(), "home")
	t.Setenv("RESTLAB_HOME", home)
	return home
}

// types runs restlab as a process, and returns its outputs and its status.
func types(t *testing.T, words ...string) (out, errors string, status int) {
	t.Helper()
	return runs(t, exec.Command("restlab", words...))
}

func runs(t *testing.T, cmd *exec.Cmd) (out, errors string, status int) {
	t.Helper()
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // its status says enough
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// wrongHandler is a server that breaks items.create.
func wrongHandler(t *testing.T) http.Handler {
	t.Helper()
	wrong, known := fault.Find("post-answers-200")
	require.True(t, known)
	return wrong.Handler()
}

// done is how far the learner has come in an exercise.
func done(t *testing.T, number string) course.State {
	t.Helper()
	p, err := state.Load[course.Progress](state.Open(os.Getenv), course.Part)
	require.NoError(t, err)
	e, known := exercises.Find(number)
	require.True(t, known)
	return p.Of(e)
}

// graded are the servers whose gradings are kept.
func graded(t *testing.T) []string {
	t.Helper()
	all, err := replay.Load(replay.Open(os.Getenv))
	require.NoError(t, err)
	return replay.Servers(all)
}

// Of fifty hints that are asked for at once none is lost, and none is given twice before the last.
func TestHintsAtOnce(t *testing.T) {
	newHome(t)
	const processes, own = 50, 5
	var ahead []string
	for n := range processes - own {
		ahead = append(ahead, fmt.Sprintf("Hint number %02d.", n))
	}
	e, _ := exercises.Find("01")
	_, err := state.Update(state.Open(os.Getenv), course.Part, func(p *course.Progress) {
		p.Change(e, func(s *course.State) { s.Missed, s.Ahead = "items.create", ahead })
	})
	require.NoError(t, err)

	outputs := make([]string, processes)
	var all sync.WaitGroup
	for n := range processes {
		all.Go(func() {
			out, errors, status := types(t, "learn", "hint", "01")
			assert.Zero(t, status)
			assert.Empty(t, errors)
			outputs[n] = out
		})
	}
	all.Wait()
	text := strings.Join(outputs, "")
	for _, hint := range ahead {
		assert.Equal(t, 1, strings.Count(text, hint), hint)
	}
	for n := range own {
		assert.Equal(t, 1, strings.Count(text, fmt.Sprintf("Hint %d of ", n+1)), n+1)
	}
	s := done(t, "01")
	assert.Empty(t, s.Ahead)
	assert.Equal(t, own, s.Hints)
}

// Gradings at once, as a class has them, are all kept, and each can be replayed.
func TestGradingsAtOnce(t *testing.T) {
	newHome(t)
	var servers []string
	var all sync.WaitGroup
	for range 8 {
		url := labtest.Serve(t, wrongHandler(t))
		servers = append(servers, url)
		all.Go(func() {
			out, errors, status := types(t, "grade", url, "--rule", "items.create", "--timeout", "1m")
			assert.Equal(t, 1, status, errors)
			assert.Contains(t, out, "restlab replay items.create/")
		})
	}
	all.Wait()
	kept := graded(t)
	slices.Sort(kept)
	slices.Sort(servers)
	assert.Equal(t, servers, kept)
	out, _, status := types(t, "replay", "--server", servers[3])
	assert.Equal(t, 1, status)
	assert.Contains(t, out, " at "+servers[3]+"\n")
}

// Two watches at once keep the progress of both, and both gradings.
func TestWatchesAtOnce(t *testing.T) {
	newHome(t)
	var all sync.WaitGroup
	for number, fault := range map[string]string{"01": "put-concatenates", "03": "post-answers-200"} {
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "serve.sh"), []byte("exec restlab serve --listen 127.0.0.1:$PORT --fault "+fault+"\n"), 0o600))
		cmd := exec.Command("restlab", "learn", "watch", number, "--timeout", "1m", "--ready-timeout", "2m", "--", "sh", "serve.sh")
		cmd.Dir = folder
		var out heard
		cmd.Stdout, cmd.Stderr = &out, &out
		require.NoError(t, cmd.Start())
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		all.Go(func() {
			assert.Eventually(t, func() bool { return out.count(prompt) > 0 }, waitAtMost, 50*time.Millisecond, number)
			assert.NoError(t, cmd.Process.Signal(syscall.SIGINT))
			_ = cmd.Wait()
		})
	}
	all.Wait()
	for _, number := range []string{"01", "03"} {
		require.NotNil(t, done(t, number).Checked, number)
	}
	assert.Len(t, graded(t), 2)
}

// limited is restlab in a shell whose processes cannot write files longer than so many blocks: a disk that is full.
func limited(blocks string, words ...string) *exec.Cmd {
	return exec.Command("sh", append([]string{"-c", "ulimit -f " + blocks + ` && exec restlab "$@"`, "sh"}, words...)...)
}

// On a full disk a check and a grading end as they would elsewhere. One line says what is not kept, and what was kept before stays.
func TestFullDisk(t *testing.T) {
	home := newHome(t)
	url := labtest.Serve(t, wrongHandler(t))
	_, _, status := types(t, "learn", "hint", "01")
	require.Zero(t, status)
	check := []string{"learn", "check", "01", url, "--timeout", "1m"}
	_, _, status = types(t, check...)
	require.Equal(t, 1, status)
	before := contents(t, home)

	out, errors, status := runs(t, limited("0", check...))
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "rules kept.")
	assert.Equal(t, 1, strings.Count(errors, "note: progress cannot be kept in "+home), errors)
	assert.Equal(t, 1, strings.Count(errors, "note: this grading is not kept for restlab replay: "), errors)
	assert.NotContains(t, errors, "error")

	out, errors, status = runs(t, limited("0", "learn", "hint", "01"))
	assert.Zero(t, status)
	assert.Contains(t, out, "Hint for items.create, which failed last")
	assert.Contains(t, errors, "note: progress cannot be kept in ")
	assert.Equal(t, before, contents(t, home))
}

// In a home that cannot be written to a check ends as it would elsewhere, from the progress that is there, and changes nothing. The
// superuser may write anywhere, so that the command is nobody's here.
func TestReadOnlyHome(t *testing.T) {
	home := newHome(t)
	url := labtest.Reference(t)
	_, _, status := types(t, "learn", "hint", "01")
	require.Zero(t, status)
	before := contents(t, home)

	nobody := func(words ...string) *exec.Cmd {
		cmd := exec.Command("restlab", words...)
		if os.Getuid() == 0 {
			cmd = asNobody(t, home, words)
		}
		return cmd
	}
	require.NoError(t, os.Chmod(home, 0o555))
	defer func() { _ = os.Chmod(home, 0o755) }()
	out, errors, status := runs(t, nobody("learn", "hint", "01"))
	assert.Zero(t, status, errors)
	assert.Contains(t, out, "Hint 2 of ")
	assert.Regexp(t, `^restlab: note: progress cannot be kept in .*: permission denied; RESTLAB_HOME names another folder\n$`, errors)
	out, errors, status = runs(t, nobody("learn", "check", "01", url, "--timeout", "1m"))
	assert.Zero(t, status, errors)
	assert.Contains(t, out, ": passed.")
	assert.Equal(t, before, contents(t, home))
}

// asNobody is a command of a user without rights, who can reach the program and read the home.
func asNobody(t *testing.T, home string, words []string) *exec.Cmd {
	t.Helper()
	const nobody = 65534
	program, err := exec.LookPath("restlab")
	require.NoError(t, err)
	text, err := os.ReadFile(program)
	require.NoError(t, err)
	open, err := os.MkdirTemp("", "restlab-*")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(open) })
	require.NoError(t, os.Chmod(open, 0o755))
	own := filepath.Join(open, "restlab")
	require.NoError(t, os.WriteFile(own, text, 0o755))
	require.NoError(t, os.Chmod(filepath.Dir(filepath.Dir(home)), 0o755)) // which Go makes for the test alone
	require.NoError(t, os.Chmod(filepath.Dir(home), 0o755))
	require.NoError(t, os.Chmod(filepath.Join(home, "progress.json"), 0o644))
	cmd := exec.Command(own, words...)
	cmd.Dir = open
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

// contents are the files of a folder.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		require.NoError(t, err)
		all[entry.Name()] = string(text)
	}
	return all
}

// A command that is killed at any moment leaves progress that can be read, and the next command gets the lock.
func TestKilled(t *testing.T) {
	home := newHome(t)
	for n := range 20 {
		cmd := exec.Command("restlab", "learn", "hint", "01")
		require.NoError(t, cmd.Start())
		time.Sleep(time.Duration(n*5) * time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait() // it was killed
		text, err := os.ReadFile(filepath.Join(home, "progress.json"))
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		require.True(t, json.Valid(text), string(text))
	}
	_, errors, status := types(t, "learn", "hint", "01")
	assert.Zero(t, status)
	assert.Empty(t, errors)
}
