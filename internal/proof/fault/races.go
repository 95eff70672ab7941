package fault

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"restlab/server"
)

// moment is how long a server waits for its file or database between looking and acting.
const moment = 5 * time.Millisecond

var raceFaults = []Fault{
	{
		Name: "if-match-checked-then-acted", Level: production, Breaks: rules("lost.update"),
		Does: "PUT compares If-Match and If-None-Match first and stores afterwards, so that others come in between.",
		change: storing(store{
			putItem: func(ctx context.Context, s server.Store, key string, item server.Item, only server.Preconditions) (bool, error) {
				found, err := s.Item(ctx, key)
				etag := ""
				if err == nil {
					etag = found.ETag()
				}
				if err := only.Allow(etag); err != nil {
					return false, err
				}
				time.Sleep(moment)
				return s.PutItem(ctx, key, item, server.Preconditions{})
			},
			updateTask: checkThenUpdate,
		}),
	},
	{
		Name: "if-match-on-tasks-checked-then-acted", Level: production, Breaks: rules("lost.update"),
		Does: "PUT on a task compares If-Match first and stores afterwards, so that others come in between.",
		change: storing(store{
			updateTask: checkThenUpdate,
		}),
	},
	{
		Name: "create-checked-then-acted", Level: production, Breaks: rules("lost.update"),
		Does: "PUT with If-None-Match: * looks whether the key is free and stores afterwards, so that several clients create the same item.",
		change: storing(store{
			putItem: func(ctx context.Context, s server.Store, key string, item server.Item, only server.Preconditions) (bool, error) {
				if _, err := s.Item(ctx, key); err == nil {
					return s.PutItem(ctx, key, item, only)
				}
				if err := only.Allow(""); err != nil {
					return false, err
				}
				time.Sleep(moment)
				return s.PutItem(ctx, key, item, server.Preconditions{})
			},
		}),
	},
	{
		Name: "key-looked-up-then-remembered", Level: production, Breaks: rules("retry.key"), Perhaps: rules("lost.answer"),
		Does: "An Idempotency-Key is remembered after the task is made, so that two requests at once make two.",
		change: remembering("POST /tasks", func() func(*exchange) {
			type answer struct {
				sent   []byte
				header http.Header
				body   []byte
			}
			var known notes[*answer]
			return func(x *exchange) {
				key := x.Header.Get("Idempotency-Key")
				x.Header.Del("Idempotency-Key")
				switch before := known.get(key); {
				case key != "" && before != nil && bytes.Equal(before.sent, x.sent):
					x.status, x.header, x.body = http.StatusCreated, before.header.Clone(), before.body
				case key != "" && before != nil:
					x.refuse(http.StatusUnprocessableEntity, "the key was used with another body")
				default:
					if x.pass(); key != "" && x.succeeded() {
						time.Sleep(moment)
						known.set(key, &answer{x.sent, x.header.Clone(), x.body})
					}
				}
			}
		}),
	},
	{
		Name: "list-copied-and-written-back", Level: production, Breaks: rules("concurrent"), Perhaps: rules(anyRule), // whatever others do meanwhile is lost
		Reason: "Requests that meet lose what the others wrote, in any scenario.",
		Does:   "POST reads all tasks, waits, and writes them back with the new one: what others have added meanwhile is lost.",
		change: around("POST /tasks/* beyond", func(x *exchange) {
			before := x.ids()
			time.Sleep(moment)
			for _, id := range x.ids() {
				if !slices.Contains(before, id) {
					x.ask(http.MethodDelete, "/tasks/"+url.PathEscape(id), nil)
				}
			}
			x.pass()
		}),
	},
	{
		Name: "counter-without-a-lock", Level: production, Breaks: rules("concurrent"), Perhaps: rules(anyRule), // ids are drawn twice
		Does:   "POST /tasks reads a counter, waits, and writes it back, so that two clients at once get the same id.",
		change: countingWithoutLock(),
	},
	{
		Name: "reads-from-a-copy-while-written", Level: production, Breaks: rules("concurrent"), Perhaps: rules("lost.update", "steady"),
		Does:   "While somebody writes an item, GET is answered from a copy that lags by 30 ms.",
		change: readingCopies(30 * time.Millisecond),
	},
	{
		Name: "cache-filled-by-an-older-read", Level: production, Breaks: rules("concurrent"), Perhaps: rules("lost.update", "steady"),
		Does:   "GET keeps for others what it has read, and a write throws that away: a GET that began before the write keeps the old value after it.",
		change: cachingItems(),
	},
	{
		Name: "one-connection-at-a-time", Does: "It serves one connection until it is closed, and all others wait.",
		Level: atHTTP, Breaks: rules("connections"), change: oneAtATime(),
	},
}

