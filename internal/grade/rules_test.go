package grade_test

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/lab"
)

// outcome returns what the summary says of a rule.
func outcome(r *grade.Result, id string) grade.Rule {
	i := slices.IndexFunc(r.Summary.Rules, func(rule grade.Rule) bool { return rule.ID == id })
	if i < 0 {
		return grade.Rule{}
	}
	return r.Summary.Rules[i]
}

// intercept answers some requests instead of the reference.
func intercept(answer func(http.ResponseWriter, *http.Request) bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !answer(w, r) {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// Each rule of the level has one outcome, and the outcomes add up to the same number for every server.
func TestEveryRuleHasAnOutcome(t *testing.T) {
	servers := map[string]lab.Servers{
		"right":      lab.Both(reference(t, nil)),
		"items only": {Items: reference(t, nil)},
		"says 500": lab.Both(reference(t, intercept(func(w http.ResponseWriter, _ *http.Request) bool {
			http.Error(w, "no", http.StatusInternalServerError)
			return true
		}))),
		"no tasks": lab.Both(reference(t, intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Path, "/tasks") {
				http.NotFound(w, r)
				return true
			}
			return false
		}))),
	}
	of := map[string]int{}
	for name, at := range servers {
		m := run(t, grade.Options{Servers: at, Selection: grade.Selection{Level: "basics"}}).Summary.Marks
		assert.Equal(t, m.Of, m.Kept+m.Broken+m.Unreached+m.Unchecked, name)
		of[name] = m.Of
	}
	for name := range servers {
		assert.Equal(t, of["right"], of[name], name)
	}
}

// A rule that is not checked says why, and costs no failure.
func TestNotChecked(t *testing.T) {
	result := run(t, grade.Options{Servers: lab.Servers{Items: reference(t, nil)}, Selection: grade.Selection{Level: "basics"}})
	assert.True(t, result.Passed())
	assert.Equal(t, grade.Unchecked, outcome(result, "tasks.list").Outcome)
	assert.Contains(t, outcome(result, "tasks.list").Why, "--tasks")
	assert.Equal(t, grade.Kept, outcome(result, "items.read").Outcome)
}

// What could not be asked names the rule that stands in the way.
func TestNotReachedNamesTheRule(t *testing.T) {
	at := reference(t, intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || !strings.HasPrefix(r.URL.Path, "/tasks/") {
			return false
		}
		w.WriteHeader(http.StatusTeapot)
		return true
	}))
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Level: "basics"}})
	rule := outcome(result, "tasks.delete")
	assert.Equal(t, grade.Unreached, rule.Outcome)
	assert.Equal(t, "tasks.add", rule.Because)
	assert.Equal(t, grade.Broken, outcome(result, "tasks.add").Outcome)
}

// What needs a second look earns no point, and the summary counts it.
func TestUnsteadyEarnsNothing(t *testing.T) {
	var asked atomic.Int64
	at := reference(t, intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		if asked.Add(1) > 40 {
			return false
		}
		http.Error(w, "{}", http.StatusServiceUnavailable)
		return true
	}))
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Level: "basics"}})
	require.Positive(t, result.Summary.Unsteady)
	assert.Equal(t, result.Summary.PointsOf-result.Summary.Unsteady-result.Summary.Failed, result.Summary.Points)
	assert.Equal(t, grade.Broken, outcome(result, "steady").Outcome)
	for _, s := range result.Scenarios {
		if s.Unsteady {
			assert.Equal(t, "steady", s.Because)
			assert.NotEqual(t, grade.Kept, outcome(result, s.Rule).Outcome)
		}
	}
}
