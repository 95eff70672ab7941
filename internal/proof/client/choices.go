package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

var choices = []Choice{
	{
		Name: "tasks", Does: "It is a client of tasks, and chooses their ids.",
		change: does(taskSteps...),
	},
	{
		Name: "tasks-of-the-server", Does: "It lets the server choose the id of one task, and follows Location.",
		change: does(listSteps...),
	},
	{
		Name: "tasks-with-a-key", Does: "Each POST to the list has an Idempotency-Key, the same in each attempt.",
		change: func(c *client) { c.steps, c.fields = listSteps, http.Header{"Idempotency-Key": {`"` + c.id + `"`}} },
	},
	{
		Name: "tasks-in-the-course-s-order", Does: "The list is read between the changes and at the end.",
		change: does("add", "add another", "complete", "list", "remove task", "list"),
	},
	{
		Name: "tasks-deleted-before-the-other-is-completed", Does: "One task is deleted before the other is completed.",
		change: does("list", "add", "add another", "remove task", "complete", "list"),
	},
	{
		Name: "tasks-each-once-more", Does: "It deletes both tasks, and lists in between.",
		change: does("list", "add", "add another", "list", "complete", "list", "remove task", "list", "remove first", "list"),
	},
	{
		Name: "head-before-get", Does: "HEAD comes before GET.",
		change: does("create", "look", "read", "update", "remove"),
	},
	{
		Name: "reads-more", Does: "It reads before it creates, after it has replaced and after it has deleted.",
		change: does("read", "create", "read", "update", "read", "remove", "read"),
	},
	{
		Name: "connection-for-each-request", Does: "Each request has a connection of its own.",
		change: func(c *client) { c.web.Transport = &http.Transport{DisableKeepAlives: true} },
	},
	{
		Name: "other-fields", Does: "It sends Accept, a User-Agent of its own and fields that nobody knows.",
		change: func(c *client) {
			c.fields = http.Header{"Accept": {"application/json"}, "User-Agent": {"tablet/1"}, "X-Request-Id": {"7"}}
		},
	},
	{
		Name: "pretty", Does: "It prints JSON in many lines, with colours.",
		change: func(c *client) {
			c.tell = func(c *client, method string, a *answer) {
				var v any
				_ = json.Unmarshal(a.body, &v)
				text, _ := json.MarshalIndent(v, "", "  ")
				fmt.Fprintf(c.out, "%s %d\n\x1b[32m%s\x1b[0m\n", method, a.status, text)
			}
		},
	},
	{
		Name: "stops-at-what-it-did-not-expect", Does: "At 404, 409 and 412 it stops with a message.",
		change: func(c *client) {
			c.expected = func(string) []int { return []int{http.StatusNotModified} }
		},
	},
	{
		Name: "speaks-plainly", Does: "It tells of errors in words, without numbers.",
		change: func(c *client) {
			c.tell = func(c *client, _ string, a *answer) {
				said := map[int]string{404: "it is not there any more", 409: "it exists already", 503: "the server is too busy"}
				if said[a.status] != "" {
					fmt.Fprintln(c.out, said[a.status])
					return
				}
				fmt.Fprintf(c.out, "%s\n", a.body)
			}
		},
	},
	{
		Name: "looks-after-a-lost-post", Does: "Where the response to POST was lost it looks with GET, and does not send it again.",
		change: func(c *client) {
			c.afterLost = func(c *client, r *request) bool {
				a, err := c.send(&request{method: http.MethodGet, url: r.url})
				return err == nil && a.status == http.StatusOK
			}
		},
	},
	{
		Name: "repeats-post-after-503", Does: "A POST that was answered 503 is sent again: the server has said that it was not done.",
		change: func(c *client) { c.repeatsBusy = func(*request) bool { return true } },
	},
	{
		Name: "unconditional", Does: "It sends neither If-Match nor If-None-Match.",
		change: func(c *client) { c.conditional = false },
	},
	{
		Name: "stops-at-412", Does: "At 412 it stops, and says so.",
		change: func(c *client) {
			c.onPrecondition = func(*client, *request) error { return errors.New("somebody else has changed it") }
		},
	},
	{
		Name: "patient", Does: "It makes eight attempts, and waits a little longer than it is asked to.",
		change: func(c *client) {
			c.attempts = 8
			pause := c.pause
			c.pause = func(try int, retryAfter string) time.Duration {
				return pause(min(try, 3), retryAfter) + 20*time.Millisecond
			}
		},
	},
	{
		Name: "polls", Does: "It reads twice in a row, the second time with If-None-Match.",
		change: func(c *client) { c.steps = slices.Insert(slices.Clone(itemSteps), 2, "read") },
	},
}
