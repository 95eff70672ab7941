package exercises_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/grade"
	"restlab/internal/labtest"
	"restlab/internal/proof"
	"restlab/internal/proof/fault"
)

func questions() []exercises.Question {
	var all []exercises.Question
	for _, subject := range exercises.Subjects {
		all = append(all, exercises.Questions(subject)...)
	}
	return all
}

// Each file of questions is a subject, and each subject has a title and some questions.
func TestSubjects(t *testing.T) {
	files, err := filepath.Glob("13-knowledge-check/questions/*.md")
	require.NoError(t, err)
	var subjects []string
	for _, file := range files {
		subjects = append(subjects, strings.TrimSuffix(filepath.Base(file), ".md"))
	}
	assert.ElementsMatch(t, subjects, exercises.Subjects)
	for _, subject := range exercises.Subjects {
		assert.NotEmpty(t, exercises.SubjectTitle(subject), subject)
		assert.GreaterOrEqual(t, len(exercises.Questions(subject)), 4, subject)
	}
	assert.GreaterOrEqual(t, len(questions()), 26)
}

// A question has four options, and one is right. Every option has its own explanation, of one to three sentences.
func TestShapeOfQuestions(t *testing.T) {
	texts, scenarios, reasons := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, q := range questions() {
		assert.False(t, texts[q.Text] || scenarios[q.Scenario], "%s: asked twice", q.Text)
		texts[q.Text], scenarios[q.Scenario] = true, true
		assert.NotEmpty(t, q.Shows, q.Text)
		assert.Len(t, q.Options, 4, q.Text)
		right, options := 0, map[string]bool{}
		for _, o := range q.Options {
			assert.False(t, options[o.Text] || reasons[o.Why], "%s: %s: said twice", q.Text, o.Text)
			options[o.Text], reasons[o.Why] = true, true
			assert.Greater(t, utf8.RuneCountInString(o.Why), 30, "%s: %s: %q is no explanation", q.Text, o.Text, o.Why)
			assert.LessOrEqual(t, strings.Count(o.Why, ". ")+strings.Count(o.Why, "? "), 2, "%s: %s: %q is long", q.Text, o.Text, o.Why)
			assert.LessOrEqual(t, utf8.RuneCountInString(o.Text), 70, "%s: %s", q.Text, o.Text)
			if o.Right {
				right++
			}
		}
		assert.Equal(t, 1, right, q.Text)
	}
}

// Nobody gets further than chance by choosing the longest option, or the shortest, or always the same place.
func TestRightOptionDoesNotStandOut(t *testing.T) {
	all := questions()
	longest, shortest, places := 0, 0, [4]int{}
	for _, q := range all {
		right := q.Options[q.Right()]
		others := slices.DeleteFunc(slices.Clone(q.Options), func(o exercises.Option) bool { return o.Right })
		is := func(than func(other, right int) bool) bool {
			return !slices.ContainsFunc(others, func(o exercises.Option) bool {
				return than(utf8.RuneCountInString(o.Text), utf8.RuneCountInString(right.Text))
			})
		}
		if is(func(other, right int) bool { return other > right }) {
			longest++
		}
		if is(func(other, right int) bool { return other < right }) {
			shortest++
		}
		places[q.Right()]++
	}
	most := len(all) * 35 / 100
	for what, n := range map[string]int{"longest": longest, "shortest": shortest, "a": places[0], "b": places[1], "c": places[2], "d": places[3]} {
		t.Logf("right and %s: %d of %d", what, n, len(all))
		assert.LessOrEqual(t, n, most, "the right option is %s too often", what)
	}
}

// The key of every question is right: the scenario that it names passes on the reference, and fails where a server is wrong about it.
func TestKeysOfQuestions(t *testing.T) {
	for _, q := range questions() {
		t.Run(q.Scenario, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, grade.Passed, verdict(t, proof.Right(), q.Scenario))
			f, known := fault.Find(q.Fault)
			require.True(t, known, "there is no fault %q", q.Fault)
			assert.Equal(t, grade.Failed, verdict(t, proof.Faulty(f), q.Scenario), f.Does)
		})
	}
}

func verdict(t *testing.T, s proof.Server, scenario string) grade.Verdict {
	t.Helper()
	result, err := s.Grade(t.Context(), grade.Options{Contract: labtest.Contract(t), Selection: grade.Selection{Scenarios: []string{scenario}, Partly: true}}, true)
	require.NoError(t, err)
	require.Len(t, result.Scenarios, 1, fmt.Sprintf("there is no scenario %s", scenario))
	return result.Scenarios[0].Verdict
}
