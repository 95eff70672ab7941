package server_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every GET answer has an ETag, and HEAD the same; reading does not change it, another value has another, and a value
// that comes back gets its own back. Those of items and tasks are strong.
func TestETag(t *testing.T) {
	c := startFilled(t)
	for _, path := range []string{"/items/a", "/tasks/a"} {
		tag := c.etag(path)
		require.Regexp(t, `^"[!#-~]+"$`, tag)
		require.Equal(t, tag, c.etag(path))
		require.Equal(t, tag, c.send("HEAD", path, "").header.Get("ETag"))
	}
	first, list := c.etag("/items/a"), c.etag("/tasks")
	c.send("PUT", "/items/a", `{"value": 1}`)
	require.NotEqual(t, first, c.etag("/items/a"))
	c.send("PUT", "/items/a", `{ "value": "é" }`)
	require.Equal(t, first, c.etag("/items/a"))

	require.Equal(t, list, c.etag("/tasks"))
	first = c.etag("/tasks/a")
	c.send("PUT", "/tasks/a", `{"complete": true}`)
	require.NotEqual(t, first, c.etag("/tasks/a"))
	require.NotEqual(t, list, c.etag("/tasks"))
}

// A PUT is stored without white space between its tokens, so its answer must not have an ETag (RFC 9110 §9.3.4). That
// of a POST is about the new task, and is the one that GET then gives.
func TestETagOfWrites(t *testing.T) {
	c := startFilled(t)
	require.NotContains(t, c.send("PUT", "/items/a", `{"value": 1}`).header, "Etag")
	require.NotContains(t, c.send("PUT", "/tasks/a", `{"complete": true}`).header, "Etag")
	created := c.send("POST", "/tasks", `{"description": "d"}`).header
	require.Equal(t, c.etag(created.Get("Location")), created.Get("ETag"))
}

// Every answer to GET says how it may be cached: what is there may be kept and must be asked for again each time, a
// refusal is not kept.
func TestCacheControl(t *testing.T) {
	c := startFilled(t)
	for _, path := range []string{"/items/a", "/tasks/a", "/tasks", "/openapi.json"} {
		require.Equal(t, "no-cache", c.send("GET", path, "").header.Get("Cache-Control"))
	}
	for _, path := range []string{"/items/free", "/tasks/free", "/nowhere", "/items/%00"} {
		require.Equal(t, "no-store", c.send("GET", path, "").header.Get("Cache-Control"))
	}
}

const (
	current   = "CURRENT"   // stands for the ETag of the resource, where there is one
	quoteless = "QUOTELESS" // the same without its quotes
	cut       = "CUT"       // the same without its last quote
	stale     = `"stale"`
)

