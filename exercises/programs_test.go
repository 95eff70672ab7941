package exercises_test

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/installed"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/model"
	"restlab/internal/process"
	"restlab/solutions"
)

// Every solution keeps the rules of its exercise, and of all before it. Each time it is started anew, so that what one grading leaves
// behind does not slow the next one.
func TestSolutions(t *testing.T) {
	labtest.Slow(t, "it builds programs")
	times, sequences := thoroughness(t)
	for _, e := range ofKind(exercises.Server) {
		for _, language := range languages {
			files, ok := e.Solution(language, solutions.Files)
			if !ok {
				continue
			}
			t.Run(e.Name+"/"+language, func(t *testing.T) {
				words := command(t, files, language)
				for n := range times {
					t.Run(strconv.Itoa(n+1), func(t *testing.T) {
						assert.Empty(t, start(t, words).broken(t, e.Level, asked(e), sequences))
					})
				}
			})
		}
	}
}

// Every starter breaks the rules of its exercise, but for those that the contract says it keeps; in a language without a solution, whose
// framework may keep others, it breaks some. It keeps all that the exercise before asked for; where it is the solution of that exercise, TestSolutions shows it.
func TestStarters(t *testing.T) {
	labtest.Slow(t, "it builds programs")
	for _, e := range ofKind(exercises.Server) {
		for _, language := range e.Languages(solutions.Files) {
			t.Run(e.Name+"/"+language, func(t *testing.T) {
				files, _ := e.Starter(language, solutions.Files)
				at := start(t, command(t, files, language))
				if _, err := fs.Stat(exercises.Files, e.Name+"/"+language); err == nil && len(e.BuildsOn()) > 0 {
					before := e.BuildsOn()[len(e.BuildsOn())-1]
					assert.Empty(t, at.broken(t, before.Level, asked(before), 20), "rules of the exercises before")
				}
				broken := at.broken(t, e.Level, asked(e), 20) // all, since a rule on the whole run needs the run
				kept := slices.DeleteFunc(slices.Clone(e.Rules), func(id string) bool { return broken[id] != "" })
				if _, solved := e.Solution(language, solutions.Files); solved {
					assert.ElementsMatch(t, e.Kept, kept, "what the starter keeps of its own rules")
				}
				assert.Less(t, len(kept), len(e.Rules), "there is nothing to do")
			})
		}
	}
}

// Every client is tried in each of these ways.
func TestClients(t *testing.T) {
	labtest.Slow(t, "it builds programs")
	basics, production := solved(t, "03"), solved(t, "11")
	for _, e := range ofKind(exercises.Client) {
		for _, language := range e.Languages(solutions.Files) {
			starter, _ := e.Starter(language, solutions.Files)
			solution, _ := e.Solution(language, solutions.Files)
			t.Run(e.Name+"/"+language+"/starter", func(t *testing.T) {
				c := command(t, starter, language)
				saysWhatIsToDo(t, c, production)
				endsWithoutServer(t, c)
			})
			t.Run(e.Name+"/"+language+"/solution", func(t *testing.T) {
				c := command(t, solution, language)
				doesItsWork(t, c, basics)
				doesItsWork(t, c, production)
				endsWithoutServer(t, c)
				if language == "go" {
					isCareful(t, c)
				}
			})
		}
	}
}

// A starter sends one request, and tells what is still to be done.
func saysWhatIsToDo(t *testing.T, c []string, base string) {
	t.Helper()
	said, ok := run(t, c, base)
	assert.True(t, ok, said)
	assert.Contains(t, said, "GET: ")
	assert.Contains(t, said, "TODO")
}

// A solution does its work with any server of the course: those of basics know no POST to the list, those of production have ETags.
func doesItsWork(t *testing.T, c []string, base string) {
	t.Helper()
	said, ok := run(t, c, base)
	assert.True(t, ok, said)
	for _, answer := range []string{"POST: 201", "GET: 200", "PUT: 200", "DELETE: 200"} {
		assert.Contains(t, said, answer)
	}
}

// A client that gets no answer ends with a line that says so, and not as if all were well.
func endsWithoutServer(t *testing.T, c []string) {
	t.Helper()
	said, ok := run(t, c, "http://127.0.0.1:"+labtest.FreePort(t))
	assert.False(t, ok, said)
	assert.Contains(t, said, "client: ")
	assert.NotContains(t, said, "goroutine")
	assert.NotContains(t, said, "Traceback")
}

// A good client asks again where the server has no time or the answer is lost, but sends no POST twice without a key.
func isCareful(t *testing.T, c []string) {
	t.Helper()
	reference := labtest.Handler()
	var mu sync.Mutex
	seen := map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		request := r.Method + " " + r.URL.Path + " " + r.Header.Get("Idempotency-Key")
		seen[request]++
		switch onlyOnce := strings.HasPrefix(request, "POST") && strings.HasSuffix(request, " "); {
		case onlyOnce:
			assert.Equal(t, 1, seen[request], request)
		case seen[request] == 1:
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case seen[request] == 2:
			reference.ServeHTTP(httptest.NewRecorder(), r) // it is done, and nobody learns of it
			panic(http.ErrAbortHandler)
		}
		reference.ServeHTTP(w, r)
	}))
	defer s.Close()
	said, ok := run(t, c, s.URL)
	assert.True(t, ok, said)
	assert.Contains(t, said, "DELETE: ")
}

