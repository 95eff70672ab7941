package fault

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"restlab/server"
)

const (
	problemJSON    = "application/problem+json"
	idempotencyKey = "Idempotency-Key"
)

var clientFaults = []Fault{
	// Problem documents

	{
		Name: "problem-is-never-sent", Level: production, Breaks: rules("problem"),
		Does: "Who asks for application/problem+json gets the plain error.",
		change: around("", func(x *exchange) {
			x.Header.Set("Accept", "*/*")
			x.pass()
		}),
	},
	{
		Name: "problem-labelled-json", Level: production, Breaks: rules("problem"),
		Does:   "A problem document is labelled application/json.",
		change: problems(func(x *exchange, _ object) { x.label("application/json") }),
	},
	{
		Name: "problem-of-the-missing-alone", Level: production, Breaks: rules("problem"),
		Does: "Only 404 comes as a problem document; every other error is plain.",
		change: around("PUT POST PATCH", func(x *exchange) {
			x.Header.Set("Accept", "*/*")
			x.pass()
		}),
	},
	{
		Name: "problem-with-other-status", Level: production, Breaks: rules("problem"),
		Does:   "\"status\" in a problem document is always 400.",
		change: problems(func(_ *exchange, problem object) { problem["status"] = 400 }),
	},
	{
		Name: "problem-with-status-as-text", Level: production, Breaks: rules("problem"),
		Does:   "\"status\" in a problem document is a text.",
		change: problems(func(x *exchange, problem object) { problem["status"] = strconv.Itoa(x.status) }),
	},
	{
		Name: "problem-with-title-as-object", Level: production, Breaks: rules("problem"),
		Does:   "\"title\" in a problem document is an object with a text for each language.",
		change: problems(func(_ *exchange, problem object) { problem["title"] = object{"en": problem["title"]} }),
	},
	{
		Name: "problem-with-list-of-details", Level: production, Breaks: rules("problem"),
		Does:   "\"detail\" in a problem document is an array: a framework's list of what is invalid.",
		change: problems(func(_ *exchange, problem object) { problem["detail"] = array{problem["detail"]} }),
	},
	{
		Name: "problem-with-type-as-number", Level: production, Breaks: rules("problem"),
		Does:   "\"type\" in a problem document is a number.",
		change: problems(func(_ *exchange, problem object) { problem["type"] = 17 }),
	},
	{
		Name: "problem-with-instance-as-object", Level: production, Breaks: rules("problem"),
		Does:   "\"instance\" in a problem document is an object.",
		change: problems(func(x *exchange, problem object) { problem["instance"] = object{"path": x.URL.Path} }),
	},
	{
		Name: "problem-is-an-array", Level: production, Breaks: rules("problem"),
		Does: "A problem document is an array of problems.",
		change: around("", func(x *exchange) {
			if x.pass(); x.isProblem() {
				x.rewrite(func(problem any) any { return array{problem} })
			}
		}),
	},
	{
		Name: "problem-for-everybody", Level: production,
		Breaks: rules("problem", "items.read.missing", "items.delete.missing", "tasks.update.missing", "tasks.delete.missing"),
		Reason: "Each rule about a refusal at level basics checks the member error.",
		Does:   "Every error is a problem document without \"error\", whatever the client asks for.",
		change: around("", func(x *exchange) {
			x.Header.Set("Accept", problemJSON)
			x.pass()
		}),
	},
	{
		Name: "problem-for-who-takes-anything", Level: production,
		Breaks: rules("problem", "items.read.missing", "items.delete.missing", "tasks.update.missing", "tasks.delete.missing"),
		Reason: "Each rule about a refusal at level basics checks the member error.",
		Does:   "Accept: */* is taken for a wish for problem documents.",
		change: around("", func(x *exchange) {
			if accept := x.Header.Get("Accept"); accept == "" || strings.Contains(accept, "*/*") {
				x.Header.Set("Accept", problemJSON)
			}
			x.pass()
		}),
	},
	{
		Name: "problem-by-the-letter", Level: production, Breaks: rules("problem"),
		Does: "Only the exact Accept application/problem+json gets a problem document.",
		change: around("", func(x *exchange) {
			if x.Header.Get("Accept") != problemJSON {
				x.Header.Set("Accept", "*/*")
			}
			x.pass()
		}),
	},
	{
		Name: "problem-without-vary", Level: production, Breaks: rules("problem"),
		Does:   "No error says that its form depends on Accept, and any cache may keep it.",
		change: cacheable(func(x *exchange) bool { return true }),
	},
	{
		Name: "problem-without-vary-on-plain", Level: production, Breaks: rules("problem"),
		Does:   "Problem documents say Vary: Accept, and the plain errors do not.",
		change: cacheable(func(x *exchange) bool { return !x.isProblem() }),
	},
	{
		Name: "problem-with-vary-on-something-else", Level: production, Breaks: rules("problem"),
		Does: "Errors say Vary: Accept-Encoding instead of Accept.",
		change: around("", func(x *exchange) {
			if x.pass(); x.refused() {
				x.header.Set("Cache-Control", "no-cache")
				x.header.Set("Vary", "Accept-Encoding, Origin")
			}
		}),
	},
	{
		Name: "problem-with-200", Level: production, Breaks: rules("problem"),
		Does: "Who asks for problem documents gets them with the status 200.",
		change: around("", func(x *exchange) {
			if x.pass(); x.isProblem() {
				x.status = http.StatusOK
			}
		}),
	},
	{
		Name: "problem-for-what-is-right", Level: production, Breaks: rules("problem"),
		Does: "Who names application/problem+json gets a problem document with 200 for an item that is there.",
		change: around("GET /items/*", func(x *exchange) {
			if x.pass(); x.succeeded() && strings.Contains(x.Header.Get("Accept"), problemJSON) {
				x.reply(http.StatusOK, object{"title": "OK", "status": http.StatusOK})
				x.label(problemJSON)
			}
		}),
	},
	{
		Name: "problem-is-not-acceptable", Level: production, Breaks: rules("problem"),
		Does:   "Who asks for application/problem+json alone gets 406.",
		change: accepting(func(accept string) bool { return accept != problemJSON }),
	},
	{
		Name: "problem-of-html", Level: production, Breaks: rules("problem"),
		Does: "Who asks for application/problem+json gets the framework's page.",
		change: around("", func(x *exchange) {
			if x.pass(); x.isProblem() {
				x.page(x.status)
			}
		}),
	},

	// Idempotency-Key

	{
		Name: "retry-key-is-ignored", Level: production, Breaks: rules("retry.key"),
		Does:   "A POST with an Idempotency-Key makes a task each time.",
		change: ignoring("POST /tasks", idempotencyKey),
	},
	{
		Name: "retry-key-without-the-body", Level: production, Breaks: rules("retry.key"),
		Does:   "The same Idempotency-Key with another body is answered as if it were the first one.",
		change: replaying(func(x *exchange) string { return x.Header.Get(idempotencyKey) }),
	},
	{
		Name: "retry-key-with-the-body", Level: production, Breaks: rules("retry.key"),
		Does: "The same Idempotency-Key with another body makes another task: the body is part of the key.",
		change: replaying(func(x *exchange) string {
			if x.Header.Get(idempotencyKey) == "" {
				return ""
			}
			return x.Header.Get(idempotencyKey) + string(x.sent)
		}),
	},
	{
		Name: "retry-key-is-the-body", Level: production, Breaks: rules("retry.key"),
		Does: "A POST with an Idempotency-Key is the same as the one before that had the same body, whatever the keys are.",
		change: replaying(func(x *exchange) string {
			if x.Header.Get(idempotencyKey) == "" {
				return ""
			}
			return string(x.sent)
		}),
	},
	{
		Name: "retry-key-of-all", Level: production, Breaks: rules("retry.key"),
		Does:   "Every POST with an Idempotency-Key gets the response of the first one.",
		change: misreading("POST /tasks", idempotencyKey, func(*exchange, string) string { return `"key"` }),
	},
	{
		Name: "retry-key-cut-at-8", Level: production, Breaks: rules("retry.key"),
		Does: "Only the first eight characters of an Idempotency-Key count.",
		change: misreading("POST /tasks", idempotencyKey, func(_ *exchange, key string) string {
			return `"` + firstRunes(strings.Trim(key, `"`), 8) + `"`
		}),
	},
	{
		Name: "retry-key-for-each-connection", Level: production, Breaks: rules("retry.key"),
		Does:   "An Idempotency-Key is known on the connection that it came on.",
		change: replaying(withKey(func(x *exchange) string { return x.RemoteAddr })),
	},
	{
		Name: "retry-key-for-each-user-agent", Level: production, Breaks: rules("retry.key"),
		Does:   "An Idempotency-Key is known from the User-Agent that sent it.",
		change: replaying(withKey((*exchange).userAgent)),
	},
	{
		Name: "retry-key-is-good-for-one", Level: production, Breaks: rules("retry.key"),
		Does: "An Idempotency-Key is forgotten when it was used for a repetition.",
		change: remembering("POST /tasks", func() func(*exchange) {
			var used notes[int]
			return func(x *exchange) {
				if key := x.Header.Get(idempotencyKey); key != "" {
					x.Header.Set(idempotencyKey, fmt.Sprintf("%s-%d\"", strings.TrimSuffix(key, `"`), (count(&used, key)-1)/2))
				}
				x.pass()
			}
		}),
	},
	{
		Name: "retry-key-and-a-second-task", Level: production, Breaks: rules("retry.key"),
		Does: "A repetition gets the response of the first time, and makes a second task.",
		change: repeating(func(x *exchange) {
			if x.succeeded() {
				x.Header.Del(idempotencyKey)
				x.passUnseen()
			}
		}),
	},
	{
		Name: "retry-key-without-location", Level: production, Breaks: rules("retry.key"),
		Does: "A repetition makes no second task, and has no Location.",
		change: repeating(func(x *exchange) {
			if x.succeeded() {
				x.reply(http.StatusOK, object{"message": "done already"})
				x.header.Del("Location")
			}
		}),
	},
	{
		Name: "retry-key-repeated-is-409", Level: production, Breaks: rules("retry.key"),
		Does: "A repetition gets 409 and makes nothing.",
		change: repeating(func(x *exchange) {
			if x.succeeded() {
				x.refuse(http.StatusConflict, "done already")
			}
		}),
	},
	{
		Name: "retry-key-conflict-is-409", Level: production, Breaks: rules("retry.key"),
		Does: "The same Idempotency-Key with another body gets 409.",
		change: repeating(func(x *exchange) {
			if x.status == http.StatusUnprocessableEntity && bytesAreTask(x.sent) {
				x.restatus(http.StatusConflict)
			}
		}),
	},
	{
		Name: "retry-key-conflict-is-500", Level: production, Breaks: rules("retry.key", "always"),
		Does: "The same Idempotency-Key with another body gets 500: the column is unique.",
		change: repeating(func(x *exchange) {
			if x.status == http.StatusUnprocessableEntity && bytesAreTask(x.sent) {
				x.page(http.StatusInternalServerError)
			}
		}),
	},
	{
		Name: "retry-key-conflict-is-done", Level: production, Breaks: rules("retry.key"),
		Does: "The same Idempotency-Key with another body gets 422 and makes a task.",
		change: repeating(func(x *exchange) {
			if x.status == http.StatusUnprocessableEntity && bytesAreTask(x.sent) {
				x.Header.Del(idempotencyKey)
				x.passUnseen()
			}
		}),
	},
	{
		Name: "retry-key-conflict-changes-the-task", Level: production, Breaks: rules("retry.key"),
		Does: "The same Idempotency-Key with another body gets 422 and writes the new description over the first one.",
		change: remembering("POST /tasks beyond", func() func(*exchange) {
			var made notes[string]
			return func(x *exchange) {
				key := x.Header.Get(idempotencyKey)
				if x.pass(); x.succeeded() {
					made.set(key, x.header.Get("Location"))
				} else if key != "" && made.get(key) != "" {
					x.ask(http.MethodPost, made.get(key), decode(x.sent))
				}
			}
		}),
	},
	{
		Name: "retry-key-remembers-refusals-as-done", Level: production, Breaks: rules("retry.key"),
		Does: "The second time, a request that was refused gets 201.",
		change: remembering("POST /tasks", func() func(*exchange) {
			var seen notes[int]
			return func(x *exchange) {
				key := x.Header.Get(idempotencyKey)
				if x.pass(); key != "" && x.refused() && count(&seen, key+string(x.sent)) > 1 {
					x.reply(http.StatusCreated, object{"message": "done already"})
				}
			}
		}),
	},
	{
		Name: "retry-key-of-the-deleted-is-500", Level: production, Breaks: rules("retry.key", "always"),
		Does:   "A repetition gets 500 if its task was deleted: the key leads to a task that is not there.",
		change: repeatingDeleted(func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "retry-key-is-required", Level: production, Breaks: rules("tasks.create", "post.not.idempotent"),
		Does: "POST to the list without Idempotency-Key gets 400.",
		change: around("POST /tasks", func(x *exchange) {
			if x.Header.Get(idempotencyKey) == "" {
				x.refuse(http.StatusBadRequest, "say Idempotency-Key")
				return
			}
			x.pass()
		}),
	},

	// Pages

	{
		Name: "pages-by-offset", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "The next link says how many tasks to pass over: where some were deleted meanwhile, others are missed.",
		change: paging(func(tasks array, from string, most int) (array, string) { return byOffset(tasks, from, most, most) }),
	},
	{
		Name: "pages-by-offset-newest-first", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "Pages begin with the newest task and are counted by number: where some were added meanwhile, others come twice.",
		change: paging(func(tasks array, from string, most int) (array, string) {
			slices.Reverse(tasks)
			return byOffset(tasks, from, most, most)
		}),
	},
	{
		Name: "pages-overlap", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "Each page begins with the last task of the one before.",
		change: paging(func(tasks array, from string, most int) (array, string) {
			return byOffset(tasks, from, most, max(1, most-1))
		}),
	},
	{
		Name: "pages-skip-one", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "Between two pages a task is left out.",
		change: paging(func(tasks array, from string, most int) (array, string) { return byOffset(tasks, from, most, most+1) }),
	},
	{
		Name: "pages-with-one-too-many", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "A page has one task more than the limit.",
		change: paging(func(tasks array, from string, most int) (array, string) { return byOffset(tasks, from, most+1, most+1) }),
	},
	{
		Name: "pages-without-the-last", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The last page, which is not full, is never linked.",
		change: around("GET /tasks", func(x *exchange) {
			if x.pass(); x.header.Get("Link") == "" {
				return
			}
			if next := x.follow(); next.header.Get("Link") == "" {
				x.header.Del("Link")
			}
		}),
	},
	{
		Name: "pages-end-with-the-deleted", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The next link names the last task of the page, and where that was deleted meanwhile the next page is empty.",
		change: paging(func(tasks array, from string, most int) (array, string) {
			if from != "" && indexOf(tasks, from) < 0 {
				return array{}, ""
			}
			return behind(tasks, from, most)
		}),
	},
	{
		Name: "pages-begin-again-with-the-deleted", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "The next link names the last task of the page, and where that was deleted meanwhile it leads to the first page.",
		change: paging(behind),
	},
	{
		Name: "limit-is-ignored", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The list is always whole, whatever the limit says.",
		change: around("GET /tasks", func(x *exchange) {
			x.URL.RawQuery = ""
			x.pass()
		}),
	},
	{
		Name: "pages-without-link", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "A page has no Link to the next one.",
		change: linking(func(string) string { return "" }),
	},
	{
		Name: "next-link-without-limit", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The next link has lost the limit: the second page is all the rest.",
		change: linking(func(target string) string {
			_, after, _ := strings.Cut(target, "&after=")
			return `</tasks?after=` + after + `>; rel="next"`
		}),
	},
	{
		Name: "next-link-without-brackets", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "The target of the next link stands without angle brackets.",
		change: linking(func(target string) string { return target + `; rel="next"` }),
	},
	{
		Name: "next-link-without-relation", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "The link to the next page does not say rel.",
		change: linking(func(target string) string { return "<" + target + ">" }),
	},
	{
		Name: "next-link-with-another-relation", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "The link to the next page has the relation \"more\".",
		change: linking(func(target string) string { return "<" + target + `>; rel="more"; title="next"` }),
	},
	{
		Name: "next-link-of-another-resource", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "The link to the next page has an anchor: it says that it is a link of /items.",
		change: linking(func(target string) string { return "<" + target + `>; rel="next"; anchor="/items"` }),
	},
	{
		Name: "next-link-leads-nowhere", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "The next link leads to a path that is not there.",
		change: linking(func(target string) string { return "</api" + target + `>; rel="next"` }),
	},
	{
		Name: "next-link-to-itself", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The last page links to itself.",
		change: around("GET /tasks", func(x *exchange) {
			if x.pass(); x.succeeded() && x.URL.Query().Has("limit") && x.header.Get("Link") == "" {
				x.header.Set("Link", "<"+x.URL.RequestURI()+`>; rel="next"`)
			}
		}),
	},
	{
		Name: "next-link-on-every-page", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The last page has a next link, to an empty page that has one too.",
		change: paging(func(tasks array, from string, most int) (array, string) {
			at, _ := strconv.Atoi(from)
			page, _ := byOffset(tasks, from, most, most)
			return page, strconv.Itoa(at + most)
		}),
	},
	{
		Name: "next-link-behind-the-last-task", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "Each page has a next link that names its last task; behind the last one it names the same task again and again.",
		change: paging(func(tasks array, from string, most int) (array, string) {
			if strings.HasSuffix(from, "~") {
				return array{}, from + "~"
			}
			page, next := behind(tasks, from, most)
			return page, cmp.Or(next, from+"~")
		}),
	},
	{
		Name: "next-link-to-the-beginning", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The last page links to the first one.",
		change: around("GET /tasks", func(x *exchange) {
			if x.pass(); x.succeeded() && x.URL.Query().Has("limit") && x.header.Get("Link") == "" {
				x.header.Set("Link", "</tasks?limit="+x.URL.Query().Get("limit")+`>; rel="next"`)
			}
		}),
	},
	{
		Name: "last-page-again-and-again", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The last page has a next link to a page with the same tasks and another number.",
		change: numbering(func(tasks array, n, most int) (array, string) {
			return numbered(tasks, min(n, lastNumber(tasks, most)), most), strconv.Itoa(n + 1)
		}),
	},
	{
		Name: "pages-begin-again-at-the-end", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The last page has a next link to a page with the tasks of the first one and another number.",
		change: numbering(func(tasks array, n, most int) (array, string) {
			return numbered(tasks, n%(lastNumber(tasks, most)+1), most), strconv.Itoa(n + 1)
		}),
	},
	{
		Name: "every-page-is-the-first", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The next links count the pages, and each page has the first tasks.",
		change: numbering(func(tasks array, n, most int) (array, string) {
			return numbered(tasks, 0, most), strconv.Itoa(n + 1)
		}),
	},
	{
		Name: "every-page-is-the-whole-list", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "The next links count the pages, and each page has all tasks.",
		change: numbering(func(tasks array, n, _ int) (array, string) { return tasks, strconv.Itoa(n + 1) }),
	},
	{
		Name: "pages-of-tasks-that-nobody-made", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "Behind the last task there are pages without end, each with a task that nobody has made.",
		change: numbering(func(tasks array, n, most int) (array, string) {
			if n <= lastNumber(tasks, most) {
				return numbered(tasks, n, most), strconv.Itoa(n + 1)
			}
			id := "example-" + strconv.Itoa(n)
			return array{object{"id": id, "description": "Example", "complete": false}}, strconv.Itoa(n + 1)
		}),
	},
	{
		Name: "pages-go-back", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The second page has the previous page as its next link.",
		change: numbering(func(tasks array, n, most int) (array, string) {
			if n == 0 {
				return numbered(tasks, 0, most), "1"
			}
			return numbered(tasks, n, most), strconv.Itoa(n - 1)
		}),
	},
	{
		Name: "next-link-to-a-page-of-nothing", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The last page has a next link, to a page that responds 404.",
		change: around("GET /tasks", func(x *exchange) {
			if x.URL.Query().Get("after") == "end" {
				x.refuse(http.StatusNotFound, "no such page")
				return
			}
			if x.pass(); x.succeeded() && x.URL.Query().Has("limit") && x.nextPage() == "" {
				x.header.Set("Link", "</tasks?limit="+x.URL.Query().Get("limit")+`&after=end>; rel="next"`)
			}
		}),
	},
	{
		Name: "next-link-with-null", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "The last page has a next link with after=null, which leads to the first page.",
		change: around("GET /tasks", func(x *exchange) {
			limit := x.URL.Query().Get("limit")
			if x.URL.Query().Get("after") == "null" {
				x.URL.RawQuery = "limit=" + limit
			}
			if x.pass(); x.succeeded() && limit != "" && x.nextPage() == "" {
				x.header.Set("Link", "</tasks?limit="+limit+`&after=null>; rel="next"`)
			}
		}),
	},
	{
		Name: "next-link-is-empty", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does:   "The next link has no target between its brackets, so it stands for the page itself.",
		change: linking(func(string) string { return `<>; rel="next"` }),
	},
	{
		Name: "limit-above-twenty-is-refused", Level: production, Breaks: rules("paging"), Perhaps: rules("steady", "model"),
		Does: "A limit above 20 is refused with 400.",
		change: around("GET /tasks", func(x *exchange) {
			if limit, err := strconv.Atoi(x.URL.Query().Get("limit")); err == nil && limit > 20 {
				x.refuse(http.StatusBadRequest, "the limit is 20")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "pages-are-objects", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "A page is an object with the tasks and a link in it.",
		change: around("GET /tasks", func(x *exchange) {
			if x.pass(); x.succeeded() && x.URL.Query().Has("limit") {
				x.rewrite(func(tasks any) any { return object{"tasks": tasks, "next": x.header.Get("Link")} })
			}
		}),
	},
	{
		Name: "limit-of-zero-is-all", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "A limit of 0 gives the whole list: \"if limit\".",
		change: limited(func(limit string) string {
			if limit == "0" {
				return ""
			}
			return limit
		}),
	},
	{
		Name: "limit-below-zero-is-sliced", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "A limit of -1 gives all but the last task: tasks[:limit].",
		change: around("GET /tasks", func(x *exchange) {
			if n, err := strconv.Atoi(x.URL.Query().Get("limit")); err == nil && n < 0 {
				x.URL.RawQuery = ""
				x.pass()
				x.relist(func(tasks array) any { return tasks[:max(0, len(tasks)+n)] })
				return
			}
			x.pass()
		}),
	},
	{
		Name: "limit-that-is-no-number-is-ignored", Level: production, Breaks: rules("paging"), Perhaps: rules("steady"),
		Does: "A limit that is no number gives the whole list.",
		change: limited(func(limit string) string {
			if _, err := strconv.Atoi(limit); err != nil {
				return ""
			}
			return limit
		}),
	},
	{
		Name: "limit-that-is-no-number-is-500", Level: production, Breaks: rules("paging", "always"),
		Does: "A limit that is no number gets 500: int(\"ten\").",
		change: around("GET /tasks", func(x *exchange) {
			if limit := x.URL.Query().Get("limit"); limit == "ten" {
				x.page(http.StatusInternalServerError)
				return
			}
			x.pass()
		}),
	},
	{
		Name: "limit-of-twenty-by-itself", Level: production, Breaks: rules("paging", "tasks.list"), Perhaps: rules(anyRule),
		Reason: "A list that is cut shows no new task, and most rules about tasks look at the list.",
		Does:   "Without a limit the list has the first twenty tasks and a link to the rest.",
		change: around("GET /tasks", func(x *exchange) {
			if x.URL.RawQuery == "" {
				x.URL.RawQuery = "limit=20"
			}
			x.pass()
		}),
	},

	// Far too large

	{
		Name: "huge-is-accepted", Level: production, Breaks: rules("too.large"),
		Perhaps: rules(anyRule), // the list has become longer than the lab reads
		Does:    "A body of 4 MiB is stored.",
		change:  change{limits: roomy},
	},
	{
		Name: "huge-is-refused-and-stored", Level: production, Breaks: rules("too.large"),
		Perhaps: rules(anyRule), // the list has become longer than the lab reads
		Does:    "A body of 4 MiB gets 413 and stored.",
		change: huge(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(&recorder{header: http.Header{}}, r)
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}),
	},
	{
		Name: "huge-is-400", Level: production, Breaks: rules("too.large"),
		Does: "A body of 4 MiB is read and answered 400.",
		change: huge(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			drain(r)
			w.WriteHeader(http.StatusBadRequest)
		}),
	},
	{
		Name: "huge-is-500", Level: production, Breaks: rules("too.large", "always"),
		Does: "A body of 4 MiB gets 500: an exception that nobody caught.",
		change: huge(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			drain(r)
			w.WriteHeader(http.StatusInternalServerError)
		}),
	},
	{
		Name: "huge-is-lost", Level: production, Breaks: rules("too.large"),
		Does: "A body of 4 MiB gets 200, and nothing is stored.",
		change: huge(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			drain(r)
			w.WriteHeader(http.StatusOK)
		}),
	},
	{
		Name: "huge-clears", Level: production, Breaks: rules("too.large"),
		Does: "A body of 4 MiB gets 413, but the old value was thrown away before it was read.",
		change: huge(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			x := newExchange(r.Method, r, next)
			x.ask(http.MethodDelete, x.path(), nil)
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}),
	},
	{
		Name: "huge-body-hangs", Level: production, Breaks: rules("too.large"), Perhaps: rules(anyRule), // a busy machine is late too
		Does: "A body of 4 MiB is never read to its end, and never answered.",
		change: huge(func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
			waitForClient(newExchange(r.Method, r, next))
		}),
	},
	{
		Name: "huge-is-the-end", Level: production, Breaks: rules("too.large"), Perhaps: rules(anyRule),
		Reason: "A server that has stopped cannot be asked anything.",
		Does:   "After a body of 4 MiB the server answers nobody any more: it has run out of memory.",
		change: change{handler: endingWithHuge},
	},
}

