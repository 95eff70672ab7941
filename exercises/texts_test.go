package exercises_test

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/features"
	"restlab/internal/catalogue"
	"restlab/internal/launch"
	"restlab/server"
)

// Whoever opens an exercise finds a title, and hints that say something.
func TestTextsAreThere(t *testing.T) {
	for _, e := range exercises.All {
		assert.True(t, strings.HasPrefix(e.Readme(), "# "), "%s: README.md does not begin with a title", e.Name)
		assert.NotEmpty(t, e.Title(), e.Name)
		hints := e.Hints()
		assert.True(t, len(hints) >= 3 && len(hints) <= 6, "%s: hints.md has %d hints", e.Name, len(hints))
		for _, hint := range hints {
			assert.NotEmpty(t, hint.Heading, e.Name)
			assert.NotEmpty(t, hint.Text, "%s: hint %q", e.Name, hint.Heading)
		}
	}
}

// A prediction asks for one status, tells it, and says why. Those who build a server make some.
func TestPredictions(t *testing.T) {
	for _, e := range exercises.All {
		all := e.Predictions()
		if e.Kind == exercises.Server {
			assert.True(t, len(all) >= 3 && len(all) <= 5, "%s: predict.md has %d predictions", e.Name, len(all))
		}
		for _, p := range all {
			where := e.Name + ": " + p.Question
			assert.NotEmpty(t, p.Question, e.Name)
			assert.Contains(t, p.Request, "curl -i ", where)
			assert.NotZero(t, p.Status, "%s: there is no status", where)
			assert.NotEmpty(t, p.Why, where)
		}
	}
}

// A learner who looks up a rule finds it, and finds every rule of an exercise in its text.
func TestRulesThatTextsName(t *testing.T) {
	c, err := catalogue.Load(features.Files)
	require.NoError(t, err)
	for _, e := range exercises.All {
		for _, file := range []string{"README.md", "hints.md", "predict.md"} {
			for _, id := range ruleIDs(read(t, e, file)) {
				assert.NotNil(t, c.Rule(id), "%s: %s names the rule %s, and there is none", e.Name, file, id)
			}
		}
		for _, id := range e.Rules {
			assert.Contains(t, e.Readme(), "`"+id+"`", "%s: README.md does not name a rule of the exercise", e.Name)
		}
	}
}

var (
	code     = regexp.MustCompile("`([^`\n]+)`")
	dotted   = regexp.MustCompile(`^[a-z]+(\.[a-z]+)+$`)
	fileName = regexp.MustCompile(`\.(feature|go|json|md|mod|py|run)$`)
)

// ruleIDs are what a text names as rules: code with dots that is no file, and all code in the last column of a table.
func ruleIDs(text string) []string {
	var ids []string
	for line := range strings.Lines(text) {
		for _, found := range code.FindAllStringSubmatch(line, -1) {
			if dotted.MatchString(found[1]) && !fileName.MatchString(found[1]) {
				ids = append(ids, found[1])
			}
		}
		if cells := strings.Split(strings.TrimSpace(line), "|"); len(cells) > 3 {
			for _, found := range code.FindAllStringSubmatch(cells[len(cells)-2], -1) {
				ids = append(ids, found[1])
			}
		}
	}
	return ids
}

// What a text shows is what comes back when a learner types it: from the solution where a server is to be built, else from the reference.
func TestExchanges(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		missing(t, "curl")
	}
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: the commands are written for a Unix shell")
	}
	for _, e := range exercises.All {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			begin := served(t, e)
			for _, file := range []string{"README.md", "predict.md"} {
				if all := exercises.Exchanges(read(t, e, file)); len(all) > 0 {
					tryOut(t, file, all, begin(t))
				}
			}
		})
	}
}

// tryOut types one command after the other, with the server's address in place of the printed ones.
func tryOut(t *testing.T, file string, all []exercises.Exchange, address string) {
	t.Helper()
	here := strings.NewReplacer("localhost:8080", address, "localhost:5000", address, "localhost:5001", address)
	dir := t.TempDir()
	for _, exchange := range all {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		cmd := exec.CommandContext(ctx, "sh", "-c", here.Replace(exchange.Command))
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+dir, "CURL_HOME="+dir, "NO_PROXY=*") // no habits of this user's
		out, err := cmd.Output()
		cancel()
		got := strings.Split(strings.ReplaceAll(string(out), "\r\n", "\n"), "\n")
		assert.NoError(t, err, "%s: %s", file, exchange.Command)
		assert.NotEmpty(t, exchange.Answer, "%s: %s has no answer", file, exchange.Command)
		if line, all := inOrder(exchange.Answer, got); !all {
			t.Errorf("%s: $ %s\nthe text says     %q\nbut what came is\n%s", file, exchange.Command, here.Replace(line), out)
		}
	}
}

// inOrder says whether all lines come among those that were got, in order, and else which is the first that does not.
func inOrder(want, got []string) (line string, all bool) {
	for _, line := range want {
		i := slices.Index(got, line)
		if i < 0 {
			return line, false
		}
		got = got[i+1:]
	}
	return "", true
}

// served returns what begins a server for the commands of one text, and gives its address.
func served(t *testing.T, e exercises.Exercise) func(*testing.T) (address string) {
	t.Helper()
	if e.Kind != exercises.Server {
		return reference
	}
	program := filepath.Join(t.TempDir(), "solution")
	out, err := exec.Command("go", "build", "-o", program, "../solutions/"+e.Name+"/go").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return func(t *testing.T) string {
		t.Helper()
		p, err := launch.Start(context.Background(), launch.Command{Name: e.Name, Words: []string{program}, Patience: time.Minute}, t.Output())
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, p.Stop()) })
		return p.Address
	}
}

// reference serves what `restlab serve` serves.
func reference(t *testing.T) (address string) {
	t.Helper()
	limits := server.DefaultLimits()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	s := httptest.NewServer(server.New(server.NewMemory(limits.Stored), limits, log))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// read is a file of the exercise, empty if there is none.
func read(t *testing.T, e exercises.Exercise, file string) string {
	t.Helper()
	text, err := exercises.Files.ReadFile(e.Name + "/" + file)
	if err != nil {
		require.ErrorIs(t, err, os.ErrNotExist)
	}
	return string(text)
}

// missing skips the test, but not in CI, where .ci/run installs everything.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" && runtime.GOOS == "linux" {
		require.Fail(t, "CI has no "+what)
	}
	t.Skipf("SKIPPED: there is no %s here, so what the texts print was not tried", what)
}