// conditional lists what preconditions do to a GET and to a PUT of an item that exists (RFC 9110 §13.2.2).
var conditional = []struct {
	name     string
	fields   []string // name, value, ...
	get, put int
}{
	{"none", nil, 200, 200},

	{"If-Match the tag", []string{"If-Match", current}, 200, 200},
	{"If-Match the tag in a list", []string{"If-Match", `"x", ` + current + `,"y"`}, 200, 200},
	{"If-Match the tag in a tight list", []string{"If-Match", `"x",` + current}, 200, 200},
	{"If-Match the tag among empty elements", []string{"If-Match", `, ,` + current + ` ,`}, 200, 200},
	{"If-Match the tag after a tag with a comma", []string{"If-Match", `"x,", ` + current}, 200, 200},
	{"If-Match the tag after what is no tag", []string{"If-Match", `x, ` + current}, 200, 200},
	{"If-Match the tag after a tag that a space breaks off", []string{"If-Match", `"x ,` + current}, 200, 200},
	{"If-Match the tag on a second line", []string{"If-Match", `"x"`, "If-Match", current}, 200, 200},
	{"If-Match anything", []string{"If-Match", `*`}, 200, 200},
	{"If-Match another tag", []string{"If-Match", stale}, 412, 412},
	{"If-Match the tag, weak", []string{"If-Match", `W/` + current}, 412, 412},
	{"If-Match nothing", []string{"If-Match", ``}, 412, 412},
	{"If-Match the tag without quotes", []string{"If-Match", quoteless}, 412, 412},
	{"If-Match the tag and more", []string{"If-Match", current + `x`}, 412, 412},
	{"If-Match the tag inside another", []string{"If-Match", `"x,` + current + `,"`}, 412, 412},
	{"If-Match the tag without its end", []string{"If-Match", cut}, 412, 412},
	{"If-Match a quoted star", []string{"If-Match", `"*"`}, 412, 412},
	{"If-Match a star in a list", []string{"If-Match", `"x", *`}, 412, 412},

	{"If-None-Match the tag", []string{"If-None-Match", current}, 304, 412},
	{"If-None-Match the tag, weak", []string{"If-None-Match", `W/` + current}, 304, 412},
	{"If-None-Match the tag in a list", []string{"If-None-Match", `W/"x", ` + current + `, "y"`}, 304, 412},
	{"If-None-Match the tag on a second line", []string{"If-None-Match", `"x"`, "If-None-Match", current}, 304, 412},
	{"If-None-Match anything", []string{"If-None-Match", ` * `}, 304, 412},
	{"If-None-Match another tag", []string{"If-None-Match", stale}, 200, 200},
	{"If-None-Match nothing", []string{"If-None-Match", ``}, 200, 200},
	{"If-None-Match no tag", []string{"If-None-Match", cut}, 200, 200},
	{"If-None-Match the tag, w small", []string{"If-None-Match", `w/` + current}, 200, 200},

	{"If-Match goes first", []string{"If-Match", stale, "If-None-Match", current}, 412, 412},
	{"both hold", []string{"If-Match", current, "If-None-Match", stale}, 200, 200},
	{"If-Match holds, If-None-Match does not", []string{"If-Match", current, "If-None-Match", `*`}, 304, 412},

	{"dates are ignored", []string{
		"If-Modified-Since", "Fri, 31 Dec 2100 23:59:59 GMT", "If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT",
	}, 200, 200},
	{"a date beside a tag that does not match", []string{
		"If-None-Match", stale, "If-Modified-Since", "Fri, 31 Dec 2100 23:59:59 GMT",
	}, 200, 200},
	{"a date beside a tag that matches", []string{
		"If-None-Match", current, "If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT",
	}, 304, 412},
	{"a range is ignored", []string{"If-Range", stale, "Range", "bytes=0-1"}, 200, 200},
}

// Preconditions are kept by every method of what exists, item and task. Where they fail, nothing changes.
func TestPreconditions(t *testing.T) {
	for _, condition := range conditional {
		t.Run(condition.name, func(t *testing.T) {
			c := startFilled(t)
			for _, path := range []string{"/items/a", "/tasks/a"} {
				for _, method := range []string{"GET", "HEAD"} {
					get := c.sendIf(method, path, "", condition.fields)
					require.Equal(t, condition.get, get.status, method)
					if get.status == 304 {
						plain := c.send("GET", path, "")
						require.Empty(t, get.body)
						require.Equal(t, plain.header.Get("ETag"), get.header.Get("ETag"))
						require.Equal(t, plain.header.Get("Cache-Control"), get.header.Get("Cache-Control"))
						require.Equal(t, plain.header.Values("Vary"), get.header.Values("Vary"))
					}
				}
			}
			for _, write := range []exchange{
				{"PUT", "/items/a", `{"value": 2}`, condition.put, ""},
				{"POST", "/items/a", `{"value": 3}`, condition.put, ""},
				{"DELETE", "/items/a", ``, condition.put, ""},
				{"PUT", "/tasks/a", `{"complete": true}`, condition.put, ""},
				{"POST", "/tasks/a", `{"description": "new"}`, condition.put, ""},
				{"DELETE", "/tasks/a", ``, condition.put, ""},
			} {
				before := c.send("GET", write.path, "").body
				got := c.sendIf(write.method, write.path, write.body, condition.fields)
				if write.status == 412 {
					got.expectError(t, 412)
					require.Equal(t, before, c.send("GET", write.path, "").body)
					continue
				}
				require.Equal(t, 2, got.status/100, "%s %s: %s", write.method, write.path, got.body)
				require.NotEqual(t, before, c.send("GET", write.path, "").body)
			}
		})
	}
}