// problems is a server that makes other problem documents.
func problems(f func(x *exchange, problem object)) change {
	return around("", func(x *exchange) {
		if x.pass(); x.isProblem() {
			x.members(func(problem object) { f(x, problem) })
		}
	})
}

// cacheable is a server that lets caches keep errors without a word about Accept, where f says so.
func cacheable(f func(*exchange) bool) change {
	return around("", func(x *exchange) {
		if x.pass(); x.refused() {
			x.header.Set("Cache-Control", "no-cache")
			if f(x) {
				x.header.Del("Vary")
			}
		}
	})
}

func (x *exchange) userAgent() string { return x.UserAgent() }

// withKey is a name for what a server remembers under a key: "" where there is none.
func withKey(f func(*exchange) string) func(*exchange) string {
	return func(x *exchange) string {
		key := x.Header.Get(idempotencyKey)
		if key == "" {
			return ""
		}
		return key + " " + f(x)
	}
}

// replaying is a server that gives the answer to POST /tasks again where f makes the same name of the request. What has
// the name "" is not remembered.
func replaying(f func(*exchange) string) change {
	return remembering("POST /tasks", func() func(*exchange) {
		var turn sync.Mutex
		answers := map[string]*exchange{}
		return func(x *exchange) {
			name := f(x)
			if x.Header.Del(idempotencyKey); name == "" {
				x.pass()
				return
			}
			turn.Lock()
			defer turn.Unlock()
			if first := answers[name]; first != nil {
				x.status, x.header, x.body = first.status, first.header, first.body
				return
			}
			if x.pass(); x.succeeded() {
				answers[name] = x
			}
		}
	})
}

