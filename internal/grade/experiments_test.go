package grade_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/intermediary"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/server"
)

// onOneStore is two servers that share what they store.
func onOneStore(t *testing.T) (one, other lab.Endpoint) {
	t.Helper()
	store := server.NewMemory(server.DefaultLimits().Stored)
	var both [2]lab.Endpoint
	for i := range both {
		both[i] = labtest.Endpoint(t, labtest.Serve(t, labtest.HandlerOn(store)))
	}
	return both[0], both[1]
}

// proxied is a proxy before the server.
func proxied(t *testing.T, at lab.Endpoint) lab.Endpoint {
	t.Helper()
	i, err := intermediary.Start(intermediary.Proxy(at))
	require.NoError(t, err)
	t.Cleanup(i.Close)
	return i.Before(at)
}

func failed(r *grade.Result) []string {
	var ids []string
	for _, rule := range grade.Rules(r.Scenarios) {
		if rule.Verdict == grade.Failed {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

// Two servers on one store read as one, and two with a store each do not: the card says what the other one answered.
func TestReplicas(t *testing.T) {
	one, other := onOneStore(t)
	options := grade.Options{Servers: lab.Both(one), Selection: grade.Selection{Rules: []string{"replicas"}}}
	options.Replicas = lab.Replicas{Items: []lab.Endpoint{other}, Tasks: []lab.Endpoint{other}}
	assert.Empty(t, verdicts(run(t, options)))

	alone := reference(t, nil)
	options.Replicas = lab.Replicas{Items: []lab.Endpoint{alone}, Tasks: []lab.Endpoint{alone}}
	result := run(t, options)
	assert.Equal(t, []string{"replicas"}, failed(result))
	i := 0
	for result.Scenarios[i].Verdict != grade.Failed {
		i++
	}
	s := result.Scenarios[i]
	assert.Contains(t, s.Reason, "When one replica has responded, the others know it too")
	assert.Contains(t, s.Failure.Note, "replica")

	options.Replicas = lab.Replicas{}
	_, err := grade.Run(t.Context(), grade.Options{Contract: labtest.Contract(t), Servers: lab.Both(one), Selection: grade.Selection{Rules: []string{"replicas"}}})
	assert.ErrorContains(t, err, "nothing to grade")
}

// Nets are looked at once all other rules are kept, and alone if they are asked for.
func TestNets(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	at := reference(t, nil)
	right := run(t, grade.Options{Servers: lab.Both(at)})
	assert.True(t, has(right, "model"))
	assert.NotEmpty(t, right.History)

	wrong := reference(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Set-Cookie", "session=1")
			next.ServeHTTP(w, r)
		})
	})
	result := run(t, grade.Options{Servers: lab.Both(wrong)})
	assert.Equal(t, []string{"nocookies"}, failed(result))
	assert.False(t, has(result, "model"))
	assert.Equal(t, grade.Unchecked, outcome(result, "model").Outcome)
	assert.Contains(t, outcome(result, "model").Why, "when all other rules are kept")

	alone := run(t, grade.Options{Servers: lab.Both(wrong), Selection: grade.Selection{Rules: []string{"model"}}})
	assert.True(t, has(alone, "model"))
	assert.Empty(t, verdicts(alone))
}

func has(r *grade.Result, rule string) bool {
	for _, s := range r.Scenarios {
		if s.Rule == rule {
			return true
		}
	}
	return false
}

// What only a net can catch is shown as the shortest sequence that shows it.
func TestModelCatches(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	var deletes atomic.Int64
	at := reference(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && r.Header.Get("If-Match") == "" && deletes.Add(1)%400 == 0 {
				w.WriteHeader(http.StatusTeapot)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"model"}}, Pace: grade.Pace{Sequences: 1000}})
	require.Equal(t, []string{"model"}, failed(result))
	for _, s := range result.Scenarios {
		if s.Failure != nil {
			assert.Equal(t, len(s.Exchanges)-1, s.Failure.Exchange, "the last exchange is at fault")
			assert.Contains(t, s.Failure.Note, "shortest sequence")
		}
	}
}

// A rule that rests on a broken one is not blamed for it.
func TestNeeds(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	at := reference(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Header.Del("Idempotency-Key")
			next.ServeHTTP(w, r)
		})
	})
	result := run(t, grade.Options{Servers: lab.Both(at)})
	assert.Equal(t, []string{"retry.key"}, failed(result))
	for _, s := range result.Scenarios {
		if s.ID == "lost.answer/the-response-to-a-post-with-a-key-is-lost" {
			assert.Equal(t, grade.NotReached, s.Verdict)
			assert.Equal(t, "the rule retry.key has to be kept first", s.Why)
		}
	}
}
