package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

const (
	mergePatch = "application/merge-patch+json"
	jsonPatch  = "application/json-patch+json"
)

func (c client) patch(path, mediaType, body string, fields ...string) answer {
	c.t.Helper()
	return c.send("PATCH", path, body, append([]string{"Content-Type", mediaType}, fields...)...)
}

// OPTIONS says which patches a resource takes, PATCH takes those and no others, and says it where it refuses.
func TestPatchMediaTypes(t *testing.T) {
	c := startFilled(t)
	for path, accepted := range map[string]string{"/items/a": jsonPatch, "/tasks/a": mergePatch} {
		require.Equal(t, accepted, c.send("OPTIONS", path, "").header.Get("Accept-Patch"))
		for _, mediaType := range []string{mergePatch, jsonPatch, "application/json", "text/plain", "", "application/*"} {
			if mediaType == accepted {
				continue
			}
			for _, body := range []string{`{}`, `[]`, `no JSON`} {
				got := c.patch(path, mediaType, body)
				got.expectError(t, 415)
				require.Equal(t, accepted, got.header.Get("Accept-Patch"))
			}
		}
	}
	require.NotContains(t, c.send("OPTIONS", "/tasks", "").header, "Accept-Patch")
	require.NotContains(t, c.send("GET", "/items/a", "").header, "Accept-Patch")
	require.Equal(t, 204, c.patch("/items/a", "Application/JSON-Patch+JSON; charset=utf-8", `[]`).status)
	expectUnchanged(t, c)
}

// A merge patch changes the members that it names and no others. It does so once, however often it is sent.
func TestMergePatch(t *testing.T) {
	c := startFilled(t)
	for _, test := range []struct{ patch, task string }{
		{`{"complete": true}`, `{"id":"a","description":"é","complete":true}`},
		{`{"description": "new"}`, `{"id":"a","description":"new","complete":true}`},
		{`{}`, `{"id":"a","description":"new","complete":true}`},
		{`{"other": {"description": "x"}, "Complete": false, "none": null}`, `{"id":"a","description":"new","complete":true}`},
		{`{"id": "a", "description": "", "complete": false}`, `{"id":"a","description":"","complete":false}`},
	} {
		for range 2 {
			got := c.patch("/tasks/a", mergePatch, test.patch)
			require.Equal(t, 204, got.status, test.patch)
			require.Empty(t, got.body)
			require.Equal(t, c.etag("/tasks/a"), got.header.Get("ETag"))
			require.Equal(t, test.task+"\n", c.send("GET", "/tasks/a", "").body)
		}
	}
	c.patch("/tasks/free", mergePatch, `{"description": "d"}`).expectError(t, 404)
	require.Equal(t, 404, c.send("GET", "/tasks/free", "").status)
}

// What would remove or mistype a member, or is no object, changes nothing, not even the members beside it.
func TestMergePatchRefused(t *testing.T) {
	c := startFilled(t)
	for patch, status := range map[string]int{
		`{"complete": true, "description": null}`:      422,
		`{"description": "x", "complete": null}`:       422,
		`{"description": "x", "complete": "true"}`:     422,
		`{"complete": true, "description": 1}`:         422,
		`{"complete": true, "description": {}}`:        422,
		`{"complete": true, "description": ["x"]}`:     422,
		`{"complete": true, "id": "b"}`:                422,
		`{"complete": true, "id": null}`:               422,
		`["c"]`:                                        422,
		`null`:                                         422,
		`"bar"`:                                        422,
		`{"complete": true, "complete": true}`:         400,
		`{"complete": true`:                            400,
		``:                                             400,
		`{"description": "` + nested(300) + `"`:        400,
		`{"complete": true, "x": ` + nested(200) + `}`: 400,
	} {
		c.patch("/tasks/a", mergePatch, patch).expectError(t, status)
		expectUnchanged(t, c)
	}
}