// What is not there has no tag. Where the plain answer would be 404, preconditions are ignored (RFC 9110 §13.2.1).
func TestPreconditionsOnWhatIsFree(t *testing.T) {
	for _, test := range []struct {
		method, path, body      string
		ifMatch, ifNoneMatchAny int
	}{
		{"GET", "/items/free", "", 404, 404},
		{"GET", "/tasks/free", "", 404, 404},
		{"DELETE", "/items/free", "", 404, 404},
		{"DELETE", "/tasks/free", "", 404, 404},
		{"PUT", "/tasks/free", `{"complete": true}`, 404, 404},
		{"PUT", "/items/free", `{"value": 1}`, 412, 201},
		{"POST", "/items/free", `{"value": 1}`, 412, 201},
		{"POST", "/tasks/free", `{"description": "d"}`, 412, 201},
	} {
		c := startFilled(t)
		for _, value := range []string{`*`, stale, `""`, ``} {
			got := c.send(test.method, test.path, test.body, "If-Match", value)
			got.expectError(t, test.ifMatch)
			c.expect(exchange{"GET", test.path, "", 404, c.send("GET", test.path, "").body})
		}
		got := c.send(test.method, test.path, test.body, "If-None-Match", `*`)
		require.Equal(t, test.ifNoneMatchAny, got.status, "%s %s", test.method, test.path)
	}
}

// The list has a weak tag: enough to save its body, too little for If-Match. It always exists.
func TestPreconditionsOnTheList(t *testing.T) {
	c := startFilled(t)
	tag := c.etag("/tasks")
	require.Equal(t, 304, c.send("GET", "/tasks", "", "If-None-Match", tag).status)
	require.Equal(t, 412, c.send("GET", "/tasks", "", "If-Match", tag).status)
	const task = `{"description": "d"}`
	c.send("POST", "/tasks", task, "If-Match", tag).expectError(t, 412)
	c.send("POST", "/tasks", task, "If-None-Match", "*").expectError(t, 412)
	require.Equal(t, 304, c.send("GET", "/tasks", "", "If-None-Match", tag).status)
	require.Equal(t, 201, c.send("POST", "/tasks", task, "If-Match", "*").status)
	require.Equal(t, 201, c.send("POST", "/tasks", task, "If-None-Match", stale).status)
	require.Equal(t, 200, c.send("GET", "/tasks", "", "If-None-Match", tag).status)
}

// OPTIONS and refusals do not look at preconditions.
func TestPreconditionsIgnored(t *testing.T) {
	c := startFilled(t)
	require.Equal(t, 204, c.send("OPTIONS", "/items/a", "", "If-Match", stale).status)
	require.Equal(t, 204, c.send("OPTIONS", "/items/a", "", "If-None-Match", "*").status)
	require.Equal(t, 405, c.send("PUT", "/tasks", "", "If-Match", stale).status)
	require.Equal(t, 404, c.send("GET", "/nowhere", "", "If-Match", stale).status)
}

// Of many clients that read one tag and write with it at once, one succeeds, and its value stays.
func TestLostUpdate(t *testing.T) {
	c := startFilled(t)
	tag := c.etag("/items/a")
	winner := onlyWinner(t, func(i int) (answer, error) {
		return c.try("PUT", "/items/a", fmt.Sprintf(`{"value":"by %d"}`, i), "If-Match", tag)
	})
	require.Equal(t, fmt.Sprintf(`{"value":"by %d"}`+"\n", winner), c.send("GET", "/items/a", "").body)

	tag = c.etag("/tasks/a")
	onlyWinner(t, func(int) (answer, error) {
		return c.try("PUT", "/tasks/a", `{"complete": true}`, "If-Match", tag)
	})
	tag = c.etag("/items/a")
	onlyWinner(t, func(int) (answer, error) { return c.try("DELETE", "/items/a", "", "If-Match", tag) }, 404)
}