// repeating is a server that lets f go on where a key comes for the second time.
func repeating(f func(*exchange)) change {
	return remembering("POST /tasks", func() func(*exchange) {
		var used notes[int]
		return func(x *exchange) {
			key := x.Header.Get(idempotencyKey)
			if x.pass(); key != "" && count(&used, key) > 1 {
				f(x)
			}
		}
	})
}

// repeatingDeleted is a server that lets f answer a repetition whose task was deleted. It looks at the Location, where that is the
// path of a task.
func repeatingDeleted(f func(*exchange)) change {
	return remembering("POST /tasks", func() func(*exchange) {
		var made notes[string] // Locations, by keys
		return func(x *exchange) {
			key := x.Header.Get(idempotencyKey)
			x.pass()
			if key == "" || !x.succeeded() {
				return
			}
			first := made.set(key, x.header.Get("Location"))
			if strings.HasPrefix(first, "/tasks/") && x.ask(http.MethodGet, first, nil).refused() {
				f(x)
			}
		}
	})
}

// bytesAreTask reports whether a body describes a task.
func bytesAreTask(sent []byte) bool {
	body, _ := decode(sent).(object)
	return kind(body["description"]) == "text"
}

// paging is a server with pages of its own: f gets all tasks, where the page begins ("" for the first) and how many it
// may have, and returns the page and where the next one begins, "" for none.
func paging(f func(tasks array, from string, most int) (page array, next string)) change {
	return around("GET /tasks", func(x *exchange) {
		query := x.URL.Query()
		most, err := strconv.Atoi(query.Get("limit"))
		if err != nil || most < 1 {
			x.pass()
			return
		}
		x.URL.RawQuery = ""
		x.pass()
		x.relist(func(tasks array) any {
			page, next := f(tasks, query.Get("from"), most)
			if next != "" {
				x.header.Set("Link", fmt.Sprintf(`</tasks?limit=%d&from=%s>; rel="next"`, most, url.QueryEscape(next)))
			}
			return page
		})
	})
}

