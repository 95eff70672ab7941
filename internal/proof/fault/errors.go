package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

var errorFaults = []Fault{
	// Bodies that cannot be read

	{
		Name: "malformed-is-500", Level: atHTTP, Breaks: rules("json.malformed", "always"),
		Does:   "A body that is not JSON gets 500: nobody caught the decoder's exception.",
		change: malformed(func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "malformed-is-a-page", Level: atHTTP, Breaks: rules("json.malformed"),
		Does:   "A body that is not JSON gets 400 with a page of HTML.",
		change: malformed(func(x *exchange) { x.page(http.StatusBadRequest) }),
	},
	{
		Name: "malformed-is-a-text", Level: atHTTP, Breaks: rules("json.malformed", "json.strict"),
		Does:   "A body that is not JSON is stored as a text.",
		change: malformed(func(x *exchange) { x.resendAs(string(x.sent)) }),
	},
	{
		Name: "malformed-is-an-empty-object", Level: atHTTP, Breaks: rules("json.malformed"),
		Does:   "PUT of {} where the body is not JSON: get_json(silent=True) or {}.",
		change: malformed(func(x *exchange) { x.sent = []byte("{}"); x.pass() }),
	},
	{
		Name: "truncated-is-mended", Level: atHTTP, Breaks: rules("json.malformed"),
		Does:   "A body that breaks off is closed and stored.",
		change: malformed(func(x *exchange) { x.tryMended(`"}`, `}`) }),
	},
	{
		Name: "single-quotes-are-json", Level: atHTTP, Breaks: rules("json.strict"),
		Does: "Python's way to write a dictionary is accepted: literal_eval.",
		change: malformed(func(x *exchange) {
			x.sent = bytes.ReplaceAll(x.sent, []byte("'"), []byte(`"`))
			x.pass()
		}),
	},
	{
		Name: "malformed-clears", Level: atHTTP, Breaks: rules("json.malformed", "json.strict"),
		Does: "A body that is not JSON gets 400, but the item was emptied before it was read.",
		change: malformed(func(x *exchange) {
			if x.taken() {
				x.ask(http.MethodDelete, x.path(), nil)
			}
		}),
	},
	{
		Name: "malformed-makes-an-item", Level: atHTTP, Breaks: rules("json.malformed"),
		Does: "POST of a body that is not JSON gets 400 and makes an item.",
		change: malformed(func(x *exchange) {
			if strings.HasPrefix(x.path(), "/items/") && !x.taken() {
				x.ask(http.MethodPut, x.path(), object{"value": nil})
			}
		}),
	},
	{
		Name: "empty-body-is-null", Level: atHTTP, Breaks: rules("json.malformed"),
		Does: "PUT without a body stores null.",
		change: around("PUT POST /items/*", func(x *exchange) {
			if len(x.sent) == 0 {
				x.resend(object{"value": nil})
			}
			x.pass()
		}),
	},

	// Bodies that lack something

	{
		Name: "no-value-is-null", Level: atHTTP, Breaks: rules("json.incomplete", "json.strict"),
		Does: "A body without \"value\" stores null: data.get('value').",
		change: incomplete("/items/*", "value", func(x *exchange, _ object) {
			x.resend(object{"value": nil})
			x.pass()
		}),
	},
	{
		Name: "no-value-is-500", Level: atHTTP, Breaks: rules("json.incomplete", "always"),
		Does:   "A body without \"value\" gets 500: data['value'], as in the course's program.",
		change: incomplete("/items/*", "value", func(x *exchange, _ object) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "names-have-no-case", Level: atHTTP, Breaks: rules("json.strict"),
		Does: "\"VALUE\" is taken for \"value\": Go's encoding/json.",
		change: incomplete("/items/*", "value", func(x *exchange, body object) {
			for name, v := range body {
				if strings.EqualFold(name, "value") {
					x.resend(object{"value": v})
				}
			}
			x.pass()
		}),
	},
	{
		Name: "bare-values-are-stored", Level: atHTTP, Breaks: rules("json.incomplete"),
		Does: "A body that is a text, a number or null is stored as the value.",
		change: around("PUT POST /items/*", func(x *exchange) {
			if body, ok := parse(x.sent); ok && kind(body) != "object" && kind(body) != "array" {
				x.resend(object{"value": body})
			}
			x.pass()
		}),
	},
	{
		Name: "arrays-are-opened", Level: atHTTP, Breaks: rules("json.incomplete"),
		Does: "Of a body that is an array the first element is taken.",
		change: around("PUT POST", func(x *exchange) {
			if body, _ := decode(x.sent).(array); len(body) > 0 {
				x.resend(body[0])
			}
			x.pass()
		}),
	},
	{
		Name: "non-objects-are-500", Level: atHTTP, Breaks: rules("json.incomplete", "always"),
		Does: "A body that is an array, a text or null gets 500: it has no member to ask for.",
		change: around("PUT POST", func(x *exchange) {
			if body, ok := parse(x.sent); ok && kind(body) != "object" {
				x.page(http.StatusInternalServerError)
				return
			}
			x.pass()
		}),
	},
	{
		Name: "create-takes-any-object", Level: atHTTP, Breaks: rules("json.incomplete"),
		Does: "POST /tasks stores whatever members it is given.",
		change: remembering("GET POST /tasks", func() func(*exchange) {
			var extra notes[array]
			return func(x *exchange) {
				body, _ := decode(x.sent).(object)
				if _, there := body["description"]; x.Method == http.MethodPost && body != nil && !there {
					extra.edit("list", func(tasks array) array { return append(tasks, body) })
					x.reply(http.StatusCreated, body)
					return
				}
				x.pass()
				if x.Method == http.MethodGet {
					x.relist(func(tasks array) any { return append(tasks, extra.get("list")...) })
				}
			}
		}),
	},

	// Members of the wrong type

	{
		Name: "description-made-a-text", Level: atHTTP, Breaks: rules("json.wrongtype"),
		Does: "A description that is a number is stored as a text: str(5).",
		change: around("POST /tasks /tasks/*", func(x *exchange) {
			if body, _ := decode(x.sent).(object); body["description"] != nil {
				body["description"] = asText(body["description"])
				x.resend(body)
			}
			x.pass()
		}),
	},
	{
		Name: "complete-by-truth", Level: atHTTP, Breaks: rules("json.wrongtype"),
		Does:   "\"complete\" is what the language takes for true: the text \"false\" completes the task.",
		change: completing(func(v any) any { return !falsy(v) }),
	},
	{
		Name: "complete-by-number", Level: atHTTP, Breaks: rules("json.wrongtype"),
		Does: "\"complete\" may be 0 or 1.",
		change: completing(func(v any) any {
			if kind(v) == "number" {
				return number(v) != 0
			}
			return v
		}),
	},
	{
		Name: "wrong-type-is-500", Level: atHTTP, Breaks: rules("json.wrongtype", "always"),
		Does: "A member of the wrong type gets 500: the database's error.",
		change: around("POST PUT /tasks/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusUnprocessableEntity && bytes.Contains(x.body, []byte("is not a")) && kind(decode(x.sent)) == "object" {
				x.page(http.StatusInternalServerError)
			}
		}),
	},
	{
		Name: "wrong-type-is-refused-and-done", Level: atHTTP, Breaks: rules("json.wrongtype"),
		Does: "\"complete\" of the wrong type gets 422, but the task was changed before it was checked.",
		change: around("PUT /tasks/*", func(x *exchange) {
			body, _ := decode(x.sent).(object)
			if x.pass(); x.status == http.StatusUnprocessableEntity && body["complete"] != nil {
				x.ask(http.MethodPut, x.path(), object{"complete": !falsy(body["complete"])})
			}
		}),
	},

	// JSON that only some can read

	{
		Name: "nan-is-stored-as-null", Level: atHTTP, Breaks: rules("json.strict"),
		Does: "NaN is accepted and stored as null.",
		change: malformed(func(x *exchange) {
			if bytes.Contains(x.sent, []byte("NaN")) {
				x.sent = bytes.ReplaceAll(x.sent, []byte("NaN"), []byte("null"))
				x.pass()
			}
		}),
	},
	{
		Name: "nan-is-given-back", Level: atHTTP, Breaks: rules("json.strict", "always"),
		Does: "NaN is accepted and comes back as NaN: Python's json module.",
		change: remembering("GET PUT /items/*", func() func(*exchange) {
			var isNaN notes[bool]
			return func(x *exchange) {
				if x.Method == http.MethodPut && isNaN.set(x.name(), isWithNaN(x.sent)) || isNaN.get(x.name()) {
					x.reply(http.StatusOK, nil)
					x.body = []byte(`{"value": NaN}`)
					return
				}
				x.pass()
			}
		}),
	},
	{
		Name: "byte-order-mark-is-skipped", Level: atHTTP, Breaks: rules("json.strict"),
		Does: "A byte order mark before the body is skipped.",
		change: around("PUT POST", func(x *exchange) {
			x.sent = bytes.TrimPrefix(x.sent, []byte("\ufeff"))
			x.pass()
		}),
	},
	{
		Name: "data-after-the-value-is-ignored", Level: atHTTP, Breaks: rules("json.strict"),
		Does: "What follows the JSON in a body is not looked at: Go's Decoder.",
		change: around("PUT POST", func(x *exchange) {
			if body, ok := parse(x.sent); ok {
				x.resend(body)
			}
			x.pass()
		}),
	},
	{
		Name: "last-of-two-names-counts", Level: atHTTP, Breaks: rules("json.strict"),
		Does: "Of a name that occurs twice the last value is stored.",
		change: around("PUT POST", func(x *exchange) {
			if json.Valid(x.sent) {
				x.resend(decode(x.sent))
			}
			x.pass()
		}),
	},

	// Other media types

	{
		Name: "text-is-taken-for-json", Level: atHTTP, Breaks: rules("media.unsupported"),
		Does: "A body labelled text/plain is read as JSON: get_json(force=True).",
		change: around("PUT POST", func(x *exchange) {
			x.Header.Set("Content-Type", "application/json")
			x.pass()
		}),
	},
	{
		Name: "unsupported-is-400", Level: atHTTP, Breaks: rules("media.unsupported"),
		Does:   "A body labelled text/plain gets 400.",
		change: unsupported(func(x *exchange) { x.status = http.StatusBadRequest }),
	},
	{
		Name: "unsupported-is-refused-and-stored", Level: atHTTP, Breaks: rules("media.unsupported"),
		Does: "A body labelled text/plain gets 415 and stored anyway.",
		change: unsupported(func(x *exchange) {
			if body, ok := parse(x.sent); ok {
				x.ask(x.Method, x.path(), body)
			}
		}),
	},
	{
		Name: "unsupported-without-a-word", Level: atHTTP, Breaks: rules("errors.explained"),
		Does:   "A 415 has no content.",
		change: unsupported(func(x *exchange) { x.nothing(x.status) }),
	},

	// Paths that do not exist

	{
		Name: "unknown-path-is-a-page", Level: atHTTP, Breaks: rules("path.unknown"),
		Does:   "An unknown path gets 404 with the framework's page.",
		change: onUnknownPath(func(x *exchange) { x.page(http.StatusNotFound) }),
	},
	{
		Name: "unknown-path-is-the-start-page", Level: atHTTP, Breaks: rules("path.unknown"),
		Does:   "An unknown path gets 200 with the start page of a web application.",
		change: onUnknownPath(func(x *exchange) { x.page(http.StatusOK) }),
	},
	{
		Name: "path-may-go-on", Level: atHTTP, Breaks: rules("path.unknown"),
		Does: "GET /items/a/more gives the item a: the path is split and the rest is not looked at.",
		change: around("GET", func(x *exchange) {
			if parts := strings.SplitN(x.path(), "/", 4); len(parts) == 4 {
				x.URL.Path, x.URL.RawPath = strings.Join(parts[:3], "/"), ""
			}
			x.pass()
		}),
	},

	// Paths that cannot be decoded

	{
		Name: "malformed-path-is-500", Level: atHTTP, Breaks: rules("path.malformed", "always"),
		Does:   "A path that cannot be decoded gets 500.",
		change: onMalformedPath(func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "malformed-path-drops-the-connection", Level: atHTTP, Breaks: rules("path.malformed"),
		Does:   "A path that cannot be decoded gets no response: the handler has died of it.",
		change: onMalformedPath(func(*exchange) { panic(http.ErrAbortHandler) }),
	},
	{
		Name: "malformed-path-is-there", Level: atHTTP, Breaks: rules("path.malformed"),
		Does:   "A path that cannot be decoded gets 200, with null.",
		change: onMalformedPath(func(x *exchange) { x.reply(http.StatusOK, object{"value": nil}) }),
	},
	{
		Name: "malformed-path-with-traceback", Level: atHTTP, Breaks: rules("errors.leak.nothing"),
		Does: "A path that cannot be decoded gets 400 with the stack of Node in development.",
		change: onMalformedPath(func(x *exchange) {
			x.page(http.StatusBadRequest)
			x.body = append(x.body, "<pre>URIError: Failed to decode param\n    at decodeURIComponent (&lt;anonymous&gt;)\n    at Layer.match (/srv/app/node_modules/router/lib/layer.js:90:3)</pre>"...)
		}),
	},
	{
		Name: "name-in-latin-1-is-500", Level: atHTTP, Breaks: rules("path.malformed", "always"),
		Does: "A name whose bytes are not UTF-8 gets 500.",
		change: around("/items/* /tasks/*", func(x *exchange) {
			if !utf8.ValidString(x.name()) {
				x.page(http.StatusInternalServerError)
				return
			}
			x.pass()
		}),
	},

	// What errors tell, and how they look

	{
		Name: "errors-with-traceback", Level: atHTTP, Breaks: rules("errors.leak.nothing"),
		Does:   "Errors have Python's traceback in them.",
		change: leaking("Traceback (most recent call last):\n  File \"/home/alice/server.py\", line 12, in get_item\nKeyError: 'a'"),
	},
	{
		Name: "errors-with-stack-of-java", Level: atHTTP, Breaks: rules("errors.leak.nothing"),
		Does:   "Errors have a stack trace of Java in them.",
		change: leaking("java.lang.NullPointerException\n\tat lab.Items.get(Items.java:42)\n\tat lab.Main.serve(Main.java:17)"),
	},
	{
		Name: "errors-with-stack-of-dotnet", Level: atHTTP, Breaks: rules("errors.leak.nothing"),
		Does: "Errors have a stack trace of .NET in them, without files, as a release build makes it.",
		change: leaking("System.Collections.Generic.KeyNotFoundException: The given key was not present.\r\n" +
			"   at Lab.Items.Get(String key)\r\n   at Microsoft.AspNetCore.Routing.EndpointMiddleware.Invoke(HttpContext context)"),
	},
	{
		Name: "errors-with-frame-of-python", Level: atHTTP, Breaks: rules("errors.leak.nothing"),
		Does:   "Errors have the last frame of Python's stack in them.",
		change: leaking("File \"<string>\", line 12, in get_item"),
	},
	{
		Name: "errors-with-place-of-php", Level: atHTTP, Breaks: rules("errors.leak.nothing"),
		Does:   "Errors name the PHP file and line.",
		change: leaking("Undefined array key in /var/www/html/items.php on line 17"),
	},
	{
		Name: "errors-with-source-line", Level: atHTTP, Breaks: rules("errors.leak.nothing"),
		Does:   "Errors quote the line of the program that failed.",
		change: leaking("app.py:12: value = items[key]"),
	},
	{
		Name: "errors-without-json", Level: atHTTP,
		Breaks: rules("path.unknown", "items.read.missing", "items.delete.missing", "tasks.update.missing", "tasks.delete.missing",
			"json.malformed", "json.incomplete", "tasks.read", "errors.explained"),
		Reason: "Each rule about a refusal checks that it explains the error in JSON.",
		Does:   "Every error is a page of HTML.",
		change: around("", func(x *exchange) {
			if x.pass(); x.refused() {
				x.page(x.status)
			}
		}),
	},
	{
		Name: "errors-under-message", Level: basics,
		Breaks: rules("items.read.missing", "items.delete.missing", "tasks.update.missing", "tasks.delete.missing"),
		Does:   "Errors have their text under \"message\".",
		change: around("", func(x *exchange) {
			if x.pass(); x.refused() {
				x.members(func(answer object) {
					answer["message"] = answer["error"]
					delete(answer, "error")
				})
			}
		}),
	},
	{
		Name: "errors-as-objects", Level: basics,
		Breaks: rules("items.read.missing", "items.delete.missing", "tasks.update.missing", "tasks.delete.missing"),
		Does:   "Errors have an object under \"error\".",
		change: around("", func(x *exchange) {
			if x.pass(); x.refused() {
				x.members(func(answer object) { answer["error"] = object{"text": answer["error"]} })
			}
		}),
	},
	{
		Name: "errors-with-200", Level: basics,
		Breaks: rules("items.read.missing", "items.delete.missing", "tasks.update.missing", "tasks.delete.missing"),
		Does:   "Every refusal gets 200 OK with {\"error\": …}.",
		change: around("", func(x *exchange) {
			if x.pass(); x.refused() {
				x.status = http.StatusOK
			}
		}),
	},

	// Answers that are not sound

	{
		Name: "python-as-json", Level: basics, Breaks: rules("always"),
		Does: "Responses to writes are Python's way to write a dictionary, labelled as JSON.",
		change: afterWrites(func(x *exchange) {
			x.body = bytes.ReplaceAll(x.body, []byte(`"`), []byte("'"))
		}),
	},
	{
		Name: "nan-in-answers", Level: basics, Breaks: rules("always"),
		Does:   "Responses to writes have a NaN in them.",
		change: afterWrites(func(x *exchange) { x.body = []byte(`{"message": "done", "seconds": NaN}`) }),
	},
	{
		Name: "two-documents", Level: basics, Breaks: rules("always"),
		Does:   "Responses to writes are two JSON texts, one after the other.",
		change: afterWrites(func(x *exchange) { x.body = append(x.body, x.body...) }),
	},
	{
		Name: "byte-order-mark-in-answers", Level: basics, Breaks: rules("always"),
		Does:   "Responses to writes begin with a byte order mark.",
		change: afterWrites(func(x *exchange) { x.body = append([]byte("\ufeff"), x.body...) }),
	},
	{
		Name: "latin-1-in-answers", Level: basics, Breaks: rules("always"),
		Does:   "Responses to writes are in Latin-1.",
		change: afterWrites(func(x *exchange) { x.body = []byte("{\"message\": \"fertig f\xfcr heute\"}") }),
	},
	{
		Name: "bare-text-labelled-json", Level: basics, Breaks: rules("always"),
		Does:   "Responses to writes are the bare word Created, labelled as JSON.",
		change: afterWrites(func(x *exchange) { x.body = []byte("Created") }),
	},
	{
		Name: "status-299", Level: basics, Breaks: rules("always", "items.delete.missing"),
		Does: "DELETE of an unused key responds 299, a status that nobody has registered.",
		change: deletingMissing("/items/*", func(x *exchange) {
			x.reply(299, object{"error": "Not found"})
		}),
	},
	{
		Name: "status-499", Level: atHTTP, Breaks: rules("always"),
		Does: "BREW responds 499, a status that nobody has registered.",
		change: around("BREW", func(x *exchange) {
			x.refuse(499, "no such method")
		}),
	},
	{
		Name: "every-seventh-is-500", Level: basics, Breaks: rules("always"),
		Perhaps: rules(anyRule),
		Reason:  "A server that fails at random fails in any scenario.",
		Does:    "Every seventh request gets 500.",
		change: remembering("", func() func(*exchange) {
			var requests notes[int]
			return func(x *exchange) {
				if x.pass(); count(&requests, "all")%7 == 0 {
					x.page(http.StatusInternalServerError)
				}
			}
		}),
	},
}

// isWithNaN reports whether a body has NaN where JSON has a number. In a text it is valid.
func isWithNaN(body []byte) bool { return bytes.Contains(body, []byte("NaN")) && !json.Valid(body) }

// malformed is a server that lets f go on where the reference has refused a body because it is no JSON.
func malformed(f func(*exchange)) change {
	return around("PUT POST", func(x *exchange) {
		labelled := strings.HasPrefix(strings.ToLower(x.Header.Get("Content-Type")), "application/json")
		if x.pass(); labelled && x.status == http.StatusBadRequest && !json.Valid(x.sent) {
			f(x)
		}
	})
}

// resendAs sends the text instead of what the path stores.
func (x *exchange) resendAs(text string) {
	if strings.HasPrefix(x.path(), "/items/") {
		x.resend(object{"value": text})
	} else {
		x.resend(object{"description": text})
	}
	x.pass()
}

// tryMended sends the body with an ending that makes it JSON, if one does.
func (x *exchange) tryMended(endings ...string) {
	for _, ending := range endings {
		if mended := append(bytes.Clone(x.sent), ending...); json.Valid(mended) {
			x.sent = mended
			x.pass()
			return
		}
	}
}

// incomplete is a server that lets f handle a body on the path that is an object without the member.
func incomplete(path, member string, f func(x *exchange, body object)) change {
	methods := map[string]string{"value": "PUT POST ", "description": "POST "}[member]
	return around(methods+path, func(x *exchange) {
		body, isObject := decode(x.sent).(object)
		if _, there := body[member]; isObject && !there {
			f(x, body)
			return
		}
		x.pass()
	})
}

// completing is a server that makes something else of "complete" before it is checked.
func completing(f func(any) any) change {
	return around("PUT /tasks/*", func(x *exchange) {
		body, _ := decode(x.sent).(object)
		if complete, there := body["complete"]; there {
			x.resend(object{"complete": f(complete)})
		}
		x.pass()
	})
}

// unsupported is a server that lets f go on where the reference has answered 415.
func unsupported(f func(*exchange)) change {
	return around("PUT POST", func(x *exchange) {
		if x.pass(); x.status == http.StatusUnsupportedMediaType {
			f(x)
		}
	})
}

var known = regexp.MustCompile(`^/(items/[^/]+|tasks|tasks/[^/]+)$`)

// onUnknownPath is a server that lets f handle a path that leads nowhere.
func onUnknownPath(f func(*exchange)) change {
	return around("", func(x *exchange) {
		if known.MatchString(x.path()) {
			x.pass()
			return
		}
		f(x)
	})
}

var malformedPath = regexp.MustCompile(`^[A-Z]+ [^\s?]*?%(?:[^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f])`)

// onMalformedPath is a server that lets f handle a path with a percent sign that no two digits follow, or that is not UTF-8.
// net/http refuses the former before any handler sees it, so the percent sign is replaced by a byte that no path has.
func onMalformedPath(f func(*exchange)) change {
	const sign = 0xff
	hidden := reading(func(sent []byte) {
		if at := bytes.LastIndexByte(malformedPath.Find(sent), '%'); at >= 0 {
			sent[at] = sign
		}
	})
	handled := around("", func(x *exchange) {
		if strings.IndexByte(x.RequestURI, sign) >= 0 || !utf8.ValidString(x.URL.Path) {
			f(x)
			return
		}
		x.pass()
	})
	return change{meets: handled.meets, handler: handled.handler, listener: hidden.listener}
}

// leaking is a server whose errors have the text in them.
func leaking(text string) change {
	return around("", func(x *exchange) {
		if x.pass(); x.refused() {
			x.members(func(answer object) { answer["debug"] = fmt.Sprint(answer["error"], "\n", text) })
		}
	})
}

// afterWrites is a server that lets f change the answers to what was stored and deleted.
func afterWrites(f func(*exchange)) change {
	return around("POST PUT DELETE /items/* /tasks/*", func(x *exchange) {
		if x.pass(); x.succeeded() {
			f(x)
		}
	})
}
