package exercises_test

import (
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/console"
	"restlab/internal/hunt"
	"restlab/internal/installed"
	"restlab/internal/labtest"
	"restlab/solutions"
)

// A section begins at a heading of the second level, unless that stands in a block.
func TestSections(t *testing.T) {
	all := exercises.Sections("# Title\nabove\n## One\n\na\n```\n## no heading\n```\n### deeper\n## Two\n")
	assert.Equal(t, []exercises.Section{{Heading: "One", Text: "a\n```\n## no heading\n```\n### deeper"}, {Heading: "Two"}}, all)
}

// Commands and answers come from console blocks alone. A command may go on in the next line, an answer may have empty lines.
func TestExchangesOfAText(t *testing.T) {
	all := exercises.Exchanges("$ no\n```\n$ no\n```\n```console\n$ one \\\n  more\na\n\nb\n\n$ two\n```\nc\n```console\n$ three\nd\n```\n")
	assert.Equal(t, []exercises.Exchange{
		{Command: "one \\\n  more", Answer: []string{"a", "", "b"}},
		{Command: "two"},
		{Command: "three", Answer: []string{"d"}},
	}, all)
}

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
	known := labtest.Contract(t)
	for _, e := range exercises.All {
		for _, file := range []string{"README.md", "hints.md", "predict.md"} {
			for _, id := range ruleIDs(read(t, e, file)) {
				assert.NotNil(t, known.Rule(id), "%s: %s names the rule %s, and there is none", e.Name, file, id)
			}
		}
		for _, id := range e.Rules {
			assert.True(t, strings.Contains(e.Readme(), "`"+id+"`"), "%s: README.md does not name the rule %s", e.Name, id)
		}
	}
}

var (
	code     = regexp.MustCompile("`([^`\n]+)`")
	dotted   = regexp.MustCompile(`^[a-z]+(\.[a-z]+)+$`)
	fileName = regexp.MustCompile(`\.(feature|go|json|md|mod|py|run)$`)
)

// ruleIDs are what a text names as rules: code with dots that is no file, and all code in a table's last column if that is for rules.
func ruleIDs(text string) []string {
	var ids []string
	isTable, hasRules := false, false
	for line := range strings.Lines(text) {
		for _, found := range code.FindAllStringSubmatch(line, -1) {
			if dotted.MatchString(found[1]) && !fileName.MatchString(found[1]) {
				ids = append(ids, found[1])
			}
		}
		cells := strings.Split(strings.TrimSpace(line), "|")
		last := cells[max(0, len(cells)-2)]
		if !isTable {
			hasRules = strings.HasPrefix(strings.TrimSpace(last), "rule")
		}
		isTable = strings.HasPrefix(line, "|")
		if isTable && hasRules {
			for _, found := range code.FindAllStringSubmatch(last, -1) {
				ids = append(ids, found[1])
			}
		}
	}
	return ids
}

// What a text shows is what comes back when a learner types it: from the solution where a server is to be built, else from the reference.
func TestExchanges(t *testing.T) {
	labtest.Slow(t, "it builds programs")
	installed.Program(t, "curl", "curl")
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: the commands are written for a Unix shell")
	}
	for _, e := range exercises.All {
		for _, file := range []string{"README.md", "predict.md"} {
			if all := exercises.Exchanges(read(t, e, file)); len(all) > 0 {
				t.Run(e.Name+"/"+file, func(t *testing.T) {
					address, replica := addresses(t, e)
					tryOut(t, all, address, replica)
				})
			}
		}
	}
}

// tryOut types one command after the other, with the addresses of the server and of its replica in place of the printed ones.
func tryOut(t *testing.T, all []exercises.Exchange, address, replica string) {
	t.Helper()
	here := strings.NewReplacer("localhost:8080", address, "localhost:8081", replica, "localhost:5000", address, "localhost:5001", address)
	shell := console.Shell{Dir: t.TempDir(), Here: here}
	for _, exchange := range all {
		out, err := shell.Run(exchange.Command)
		assert.NoError(t, err, "$ %s", exchange.Command)
		assert.NoError(t, shell.Compare(exchange, out))
	}
}

// addresses are where the text's server is, and its replica if it has one.
func addresses(t *testing.T, e exercises.Exercise) (server, replica string) {
	t.Helper()
	if e.Kind != exercises.Server {
		return reference(t), ""
	}
	files, ok := e.Solution("go", solutions.Files)
	require.True(t, ok, "there is no solution in Go")
	at := start(t, command(t, files, "go"))
	return strings.TrimPrefix(at.first.Base, "http://"), strings.TrimPrefix(at.second.Base, "http://")
}

// reference serves what `restlab serve` serves.
func reference(t *testing.T) (address string) {
	t.Helper()
	return strings.TrimPrefix(labtest.Reference(t), "http://")
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

// A learner begins the hunt with a file that right servers pass and that gives the first hunt away to nobody. The solution catches it.
func TestHunt(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	first := hunt.All(labtest.Contract(t))[0]
	for name, in := range map[string]struct {
		files fs.FS
		want  hunt.Outcome
	}{"starter": {exercises.Files, hunt.CatchesNothing}, "solution": {solutions.Files, hunt.Catches}} {
		text, err := fs.ReadFile(in.files, "12-hunt/feature/hunt.feature")
		require.NoError(t, err)
		file, err := hunt.Read("hunt.feature", text)
		require.NoError(t, err)
		judged, err := first.Judge(t.Context(), file, nil)
		require.NoError(t, err)
		assert.Equal(t, in.want, judged.Outcome, name)
	}
}
