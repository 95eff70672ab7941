package fault

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

var methodFaults = []Fault{
	// GET is safe

	{
		Name: "get-creates", Level: basics, Breaks: rules("safe", "items.read.missing", "items.delete.missing"),
		Does: "GET of an unused key responds 404 and creates the item, so the next GET responds 200: setdefault.",
		change: missing(func(x *exchange) {
			x.ask(http.MethodPut, x.path(), object{"value": nil})
		}),
	},
	{
		Name: "get-takes-the-item-away", Level: basics,
		Breaks: rules("safe"),
		Does:   "The third GET of an item is the last that finds it.",
		change: remembering("GET /items/*", func() func(*exchange) {
			var reads notes[int]
			return func(x *exchange) {
				if x.pass(); x.status == http.StatusOK && count(&reads, x.name()) == 3 {
					x.ask(http.MethodDelete, x.path(), nil)
				}
			}
		}),
	},
	{
		Name: "get-adds-to-numbers", Level: basics, Breaks: rules("safe"),
		Does:   "GET of an item that is a number adds one to it: a counter of visits.",
		change: afterReading(func(value any) (any, bool) { return number(value) + 1, kind(value) == "number" }),
	},
	{
		Name: "get-reverses-booleans", Level: basics, Breaks: rules("safe"),
		Does:   "GET of an item that is true or false reverses it.",
		change: afterReading(func(value any) (any, bool) { return value != true, kind(value) == "boolean" }),
	},
	{
		Name: "get-takes-from-arrays", Level: basics, Breaks: rules("safe"),
		Does: "GET of an item that is an array of more than two takes the last element away: pop().",
		change: afterReading(func(value any) (any, bool) {
			list, _ := value.(array)
			return list[:max(0, len(list)-1)], len(list) > 2
		}),
	},
	{
		Name: "get-sorts-arrays", Level: basics, Breaks: rules("safe"),
		Does: "GET of an item that is an array of numbers sorts what is stored, after it was shown.",
		change: afterReading(func(value any) (any, bool) {
			list, _ := value.(array)
			slices.SortStableFunc(list, func(a, b any) int { return cmp.Compare(number(a), number(b)) })
			return list, len(list) > 0 && !slices.ContainsFunc(list, func(element any) bool { return kind(element) != "number" })
		}),
	},
	{
		Name: "get-counts-reads-in-objects", Level: basics, Breaks: rules("safe"),
		Does: "GET of an item that is an object adds a member \"reads\" to it.",
		change: afterReading(func(value any) (any, bool) {
			members, ok := value.(object)
			return with(object{"reads": 1}, members), ok && len(members) > 1
		}),
	},
	{
		Name: "get-of-a-task-completes", Level: atHTTP, Breaks: rules("safe", "tasks.create"),
		Does: "GET of one task shows it and completes it: it has been seen.",
		change: around("GET /tasks/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusOK && x.asked == http.MethodGet {
				x.ask(http.MethodPut, x.path(), object{"complete": true})
			}
		}),
	},
	{
		Name: "list-clears-completed", Level: basics,
		Breaks:  rules("safe", "tasks.delete"),
		Perhaps: rules(anyRule), // somebody else may read the list at any time
		Reason:  "Reading the list deletes the completed tasks of all scenarios.",
		Does:    "GET of the list deletes the completed tasks that it has just shown.",
		change: around("GET /tasks beyond", func(x *exchange) {
			x.pass()
			tasks, _ := x.content().(array)
			for _, task := range tasks {
				if task.(object)["complete"] == true {
					x.ask(http.MethodDelete, taskPath(task), nil)
				}
			}
		}),
	},

	// PUT and DELETE are idempotent

	{
		Name: "put-of-the-same-is-409", Level: basics, Breaks: rules("idempotent"),
		Does: "PUT of the value that is there already responds 409.",
		change: around("PUT /items/*", func(x *exchange) {
			old, taken := x.stored()
			new, _ := x.value()
			if taken && same(old["value"], new) {
				x.refuse(http.StatusConflict, "nothing to change")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "put-of-the-same-is-304", Level: basics, Breaks: rules("idempotent"),
		Does: "PUT of the value that is there already responds 304 Not Modified.",
		change: around("PUT /items/*", func(x *exchange) {
			old, taken := x.stored()
			new, _ := x.value()
			if taken && same(old["value"], new) {
				x.nothing(http.StatusNotModified)
				return
			}
			x.pass()
		}),
	},
	{
		Name: "put-adds-numbers", Level: basics, Breaks: rules("idempotent"),
		Does: "PUT of a number adds it to the number that is there.",
		change: combining(func(old, new any) any {
			if kind(old) == "number" && kind(new) == "number" {
				return number(old) + number(new)
			}
			return new
		}),
	},
	{
		Name: "put-of-the-same-clears", Level: basics, Breaks: rules("idempotent", "duplicated"),
		Does: "PUT of the value that is there already sets it to null, as a button pressed twice.",
		change: combining(func(old, new any) any {
			if same(old, new) {
				return nil
			}
			return new
		}),
	},
	{
		Name: "put-of-the-same-opens", Level: basics, Breaks: rules("duplicated", "idempotent"),
		Does: "PUT of {\"complete\": true} on a completed task opens it again.",
		change: updating(func(now bool, wanted *bool) *bool {
			if now && wanted != nil && *wanted {
				return new(false)
			}
			return wanted
		}),
	},
	{
		Name: "second-delete-restores", Level: basics,
		Breaks: rules("idempotent", "items.delete.missing", "duplicated"),
		Does:   "DELETE of a deleted item responds 404 and brings it back: it turns a flag round.",
		change: remembering("DELETE /items/*", func() func(*exchange) {
			var deleted notes[object]
			return func(x *exchange) {
				if old, taken := x.stored(); taken {
					deleted.set(x.name(), old)
				} else if grave := deleted.get(x.name()); grave != nil {
					defer x.ask(http.MethodPut, x.path(), grave)
				}
				x.pass()
			}
		}),
	},
	{
		Name: "second-delete-takes-the-last-task", Level: basics,
		Breaks:  rules("steady"),
		Perhaps: rules("idempotent", "duplicated", "independent"), // the last task may be somebody else's
		Reason:  "The second DELETE takes a task of another scenario that runs at the same time.",
		Does:    "DELETE of an unused id responds 404 and removes the last task: splice(-1, 1).",
		change: deletingMissing("/tasks/* beyond", func(x *exchange) {
			if tasks := x.tasks(); len(tasks) > 0 {
				x.ask(http.MethodDelete, taskPath(tasks[len(tasks)-1]), nil)
			}
			x.pass()
		}),
	},
	{
		Name: "repetition-is-429", Level: basics, Breaks: rules("idempotent"),
		Does: "The third equal PUT in a row responds 429: a limiter against impatient clients.",
		change: remembering("PUT /items/*", func() func(*exchange) {
			var seen notes[int]
			return func(x *exchange) {
				if count(&seen, x.path()+string(x.sent)) > 2 {
					x.refuse(http.StatusTooManyRequests, "you said that already")
					return
				}
				x.pass()
			}
		}),
	},
	{
		Name: "repeated-put-is-lost", Level: basics, Breaks: rules("duplicated", "idempotent"),
		Does: "A PUT that comes twice in a row is taken back: the server takes it for a mistake.",
		change: remembering("PUT /tasks/*", func() func(*exchange) {
			var last notes[string]
			return func(x *exchange) {
				old, _ := x.stored()
				body, _ := decode(x.sent).(object)
				again := last.set(x.path(), string(x.sent)) == string(x.sent)
				if again && old["complete"] == body["complete"] {
					x.resend(object{"complete": old["complete"] != true})
				}
				x.pass()
			}
		}),
	},

	// 201 or 200

	{
		Name: "put-creates-with-200", Level: atHTTP, Breaks: rules("put.created"),
		Does:   "PUT on an unused key responds 200, as the course's program does.",
		change: creatingWith(http.StatusOK),
	},
	{
		Name: "put-remembers-the-deleted", Level: atHTTP, Breaks: rules("put.created"),
		Does: "PUT on a key that was deleted responds 200, as if it were still there.",
		change: remembering("PUT DELETE /items/*", func() func(*exchange) {
			var known notes[bool]
			return func(x *exchange) {
				x.pass()
				if x.status == http.StatusCreated && known.get(x.name()) {
					x.status = http.StatusOK
				}
				known.set(x.name(), true)
			}
		}),
	},
	{
		Name: "put-of-the-same-is-201", Level: atHTTP, Breaks: rules("put.created"),
		Does: "PUT of the value that is there already responds 201.",
		change: around("PUT /items/*", func(x *exchange) {
			old, taken := x.stored()
			new, _ := x.value()
			if x.pass(); taken && x.succeeded() && same(old["value"], new) {
				x.status = http.StatusCreated
			}
		}),
	},

	// Methods that a resource does not have

	{
		Name: "put-on-the-list-is-404", Level: atHTTP, Breaks: rules("method.refused"),
		Does:   "PUT and PATCH on /tasks answer 404: the router knows the pair of method and path only.",
		change: around("PUT PATCH /tasks", func(x *exchange) { x.refuse(http.StatusNotFound, "Cannot "+x.Method+" /tasks") }),
	},
	{
		Name: "patch-on-the-list-is-200", Level: atHTTP, Breaks: rules("method.refused"),
		Does:   "PATCH on /tasks responds 200 with the list: every method that is not POST is GET.",
		change: around("PATCH /tasks", func(x *exchange) { x.Method = http.MethodGet; x.pass() }),
	},
	{
		Name: "405-without-allow", Level: atHTTP, Breaks: rules("method.refused"),
		Does:   "A 405 has no Allow field.",
		change: allowing(http.StatusMethodNotAllowed, func(string) string { return "" }),
	},
	{
		Name: "405-allows-everything", Level: atHTTP, Breaks: rules("method.refused"),
		Does:   "Allow in a 405 lists every method, with the one that was refused.",
		change: allowing(http.StatusMethodNotAllowed, func(string) string { return "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" }),
	},
	{
		Name: "405-without-a-word", Level: atHTTP, Breaks: rules("errors.explained"),
		Does: "A 405 has no content.",
		change: around("", func(x *exchange) {
			if x.pass(); x.status == http.StatusMethodNotAllowed {
				x.nothing(x.status)
			}
		}),
	},
	{
		Name: "unknown-method-is-get", Level: atHTTP, Breaks: rules("method.unknown"),
		Does:   "BREW is answered like GET.",
		change: around("BREW", func(x *exchange) { x.Method = http.MethodGet; x.pass() }),
	},
	{
		Name: "unknown-method-is-500", Level: atHTTP, Breaks: rules("method.unknown", "always"),
		Does:   "BREW responds 500.",
		change: around("BREW", func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "unknown-method-is-delete", Level: atHTTP, Breaks: rules("method.unknown"),
		Does: "BREW responds 405 and deletes: the last branch of the program is the one for DELETE.",
		change: around("BREW", func(x *exchange) {
			x.ask(http.MethodDelete, x.path(), nil)
			x.refuseMethod("GET")
		}),
	},

	// One method instead of another

	{
		Name: "override-by-field", Level: atHTTP, Breaks: rules("method.override"),
		Does: "GET with X-HTTP-Method-Override: DELETE deletes.",
		change: around("GET", func(x *exchange) {
			if method := x.Header.Get("X-HTTP-Method-Override"); method != "" {
				x.Method = method
			}
			x.pass()
		}),
	},
	{
		Name: "override-by-query", Level: atHTTP, Breaks: rules("method.override"),
		Does: "GET with ?_method=DELETE deletes.",
		change: around("GET", func(x *exchange) {
			if method := x.URL.Query().Get("_method"); method != "" {
				x.Method = method
			}
			x.pass()
		}),
	},
	{
		Name: "action-in-query", Level: atHTTP, Breaks: rules("method.override"),
		Does: "GET with ?action=delete deletes, and answers like GET.",
		change: around("GET", func(x *exchange) {
			x.pass()
			if strings.EqualFold(x.URL.Query().Get("action"), "delete") {
				x.ask(http.MethodDelete, x.path(), nil)
			}
		}),
	},

	// HEAD

	{
		Name: "head-is-404", Level: atHTTP, Breaks: rules("head"),
		Does:   "HEAD responds 404.",
		change: around("HEAD", func(x *exchange) { x.nothing(http.StatusNotFound) }),
	},
	{
		Name: "head-is-always-200", Level: atHTTP, Breaks: rules("head"),
		Does: "HEAD of an item that is not there responds 200.",
		change: around("HEAD", func(x *exchange) {
			x.pass()
			x.status = http.StatusOK
		}),
	},
	{
		Name: "head-is-204", Level: atHTTP, Breaks: rules("head"),
		Does: "HEAD responds 204, because it has no content.",
		change: around("HEAD", func(x *exchange) {
			if x.pass(); x.status == http.StatusOK {
				x.header.Del("Content-Length")
				x.nothing(http.StatusNoContent)
			}
		}),
	},
	{
		Name: "head-has-length-0", Level: atHTTP, Breaks: rules("head"),
		Does: "HEAD answers Content-Length: 0.",
		change: around("HEAD", func(x *exchange) {
			x.pass()
			x.header.Set("Content-Length", "0")
		}),
	},
	{
		Name: "head-deletes", Level: atHTTP, Breaks: rules("head"),
		Does: "HEAD of an item answers like GET and deletes it.",
		change: around("HEAD", func(x *exchange) {
			x.pass()
			x.ask(http.MethodDelete, x.path(), nil)
		}),
	},
	{
		Name: "head-creates", Level: atHTTP, Breaks: rules("head"),
		Does: "HEAD of an unused key responds 404 and creates the item.",
		change: around("HEAD /items/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusNotFound {
				x.ask(http.MethodPut, x.path(), object{"value": nil})
			}
		}),
	},
	{
		Name: "head-with-content", Level: atHTTP, Breaks: rules("head", "empty"),
		Does:   "HEAD is answered with GET's content.",
		change: raw("HEAD", func(x *exchange, m *message) { m.body = x.body }),
	},

	// OPTIONS

	{
		Name: "options-is-405", Level: atHTTP, Breaks: rules("options"),
		Does:   "OPTIONS responds 405.",
		change: around("OPTIONS", func(x *exchange) { x.refuseMethod("DELETE, GET, HEAD, POST, PUT") }),
	},
	{
		Name: "options-without-allow", Level: atHTTP, Breaks: rules("options.allow"),
		Does:   "OPTIONS responds 204 without Allow.",
		change: allowing(http.StatusNoContent, func(string) string { return "" }),
	},
	{
		Name: "options-allows-everything", Level: atHTTP, Breaks: rules("options"),
		Does:   "OPTIONS lists every method for every path.",
		change: allowing(http.StatusNoContent, func(string) string { return "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" }),
	},
	{
		Name: "options-allows-a-star", Level: atHTTP, Breaks: rules("options"),
		Does:   "OPTIONS answers Allow: *.",
		change: allowing(http.StatusNoContent, func(string) string { return "*" }),
	},
	{
		Name: "options-is-get", Level: atHTTP, Breaks: rules("options.allow"),
		Does: "OPTIONS is answered like GET, without Allow.",
		change: around("OPTIONS", func(x *exchange) {
			x.Method = http.MethodGet
			x.pass()
		}),
	},
	{
		Name: "options-forgets-head", Level: atHTTP, Breaks: rules("options"),
		Does:   "OPTIONS does not list HEAD.",
		change: allowing(http.StatusNoContent, func(allow string) string { return strings.Replace(allow, "HEAD, ", "", 1) }),
	},
	{
		Name: "options-creates", Level: atHTTP, Breaks: rules("options"),
		Does: "OPTIONS of an item sets its value to null.",
		change: around("OPTIONS /items/*", func(x *exchange) {
			x.pass()
			x.ask(http.MethodPut, x.path(), object{"value": nil})
		}),
	},

	// ETag of PUT

	{
		Name: "etag-of-the-answer", Level: atHTTP, Breaks: rules("put.validator"),
		Does: "Every answer has the ETag of its own content, to PUT as well: Express does this.",
		change: around("", func(x *exchange) {
			if x.pass(); x.succeeded() && len(x.body) > 0 {
				x.header.Set("ETag", tag(x.body))
			}
		}),
	},
	{
		Name: "etag-on-put-alone", Level: atHTTP, Breaks: rules("put.validator"),
		Does: "PUT answers an ETag, GET none.",
		change: around("GET PUT", func(x *exchange) {
			if x.pass(); x.Method == http.MethodGet {
				x.header.Del("ETag")
			} else if x.succeeded() {
				x.header.Set("ETag", tag(x.sent))
			}
		}),
	},
}

// afterReading is a server that changes an item when it has shown it: f gets the value, and returns the next one and whether it changes.
func afterReading(f func(value any) (next any, changes bool)) change {
	return around("GET /items/*", func(x *exchange) {
		if x.pass(); x.status != http.StatusOK || x.asked != http.MethodGet {
			return
		}
		shown, _ := x.content().(object)
		if next, changes := f(shown["value"]); changes {
			x.ask(http.MethodPut, x.path(), object{"value": next})
		}
	})
}

func same(a, b any) bool { return string(encode(a)) == string(encode(b)) }

func number(v any) float64 {
	f, _ := strconv.ParseFloat(strings.TrimSpace(string(encode(v))), 64)
	return f
}

// creatingWith is a server whose PUT on an unused key answers that status.
func creatingWith(status int) change {
	return around("PUT /items/*", func(x *exchange) {
		if x.pass(); x.status == http.StatusCreated {
			x.status = status
		}
	})
}

// allowing is a server that says something else in Allow where it answers that status.
func allowing(status int, f func(allow string) string) change {
	return around("", func(x *exchange) {
		if x.pass(); x.status != status || x.header.Get("Allow") == "" {
			return
		}
		if allow := f(x.header.Get("Allow")); allow != "" {
			x.header.Set("Allow", allow)
		} else {
			x.header.Del("Allow")
		}
	})
}

// tag is a strong ETag of the content.
func tag(content []byte) string {
	hash := fnv.New64a()
	_, _ = hash.Write(content) // never an error
	return fmt.Sprintf("%q", strconv.FormatUint(hash.Sum64(), 36))
}
