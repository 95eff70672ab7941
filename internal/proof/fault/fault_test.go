package fault_test

import (
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/proof/fault"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every rule has a fault that is about it, and what the tables name is there.
func TestTables(t *testing.T) {
	c := labtest.Contract(t)
	about := map[string]bool{}
	for _, f := range fault.All() {
		about[f.Breaks[0]] = true
		for _, rule := range slices.Concat(f.Breaks, f.Perhaps) {
			assert.True(t, rule == "*" || c.Rule(rule) != nil, "%s: there is no rule %s", f.Name, rule)
		}
		assert.Contains(t, contract.Levels, f.Level, f.Name)
	}
	for _, rule := range c.Rules {
		assert.True(t, about[rule.ID] || rule.Net, "no fault is about %s", rule.ID) // nets are there for what has no name
	}
}

// Who makes no request of a fault's pattern does not meet it. One that changes others too is met by all who ask of the family.
func TestMeets(t *testing.T) {
	for name, want := range map[string][]bool{ // PATCH and GET of an item, GET and HEAD of the tasks, DELETE of a task
		"json-patch-is-missing":  {true, false, false, false, false},
		"head-is-404":            {false, false, false, true, false},
		"delete-takes-all-tasks": {false, false, true, true, true},
		"empty-list-is-null":     {false, false, true, true, false},
		"value-cut-at-255":       {true, true, false, false, false},
	} {
		f, known := fault.Find(name)
		require.True(t, known, name)
		met := []bool{
			f.Meets("PATCH", "/items/a%20b"), f.Meets("GET", "/items/a%20b"), f.Meets("GET", "/tasks"), f.Meets("HEAD", "/tasks"), f.Meets("DELETE", "/tasks/1"),
		}
		assert.Equal(t, want, met, name)
	}
}

// A faulty server breaks down only where that is its fault: who hunts it asks what no scenario does. With -short one in
// twenty is asked.
func TestOddRequests(t *testing.T) {
	targets := []string{"/", "/items/a", "/items/%00", "/items/a/b", "/tasks", "/tasks/a", "/tasks/a?limit=1", "/tasks?limit=0", "/tasks?limit=x&from=%ff", "/elsewhere"}
	bodies := []string{"", "null", "[]", "7", `"x"`, "{}", `{"value":[1],"key":7}`, `{"description":"a","complete":"x","id":7}`, `[{"op":7},null]`, `{"value":`, "\xff"}
	labels := []string{"application/json", "application/merge-patch+json", "application/json-patch+json", "text/plain"}
	fields := []http.Header{{}, {"If-Match": {"*"}}, {"If-None-Match": {`*, W/"a`}}, {"Idempotency-Key": {`"k"`}}, {"Accept": {"application/problem+json;q=x"}}}
	for i, f := range fault.All() {
		if strings.HasSuffix(f.Name, "-hangs") || testing.Short() && i%20 != 0 {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			var said strings.Builder
			server := httptest.NewUnstartedServer(f.Handler())
			server.Config.ErrorLog = log.New(&said, "", 0)
			server.Start()
			n := rand.IntN(1000)
			for _, target := range targets {
				for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"} {
					r, err := http.NewRequestWithContext(t.Context(), method, server.URL+target, strings.NewReader(bodies[n%len(bodies)]))
					require.NoError(t, err)
					r.Header = fields[n%len(fields)].Clone()
					r.Header.Set("Content-Type", labels[n%len(labels)])
					if answer, err := server.Client().Do(r); err == nil { // or it drops the connection
						_ = answer.Body.Close()
					}
					n++
				}
			}
			server.Close()
			assert.NotContains(t, said.String(), "panic")
		})
	}
}

// Names are short, in kebab case and one of their kind; what a server does is said in one sentence.
func TestNames(t *testing.T) {
	said := map[string]string{}
	for _, f := range fault.All() {
		assert.Empty(t, said[f.Name], "%s is there twice", f.Name)
		said[f.Name] = f.Does
	}
	for _, c := range fault.Choices() {
		assert.Empty(t, said[c.Name], "%s is there twice", c.Name)
		said[c.Name] = c.Does
		assert.NotEmpty(t, c.About, c.Name)
	}
	for name, does := range said {
		assert.Regexp(t, regexp.MustCompile(`^[a-z0-9]+([-.][a-z0-9]+)*$`), name)
		assert.LessOrEqual(t, len(name), 44, name)
		assert.Regexp(t, regexp.MustCompile(`^[^a-z].+\.$`), does, name)
	}
}

// The lists have a line for each fault and each choice, its name first.
func TestLists(t *testing.T) {
	var faults, choices strings.Builder
	require.NoError(t, fault.List(&faults))
	require.NoError(t, fault.ListChoices(&choices))
	assert.Equal(t, fault.Names(), firstWords(faults.String()))
	assert.Equal(t, fault.ChoiceNames(), firstWords(choices.String()))
	assert.Regexp(t, `(?m)^put-loses-falsy +basics +\S.+\.$`, faults.String())
	assert.Regexp(t, `(?m)^204-for-put +PUT +\S.+\.$`, choices.String())
}

func firstWords(text string) []string {
	var words []string
	for line := range strings.Lines(text) {
		words = append(words, strings.Fields(line)[0])
	}
	return words
}

// The error for an unknown name says where all are listed, and which look like it.
func TestUnknown(t *testing.T) {
	err := fault.Unknown("fault", "put-looses-falsy", fault.Names())
	assert.EqualError(t, err, `there is no fault "put-looses-falsy"`)
	assert.Contains(t, lab.Hint(err), "--fault list prints them all; did you mean put-loses-falsy")
	assert.Equal(t, "--choice list prints them all", lab.Hint(fault.Unknown("choice", "zzz", fault.ChoiceNames())))
}
