package conversation

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Situation is what a client meets. The zero value is the reference as it is.
type Situation struct {
	Variant  string // how answers are written, "" for the reference's way
	Acts     []Act
	Refusals []Refusal
	Loses    string // the method whose first request is done, and not answered
	Leaves   string // the method whose first request is never answered
	Gone     bool   // nobody accepts connections
}

// Key is equal for equal situations.
func (s Situation) Key() string { return fmt.Sprintf("%+v", s) }

// Act is what another client does.
type Act struct {
	Does   string // creates, changes, deletes, adds
	Value  string // in JSON: the value of an item, the description of a task
	When   string // before, after
	Number int    // of the request of that method
	Method string // "" for before the program runs
}

// What another client can do.
const (
	creates = "creates"
	changes = "changes"
	deletes = "deletes"
	adds    = "adds"
)

const (
	before = "before"
	after  = "after"
)

// target is where the act is done, seen from what the program asked for; "" for nowhere.
func (a Act) target(asked string) string {
	path, _, _ := strings.Cut(asked, "?")
	switch {
	case a.Does == adds:
		return "/tasks/" + url.PathEscape("somebody-else-s")
	case strings.HasPrefix(path, "/items/"), strings.HasPrefix(path, "/tasks/"):
		return path
	}
	return ""
}

// request is the method and body of the act. What another client writes to a task is its description.
func (a Act) request() (method, body string) {
	switch a.Does {
	case deletes:
		return http.MethodDelete, ""
	case adds:
		return http.MethodPost, object("description", a.Value)
	case creates:
		return http.MethodPost, fmt.Sprintf(`{"value": %s, "description": %[1]s}`, a.Value)
	}
	return http.MethodPut, object("value", a.Value)
}

func object(name, value string) string { return fmt.Sprintf(`{%q: %s}`, name, value) }

// Refusal is a status instead of what was asked for.
type Refusal struct {
	First      int    // how many of the requests; 0 for all of them
	Method     string // "" for any
	Status     int
	RetryAfter string
}

func (s Situation) refuses(method string, number int) (Refusal, bool) {
	i := slices.IndexFunc(s.Refusals, func(r Refusal) bool {
		return (r.Method == "" || r.Method == method) && (r.First == 0 || number <= r.First)
	})
	if i < 0 || number == 0 {
		return Refusal{}, false
	}
	return s.Refusals[i], true
}

func (s Situation) loses(method string, number int) bool  { return s.Loses == method && number == 1 }
func (s Situation) leaves(method string, number int) bool { return s.Leaves == method && number == 1 }

// pathOf is the path of a URI, as it is written.
func pathOf(uri string) string {
	parsed, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return parsed.EscapedPath()
}

// quoted is a text in JSON.
func quoted(text string) string {
	octets, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text always has a form in JSON
	}
	return string(octets)
}
