package fault

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

var interfaceFaults = []Fault{
	// Media types

	{
		Name: "content-type-by-the-letter", Level: atHTTP, Breaks: rules("media.parameters"),
		Does:   "Only the exact Content-Type application/json is accepted.",
		change: labelled(func(label string) bool { return label == "application/json" }),
	},
	{
		Name: "content-type-without-parameters", Level: atHTTP, Breaks: rules("media.parameters"),
		Does:   "A Content-Type with a parameter is refused.",
		change: labelled(func(label string) bool { return strings.EqualFold(label, "application/json") }),
	},
	{
		Name: "json-labelled-html", Level: atHTTP, Breaks: rules("media.labelled", "write.answers"),
		Does:   "JSON is labelled text/html: json.dumps returned from a Flask function.",
		change: around("", func(x *exchange) { x.pass(); x.relabel("text/html; charset=utf-8") }),
	},
	{
		Name: "writes-answer-a-page", Level: atHTTP, Breaks: rules("write.answers"),
		Does:   "PUT, POST and DELETE that are done answer a bit of HTML: a text that a function returns to its framework.",
		change: afterWrites(func(x *exchange) { x.say("text/html; charset=utf-8", "<p>Done</p>") }),
	},
	{
		Name: "writes-answer-a-bare-word", Level: atHTTP, Breaks: rules("write.answers"),
		Does:   "PUT, POST and DELETE that are done answer OK as text/plain.",
		change: afterWrites(func(x *exchange) { x.say("text/plain", "OK") }),
	},
	{
		Name: "errors-labelled-text", Level: atHTTP, Breaks: rules("media.labelled"),
		Does: "Errors in JSON are labelled text/plain: Go's http.Error.",
		change: around("", func(x *exchange) {
			if x.pass(); x.refused() {
				x.relabel("text/plain; charset=utf-8")
			}
		}),
	},

	// Accept

	{
		Name: "accept-as-text", Level: atHTTP, Breaks: rules("accept"),
		Does:   "Accept has to be */* or application/json to the letter; all else gets 406.",
		change: accepting(func(accept string) bool { return accept == "*/*" || accept == "application/json" }),
	},
	{
		Name: "browsers-get-a-page", Level: atHTTP, Breaks: rules("accept"),
		Does: "A client whose Accept has text/html gets a page with 200 OK.",
		change: around("GET /items/* /tasks", func(x *exchange) {
			if x.pass(); strings.Contains(x.Header.Get("Accept"), "text/html") {
				x.page(http.StatusOK)
			}
		}),
	},
	{
		Name: "no-accept-is-500", Level: atHTTP, Breaks: rules("accept", "always"),
		Does: "A request without Accept gets 500: None has no split.",
		change: around("GET", func(x *exchange) {
			if x.Header.Get("Accept") == "" {
				x.page(http.StatusInternalServerError)
				return
			}
			x.pass()
		}),
	},

	// Fields and members

	{
		Name: "field-names-with-case", Level: atHTTP, Breaks: rules("fields"),
		Does:   "Content-Type is known in that spelling only.",
		change: reading(hideOtherSpellings),
	},
	{
		Name: "unknown-fields-are-400", Level: atHTTP, Breaks: rules("fields"),
		Does: "A field that the server does not know gets 400.",
		change: around("", func(x *exchange) {
			if x.Header.Get("X-Nonsense") != "" {
				x.refuse(http.StatusBadRequest, "unknown field X-Nonsense")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "unknown-members-are-refused-and-stored", Level: atHTTP, Breaks: rules("fields"),
		Does: "A body with a member that the server does not know gets 400 and stored anyway.",
		change: around("PUT POST /items/*", func(x *exchange) {
			x.pass()
			if body, _ := decode(x.sent).(object); len(body) > 1 && x.succeeded() {
				x.refuse(http.StatusBadRequest, "unknown member")
			}
		}),
	},
	{
		Name: "key-in-the-body-counts", Level: atHTTP, Breaks: rules("fields"),
		Does:   "PUT with a \"key\" in the body stores the item under that key.",
		change: around("PUT POST /items/* beyond", func(x *exchange) { x.renameByMember("key") }),
	},
	{
		Name: "id-in-the-body-counts", Level: atHTTP, Breaks: rules("fields"),
		Does:   "POST with an \"id\" in the body adds the task under that id.",
		change: around("POST /tasks/* beyond", func(x *exchange) { x.renameByMember("id") }),
	},

	// Content-Length, and answers without content

	{
		Name: "length-in-characters", Level: atHTTP, Breaks: rules("length", "items.read", "always"),
		Does: "Content-Length of an item is a number of characters, so the response breaks off.",
		change: around("GET /items/*", func(x *exchange) {
			x.pass()
			x.body = x.body[:utf8.RuneCount(x.body)]
		}),
	},
	{
		Name: "length-in-characters-and-the-rest", Level: atHTTP, Breaks: rules("length", "items.read", "always"),
		Does:   "Content-Length of an item is a number of characters, and all of the content is sent: len(text) in Python.",
		change: announcing(utf8.RuneCount),
	},
	{
		Name: "length-in-utf-16", Level: atHTTP, Breaks: rules("length", "items.read", "always"),
		Does:   "Content-Length of an item counts units of UTF-16, and all of the content is sent: text.length in JavaScript.",
		change: announcing(func(content []byte) int { return len(utf16.Encode([]rune(string(content)))) }),
	},
	{
		Name: "length-of-the-list-in-characters", Level: atHTTP, Breaks: rules("length", "always"),
		Perhaps: rules(anyRule), // the list breaks off for everyone as soon as one task is in another script
		Reason:  "The list cannot be read to its end, and most rules about tasks look at the list.",
		Does:    "Content-Length of the list is a number of characters.",
		change: around("GET /tasks", func(x *exchange) {
			x.pass()
			x.body = x.body[:utf8.RuneCount(x.body)]
		}),
	},
	{
		Name: "204-with-content", Level: atHTTP, Breaks: rules("empty"),
		Does: "PUT and DELETE answer 204 with a message.",
		change: raw("PUT DELETE", func(x *exchange, m *message) {
			if m.status == http.StatusOK {
				m.status, m.reason = http.StatusNoContent, "No Content"
			}
		}),
	},
	{
		Name: "204-with-length-0", Level: atHTTP, Breaks: rules("empty"),
		Does: "PUT and DELETE answer 204 with Content-Length: 0.",
		change: raw("PUT DELETE", func(x *exchange, m *message) {
			if m.status == http.StatusOK {
				m.status, m.reason, m.body = http.StatusNoContent, "No Content", nil
				m.drop("Content-Length")
				m.add("Content-Length", "0")
			}
		}),
	},
	{
		Name: "bytes-after-the-content", Level: atHTTP, Breaks: rules("length"),
		Does: "After the content of an item, more bytes follow than Content-Length says.",
		change: raw("GET /items/*", func(x *exchange, m *message) {
			if m.status == http.StatusOK && len(m.body) > 0 {
				m.body = append(slices.Clone(m.body), "<!-- made in 2 ms -->"...)
			}
		}),
	},
	{
		Name: "204-in-chunks", Level: atHTTP, Breaks: rules("empty"),
		Does: "OPTIONS responds 204 with Transfer-Encoding: chunked and an empty chunk.",
		change: raw("OPTIONS", func(x *exchange, m *message) {
			if m.status == http.StatusNoContent {
				m.body = []byte("0\r\n\r\n")
				m.add("Transfer-Encoding", "chunked")
			}
		}),
	},

	// Keys

	{
		Name: "keys-in-lower-case", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does:   "Keys are stored in lower case.",
		change: renaming("/items/*", strings.ToLower),
	},
	{
		Name: "ids-in-lower-case", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does: "Ids are stored in lower case.",
		change: around("/tasks /tasks/* beyond", func(x *exchange) {
			if x.Method == http.MethodPost && x.path() == "/tasks" {
				x.rename(rand.Text())
			}
			if x.path() != "/tasks" {
				x.rename(strings.ToLower(x.name()))
			}
			x.pass()
		}),
	},
	{
		Name: "keys-cut-at-40", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does:   "Only the first 40 characters of a key count.",
		change: renaming("/items/*", func(key string) string { return firstRunes(key, 40) }),
	},
	{
		Name: "ids-cut-at-64", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does:   "Only the first 64 characters of an id count: VARCHAR(64).",
		change: renaming("/tasks/*", func(id string) string { return firstRunes(id, 64) }),
	},
	{
		Name: "keys-decoded-twice", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does: "%2541 is taken for the letter A.",
		change: renaming("/items/*", func(key string) string {
			if again, err := url.PathUnescape(key); err == nil {
				return again
			}
			return key
		}),
	},
	{
		Name: "keys-not-decoded", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does:   "%41 and A are two keys: the path is used as it came.",
		change: around("/items/* beyond", func(x *exchange) { x.rename(x.rawName()); x.pass() }),
	},
	{
		Name: "plus-is-a-space", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does: "A plus sign in a key is taken for a space: unquote_plus.",
		change: around("/items/* beyond", func(x *exchange) {
			key, err := url.QueryUnescape(x.rawName())
			if err == nil {
				x.rename(key)
			}
			x.pass()
		}),
	},
	{
		Name: "keys-like-patterns", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does: "_ and % in a key stand for other letters: WHERE key LIKE.",
		change: remembering("PUT POST DELETE /items/* beyond", func() func(*exchange) {
			var known notes[bool]
			return func(x *exchange) {
				if other, found := known.like(x.name()); found {
					x.rename(other)
				}
				known.set(x.name(), x.Method != http.MethodDelete)
				x.pass()
			}
		}),
	},
	{
		Name: "keys-of-word-characters", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does:   "A key with anything but letters, digits, hyphens and underscores gets 404: the router's pattern is [\\w-]+.",
		change: refusingNames("/items/*", regexp.MustCompile(`[^\w-]`).MatchString),
	},
	{
		Name: "keys-end-at-a-dot", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does: "What follows a dot in a key is taken for a format: a.b and a.c are one item.",
		change: renaming("/items/*", func(key string) string {
			name, _, _ := strings.Cut(key, ".")
			return name
		}),
	},
	{
		Name: "query-is-400", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does: "A query parameter that nobody knows gets 400.",
		change: around("/items/*", func(x *exchange) {
			if query := x.URL.Query(); query.Has("page") || query.Has("sort") {
				x.refuse(http.StatusBadRequest, "unknown parameter")
				return
			}
			x.pass()
		}),
	},

	// Advice

	{
		Name: "no-date", Level: atHTTP, Breaks: rules("date"),
		Does: "Responses have no Date.",
		change: around("", func(x *exchange) {
			x.pass()
			x.header["Date"] = nil
		}),
	},
	{
		Name: "server-with-version", Level: atHTTP, Breaks: rules("server.version"),
		Does: "Server tells the versions of Werkzeug and Python.",
		change: around("", func(x *exchange) {
			x.pass()
			x.header.Set("Server", "Werkzeug/2.2.2 Python/3.11.2")
		}),
	},
	{
		Name: "post-without-location", Level: atHTTP, Breaks: rules("post.location"),
		Does: "POST under a key or id responds 201 without Location.",
		change: around("POST /items/* /tasks/*", func(x *exchange) {
			x.pass()
			x.header.Del("Location")
		}),
	},
}

// announcing is a server that counts the content of an item in another way.
func announcing(length func([]byte) int) change {
	return raw("GET /items/*", func(x *exchange, m *message) {
		if x.asked == http.MethodGet && x.succeeded() {
			m.drop("Content-Length")
			m.add("Content-Length", strconv.Itoa(length(m.body)))
		}
	})
}

// relabel changes the Content-Type of JSON.
func (x *exchange) relabel(label string) {
	if json.Valid(x.body) {
		x.label(label)
	}
}

// relabelPlain is relabel for what is not labelled as something special.
func (x *exchange) relabelPlain(label string) {
	if x.header.Get("Content-Type") == "application/json" {
		x.relabel(label)
	}
}

// labelled is a server that wants more of Content-Type than the reference does.
func labelled(good func(string) bool) change {
	return around("PUT POST", func(x *exchange) {
		if len(x.sent) > 0 && !good(x.Header.Get("Content-Type")) {
			x.refuse(http.StatusUnsupportedMediaType, "use application/json")
			return
		}
		x.pass()
	})
}

// accepting is a server that answers 406 to an Accept that is not good.
func accepting(good func(string) bool) change {
	return around("GET", func(x *exchange) {
		if !good(x.Header.Get("Accept")) {
			x.refuse(http.StatusNotAcceptable, "use application/json")
			return
		}
		x.pass()
	})
}

var contentType = regexp.MustCompile(`(?i)\r\nContent-Type:`)

// hideOtherSpellings makes another field of a Content-Type that is not written so.
func hideOtherSpellings(octets []byte) {
	for _, at := range contentType.FindAllIndex(octets, -1) {
		if found := octets[at[0]:at[1]]; !bytes.Equal(found, []byte("\r\nContent-Type:")) {
			found[2] = 'x'
		}
	}
}

// renameByMember lets a member of the body say under which name the resource is stored.
func (x *exchange) renameByMember(member string) {
	body, _ := decode(x.sent).(object)
	if name, ok := body[member].(string); ok && name != "" {
		x.rename(name)
	}
	x.pass()
}

// renaming is a server that makes something else of the names in the path.
func renaming(path string, f func(string) string) change {
	return around(path+" beyond", func(x *exchange) {
		x.rename(f(x.name()))
		x.pass()
	})
}

// refusingNames is a server that has nothing under some names.
func refusingNames(path string, bad func(string) bool) change {
	return around(path, func(x *exchange) {
		if bad(x.name()) {
			x.refuse(http.StatusNotFound, "Not found")
			return
		}
		x.pass()
	})
}

// like finds another name that the pattern stands for, as SQL's LIKE does.
func (n *notes[T]) like(pattern string) (name string, found bool) {
	quoted := strings.NewReplacer("_", ".", "%", ".*").Replace(regexp.QuoteMeta(pattern))
	matches := regexp.MustCompile("^" + quoted + "$")
	n.mu.Lock()
	defer n.mu.Unlock()
	for name := range n.named {
		if name != pattern && matches.MatchString(name) {
			return name, true
		}
	}
	return "", false
}