// A JSON Patch is done as RFC 6902 says, with every digit kept.
func TestJSONPatch(t *testing.T) {
	c := start(t)
	for _, test := range []struct{ before, patch, after string }{
		{`[1]`, `[{"op": "add", "path": "/value/-", "value": 2}]`, `[1,2]`},
		{`[1]`, `[{"op": "add", "path": "/value/0", "value": 2}]`, `[2,1]`},
		{`[1]`, `[{"op": "add", "path": "/value/1", "value": 2}]`, `[1,2]`},
		{`{"a":1}`, `[{"op": "add", "path": "/value/b", "value": null}]`, `{"a":1,"b":null}`},
		{`{"a":1}`, `[{"op": "add", "path": "/value/a", "value": [{}]}]`, `{"a":[{}]}`},
		{`1`, `[{"op": "add", "path": "/value", "value": 2}]`, `2`},
		{`1`, `[{"op": "replace", "path": "/value", "value": null}]`, `null`},
		{`null`, `[{"op": "replace", "path": "/value", "value": "a"}]`, `"a"`},
		{`{"a":1,"b":[1,2]}`, `[{"op": "remove", "path": "/value/b/0"}]`, `{"a":1,"b":[2]}`},
		{`{"a":1}`, `[{"op": "replace", "path": "/value/a", "value": 1.50, "other": 1}]`, `{"a":1.50}`},
		{`{"a/b":1,"c~d":2,"~1":3}`, `[{"op": "remove", "path": "/value/a~1b"}, {"op": "remove", "path": "/value/c~0d"},
			{"op": "remove", "path": "/value/~01"}]`, `{}`},
		{`{"a":[1,null]}`, `[{"op": "copy", "from": "/value/a", "path": "/value/b"}]`, `{"a":[1,null],"b":[1,null]}`},
		{`[null,1]`, `[{"op": "copy", "from": "/value/0", "path": "/value/-"}]`, `[null,1,null]`},
		{`{"a":1,"b":2}`, `[{"op": "move", "from": "/value/a", "path": "/value/c"}]`, `{"b":2,"c":1}`},
		{`12345678901234567890`, `[]`, `12345678901234567890`},
		{`["<é\u2028>",1e400,1.0]`, `[{"op": "add", "path": "/value/-", "value": "<\u00e9>"}]`,
			`["<é\u2028>",1e400,1.0,"<\u00e9>"]`},

		{`{"a":[1,{"b":null}]}`, `[{"op": "test", "path": "/value/a", "value": [1.0, {"b": null}]}]`, `{"a":[1,{"b":null}]}`},
		{`[null]`, `[{"op": "test", "path": "/value", "value": [null]}]`, `[null]`},
		{`[null]`, `[{"op": "test", "path": "/value/0", "value": null}]`, `[null]`},
		{`{"b":1,"a":"\u00e9"}`, `[{"op": "test", "path": "/value", "value": {"a": "é", "b": 10e-1}}]`, `{"b":1,"a":"\u00e9"}`},
		{`0`, `[{"op": "test", "path": "/value", "value": -0.00e7}]`, `0`},
		{`1500`, `[{"op": "test", "path": "/value", "value": 1.5E+3}, {"op": "test", "path": "/value", "value": 15e2}]`, `1500`},
		{`1e999999999999`, `[{"op": "test", "path": "/value", "value": 1e999999999999}]`, `1e999999999999`},
		{`[1]`, `[{"op": "add", "path": "/value/-", "value": 2}, {"op": "test", "path": "/value/1", "value": 2}]`, `[1,2]`},
	} {
		c.send("PUT", "/items/a", `{"value":`+test.before+`}`)
		got := c.patch("/items/a", jsonPatch, test.patch)
		require.Equal(t, 204, got.status, "%s %s: %s", test.before, test.patch, got.body)
		require.Empty(t, got.body)
		require.Equal(t, c.etag("/items/a"), got.header.Get("ETag"))
		require.Equal(t, `{"value":`+test.after+"}\n", c.send("GET", "/items/a", "").body, test.patch)
	}
}