// Each rule belongs to one exercise, and what the contract names there is.
func TestRules(t *testing.T) {
	c := labtest.Contract(t)
	owner := map[string]string{}
	for _, e := range exercises.All {
		assert.Equal(t, e.Kind == exercises.Server, len(e.Rules) > 0, "%s: a server has rules, and nothing else has", e.Name)
		assert.Contains(t, contract.Levels, e.Level, e.Name)
		assert.Subset(t, e.Rules, e.Kept, e.Name)
		for _, id := range e.Rules {
			assert.Empty(t, owner[id], "%s belongs to %s too", id, e.Name)
			owner[id] = e.Name
			if rule := c.Rule(id); assert.NotNil(t, rule, "%s names %q", e.Name, id) {
				assert.LessOrEqual(t, slices.Index(contract.Levels, rule.Level), slices.Index(contract.Levels, e.Level), "%s asks for %s below its level", e.Name, id)
			}
		}
	}
	for _, rule := range c.Rules {
		assert.NotEmpty(t, owner[rule.ID], "%s belongs to no exercise", rule.ID)
	}
}

// Disk and list agree both ways, and in each language that has a starter there is a solution.
func TestFolders(t *testing.T) {
	var names []string
	for i, e := range exercises.All {
		names = append(names, e.Name)
		assert.Equal(t, fmt.Sprintf("%02d", i+1), e.Number())
		if e.Kind != exercises.Server && e.Kind != exercises.Client {
			continue
		}
		assert.Contains(t, e.Languages(solutions.Files), "go", e.Name)
		_, solved := e.Solution("go", solutions.Files)
		assert.True(t, solved, "%s has no solution in Go", e.Name)
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
				isQuestions := in == fs.FS(exercises.Files) && name == "13-knowledge-check" && language == "questions"
				assert.True(t, isQuestions || slices.Contains(languages, language), "%s has a folder %s that is no language", name, language)
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

// thoroughness is how often each solution is graded, and with how many random sequences: SEEDS times, for who has the time,
// and otherwise once, with a few.
func thoroughness(t *testing.T) (times, sequences int) {
	t.Helper()
	times, err := strconv.Atoi(cmp.Or(os.Getenv("SEEDS"), "1"))
	require.NoError(t, err, "SEEDS")
	if times > 1 {
		return times, model.DefaultSequences
	}
	return times, 20
}

// served is a program of the course that runs, and its replica if it serves one.
type served struct{ first, second lab.Endpoint }

// start runs a server until the test ends.
func start(t *testing.T, words []string) served {
	t.Helper()
	replica := labtest.FreePort(t)
	t.Setenv("REPLICA_PORT", replica)
	program, err := process.Start(t.Context(), process.Command{
		Name: "program", Words: words, Env: []string{"REPLICA_PORT"}, Patience: time.Minute,
	}, t.Output())
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.Empty(t, program.Deaths(), "it died")
		assert.NoError(t, program.Stop())
	})
	at := served{first: labtest.Endpoint(t, program.Base())}
	if conn, err := net.Dial("tcp", "127.0.0.1:"+replica); err == nil {
		require.NoError(t, conn.Close())
		at.second = labtest.Endpoint(t, "http://127.0.0.1:"+replica)
	}
	return at
}

// solved is the base URL of a solution in Go that runs until the test ends.
func solved(t *testing.T, number string) string {
	t.Helper()
	e, ok := exercises.Find(number)
	require.True(t, ok, number)
	files, ok := e.Solution("go", solutions.Files)
	require.True(t, ok, number)
	return start(t, command(t, files, "go")).first.Base
}

// programs are the folders of what was copied and built, by its files: many tests run the same.
var programs = map[string]string{}

func TestMain(m *testing.M) {
	status := m.Run()
	for _, dir := range programs {
		_ = os.RemoveAll(dir)
	}
	os.Exit(status)
}

// command copies a program as a learner gets it, builds it if that is needed, and tells how it is run.
func command(t *testing.T, files fs.FS, language string) []string {
	t.Helper()
	name := contents(t, files)
	dir, there := programs[name]
	if !there {
		var err error
		dir, err = os.MkdirTemp("", "program")
		require.NoError(t, err)
		programs[name] = dir
		require.NoError(t, os.CopyFS(dir, files))
	}
	switch language {
	case "flask":
		return []string{installed.Python(t, "flask"), filepath.Join(dir, "server.py")}
	case "python":
		return []string{installed.Python(t, "requests"), filepath.Join(dir, "client.py")}
	}
	program := filepath.Join(dir, "program.exe") // Windows wants the ending, others do not mind
	if there {
		return []string{program}
	}
	sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	out, err := exec.Command("go", append([]string{"build", "-ldflags=-s -w", "-o", program}, sources...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return []string{program}
}

// contents are all files of a folder, in one text.
func contents(t *testing.T, files fs.FS) string {
	t.Helper()
	var all strings.Builder
	require.NoError(t, fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		fmt.Fprintf(&all, "%s\n%s\n", path, text)
		return err
	}))
	return all.String()
}

// run runs a client to its end against the server, and tells what it printed and whether it was content.
func run(t *testing.T, client []string, base string) (said string, ok bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, client[0], client[1:]...)
	cmd.Env = append(os.Environ(), "ITEMS_URL="+base, "TASKS_URL="+base)
	out, err := cmd.CombinedOutput()
	require.NoError(t, ctx.Err())
	return string(out), err == nil
}

// broken grades the program by the rules, and tells which of them it breaks and how. A rule of which nothing was asked is broken.
func (s served) broken(t *testing.T, level string, rules []string, sequences int) map[string]string {
	t.Helper()
	o := grade.Options{Contract: labtest.Contract(t), Seed: rand.Uint64N(1 << 32), Servers: lab.Both(s.first), Selection: grade.Selection{Level: level, Rules: rules, Partly: true}, Pace: grade.Pace{Timeout: time.Minute, Sequences: sequences}}
	if s.second.Base != "" {
		o.Replicas = lab.Replicas{Items: []lab.Endpoint{s.second}, Tasks: []lab.Endpoint{s.second}}
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
