package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Errors come as problem details to those who name that type and like plain JSON no better, and in the plain form to
// everybody else. A cache is told so.
func TestProblemNegotiation(t *testing.T) {
	c := startFilled(t)
	for accept, problem := range map[string]bool{
		"application/problem+json":                                 true,
		"Application/Problem+JSON; charset=utf-8":                  true,
		"application/problem+json;q=0.5":                           true,
		"application/json, application/problem+json":               true,
		"application/problem+json, */*;q=0.1":                      true,
		"application/problem+json, application/*":                  true,
		"*/*;q=0.9, application/problem+json;q=0.9":                true,
		"application/json;q=0.4, application/problem+json;q=0.5":   true,
		"application/json;q=0, */*, application/problem+json;q=.5": true,
		"text/html, application/problem+json;q=0.001":              true,
		`text/html;level="a;b", application/problem+json`:          true,
		"garbage; =, , application/problem+json":                   true,

		"":                             false,
		"*/*":                          false,
		"application/*":                false,
		"application/json":             false,
		"text/html":                    false,
		"application/problem+xml":      false,
		"application/problem+json;q=0": false,
		"application/problem+json;q=0.0, application/json":                           false,
		"application/problem+json;q=0.5, application/json":                           false,
		"application/problem+json;q=0.5, application/*;q=0.6":                        false,
		"application/json;q=0":                                                       false,
		"application/problem+json;q=0, application/json;q=0":                         false,
		"application/problem+json;q=0.5, application/json;q=x, */*":                  false,
		"application/problem+json;q=2":                                               false,
		"application/problem+json;q=-1":                                              false,
		"application/problem+json;q=NaN":                                             false,
		"application/problem+json;q=":                                                false,
		"application/problem+jsonx":                                                  false,
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8": false,
	} {
		got := c.send("GET", "/items/free", "", "Accept", accept)
		require.Equal(t, 404, got.status)
		require.Equal(t, []string{"Accept"}, got.header["Vary"])
		if problem {
			got.expectProblem(t, 404)
		} else {
			require.Equal(t, notFound, strings.ReplaceAll(strings.TrimSpace(got.body), ":", ": "), accept)
			got.expectError(t, 404)
		}
		require.Equal(t, "application/json", c.send("GET", "/items/a", "", "Accept", accept).header.Get("Content-Type"))
	}
	lines := c.send("GET", "/items/free", "", "Accept", "text/html", "Accept", "application/problem+json")
	lines.expectProblem(t, 404)
}

// Every refusal has both forms, that of a panic too. HEAD has the header of either.
func TestProblems(t *testing.T) {
	c := startFilled(t)
	accept := []string{"Accept", "application/problem+json"}
	for _, e := range []exchange{
		{"PUT", "/items/a", `{`, 400, ""},
		{"GET", "/items/%00", ``, 400, ""},
		{"GET", "/nowhere", ``, 404, ""},
		{"DELETE", "/tasks/free", ``, 404, ""},
		{"PUT", "/tasks", `{}`, 405, ""},
		{"PUT", "/items/a", `{"value":"` + strings.Repeat("x", 1<<20) + `"}`, 413, ""},
		{"PUT", "/items/a", `{}`, 422, ""},
		{"BREW", "/items/a", ``, 501, ""},
	} {
		c.send(e.method, e.path, e.body, accept...).expectProblem(t, e.status)
	}
	c.send("GET", "/items/a", "", append(accept, "If-Match", stale)...).expectProblem(t, 412)
	c.send("PUT", "/items/a", "a", append(accept, "Content-Type", "text/plain")...).expectProblem(t, 415)
	c.patch("/items/a", jsonPatch, `[{"op": "remove", "path": "/value/0"}]`, accept...).expectProblem(t, 409)
	require.Equal(t, "application/problem+json", c.send("HEAD", "/items/free", "", accept...).header.Get("Content-Type"))

	broken, _ := startBroken(t, brokenStore{cause: "secret"})
	got := broken.send("GET", "/items/a", "", accept...)
	got.expectProblem(t, 500)
	require.NotContains(t, got.body, "secret")
}

// phrases are those of the IANA registry, where net/http has older ones.
var phrases = map[int]string{413: "Content Too Large", 422: "Unprocessable Content"}

func (got answer) expectProblem(t *testing.T, status int) {
	t.Helper()
	require.Equal(t, status, got.status, got.body)
	require.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
	title := phrases[status]
	if title == "" {
		title = http.StatusText(status)
	}
	require.Regexp(t, `^\{"type":"about:blank","title":"`+title+`","status":\d+,"detail":".+"\}\n$`, got.body)
}

// Whatever stands in Accept, an error is an error in one of the two forms, and never a problem to those who do not name
// it.
func FuzzAccept(f *testing.F) {
	for _, accept := range []string{
		"", "*/*", "application/problem+json", "application/problem+json;q=0", "a/b;q=\"1\"", ";", ",",
		"q=1", "\xff", "*/*;q=1;q=0",
		"application/json;q=0.3,application/problem+json;q=0.4,*/*", `a/b;c="d,application/problem+json,e"`,
	} {
		f.Add(accept)
	}
	shared := start(f)
	f.Fuzz(func(t *testing.T, accept string) {
		if !validFieldValue(accept) {
			t.Skip("no field value")
		}
		got := shared.in(t).send("GET", "/items/free", "", "Accept", accept)
		if got.header.Get("Content-Type") == "application/problem+json" {
			got.expectProblem(t, 404)
			require.Contains(t, strings.ToLower(accept), "application/problem+json")
			return
		}
		got.expectError(t, 404)
	})
}
