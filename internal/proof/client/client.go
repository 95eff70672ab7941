package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// client is one that is right, with all that it does in a field of its own, so that another one can do it otherwise.
type client struct {
	ctx                      context.Context // it stops when this ends
	items, tasks             string          // base URLs
	key, value, other        string
	id, description          string
	out                      io.Writer
	steps                    []string // what it does, in order
	web                      http.Client
	fields                   http.Header // with every request
	encode                   func(string) string
	content                  func(name string, value any) (body, label string)
	success                  func(status int) bool                     // done; other statuses that it knows stand in expected
	expected                 func(method string) []int                 // statuses that are no reason to stop
	read                     func(*http.Response) ([]byte, error)      // the content
	parse                    func(a *answer) error                     // is it what a GET should bring?
	tell                     func(c *client, method string, a *answer) // prints an answer
	attempts                 int                                       // at most
	pause                    func(try int, retryAfter string) time.Duration
	repeatsBusy, repeatsLost func(r *request) bool            // what is sent again after a 503, and without an answer
	afterLost                func(c *client, r *request) bool // has a lost POST been done?
	onPrecondition           func(c *client, put *request) error
	conditional              bool // PUT with If-Match, GET of the list with If-None-Match
	unchanged                func(c *client, at string)
	locate                   func(base *url.URL, location string) (string, error)
	known                    map[string]*answer // by URL
	item                     string             // its URL
	first, second            string             // URLs of tasks
	stop                     func(err error) int
}

