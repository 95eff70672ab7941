package fault

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	ifMatch     = "If-Match"
	ifNoneMatch = "If-None-Match"
	writing     = "PUT POST PATCH DELETE "
)

var validatorFaults = []Fault{
	// Entity-tags

	{
		Name: "etag-is-missing", Level: production, Breaks: rules("etag"),
		Reason: "Without an ETag no conditional request can be asked.",
		Does:   "GET has no ETag.",
		change: around("GET", func(x *exchange) {
			x.pass()
			x.header.Del("ETag")
		}),
	},
	{
		Name: "etag-of-items-alone", Level: production, Breaks: rules("etag"),
		Reason: "Without an ETag no conditional request can be asked.",
		Does:   "Items have an ETag, tasks have none.",
		change: around("GET /tasks/*", func(x *exchange) {
			x.pass()
			x.header.Del("ETag")
		}),
	},
	{
		Name: "etag-of-the-length", Level: production, Breaks: rules("etag"),
		Does:   "The ETag is the length of the content: \"blue\" and \"pink\" have the same.",
		change: tagging(func(s state) string { return fmt.Sprintf("%q", fmt.Sprint(len(s.content))) }),
	},
	{
		Name: "etag-at-random", Level: production, Breaks: rules("etag", "not.modified", "if.match", "head"),
		Reason: "A wrong ETag makes every conditional request wrong.",
		Does:   "Each answer to GET has a new ETag.",
		change: around("GET", func(x *exchange) {
			if x.pass(); x.status == http.StatusOK {
				x.header.Set("ETag", `"`+rand.Text()+`"`)
			}
		}),
	},
	{
		Name: "etag-is-constant", Level: production, Breaks: rules("etag", "not.modified", "if.match", "patch", "patch.append"),
		Reason: "A wrong ETag makes every conditional request wrong.",
		Does:   "Everything has the same ETag, always.",
		change: tagging(func(state) string { return `"1"` }),
	},
	{
		Name: "etag-of-the-name", Level: production, Breaks: rules("etag", "not.modified", "if.match", "patch", "patch.append"),
		Reason: "A wrong ETag makes every conditional request wrong.",
		Does:   "The ETag is made of the key or id, so it outlives every change.",
		change: tagging(func(s state) string { return tag([]byte(s.path)) }),
	},
	{
		Name: "etag-of-the-description", Level: production, Breaks: rules("etag", "not.modified", "if.match"),
		Reason: "A wrong ETag makes every conditional request wrong.",
		Does:   "The ETag of a task does not change when it is completed: the hash leaves that out.",
		change: tagging(func(s state) string {
			text := bytes.ReplaceAll(s.content, []byte(`"complete":true`), []byte(`"complete":false`))
			return tag(text)
		}),
	},
	{
		Name: "etag-of-the-second", Level: production, Breaks: rules("etag", "not.modified", "if.match"),
		Perhaps: rules("patch", "patch.append", "steady"), // where no second begins meanwhile
		Reason:  "A wrong ETag makes every conditional request wrong.",
		Does:    "The ETag is the time of the last change in seconds: two changes within one have the same.",
		change:  tagging(func(s state) string { return fmt.Sprintf("%q", s.changed.Format(time.TimeOnly)) }),
	},
	{
		Name: "etag-counter-begins-again", Level: production, Breaks: rules("etag"),
		Does: "The ETag counts changes, and begins again at 1 when the item was deleted.",
		change: taggingWith(func(s state) string { return fmt.Sprintf(`"v%d"`, s.changes) }, func(s *state, r *http.Request) {
			if s.note(r); r.Method == http.MethodDelete {
				s.changes = 0
			}
		}),
	},
	{
		Name: "etag-counter-misses-patches", Level: production, Breaks: rules("patch", "patch.append"),
		Does: "The ETag counts PUT, POST and DELETE, and not PATCH.",
		change: taggingWith(func(s state) string { return fmt.Sprintf(`"v%d"`, s.changes) }, func(s *state, r *http.Request) {
			if r.Method != http.MethodPatch {
				s.note(r)
			}
		}),
	},
	{
		Name: "etag-is-weak", Level: production, Breaks: rules("etag", "if.match"),
		Reason: "If-Match needs a strong ETag, so no rule about If-Match can be asked.",
		Does:   "The ETag is weak, and so never matches in If-Match.",
		change: around("GET /items/* /tasks/*", func(x *exchange) {
			if x.pass(); x.header.Get("ETag") != "" {
				x.header.Set("ETag", "W/"+x.header.Get("ETag"))
			}
		}),
	},
	{
		Name: "etag-is-weak-and-matches", Level: production, Breaks: rules("etag", "if.match.strong"),
		Does:   "The ETag is weak, and matches in If-Match anyway.",
		change: tagging(func(s state) string { return "W/" + tag(s.content) }),
	},
	{
		Name: "etag-without-quotes", Level: production, Breaks: rules("etag"),
		Does:   "The ETag is a hash without quotes.",
		change: tagging(func(s state) string { return strings.Trim(tag(s.content), `"`) }),
	},
	{
		Name: "etag-with-suffix", Level: production, Breaks: rules("not.modified", "if.match"),
		Reason: "The server knows none of its ETags again, so every conditional request fails.",
		Does:   "Something behind the program adds -gzip to each ETag, and it is not known again: Apache's mod_deflate.",
		change: around("GET", func(x *exchange) {
			if x.pass(); x.status == http.StatusOK && x.header.Get("ETag") != "" {
				x.header.Set("ETag", strings.TrimSuffix(x.header.Get("ETag"), `"`)+`-gzip"`)
			}
		}),
	},
	{
		Name: "etag-of-head-differs", Level: production, Breaks: rules("etag", "head", "not.modified"),
		Does: "HEAD has the ETag of an empty content.",
		change: around("HEAD", func(x *exchange) {
			if x.pass(); x.header.Get("ETag") != "" {
				x.header.Set("ETag", tag(nil))
			}
		}),
	},
	{
		Name: "etag-changes-with-reading", Level: production, Breaks: rules("etag", "head", "not.modified"),
		Does: "Each GET counts a visit, and the ETag with it, though the response is the same.",
		change: taggingWith(func(s state) string { return fmt.Sprintf(`"v%d"`, s.changes) }, func(s *state, _ *http.Request) {
			s.changes++
		}),
	},

	// If-None-Match on GET

	{
		Name: "none-match-is-ignored", Level: production, Breaks: rules("not.modified"),
		Does:   "GET responds 200 whatever If-None-Match says.",
		change: ignoring("GET", ifNoneMatch),
	},
	{
		Name: "none-match-is-ignored-for-tasks", Level: production, Breaks: rules("not.modified"),
		Does:   "GET of a task responds 200 whatever If-None-Match says.",
		change: ignoring("GET /tasks/*", ifNoneMatch),
	},
	{
		Name: "none-match-is-ignored-for-head", Level: production, Breaks: rules("not.modified"),
		Does:   "HEAD responds 200 whatever If-None-Match says.",
		change: ignoring("HEAD", ifNoneMatch),
	},
	{
		Name: "none-match-as-text", Level: production, Breaks: rules("not.modified"),
		Does: "If-None-Match is compared with the ETag as a whole: no lists, no W/, no star.",
		change: misreading("GET", ifNoneMatch, func(x *exchange, value string) string {
			if value != x.etag() {
				return ""
			}
			return value
		}),
	},
	{
		Name: "none-match-without-lists", Level: production, Breaks: rules("not.modified"),
		Does: "A list in If-None-Match matches nothing.",
		change: misreading("GET", ifNoneMatch, func(_ *exchange, value string) string {
			if strings.Contains(value, `",`) || strings.Contains(value, `" ,`) {
				return ""
			}
			return value
		}),
	},
	{
		Name: "none-match-with-the-first-alone", Level: production, Breaks: rules("not.modified"),
		Does: "Of a list in If-None-Match the first tag counts.",
		change: misreading("GET", ifNoneMatch, func(_ *exchange, value string) string {
			first, _, _ := strings.Cut(value, ",")
			return first
		}),
	},
	{
		Name: "none-match-without-star", Level: production, Breaks: rules("not.modified"),
		Does:   "If-None-Match: * on GET is taken for a tag that nothing has.",
		change: misreading("GET", ifNoneMatch, func(_ *exchange, value string) string { return strings.Trim(value, "*") }),
	},
	{
		Name: "none-match-strongly", Level: production, Breaks: rules("not.modified"),
		Does: "W/ makes a difference in If-None-Match.",
		change: misreading("GET", ifNoneMatch, func(_ *exchange, value string) string {
			return strings.ReplaceAll(value, `W/"`, `"W/`)
		}),
	},
	{
		Name: "none-match-with-tags-of-old", Level: production, Breaks: rules("not.modified", "patch", "patch.append"),
		Does:   "If-None-Match with a tag that the resource had once gets 304.",
		change: matchingOld("GET", ifNoneMatch),
	},
	{
		Name: "not-modified-is-412", Level: production, Breaks: rules("not.modified"),
		Does:   "GET with the current tag in If-None-Match responds 412, as PUT does.",
		change: notModified(func(x *exchange) { x.refuse(http.StatusPreconditionFailed, "not modified") }),
	},
	{
		Name: "not-modified-is-204", Level: production, Breaks: rules("not.modified"),
		Does:   "GET with the current tag in If-None-Match responds 204.",
		change: notModified(func(x *exchange) { x.status = http.StatusNoContent }),
	},
	{
		Name: "not-modified-has-content", Level: production, Breaks: rules("not.modified"),
		Does: "A 304 has the content that 200 would have.",
		change: raw("GET", func(x *exchange, m *message) {
			if m.status == http.StatusNotModified {
				m.body = x.ask(http.MethodGet, x.path(), nil).body
			}
		}),
	},
	{
		Name: "not-modified-without-etag", Level: production, Breaks: rules("not.modified"),
		Does:   "A 304 has no ETag.",
		change: notModified(func(x *exchange) { x.header.Del("ETag") }),
	},
	{
		Name: "not-modified-without-cache-control", Level: production, Breaks: rules("not.modified"),
		Does:   "A 304 has no Cache-Control.",
		change: notModified(func(x *exchange) { x.header.Del("Cache-Control") }),
	},
	{
		Name: "not-modified-without-vary", Level: production, Breaks: rules("not.modified"),
		Does: "GET says Vary: Accept-Encoding, a 304 does not.",
		change: around("GET", func(x *exchange) {
			if x.pass(); x.status == http.StatusOK {
				x.header.Set("Vary", "Accept-Encoding")
			}
		}),
	},
	{
		Name: "date-beside-the-tag-counts", Level: production, Breaks: rules("not.modified"),
		Does: "If-Modified-Since is honoured beside an If-None-Match that does not match.",
		change: around("GET", func(x *exchange) {
			since, err := http.ParseTime(x.Header.Get("If-Modified-Since"))
			if x.pass(); x.status == http.StatusOK && err == nil && since.After(time.Now()) {
				x.notModified()
			}
		}),
	},
	{
		Name: "date-outweighs-the-tag", Level: production, Breaks: rules("not.modified"),
		Does: "Where there is If-Modified-Since, If-None-Match is not looked at.",
		change: around("GET", func(x *exchange) {
			if x.Header.Get("If-Modified-Since") != "" {
				x.Header.Del(ifNoneMatch)
			}
			x.pass()
		}),
	},
	{
		Name: "missing-is-not-modified", Level: production, Breaks: rules("not.modified"),
		Does: "GET of an unused key with If-None-Match: * responds 304.",
		change: missing(func(x *exchange) {
			if x.Header.Get(ifNoneMatch) == "*" {
				x.notModified()
			}
		}),
	},
	{
		Name: "etag-costs-a-crash", Level: production, Breaks: rules("not.modified", "always"),
		Does: "If-None-Match: * gets 500: it has no quotes to take off.",
		change: around("GET", func(x *exchange) {
			if x.Header.Get(ifNoneMatch) == "*" {
				x.page(http.StatusInternalServerError)
				return
			}
			x.pass()
		}),
	},

	// Cache-Control

	{
		Name: "caching-is-never-said", Level: production, Breaks: rules("cache.control"),
		Does:   "No answer has Cache-Control.",
		change: uncached("GET", func(*exchange) bool { return true }),
	},
	{
		Name: "caching-is-not-said-of-errors", Level: production, Breaks: rules("cache.control"),
		Does:   "A 404 has no Cache-Control.",
		change: uncached("GET", (*exchange).refused),
	},
	{
		Name: "caching-is-not-said-of-the-list", Level: production, Breaks: rules("cache.control"),
		Does:   "The list has no Cache-Control.",
		change: uncached("GET /tasks", func(*exchange) bool { return true }),
	},
	{
		Name: "caching-is-not-said-of-tasks", Level: production, Breaks: rules("cache.control"),
		Does:   "A single task has no Cache-Control.",
		change: uncached("GET /tasks/*", func(x *exchange) bool { return !x.refused() }),
	},
	{
		Name: "caching-is-said-of-errors-alone", Level: production, Breaks: rules("cache.control"),
		Does:   "Only errors have Cache-Control.",
		change: uncached("GET", func(x *exchange) bool { return !x.refused() }),
	},

	// If-Match

	{
		Name: "match-is-ignored", Level: production, Breaks: rules("if.match", "if.match.strong", "if.match.missing"),
		Reason: "All rules that stand on If-Match need its refusal.",
		Does:   "PUT, PATCH and DELETE are done whatever If-Match says.",
		change: ignoring(writing, ifMatch),
	},
	{
		Name: "match-is-ignored-for-items", Level: production, Breaks: rules("if.match", "if.match.strong", "if.match.missing"),
		Reason: "All rules that stand on If-Match need its refusal.",
		Does:   "Items are changed whatever If-Match says.",
		change: ignoring(writing+"/items/*", ifMatch),
	},
	{
		Name: "match-is-ignored-for-tasks", Level: production, Breaks: rules("if.match", "if.match.strong"),
		Does:   "Tasks are changed whatever If-Match says.",
		change: ignoring(writing+"/tasks /tasks/*", ifMatch),
	},
	{
		Name: "match-is-ignored-by-put", Level: production, Breaks: rules("if.match", "if.match.strong", "if.match.missing"),
		Reason: "All rules that stand on If-Match need its refusal.",
		Does:   "PUT is done whatever If-Match says.",
		change: ignoring("PUT", ifMatch),
	},
	{
		Name: "match-is-ignored-by-delete", Level: production, Breaks: rules("if.match"),
		Does:   "DELETE is done whatever If-Match says.",
		change: ignoring("DELETE", ifMatch),
	},
	{
		Name: "match-is-ignored-by-delete-of-tasks", Level: production, Breaks: rules("if.match"),
		Does:   "DELETE of a task is done whatever If-Match says.",
		change: ignoring("DELETE /tasks/*", ifMatch),
	},
	{
		Name: "match-is-ignored-by-patch", Level: production, Breaks: rules("if.match.patch"),
		Does:   "PATCH is done whatever If-Match says.",
		change: ignoring("PATCH", ifMatch),
	},
	{
		Name: "match-is-ignored-by-patch-of-items", Level: production, Breaks: rules("if.match.patch"),
		Does:   "PATCH on an item is done whatever If-Match says.",
		change: ignoring("PATCH /items/*", ifMatch),
	},
	{
		Name: "match-never-fits", Level: production, Breaks: rules("if.match"),
		Reason: "Rules about If-Match need a PUT with the current ETag that works.",
		Does:   "If-Match gets 412 whatever it says: the tags are compared without their quotes on one side.",
		change: around(writing+"/items/* /tasks/*", func(x *exchange) {
			if x.Header.Get(ifMatch) != "" && x.taken() {
				x.refuse(http.StatusPreconditionFailed, "precondition failed")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "tags-with-commas-are-400", Level: production, Breaks: rules("not.modified", "if.match"),
		Does: "A list with a comma inside an entity-tag gets 400: it is split at every comma.",
		change: around("", func(x *exchange) {
			for _, element := range strings.Split(x.Header.Get(ifMatch)+","+x.Header.Get(ifNoneMatch), ",") {
				if strings.Count(element, `"`) == 1 {
					x.refuse(http.StatusBadRequest, "no list of entity-tags")
					return
				}
			}
			x.pass()
		}),
	},
	{
		Name: "match-as-text", Level: production, Breaks: rules("if.match"),
		Does: "If-Match is compared with the ETag as a whole: no lists, no star.",
		change: misreading(writing, ifMatch, func(x *exchange, value string) string {
			if now := x.etag(); now == "" || value == now {
				return value
			}
			return `"another"`
		}),
	},
	{
		Name: "match-without-star", Level: production, Breaks: rules("if.match"),
		Does:   "If-Match: * is taken for a tag that nothing has.",
		change: misreading(writing, ifMatch, func(_ *exchange, value string) string { return strings.ReplaceAll(value, "*", `"*"`) }),
	},
	{
		Name: "match-with-any-tag", Level: production, Breaks: rules("if.match", "if.match.strong"),
		Reason: "If-Match never fails, so nothing that needs it can be asked.",
		Does:   "If-Match has to be there; which tag it has does not matter.",
		change: misreading(writing, ifMatch, func(*exchange, string) string { return "*" }),
	},
	{
		Name: "match-with-tags-of-old", Level: production, Breaks: rules("if.match"),
		Does:   "If-Match with a tag that the resource had once is good enough.",
		change: matchingOld("PUT PATCH DELETE", ifMatch),
	},
	{
		Name: "match-weakly", Level: production, Breaks: rules("if.match.strong"),
		Does:   "If-Match takes a weak tag for the strong one: W/ is stripped.",
		change: misreading(writing, ifMatch, func(_ *exchange, value string) string { return strings.ReplaceAll(value, "W/", "") }),
	},
	{
		Name: "match-weakly-for-tasks", Level: production, Breaks: rules("if.match.strong"),
		Does: "If-Match on a task takes a weak tag for the strong one.",
		change: misreading(writing+"/tasks/*", ifMatch, func(_ *exchange, value string) string {
			return strings.ReplaceAll(value, "W/", "")
		}),
	},
	{
		Name: "match-fails-and-it-is-done", Level: production, Breaks: rules("if.match", "if.match.strong", "if.match.missing"),
		Reason: "All rules that stand on If-Match need its refusal.",
		Does:   "A request that If-Match forbids gets 412 and done anyway.",
		change: doneAnyway("PUT PATCH DELETE", ifMatch),
	},
	{
		Name: "match-fails-with-409", Level: production, Breaks: rules("if.match", "if.match.strong", "if.match.missing", "create.only"),
		Reason: "All rules that stand on If-Match need its refusal.",
		Does:   "Where 412 is due the response is 409.",
		change: instead(http.StatusPreconditionFailed, http.StatusConflict),
	},
	{
		Name: "match-fails-with-400", Level: production, Breaks: rules("if.match", "if.match.strong", "if.match.missing", "create.only"),
		Reason: "All rules that stand on If-Match need its refusal.",
		Does:   "Where 412 is due the response is 400.",
		change: instead(http.StatusPreconditionFailed, http.StatusBadRequest),
	},
	{
		Name: "match-fails-with-304", Level: production, Breaks: rules("create.only"),
		Does: "PUT and POST with If-None-Match: * on an existing key answer 304, as GET does.",
		change: around("PUT POST", func(x *exchange) {
			if x.pass(); x.status == http.StatusPreconditionFailed && x.Header.Get(ifNoneMatch) != "" {
				x.notModified()
			}
		}),
	},
	{
		Name: "match-is-required", Level: production, Breaks: rules("items.replace"), Perhaps: rules(anyRule),
		Reason: "Every PUT without If-Match is refused, and most rules store something with PUT.",
		Does:   "PUT on an existing key without If-Match gets 428: that is stricter than the contract.",
		change: onTaken("PUT /items/*", func(x *exchange) {
			if x.Header.Get(ifMatch)+x.Header.Get(ifNoneMatch) == "" {
				x.refuse(http.StatusPreconditionRequired, "say If-Match")
				return
			}
			x.pass()
		}),
	},

	// If-Match where there is nothing

	{
		Name: "match-creates", Level: production, Breaks: rules("if.match.missing"),
		Does:   "PUT with a tag in If-Match on an unused key creates.",
		change: onFree("PUT /items/*", ifMatch, func(x *exchange) { x.Header.Del(ifMatch); x.pass() }),
	},
	{
		Name: "match-any-creates", Level: production, Breaks: rules("if.match.missing"),
		Does: "PUT with If-Match: * on an unused key creates.",
		change: onFree("PUT /items/*", ifMatch, func(x *exchange) {
			if x.Header.Get(ifMatch) == "*" {
				x.Header.Del(ifMatch)
			}
			x.pass()
		}),
	},
	{
		Name: "match-on-free-is-404", Level: production, Breaks: rules("if.match.missing"),
		Does:   "PUT with If-Match on an unused key responds 404.",
		change: onFree("PUT /items/*", ifMatch, func(x *exchange) { x.refuse(http.StatusNotFound, "Not found") }),
	},
	{
		Name: "match-on-free-is-500", Level: production, Breaks: rules("if.match.missing", "always"),
		Does:   "If-Match on an unused key gets 500: None has no ETag.",
		change: onFree("PUT PATCH DELETE /items/*", ifMatch, func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "match-on-free-is-412-and-created", Level: production, Breaks: rules("if.match.missing"),
		Does: "PUT with If-Match on an unused key responds 412 and creates.",
		change: onFree("PUT /items/*", ifMatch, func(x *exchange) {
			x.pass()
			x.Header.Del(ifMatch)
			x.passUnseen()
		}),
	},
	{
		Name: "match-on-free-delete-is-204", Level: production, Breaks: rules("if.match.missing"),
		Does:   "DELETE with If-Match on an unused key responds 204.",
		change: onFree("DELETE /items/*", ifMatch, func(x *exchange) { x.nothing(http.StatusNoContent) }),
	},
	{
		Name: "match-on-free-patch-creates", Level: production, Breaks: rules("if.match.patch"),
		Does: "PATCH with If-Match on an unused key creates.",
		change: onFree("PATCH /items/*", ifMatch, func(x *exchange) {
			x.ask(http.MethodPut, x.path(), object{"value": nil})
			x.Header.Del(ifMatch)
			x.pass()
		}),
	},
	{
		Name: "match-on-free-task-is-200", Level: production, Breaks: rules("if.match.missing"),
		Does:   "PUT with If-Match on an unused id responds 200 and does nothing.",
		change: onFree("PUT /tasks/*", ifMatch, func(x *exchange) { x.reply(http.StatusOK, object{"message": "Task updated"}) }),
	},
	{
		Name: "match-on-free-task-creates", Level: production, Breaks: rules("if.match.missing"),
		Does: "PUT with If-Match on an unused id makes a task.",
		change: onFree("PUT /tasks/*", ifMatch, func(x *exchange) {
			x.ask(http.MethodPost, x.path(), object{"description": ""})
			x.pass()
		}),
	},

	// If-None-Match: * on PUT and POST

	{
		Name: "create-only-is-ignored", Level: production, Breaks: rules("create.only"),
		Does:   "PUT and POST replace in spite of If-None-Match: *.",
		change: ignoring("PUT POST", ifNoneMatch),
	},
	{
		Name: "create-only-is-ignored-by-put", Level: production, Breaks: rules("create.only"),
		Does:   "PUT replaces in spite of If-None-Match: *.",
		change: ignoring("PUT", ifNoneMatch),
	},
	{
		Name: "create-only-is-ignored-by-post", Level: production, Breaks: rules("create.only"),
		Does:   "POST replaces an item in spite of If-None-Match: *.",
		change: ignoring("POST /items/*", ifNoneMatch),
	},
	{
		Name: "create-only-is-ignored-for-tasks", Level: production, Breaks: rules("create.only"),
		Does:   "POST replaces a task in spite of If-None-Match: *.",
		change: ignoring("POST /tasks/*", ifNoneMatch),
	},
	{
		Name: "create-only-takes-star-for-a-tag", Level: production, Breaks: rules("create.only"),
		Does:   "The star in If-None-Match is a tag like another, which nothing has.",
		change: misreading("PUT POST", ifNoneMatch, func(_ *exchange, value string) string { return strings.Trim(value, "*") }),
	},
	{
		Name: "create-only-never-creates", Level: production, Breaks: rules("create.only"),
		Does: "If-None-Match: * gets 412 on an unused key, too.",
		change: onFree("PUT POST /items/*", ifNoneMatch, func(x *exchange) {
			x.refuse(http.StatusPreconditionFailed, "precondition failed")
		}),
	},
	{
		Name: "create-only-is-refused-and-done", Level: production, Breaks: rules("create.only"),
		Does:   "If-None-Match: * on an existing key gets 412, and the value is replaced.",
		change: doneAnyway("PUT POST", ifNoneMatch),
	},
	{
		Name: "create-only-says-200-and-keeps", Level: production, Breaks: rules("create.only"),
		Does: "PUT with If-None-Match: * on an existing key responds 200 and changes nothing.",
		change: around("PUT", func(x *exchange) {
			if x.pass(); x.status == http.StatusPreconditionFailed && x.Header.Get(ifNoneMatch) != "" {
				x.reply(http.StatusOK, object{"message": "Item updated"})
			}
		}),
	},
	{
		Name: "create-only-is-204", Level: production, Breaks: rules("create.only"),
		Does: "PUT and POST with If-None-Match: * on an unused key create and answer 204.",
		change: around("PUT POST /items/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusCreated && x.Header.Get(ifNoneMatch) != "" {
				x.nothing(http.StatusNoContent)
			}
		}),
	},

	// Content codings

	{
		Name: "gzip-without-vary", Level: production, Breaks: rules("coding"),
		Does:   "GET answers in gzip to who takes it, and Vary does not say so.",
		change: compressed(func(x *exchange) { x.header.Set("ETag", inGzip(x.header.Get("ETag"))); x.header.Set("Vary", "Accept") }),
	},
	{
		Name: "gzip-with-the-plain-etag", Level: production, Breaks: rules("coding"),
		Does:   "Content in gzip has the same strong ETag as the plain content.",
		change: compressed(func(*exchange) {}),
	},
	{
		Name: "gzip-that-head-does-not-know", Level: production, Breaks: rules("coding"),
		Does: "Content in gzip has an ETag of its own, and HEAD has that of the plain content.",
		change: compressed(func(x *exchange) {
			if x.asked != http.MethodHead {
				x.header.Set("ETag", inGzip(x.header.Get("ETag")))
			}
		}),
	},
	{
		Name: "gzip-whose-etag-is-never-current", Level: production, Breaks: rules("coding"),
		Does: "Content in gzip has an ETag of its own, which If-None-Match does not know.",
		change: gzipping(func(x *exchange) {
			x.header.Set("ETag", inGzip(x.header.Get("ETag")))
		}),
	},
	{
		Name: "says-gzip-and-sends-plain", Level: production, Breaks: rules("coding", "always"),
		Does: "GET says Content-Encoding: gzip to who takes it, and the content is plain.",
		change: around("GET", func(x *exchange) {
			x.pass()
			if x.takesGzip() {
				x.header.Set("Content-Encoding", "gzip")
				x.header.Add("Vary", "Accept-Encoding")
			}
		}),
	},
}

// ignoring is a server that does not look at the field where the request matches the pattern.
func ignoring(pattern, field string) change {
	return around(pattern, func(x *exchange) {
		x.Header.Del(field)
		x.pass()
	})
}

// misreading is a server for which the field, where it is there, says what f makes of it: nothing for "".
func misreading(pattern, field string, f func(x *exchange, value string) string) change {
	return around(pattern, func(x *exchange) {
		value := strings.Join(x.Header.Values(field), ",")
		if value == "" {
			x.pass()
			return
		}
		x.Header.Del(field)
		if value = f(x, value); value != "" {
			x.Header.Set(field, value)
		}
		x.pass()
	})
}

// matchingOld is a server for which a tag that the resource had once is as good as the one that it has.
func matchingOld(methods, field string) change {
	p := parsePattern(methods)
	return remembering("/items/* /tasks/*", func() func(*exchange) {
		var given notes[string]
		return func(x *exchange) {
			before := given.edit(x.path(), func(all string) string { return all + x.etag() })
			for _, tag := range strings.Split(x.Header.Get(field), ",") {
				_, meant := p.match(x.Method, x.URL.EscapedPath())
				if tag = strings.TrimSpace(tag); meant && tag != "" && strings.Contains(before, tag) {
					x.Header.Set(field, "*")
				}
			}
			x.pass()
		}
	})
}

// notModified is a server that lets f go on where the reference has answered 304.
func notModified(f func(*exchange)) change {
	return around("GET", func(x *exchange) {
		if x.pass(); x.status == http.StatusNotModified {
			f(x)
		}
	})
}

// notModified answers 304 with what belongs to it.
func (x *exchange) notModified() {
	x.nothing(http.StatusNotModified)
	x.header.Del("Vary")
	x.header.Set("Cache-Control", "no-cache")
}

// uncached is a server that does not say how an answer may be cached where f says so.
func uncached(pattern string, f func(*exchange) bool) change {
	return around(pattern, func(x *exchange) {
		if x.pass(); f(x) {
			x.header.Del("Cache-Control")
		}
	})
}

// doneAnyway is a server that answers 412 because of the field, and does what was asked.
func doneAnyway(pattern, field string) change {
	return around(pattern, func(x *exchange) {
		if x.pass(); x.status == http.StatusPreconditionFailed && x.Header.Get(field) != "" {
			x.Header.Del(field)
			x.passUnseen()
		}
	})
}

// onFree is a server that lets f handle requests with the field where there is nothing.
func onFree(pattern, field string, f func(*exchange)) change {
	return around(pattern, func(x *exchange) {
		if x.Header.Get(field) != "" && !x.taken() {
			f(x)
			return
		}
		x.pass()
	})
}

// state is what a server with tags of its own knows of a resource.
type state struct {
	path    string
	content []byte // what GET sends
	changes int
	changed time.Time
}

// note counts what changes a resource.
func (s *state) note(r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodOptions {
		s.changes, s.changed = s.changes+1, time.Now()
	}
}

// tagging is a server whose entity-tags are what f makes of a state. It understands them in requests.
func tagging(f func(state) string) change { return taggingWith(f, (*state).note) }

// taggingWith is tagging for a server that has its own way to note what was done.
func taggingWith(f func(state) string, note func(*state, *http.Request)) change {
	return remembering("/items/* /tasks/*", func() func(*exchange) {
		t := &tagger{states: map[string]*state{}, tag: f, note: note}
		return t.handle
	})
}

type tagger struct {
	turn   sync.Mutex // one request at a time, so that a tag is that of the answer
	states map[string]*state
	tag    func(state) string
	note   func(*state, *http.Request)
}

func (t *tagger) handle(x *exchange) {
	t.turn.Lock()
	defer t.turn.Unlock()
	if mine, real := t.current(x); real != "" {
		for _, field := range []string{ifMatch, ifNoneMatch} {
			if value := x.Header.Get(field); value != "" {
				x.Header.Set(field, strings.ReplaceAll(value, mine, real))
			}
		}
	}
	if x.pass(); x.succeeded() {
		t.note(t.of(x), x.Request)
	}
	if x.header.Get("ETag") != "" {
		mine, _ := t.current(x)
		x.header.Set("ETag", mine)
	}
}

func (t *tagger) of(x *exchange) *state {
	path := x.URL.Path
	if t.states[path] == nil {
		t.states[path] = &state{path: path}
	}
	return t.states[path]
}

// current is the tag of the resource, as this server has it and as the reference does: "" if there is none.
func (t *tagger) current(x *exchange) (mine, real string) {
	now := x.ask(http.MethodGet, x.path(), nil)
	s := *t.of(x)
	s.content = now.body
	return t.tag(s), now.header.Get("ETag")
}

// gzipping is a server that compresses what GET gives to who takes it; f may change the answer.
func gzipping(f func(*exchange)) change {
	return outermost("GET", func(x *exchange) {
		x.pass()
		x.header.Add("Vary", "Accept-Encoding")
		if x.takesGzip() {
			x.gzip()
			f(x)
		}
	})
}

// compressed is gzipping for a server that knows the tags of compressed content in If-None-Match.
func compressed(f func(*exchange)) change {
	return outermost("GET", func(x *exchange) {
		asked := x.Header.Get("If-None-Match")
		x.Header.Set("If-None-Match", strings.ReplaceAll(asked, `-gzip"`, `"`))
		x.pass()
		x.header.Add("Vary", "Accept-Encoding")
		switch {
		case x.status == http.StatusNotModified:
			if strings.Contains(x.Header.Get("Accept-Encoding"), "gzip") {
				x.header.Set("ETag", asked)
			}
		case x.takesGzip():
			x.gzip()
			f(x)
		}
	})
}

// takesGzip reports whether there is content for a client that takes it in gzip.
func (x *exchange) takesGzip() bool {
	return x.status == http.StatusOK && len(x.body) > 0 && strings.Contains(x.Header.Get("Accept-Encoding"), "gzip")
}

// gzip compresses the content, and says so.
func (x *exchange) gzip() {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(x.body)
	_ = w.Close()
	x.body = b.Bytes()
	x.header.Del("Content-Length")
	x.header.Set("Content-Encoding", "gzip")
}

// inGzip is the tag of content in gzip.
func inGzip(tag string) string { return strings.TrimSuffix(tag, `"`) + `-gzip"` }