// Of many clients that create one item, or one task, at once, one succeeds.
func TestCreatedOnce(t *testing.T) {
	c := startFilled(t)
	for _, method := range []string{"PUT", "POST"} {
		path := "/items/by-" + method
		winner := onlyWinner(t, func(i int) (answer, error) {
			return c.try(method, path, fmt.Sprintf(`{"value":"by %d"}`, i), "If-None-Match", "*")
		})
		require.Equal(t, fmt.Sprintf(`{"value":"by %d"}`+"\n", winner), c.send("GET", path, "").body)
	}
	winner := onlyWinner(t, func(i int) (answer, error) {
		return c.try("POST", "/tasks/new", fmt.Sprintf(`{"description":"by %d"}`, i), "If-None-Match", "*")
	})
	require.Contains(t, c.send("GET", "/tasks/new", "").body, fmt.Sprintf(`"by %d"`, winner))
}

// onlyWinner lets 50 clients send at once, wants one of them to succeed and the others to be refused, with 412 if no
// status is given, and returns the number of the one.
func onlyWinner(t *testing.T, send func(i int) (answer, error), refused ...int) int {
	t.Helper()
	answers := make([]answer, 50)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i], _ = send(i) })
	}
	all.Wait()

	winner := -1
	for i, got := range answers {
		if got.status/100 == 2 {
			require.Equal(t, -1, winner, "%d and %d succeeded", winner, i)
			winner = i
			continue
		}
		require.Contains(t, append(refused, 412), got.status)
	}
	require.NotEqual(t, -1, winner)
	return winner
}

// etag returns the ETag that GET gives.
func (c client) etag(path string) string {
	c.t.Helper()
	got := c.send("GET", path, "")
	require.Equal(c.t, 200, got.status)
	require.NotEmpty(c.t, got.header.Get("ETag"))
	return got.header.Get("ETag")
}

// sendIf sends the request with the fields of a condition, in which the resource's ETag stands for current.
func (c client) sendIf(method, path, body string, condition []string) answer {
	c.t.Helper()
	tag := c.send("HEAD", path, "").header.Get("ETag")
	fields := slices.Clone(condition)
	for i, text := range fields {
		text = strings.ReplaceAll(text, quoteless, strings.Trim(tag, `"`))
		text = strings.ReplaceAll(text, cut, strings.TrimSuffix(tag, `"`))
		fields[i] = strings.ReplaceAll(text, current, tag)
	}
	return c.send(method, path, body, fields...)
}

// Whatever stands in the field, If-None-Match fails for a tag that the list plainly holds, and If-Match never holds
// where none does.
func FuzzPreconditions(f *testing.F) {
	for _, value := range []string{
		`"a"`, `W/"a"`, `"a", "b"`, `"a,b"`, `"a`, `a"`, `*`, `"*"`, `*, "a"`, `,,`, `W/`, `w/"a"`, `"a""b"`,
		`"\"`, "\"\xff\"", ``,
	} {
		f.Add(value)
	}
	shared := start(f)
	require.Equal(f, 201, shared.send("PUT", "/items/a", `{"value": 1}`).status)
	f.Fuzz(func(t *testing.T, value string) {
		if !validFieldValue(value) {
			t.Skip("no field value")
		}
		c := shared.in(t)
		tag := c.etag("/items/a")
		holds := strings.Contains(value, tag) || strings.Trim(value, " \t") == "*"
		if !holds {
			require.Equal(t, 412, c.send("GET", "/items/a", "", "If-Match", value).status)
			require.Equal(t, 200, c.send("GET", "/items/a", "", "If-None-Match", value).status)
		}
		if !strings.Contains(value, `"`) {
			require.Equal(t, 200, c.send("GET", "/items/a", "", "If-Match", value+`,`+tag).status)
			require.Equal(t, 304, c.send("GET", "/items/a", "", "If-None-Match", value+`, W/`+tag).status)
		}
	})
}

func validFieldValue(value string) bool {
	return len(value) < 4096 && !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