type request struct {
	method, url string
	body, label string
	header      http.Header
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// How the right one behaves where nothing else is said.
const (
	limit      = 2 * time.Second
	attempts   = 4
	firstPause = 40 * time.Millisecond
)

func right(ctx context.Context, getenv func(string) string, out, errOut io.Writer) *client {
	return &client{
		ctx:   ctx,
		items: getenv("ITEMS_URL"), tasks: getenv("TASKS_URL"), key: cmp.Or(getenv("KEY"), "username"), value: "Alice", other: "Bob",
		id: cmp.Or(getenv("ID"), "task"), description: "Learn REST", out: out,
		steps: itemSteps,
		web: http.Client{Timeout: limit, Transport: &http.Transport{DisableCompression: true}, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
		encode:  url.PathEscape,
		content: asJSON,
		success: func(status int) bool { return status/100 == 2 },
		expected: func(method string) []int {
			return map[string][]int{"POST": {409}, "GET": {304, 404}, "DELETE": {404}, "PUT": {404, 412}}[method]
		},
		read:  func(resp *http.Response) ([]byte, error) { return io.ReadAll(resp.Body) },
		parse: func(a *answer) error { var v any; return json.Unmarshal(a.body, &v) },
		tell: func(c *client, method string, a *answer) {
			fmt.Fprintf(c.out, "%s: %d %s\n", method, a.status, bytes.TrimSpace(a.body))
		},
		attempts: attempts,
		pause: func(try int, retryAfter string) time.Duration {
			if seconds, err := strconv.Atoi(retryAfter); err == nil {
				return time.Duration(min(seconds, 5)) * time.Second
			}
			return firstPause << try
		},
		repeatsBusy:    isIdempotent,
		repeatsLost:    isIdempotent,
		onPrecondition: readAgain,
		conditional:    true,
		unchanged:      func(c *client, at string) { fmt.Fprintf(c.out, "unchanged: %s\n", c.known[at].body) },
		locate:         sameHost,
		known:          map[string]*answer{},
		stop: func(err error) int {
			fmt.Fprintln(errOut, "client:", err)
			return 1
		},
	}
}

var (
	itemSteps = []string{"create", "read", "update", "remove"}
	taskSteps = []string{"list", "add", "add another", "complete", "remove task", "list"}
)

func isIdempotent(r *request) bool {
	return r.method != http.MethodPost || r.header.Get("Idempotency-Key") != ""
}

func asJSON(name string, value any) (body, label string) {
	text, err := json.Marshal(map[string]any{name: value})
	if err != nil {
		panic(err) // texts and booleans have a form in JSON
	}
	return string(text), "application/json"
}

// sameHost resolves a Location, and refuses another host.
func sameHost(base *url.URL, location string) (string, error) {
	to, err := base.Parse(location)
	if err != nil || location == "" {
		return "", errors.New("the server does not say where it is")
	}
	if to.Host != base.Host {
		return "", errors.New("the server names another host: " + to.Host)
	}
	return to.String(), nil
}

// run does the steps, and returns the exit status.
func (c *client) run() int {
	c.item = c.items + "/items/" + c.encode(c.key)
	c.first, c.second = c.tasks+"/tasks/"+c.encode(c.id), c.tasks+"/tasks/"+c.encode(c.id+"-2")
	for _, step := range c.steps {
		if err := c.step(step); err != nil {
			return c.stop(err)
		}
	}
	return 0
}

func (c *client) step(name string) error {
	switch name {
	case "create":
		return c.write(http.MethodPost, c.item, "value", c.value)
	case "read":
		return c.get(c.item)
	case "look":
		_, err := c.ask(&request{method: http.MethodHead, url: c.item})
		return err
	case "update":
		return c.update()
	case "overwrite":
		return c.write(http.MethodPost, c.item, "value", c.other)
	case "remove":
		return c.remove(c.item)
	case "list":
		return c.get(c.tasks + "/tasks")
	case "add":
		return c.write(http.MethodPost, c.first, "description", c.description)
	case "add another":
		return c.write(http.MethodPost, c.second, "description", c.description+" again")
	case "create another":
		return c.createTask()
	case "complete":
		return c.write(http.MethodPut, c.first, "complete", true)
	case "remove first":
		return c.remove(c.first)
	case "remove task":
		return c.remove(c.second)
	case "invent":
		fmt.Fprintln(c.out, `POST: 201 {"message": "Item created"}`)
		return nil
	case "crash":
		var nothing *answer
		return fmt.Errorf("%d", nothing.status)
	}
	return errors.New("no step " + name)
}

func (c *client) write(method, at, name string, value any) error {
	body, label := c.content(name, value)
	_, err := c.ask(&request{method: method, url: at, body: body, label: label})
	return err
}

func (c *client) get(at string) error {
	r := &request{method: http.MethodGet, url: at, header: http.Header{}}
	if known := c.known[at]; known != nil && c.conditional {
		r.header.Set("If-None-Match", known.header.Get("ETag"))
	}
	a, err := c.ask(r)
	if err != nil {
		return err
	}
	switch {
	case a.status == http.StatusNotModified:
		c.unchanged(c, at)
		return nil
	case a.status != http.StatusOK:
		return nil
	}
	if a.header.Get("ETag") != "" {
		c.known[at] = a
	}
	return c.parse(a)
}

// update replaces what it has read.
func (c *client) update() error {
	body, label := c.content("value", c.other)
	put := &request{method: http.MethodPut, url: c.item, body: body, label: label, header: http.Header{}}
	if known := c.known[c.item]; known != nil && c.conditional {
		put.header.Set("If-Match", known.header.Get("ETag"))
	}
	a, err := c.ask(put)
	if err == nil && a.status == http.StatusPreconditionFailed {
		return c.onPrecondition(c, put)
	}
	return err
}

// readAgain reads what somebody else has written, and replaces that.
func readAgain(c *client, put *request) error {
	delete(c.known, c.item)
	if err := c.get(c.item); err != nil {
		return err
	}
	put.header.Del("If-Match")
	if known := c.known[c.item]; known != nil {
		put.header.Set("If-Match", known.header.Get("ETag"))
	}
	_, err := c.ask(put)
	return err
}

func (c *client) remove(at string) error {
	_, err := c.ask(&request{method: http.MethodDelete, url: at})
	return err
}

// createTask lets the server choose the id.
func (c *client) createTask() error {
	body, label := c.content("description", c.description+" again")
	r := &request{method: http.MethodPost, url: c.tasks + "/tasks", body: body, label: label, header: http.Header{}}
	a, err := c.ask(r)
	if err != nil || a.status != http.StatusCreated {
		return err
	}
	base, err := url.Parse(r.url)
	if err != nil {
		return err
	}
	c.second, err = c.locate(base, a.header.Get("Location"))
	return err
}

// ask sends a request until it is answered, prints the answer, and returns an error for one of which it makes nothing.
func (c *client) ask(r *request) (*answer, error) {
	a, err := c.try(r)
	if err != nil {
		return nil, err
	}
	c.tell(c, r.method, a)
	if !c.success(a.status) && !slices.Contains(c.expected(r.method), a.status) {
		return nil, fmt.Errorf("%s %s was answered %d %s", r.method, r.url, a.status, http.StatusText(a.status))
	}
	return a, nil
}

func (c *client) try(r *request) (*answer, error) {
	for try := 0; ; try++ {
		a, err := c.send(r)
		busy := err == nil && (a.status == http.StatusServiceUnavailable || a.status == http.StatusTooManyRequests)
		if err != nil && r.method == http.MethodPost && c.afterLost != nil && c.afterLost(c, r) {
			return &answer{status: http.StatusCreated, header: http.Header{}}, nil
		}
		again := busy && c.repeatsBusy(r) || err != nil && c.repeatsLost(r)
		if !again || try+1 >= c.attempts || c.ctx.Err() != nil {
			return a, err
		}
		retryAfter := ""
		if busy {
			retryAfter = a.header.Get("Retry-After")
		}
		select {
		case <-time.After(c.pause(try, retryAfter)):
		case <-c.ctx.Done():
		}
	}
}

func (c *client) send(r *request) (*answer, error) {
	var body io.Reader
	if r.body != "" {
		body = io.NopCloser(strings.NewReader(r.body)) // so that net/http itself sends nothing again
	}
	sent, err := http.NewRequestWithContext(c.ctx, r.method, r.url, body)
	if err != nil {
		return nil, err
	}
	sent.ContentLength = int64(len(r.body))
	for _, header := range []http.Header{c.fields, r.header} {
		for name, values := range header {
			sent.Header[name] = values
		}
	}
	if r.label != "" {
		sent.Header.Set("Content-Type", r.label)
	}
	resp, err := c.web.Do(sent)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	content, err := c.read(resp)
	return &answer{resp.StatusCode, resp.Header, content}, err
}