func cachingItems() change {
	return change{meets: allOf("items"), store: func(real server.Store) server.Store { return &cachedItems{Store: real} }}
}

// cachedItems takes a moment for each read that the cache cannot answer.
type cachedItems struct {
	server.Store
	read notes[*server.Item]
}

func (s *cachedItems) Item(ctx context.Context, key string) (server.Item, error) {
	if known := s.read.get(key); known != nil {
		return *known, nil
	}
	item, err := s.Store.Item(ctx, key)
	if time.Sleep(moment); err == nil {
		s.read.set(key, &item)
	}
	return item, err
}

func (s *cachedItems) PutItem(ctx context.Context, key string, item server.Item, only server.Preconditions) (bool, error) {
	defer s.read.set(key, nil)
	return s.Store.PutItem(ctx, key, item, only)
}

func (s *cachedItems) UpdateItem(ctx context.Context, key string, change func(server.Item) (server.Item, error), only server.Preconditions) (server.Item, error) {
	defer s.read.set(key, nil)
	return s.Store.UpdateItem(ctx, key, change, only)
}

func (s *cachedItems) DeleteItem(ctx context.Context, key string, only server.Preconditions) error {
	defer s.read.set(key, nil)
	return s.Store.DeleteItem(ctx, key, only)
}

// ids are those of all tasks.
func (x *exchange) ids() []string {
	var ids []string
	for _, task := range x.tasks() {
		ids = append(ids, task.(object)["id"].(string))
	}
	return ids
}

func countingWithoutLock() change {
	return remembering("POST /tasks beyond", func() func(*exchange) {
		var count notes[int]
		return func(x *exchange) {
			if x.Header.Get("Idempotency-Key") != "" { // which gives the id of the first request to the second
				x.pass()
				return
			}
			next := count.get("") + 1
			time.Sleep(moment)
			count.set("", next)
			x.rename(strconv.Itoa(100 * next)) // with room for ids that clients choose
			x.pass()
		}
	})
}

// readingCopies keeps, for each item, the answers of GET after each write.
func readingCopies(lag time.Duration) change {
	type version struct {
		from time.Time
		*exchange
	}
	return remembering("GET PUT DELETE /items/*", func() func(*exchange) {
		var writers notes[int]
		var versions notes[[]version]
		return func(x *exchange) {
			if x.Method != http.MethodGet {
				writers.edit(x.path(), func(n int) int { return n + 1 })
				x.pass()
				now := x.ask(http.MethodGet, x.path(), nil)
				versions.edit(x.path(), func(all []version) []version { return append(all, version{time.Now(), now}) })
				time.Sleep(moment)
				writers.edit(x.path(), func(n int) int { return n - 1 })
				return
			}
			x.pass()
			if writers.get(x.path()) == 0 {
				return
			}
			for _, v := range slices.Backward(versions.get(x.path())) {
				if time.Since(v.from) > lag {
					x.status, x.header, x.body = v.status, v.header.Clone(), v.body
					return
				}
			}
		}
	})
}

// checkThenUpdate checks the preconditions of a change to a task first and stores the task afterwards, so that others come in between.
func checkThenUpdate(ctx context.Context, s server.Store, id string, change server.TaskChange, only server.Preconditions) (server.Task, error) {
	found, err := s.Task(ctx, id)
	if err != nil {
		return server.Task{}, err
	}
	if err := only.Allow(found.ETag()); err != nil {
		return server.Task{}, err
	}
	time.Sleep(moment)
	return s.UpdateTask(ctx, id, change, server.Preconditions{})
}