// A patch that cannot be done to the end is not begun.
func TestJSONPatchRefused(t *testing.T) {
	c := start(t)
	const value = `{"list":[1,null],"text":"a","":0}`
	require.Equal(t, 201, c.send("PUT", "/items/a", `{"value":`+value+`}`).status)
	for operation, status := range map[string]int{
		`{"op": "test", "path": "/value/text", "value": "b"}`:                      409,
		`{"op": "test", "path": "/value/text", "value": null}`:                     409,
		`{"op": "test", "path": "/value/list", "value": [1]}`:                      409,
		`{"op": "test", "path": "/value/list", "value": [1, 1]}`:                   409,
		`{"op": "test", "path": "/value/list/0", "value": 1.00000000000000000001}`: 409,
		`{"op": "test", "path": "/value/list/0", "value": -1}`:                     409,
		`{"op": "test", "path": "/value/list/0", "value": "1"}`:                    409,
		`{"op": "test", "path": "/value/list/00", "value": 1}`:                     409,
		`{"op": "test", "path": "/value/free", "value": null}`:                     409,
		`{"op": "test", "path": "/value/text/a", "value": null}`:                   409,
		`{"op": "remove", "path": "/value/free"}`:                                  409,
		`{"op": "remove", "path": "/value/list/3"}`:                                409,
		`{"op": "remove", "path": "/value/list/-1"}`:                               409,
		`{"op": "remove", "path": "/value/list/-"}`:                                409,
		`{"op": "replace", "path": "/value/free", "value": 1}`:                     409,
		`{"op": "replace", "path": "/value/list/-1", "value": 1}`:                  409,
		`{"op": "add", "path": "/value/free/free", "value": 1}`:                    409,
		`{"op": "add", "path": "/value/list/4", "value": 1}`:                       409,
		`{"op": "add", "path": "/value/list/-1", "value": 1}`:                      409,
		`{"op": "add", "path": "/value/list/1/a", "value": 1}`:                     409,
		`{"op": "add", "path": "/value/list/x", "value": 1}`:                       409,
		`{"op": "add", "path": "/value/text/-", "value": 1}`:                       409,
		`{"op": "copy", "from": "/value/free", "path": "/value/b"}`:                409,
		`{"op": "move", "from": "/value/free", "path": "/value/b"}`:                409,
		`{"op": "move", "from": "/value/list", "path": "/value/list/0"}`:           409,

		`{"op": "remove", "path": "/value"}`:                                   422,
		`{"op": "remove", "path": ""}`:                                         422,
		`{"op": "replace", "path": "", "value": null}`:                         422,
		`{"op": "replace", "path": "", "value": {"value": 1}}`:                 422,
		`{"op": "test", "path": "", "value": {}}`:                              422,
		`{"op": "add", "path": "/other", "value": 1}`:                          422,
		`{"op": "add", "path": "/valued", "value": 1}`:                         422,
		`{"op": "add", "path": "/value/", "value": 1}`:                         422,
		`{"op": "add", "path": "/value//a", "value": 1}`:                       422,
		`{"op": "copy", "from": "", "path": "/value/b"}`:                       422,
		`{"op": "move", "from": "/value/", "path": "/value/b"}`:                422,
		`{"op": "add", "path": "/value/list/-", "value": ` + nested(198) + `}`: 422,

		`{"op": "test", "path": "/value/list/1"}`:                 400,
		`{"op": "add", "path": "/value/b"}`:                       400,
		`{"op": "add", "value": 1}`:                               400,
		`{"op": "add", "path": null, "value": 1}`:                 400,
		`{"op": "add", "path": 1, "value": 1}`:                    400,
		`{"op": "add", "path": "value/b", "value": 1}`:            400,
		`{"op": "add", "path": "/value/~2", "value": 1}`:          400,
		`{"op": "add", "path": "/value/~", "value": 1}`:           400,
		`{"op": "add", "path": "x/value/b", "value": 1}`:          400,
		`{"op": "copy", "path": "/value/b"}`:                      400,
		`{"op": "copy", "path": "/value/b", "from": "value"}`:     400,
		`{"op": "spam", "path": "/value", "value": 1}`:            400,
		`{"op": "Add", "path": "/value", "value": 1}`:             400,
		`{"OP": "add", "path": "/value", "value": 1}`:             400,
		`{"op": null, "path": "/value", "value": 1}`:              400,
		`{"path": "/value", "value": 1}`:                          400,
		`{"op": "add", "path": "/value", "value": 1, "value": 2}`: 400,
		`{}`:     400,
		`null`:   400,
		`"test"`: 400,
		`[]`:     400,
	} {
		const first = `[{"op": "add", "path": "/value/list/-", "value": 2}, `
		got := c.patch("/items/a", jsonPatch, first+operation+`]`)
		require.Equal(t, status, got.status, operation)
		got.expectError(t, status)
		require.Equal(t, `{"value":`+value+"}\n", c.send("GET", "/items/a", "").body, operation)
	}
	for _, body := range []string{`{"op": "add", "path": "/value", "value": 1}`, `null`, `"a"`, `1`, `[`, ``} {
		c.patch("/items/a", jsonPatch, body).expectError(t, 400)
	}
	c.patch("/items/free", jsonPatch, `[]`).expectError(t, 404)
	c.patch("/items/free", jsonPatch, `[{"op": "add", "path": "/value", "value": 1}]`).expectError(t, 404)
	require.Equal(t, 404, c.send("GET", "/items/free", "").status)
}