// numbering is a server whose pages have numbers, from 0: f returns a page, and the number of the next one, "" for none.
func numbering(f func(tasks array, n, most int) (page array, next string)) change {
	return paging(func(tasks array, from string, most int) (array, string) {
		n, _ := strconv.Atoi(from)
		return f(tasks, max(0, min(n, 1_000_000)), most)
	})
}

// numbered is page n of so many tasks each, which is empty behind the last task.
func numbered(tasks array, n, most int) array {
	if n > len(tasks)/most {
		return array{}
	}
	rest := tasks[n*most:]
	return rest[:min(most, len(rest))]
}

// lastNumber is the number of the last page with a task.
func lastNumber(tasks array, most int) int { return max(0, len(tasks)-1) / most }

// byOffset is the page of so many tasks from a place on; the next one begins a step further.
func byOffset(tasks array, from string, most, step int) (page array, next string) {
	at, _ := strconv.Atoi(from)
	at = min(at, len(tasks))
	if at+most < len(tasks) {
		next = strconv.Itoa(at + step)
	}
	return tasks[at:min(at+most, len(tasks))], next
}

// behind is the page of so many tasks after the one with the id, or of the first ones where it is not there.
func behind(tasks array, id string, most int) (page array, next string) {
	rest := tasks[indexOf(tasks, id)+1:]
	if len(rest) <= most {
		return rest, ""
	}
	return rest[:most], idOf(rest[most-1])
}

