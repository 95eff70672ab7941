package fault

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"restlab/server"
)

var choices = []Choice{
	// Statuses

	{
		Name: "204-for-put", About: "PUT", Level: production,
		Does:   "PUT on what exists responds 204 without content.",
		change: without("PUT", http.StatusOK),
	},
	{
		Name: "204-for-delete", About: "DELETE", Level: production,
		Does:   "DELETE responds 204 without content.",
		change: without("DELETE", http.StatusOK),
	},
	{
		Name: "put-gives-the-item", About: "PUT", Level: production,
		Does: "PUT answers with the whole representation, as GET does.",
		change: around("PUT", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.body = x.ask(http.MethodGet, x.path(), nil).body
			}
		}),
	},
	{
		Name: "put-says-nothing", About: "PUT", Level: production,
		Does: "PUT responds 200 or 201 with no content.",
		change: around("PUT", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.nothing(x.status)
			}
		}),
	},
	{
		Name: "post-gives-the-item", About: "POST", Level: production,
		Does: "POST responds 201 with the representation of what was made.",
		change: around("POST /items/* /tasks/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.body = x.ask(http.MethodGet, x.path(), nil).body
			}
		}),
	},
	{
		Name: "post-says-nothing", About: "POST", Level: production,
		Does: "POST responds 201 with no content.",
		change: around("POST", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.nothing(x.status)
			}
		}),
	},
	{
		Name: "409-for-post-on-taken", About: "POST on taken", Level: production,
		Does:   "POST on an existing key or id responds 409 and changes nothing.",
		change: onTaken("POST /items/* /tasks/*", func(x *exchange) { x.refuse(http.StatusConflict, "taken") }),
	},
	{
		Name: "200-for-post-on-taken", About: "POST on taken", Level: production,
		Does: "POST on an existing key or id replaces and responds 200.",
		change: onTaken("POST /items/* /tasks/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.status = http.StatusOK
			}
		}),
	},
	{
		Name: "204-for-post-on-taken", About: "POST on taken", Level: production,
		Does: "POST on an existing key or id replaces and responds 204.",
		change: onTaken("POST /items/* /tasks/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.nothing(http.StatusNoContent)
			}
		}),
	},
	{
		Name: "410-after-delete", About: "deleted", Level: production,
		Does:   "What was deleted responds 410 Gone, until it is made again.",
		change: goneAfterDelete(),
	},
	{
		Name: "400-for-all-bad-bodies", About: "bad bodies", Level: production,
		Does:   "What the reference refuses with 422 is refused with 400.",
		change: refusingBodies(http.StatusUnprocessableEntity, http.StatusBadRequest),
	},
	{
		Name: "422-for-all-bad-bodies", About: "bad bodies", Level: production,
		Does:   "What the reference refuses with 400 is refused with 422.",
		change: refusingBodies(http.StatusBadRequest, http.StatusUnprocessableEntity),
	},
	{
		Name: "405-for-brew", About: "unknown methods", Level: production,
		Does:   "An unknown method gets 405 with Allow.",
		change: around("BREW", func(x *exchange) { x.refuseMethod("DELETE, GET, HEAD, OPTIONS, POST, PUT") }),
	},
	{
		Name: "400-for-brew", About: "unknown methods", Level: production,
		Does: "An unknown method gets 400 in plain text and the connection is closed.",
		change: around("BREW", func(x *exchange) {
			x.status = http.StatusBadRequest
			x.say("text/plain", "Bad Request\n")
			x.header.Set("Connection", "close")
		}),
	},
	{
		Name: "501-for-patch", About: "PATCH", Level: atHTTP,
		Does:   "PATCH, which is implemented nowhere, gets 501 (RFC 9110 §9.1).",
		change: around("PATCH", func(x *exchange) { x.refuse(http.StatusNotImplemented, "PATCH is not implemented") }),
	},
	{
		Name: "406-for-html", About: "Accept", Level: production,
		Does: "A client that takes nothing but HTML gets 406.",
		change: accepting(func(accept string) bool {
			return accept == "" || strings.Contains(accept, "*/*") || strings.Contains(accept, "application/")
		}),
	},
	{
		Name: "unknown-members-are-422", About: "unknown members", Level: production,
		Does:   "A body with members that the server does not know is refused.",
		change: refusingUnknownMembers(),
	},
	{
		Name: "the-path-before-the-body", About: "order of checks", Level: production,
		Does: "PUT on an unused id responds 404 before the body is looked at.",
		change: updatingMissing(func(x *exchange) {
			x.refuse(http.StatusNotFound, "Task not found")
		}),
	},
	{
		Name: "keys-of-80-characters", About: "limits", Level: production,
		Does: "A key or id of more than 80 characters, or with a slash or a control in it, gets 400, unless the server has made it.",
		change: refusingWhere("/items/* /tasks/*", http.StatusBadRequest, "no such key can be", func(x *exchange) bool {
			name := x.name()
			isOdd := len([]rune(name)) > 80 || strings.ContainsAny(name, "/\\\r\n\t\x00")
			return isOdd && !x.taken()
		}),
	},

	{
		Name: "put-sets-the-description", About: "description in PUT", Level: production,
		Does: "PUT on a task sets the description too, if the body has one (RFC 9110 §9.3.4).",
		change: around("PUT /tasks/*", func(x *exchange) {
			x.pass()
			body, _ := decode(x.sent).(object)
			if description, ok := body["description"].(string); ok && x.succeeded() {
				x.setDescription(description)
			}
		}),
	},
	{
		Name: "404-for-malformed-names", About: "malformed names", Level: production,
		Does:   "A name that is not UTF-8 gets 404.",
		change: refusingWhere("/items/* /tasks/*", http.StatusNotFound, "Not found", func(x *exchange) bool { return !utf8.ValidString(x.name()) }),
	},
	{
		Name: "bodies-of-16-kib", About: "limits of bodies", Level: production,
		Does:   "A body of more than 16 KiB gets 413.",
		change: change{limits: func(limits *server.Limits) { limits.Body = 16 << 10 }},
	},

	// JSON

	{
		Name: "extra-members", About: "members", Level: production,
		Does:   "Items, tasks and errors have members more than the contract says.",
		change: adding(object{"links": array{object{"rel": "self"}}, "owner": nil, "version": 1}),
	},
	{
		Name: "visits-are-counted", About: "visits", Level: atHTTP,
		Does: "GET of an item tells how often it was read: a member more, and no resource changes (RFC 9110 §9.2.1).",
		change: remembering("GET /items/*", func() func(*exchange) {
			var visits notes[int]
			return func(x *exchange) {
				x.pass()
				x.members(func(answer object) { answer["visits"] = count(&visits, x.name()) })
			}
		}),
	},
	{
		Name: "pretty-json", About: "white space", Level: production,
		Does: "JSON is written over several lines.",
		change: around("", func(x *exchange) {
			x.pass()
			var pretty bytes.Buffer
			if json.Indent(&pretty, x.body, "", "    ") == nil {
				x.body = pretty.Bytes()
			}
		}),
	},
	{
		Name: "white-space-around-json", About: "white space", Level: production,
		Does: "JSON has line breaks and tabs before and after it.",
		change: around("", func(x *exchange) {
			if x.pass(); len(x.body) > 0 {
				x.body = slices.Concat([]byte("\r\n\t "), x.body, []byte(" \r\n\r\n"))
			}
		}),
	},
	{
		Name: "json-in-ascii", About: "escapes", Level: production,
		Does: "All letters outside ASCII are written as \\u escapes.",
		change: around("", func(x *exchange) {
			x.pass()
			x.body = escaped(x.body)
		}),
	},
	{
		Name: "integers-as-fractions", About: "numbers", Level: production,
		Does: "1 comes back as 1.0: the same number.",
		change: numbers(func(n json.Number) any {
			if strings.ContainsAny(n.String(), ".eE") {
				return n
			}
			return json.Number(n.String() + ".0")
		}),
	},
	{
		Name: "numbers-with-exponents", About: "numbers", Level: production,
		Does: "Numbers come back with an exponent: the same numbers, as doubles.",
		change: numbers(func(n json.Number) any {
			f, _ := n.Float64()
			return json.Number(strconv.FormatFloat(f, 'e', -1, 64))
		}),
	},
	{
		Name: "hal-json", About: "media type", Level: production,
		Does:   "JSON is labelled application/hal+json.",
		change: around("", func(x *exchange) { x.pass(); x.relabelPlain("application/hal+json") }),
	},
	{
		Name: "json-with-charset", About: "media type", Level: production,
		Does:   "JSON is labelled application/json;charset=utf-8.",
		change: around("", func(x *exchange) { x.pass(); x.relabelPlain("application/json;charset=utf-8") }),
	},

	// Errors

	{
		Name: "errors-in-another-language", About: "errors", Level: production,
		Does: "Errors are explained in Greek.",
		change: refusing(func(answer object, _ *exchange) {
			answer["error"] = "Δεν βρέθηκε — παρακαλώ ελέγξτε τη διεύθυνση"
		}),
	},
	{
		Name: "errors-with-more-members", About: "errors", Level: production,
		Does: "Errors tell the status, the path, a code and a link besides.",
		change: refusing(func(answer object, x *exchange) {
			answer["status"], answer["code"], answer["path"] = x.status, "E17", x.URL.Path
			answer["help"] = "https://example.org/errors.html#E17"
			answer["details"] = array{object{"field": "value", "reason": "wrong"}}
		}),
	},
	{
		Name: "errors-with-timestamp", About: "errors", Level: production,
		Does: "Errors tell when they happened: Spring Boot's do.",
		change: refusing(func(answer object, x *exchange) {
			answer["timestamp"], answer["status"], answer["path"] = time.Now().UTC().Format(time.RFC3339Nano), x.status, x.URL.Path
		}),
	},
	{
		Name: "errors-as-problems", About: "errors", Level: production,
		Does: "Errors are application/problem+json, with an \"error\" member as well.",
		change: around("", func(x *exchange) {
			if x.pass(); x.refused() {
				x.members(func(answer object) {
					text := cmp.Or(answer["error"], answer["detail"])
					answer["type"], answer["title"], answer["status"] = "about:blank", http.StatusText(x.status), x.status
					answer["error"], answer["detail"] = text, text
				})
				x.relabel(problemJSON)
			}
		}),
	},

	// Creating tasks

	{
		Name: "absolute-location", About: "Location", Level: production,
		Does: "Location is absolute.",
		change: around("POST", func(x *exchange) {
			x.pass()
			if where := x.header.Get("Location"); where != "" {
				x.header.Set("Location", "http://"+x.Host+where)
			}
		}),
	},
	{
		Name: "location-with-localhost", About: "Location", Level: production,
		Does: "Location is absolute and says localhost, at the port that the client asked.",
		change: around("POST", func(x *exchange) {
			x.pass()
			if where := x.header.Get("Location"); where != "" {
				_, port, _ := net.SplitHostPort(x.Host)
				x.header.Set("Location", "http://"+net.JoinHostPort("localhost", port)+where)
			}
		}),
	},
	{
		Name: "relative-location", About: "Location", Level: production,
		Does:   "Location of a new task is tasks/ID, relative to /tasks.",
		change: locating(func(id string) string { return "tasks/" + id }),
	},
	{
		Name: "location-elsewhere", About: "Location", Level: production,
		Does:   "Location of a new task leads to /todo/ID, where the task can be read as well.",
		change: serveElsewhere(),
	},
	{
		Name: "location-with-query", About: "Location", Level: production,
		Does: "Location of a new task is /task?id=ID.",
		change: around("", func(x *exchange) {
			if x.Method == http.MethodGet && x.URL.Path == "/task" {
				x.URL.Path = "/tasks"
				x.rename(x.URL.Query().Get("id"))
			}
			x.pass()
			if id, ok := strings.CutPrefix(x.header.Get("Location"), "/tasks/"); ok && x.path() == "/tasks" {
				name, _ := url.PathUnescape(id)
				x.header.Set("Location", "/task?id="+url.QueryEscape(name))
			}
		}),
	},
	{
		Name: "location-on-create-alone", About: "Location", Level: production,
		Does: "POST under a key or id has no Location.",
		change: around("POST /items/* /tasks/*", func(x *exchange) {
			x.pass()
			x.header.Del("Location")
		}),
	},
	{
		Name: "counted-ids", About: "ids", Level: production,
		Does:   "POST /tasks gives ids 1, 2, 3 as texts.",
		change: countingIDs(),
	},
	{
		Name: "ids-as-numbers", About: "ids", Level: production,
		Does:   "POST /tasks gives ids 1, 2, 3, which are numbers in JSON.",
		change: numericIDs(),
	},
	{
		Name: "ids-with-spaces-and-slashes", About: "ids", Level: production,
		Does:   "POST /tasks gives ids like \"für dich / 1?\", percent-encoded in Location.",
		change: namingIDs(func(n int) string { return fmt.Sprintf("für dich / %d?", n) }),
	},
	{
		Name: "ids-in-base64", About: "ids", Level: production,
		Does: "POST /tasks gives ids in base64, with + and / and = in them.",
		change: namingIDs(func(n int) string {
			return base64.StdEncoding.EncodeToString(fmt.Append([]byte{0xfb, 0xff, 0xfe}, "id ", n)) + "=="
		}),
	},
	{
		Name: "list-in-random-order", About: "order", Level: production,
		Does: "The list has another order each time.",
		change: listing(func(tasks array) any {
			rand.Shuffle(len(tasks), func(i, j int) { tasks[i], tasks[j] = tasks[j], tasks[i] })
			return tasks
		}),
	},

	// Fields

	{
		Name: "strong-etags", About: "ETag", Level: atHTTP,
		Does: "GET has a strong ETag, and PUT has the one that GET then gives.",
		change: around("GET PUT", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.header.Set("ETag", tag(x.ask(http.MethodGet, x.path(), nil).body))
			}
		}),
	},
	{
		Name: "weak-etags", About: "ETag", Level: atHTTP,
		Does: "GET has a weak ETag.",
		change: around("GET", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.header.Set("ETag", "W/"+tag(x.body))
			}
		}),
	},
	{
		Name: "cache-fields", About: "caching", Level: production,
		Does: "Responses say how they may be cached.",
		change: around("", func(x *exchange) {
			x.pass()
			x.header.Set("Cache-Control", "no-cache")
			x.header.Set("Vary", "Accept, Accept-Encoding")
			x.header.Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		}),
	},
	{
		Name: "fields-of-a-careful-framework", About: "security", Level: production,
		Does: "Responses have a dozen fields more, for browsers and proxies.",
		change: around("", func(x *exchange) {
			x.pass()
			for _, name := range strings.Fields("Access-Control-Allow-Origin X-Content-Type-Options X-Frame-Options X-Request-Id X-Runtime Referrer-Policy Via") {
				x.header.Set(name, "1.1 x")
			}
			x.header.Set("Server", "nginx")
		}),
	},
	{
		Name: "no-date-field", About: "Date", Level: production,
		Does:   "Responses have no Date.",
		change: around("", func(x *exchange) { x.pass(); x.header["Date"] = nil }),
	},
	{
		Name: "allow-with-trace", About: "Allow", Level: production,
		Does: "Allow has TRACE.",
		change: around("", func(x *exchange) {
			x.pass()
			if allow := x.header.Get("Allow"); allow != "" {
				x.header.Set("Allow", allow+", TRACE")
			}
		}),
	},
	{
		Name: "allow-without-patch", About: "PATCH", Level: atHTTP,
		Does:   "Nothing has PATCH, and Allow says so.",
		change: withoutPatch(),
	},
	{
		Name: "allow-in-pieces", About: "Allow", Level: production,
		Does: "Allow is sent as several fields, in another order, with spaces and empty elements.",
		change: around("", func(x *exchange) {
			x.pass()
			if methods := strings.Split(x.header.Get("Allow"), ", "); len(methods) > 1 {
				slices.Reverse(methods)
				x.header["Allow"] = append(methods[1:], " , "+methods[0]+" ,")
			}
		}),
	},
	{
		Name: "options-with-content", About: "OPTIONS", Level: production,
		Does: "OPTIONS responds 200 and describes the resource in JSON.",
		change: around("OPTIONS", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.reply(http.StatusOK, object{"methods": strings.Split(x.header.Get("Allow"), ", ")})
			}
		}),
	},
	{
		Name: "options-by-a-router", About: "OPTIONS", Level: production,
		Does: "OPTIONS responds 200, and Allow lists the methods without OPTIONS: Koa's and Spring's routers.",
		change: around("OPTIONS", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.nothing(http.StatusOK)
				x.header.Set("Allow", strings.Replace(x.header.Get("Allow"), "OPTIONS, ", "", 1))
			}
		}),
	},
	{
		Name: "options-by-cors", About: "OPTIONS", Level: production,
		Does: "OPTIONS is answered by middleware for CORS: 204 with Content-Length: 0 and Access-Control-Allow-Methods, without Allow.",
		change: raw("OPTIONS", func(_ *exchange, m *message) {
			m.status, m.reason, m.body = http.StatusNoContent, http.StatusText(http.StatusNoContent), nil
			for _, name := range []string{"Allow", "Accept-Patch", "Content-Type", "Content-Length"} {
				m.drop(name)
			}
			m.add("Access-Control-Allow-Origin", "*")
			m.add("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE")
			m.add("Content-Length", "0")
		}),
	},
	{
		Name: "options-with-length-0", About: "OPTIONS", Level: production,
		Does: "OPTIONS responds 200 with Content-Length: 0.",
		change: around("OPTIONS", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.nothing(http.StatusOK)
			}
		}),
	},
	{
		Name: "bare-head", About: "HEAD", Level: production,
		Does: "HEAD has neither Content-Type nor Content-Length.",
		change: raw("HEAD", func(_ *exchange, m *message) {
			m.drop("Content-Type")
			m.drop("Content-Length")
		}),
	},

	// The connection

	{
		Name: "chunked", About: "wire", Level: production,
		Does:   "Content is sent in chunks, without Content-Length.",
		change: chunked(),
	},
	{
		Name: "chunks-with-extensions", About: "wire", Level: atHTTP, // a proxy may refuse the blanks
		Does: "Chunks have extensions with blanks before and after the semicolon, and a trailer follows them.",
		change: raw("", func(_ *exchange, m *message) {
			if len(m.body) > 0 {
				m.drop("Content-Length")
				m.add("Transfer-Encoding", "chunked")
				m.body = fmt.Appendf(nil, "%x ; n=v\r\n%s\r\n0 ;last\r\nX-Sum: 7\r\n\r\n", len(m.body), m.body)
			}
		}),
	},
	{
		Name: "lines-end-with-lf", About: "wire", Level: production,
		Does: "Status line and header lines end with LF alone (RFC 9112 §2.2).",
		change: rawIn(func(octets []byte) [][]byte {
			head, body, _ := bytes.Cut(octets, []byte("\r\n\r\n"))
			return [][]byte{append(bytes.ReplaceAll(head, []byte("\r\n"), []byte("\n")), "\n\n"...), body}
		}, "", func(*exchange, *message) {}),
	},
	{
		Name: "lower-case-names", About: "wire", Level: production,
		Does: "Field names are in lower case.",
		change: raw("", func(_ *exchange, m *message) {
			for i, field := range m.fields {
				name, value, _ := strings.Cut(field, ":")
				m.fields[i] = strings.ToLower(name) + ":" + value
			}
		}),
	},
	{
		Name: "http-1.0", About: "wire", Level: production,
		Does: "Responses are HTTP/1.0 and end when the connection is closed: Python's http.server.",
		change: raw("", func(_ *exchange, m *message) {
			m.proto = "HTTP/1.0"
			m.drop("Content-Length")
			m.drop("Connection")
		}),
	},
	{
		Name: "no-reason-phrases", About: "wire", Level: production,
		Does:   "Status lines end after the code.",
		change: raw("", func(_ *exchange, m *message) { m.reason = "" }),
	},
	{
		Name: "octet-by-octet", About: "wire", Level: production,
		Does: "Responses arrive in small pieces.",
		change: rawIn(func(octets []byte) [][]byte {
			return slices.Collect(slices.Chunk(octets, max(1, len(octets)/40)))
		}, "", func(*exchange, *message) {}),
	},
	{
		Name: "early-hints", About: "wire", Level: production,
		Does:   "An interim answer, 103 Early Hints, comes before each one.",
		change: change{wire: hinting},
	},
	{
		Name: "close-after-each", About: "closing", Level: production,
		Does:   "The connection is closed after each response.",
		change: around("", func(x *exchange) { x.pass(); x.header.Set("Connection", "close") }),
	},
	{
		Name: "slow", About: "speed", Level: production,
		Does: "Each answer takes 10 ms.",
		change: around("", func(x *exchange) {
			time.Sleep(10 * time.Millisecond)
			x.pass()
		}),
	},

	// What the course's programs do, which level http asks to be changed

	{
		Name: "200-for-put-that-creates", About: "PUT", Level: basics,
		Does:   "PUT on an unused key responds 200, as the course's program does.",
		change: creatingWith(http.StatusOK),
	},
	{
		Name: "methods-of-the-course", About: "methods", Level: basics,
		Does: "Only the methods of the course are there; everything else is a page with 405.",
		change: around("", func(x *exchange) {
			one := strings.HasPrefix(x.path(), "/tasks/")
			if x.asked == http.MethodHead || x.Method == http.MethodOptions || one && x.Method == http.MethodGet {
				x.page(http.StatusMethodNotAllowed)
				x.header.Set("Allow", "GET")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "members-unchecked", About: "bad bodies", Level: basics,
		Does:   "Bodies are believed: what is wrong with them is level http's business.",
		change: around("PUT POST", func(x *exchange) { x.believe() }),
	},
}

// setDescription changes the description of the task that the request names, and nothing else of it.
func (x *exchange) setDescription(description string) {
	patch := newExchange(http.MethodPatch, x.Request, x.next)
	patch.Header = http.Header{"Content-Type": {mergePatch}}
	patch.resend(object{"description": description})
	patch.pass()
}

// Excludes reports whether a server cannot make both choices.
func (c Choice) Excludes(other Choice) bool {
	return c.About == other.About || c.wire != nil && other.wire != nil
}

// without is a server that answers 204 where the reference answers that status to the method.
func without(method string, status int) change {
	return around(method, func(x *exchange) {
		if x.pass(); x.status == status {
			x.nothing(http.StatusNoContent)
		}
	})
}

// instead is a server that refuses with another status.
func instead(status, other int) change {
	return around("", func(x *exchange) {
		if x.pass(); x.status == status {
			x.restatus(other)
		}
	})
}

// refusingBodies is a server that has another status for bodies that it cannot use. A key that was used is no such body.
func refusingBodies(status, other int) change {
	return around("", func(x *exchange) {
		if x.pass(); x.status == status && (x.Header.Get(idempotencyKey) == "" || !bytesAreTask(x.sent)) {
			x.restatus(other)
		}
	})
}

// goneAfterDelete is a server that remembers what was deleted.
func goneAfterDelete() change {
	return remembering("GET PUT POST DELETE /items/* /tasks/*", func() func(*exchange) {
		var deleted notes[bool]
		return func(x *exchange) {
			x.pass()
			switch {
			case x.Method == http.MethodDelete && x.succeeded():
				deleted.set(x.path(), true)
			case x.status == http.StatusNotFound && deleted.get(x.path()):
				x.status = http.StatusGone
			}
		}
	})
}

// refusingUnknownMembers is a server that knows the members that it uses and no others.
func refusingUnknownMembers() change {
	return around("PUT POST", func(x *exchange) {
		body, _ := decode(x.sent).(object)
		for name := range body {
			if !slices.Contains(membersOf(x), name) {
				x.refuse(http.StatusUnprocessableEntity, "unknown member")
				return
			}
		}
		x.pass()
	})
}

func membersOf(x *exchange) []string {
	switch {
	case strings.HasPrefix(x.path(), "/items/"):
		return []string{"value"}
	case x.Method == http.MethodPut:
		return []string{"complete"}
	}
	return []string{"description"}
}

// adding is a server that adds members to every object it answers, and to every task of the list.
func adding(more object) change {
	return around("", func(x *exchange) {
		x.pass()
		x.rewrite(func(answer any) any {
			if list, ok := answer.(array); ok {
				return each(list, func(task object) any { return with(task, more) })
			}
			if one, ok := answer.(object); ok {
				return with(one, more)
			}
			return answer
		})
	})
}

func with(answer, more object) object {
	for name, v := range more {
		answer[name] = v
	}
	return answer
}

// escaped is JSON in ASCII alone.
func escaped(text []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(text) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04X`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}

// numbers is a server that writes the numbers in its answers in its own way.
func numbers(f func(json.Number) any) change {
	return around("GET", func(x *exchange) {
		x.pass()
		x.rewrite(func(answer any) any { return eachNumber(answer, f) })
	})
}

// refusing is a server whose errors have other members.
func refusing(f func(answer object, x *exchange)) change {
	return around("", func(x *exchange) {
		if x.pass(); x.refused() {
			x.members(func(answer object) { f(answer, x) })
		}
	})
}

// serveElsewhere is a server that has each task at two places.
func serveElsewhere() change {
	return around("", func(x *exchange) {
		if id, ok := strings.CutPrefix(x.path(), "/todo/"); ok && x.Method == http.MethodGet {
			name, _ := url.PathUnescape(id)
			x.URL.Path = "/tasks"
			x.rename(name)
		}
		x.pass()
		if id, ok := strings.CutPrefix(x.header.Get("Location"), "/tasks/"); ok && x.path() == "/tasks" {
			x.header.Set("Location", "/todo/"+id)
		}
	})
}

// countingIDs is a server that counts the tasks it makes, and passes over ids that are taken.
func countingIDs() change { return namingIDs(strconv.Itoa) }

// namingIDs is countingIDs with a name for each number.
func namingIDs(name func(int) string) change {
	return counting(name, func(ctx context.Context, s server.Store, next func() server.Task, once server.Once) (server.Task, error) {
		for {
			task := next()
			if _, err := s.Task(ctx, task.ID); errors.Is(err, server.ErrNoTask) {
				return s.CreateTask(ctx, task, once)
			}
		}
	})
}

// counting is a server that numbers new tasks: next gives the task with the name of the next number.
func counting(name func(int) string, create func(ctx context.Context, s server.Store, next func() server.Task, once server.Once) (server.Task, error)) change {
	return change{meets: allOf("tasks"), store: func(real server.Store) server.Store {
		var made notes[int]
		return store{Store: real, createTask: func(ctx context.Context, s server.Store, task server.Task, once server.Once) (server.Task, error) {
			next := func() server.Task {
				return server.NewTask(name(count(&made, "tasks")), task.Description, false)
			}
			return create(ctx, s, next, once)
		}}
	}}
}

// numericIDs is countingIDs with ids that are numbers in JSON.
func numericIDs() change {
	numeric := func(v any) any {
		task, _ := v.(object)
		id, _ := task["id"].(string)
		if n, err := strconv.Atoi(id); err == nil && strconv.Itoa(n) == id { // 007 is no number of this server's
			task["id"] = n
		}
		return v
	}
	showing := around("/tasks /tasks/*", func(x *exchange) {
		x.pass()
		x.rewrite(func(answer any) any {
			if tasks, ok := answer.(array); ok {
				return each(tasks, func(task object) any { return numeric(task) })
			}
			return numeric(answer)
		})
	})
	drawn := countingIDs()
	return change{meets: drawn.meets, store: drawn.store, handler: showing.handler}
}

// chunked is a server that does not know how long its answers get.
func chunked() change {
	return change{wire: pattern{}.layer(func() func(http.ResponseWriter, *exchange) {
		return func(w http.ResponseWriter, x *exchange) {
			x.pass()
			for name, values := range x.header {
				w.Header()[name] = values
			}
			w.WriteHeader(x.status)
			_ = http.NewResponseController(w).Flush() // commits to chunks
			for piece := range slices.Chunk(x.body, 7) {
				_, _ = w.Write(piece) // an error means that the client has gone
				_ = http.NewResponseController(w).Flush()
			}
		}
	})}
}

func hinting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		next.ServeHTTP(w, r)
	})
}

// believe makes a body that the reference takes of one that the course's programs would take.
func (x *exchange) believe() {
	body, isObject := decode(x.sent).(object)
	if complete, there := body["complete"]; isObject && there {
		body["complete"] = !falsy(complete)
		x.resend(body)
	}
	x.pass()
}