// A patch of few bytes becomes neither a value nor work without bounds.
func TestJSONPatchBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("not in short mode: it copies a lot")
	}
	c := start(t)
	operations := func(n int, operation string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(operation+",", n), ",") + "]"
	}
	const double = `{"op": "copy", "from": "/value", "path": "/value/-"}`
	c.send("PUT", "/items/a", `{"value": []}`)
	require.Equal(t, 204, c.patch("/items/a", jsonPatch, operations(10, double)).status)
	c.patch("/items/a", jsonPatch, operations(10, double)).expectError(t, 422) // would be a million brackets
	c.patch("/items/a", jsonPatch, operations(100, double)).expectError(t, 422)

	long := strings.Repeat("x", 1<<20-100)
	c.send("PUT", "/items/a", `{"value": ["`+long+`"]}`)
	require.Equal(t, 204, c.patch("/items/a", jsonPatch, operations(10, `{"op": "add", "path": "/value/1", "value": 1}`)).status)
	c.patch("/items/a", jsonPatch, `[{"op": "add", "path": "/value/-", "value": "`+long[:200]+`"}]`).expectError(t, 422)
	const thereAndBack = `{"op": "copy", "from": "/value/0", "path": "/value/1"}, {"op": "remove", "path": "/value/1"}`
	c.patch("/items/a", jsonPatch, operations(5, thereAndBack)).expectError(t, 422)
}

// What a patch costs is bounded, however it is spent: exactly so much is done, and not one more.
func TestPatchLimitsAreExact(t *testing.T) {
	long := strings.Repeat("x", 100)
	item, twice := `{"value":["`+long+`"]}`, `{"value":["`+long+`","`+long+`"]}`
	const ten = `{"value":[0,1,2,3,4,5,6,7,8,9]}`
	const double = `[{"op": "copy", "from": "/value/0", "path": "/value/-"}]`
	operations := func(limits *server.Limits, to int) { limits.Operations = to }
	work := func(limits *server.Limits, to int) { limits.Patch = int64(to) }
	size := func(limits *server.Limits, to int) { limits.Body = int64(to) }
	for _, e := range []struct {
		what        string
		bound       func(*server.Limits, int)
		costs       int
		item, patch string
	}{
		{"operations", operations, 2, item, `[{"op": "test", "path": "/value/0", "value": "` + long + `"}, {"op": "remove", "path": "/value/0"}]`},
		{"the size of the item", size, len(twice), item, double},
		{"a copy", work, 16 + len(long) + len(`""`), item, double},
		{"a copy of parts", work, 16 + 10*(16+1), ten, `[{"op": "copy", "from": "/value", "path": "/value/-"}]`},
		{"elements that make room", work, 10, ten, `[{"op": "add", "path": "/value/0", "value": 1}]`},
		{"elements that close a gap", work, 10, ten, `[{"op": "remove", "path": "/value/0"}]`},
		{"a move", work, 10 + 9, ten, `[{"op": "move", "from": "/value/0", "path": "/value/0"}]`},
		{"a comparison", work, 1 + 3, ten, `[{"op": "test", "path": "/value/1", "value": 1.0}]`},
	} {
		for more, status := range map[int]int{0: 204, -1: 422} {
			limits := server.DefaultLimits()
			e.bound(&limits, e.costs+more)
			c := startWith(t, server.NewMemory(limits.Stored), limits)
			require.Equal(t, 201, c.send("PUT", "/items/a", e.item).status)
			require.Equal(t, status, c.patch("/items/a", jsonPatch, e.patch).status, "%s, %d", e.what, more)
		}
	}
}

// The refusal of a patch says which operation does not fit, counted from 1.
func TestPatchSaysWhichOperation(t *testing.T) {
	c := startFilled(t)
	got := c.patch("/items/a", jsonPatch, `[{"op": "add", "path": "/value", "value": 1}, {"op": "remove", "path": "/value/b"}]`)
	require.Contains(t, got.body, "Operation 2 ")
}

// PATCH of an item is not idempotent: what appends once appends twice if it is sent twice.
func TestJSONPatchAppendsTwice(t *testing.T) {
	c := start(t)
	c.send("PUT", "/items/a", `{"value": []}`)
	for range 2 {
		require.Equal(t, 204, c.patch("/items/a", jsonPatch, `[{"op": "add", "path": "/value/-", "value": 1}]`).status)
	}
	require.Equal(t, `{"value":[1,1]}`+"\n", c.send("GET", "/items/a", "").body)
}