func indexOf(tasks array, id string) int {
	return slices.IndexFunc(tasks, func(task any) bool { return idOf(task) == id })
}

// linking is a server that says something else in Link; f gets the target of the next page.
func linking(f func(target string) string) change {
	return around("GET /tasks", func(x *exchange) {
		x.pass()
		if target := x.nextPage(); target != "" {
			if x.header.Del("Link"); f(target) != "" {
				x.header.Set("Link", f(target))
			}
		}
	})
}

// nextPage is where the next page is, "" if there is none; follow reads it.
func (x *exchange) nextPage() string {
	target, _, _ := strings.Cut(strings.TrimPrefix(x.header.Get("Link"), "<"), ">")
	return target
}

func (x *exchange) follow() *exchange {
	next := newExchange(x.Method, x.Request, x.next)
	next.URL, _ = url.Parse(x.nextPage())
	next.pass()
	return next
}

// limited is a server that reads another limit than the client sent: f gets it, and returns "" for none.
func limited(f func(limit string) string) change {
	return around("GET /tasks", func(x *exchange) {
		query := x.URL.Query()
		if limit := query.Get("limit"); limit != "" {
			query.Del("limit")
			if limit = f(limit); limit != "" {
				query.Set("limit", limit)
			}
			x.URL.RawQuery = query.Encode()
		}
		x.pass()
	})
}

// roomy lets requests be as large as they like.
func roomy(limits *server.Limits) { limits.Body, limits.Stored = 64<<20, 1<<30 }

const tooMuch = 1 << 20

// huge is a server that lets f answer requests that are far too large. The reference would take them.
func huge(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) change {
	return change{limits: roomy, handler: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > tooMuch {
				f(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}}
}

func drain(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) } // an error means that the client has gone

// endingWithHuge is a handler that answers nobody after a request that is far too large.
func endingWithHuge(next http.Handler) http.Handler {
	var ended atomic.Bool
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > tooMuch {
			ended.Store(true)
		}
		if ended.Load() {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
}
