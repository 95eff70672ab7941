package model_test

import (
	"net/http"
	"slices"
	"testing"

	"restlab/internal/labtest"
	"restlab/internal/model"
	"restlab/internal/proof/fault"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// No choice that the contract leaves is a disagreement, at any level that leaves it. With -short one in ten is tried.
func TestChoices(t *testing.T) {
	for i, c := range fault.Choices() {
		for _, level := range levelsOf(c) {
			if c.Name == "slow" && (hurried() || level != c.Level) || testing.Short() && i%10 != 0 {
				continue
			}
			t.Run(c.Name+" at "+level, func(t *testing.T) {
				t.Parallel()
				at, sent := serve(t, fault.Server(c)), 0
				o := options(at, seed(t), &sent)
				o.Level, o.Sequences = level, some(20)
				d, err := model.Run(t.Context(), o)
				require.NoError(t, err)
				requireAgreement(t, d)
			})
		}
	}
}

// levelsOf are those up to the highest that leaves the choice.
func levelsOf(c fault.Choice) []string {
	levels := []string{"basics", "http", "production"}
	return levels[:slices.Index(levels, c.Level)+1]
}

// Most faults that are about what is stored, and not about how an answer looks, are found here as well.
func TestFaults(t *testing.T) {
	labtest.Slow(t, "it sends many requests")
	found, missed := 0, 0
	for _, f := range fault.All() {
		if !slices.ContainsFunc(f.Breaks, func(rule string) bool { return slices.Contains(aboutState, rule) }) {
			continue
		}
		sent := 0
		o := options(serveOn(t, f.Handler(), f.Listener), seed(t), &sent)
		o.Level, o.Sequences = f.Level, some(60)
		d, err := model.Run(t.Context(), o)
		require.NoError(t, err)
		if d == nil {
			t.Log("not found:", f.Name, f.Breaks)
			missed++
			continue
		}
		found++
		assert.NotEmpty(t, d.Expected, f.Name)
		assert.NotEmpty(t, d.Received, f.Name)
	}
	t.Log(found, "found,", missed, "not")
	if !hurried() { // a run is too short then to find much
		assert.Greater(t, found, 3*missed)
	}
}

var aboutState = []string{
	"items.create", "items.replace", "items.put.creates", "items.delete", "items.post.taken", "tasks.add", "tasks.add.taken",
	"tasks.complete", "tasks.delete", "safe", "idempotent", "independent", "put.created", "json.malformed", "json.incomplete",
	"json.wrongtype", "media.unsupported", "keys.opaque", "tasks.create", "post.not.idempotent", "etag", "if.match",
	"if.match.missing", "create.only", "retry.key", "patch", "patch.append",
}

// Choices of level production that the contract names, one by one.
func TestChoicesOfProduction(t *testing.T) {
	for name, change := range productionChoices {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, sent := serve(t, change(labtest.Handler())), 0
			o := options(at, seed(t), &sent)
			o.Sequences = some(80)
			d, err := model.Run(t.Context(), o)
			require.NoError(t, err)
			requireAgreement(t, d)
		})
	}
}

var productionChoices = map[string]func(http.Handler) http.Handler{
	"412 where the plain answer is 404":  status(onMissingWithMatch, http.StatusPreconditionFailed),
	"409 for a POST that creates only":   status(refused("POST", http.StatusPreconditionFailed), http.StatusConflict),
	"422 for a test that fails":          status(refused("PATCH", http.StatusConflict), http.StatusUnprocessableEntity),
	"200 for a retry":                    status(keyedAgain(), http.StatusOK),
	"tags are versions, also of nothing": versioned,
	"a stale tag and the same value":     alreadySo,
}

// status is a server that answers with another status where it is told to.
func status(where func(*http.Request, int) bool, status int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&restated{w, func(now int) int {
				if where(r, now) {
					return status
				}
				return now
			}}, r)
		})
	}
}

type restated struct {
	http.ResponseWriter
	status func(int) int
}

func (w *restated) WriteHeader(status int) { w.ResponseWriter.WriteHeader(w.status(status)) }

func onMissingWithMatch(r *http.Request, status int) bool {
	return status == http.StatusNotFound && r.Header.Get("If-Match") != ""
}

func refused(method string, status int) func(*http.Request, int) bool {
	return func(r *http.Request, now int) bool { return r.Method == method && now == status }
}
