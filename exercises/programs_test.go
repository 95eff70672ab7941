package exercises_test

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/features"
	"restlab/internal/catalogue"
	"restlab/internal/grade"
	"restlab/internal/installed"
	"restlab/internal/launch"
	"restlab/internal/model"
	"restlab/internal/target"
	"restlab/solutions"
	"restlab/steps"
)

// Every solution keeps the rules of its exercise, and of all before it.
func TestSolutions(t *testing.T) {
	times, sequences := thoroughness(t)
	for _, e := range ofKind(exercises.Server) {
		for _, language := range languages {
			files, ok := e.Solution(language, solutions.Files)
			if !ok {
				continue
			}
			t.Run(e.Name+"/"+language, func(t *testing.T) {
				at := start(t, files, language)
				for range times {
					assert.Empty(t, at.broken(t, e.Level, asked(e), sequences))
				}
			})
		}
	}
}

// Every starter breaks the rules of its exercise, but for those that the catalogue says it keeps; and it keeps all that the exercise
// before asked for.
func TestStarters(t *testing.T) {
	for _, e := range ofKind(exercises.Server) {
		for _, language := range e.Languages(solutions.Files) {
			t.Run(e.Name+"/"+language, func(t *testing.T) {
				files, _ := e.Starter(language, solutions.Files)
				at := start(t, files, language)
				broken := at.broken(t, e.Level, asked(e), 20) // all, since a rule on the whole run needs the run
				kept := slices.DeleteFunc(slices.Clone(e.Rules), func(id string) bool { return broken[id] != "" })
				assert.ElementsMatch(t, e.Kept, kept, "what the starter keeps of its own rules")
				assert.Less(t, len(kept), len(e.Rules), "there is nothing to do")
				if before := e.BuildsOn(); len(before) > 0 {
					last := before[len(before)-1]
					assert.Empty(t, at.broken(t, last.Level, asked(last), 20), "rules of the exercises before")
				}
			})
		}
	}
}

// Each rule belongs to one exercise, and what the catalogue names there is.
func TestRules(t *testing.T) {
	owner := map[string]string{}
	for _, e := range exercises.All {
		assert.Equal(t, e.Kind == exercises.Server, len(e.Rules) > 0, "%s: a server has rules, and nothing else has", e.Name)
		assert.Contains(t, catalogue.Levels, e.Level, e.Name)
		assert.Subset(t, e.Rules, e.Kept, e.Name)
		for _, id := range e.Rules {
			assert.Empty(t, owner[id], "%s belongs to %s too", id, e.Name)
			owner[id] = e.Name
			if rule := own(t).Rule(id); assert.NotNil(t, rule, "%s names %q", e.Name, id) {
				assert.LessOrEqual(t, slices.Index(catalogue.Levels, rule.Level), slices.Index(catalogue.Levels, e.Level), "%s asks for %s below its level", e.Name, id)
			}
		}
	}
	for _, rule := range own(t).Rules {
		assert.NotEmpty(t, owner[rule.ID], "%s belongs to no exercise", rule.ID)
	}
}

// Disk and catalogue agree both ways, and in each language that has a starter there is a solution.
func TestFolders(t *testing.T) {
	var names []string
	for i, e := range exercises.All {
		names = append(names, e.Name)
		assert.Equal(t, fmt.Sprintf("%02d", i+1), e.Number())
		if e.Kind != exercises.Server && e.Kind != exercises.Client {
			continue
		}
		assert.Contains(t, e.Languages(solutions.Files), "go", e.Name)
		for _, language := range languages {
			_, begins := fs.Stat(exercises.Files, e.Name+"/"+language)
			_, ends := e.Solution(language, solutions.Files)
			assert.True(t, begins != nil || ends, "%s has a starter in %s and no solution", e.Name, language)
		}
	}
	assert.Equal(t, names, folders(t, exercises.Files))
	assert.Subset(t, names, folders(t, solutions.Files))
	for _, in := range []fs.FS{exercises.Files, solutions.Files} {
		for _, name := range folders(t, in) {
			for _, language := range folders(t, sub(t, in, name)) {
				assert.Contains(t, languages, language, "%s has a folder that is no language", name)
			}
		}
	}
}

// Number and name both find an exercise, and nothing else does.
func TestFind(t *testing.T) {
	for _, name := range []string{"5", "05", "05-idempotency"} {
		e, ok := exercises.Find(name)
		assert.True(t, ok, name)
		assert.Equal(t, "05-idempotency", e.Name)
	}
	for _, name := range []string{"", "0", "14", "idempotency", "005"} {
		_, ok := exercises.Find(name)
		assert.False(t, ok, name)
	}
}

