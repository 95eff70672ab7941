package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

var faults = []Fault{
	// What is sent

	{
		Name: "form-in-place-of-json", Level: basics, Breaks: rules("client.json"),
		Does:   "Values are sent as a form: data=… instead of json=….",
		change: func(c *client) { c.content = asForm },
	},
	{
		Name: "json-without-label", Level: basics, Breaks: rules("client.json"),
		Does:   "JSON is sent without Content-Type.",
		change: labelled(""),
	},
	{
		Name: "json-labelled-as-text", Level: basics, Breaks: rules("client.json"),
		Does:   "JSON is labelled text/plain, as fetch does with a string.",
		change: labelled("text/plain;charset=UTF-8"),
	},
	{
		Name: "python-in-place-of-json", Level: basics, Breaks: rules("client.json"),
		Does: "What is sent has single quotes: str(…) instead of json.dumps(…).",
		change: func(c *client) {
			c.content = func(name string, value any) (string, string) {
				return fmt.Sprintf("{'%s': '%v'}", name, value), "application/json"
			}
		},
	},

	// What is asked, and when

	{
		Name: "reads-before-it-creates", Level: basics, Breaks: rules("client.items", "client.prints"),
		Does:   "GET comes before POST.",
		change: does("read", "create", "update", "remove"),
	},
	{
		Name: "never-reads", Level: basics, Breaks: rules("client.items", "client.prints"),
		Does:   "There is no GET.",
		change: does("create", "update", "remove"),
	},
	{
		Name: "never-updates", Level: basics, Breaks: rules("client.items"),
		Does:   "There is no PUT.",
		change: does("create", "read", "remove"),
	},
	{
		Name: "never-deletes", Level: basics, Breaks: rules("client.items"),
		Does:   "There is no DELETE.",
		change: does("create", "read", "update"),
	},
	{
		Name: "deletes-before-it-updates", Level: basics, Breaks: rules("client.items"),
		Does:   "DELETE comes before PUT.",
		change: does("create", "read", "remove", "update"),
	},
	{
		Name: "updates-with-post", Level: basics, Breaks: rules("client.items"),
		Does:   "The second value is sent with POST too.",
		change: does("create", "read", "overwrite", "remove"),
	},
	{
		Name: "asks-nobody", Level: basics, Breaks: rules("client.items", "client.tasks"),
		Does:   "It prints answers and has sent nothing.",
		Reason: "A client that sends nothing has kept no rule.",
		change: does("invent"),
	},
	{
		Name: "adds-one-task", Level: basics, Breaks: rules("client.tasks"),
		Does:   "One task is added, completed and deleted.",
		change: does("list", "add", "complete", "remove first", "list"),
	},
	{
		Name: "completes-nothing", Level: basics, Breaks: rules("client.tasks"),
		Does:   "No task is completed.",
		change: does("list", "add", "add another", "remove task", "list"),
	},
	{
		Name: "deletes-no-task", Level: basics, Breaks: rules("client.tasks"),
		Does:   "No task is deleted.",
		change: does("list", "add", "add another", "complete", "list"),
	},
	{
		Name: "lists-once", Level: basics, Breaks: rules("client.tasks"),
		Does:   "The list is read once, at the end.",
		change: does("add", "add another", "complete", "remove task", "list"),
	},
	{
		Name: "lists-too-early", Level: basics, Breaks: rules("client.tasks"),
		Does:   "The list is read before the changes, and not after them.",
		change: does("list", "add", "list", "add another", "complete", "remove task"),
	},

	// What is printed, and the end

	{
		Name: "prints-what-it-remembers", Level: basics, Breaks: rules("client.prints"),
		Does: "After GET it prints the value that it has sent.",
		change: func(c *client) {
			c.tell = func(c *client, method string, a *answer) { fmt.Fprintln(c.out, method, a.status, c.value) }
		},
	},
	{
		Name: "prints-a-list-of-its-own", Level: basics, Breaks: rules("client.prints"),
		Does: "It prints the tasks that it has added, instead of the list.",
		change: func(c *client) {
			c.steps = taskSteps
			c.tell = func(c *client, method string, a *answer) {
				fmt.Fprintln(c.out, method, a.status, []string{c.id, c.id + "-2"})
			}
		},
	},
	{
		Name: "prints-nothing", Level: basics, Breaks: rules("client.prints"),
		Does:   "It sends everything and prints nothing.",
		change: func(c *client) { c.tell = func(*client, string, *answer) {} },
	},
	{
		Name: "ends-with-1", Level: basics, Breaks: rules("client.ends"),
		Does:   "The exit status is 1, though all went well.",
		change: func(c *client) { c.steps = append(itemSteps[:4:4], "no such step") },
	},
	{
		Name: "crashes-at-the-end", Level: basics, Breaks: rules("client.ends"),
		Does:   "After the last request it falls over itself.",
		change: func(c *client) { c.steps = append(itemSteps[:4:4], "crash") },
	},

	// How an answer is read

	{
		Name: "needs-content-length", Level: atHTTP, Breaks: rules("client.chunks"),
		Does: "It reads as many bytes as Content-Length says, and none where there is none.",
		change: func(c *client) {
			c.read = func(resp *http.Response) ([]byte, error) {
				return io.ReadAll(io.LimitReader(resp.Body, max(0, resp.ContentLength)))
			}
		},
	},
	{
		Name: "counts-characters", Level: atHTTP, Breaks: rules("client.length"),
		Does:   "It waits until it has as many characters as Content-Length says bytes.",
		change: func(c *client) { c.read = countsCharacters },
	},
	{
		Name: "searches-for-text", Level: atHTTP, Breaks: rules("client.layout"),
		Does: `It looks for "value":" in the response, instead of parsing it.`,
		change: func(c *client) {
			c.parse = func(a *answer) error {
				if !bytes.Contains(a.body, []byte(`"value":"`)) {
					return errors.New("there is no value in the answer")
				}
				return nil
			}
		},
	},
	{
		Name: "insists-on-known-members", Level: atHTTP, Breaks: rules("client.members"),
		Does:   "It refuses an item that has more members than value.",
		change: func(c *client) { c.parse = strictly(new(struct{ Value any })) },
	},
	{
		Name: "insists-on-known-members-of-tasks", Level: atHTTP, Breaks: rules("client.members"),
		Does: "It refuses tasks that have more members than it knows: Task(**entry).",
		change: func(c *client) {
			c.steps = taskSteps
			c.parse = strictly(new([]struct {
				ID, Description string
				Complete        bool
			}))
		},
	},
	{
		Name: "compares-the-whole-label", Level: atHTTP, Breaks: rules("client.charset"),
		Does: `It parses JSON only where Content-Type is "application/json" to the letter.`,
		change: func(c *client) {
			c.parse = func(a *answer) error {
				if a.header.Get("Content-Type") != "application/json" {
					return errors.New("the answer is no JSON")
				}
				return nil
			}
		},
	},
	{
		Name: "parses-no-content", Level: atHTTP, Breaks: rules("client.nocontent"),
		Does: "It parses the content of every response, of a 204 too.",
		change: func(c *client) {
			c.read = func(resp *http.Response) ([]byte, error) {
				var v json.RawMessage
				err := json.NewDecoder(resp.Body).Decode(&v)
				if resp.StatusCode == http.StatusNotModified {
					err = nil
				}
				return v, err
			}
		},
	},
	{
		Name: "takes-204-for-an-error", Level: atHTTP, Breaks: rules("client.nocontent"),
		Does:   "Only 200 and 201 are success to it.",
		change: func(c *client) { c.success = func(status int) bool { return status == 200 || status == 201 } },
	},
	{
		Name: "passes-over-404", Level: atHTTP, Breaks: rules("client.missing"),
		Does:   "A 404 is nothing that it tells of.",
		change: silentOn(http.StatusNotFound),
	},
	{
		Name: "falls-over-404", Level: atHTTP, Breaks: rules("client.missing"),
		Does:   "It uses the content of a 404 as if it were the item, and falls.",
		change: fallsOver(http.StatusNotFound),
	},
	{
		Name: "passes-over-404-of-tasks", Level: atHTTP, Breaks: rules("client.missing"),
		Does:   "It does not look at the responses to PUT and DELETE of tasks.",
		change: func(c *client) { c.steps = taskSteps; silentOn(http.StatusNotFound)(c) },
	},
	{
		Name: "passes-over-409", Level: atHTTP, Breaks: rules("client.taken"),
		Does:   "A 409 is nothing that it tells of.",
		change: silentOn(http.StatusConflict),
	},
	{
		Name: "falls-over-409", Level: atHTTP, Breaks: rules("client.taken"),
		Does:   "A POST that is refused makes it fall.",
		change: fallsOver(http.StatusConflict),
	},
	{
		Name: "passes-over-500", Level: atHTTP, Breaks: rules("client.errors"),
		Does: "A 500 is nothing that it tells of.",
		change: func(c *client) {
			c.success = func(status int) bool { return status/100 == 2 || status == http.StatusInternalServerError }
			c.parse = func(*answer) error { return nil }
			silentOn(http.StatusInternalServerError)(c)
		},
	},
	{
		Name: "falls-over-500-of-tasks", Level: atHTTP, Breaks: rules("client.errors"),
		Does:   "It uses the content of a 500 as if it were the list, and falls.",
		change: func(c *client) { c.steps = taskSteps; fallsOver(http.StatusInternalServerError)(c) },
	},
	{
		Name: "puts-location-behind-the-base", Level: atHTTP, Breaks: rules("client.location"),
		Does: "It writes Location behind the base URL, a whole URI too.",
		change: func(c *client) {
			c.steps = listSteps
			c.locate = func(_ *url.URL, location string) (string, error) {
				return c.tasks + "/" + strings.TrimPrefix(location, "/"), nil
			}
		},
	},
	{
		Name: "guesses-the-id", Level: atHTTP, Breaks: rules("client.location", "client.tasks", "client.nocontent"),
		Does: "It asks for the task under an id of its own, whatever Location says.",
		change: func(c *client) {
			c.steps = listSteps
			c.locate = func(*url.URL, string) (string, error) { return c.tasks + "/tasks/2", nil }
		},
	},

	// Keys

	{
		Name: "key-as-it-is", Level: atHTTP, Breaks: rules("client.keys"),
		Does:   "The key stands in the path as it is.",
		change: func(c *client) { c.encode = func(key string) string { return strings.ReplaceAll(key, " ", "%20") } },
	},
	{
		Name: "key-as-in-a-form", Level: atHTTP, Breaks: rules("client.keys"),
		Does:   "A space in the key becomes a plus sign.",
		change: func(c *client) { c.encode = url.QueryEscape },
	},
	{
		Name: "key-keeps-its-slash", Level: atHTTP, Breaks: rules("client.keys"),
		Does: "A slash in the key is left as it is: quote(key) without safe=''.",
		change: func(c *client) {
			c.encode = func(key string) string { return strings.ReplaceAll(url.PathEscape(key), "%2F", "/") }
		},
	},

	// Nobody there

	{
		Name: "trace-when-gone", Level: atHTTP, Breaks: rules("client.gone", "client.errors"),
		Does:   "Where nobody answers it ends with a stack trace.",
		change: func(c *client) { c.stop = func(err error) int { panic(err) } },
	},
	{
		Name: "ends-well-when-gone", Level: atHTTP, Breaks: rules("client.gone"),
		Does: "Where nobody answers it says so and ends with exit status 0.",
		change: func(c *client) {
			c.stop = func(err error) int { fmt.Fprintln(c.out, err); return 0 }
		},
	},
	{
		Name: "silent-when-gone", Level: atHTTP, Breaks: rules("client.gone"),
		Does:   "Where nobody answers it ends with exit status 1 and no word.",
		change: func(c *client) { c.stop = func(error) int { return 1 } },
	},

	// Trouble on the way

	{
		Name: "gives-up-at-503", Level: production, Breaks: rules("client.retry"),
		Does:   "A 503 or 429 is the end.",
		change: func(c *client) { c.repeatsBusy = func(*request) bool { return false } },
	},
	{
		Name: "comes-back-at-once", Level: production, Breaks: rules("client.retry"),
		Does: "It tries again before the time that Retry-After says.",
		change: func(c *client) {
			c.pause = func(try int, _ string) time.Duration { return firstPause << try }
		},
	},
	{
		Name: "tries-for-ever", Level: production, Breaks: rules("client.bounded"),
		Does: "It tries until it succeeds.",
		change: func(c *client) {
			c.attempts = 1 << 30
			c.pause = func(_ int, retryAfter string) time.Duration {
				if retryAfter != "" {
					return time.Second
				}
				return firstPause
			}
		},
	},
	{
		Name: "hammers", Level: production, Breaks: rules("client.bounded", "client.retry"),
		Does: "After a 503 it tries seven times more, all at once.", // one after the other a busy machine makes the pauses
		change: func(c *client) {
			c.repeatsBusy = func(r *request) bool {
				var all sync.WaitGroup
				for range 7 {
					if isIdempotent(r) {
						all.Go(func() { _, _ = c.send(r) })
					}
				}
				all.Wait()
				return false
			}
		},
	},
	{
		Name: "ends-well-at-503", Level: production, Breaks: rules("client.bounded"),
		Does: "It gives up, and ends with exit status 0.",
		change: func(c *client) {
			c.expected = func(string) []int { return []int{404, 409, 412, 503} }
		},
	},
	{
		Name: "never-repeats", Level: production, Breaks: rules("client.lost"),
		Does:   "A lost answer is the end, whatever the method.",
		change: func(c *client) { c.repeatsLost = func(*request) bool { return false } },
	},
	{
		Name: "repeats-put-alone", Level: production, Breaks: rules("client.lost"),
		Does:   "A DELETE whose answer was lost is not sent again.",
		change: func(c *client) { c.repeatsLost = func(r *request) bool { return r.method == http.MethodPut } },
	},
	{
		Name: "repeats-no-put-of-tasks", Level: production, Breaks: rules("client.lost"),
		Does: "A PUT of a task whose answer was lost is not sent again.",
		change: func(c *client) {
			c.steps = taskSteps
			c.repeatsLost = func(r *request) bool { return r.method == http.MethodGet || r.method == http.MethodDelete }
		},
	},
	{
		Name: "repeats-post", Level: production, Breaks: rules("client.post.once"),
		Does:   "POST is sent again like everything else.",
		change: func(c *client) { c.repeatsLost = func(*request) bool { return true } },
	},
	{
		Name: "repeats-post-with-a-new-key", Level: production, Breaks: rules("client.post.once"),
		Does: "Each attempt at POST /tasks has another Idempotency-Key.",
		change: func(c *client) {
			c.steps = listSteps
			n := 0
			c.repeatsLost = func(r *request) bool {
				if r.method == http.MethodPost {
					n++
					r.header = http.Header{"Idempotency-Key": {fmt.Sprintf(`"%d"`, n)}}
				}
				return true
			}
		},
	},
	{
		Name: "waits-for-ever", Level: production, Breaks: rules("client.timeout"),
		Does:   "It has no time limit.",
		change: func(c *client) { c.web.Timeout = 0 },
	},
	{
		Name: "waits-for-ever-for-the-list", Level: production, Breaks: rules("client.timeout"),
		Does:   "It has no time limit, with tasks.",
		change: func(c *client) { c.steps = taskSteps; c.web.Timeout = 0 },
	},
	{
		Name: "forces-its-change", Level: production, Breaks: rules("client.precondition"),
		Does: "After 412 it sends the PUT again without If-Match.",
		change: func(c *client) {
			c.onPrecondition = func(c *client, put *request) error {
				put.header.Del("If-Match")
				_, err := c.ask(put)
				return err
			}
		},
	},
	{
		Name: "fetches-the-list-again", Level: production, Breaks: rules("client.cache"),
		Does:   "It reads the list twice in a row, without If-None-Match.",
		change: func(c *client) { c.steps = append(taskSteps[:6:6], "list"); c.conditional = false },
	},
	{
		Name: "falls-over-304", Level: production, Breaks: rules("client.cache", "client.missing"),
		Does: "It parses the content of a 304, which has none.",
		change: func(c *client) {
			c.steps = taskSteps
			c.unchanged = func(*client, string) { var v any; panic(json.Unmarshal(nil, &v)) }
		},
	},
	{
		Name: "shows-nothing-at-304", Level: production, Breaks: rules("client.cache"),
		Does: "At a 304 it prints that nothing has changed, and not what it has.",
		change: func(c *client) {
			c.steps = taskSteps
			c.unchanged = func(*client, string) {}
		},
	},
	{
		Name: "follows-location-anywhere", Level: production, Breaks: rules("client.stranger"),
		Does: "It asks whatever host Location names.",
		change: func(c *client) {
			c.steps = listSteps
			c.locate = func(base *url.URL, location string) (string, error) {
				to, err := base.Parse(location)
				return to.String(), err
			}
		},
	},
}