// Patches keep If-Match: before a test that fails, after 404. Of many at once with one tag, one is done.
func TestPatchPreconditions(t *testing.T) {
	c := startFilled(t)
	for path, patch := range map[string][2]string{
		"/items/": {jsonPatch, `[{"op": "replace", "path": "/value", "value": 1}]`},
		"/tasks/": {mergePatch, `{"complete": true}`},
	} {
		before := c.send("GET", path+"a", "").body
		c.patch(path+"a", patch[0], patch[1], "If-Match", stale).expectError(t, 412)
		c.patch(path+"a", patch[0], patch[1], "If-None-Match", "*").expectError(t, 412)
		require.Equal(t, before, c.send("GET", path+"a", "").body)
		c.patch(path+"free", patch[0], patch[1], "If-Match", stale).expectError(t, 404)

		tag := c.etag(path + "a")
		onlyWinner(t, func(int) (answer, error) {
			return c.try("PATCH", path+"a", patch[1], "Content-Type", patch[0], "If-Match", tag)
		})
		require.NotEqual(t, before, c.send("GET", path+"a", "").body)
	}
	c.patch("/items/a", jsonPatch, `[{"op": "test", "path": "/value", "value": 2}]`, "If-Match", stale).expectError(t, 412)
}

// Of many patches at once none is lost.
func TestPatchesAtOnce(t *testing.T) {
	c := start(t)
	c.send("PUT", "/items/a", `{"value": []}`)
	statuses := make(chan int)
	for i := range 50 {
		go func() {
			got, _ := c.try("PATCH", "/items/a", fmt.Sprintf(`[{"op": "add", "path": "/value/-", "value": %d}]`, i),
				"Content-Type", jsonPatch)
			statuses <- got.status
		}()
	}
	for range 50 {
		require.Equal(t, 204, <-statuses)
	}
	var item struct{ Value []int }
	require.NoError(t, json.Unmarshal([]byte(c.send("GET", "/items/a", "").body), &item))
	require.Len(t, item.Value, 50)
}

// Whatever stands in a merge patch, the task stays a task, and a refused patch changes nothing.
func FuzzMergePatch(f *testing.F) {
	for _, patch := range []string{
		`{"complete": true}`, `{"description": "d", "x": null}`, `{"id": "a"}`, `{"id": "b"}`, `null`, `[1]`,
		`{"description": "\ud800"}`,
	} {
		f.Add(patch)
	}
	shared := startFilled(f)
	f.Fuzz(func(t *testing.T, patch string) {
		c := shared.in(t)
		before := c.send("GET", "/tasks/a", "").body
		got := c.patch("/tasks/a", mergePatch, patch)
		after := c.send("GET", "/tasks/a", "").body
		if got.status != 204 {
			require.Contains(t, []int{400, 422}, got.status)
			require.Equal(t, before, after)
		}
		var task, named map[string]any
		require.NoError(t, json.Unmarshal([]byte(after), &task))
		require.Len(t, task, 3)
		require.Equal(t, "a", task["id"])
		if got.status == 204 {
			require.NoError(t, json.Unmarshal([]byte(patch), &named))
			for _, name := range []string{"description", "complete"} {
				if value, ok := named[name]; ok {
					require.Equal(t, value, task[name])
				}
			}
		}
	})
}

// Whatever stands in a JSON Patch, the answer is no 5xx, the item stays an item, and a refused patch changes nothing.
func FuzzJSONPatch(f *testing.F) {
	for _, patch := range []string{
		`[{"op": "add", "path": "/value/-", "value": 1}]`, `[{"op": "test", "path": "/value/0", "value": null}]`,
		`[{"op": "copy", "from": "/value", "path": "/value/a"}]`, `[{"op": "move", "from": "/value/a", "path": "/value"}]`,
		`[{"op": "remove", "path": "/value/1"}]`, `[{"op": "replace", "path": "/value", "value": "a"}]`, `[null]`,
		`[{"op": "copy", "from": "/value/1", "path": "/value/0"}, {"op": "test", "path": "/value", "value": [null]}]`,
	} {
		f.Add(`[0,null]`, patch)
		f.Add(`{"a":[{"b":null}]}`, patch)
	}
	shared := start(f)
	f.Fuzz(func(t *testing.T, value, patch string) {
		c := shared.in(t)
		if c.send("PUT", "/items/a", `{"value":`+value+`}`).status >= 400 {
			t.Skip("no value")
		}
		before := c.send("GET", "/items/a", "").body
		got := c.patch("/items/a", jsonPatch, patch)
		after := c.send("GET", "/items/a", "").body
		if got.status != 204 {
			require.Contains(t, []int{400, 409, 422}, got.status)
			require.Equal(t, before, after)
		}
		var item map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(after), &item))
		require.Len(t, item, 1)
		require.Contains(t, item, "value")
	})
}
