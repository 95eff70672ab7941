package grade_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
)

// A body is data: words in it that sentences use neither keep a scenario from running nor give it another family.
func TestWordsInABody(t *testing.T) {
	c, err := contract.Read("words.feature", []byte(`Feature: Words
  Scenario: The replicas in a value
    When the client sends PUT /items/{key} with {"value": "ask the replicas in turn"}
    Then the item {key} is now "ask the replicas in turn"
  Scenario: An item in a description
    When the client sends POST /tasks/{id} with {"description": "buy the item today"}
    Then the task {id} is now {"description": "buy the item today"}
`))
	require.NoError(t, err)
	at := reference(t, nil)
	for name, one := range map[string]struct {
		options  grade.Options
		families []string
	}{
		"both":  {grade.Options{Contract: c, Servers: lab.Both(at)}, []string{"items", "tasks"}},
		"items": {grade.Options{Contract: c, Servers: lab.Servers{Items: at}}, []string{"items"}},
		"tasks": {grade.Options{Contract: c, Servers: lab.Servers{Tasks: at}}, []string{"tasks"}},
	} {
		t.Run(name, func(t *testing.T) {
			result := run(t, one.options)
			var families []string
			for _, s := range result.Scenarios {
				families = append(families, s.Family)
				assert.Equal(t, grade.Passed, s.Verdict, s.ID)
				assert.NotEmpty(t, s.Exchanges, s.ID)
			}
			assert.Equal(t, one.families, families)
		})
	}

	silent := reference(t, answering(200, "application/json", `{"value": null}`))
	assert.Len(t, verdicts(run(t, grade.Options{Contract: c, Servers: lab.Both(silent)})), 2)
}
