package grade_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/report"
)

// What is selected and not run has a note with the reason, in the result and in its JSON; what is above the level, or not
// among the rules, has none.
func TestNotes(t *testing.T) {
	c, err := contract.Read("notes.feature", []byte(`Feature: Notes
  @one
  Rule: One
    Scenario: Items
      When the client sends GET /items/{key}
      Then the status is 404 Not Found
    Scenario: Both
      When the client sends GET /{key}
      Then the status is 404 Not Found
  @two @production
  Rule: Two
    Scenario: Items of replicas
      Given the client sends requests to the replicas in turn
      When the client sends GET /items/{key}
      Then the status is 404 Not Found
    Scenario: Tasks of replicas
      Given the client sends requests to the replicas in turn
      When the client sends GET /tasks
      Then the status is 200 OK
`))
	require.NoError(t, err)
	at := reference(t, nil)
	const (
		noTasks  = "the rules for tasks were not graded: no --tasks URL was given"
		both     = "1 scenario of the rule one was not graded: items and tasks are needed, and no --tasks URL was given"
		replicas = "for two servers on one store type --items URL,URL --tasks URL,URL"
	)
	for name, one := range map[string]struct {
		options grade.Options
		notes   []string
		two     string // why the rule two is not checked
	}{
		"one server":          {grade.Options{Servers: lab.Both(at)}, []string{}, replicas},
		"items alone":         {grade.Options{Servers: lab.Servers{Items: at}}, []string{noTasks, both}, "for two servers on one store type --items URL,URL"},
		"replicas of items":   {grade.Options{Servers: lab.Servers{Items: at, Tasks: at, Replicas: lab.Replicas{Items: []lab.Endpoint{at}}}}, []string{"1 scenario of the rule two was not graded: for two servers on one store type --items URL,URL --tasks URL,URL"}, ""},
		"replicas of both":    {grade.Options{Servers: lab.Servers{Items: at, Tasks: at, Replicas: lab.Replicas{Items: []lab.Endpoint{at}, Tasks: []lab.Endpoint{at}}}}, []string{}, ""},
		"a program":           {grade.Options{Servers: lab.Servers{Items: at, Tasks: at, Commands: []string{"app"}}}, []string{}, "let the program serve its store at the port in REPLICA_PORT too"},
		"below the level":     {grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Level: "http"}}, []string{}, ""},
		"not among the rules": {grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"one"}}}, []string{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			one.options.Contract = c
			result := run(t, one.options)
			assert.Empty(t, verdicts(result))
			assert.Equal(t, one.notes, result.Summary.Notes)
			var document bytes.Buffer
			require.NoError(t, report.JSON(&document, result))
			var back grade.Result
			require.NoError(t, json.Unmarshal(document.Bytes(), &back))
			assert.Equal(t, one.notes, back.Summary.Notes)
			assert.Equal(t, one.two, outcome(&back, "two").Why)
		})
	}

	_, err = grade.Run(context.Background(), grade.Options{Contract: c, Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"two"}}})
	require.ErrorIs(t, err, grade.ErrNothing)
	assert.Equal(t, "the rule two was not graded: "+replicas, lab.Hint(err), "where nothing is left the note is the hint")
}

// A rule on the whole run that has nothing to judge at a level is left out with a note.
func TestNoteOnTheWholeRun(t *testing.T) {
	at := reference(t, nil)
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"items.read.missing", "always"}, Partly: true}})
	assert.Equal(t, []string{"2 scenarios of the rule always were not graded: no other scenario of the same level was chosen"}, result.Summary.Notes)
}
