package quiz_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/contract"
	"restlab/internal/labtest"
	"restlab/internal/quiz"
)

func all(t *testing.T) []quiz.Question {
	t.Helper()
	questions, err := quiz.All(labtest.Contract(t))
	require.NoError(t, err)
	return questions
}

// A question that names a scenario which is not there is an error, and never left out.
func TestUnknownScenario(t *testing.T) {
	_, err := quiz.All(&contract.Contract{})
	assert.ErrorContains(t, err, "and there is none")
}

// Each question leads on to an exercise of the course that is about its rule.
func TestQuestionsLeadOn(t *testing.T) {
	for _, q := range all(t) {
		_, known := exercises.About(q.Rule)
		assert.True(t, known, "no exercise is about %s", q.Rule)
	}
}

// A level takes those below it along; a subject is that subject alone.
func TestSelect(t *testing.T) {
	questions := all(t)
	basics, http, production := quiz.Select(questions, "", "basics"), quiz.Select(questions, "", "http"), quiz.Select(questions, "", "production")
	assert.NotEmpty(t, basics)
	assert.Greater(t, len(http), len(basics))
	assert.Equal(t, questions, production)
	of := 0
	for _, subject := range exercises.Subjects {
		on := quiz.Select(questions, subject, "")
		of += len(on)
		for _, q := range on {
			assert.Equal(t, subject, q.Subject)
		}
	}
	assert.Equal(t, len(questions), of)
}

func ids(questions []quiz.Question) []string {
	var all []string
	for _, q := range questions {
		all = append(all, q.Scenario)
	}
	return all
}

// A seed gives everybody the same order, of questions and of options; another seed gives another one. Nothing is lost by it, and the right
// option comes to stand everywhere.
func TestShuffled(t *testing.T) {
	questions := all(t)
	before := ids(questions)
	assert.Equal(t, quiz.Shuffled(questions, 42), quiz.Shuffled(questions, 42))
	assert.NotEqual(t, ids(quiz.Shuffled(questions, 42)), ids(quiz.Shuffled(questions, 43)))
	places := [4]int{}
	for seed := range uint64(50) {
		shuffled := quiz.Shuffled(questions, seed)
		assert.ElementsMatch(t, before, ids(shuffled))
		for _, q := range shuffled {
			i := slices.IndexFunc(questions, func(other quiz.Question) bool { return other.Scenario == q.Scenario })
			assert.ElementsMatch(t, questions[i].Options, q.Options)
			places[q.Right()]++
		}
	}
	assert.Equal(t, before, ids(questions), "what was given is left alone")
	for place, n := range places {
		assert.InDelta(t, 50*len(questions)/4, n, 50, "place %d", place)
	}
}

// The options of a question stand in the same order, whatever else is asked.
func TestOptionsDoNotDependOnOthers(t *testing.T) {
	questions := all(t)
	alone := quiz.Shuffled(questions[:1], 7)[0]
	assert.Contains(t, quiz.Shuffled(questions, 7), alone)
}

// What was answered right once stays so. The exercise is passed when nothing is left.
func TestProgress(t *testing.T) {
	questions := all(t)
	var p quiz.Progress
	assert.Equal(t, questions, p.Left(questions))
	p.Answer(questions[0], true)
	p.Answer(questions[0], false)
	p.Answer(questions[1], false)
	assert.Equal(t, questions[1:], p.Left(questions))
	assert.Equal(t, quiz.Answers{Right: 1, Of: 2}, p.Questions[questions[0].Scenario])
	for _, q := range questions[1:] {
		assert.False(t, p.HasPassed(questions))
		p.Answer(q, true)
	}
	assert.True(t, p.HasPassed(questions))
}

// Results come in the order of the subjects. The weakest is the one with the smallest part of right answers, with what was missed first.
func TestResults(t *testing.T) {
	var r quiz.Results
	_, weak := r.Weakest()
	assert.False(t, weak)
	on := func(subject string) []quiz.Question { return quiz.Select(all(t), subject, "") }
	retries, methods := on("retries"), on("methods")
	r.Answer(retries[0], true)
	_, weak = r.Weakest()
	assert.False(t, weak)
	r.Answer(retries[1], false)
	r.Answer(methods[0], false)
	r.Answer(methods[1], false)
	r.Answer(methods[2], true)
	right, of := r.Total()
	assert.Equal(t, []int{2, 5}, []int{right, of})
	assert.Equal(t, "methods", r[0].Subject)
	weakest, weak := r.Weakest()
	assert.True(t, weak)
	assert.Equal(t, "methods", weakest.Subject)
	assert.Equal(t, methods[0].Scenario, weakest.Missed.Scenario)
}

// The document keeps to its schema.
func TestJSON(t *testing.T) {
	var document bytes.Buffer
	require.NoError(t, quiz.JSON(&document, all(t)))
	schema, err := jsonschema.NewCompiler().Compile("../../docs/quiz.schema.json")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(&document)
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value))
}

var (
	entry  = regexp.MustCompile(`(?s)^::((?:\\.|[^\\:])*)::\[markdown\]((?:\\.|[^\\{}=~#])*) \{\n(.*)####((?:\\.|[^\\{}=~#])*)\n\}$`)
	answer = regexp.MustCompile(`(?m)^([=~])((?:\\.|[^\\{}=~#\n])*)#((?:\\.|[^\\{}=~#\n])*)\n`)
	escape = regexp.MustCompile(`\\(.)`)
)

// Whoever reads GIFT by its rules gets each question back, with a feedback for each option and nothing left over.
func TestGIFT(t *testing.T) {
	questions := append(all(t), quiz.Question{Question: exercises.Question{
		Subject: "retries", Text: `a\b {c} ::d:: =e ~f #g`, Scenario: "x:y/z", Shows: "{}",
		Options: []exercises.Option{{Text: `\`, Why: "="}, {Text: "~%50%", Why: "->"}, {Text: "#", Why: "//", Right: true}},
	}})
	var out bytes.Buffer
	require.NoError(t, quiz.GIFT(&out, questions))
	plain := func(s string) string { return escape.ReplaceAllString(s, "$1") }
	var read []quiz.Question
	categories := map[string]bool{}
	for _, text := range strings.Split(strings.TrimSpace(out.String()), "\n\n") {
		if category, found := strings.CutPrefix(text, "$CATEGORY: restlab/"); found {
			categories[category] = true
			continue
		}
		parts := entry.FindStringSubmatch(text)
		require.NotNil(t, parts, text)
		q := exercises.Question{Scenario: plain(parts[1]), Text: plain(parts[2])}
		assert.Empty(t, answer.ReplaceAllString(parts[3], ""), text)
		for _, o := range answer.FindAllStringSubmatch(parts[3], -1) {
			q.Options = append(q.Options, exercises.Option{Text: plain(o[2]), Why: plain(o[3]), Right: o[1] == "="})
		}
		read = append(read, quiz.Question{Question: q})
	}
	require.Len(t, read, len(questions))
	for i, q := range questions {
		assert.Equal(t, q.Text, read[i].Text)
		assert.Equal(t, q.Scenario, read[i].Scenario)
		assert.Equal(t, q.Options, read[i].Options)
	}
	assert.Len(t, categories, len(exercises.Subjects))
}
