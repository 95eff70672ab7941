package client_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/installed"
	"restlab/internal/labtest"
)

// Clients that are right, in other languages, and how far each of them goes.
var rightOnes = map[string]struct {
	level  string
	starts func(t *testing.T) string
	file   string
	words  []string
	slow   bool // it takes half a second to start: beyond the basics it is tried only where SEEDS is set
}{
	"curl":               {"production", shell("curl", "curl"), "items.sh", []string{"{items}", "{key}"}, false},
	"curl with tasks":    {"http", shell("curl", "curl"), "tasks.sh", []string{"{tasks}"}, false},
	"HTTPie":             {"http", shell("http", "httpie"), "items_httpie.sh", []string{"{items}"}, true},
	"requests":           {"production", python("requests"), "items_requests.py", []string{"{items}", "{key}"}, false},
	"urllib3's retries":  {"production", python("requests"), "tasks_requests.py", []string{"{tasks}"}, false},
	"http.client":        {"production", python("http.client"), "items_http_client.py", []string{"{items}", "{key}"}, false},
	"Node":               {"production", node, "items_fetch.mjs", []string{"{items}", "{key}"}, false},
	"Node with Location": {"production", node, "tasks_fetch.mjs", []string{"{tasks}"}, false},
}

func shell(needs, debian string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		installed.Program(t, needs, debian)
		return installed.Program(t, "sh", "dash")
	}
}

func python(module string) func(*testing.T) string {
	return func(t *testing.T) string { t.Helper(); return installed.Python(t, module) }
}

func node(t *testing.T) string { t.Helper(); return installed.Program(t, "node", "nodejs") }

// A client that is right passes, whatever it is written in and whatever it chooses.
func TestRightOnesPass(t *testing.T) {
	labtest.Slow(t, "it builds the lab and grades clients")
	for name, right := range rightOnes {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait more than they work
			if right.slow && os.Getenv("SEEDS") == "" {
				right.level = "basics"
			}
			out, err := graded(t, "--level", right.level, "--timeout", "2m", "--", right.starts(t), append([]string{here(t, filepath.Join("right", right.file))}, right.words...))
			require.NoError(t, err, out)
			assert.Regexp(t, "Everything passed|Nothing failed", out)
		})
	}
}

// Every file of right clients is graded.
func TestRightOnesAreAll(t *testing.T) {
	files, err := os.ReadDir("right")
	require.NoError(t, err)
	assert.Len(t, rightOnes, len(files))
}

// graded is what restlab prints of a client, and the error of its exit status.
func graded(t *testing.T, words ...any) (string, error) {
	t.Helper()
	args := []string{"grade-client"}
	for _, word := range words {
		switch word := word.(type) {
		case string:
			args = append(args, word)
		case []string:
			args = append(args, word...)
		}
	}
	cmd := exec.CommandContext(soon(t), program, args...)
	cmd.Env = append(os.Environ(), "RESTLAB_HOME="+t.TempDir())
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// What a good learner would hand in passes at every level in Go; in Python at the level of the exercise.
func TestSolutionsPass(t *testing.T) {
	labtest.Slow(t, "it builds the lab and grades clients")
	for exercise, words := range map[string][]string{"02-items-client": {"{key}", "{value}", "{other}"}, "04-tasks-client": nil} {
		t.Run(exercise+"/go", func(t *testing.T) {
			t.Parallel()
			client := filepath.Join(t.TempDir(), "client.exe")
			built, err := exec.Command("go", "build", "-o", client, "restlab/solutions/"+exercise+"/go").CombinedOutput()
			require.NoError(t, err, string(built))
			out, err := graded(t, "--timeout", "1m", "--", client, words)
			assert.NoError(t, err, out)
		})
		t.Run(exercise+"/python", func(t *testing.T) {
			t.Parallel()
			out, err := graded(t, "--level", "http", "--timeout", "1m", "--", installed.Python(t, "requests"), here(t, "../../../solutions/"+exercise+"/python/client.py"), words)
			assert.NoError(t, err, out)
		})
	}
}

// loopback gives a network of its own its loopback, and becomes the command that follows.
const loopback = `import fcntl, os, socket, struct, sys
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 1)) # up
os.execv(sys.argv[1], sys.argv[1:])`

// The two clients of the course text pass at basics as they are: they name the ports 5000 and 5001, which are free in a network of their own.
func TestClientsOfTheCoursePass(t *testing.T) {
	labtest.Slow(t, "it builds the lab and grades clients")
	text, err := os.ReadFile("../../../../shared/seed/course.txt")
	if err != nil {
		t.Skip("SKIPPED: the course text is not beside this repository, so its clients are not tried")
	}
	interpreter, unshare := installed.Python(t, "requests"), installed.Program(t, "unshare", "util-linux")
	for name, ends := range map[string]string{"import requests\n\nbase_url = ": "\n✅ Activity", "import requests\n\nbase = ": "\n✅ Knowledge Check"} {
		_, rest, found := strings.Cut(strings.ReplaceAll(string(text), "\u00a0", " "), name)
		require.True(t, found, name)
		body, _, found := strings.Cut(rest, ends)
		require.True(t, found, ends)
		path := filepath.Join(t.TempDir(), "client.py")
		require.NoError(t, os.WriteFile(path, []byte(name+body), 0o600))
		cmd := exec.CommandContext(soon(t), unshare, "--net", interpreter, "-c", loopback, program, "grade-client", "--level", "basics", "--timeout", "1m", "--", interpreter, path)
		cmd.Env = append(os.Environ(), "RESTLAB_HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil && strings.Contains(string(out), "unshare failed") && os.Getenv("CI") != "true" {
			t.Skip("SKIPPED: this user may not have a network of its own, so the clients of the course were not tried")
		}
		require.NoError(t, err, string(out))
	}
}
