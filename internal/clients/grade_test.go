package clients_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/installed"
)

// Clients that are right, in other languages, and how far each of them goes.
var rightOnes = map[string]struct {
	level  string
	starts func(t *testing.T) string
	file   string
	words  []string
}{
	"curl":               {"production", shell("curl", "curl"), "items.sh", []string{"{items}", "{key}"}},
	"curl with tasks":    {"http", shell("curl", "curl"), "tasks.sh", []string{"{tasks}"}},
	"HTTPie":             {"http", shell("http", "httpie"), "items_httpie.sh", []string{"{items}"}},
	"requests":           {"production", python("requests"), "items_requests.py", []string{"{items}", "{key}"}},
	"urllib3's retries":  {"production", python("requests"), "tasks_requests.py", []string{"{tasks}"}},
	"http.client":        {"production", python("http.client"), "items_http_client.py", []string{"{items}", "{key}"}},
	"Node":               {"production", node, "items_fetch.mjs", []string{"{items}", "{key}"}},
	"Node with Location": {"production", node, "tasks_fetch.mjs", []string{"{tasks}"}},
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
	for name, right := range rightOnes {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait more than they work
			out, err := graded(t, "--level", right.level, "--", right.starts(t), append([]string{here(t, filepath.Join("right", right.file))}, right.words...))
			require.NoError(t, err, out)
			assert.Contains(t, out, "Everything passed")
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
