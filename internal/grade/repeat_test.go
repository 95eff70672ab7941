package grade_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/report"
)

// wrongWhile is a server on which DELETE never deletes an item, and on which PUT is refused while it is off.
func wrongWhile(off *atomic.Bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodDelete && strings.HasPrefix(r.URL.Path, "/items/"):
				w.WriteHeader(http.StatusOK)
			case off.Load() && r.Method == http.MethodPut:
				w.WriteHeader(http.StatusConflict)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}

// repeated grades a server three times that is worse the second time.
func repeated(t *testing.T) (*grade.Result, []uint64) {
	t.Helper()
	var off atomic.Bool
	at := reference(t, wrongWhile(&off))
	o := grade.Options{Contract: labtest.Contract(t), Seed: 40, Servers: lab.Servers{Items: at}, Selection: grade.Selection{Rules: []string{"items.create", "items.replace", "items.delete"}}, Pace: grade.Pace{Timeout: time.Minute}}
	var seeds []uint64
	result, err := grade.Repeat(context.Background(), o, 3, func(one *grade.Result) {
		seeds = append(seeds, one.Seed)
		off.Store(len(seeds) == 1)
	})
	require.NoError(t, err)
	return result, seeds
}

// What fails always is not flaky, what fails now and then is; a point is earned that was earned every time.
func TestRepeat(t *testing.T) {
	result, seeds := repeated(t)
	assert.Equal(t, []uint64{40, 41, 42}, seeds)
	assert.Equal(t, uint64(40), result.Seed)
	require.Len(t, result.Repeats, 3)
	assert.Less(t, result.Repeats[1].Points, result.Repeats[0].Points)
	assert.Equal(t, result.Repeats[1].Points, result.Summary.Points)
	assert.False(t, result.Passed())
	require.NotEmpty(t, result.Flaky)
	for _, f := range result.Flaky {
		assert.Equal(t, "items.replace", f.Rule)
		assert.Equal(t, []uint64{41}, f.Seeds)
		assert.Equal(t, 2, f.Passed)
		assert.Equal(t, 1, f.Failed+f.NotReached)
	}
}

// A card shows what failed when it failed first, and the seed of that grading.
func TestRepeatShowsTheFirst(t *testing.T) {
	result, _ := repeated(t)
	for _, s := range result.Scenarios {
		switch {
		case s.Rule == "items.replace" && s.Verdict == grade.Failed:
			assert.Equal(t, uint64(41), result.SeedOf(s))
			assert.NotEmpty(t, s.Exchanges)
		case s.Rule == "items.delete" && s.Verdict == grade.Failed:
			assert.Equal(t, grade.Failed, s.Verdict)
			assert.Equal(t, uint64(40), result.SeedOf(s))
		}
	}
}

// Several gradings are one document of the published schema; one grading has nothing of it.
func TestRepeatSchema(t *testing.T) {
	result, _ := repeated(t)
	var document bytes.Buffer
	require.NoError(t, report.JSON(&document, result))
	assert.Contains(t, document.String(), `"flaky": [`)
	value, err := jsonschema.UnmarshalJSON(&document)
	require.NoError(t, err)
	require.NoError(t, compiled(t).Validate(value))

	document.Reset()
	at := reference(t, nil)
	require.NoError(t, report.JSON(&document, run(t, grade.Options{Servers: lab.Servers{Items: at}, Selection: grade.Selection{Rules: []string{"items.read"}}})))
	var members map[string]any
	require.NoError(t, json.Unmarshal(document.Bytes(), &members))
	assert.NotContains(t, members, "flaky")
	assert.NotContains(t, members, "repeats")
}

// A scenario can be graded alone. Once means that failing once is failing.
func TestScenarioAlone(t *testing.T) {
	var asked atomic.Int32
	at := reference(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete && asked.Add(1) == 1 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	id := "items.delete.missing/a-key-that-was-never-used-responds-404"
	result := run(t, grade.Options{Servers: lab.Servers{Items: at}, Selection: grade.Selection{Scenarios: []string{id}}, Pace: grade.Pace{Once: true}})
	require.Len(t, result.Scenarios, 1)
	assert.Equal(t, id, result.Scenarios[0].ID)
	assert.Equal(t, grade.Failed, result.Scenarios[0].Verdict)
	assert.True(t, run(t, grade.Options{Servers: lab.Servers{Items: at}, Selection: grade.Selection{Scenarios: []string{id}}, Pace: grade.Pace{Once: true}}).Passed())
}
