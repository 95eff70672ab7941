package grade_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
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

// reference is a fresh reference server behind a real socket, changed by wrap if there is one.
func reference(t testing.TB, wrap func(http.Handler) http.Handler) lab.Endpoint {
	t.Helper()
	handler := labtest.Handler()
	if wrap != nil {
		handler = wrap(handler)
	}
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return lab.Endpoint{Base: s.URL, Address: strings.TrimPrefix(s.URL, "http://")}
}

func run(t *testing.T, o grade.Options) *grade.Result {
	t.Helper()
	if o.Contract == nil {
		o.Contract = labtest.Contract(t)
	}
	o.Timeout = time.Minute               // a busy machine decides nothing
	o.Sequences = cmp.Or(o.Sequences, 30) // the model has tests of its own
	result, err := grade.Run(context.Background(), o)
	require.NoError(t, err)
	return result
}

// verdicts are the scenarios that did not pass, in one line each.
func verdicts(r *grade.Result) []string {
	var lines []string
	for _, s := range r.Scenarios {
		if s.Verdict != grade.Passed {
			lines = append(lines, fmt.Sprintf("%s: %s %s %+v", s.Verdict, s.ID, s.Why, s.Failure))
		}
	}
	return lines
}

// The reference passes every scenario, whatever the seed and however many run at once; with -short those of the basics.
func TestReferencePasses(t *testing.T) {
	level := "production"
	if testing.Short() {
		level = "basics"
	}
	for seed := range seeds(t) {
		jobs := []int{8, 1}[seed%2]
		t.Run(fmt.Sprintf("seed %d, %d at once", seed, jobs), func(t *testing.T) {
			t.Parallel()
			at, other := onOneStore(t)
			replicas := lab.Replicas{Items: []lab.Endpoint{other}, Tasks: []lab.Endpoint{other}}
			if seed%4 == 1 || seed%4 == 2 {
				at = proxied(t, at)
			}
			result := run(t, grade.Options{Seed: seed, Servers: lab.Servers{Items: at, Tasks: at, Replicas: replicas}, Pace: grade.Pace{Jobs: jobs}, Selection: grade.Selection{Level: level}})
			assert.Empty(t, verdicts(result))
			assert.True(t, result.Passed())
			assert.Equal(t, result.Summary.PointsOf, result.Summary.Points)
		})
	}
}

// seeds is how many seeds are tried: 2, or as many as SEEDS says.
func seeds(t *testing.T) uint64 {
	t.Helper()
	wanted := os.Getenv("SEEDS")
	if wanted == "" {
		return 2
	}
	n, err := strconv.ParseUint(wanted, 10, 16)
	require.NoError(t, err)
	return n
}

// One server is graded as often as one likes: the names are fresh each time, whatever it holds already.
func TestReferencePassesAgain(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	at := reference(t, nil)
	for seed := range uint64(2) {
		assert.Empty(t, verdicts(run(t, grade.Options{Seed: seed, Servers: lab.Both(at)})))
	}
}

// A family without a server is not graded, and the summary says so.
func TestOneFamily(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	at := reference(t, nil)
	items := run(t, grade.Options{Servers: lab.Servers{Items: at}})
	tasks := run(t, grade.Options{Servers: lab.Servers{Tasks: at}})
	assert.Empty(t, verdicts(items))
	assert.Empty(t, verdicts(tasks))
	for _, s := range items.Scenarios {
		assert.NotEqual(t, "tasks", s.Family, s.ID)
		for _, x := range s.Exchanges {
			assert.NotContains(t, x.Request.Target, "/tasks")
		}
	}
	assert.Contains(t, items.Summary.Notes[0], "--tasks")
	assert.Contains(t, tasks.Summary.Notes[0], "--items")
}

// Results of servers that are right, wrong and hopeless all keep to the published schema.
func TestResultSchema(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	schema := compiled(t)
	for name, wrap := range map[string]func(http.Handler) http.Handler{
		"right":    nil,
		"wrong":    answering(http.StatusOK, "text/html", "\xff\x1b[31m<b>"),
		"hopeless": answering(http.StatusInternalServerError, "application/json", `{"value": NaN}`),
		"broken":   func(http.Handler) http.Handler { return http.HandlerFunc(drop) },
	} {
		t.Run(name, func(t *testing.T) {
			at := reference(t, wrap)
			var document bytes.Buffer
			require.NoError(t, report.JSON(&document, run(t, grade.Options{Servers: lab.Both(at)})))
			value, err := jsonschema.UnmarshalJSON(&document)
			require.NoError(t, err)
			require.NoError(t, schema.Validate(value))
		})
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../docs/result.schema.json")
	require.NoError(t, err)
	return schema
}

func answering(status int, contentType, body string) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
	}
}

func drop(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// A result can be read back: what a report needs is in the document.
func TestResultRoundTrip(t *testing.T) {
	at := reference(t, answering(http.StatusOK, "text/html", "\xff"))
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"items.read"}}})
	var document bytes.Buffer
	require.NoError(t, report.JSON(&document, result))
	var again grade.Result
	require.NoError(t, json.Unmarshal(document.Bytes(), &again))
	assert.Equal(t, result.Summary, again.Summary)
	assert.Equal(t, result.Scenarios[0].Exchanges, again.Scenarios[0].Exchanges)
	assert.Equal(t, result.Scenarios[0].Failure, again.Scenarios[0].Failure)
}

// A scenario that fails among others and passes alone breaks the rule steady, and is not reached itself.
func TestSteady(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	at := reference(t, func(next http.Handler) http.Handler {
		failed := false
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead && strings.HasPrefix(r.URL.Path, "/items/") && !failed {
				failed = true
				w.WriteHeader(http.StatusConflict)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	result := run(t, grade.Options{Servers: lab.Both(at), Pace: grade.Pace{Jobs: 1}})
	lines := verdicts(result)
	require.Len(t, lines, 2, lines)
	assert.Contains(t, lines[0], "passed alone")
	assert.Contains(t, lines[1], "steady/every-scenario-had-one-verdict")
}

// A rule on the whole run is judged over the whole run even when it is asked for alone.
func TestAlwaysAlone(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	at := reference(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "BREW" {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"always"}}})
	lines := verdicts(result)
	require.Len(t, result.Scenarios, 3)
	require.Len(t, lines, 1, lines)
	assert.Contains(t, lines[0], "always/every-response-at-the-level-http-was-valid")
}

// What cannot be selected is a usage error with a hint, never a run of nothing that passes.
func TestSelectionErrors(t *testing.T) {
	at := reference(t, nil)
	for name, o := range map[string]grade.Options{
		"level":  {Servers: lab.Both(at), Selection: grade.Selection{Level: "expert"}},
		"rule":   {Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"put.create"}}},
		"family": {Servers: lab.Servers{Items: at}, Selection: grade.Selection{Rules: []string{"tasks.add"}}},
		"above":  {Servers: lab.Both(at), Selection: grade.Selection{Level: "basics", Rules: []string{"put.created"}}},
	} {
		t.Run(name, func(t *testing.T) {
			o.Contract = labtest.Contract(t)
			_, err := grade.Run(context.Background(), o)
			require.True(t, lab.IsUsage(err))
			assert.NotEmpty(t, lab.Hint(err))
		})
	}
}

// Cancelled, a grading ends at once with the context's error.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	at := reference(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			cancel()
			next.ServeHTTP(w, r)
		})
	})
	_, err := grade.Run(ctx, grade.Options{Contract: labtest.Contract(t), Servers: lab.Both(at)})
	require.ErrorIs(t, err, context.Canceled)
}
