package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allowed says which packages of ours each room may import, tests aside. A trailing slash stands for all below.
var allowed = map[string][]string{
	"restlab/server":                {},
	"restlab/features":              {},
	"restlab/steps":                 {"restlab/internal/lab", "restlab/internal/wire", "restlab/internal/intermediary", "restlab/internal/history", "restlab/internal/model", "restlab/internal/conversation", "restlab/internal/suggest"},
	"restlab/internal/lab":          {},
	"restlab/internal/wire":         {},
	"restlab/internal/terminal":     {},
	"restlab/internal/intermediary": {"restlab/internal/lab", "restlab/internal/wire"},
	"restlab/internal/conversation": {"restlab/internal/wire"},
	"restlab/internal/history":      {"restlab/internal/wire"},
	"restlab/internal/model":        {"restlab/internal/wire"},
	"restlab/internal/contract":     {"restlab/internal/suggest", "restlab/steps"},
	"restlab/internal/endpoint":     {"restlab/internal/lab", "restlab/internal/wire"},
	"restlab/internal/process":      {"restlab/internal/endpoint", "restlab/internal/lab", "restlab/internal/wire"},
	"restlab/internal/grade":        {"restlab/internal/lab", "restlab/internal/contract", "restlab/internal/history", "restlab/internal/wire", "restlab/steps"},
	"restlab/internal/report":       {"restlab/internal/atomicfile", "restlab/internal/lab", "restlab/internal/contract", "restlab/internal/grade", "restlab/internal/terminal", "restlab/internal/wire"},
	"restlab/internal/locate":       {"restlab/internal/endpoint", "restlab/internal/intermediary", "restlab/internal/lab", "restlab/internal/process", "restlab/internal/terminal", "restlab/internal/wire", "restlab/server"},
	"restlab/internal/session":      {"restlab/features", "restlab/internal/contract", "restlab/internal/conversation", "restlab/internal/grade", "restlab/internal/lab", "restlab/internal/locate", "restlab/internal/process", "restlab/internal/report", "restlab/internal/terminal", "restlab/internal/wire", "restlab/server", "restlab/steps"},
	"restlab/internal/doctor":       {"restlab/internal/terminal", "restlab/internal/endpoint", "restlab/internal/wire"},
	"restlab/internal/proof/fault":  {"restlab/internal/lab", "restlab/internal/suggest", "restlab/server"},
	"restlab/internal/serve":        {"restlab/internal/endpoint", "restlab/internal/lab", "restlab/internal/proof/fault", "restlab/internal/terminal", "restlab/internal/wire", "restlab/server"},
	"restlab/internal/proof": {
		"restlab/internal/lab",
		"restlab/internal/contract", "restlab/internal/proof/client", "restlab/internal/conversation", "restlab/internal/proof/fault", "restlab/internal/grade",
		"restlab/internal/process", "restlab/internal/wire", "restlab/steps",
	},
	"restlab/internal/atomicfile": {},
	"restlab/internal/suggest":    {},
	"restlab/internal/state":      {"restlab/internal/atomicfile", "restlab/internal/lab"},
	"restlab/internal/hunt": {
		"restlab/internal/contract", "restlab/internal/grade", "restlab/internal/lab", "restlab/internal/proof", "restlab/internal/proof/fault", "restlab/internal/report",
		"restlab/internal/serve", "restlab/internal/state", "restlab/internal/terminal", "restlab/internal/wire", "restlab/server", "restlab/steps",
	},
	"restlab/internal/course": {"restlab/internal/terminal", "restlab/internal/wire", "restlab/exercises", "restlab/internal/grade", "restlab/solutions"},
	"restlab/internal/learn": {
		"restlab/exercises", "restlab/internal/course", "restlab/internal/grade", "restlab/internal/lab", "restlab/internal/locate", "restlab/internal/report",
		"restlab/internal/session", "restlab/internal/state", "restlab/internal/terminal", "restlab/internal/wire", "restlab/solutions",
	},
	"restlab/internal/quiz": {"restlab/exercises", "restlab/internal/contract", "restlab/internal/lab", "restlab/internal/state", "restlab/internal/terminal", "restlab/internal/wire"},
	"restlab/internal/walk": {
		"restlab/internal/contract", "restlab/internal/endpoint", "restlab/internal/grade", "restlab/internal/lab", "restlab/internal/proof", "restlab/internal/proof/client",
		"restlab/internal/proof/fault", "restlab/internal/report", "restlab/internal/suggest", "restlab/internal/terminal", "restlab/internal/wire", "restlab/steps",
	},
	"restlab/internal/replay":       {"restlab/internal/contract", "restlab/internal/grade", "restlab/internal/lab", "restlab/internal/report", "restlab/internal/state", "restlab/internal/suggest"},
	"restlab/internal/hostile":      {},
	"restlab/internal/proof/client": {},
	"restlab/internal/console":      {"restlab/exercises"},
	"restlab/internal/installed":    {"restlab/internal/labtest"},
	"restlab/internal/labtest":      {"restlab/features", "restlab/internal/contract", "restlab/internal/endpoint", "restlab/internal/lab", "restlab/internal/process", "restlab/server"},
	"restlab/internal/zoo":          {},
	"restlab/internal/prose":        {},
	"restlab/exercises":             {},
	"restlab/solutions":             {},
	"restlab/bench":                 {},
	"restlab/bench/bare":            {},
	"restlab/bench/plain":           {},
	"restlab/bench/reference":       {"restlab/server"},
	"restlab/cmd/restlab":           {"restlab/"},
}

// forTests are rooms that only tests import, and such rooms themselves.
var forTests = []string{"restlab/internal/console", "restlab/internal/installed", "restlab/internal/labtest"}

// The rooms import only what the layout lets them, and no program contains a room for tests. A new room needs a line above.
func TestRooms(t *testing.T) {
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "restlab/...") {
		room, imports, _ := strings.Cut(line, " ")
		may, known := allowed[room]
		known = known || isProgramOfTheCourse(room)
		assert.True(t, known, "the room %s is not in the list", room)
		for _, path := range strings.Fields(imports) {
			if strings.HasPrefix(path, "restlab/") {
				assert.True(t, within(path, may), "%s may not import %s", room, path)
				assert.False(t, slices.Contains(forTests, path) && !slices.Contains(forTests, room), "%s imports %s, which is for tests", room, path)
			}
		}
	}
}

// isProgramOfTheCourse reports whether it is a starter or a solution: what a learner gets imports nothing of ours.
func isProgramOfTheCourse(room string) bool {
	return strings.HasPrefix(room, "restlab/exercises/") || strings.HasPrefix(room, "restlab/solutions/")
}

// The reference is built on the standard library alone.
func TestServerDependencies(t *testing.T) {
	for _, path := range goList(t, "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "restlab/server") {
		assert.Equal(t, "restlab/server", path)
	}
}

// The description that is served is the one in docs/.
func TestDescriptionIsPublished(t *testing.T) {
	published, err := os.ReadFile("../../docs/openapi.json")
	require.NoError(t, err)
	served, err := os.ReadFile("../../server/openapi.json")
	require.NoError(t, err)
	assert.Equal(t, string(served), string(published))
}

func within(path string, allowed []string) bool {
	for _, a := range allowed {
		if path == a || strings.HasSuffix(a, "/") && strings.HasPrefix(path, a) {
			return true
		}
	}
	return false
}

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	require.NoError(t, err)
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' })
}
