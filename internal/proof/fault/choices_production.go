package fault

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

var productionChoices = []Choice{
	// Validators

	{
		Name: "etags-count-changes", About: "ETag", Level: production,
		Does:   "The ETag is a number that grows with each change of the resource, also over DELETE.",
		change: tagging(func(s state) string { return fmt.Sprintf(`"v%d"`, s.changes) }),
	},
	{
		Name: "etags-differ-with-each-write", About: "ETag", Level: production,
		Does:   "Each write gives a new ETag, also when it stores what was there: the time in nanoseconds.",
		change: tagging(func(s state) string { return fmt.Sprintf(`"%x-%x"`, s.changed.UnixNano(), s.changes) }),
	},
	{
		Name: "etags-with-strange-letters", About: "ETag", Level: production,
		Does:   "The ETag has commas, backslashes and W/ between its quotes.",
		change: tagging(func(s state) string { return `"W/,\` + strings.Trim(tag(s.content), `"`) + `,*"` }),
	},
	{
		Name: "etags-with-obs-text", About: "ETag", Level: production,
		Does:   "The ETag has a letter of Latin-1 between its quotes (obs-text, RFC 9110 §8.8.3).",
		change: tagging(func(s state) string { return "\"\xfc" + strings.Trim(tag(s.content), `"`) + `"` }),
	},
	{
		Name: "tags-by-the-grammar", About: "lists of tags", Level: production,
		Does: "If-Match and If-None-Match get 400 where they are no lists of entity-tags (RFC 9110 §8.8.3).",
		change: around("", func(x *exchange) {
			for _, field := range []string{ifMatch, ifNoneMatch} {
				if value := x.Header.Get(field); value != "" && !tagList.MatchString(value) {
					x.refuse(http.StatusBadRequest, "no list of entity-tags")
					return
				}
			}
			x.pass()
		}),
	},
	{
		Name: "put-has-the-etag", About: "ETag of PUT", Level: production,
		Does: "PUT answers with the ETag that GET then gives.",
		change: around("PUT", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.header.Set("ETag", x.etag())
			}
		}),
	},
	{
		Name: "list-without-etag", About: "ETag of the list", Level: production,
		Does: "The list has no ETag, and is sent whole each time.",
		change: around("GET /tasks", func(x *exchange) {
			x.Header.Del(ifNoneMatch)
			x.pass()
			x.header.Del("ETag")
		}),
	},
	{
		Name: "not-modified-with-length", About: "304", Level: production,
		Does: "A 304 has the Content-Length that 200 would have (RFC 9110 §8.6).",
		change: raw("GET", func(x *exchange, m *message) {
			if m.status == http.StatusNotModified {
				m.add("Content-Length", strconv.Itoa(len(x.ask(http.MethodGet, x.path(), nil).body)))
			}
		}),
	},
	{
		Name: "412-where-nothing-is", About: "If-Match on free", Level: production,
		Does: "DELETE, PATCH and PUT with If-Match where there is nothing answer 412 instead of 404.",
		change: onFree("PUT PATCH DELETE", ifMatch, func(x *exchange) {
			x.refuse(http.StatusPreconditionFailed, "precondition failed")
		}),
	},
	{
		Name: "stale-tag-with-the-same-value", About: "If-Match of old", Level: production,
		Does: "PUT with an outdated ETag, of the value that is there already, gets 200 (RFC 9110 §13.1.1).",
		change: around("PUT /items/*", func(x *exchange) {
			old, taken := x.stored()
			new, there := x.value()
			if taken && there && x.Header.Get(ifMatch) != "" && same(old["value"], new) {
				x.reply(http.StatusOK, object{"message": "Item updated"})
				return
			}
			x.pass()
		}),
	},

	// Caching

	{
		Name: "cached-for-no-time", About: "caching", Level: production,
		Does:   "Cache-Control is max-age=0, must-revalidate.",
		change: caching("max-age=0, must-revalidate"),
	},
	{
		Name: "cached-in-private", About: "caching", Level: atHTTP, // the rule cache asks for more
		Does:   "Cache-Control is private, no-cache.",
		change: caching("private, no-cache"),
	},
	{
		Name: "errors-cached-by-nobody", About: "caching", Level: production,
		Does: "Errors say Cache-Control: no-store, and have no Vary.",
		change: around("", func(x *exchange) {
			if x.pass(); x.refused() {
				x.header.Set("Cache-Control", "No-Store")
				x.header.Del("Vary")
			}
		}),
	},
	{
		Name: "vary-on-everything", About: "caching", Level: production,
		Does: "Errors say Vary: *, and may be kept.",
		change: around("", func(x *exchange) {
			if x.pass(); x.refused() {
				x.header.Set("Cache-Control", "no-cache")
				x.header.Set("Vary", "*")
			}
		}),
	},
	{
		Name: "vary-on-several-lines", About: "caching", Level: production,
		Does: "Every answer says Vary, on two lines and in lower case.",
		change: around("", func(x *exchange) {
			x.pass()
			x.header.Set("Cache-Control", "no-cache")
			x.header["Vary"] = []string{"origin", "accept-encoding, accept"}
		}),
	},

	// PATCH

	{
		Name: "patch-gives-the-representation", About: "answer to PATCH", Level: production,
		Does: "PATCH responds 200 with what GET gives.",
		change: around("PATCH", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.reply(http.StatusOK, nil)
				x.body = x.ask(http.MethodGet, x.path(), nil).body
			}
		}),
	},
	{
		Name: "patch-says-nothing", About: "answer to PATCH", Level: production,
		Does: "PATCH responds 200 without content and without ETag.",
		change: around("PATCH", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.nothing(http.StatusOK)
				x.header.Del("ETag")
			}
		}),
	},
	{
		Name: "422-for-a-failed-patch", About: "bad bodies", Level: production,
		Does: "A JSON Patch that cannot be done gets 422.",
		change: around("PATCH /items/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusConflict {
				x.restatus(http.StatusUnprocessableEntity)
			}
		}),
	},
	{
		Name: "patch-without-copy-and-move", About: "operations", Level: production,
		Does: "JSON Patches with copy or move get 422.",
		change: around("PATCH /items/*", func(x *exchange) {
			if sent := string(x.sent); strings.Contains(sent, `"copy"`) || strings.Contains(sent, `"move"`) {
				x.refuse(http.StatusUnprocessableEntity, "no copy and no move here")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "accept-patch-with-several", About: "Accept-Patch", Level: production,
		Does: "Accept-Patch lists several media types, with a parameter.",
		change: around("OPTIONS PATCH", func(x *exchange) {
			x.pass()
			if types := x.header.Get("Accept-Patch"); types != "" {
				x.header.Set("Accept-Patch", "text/example;charset=utf-8, "+types)
			}
		}),
	},

	// Errors

	{
		Name: "problems-with-more-members", About: "errors", Level: production,
		Does: "Problem documents have a URI as type, an instance, and members of their own.",
		change: problems(func(x *exchange, problem object) {
			problem["type"], problem["instance"] = "https://example.org/problems#not-found", x.URL.Path
			problem["errors"] = array{object{"pointer": "#/value", "detail": "wrong"}}
		}),
	},
	{
		Name: "problems-with-title-alone", About: "errors", Level: production,
		Does: "Problem documents have a title and nothing else.",
		change: problems(func(_ *exchange, problem object) {
			for _, name := range []string{"type", "status", "detail"} {
				delete(problem, name)
			}
		}),
	},
	{
		Name: "problems-with-type-and-status", About: "errors", Level: production,
		Does: "Problem documents have \"type\" and \"status\" and nothing else.",
		change: problems(func(_ *exchange, problem object) {
			delete(problem, "title")
			delete(problem, "detail")
		}),
	},
	{
		Name: "problems-with-members-of-their-own", About: "errors", Level: production,
		Does: "Problem documents have none of RFC 9457's members: the plain error, labelled as a problem document.",
		change: problems(func(_ *exchange, problem object) {
			problem["error"] = problem["detail"]
			for _, name := range []string{"type", "title", "status", "detail"} {
				delete(problem, name)
			}
		}),
	},
	{
		Name: "problems-with-charset", About: "errors", Level: production,
		Does:   "Problem documents are labelled Application/Problem+JSON; charset=utf-8.",
		change: problems(func(x *exchange, _ object) { x.label("Application/Problem+JSON; charset=utf-8") }),
	},

	// Idempotency-Key

	{
		Name: "repetition-is-200", About: "answer to a repetition", Level: production,
		Does: "A repeated POST with an Idempotency-Key responds 200, with the Location of the first time.",
		change: repeating(func(x *exchange) {
			if x.succeeded() {
				x.status = http.StatusOK
			}
		}),
	},
	{
		Name: "repetition-has-an-absolute-location", About: "Location", Level: production,
		Does: "A repeated POST with an Idempotency-Key has the Location of the first time, but absolute.",
		change: repeating(func(x *exchange) {
			if where := x.header.Get("Location"); strings.HasPrefix(where, "/") {
				x.header.Set("Location", "http://"+x.Host+where)
			}
		}),
	},
	{
		Name: "repetition-says-so", About: "answer to a repetition", Level: production,
		Does: "A repeated POST with an Idempotency-Key has a field more and no content.",
		change: repeating(func(x *exchange) {
			if x.succeeded() {
				x.nothing(x.status)
				x.header.Set("Idempotency-Replayed", "true")
			}
		}),
	},
	{
		Name: "refusals-use-up-the-key", About: "keys of refusals", Level: production,
		Does: "A request that was refused has used its Idempotency-Key: another body with it gets 422.",
		change: remembering("POST /tasks", func() func(*exchange) {
			var first notes[string] // bodies, by their keys
			return func(x *exchange) {
				key := x.Header.Get(idempotencyKey)
				if sent := first.get(key); key != "" && sent != "" && sent != string(x.sent) {
					x.refuse(http.StatusUnprocessableEntity, "the key was used")
					return
				}
				if x.pass(); key != "" {
					first.set(key, string(x.sent))
				}
			}
		}),
	},
	{
		Name: "repetition-of-the-deleted-is-410", About: "repetitions of the deleted", Level: production,
		Does:   "A repetition whose task was deleted gets 410.",
		change: repeatingDeleted(func(x *exchange) { x.refuse(http.StatusGone, "the task was deleted") }),
	},
	{
		Name: "repetition-of-the-deleted-is-new", About: "repetitions of the deleted", Level: production,
		Does: "A repetition whose task was deleted makes another task: the key is kept with the task.",
		change: repeatingDeleted(func(x *exchange) {
			x.Header.Del(idempotencyKey)
			x.pass()
		}),
	},
	{
		Name: "409-while-the-key-is-in-use", About: "keys at once", Level: production,
		Does: "A request whose Idempotency-Key is in use at this moment gets 409.",
		change: remembering("POST /tasks", func() func(*exchange) {
			var busy notes[bool]
			return func(x *exchange) {
				key := x.Header.Get(idempotencyKey)
				if key != "" && busy.set(key, true) {
					x.refuse(http.StatusConflict, "wait for the answer to the first one")
					return
				}
				x.pass()
				busy.set(key, false)
			}
		}),
	},

	// Pages

	{
		Name: "absolute-links", About: "Link", Level: production,
		Does: "Link is absolute.",
		change: around("GET /tasks", func(x *exchange) {
			x.pass()
			if target := x.nextPage(); target != "" {
				x.header.Set("Link", "<http://"+x.Host+target+`>; rel="next"`)
			}
		}),
	},
	{
		Name: "links-with-the-query-alone", About: "Link", Level: production,
		Does:   "Link is relative to the list: it begins with the question mark.",
		change: linking(func(target string) string { return "<" + strings.TrimPrefix(target, "/tasks") + `>; rel="next"` }),
	},
	{
		Name: "links-with-several-relations", About: "Link", Level: production,
		Does: "Link has other links before and after, relations in one text, and a title with commas and brackets.",
		change: linking(func(target string) string {
			return `</tasks?limit=1>; rel="first"; title="<a>, b; rel=\"next\"", <` + target +
				`>; title="c, d"; rel="last Next", </help>; rel=help`
		}),
	},
	{
		Name: "links-without-quotes", About: "Link", Level: production,
		Does:   "The relation has no quotes, and there are spaces around its equals sign.",
		change: linking(func(target string) string { return "<" + target + "> ; REL = next" }),
	},
	{
		Name: "links-on-several-lines", About: "Link", Level: production,
		Does: "Each link has a line of its own.",
		change: around("GET /tasks", func(x *exchange) {
			x.pass()
			if target := x.nextPage(); target != "" {
				x.header["Link"] = []string{`</openapi.json>; rel="service-desc"`, "<" + target + `>; rel="next"`}
			}
		}),
	},
	{
		Name: "links-of-other-resources", About: "Link", Level: production,
		Does: "Link has a next link of another resource, which its anchor says, before the list's own and where the list has none.",
		change: around("GET /tasks", func(x *exchange) {
			x.pass()
			x.header["Link"] = append([]string{`</items/b>; rel="next"; anchor="/items/a"`}, x.header["Link"]...)
		}),
	},
	{
		Name: "links-with-umlauts", About: "Link", Level: production,
		Does:   "The next link has a space and an umlaut in its query, as they are.",
		change: linking(func(target string) string { return "<" + target + `&für=dich und mich>; rel="next"` }),
	},
	{
		Name: "pages-of-twenty-at-most", About: "size of pages", Level: production,
		Does: "A limit of more than 20 gives 20.",
		change: limited(func(limit string) string {
			if n, err := strconv.Atoi(limit); err == nil && n > 20 {
				return "20"
			}
			return limit
		}),
	},
	{
		Name: "last-page-is-empty", About: "size of pages", Level: production,
		Does: "Each page that is not empty has a next link, so the last one is empty.",
		change: around("GET /tasks", func(x *exchange) {
			x.pass()
			tasks, _ := x.content().(array)
			if limit := x.URL.Query().Get("limit"); limit != "" && len(tasks) > 0 && x.nextPage() == "" {
				x.header.Set("Link", "</tasks?limit="+limit+`&after=9007199254740991>; rel="next"`)
			}
		}),
	},

	// Far too large

	{
		Name: "huge-is-cut-off", About: "too large", Level: production,
		Does:   "A body that is too large is not read: the connection is closed without a response.",
		change: huge(func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }),
	},
	{
		Name: "huge-is-read-to-its-end", About: "too large", Level: production,
		Does: "A body that is too large is read to its end before it gets 413, with a page.",
		change: huge(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			drain(r)
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		}),
	},

	// What the contract leaves open, met only by random requests

	{
		Name: "422-for-a-task-without-complete", About: "PUT without complete", Level: production,
		Does:   "PUT of a task without complete is refused with 422, and the id is not looked up before that.",
		change: refusingIncomplete(http.StatusUnprocessableEntity),
	},
	{
		Name: "400-for-a-task-without-complete", About: "PUT without complete", Level: production,
		Does:   "PUT of a task without complete is refused with 400, and the id is not looked up before that.",
		change: refusingIncomplete(http.StatusBadRequest),
	},
	{
		Name: "empty-patch-is-400", About: "PATCH without members", Level: production,
		Does: "PATCH of {} gets 400: nothing to do.",
		change: refusingWhere("PATCH /tasks/*", http.StatusBadRequest, "nothing to change", func(x *exchange) bool {
			body, isObject := decode(x.sent).(object)
			return isObject && len(body) == 0
		}),
	},
	{
		Name: "404-for-options-of-nothing", About: "OPTIONS of nothing", Level: production,
		Does: "OPTIONS of a key or id that is not in use gets 404.",
		change: refusingWhere("OPTIONS /items/* /tasks/*", http.StatusNotFound, "not found", func(x *exchange) bool {
			return x.ask(http.MethodGet, x.path(), nil).status != http.StatusOK
		}),
	},
	{
		Name: "400-for-a-limit-above-100", About: "the largest page", Level: production,
		Does:   "A limit above 100 is refused with 400.",
		change: largestLimit(func(x *exchange) { x.refuse(http.StatusBadRequest, "the limit is 100") }),
	},
	{
		Name: "422-for-a-limit-above-100", About: "the largest page", Level: production,
		Does:   "A limit above 100 is refused with 422.",
		change: largestLimit(func(x *exchange) { x.refuse(http.StatusUnprocessableEntity, "the limit is 100") }),
	},
	{
		Name: "pages-of-100-at-most", About: "the largest page", Level: production,
		Does: "A limit above 100 gives 100.",
		change: largestLimit(func(x *exchange) {
			x.URL.RawQuery = "limit=100"
			x.pass()
		}),
	},
	{
		Name: "an-empty-page-in-between", About: "Link", Level: production,
		Does: "Behind the first page there is an empty one, with a next link to the tasks that follow.",
		change: around("GET /tasks", func(x *exchange) {
			query := x.URL.Query()
			if query.Has("pause") {
				query.Del("pause")
				x.reply(http.StatusOK, array{})
				x.header.Set("Link", "</tasks?"+query.Encode()+`>; rel="next"`)
				return
			}
			if x.pass(); x.nextPage() != "" && !query.Has("after") {
				x.header.Set("Link", "<"+x.nextPage()+`&pause=1>; rel="next"`)
			}
		}),
	},
	{
		Name: "400-for-a-task-before-404", About: "order of checks", Level: production,
		Does: "PUT of a task that is not there and whose body is not right is refused with 400, not with 404.",
		change: onFree("PUT /tasks/*", "Content-Type", func(x *exchange) {
			body, _ := decode(x.sent).(object)
			if _, right := body["complete"].(bool); !right {
				x.refuse(http.StatusBadRequest, "complete has to be true or false")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "description-of-put-now-and-then", About: "PUT with a description", Level: production,
		Does: "Every second PUT that has a description sets it.",
		change: remembering("PUT /tasks/*", func() func(*exchange) {
			var puts notes[int]
			return func(x *exchange) {
				x.pass()
				body, _ := decode(x.sent).(object)
				if description, there := body["description"].(string); there && x.succeeded() && count(&puts, "all")%2 == 0 {
					x.setDescription(description)
				}
			}
		}),
	},

	// Content codings

	{
		Name: "gzip-for-who-takes-it", About: "content codings", Level: production,
		Does:   "GET answers in gzip to who takes it, with Vary and an ETag of its own.",
		change: compressed(func(x *exchange) { x.header.Set("ETag", inGzip(x.header.Get("ETag"))) }),
	},
	{
		Name: "gzip-with-a-weak-etag", About: "content codings", Level: production,
		Does:   "GET answers in gzip to who takes it; its ETag is the plain one made weak.",
		change: compressed(func(x *exchange) { x.header.Set("ETag", "W/"+x.header.Get("ETag")) }),
	},
	{
		Name: "gzip-for-everybody", About: "content codings", Level: production,
		Does: "GET and errors come in gzip though nobody has asked for it.",
		change: outermost("GET", func(x *exchange) {
			if x.pass(); len(x.body) > 0 {
				x.gzip()
			}
		}),
	},
}

// tagList is If-Match's grammar and If-None-Match's: a star, or entity-tags between commas, with white space around them and
// perhaps nothing between some (RFC 9110 §5.6.1, §8.8.3).
var tagList = regexp.MustCompile(`^(?:\*|[ \t,]*(?:W/)?"[\x21\x23-\x7e\x80-\x{10ffff}]*"(?:[ \t]*,[ \t]*(?:(?:W/)?"[\x21\x23-\x7e\x80-\x{10ffff}]*")?)*[ \t,]*)$`)

// caching is a server that says this in Cache-Control of every answer to GET.
func caching(control string) change {
	return around("GET", func(x *exchange) {
		x.pass()
		x.header.Set("Cache-Control", control)
	})
}

// refusingIncomplete is a server that wants "complete" in each PUT of a task.
func refusingIncomplete(status int) change {
	return refusingWhere("PUT /tasks/*", status, "complete is missing", func(x *exchange) bool {
		sent, isObject := decode(x.sent).(object)
		_, has := sent["complete"]
		return isObject && !has && x.Header.Get("Content-Type") == "application/json"
	})
}

// largestLimit is a server whose largest page has 100 tasks: f answers what asks for more.
func largestLimit(f func(*exchange)) change {
	return around("GET /tasks", func(x *exchange) {
		if limit, err := strconv.Atoi(x.URL.Query().Get("limit")); err == nil && limit > 100 {
			f(x)
			return
		}
		x.pass()
	})
}