// languages are all that the course has starters and solutions in. A hunt is written in sentences.
var languages = []string{"go", "flask", "python", "feature"}

func ofKind(kind exercises.Kind) []exercises.Exercise {
	return slices.DeleteFunc(slices.Clone(exercises.All), func(e exercises.Exercise) bool { return e.Kind != kind })
}

// asked are the rules that a solution has to keep: its own, and those of all exercises before.
func asked(e exercises.Exercise) []string {
	rules := slices.Clone(e.Rules)
	for _, before := range e.BuildsOn() {
		rules = append(rules, before.Rules...)
	}
	return rules
}

func folders(t *testing.T, in fs.FS) []string {
	t.Helper()
	entries, err := fs.ReadDir(in, ".")
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}

func sub(t *testing.T, in fs.FS, folder string) fs.FS {
	t.Helper()
	files, err := fs.Sub(in, folder)
	require.NoError(t, err)
	return files
}

func own(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(features.Files)
	require.NoError(t, err)
	return c
}

// thoroughness is how often each solution is graded, and with how many random sequences: SEEDS times, for who has the time,
// and otherwise a little, twice.
func thoroughness(t *testing.T) (times, sequences int) {
	t.Helper()
	times, err := strconv.Atoi(cmp.Or(os.Getenv("SEEDS"), "2"))
	require.NoError(t, err, "SEEDS")
	if times > 2 {
		return times, model.DefaultSequences
	}
	return times, 20
}

// served is a program of the course that runs, and its replica if it serves one.
type served struct{ first, second steps.Endpoint }

// start copies a program as a learner gets it, builds it and runs it until the test ends.
func start(t *testing.T, files fs.FS, language string) served {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, files))
	replica := freePort(t)
	t.Setenv("REPLICA_PORT", replica)
	program, err := launch.Start(t.Context(), launch.Command{
		Name: "program", Words: command(t, dir, language), Dir: dir, Env: []string{"REPLICA_PORT"}, Patience: time.Minute,
	}, t.Output())
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.Empty(t, program.Deaths(), "it died")
		assert.NoError(t, program.Stop())
	})
	at := served{first: endpoint(t, program.Base())}
	if conn, err := net.Dial("tcp", "127.0.0.1:"+replica); err == nil {
		require.NoError(t, conn.Close())
		at.second = endpoint(t, "http://127.0.0.1:"+replica)
	}
	return at
}

func command(t *testing.T, dir, language string) []string {
	t.Helper()
	if language != "go" {
		return []string{installed.Python(t, language), "server.py"}
	}
	program := filepath.Join(dir, "program.exe") // Windows wants the ending, others do not mind
	sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	out, err := exec.Command("go", append([]string{"build", "-o", program}, sources...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return []string{program}
}

func endpoint(t *testing.T, base string) steps.Endpoint {
	t.Helper()
	at, err := target.Find(context.Background(), base)
	require.NoError(t, err)
	return at
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// broken grades the program by the rules, and tells which of them it breaks and how. A rule of which nothing was asked is broken.
func (s served) broken(t *testing.T, level string, rules []string, sequences int) map[string]string {
	t.Helper()
	o := grade.Options{
		Catalogue: own(t), Items: s.first, Tasks: s.first, Level: level, Rules: rules, Partly: true,
		Seed: rand.Uint64N(1 << 32), Timeout: time.Minute, Sequences: sequences,
	}
	if s.second.Base != "" {
		o.Replicas = steps.Replicas{Items: []steps.Endpoint{s.second}, Tasks: []steps.Endpoint{s.second}}
	}
	result, err := grade.Run(t.Context(), o)
	require.NoError(t, err)
	t.Logf("level %s, seed %d, %d scenarios in %.1f s", level, result.Seed, len(result.Scenarios), result.Seconds)
	broken := map[string]string{}
	for _, id := range rules {
		broken[id] = "nothing was asked"
	}
	for _, rule := range grade.Rules(result.Scenarios) {
		delete(broken, rule.ID)
	}
	for _, scenario := range result.Scenarios {
		if scenario.Verdict != grade.Passed {
			broken[scenario.Rule] += fmt.Sprintf("%s: %s %s %+v (seed %d)\n", scenario.ID, scenario.Verdict, scenario.Why, scenario.Failure, result.Seed)
		}
	}
	return broken
}
