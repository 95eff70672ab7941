package server_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

const task = `{"description": "d"}`

// tasks returns how many tasks are listed.
func (c client) tasks() int {
	c.t.Helper()
	var tasks []server.Task
	require.NoError(c.t, json.Unmarshal([]byte(c.send("GET", "/tasks", "").body), &tasks))
	return len(tasks)
}

// The same key with the same body makes one task. Every request gets the answer of the first, even after the task has
// changed or gone. White space makes no other body.
func TestRetry(t *testing.T) {
	c := start(t)
	first := c.send("POST", "/tasks", task, "Idempotency-Key", `"a"`)
	require.Equal(t, 201, first.status)
	again := func() {
		t.Helper()
		for _, body := range []string{task, "{\n\"description\" :\"d\"}"} {
			got := c.send("POST", "/tasks", body, "Idempotency-Key", `"a"`)
			require.Equal(t, 201, got.status)
			require.Equal(t, first.body, got.body)
			for _, name := range []string{"Location", "ETag", "Content-Type"} {
				require.Equal(t, first.header.Get(name), got.header.Get(name))
			}
		}
	}
	again()
	require.Equal(t, 1, c.tasks())
	c.send("PUT", first.header.Get("Location"), `{"complete": true}`)
	again()
	require.Contains(t, c.send("GET", "/tasks", "").body, `"complete":true`)
	c.send("DELETE", first.header.Get("Location"), "")
	again()
	require.Equal(t, 0, c.tasks())
}

// Another key, or none, makes another task.
func TestRetryWithAnotherKey(t *testing.T) {
	c := start(t)
	locations := map[string]bool{}
	for _, key := range []string{`"a"`, `"A"`, `"a "`, `"\"a\""`, `"\\a"`, `"a,b"`, `"` + strings.Repeat("k", 256) + `"`} {
		locations[c.send("POST", "/tasks", task, "Idempotency-Key", key).header.Get("Location")] = true
	}
	for range 2 {
		locations[c.send("POST", "/tasks", task).header.Get("Location")] = true
	}
	require.Len(t, locations, 9)
	require.Equal(t, 9, c.tasks())
}

// A key stands for one body: with another one it is 422, and makes nothing.
func TestRetryWithAnotherBody(t *testing.T) {
	c := start(t)
	require.Equal(t, 201, c.send("POST", "/tasks", task, "Idempotency-Key", `"a"`).status)
	for _, body := range []string{`{"description": "other"}`, `{"description": "d", "complete": true}`} {
		c.send("POST", "/tasks", body, "Idempotency-Key", `"a"`).expectError(t, 422)
	}
	require.Equal(t, 1, c.tasks())
}

// What is no string in quotes is no key, and makes nothing.
func TestKeysThatAreNone(t *testing.T) {
	c := start(t)
	for _, key := range []string{
		``, `a`, `""`, `"a`, `a"`, `'a'`, `"a"b`, `"a" "b"`, `"a", "b"`, `"a";b`, `"\a"`, `"é"`, "\"a\tb\"", `"a\"`, `:YQ==:`, `1`,
		`?1`, `("a")`, `"` + strings.Repeat("k", 257) + `"`,
	} {
		c.send("POST", "/tasks", task, "Idempotency-Key", key).expectError(t, 400)
	}
	c.send("POST", "/tasks", task, "Idempotency-Key", `"a"`, "Idempotency-Key", `"a"`).expectError(t, 400)
	require.Equal(t, 0, c.tasks())
	require.Equal(t, 201, c.send("POST", "/tasks/a", task, "Idempotency-Key", "is not for here").status)
}

// A request that was refused is forgotten: the key may be used again.
func TestRefusalsAreNotRemembered(t *testing.T) {
	limits := server.DefaultLimits()
	c := startWith(t, server.NewMemory(2000), limits)
	c.send("POST", "/tasks", `{"description": 1}`, "Idempotency-Key", `"a"`).expectError(t, 422)
	c.send("POST", "/tasks", `{`, "Idempotency-Key", `"a"`).expectError(t, 400)
	c.send("POST", "/tasks", task, "Idempotency-Key", `"a"`, "If-None-Match", "*").expectError(t, 412)
	long := `{"description": "` + strings.Repeat("x", 1000) + `"}`
	c.send("POST", "/tasks", long, "Idempotency-Key", `"a"`).expectError(t, 507)
	require.Equal(t, 0, c.tasks())
	require.Equal(t, 201, c.send("POST", "/tasks", task, "Idempotency-Key", `"a"`).status)
	require.Equal(t, 1, c.tasks())
}

// A key is forgotten after Limits.Retry.
func TestKeysExpire(t *testing.T) {
	limits := server.DefaultLimits()
	limits.Retry = -time.Second
	c := startWith(t, server.NewMemory(limits.Stored), limits)
	for range 2 {
		require.Equal(t, 201, c.send("POST", "/tasks", task, "Idempotency-Key", `"a"`).status)
	}
	require.Equal(t, 2, c.tasks())
}

// Keys take room, and are the first to go when it lacks: the oldest first, and only as many as it takes. So they keep
// nothing else out.
func TestKeysMakeRoom(t *testing.T) {
	c := startWith(t, server.NewMemory(3000), server.DefaultLimits())
	create := func(key string) string {
		t.Helper()
		got := c.send("POST", "/tasks", task, "Idempotency-Key", `"`+key+`"`)
		require.Equal(t, 201, got.status, got.body)
		return got.header.Get("Location")
	}
	first, second := create("a"), create("b")
	require.Equal(t, first, create("a"))
	require.Equal(t, 201, c.send("PUT", "/items/a", `{"value": "`+strings.Repeat("x", 1300)+`"}`).status)
	require.Equal(t, second, create("b"))
	c.send("DELETE", "/items/a", "")
	require.NotEqual(t, first, create("a"))

	require.Equal(t, 201, c.send("PUT", "/items/a", `{"value": "`+strings.Repeat("x", 1700)+`"}`).status)
	c.send("PUT", "/items/b", `{"value": "`+strings.Repeat("x", 1700)+`"}`).expectError(t, 507)
}

// Of many requests with one key at once, one makes a task, and all get its answer.
func TestRetriesAtOnce(t *testing.T) {
	c := start(t)
	answers := make([]answer, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i], _ = c.try("POST", "/tasks", task, "Idempotency-Key", `"a"`) })
	}
	all.Wait()
	for _, got := range answers {
		require.Equal(t, 201, got.status)
		require.Equal(t, answers[0].body, got.body)
		require.Equal(t, answers[0].header.Get("Location"), got.header.Get("Location"))
	}
	require.Equal(t, 1, c.tasks())
}