// listSteps let the server choose the id of one task.
var listSteps = []string{"list", "add", "create another", "complete", "remove task", "list"}

func does(steps ...string) func(*client) { return func(c *client) { c.steps = steps } }

func labelled(label string) func(*client) {
	return func(c *client) {
		c.content = func(name string, value any) (string, string) {
			body, _ := asJSON(name, value)
			return body, label
		}
	}
}

func asForm(name string, value any) (body, label string) {
	return url.Values{name: {fmt.Sprint(value)}}.Encode(), "application/x-www-form-urlencoded"
}

// countsCharacters finds the answer cut off where it has fewer characters than bytes.
func countsCharacters(resp *http.Response) ([]byte, error) {
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.ContentLength > int64(utf8.RuneCount(body)) {
		return nil, errors.New("the answer is cut off")
	}
	return body, err
}

// strictly parses into a type, and refuses members that it does not have.
func strictly(into any) func(*answer) error {
	return func(a *answer) error {
		d := json.NewDecoder(bytes.NewReader(a.body))
		d.DisallowUnknownFields()
		return d.Decode(into)
	}
}

// silentOn tells of everything but that status.
func silentOn(status int) func(*client) {
	return func(c *client) {
		tell := c.tell
		c.tell = func(c *client, method string, a *answer) {
			if a.status != status {
				tell(c, method, a)
			}
		}
	}
}

// fallsOver makes the client fall at an answer with that status.
func fallsOver(status int) func(*client) {
	return func(c *client) {
		c.tell = func(c *client, method string, a *answer) {
			if a.status == status {
				panic("no value")
			}
			fmt.Fprintf(c.out, "%s: %d %s\n", method, a.status, a.body)
		}
	}
}
