package fault

import (
	"context"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"restlab/server"
)

var taskFaults = []Fault{
	// The list

	{
		Name: "empty-list-is-null", Level: basics, Breaks: rules("tasks.list"), Perhaps: rules(anyRule), // as long as it is empty
		Does: "GET /tasks answers null where there is no task: a nil slice in Go.",
		change: listing(func(tasks array) any {
			if len(tasks) == 0 {
				return nil
			}
			return tasks
		}),
	},
	{
		Name: "empty-list-is-404", Level: basics, Breaks: rules("tasks.list"), Perhaps: rules(anyRule),
		Does: "GET /tasks responds 404 where there is no task.",
		change: around("GET /tasks", func(x *exchange) {
			if x.pass(); x.status == http.StatusOK && len(x.content().(array)) == 0 {
				x.refuse(http.StatusNotFound, "No tasks")
			}
		}),
	},
	{
		Name: "list-is-an-object", Level: basics,
		Breaks: rules("tasks.list"),
		Does:   "GET /tasks answers {\"tasks\": […]}.",
		change: listing(func(tasks array) any { return object{"tasks": tasks} }),
	},
	{
		Name: "list-is-a-dictionary", Level: basics,
		Breaks: rules("tasks.list"),
		Does:   "GET /tasks answers an object with a member for each id: the dictionary as it is stored.",
		change: listing(func(tasks array) any {
			byID := object{}
			for _, task := range tasks {
				byID[idOf(task)] = task
			}
			return byID
		}),
	},
	{
		Name: "list-has-ids-only", Level: basics,
		Breaks: rules("tasks.list", "tasks.add"),
		Does:   "GET /tasks answers the ids alone.",
		change: listing(func(tasks array) any { return each(tasks, func(task object) any { return task["id"] }) }),
	},
	{
		Name: "list-without-id", Level: basics, Breaks: rules("tasks.list", "tasks.add"),
		Does:   "The tasks in the list have no id.",
		change: showing(func(task object) { delete(task, "id") }),
	},
	{
		Name: "list-with-other-names", Level: basics, Breaks: rules("tasks.list"),
		Does: "The tasks have \"done\" where the contract has \"complete\".",
		change: showing(func(task object) {
			task["done"] = task["complete"]
			delete(task, "complete")
		}),
	},
	{
		Name: "complete-as-text", Level: basics, Breaks: rules("tasks.list"),
		Does:   "\"complete\" is the text \"true\" or \"false\".",
		change: showing(func(task object) { task["complete"] = strings.TrimSpace(string(encode(task["complete"]))) }),
	},
	{
		Name: "complete-as-number", Level: basics, Breaks: rules("tasks.list"),
		Does: "\"complete\" is 0 or 1, as SQLite stores it.",
		change: showing(func(task object) {
			number := map[any]int{false: 0, true: 1}
			task["complete"] = number[task["complete"]]
		}),
	},
	{
		Name: "incomplete-is-null", Level: basics,
		Breaks: rules("tasks.list"),
		Does:   "\"complete\" is null until the task is completed.",
		change: showing(func(task object) {
			if task["complete"] == false {
				task["complete"] = nil
			}
		}),
	},
	{
		Name: "list-of-the-latest-hundred", Level: basics, Breaks: rules("tasks.list"),
		Does: "GET /tasks lists the hundred newest tasks.",
		change: listing(func(tasks array) any {
			return tasks[max(0, len(tasks)-100):]
		}),
	},
	{
		Name: "list-of-the-latest-twenty", Level: basics, Breaks: rules("tasks.list"),
		Perhaps: rules("steady"), // others add tasks meanwhile
		Does:    "GET /tasks lists the twenty newest tasks.",
		change: listing(func(tasks array) any {
			return tasks[max(0, len(tasks)-20):]
		}),
	},
	{
		Name: "list-of-the-first-ten", Level: basics, Breaks: rules("tasks.list"),
		Perhaps: rules(anyRule), // who comes early has its tasks listed
		Does:    "GET /tasks lists the ten oldest tasks.",
		change: listing(func(tasks array) any {
			return tasks[:min(10, len(tasks))]
		}),
	},
	{
		Name: "list-hides-completed", Level: basics,
		Breaks: rules("tasks.list", "tasks.complete"),
		Does:   "GET /tasks leaves out what is complete.",
		change: listing(func(tasks array) any {
			return slices.DeleteFunc(tasks, func(task any) bool { return task.(object)["complete"] == true })
		}),
	},

	// POST on an unused id

	{
		Name: "task-post-answers-200", Level: basics, Breaks: rules("tasks.add"),
		Does: "POST of a task responds 200 OK.",
		change: around("POST /tasks/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusCreated {
				x.status = http.StatusOK
			}
		}),
	},
	{
		Name: "task-begins-complete", Level: basics,
		Breaks: rules("tasks.list", "tasks.add", "tasks.add.taken"),
		Does:   "A new task is complete.",
		change: storingTasks(func(task server.Task) server.Task {
			task.Complete = true
			return task
		}),
	},
	{
		Name: "description-escaped-for-html", Level: basics, Breaks: rules("tasks.add"),
		Does:   "<b> in a description comes back as &lt;b&gt;.",
		change: describing(html.EscapeString),
	},
	{
		Name: "description-cut-at-200", Level: basics, Breaks: rules("tasks.add"),
		Does:   "A description is cut after 200 characters.",
		change: describing(func(text string) string { return firstRunes(text, 200) }),
	},
	{
		Name: "description-in-latin-1", Level: basics, Breaks: rules("tasks.add"),
		Does:   "Letters outside Latin-1 come back as question marks.",
		change: describing(latin1),
	},
	{
		Name: "description-is-unique", Level: basics, Breaks: rules("tasks.add"), Perhaps: rules("steady"),
		Reason: "Rules about several tasks give them the same description.",
		Does:   "A second task with the same description is refused with 409.",
		change: around("POST /tasks/*", func(x *exchange) {
			body, _ := decode(x.sent).(object)
			for _, task := range x.ask(http.MethodGet, "/tasks", nil).content().(array) {
				if task.(object)["description"] == body["description"] && idOf(task) != x.name() {
					x.refuse(http.StatusConflict, "there is such a task")
					return
				}
			}
			x.pass()
		}),
	},
	{
		Name: "deleted-id-is-blocked", Level: basics, Breaks: rules("tasks.add"),
		Does:   "The id of a deleted task cannot be used again (409).",
		change: blockingDeletedNames("POST /tasks/*"),
	},
	{
		Name: "task-gets-another-id", Level: basics,
		Breaks: rules("tasks.add", "tasks.list"),
		Reason: "A task that has another id than the client gave cannot be found again.",
		Does:   "The server draws an id of its own, whatever the path says.",
		change: storingTasks(func(task server.Task) server.Task {
			task.ID = task.ID + "-" + string(rune('a'+rand.IntN(26)))
			return task
		}),
	},

	// POST on an existing id

	{
		Name: "task-is-listed-twice", Level: basics, Breaks: rules("tasks.add.taken"),
		Does:   "POST on an existing id adds a second task with that id: the tasks are a list.",
		change: listingTwice("POST", func(object) {}),
	},
	{
		Name: "task-post-says-created-and-keeps", Level: basics, Breaks: rules("tasks.add.taken"),
		Does:   "POST on an existing id responds 201 and keeps the old task.",
		change: onTaken("POST /tasks/*", func(x *exchange) { x.reply(http.StatusCreated, object{"message": "Task added"}) }),
	},
	{
		Name: "task-post-says-conflict-and-replaces", Level: basics, Breaks: rules("tasks.add.taken"),
		Does: "POST on an existing id responds 409 and replaces the task anyway.",
		change: onTaken("POST /tasks/*", func(x *exchange) {
			x.pass()
			x.refuse(http.StatusConflict, "taken")
		}),
	},
	{
		Name: "task-post-on-taken-is-500", Level: basics, Breaks: rules("tasks.add.taken", "always"),
		Does:   "POST on an existing id responds 500: the database's IntegrityError.",
		change: onTaken("POST /tasks/*", func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "replaced-task-stays-complete", Level: basics, Breaks: rules("tasks.add.taken"),
		Does: "POST on an existing id replaces the description and keeps \"complete\".",
		change: storing(store{putTask: func(ctx context.Context, s server.Store, task server.Task, only server.Preconditions) (bool, error) {
			if old, err := s.Task(ctx, task.ID); err == nil {
				task = server.NewTask(task.ID, task.Description, old.Complete)
			}
			return s.PutTask(ctx, task, only)
		}}),
	},

	// PUT

	{
		Name: "put-toggles", Level: basics, Breaks: rules("tasks.complete"),
		Perhaps: rules("idempotent", "duplicated"), // not reached where a Given has met it
		Does:    "PUT reverses \"complete\", whatever the body says.",
		change:  updating(func(now bool, _ *bool) *bool { return new(!now) }),
	},
	{
		Name: "put-always-completes", Level: basics, Breaks: rules("tasks.complete"),
		Does:   "PUT completes the task, whatever the body says.",
		change: updating(func(bool, *bool) *bool { return new(true) }),
	},
	{
		Name: "put-cannot-open", Level: basics, Breaks: rules("tasks.complete"),
		Does: "PUT with false changes nothing: \"if data.get('complete')\".",
		change: updating(func(now bool, wanted *bool) *bool {
			return new(now || wanted != nil && *wanted)
		}),
	},
	{
		Name: "put-without-complete-opens", Level: basics, Breaks: rules("tasks.complete"),
		Does: "PUT of {} opens the task: data.get('complete', False).",
		change: updating(func(_ bool, wanted *bool) *bool {
			return new(wanted != nil && *wanted)
		}),
	},
	{
		Name: "put-without-complete-is-500", Level: basics, Breaks: rules("tasks.complete", "always"),
		Does:   "PUT of {} responds 500: a KeyError that nobody caught.",
		change: puttingNothing(func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "put-does-nothing", Level: basics,
		Breaks: rules("tasks.complete"),
		Reason: "No other request completes a task.",
		Does:   "PUT on a task responds 200 and changes nothing.",
		change: updating(func(bool, *bool) *bool { return nil }),
	},
	{
		Name: "put-without-complete-is-refused-and-done", Level: basics, Breaks: rules("tasks.complete"),
		Does: "PUT without complete is refused with 422, after the task was opened again.",
		change: around("PUT /tasks/*", func(x *exchange) {
			if body, ok := decode(x.sent).(object); ok && len(body) == 0 && x.taken() {
				x.ask(http.MethodPut, x.path(), object{"complete": false})
				x.refuse(http.StatusUnprocessableEntity, "complete is missing")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "put-loses-the-description", Level: basics,
		Breaks: rules("tasks.complete"),
		Reason: "No other request completes a task.",
		Does:   "PUT replaces the task by its body: the description is gone.",
		change: around("PUT /tasks/*", func(x *exchange) {
			if body, ok := decode(x.sent).(object); ok && x.taken() && body["description"] == nil {
				x.ask(http.MethodPost, x.path(), object{"description": ""})
			}
			x.pass()
		}),
	},
	{
		Name: "put-adds-an-entry", Level: basics,
		Breaks:  rules("tasks.complete"),
		Perhaps: rules("idempotent", "duplicated", "tasks.list", "tasks.add.taken", "tasks.delete"), // not reached where a Given has met it
		Reason:  "No other request completes a task.",
		Does:    "PUT adds the changed task to the list, beside the old one.",
		change:  listingTwice("PUT", func(copy object) { copy["complete"] = false }),
	},
	{
		Name: "task-put-answers-201", Level: basics, Breaks: rules("tasks.complete"),
		Does: "PUT on a task responds 201 Created.",
		change: around("PUT /tasks/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.status = http.StatusCreated
			}
		}),
	},

	// PUT on an unused id

	{
		Name: "task-put-creates", Level: basics, Breaks: rules("tasks.update.missing"),
		Does: "PUT on an unused id makes a task without a description.",
		change: updatingMissing(func(x *exchange) {
			x.ask(http.MethodPost, x.path(), object{"description": ""})
			x.pass()
		}),
	},
	{
		Name: "task-put-on-missing-is-200", Level: basics, Breaks: rules("tasks.update.missing"),
		Does:   "PUT on an unused id responds 200 and does nothing: an UPDATE of no rows.",
		change: updatingMissing(func(x *exchange) { x.reply(http.StatusOK, object{"message": "Task updated"}) }),
	},
	{
		Name: "task-put-on-missing-is-500", Level: basics, Breaks: rules("tasks.update.missing", "always"),
		Does:   "PUT on an unused id responds 500: a KeyError that nobody caught.",
		change: updatingMissing(func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "task-put-on-missing-is-a-page", Level: basics, Breaks: rules("tasks.update.missing"),
		Does:   "PUT on an unused id responds 404 with a page of HTML.",
		change: updatingMissing(func(x *exchange) { x.page(http.StatusNotFound) }),
	},
	{
		Name: "task-put-revives", Level: basics, Breaks: rules("tasks.update.missing"),
		Does: "PUT on a deleted id brings the task back.",
		change: remembering("PUT DELETE /tasks/*", func() func(*exchange) {
			var deleted notes[object]
			return func(x *exchange) {
				old, taken := x.stored()
				if x.Method == http.MethodDelete && taken {
					deleted.set(x.name(), old)
				} else if grave := deleted.get(x.name()); x.Method == http.MethodPut && !taken && grave != nil {
					x.ask(http.MethodPost, x.path(), grave)
				}
				x.pass()
			}
		}),
	},

	// DELETE

	{
		Name: "task-delete-does-nothing", Level: basics,
		Breaks: rules("tasks.delete", "tasks.delete.missing"),
		Reason: "No other request deletes a task.",
		Does:   "DELETE of a task responds 200 and the task stays.",
		change: around("DELETE /tasks/*", func(x *exchange) { x.reply(http.StatusOK, object{"message": "Task deleted"}) }),
	},
	{
		Name: "task-delete-completes", Level: basics,
		Breaks: rules("tasks.delete"),
		Reason: "No other request deletes a task.",
		Does:   "DELETE marks the task as complete and leaves it in the list.",
		change: onTaken("DELETE /tasks/*", func(x *exchange) {
			x.ask(http.MethodPut, x.path(), object{"complete": true})
			x.reply(http.StatusOK, object{"message": "Task deleted"})
		}),
	},
	{
		Name: "completed-task-cannot-be-deleted", Level: basics, Breaks: rules("tasks.delete"),
		Does: "DELETE of a completed task responds 404.",
		change: around("DELETE /tasks/*", func(x *exchange) {
			if task, _ := x.stored(); task["complete"] == true {
				x.refuse(http.StatusNotFound, "Task not found")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "task-delete-answers-202", Level: basics, Breaks: rules("tasks.delete"),
		Does: "DELETE of a task responds 202 Accepted, although it is done already.",
		change: around("DELETE /tasks/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.status = http.StatusAccepted
			}
		}),
	},
	{
		Name: "task-delete-of-missing-is-204", Level: basics, Breaks: rules("tasks.delete.missing"),
		Does:   "DELETE of an unused id responds 204, as if there had been something.",
		change: deletingMissing("/tasks/*", func(x *exchange) { x.nothing(http.StatusNoContent) }),
	},
	{
		Name: "task-delete-of-missing-is-500", Level: basics,
		Breaks: rules("tasks.delete.missing", "idempotent", "always"),
		Does:   "The second DELETE of a task responds 500: a ValueError that nobody caught.",
		change: deletingMissing("/tasks/*", func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "task-delete-of-missing-is-a-text", Level: basics, Breaks: rules("tasks.delete.missing"),
		Does:   "DELETE of an unused id responds 404 with plain text.",
		change: deletingMissing("/tasks/*", func(x *exchange) { x.notFoundAsText() }),
	},

	// From level http on: GET of one task, POST to the list

	{
		Name: "task-cannot-be-read", Level: atHTTP,
		Breaks: rules("tasks.read", "tasks.create", "post.not.idempotent"),
		Does:   "GET of a task responds 405: only the list can be read.",
		change: around("GET /tasks/*", func(x *exchange) { x.refuseMethod("DELETE, OPTIONS, POST, PUT") }),
	},
	{
		Name: "task-read-without-id", Level: atHTTP, Breaks: rules("tasks.read"),
		Does: "GET of a task answers it without its id.",
		change: around("GET /tasks/*", func(x *exchange) {
			x.pass()
			x.members(func(task object) { delete(task, "id") })
		}),
	},
	{
		Name: "missing-task-is-null", Level: atHTTP, Breaks: rules("tasks.read"),
		Does: "GET of an unused id responds 200 with null.",
		change: around("GET /tasks/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusNotFound {
				x.reply(http.StatusOK, nil)
			}
		}),
	},
	{
		Name: "deleted-task-can-be-read", Level: atHTTP, Breaks: rules("tasks.read"),
		Does: "GET of a deleted task still gives it.",
		change: remembering("GET DELETE /tasks/*", func() func(*exchange) {
			var deleted notes[object]
			return func(x *exchange) {
				if old, taken := x.stored(); x.Method == http.MethodDelete && taken {
					deleted.set(x.name(), old)
				}
				x.pass()
				if old := deleted.get(x.name()); x.Method == http.MethodGet && x.refused() && old != nil {
					x.reply(http.StatusOK, old)
				}
			}
		}),
	},
	{
		Name: "create-is-missing", Level: atHTTP,
		Breaks: rules("tasks.create", "post.not.idempotent"),
		Does:   "POST /tasks responds 405: the client has to choose an id.",
		change: around("POST /tasks", func(x *exchange) { x.refuseMethod("GET, HEAD, OPTIONS") }),
	},
	{
		Name: "create-answers-200", Level: atHTTP, Breaks: rules("tasks.create", "post.not.idempotent"),
		Does: "POST /tasks creates a task and responds 200 OK.",
		change: around("POST /tasks", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.status = http.StatusOK
			}
		}),
	},
	{
		Name: "create-without-location", Level: atHTTP, Breaks: rules("tasks.create", "post.not.idempotent"),
		Does:   "POST /tasks responds 201 without Location.",
		change: locating(func(string) string { return "" }),
	},
	{
		Name: "location-of-nothing", Level: atHTTP, Breaks: rules("tasks.create", "post.not.idempotent"),
		Does:   "The Location of a new task responds 404.",
		change: locating(func(id string) string { return "/tasks/" + id + "0" }),
	},
	{
		Name: "location-of-another-path", Level: atHTTP, Breaks: rules("tasks.create", "post.not.idempotent"),
		Does:   "The Location of a new task is absolute and leads to /api/tasks/ID, which is not there.",
		change: locating(func(id string) string { return "http://localhost:5001/api/tasks/" + id }),
	},
	{
		Name: "location-with-a-bare-slash", Level: atHTTP, Breaks: rules("tasks.create", "post.not.idempotent"),
		Does:   "POST /tasks gives ids like \"home/1\", and Location has them as they are: it leads nowhere.",
		change: inLocation("home/%d", "%2F", "/"),
	},
	{
		Name: "location-with-a-bare-question-mark", Level: atHTTP, Breaks: rules("tasks.create", "post.not.idempotent"),
		Does:   "POST /tasks gives ids like \"why?1\", and Location has them as they are: what follows is a query.",
		change: inLocation("why?%d", "%3F", "?"),
	},
	{
		Name: "location-encoded-twice", Level: atHTTP, Breaks: rules("tasks.create", "post.not.idempotent"),
		Does:   "POST /tasks gives ids like \"at home 1\", and the space in Location is encoded twice.",
		change: inLocation("at home %d", "%20", "%2520"),
	},
	{
		Name: "counted-id-meets-another", Level: atHTTP, Breaks: rules("tasks.create"),
		Does: "POST /tasks gives ids 1, 2, 3, and replaces a task for which a client has chosen that id.",
		change: counting(strconv.Itoa, func(ctx context.Context, s server.Store, next func() server.Task, _ server.Once) (server.Task, error) {
			task := next()
			_, err := s.PutTask(ctx, task, server.Preconditions{})
			return task, err
		}),
	},
	{
		Name: "created-task-is-not-listed", Level: atHTTP, Breaks: rules("tasks.create", "post.not.idempotent"),
		Does: "A task that POST /tasks made can be read, but is missing in the list.",
		change: remembering("GET POST /tasks", func() func(*exchange) {
			var hidden notes[bool]
			return func(x *exchange) {
				x.pass()
				if x.Method == http.MethodPost {
					hidden.set(strings.TrimPrefix(x.header.Get("Location"), "/tasks/"), true)
					return
				}
				x.relist(func(tasks array) any {
					return slices.DeleteFunc(tasks, func(task any) bool { return hidden.get(idOf(task)) })
				})
			}
		}),
	},
	{
		Name: "create-finds-the-same-task", Level: atHTTP, Breaks: rules("post.not.idempotent"),
		Does: "POST /tasks twice gives the same task: its id is made from the description.",
		change: creatingWithID(func(description string, _ array) string {
			return "d" + strings.ToLower(strings.ReplaceAll(description, " ", "-"))
		}),
	},
	{
		Name: "same-location-for-all", Level: atHTTP, Breaks: rules("post.not.idempotent"),
		Does: "The Location of every new task of a description is that of the first one.",
		change: remembering("POST /tasks", func() func(*exchange) {
			var first notes[string]
			return func(x *exchange) {
				x.pass()
				if where := x.header.Get("Location"); where != "" {
					first.edit(string(x.sent), func(known string) string {
						if known == "" {
							return where
						}
						x.header.Set("Location", known)
						return known
					})
				}
			}
		}),
	},
	{
		Name: "id-from-the-number-of-tasks", Level: atHTTP, Breaks: rules("post.not.idempotent"),
		Perhaps: rules(anyRule), // the number changes while others add and delete
		Does:    "POST /tasks takes the number of tasks for the new id, so that after a deletion it overwrites another task.",
		change: creatingWithID(func(_ string, tasks array) string {
			return fmt.Sprint("i", len(tasks)+1)
		}),
	},
}

// tasks are all there are.
func (x *exchange) tasks() array {
	tasks, _ := x.ask(http.MethodGet, "/tasks", nil).content().(array)
	return tasks
}

func each(tasks array, f func(object) any) array {
	out := array{}
	for _, task := range tasks {
		out = append(out, f(task.(object)))
	}
	return out
}

// listing is a server that makes something else of the list.
func listing(f func(array) any) change {
	return around("GET /tasks", func(x *exchange) {
		x.pass()
		x.relist(f)
	})
}

// relist rewrites the list of tasks, where the answer is one.
func (x *exchange) relist(f func(tasks array) any) {
	if tasks, ok := x.content().(array); ok {
		x.rewrite(func(any) any { return f(tasks) })
	}
}

// showing is a server that makes something else of each task, in the list and alone.
func showing(f func(object)) change {
	return around("GET /tasks /tasks/*", func(x *exchange) {
		if x.pass(); x.status != http.StatusOK {
			return
		}
		x.rewrite(func(v any) any {
			if tasks, ok := v.(array); ok {
				return each(tasks, func(task object) any { f(task); return task })
			}
			f(v.(object))
			return v
		})
	})
}

// listingTwice is a server that lists a task once more after each request of that method on it. f changes the copy.
func listingTwice(method string, f func(copy object)) change {
	return remembering(method+" GET /tasks /tasks/*", func() func(*exchange) {
		var more notes[array]
		return func(x *exchange) {
			if old, taken := x.stored(); x.Method == method && taken && x.name() != "tasks" {
				f(old)
				more.edit("list", func(copies array) array { return append(copies, old) })
			}
			x.pass()
			if x.Method == http.MethodGet && x.URL.Path == "/tasks" {
				x.relist(func(tasks array) any { return append(tasks, more.get("list")...) })
			}
		}
	})
}

// describing is a server that makes something else of the descriptions it is given.
func describing(f func(string) string) change {
	return storingTasks(func(task server.Task) server.Task {
		task.Description = f(task.Description)
		return task
	})
}

// updatingMissing is a server that lets f handle PUT on an unused id.
func updatingMissing(f func(*exchange)) change {
	return around("PUT /tasks/*", func(x *exchange) {
		if !x.taken() {
			f(x)
			return
		}
		x.pass()
	})
}

func (x *exchange) notFoundAsText() {
	x.status = http.StatusNotFound
	x.say("text/plain; charset=utf-8", "404 not found\n")
}

// locating is a server that says something else in the Location of POST /tasks; f gets the id.
func locating(f func(id string) string) change {
	return around("POST /tasks", func(x *exchange) {
		x.pass()
		if id, ok := strings.CutPrefix(x.header.Get("Location"), "/tasks/"); ok {
			x.header.Del("Location")
			if where := f(id); where != "" {
				x.header.Set("Location", where)
			}
		}
	})
}

// puttingNothing is a server that lets f answer PUT of an object without "complete" on a task that is there.
func puttingNothing(f func(*exchange)) change {
	return around("PUT /tasks/*", func(x *exchange) {
		body, isObject := decode(x.sent).(object)
		if _, there := body["complete"]; isObject && !there && x.taken() {
			f(x)
			return
		}
		x.pass()
	})
}

// inLocation is a server whose ids have this form, and which writes old in them as new in Location.
func inLocation(form, old, new string) change {
	named := namingIDs(func(n int) string { return fmt.Sprintf(form, n) })
	located := locating(func(id string) string { return "/tasks/" + strings.ReplaceAll(id, old, new) })
	return change{meets: named.meets, store: named.store, handler: located.handler}
}

// creatingWithID is a server that makes the id of POST /tasks from the description and the tasks that are there.
func creatingWithID(f func(description string, tasks array) string) change {
	return around("POST /tasks beyond", func(x *exchange) {
		body, _ := decode(x.sent).(object)
		if description, ok := body["description"].(string); ok {
			x.rename(f(description, x.tasks()))
		}
		x.pass()
	})
}
