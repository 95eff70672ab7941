package fault

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"restlab/server"
)

var statelessFaults = []Fault{
	// Memory of conversations

	{
		Name: "store-for-each-address", Level: basics, Breaks: rules("stateless"),
		Does: "Each client address has items and tasks of its own.",
		change: splitting(func(x *exchange) string {
			host, _, _ := net.SplitHostPort(x.RemoteAddr)
			return host
		}),
	},
	{
		Name: "store-for-each-user-agent", Level: basics, Breaks: rules("stateless"),
		Does:   "Each User-Agent has items and tasks of its own.",
		change: splitting(func(x *exchange) string { return x.UserAgent() }),
	},
	{
		Name: "store-for-each-connection", Level: basics,
		Breaks: rules("stateless", "items.create", "items.put.creates", "tasks.add", "tasks.list"),
		Reason: "What is stored on one connection cannot be seen on another.",
		Does:   "What one connection stores another one does not see.",
		change: splitting(func(x *exchange) string { return x.RemoteAddr }),
	},
	{
		Name: "store-for-each-session", Level: basics,
		Breaks: rules("stateless", "items.create", "items.put.creates", "tasks.add", "tasks.list"),
		Reason: "What is stored in one session cannot be seen in another.",
		Does:   "Items and tasks live in the session: a client that sends no cookie begins anew.",
		change: inSessions(func(drawn string) string { return drawn }),
	},
	{
		Name: "store-for-cookie-holders", Level: basics, Breaks: rules("stateless"),
		Does:   "Who sends the cookie back that the first answer set has a store of its own.",
		change: inSessions(func(string) string { return "" }),
	},
	{
		Name: "session-is-required", Level: basics,
		Breaks: rules("stateless", "tasks.list", "items.create", "items.read.missing", "items.put.creates", "items.delete.missing",
			"tasks.add", "tasks.update.missing", "tasks.delete.missing"),
		Reason: "A server that wants a session first cannot be asked anything.",
		Does:   "A request without the session's cookie gets 401.",
		change: around("", func(x *exchange) {
			if _, err := x.Cookie(sessionCookie); err != nil {
				x.refuse(http.StatusUnauthorized, "no session")
				x.header.Set("Set-Cookie", sessionCookie+"=1")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "connection-has-a-current-item", Level: basics, Breaks: rules("stateless"),
		Does: "The first item that a connection names is used for all its requests.",
		change: remembering("/items/* beyond", func() func(*exchange) {
			var current notes[string]
			return func(x *exchange) {
				name := x.name()
				if old := current.edit(x.RemoteAddr, func(old string) string { return cmp.Or(old, name) }); old != "" {
					x.rename(old)
				}
				x.pass()
			}
		}),
	},
	{
		Name: "put-changes-the-current-item", Level: basics,
		Breaks: rules("steady"), Perhaps: rules(anyRule),
		Reason: "PUT changes the item of another scenario that runs at the same time.",
		Does:   "PUT changes the item that was created or read last, by whomever.",
		change: remembering("GET POST PUT /items/* beyond", func() func(*exchange) {
			var current notes[string]
			return func(x *exchange) {
				if last := current.get("item"); x.Method == http.MethodPut && last != "" {
					x.rename(last)
				} else {
					current.set("item", x.name())
				}
				x.pass()
			}
		}),
	},
	{
		Name: "connection-repeats-its-answer", Level: basics, Breaks: rules("stateless"),
		Does: "On one connection the response to the first GET of an item is given again to every later GET of it.",
		change: remembering("GET /items/*", func() func(*exchange) {
			var answers notes[*exchange]
			return func(x *exchange) {
				if x.pass(); x.status != http.StatusOK {
					return
				}
				place := x.RemoteAddr + x.path()
				if first := answers.edit(place, func(first *exchange) *exchange { return cmp.Or(first, x) }); first != nil {
					x.body = first.body
				}
			}
		}),
	},
	{
		Name: "connection-locks-after-errors", Level: basics, Breaks: rules("stateless"),
		Does: "After ten refusals a connection gets 403 for everything.",
		change: remembering("", func() func(*exchange) {
			var errors notes[int]
			return func(x *exchange) {
				if errors.get(x.RemoteAddr) >= 10 {
					x.refuse(http.StatusForbidden, "too many errors")
					return
				}
				if x.pass(); x.refused() {
					count(&errors, x.RemoteAddr)
				}
			}
		}),
	},
	{
		Name: "answers-are-kept-for-good", Level: basics,
		Breaks: rules("items.replace", "items.delete", "items.post.taken"), Perhaps: rules(anyRule),
		Reason: "A server that repeats old responses never shows what was changed.",
		Does:   "The first answer to GET of a path is given for ever.",
		change: remembering("GET", func() func(*exchange) {
			var answers notes[*exchange]
			return func(x *exchange) {
				x.pass()
				if first := answers.edit(x.path(), func(first *exchange) *exchange { return cmp.Or(first, x) }); first != nil {
					x.status, x.body = first.status, first.body
				}
			}
		}),
	},
	{
		Name: "only-one-kind-of-client", Level: basics, Breaks: rules("stateless"), Perhaps: rules(anyRule),
		Reason: "A server that refuses most clients cannot be asked anything.",
		Does:   "A User-Agent that is no browser gets 403.",
		change: around("", func(x *exchange) {
			if !strings.HasPrefix(x.UserAgent(), "Mozilla/") {
				x.refuse(http.StatusForbidden, "no robots")
				return
			}
			x.pass()
		}),
	},

	// Right alone, wrong among others

	{
		Name: "one-at-a-time", Level: basics, Breaks: rules("steady"),
		Reason: "Requests that meet are refused, in any scenario.",
		Does:   "A request that comes while another one is answered gets 423 Locked.",
		change: remembering("", func() func(*exchange) {
			var busy atomic.Bool
			return func(x *exchange) {
				if !busy.CompareAndSwap(false, true) {
					x.refuse(http.StatusLocked, "busy")
					return
				}
				defer busy.Store(false)
				time.Sleep(2 * time.Millisecond)
				x.pass()
			}
		}),
	},
	{
		Name: "key-in-a-global-variable", Level: basics, Breaks: rules("steady"),
		Perhaps: rules("items.read.missing"), // if constructor was the key of another request's item
		Reason:  "Requests that meet take each other's key, in any scenario.",
		Does:    "The key is kept in a variable that all requests share, so two at once are confused.",
		change: remembering("/items/* beyond", func() func(*exchange) {
			var key notes[string]
			return func(x *exchange) {
				key.set("key", x.name())
				time.Sleep(2 * time.Millisecond)
				x.rename(key.get("key"))
				x.pass()
			}
		}),
	},
	{
		Name: "file-written-by-all", Level: basics, Breaks: rules("steady"),
		Reason: "Requests that meet lose what the others wrote, in any scenario.",
		Does:   "POST of a task reads all tasks and writes them back a little later: others' tasks get lost in between.",
		change: losingUpdates(),
	},
	{
		Name: "every-fiftieth-is-dropped", Level: basics, Breaks: rules("steady"), Perhaps: rules(anyRule),
		Reason: "A server that fails at random fails in any scenario.",
		Does:   "Every fiftieth request gets no response: the connection is closed.",
		change: remembering("", func() func(*exchange) {
			var requests notes[int]
			return func(x *exchange) {
				if count(&requests, "all")%50 == 0 {
					panic(http.ErrAbortHandler)
				}
				x.pass()
			}
		}),
	},

	// Damage to the neighbours

	{
		Name: "delete-takes-what-begins-alike", Level: basics, Breaks: rules("independent"),
		Does: "DELETE removes every item whose key begins with the one that is named.",
		change: remembering("PUT POST DELETE /items/* beyond", func() func(*exchange) {
			var known notes[bool]
			return func(x *exchange) {
				known.set(x.name(), true)
				if x.pass(); x.Method == http.MethodDelete && x.succeeded() {
					known.each(func(key string) {
						if strings.HasPrefix(key, x.name()) {
							x.ask(http.MethodDelete, itemPath(key), nil)
						}
					})
				}
			}
		}),
	},
	{
		Name: "delete-takes-all-items", Level: basics, Breaks: rules("independent", "idempotent", "duplicated", "stateless", "steady"),
		Reason: "Each DELETE takes the items of all scenarios that run at the same time.",
		Does:   "DELETE of an item empties the store, whether the item was there or not.",
		change: remembering("PUT POST DELETE /items/* beyond", func() func(*exchange) {
			var known notes[bool]
			return func(x *exchange) {
				known.set(x.name(), true)
				if x.pass(); x.Method == http.MethodDelete {
					known.each(func(key string) { x.ask(http.MethodDelete, itemPath(key), nil) })
				}
			}
		}),
	},
	{
		Name: "equal-arrays-are-one", Level: basics, Breaks: rules("independent"),
		Does:   "Items with equal arrays share one array: changing it in one changes it in the other.",
		change: sharingEqualArrays(),
	},
	{
		Name: "put-completes-all", Level: basics, Breaks: rules("independent"), Perhaps: rules("steady", "duplicated"),
		Reason: "PUT changes the tasks of all scenarios that run at the same time.",
		Does:   "PUT sets \"complete\" of every task: an UPDATE without WHERE.",
		change: around("PUT /tasks/* beyond", func(x *exchange) {
			if x.pass(); x.succeeded() {
				for _, task := range x.tasks() {
					x.ask(http.MethodPut, taskPath(task), decode(x.sent))
				}
			}
		}),
	},
	{
		Name: "delete-takes-all-tasks", Level: basics, Breaks: rules("tasks.delete", "independent", "idempotent", "duplicated", "steady"),
		Reason: "Each DELETE takes the tasks of all scenarios that run at the same time.",
		Does:   "DELETE of a task deletes every task: a DELETE without WHERE.",
		change: around("DELETE /tasks/* beyond", func(x *exchange) {
			if x.pass(); x.succeeded() {
				for _, task := range x.tasks() {
					x.ask(http.MethodDelete, taskPath(task), nil)
				}
			}
		}),
	},
	{
		Name: "delete-takes-the-next-task", Level: basics,
		Breaks: rules("tasks.delete", "idempotent", "duplicated"), Perhaps: rules("independent", "steady"), // the next may be somebody else's
		Reason: "Each DELETE takes a task of another scenario that runs at the same time.",
		Does:   "DELETE of a task removes the one after it in the list: the index is one too high.",
		change: around("DELETE /tasks/* beyond", func(x *exchange) {
			tasks := x.tasks()
			for i, task := range tasks {
				if idOf(task) == x.name() {
					x.ask(http.MethodDelete, taskPath(tasks[min(i+1, len(tasks)-1)]), nil)
					x.reply(http.StatusOK, object{"message": "Task deleted"})
					return
				}
			}
			x.pass()
		}),
	},
	{
		Name: "add-opens-all", Level: basics, Breaks: rules("independent"), Perhaps: rules("steady"),
		Reason: "Each POST changes the tasks of other scenarios that run at the same time.",
		Does:   "POST of a task sets every other one to not complete: the list is read again from a file without it.",
		change: around("POST /tasks/* beyond", func(x *exchange) {
			if x.pass(); x.succeeded() {
				for _, task := range x.tasks() {
					if task.(object)["complete"] == true {
						x.ask(http.MethodPut, taskPath(task), object{"complete": false})
					}
				}
			}
		}),
	},
	{
		Name: "one-dictionary-for-both", Level: basics, Breaks: rules("independent"),
		Does: "DELETE of a task deletes the item of the same name: both live in one dictionary.",
		change: around("DELETE beyond", func(x *exchange) {
			if familyOf(x.path()) == "tasks" {
				x.ask(http.MethodDelete, itemPath(x.name()), nil)
			}
			x.pass()
		}),
	},

	// Cookies and credentials

	{
		Name: "sets-a-cookie", Level: atHTTP, Breaks: rules("nocookies"),
		Does: "Every answer sets a session's cookie that nothing depends on.",
		change: around("", func(x *exchange) {
			x.pass()
			x.header.Set("Set-Cookie", "connect.sid=s%3Aabc; Path=/; HttpOnly")
		}),
	},
	{
		Name: "credentials-are-401", Level: atHTTP, Breaks: rules("nocookies"),
		Does: "A request with Authorization gets 401, one without is served.",
		change: around("", func(x *exchange) {
			if x.Header.Get("Authorization") != "" {
				x.refuse(http.StatusUnauthorized, "wrong credentials")
				x.header.Set("WWW-Authenticate", "Bearer")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "strange-cookie-is-500", Level: atHTTP, Breaks: rules("nocookies", "always"),
		Does: "A cookie that the server did not make gets 500.",
		change: around("", func(x *exchange) {
			if x.Header.Get("Cookie") != "" {
				x.page(http.StatusInternalServerError)
				return
			}
			x.pass()
		}),
	},
	{
		Name: "cookie-is-believed", Level: atHTTP, Breaks: rules("nocookies"),
		Does:   "A made-up session's cookie opens a store of its own.",
		change: splitting(func(x *exchange) string { return x.Header.Get("Cookie") }),
	},
}

func taskPath(task any) string { return "/tasks/" + url.PathEscape(idOf(task)) }

func idOf(task any) string { return task.(object)["id"].(string) }

// each calls f with every name that was noted so far.
func (n *notes[T]) each(f func(string)) {
	n.mu.Lock()
	var names []string
	for name := range n.named {
		names = append(names, name)
	}
	n.mu.Unlock()
	for _, name := range names {
		f(name)
	}
}

// splitting is a server that keeps a store for each group of requests.
func splitting(group func(*exchange) string) change {
	return remembering("", func() func(*exchange) {
		var servers notes[http.Handler]
		return func(x *exchange) {
			x.next = pick(&servers, group(x))
			x.pass()
		}
	})
}

// pick returns the server of that name, a new one at first.
func pick(servers *notes[http.Handler], name string) http.Handler {
	servers.edit(name, func(known http.Handler) http.Handler {
		if known == nil {
			return build()
		}
		return known
	})
	return servers.get(name)
}

const sessionCookie = "session"

// inSessions is a server with a store for each session. A request without cookie is answered with a new one, and uses
// the store that f names.
func inSessions(f func(drawn string) string) change {
	return remembering("", func() func(*exchange) {
		var servers notes[http.Handler]
		var drawn notes[int]
		return func(x *exchange) {
			if cookie, err := x.Cookie(sessionCookie); err == nil {
				x.next = pick(&servers, cookie.Value)
				x.pass()
				return
			}
			session := fmt.Sprint("s", count(&drawn, "all"))
			x.next = pick(&servers, f(session))
			x.pass()
			x.header.Set("Set-Cookie", sessionCookie+"="+session)
		}
	})
}

// losingUpdates is a server whose POST of a task forgets the tasks that others add at the same time.
func losingUpdates() change {
	return remembering("POST /tasks/* beyond", func() func(*exchange) {
		return func(x *exchange) {
			before := map[string]bool{x.name(): true}
			for _, task := range x.tasks() {
				before[idOf(task)] = true
			}
			time.Sleep(2 * time.Millisecond)
			x.pass()
			for _, task := range x.tasks() {
				if !before[idOf(task)] {
					x.ask(http.MethodDelete, taskPath(task), nil)
				}
			}
		}
	})
}

// sharingEqualArrays is a server on which items with equal arrays change together.
func sharingEqualArrays() change {
	return change{meets: allOf("items"), store: func(real server.Store) server.Store {
		shared := &aliases{keys: map[string][]string{}}
		return store{Store: real, putItem: shared.put}
	}}
}

// aliases are the keys that were given each array.
type aliases struct {
	mu   sync.Mutex
	keys map[string][]string // by the text of the array
}

func (a *aliases) put(ctx context.Context, s server.Store, key string, item server.Item, only server.Preconditions) (bool, error) {
	if old, err := s.Item(ctx, key); err == nil && kind(decode(old.Value)) == "array" {
		a.mu.Lock()
		same := a.keys[string(old.Value)]
		a.mu.Unlock()
		for _, other := range same {
			_, _ = s.PutItem(ctx, other, item, only)
		}
	}
	if kind(decode(item.Value)) == "array" {
		a.mu.Lock()
		a.keys[string(item.Value)] = append(a.keys[string(item.Value)], key)
		a.mu.Unlock()
	}
	return s.PutItem(ctx, key, item, only)
}
