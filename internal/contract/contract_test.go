package contract_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/contract"
	"restlab/internal/proof"
	"restlab/steps"
)

func own(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.Load(features.Files)
	require.NoError(t, err)
	return c
}

func clients(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.Load(features.Clients)
	require.NoError(t, err)
	return c
}

// The lab's own features load without a problem, and lack nothing: each rule has level, strength, source, reason
// and hint, each sentence is used, each step matches one sentence.
func TestOwnFeatures(t *testing.T) {
	c, of := own(t), clients(t)
	assert.Empty(t, contract.Lint(c, of))
	t.Logf("%d rules, %d scenarios; of clients %d and %d; %d sentences", len(c.Rules), len(c.Scenarios), len(of.Rules), len(of.Scenarios), len(steps.Vocabulary()))
}

// The vocabulary stays small, and each example is an example of its own sentence and of no other.
func TestVocabulary(t *testing.T) {
	assert.LessOrEqual(t, len(steps.Vocabulary()), 45+15) // about servers, and about clients
	for _, sentence := range steps.Vocabulary() {
		matches := 0
		for _, other := range steps.Vocabulary() {
			if other.Matches(sentence.Keyword, sentence.Example) {
				matches++
			}
		}
		assert.Equal(t, 1, matches, sentence.Example)
		assert.True(t, sentence.Matches(sentence.Keyword, sentence.Example), sentence.Example)
	}
}

// No body of a scenario is larger than what the contract says that every server has to take, 16 KiB, except those that are to be
// refused as too large.
func TestBodiesAreSmall(t *testing.T) {
	const long, most = 4 << 10, 16 << 10
	bodies := 0
	for _, s := range own(t).Scenarios {
		for _, step := range s.Steps {
			sent := strings.ReplaceAll(step.Text, "{long}", strings.Repeat("x", long))
			assert.LessOrEqual(t, len(sent), most, "%s: %s", s.ID, step.Text)
			if len(sent) > long {
				bodies++
			}
		}
	}
	assert.NotZero(t, bodies, "none is long")
}

// What is generated from the features and the vocabulary is what they say now. make docs brings it up to date.
func TestDocumentsAreCurrent(t *testing.T) {
	for file, want := range map[string]string{
		"../../docs/contract.md":      contract.Markdown(own(t), clients(t), proof.ChoicesTable()),
		"../../features/SENTENCES.md": steps.Listing(),
		"../../.vscode/sentences.js":  steps.Glue(),
	} {
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, want, string(got), "%s is not current: run make docs", file)
	}
}

// Where the design is at hand, its rules of the levels that exist and ours are the same ones.
func TestRulesOfTheDesign(t *testing.T) {
	design, err := os.ReadFile("../../../shared/design/contract.md")
	if err != nil {
		t.Skip("SKIPPED: the design's contract is not beside this repository, so the ids are not compared")
	}
	c := own(t)
	for _, level := range contract.Levels {
		_, section, _ := strings.Cut(string(design), "\n## "+level+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		var want []string
		for _, row := range regexp.MustCompile(`(?m)^\| ([a-z.]+) \|`).FindAllStringSubmatch(section, -1) {
			if row[1] != "id" {
				want = append(want, row[1])
			}
		}
		require.NotEmpty(t, want)
		for _, rule := range c.Rules {
			if rule.Level == level && !rule.Advice {
				assert.Contains(t, want, rule.ID, "a rule that the design does not have")
			}
		}
		for _, id := range want {
			rule := c.Rule(id)
			if assert.NotNil(t, rule, "the rule %s is missing", id) {
				assert.Equal(t, level, rule.Level, id)
			}
		}
	}
}

func load(t *testing.T, text string) (*contract.Contract, error) {
	t.Helper()
	return contract.Load(fstest.MapFS{"x.feature": {Data: []byte(text)}})
}

// A rule's description is taken apart, and its scenarios get level, family and id.
func TestReading(t *testing.T) {
	c, err := load(t, `Feature: F
  @a.b @http
  Rule: R
    One reason,
    on two lines.
    Source: RFC 9110 §1, RFC 1, MUST NOT
    Hint: First.
    Hint: Second.
    Hint at field: Third.

    Scenario Outline: Put <what>
      When the client sends PUT /items/{key} with {"value": <what>}
      Then the item {key} is now <what>
      Examples:
        | what |
        | 1    |

    @tasks
    Scenario: A path
      When the client sends GET /{key}
      Then the status is 404 Not Found
`)
	require.NoError(t, err)
	rule := c.Rule("a.b")
	assert.Equal(t, "One reason, on two lines.", rule.Reason)
	assert.Equal(t, "RFC 9110 §1, RFC 1", rule.Source)
	assert.Equal(t, "MUST NOT", rule.Strength)
	assert.Equal(t, []string{"First.", "Second.", "Third."}, rule.HintsAt(""))
	assert.Equal(t, []string{"Third.", "First.", "Second."}, rule.HintsAt("field ETag"))
	assert.Equal(t, []string{"First.", "Second."}, rule.HintsAt("status"))
	assert.Equal(t, "a.b/put-1", c.Scenarios[0].ID)
	assert.Equal(t, "http", c.Scenarios[0].Level)
	assert.Equal(t, []string{"items"}, c.Scenarios[0].Families)
	assert.Equal(t, []string{"tasks"}, c.Scenarios[1].Families)
	assert.Equal(t, 16, c.Scenarios[0].Line)
	step := c.Scenarios[0].Steps[0]
	assert.Equal(t, "When", step.Keyword)
	assert.Equal(t, `the client sends PUT /items/{key} with {"value": 1}`, step.Text)
	assert.Equal(t, 12, step.Line)
	assert.Equal(t, []string{"the", "PUT", "/items/{key}", `{"value": 1}`}, step.Match.Args)
	assert.True(t, strings.HasPrefix(rule.Gherkin, "Scenario Outline: Put <what>\n  When"), rule.Gherkin)
}

// Two rules may have scenarios of the same name; within one rule a name is taken once.
func TestNames(t *testing.T) {
	scenario := "\n    Scenario: S\n      When the client sends GET /tasks\n      Then the status is 200 OK\n"
	c, err := load(t, "Feature: F\n  @a\n  Rule: A"+scenario+"\n  @b\n  Rule: B"+scenario)
	require.NoError(t, err)
	assert.Equal(t, "b/s", c.Scenarios[1].ID)
	_, err = load(t, "Feature: F\n  @a\n  Rule: A"+scenario+scenario)
	require.ErrorContains(t, err, `the name "S" is already used`)
}

// A wrong id is answered with the ids that have a word in common with it.
func TestDidYouMean(t *testing.T) {
	assert.Contains(t, contract.DidYouMean(own(t), "put_create"), "put.created")
	assert.Empty(t, contract.DidYouMean(own(t), "zzz"))
}

// One file is read as a folder is, and one that does not begin with its Feature is told how to.
func TestRead(t *testing.T) {
	scenario := "Scenario: S\n  When the client sends GET /tasks\n  Then the status is 200 OK\n"
	c, err := contract.Read("mine.txt", []byte("Feature: F\n"+scenario))
	require.NoError(t, err)
	assert.Equal(t, "mine.txt/s", c.Scenarios[0].ID)
	_, err = contract.Read("mine.feature", []byte(scenario))
	require.ErrorContains(t, err, "a file begins with a line such as Feature: Items")
}
