package grade_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
)

// A rule that compares answers is not kept by a server that does nothing.
func TestNothingDoneKeepsNothing(t *testing.T) {
	labtest.Slow(t, "it sends random requests")
	at := reference(t, intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "no", http.StatusInternalServerError)
		return true
	}))
	for _, rule := range []string{"linearizable", "model", "concurrent", "always"} {
		result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{rule}}})
		assert.Zero(t, result.Summary.Kept, rule)
		assert.False(t, result.Passed(), rule)
	}
}

// Rules on the whole run are not reached where all that was asked was refused.
func TestAllRefused(t *testing.T) {
	at := reference(t, intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "no", http.StatusNotFound)
		return true
	}))
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Level: "basics"}})
	for _, rule := range grade.Rules(result.Scenarios) {
		if rule.ID == "always" || rule.ID == "steady" {
			assert.Equal(t, grade.NotReached, rule.Verdict, rule.ID)
		}
	}
}

// A server that is slow, and answers much at once, is graded in time; what the time is too short for is not checked.
func TestOutOfTime(t *testing.T) {
	labtest.Slow(t, "it waits for a slow server")
	at := reference(t, slowed)
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Level: "basics"}, Pace: grade.Pace{Within: slowWithin}})
	assert.Positive(t, result.Summary.Kept)
	assert.Positive(t, result.Summary.Unchecked)
	assert.Zero(t, result.Summary.Broken+result.Summary.Unreached)
	assert.Less(t, result.Seconds, 4*slowWithin.Seconds())
}

const slowWithin = 4 * time.Second

// slowed takes a tenth of a second for each answer.
func slowed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(100 * time.Millisecond)
		next.ServeHTTP(w, r)
	})
}
