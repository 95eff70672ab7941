package fault

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

var layerFaults = []Fault{
	{
		Name: "a-store-for-each-replica", Level: production, Breaks: rules("replicas"),
		Does:   "Each address has a store of its own: what one replica was told the others do not know.",
		change: change{handler: byAddress},
	},

	// Intermediaries

	{
		Name: "via-is-forbidden", Level: production, Breaks: rules("layered", "cache"),
		Does: "A request with a Via field, which every proxy adds, gets 403.",
		change: around("", func(x *exchange) {
			if x.Header.Get("Via") != "" {
				x.refuse(http.StatusForbidden, "no proxies here")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "location-with-the-developers-host", Level: production, Breaks: rules("layered"),
		Does: "Location begins with http://localhost:5000, whatever name the client asked.",
		change: around("POST", func(x *exchange) {
			x.pass()
			if where := x.header.Get("Location"); where != "" {
				x.header.Set("Location", "http://localhost:5000"+where)
			}
		}),
	},
	{
		Name: "location-with-its-own-port", Level: production, Breaks: rules("layered"),
		Does: "Location begins with http://localhost and the port at which the server listens, whatever port the client asked.",
		change: around("POST", func(x *exchange) {
			x.pass()
			if where := x.header.Get("Location"); where != "" {
				local, _ := x.Context().Value(http.LocalAddrContextKey).(net.Addr)
				_, port, _ := net.SplitHostPort(local.String())
				x.header.Set("Location", "http://localhost:"+port+where)
			}
		}),
	},
	{
		Name: "links-with-the-developers-host", Level: production, Breaks: rules("layered"),
		Does: "Link begins with http://localhost:5000, whatever name the client asked.",
		change: around("GET /tasks", func(x *exchange) {
			x.pass()
			x.header["Link"] = replaced(x.header["Link"], "</tasks", "<http://localhost:5000/tasks")
		}),
	},
	{
		Name: "content-needs-a-length", Level: production, Breaks: rules("layered"),
		Does: "A request whose content comes in chunks, without Content-Length, gets 411.",
		change: around("POST PUT PATCH", func(x *exchange) {
			if len(x.TransferEncoding) > 0 {
				x.refuse(http.StatusLengthRequired, "how long is it?")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "content-in-chunks-is-empty", Level: production, Breaks: rules("layered"),
		Does: "Content that comes in chunks is not read: only Content-Length is looked at.",
		change: around("POST PUT PATCH", func(x *exchange) {
			if len(x.TransferEncoding) > 0 {
				x.sent = nil
			}
			x.pass()
		}),
	},
	{
		Name: "forwarded-changes-the-answer", Level: production, Breaks: rules("layered"),
		Does: "An item that is asked for through a proxy is answered as text/plain.",
		change: around("GET /items/*", func(x *exchange) {
			if x.pass(); x.Header.Get("Forwarded") != "" && x.succeeded() {
				x.label("text/plain")
			}
		}),
	},
	{
		Name: "another-etag-through-a-proxy", Level: production, Breaks: rules("layered", "cache"),
		Does: "The ETag depends on the fields of the request, so it is another one behind a proxy.",
		change: around("GET", func(x *exchange) {
			etag := x.etagFor()
			if x.pass(); etag != "" && x.header.Get("ETag") != "" {
				x.header.Set("ETag", strings.TrimSuffix(x.header.Get("ETag"), `"`)+etag+`"`)
			}
		}),
	},

	// Caches

	{
		Name: "items-fresh-for-a-minute", Level: production, Breaks: rules("cache"),
		Does:   "GET of an item says Cache-Control: max-age=60.",
		change: cachedAs("GET /items/*", "max-age=60"),
	},
	{
		Name: "list-fresh-for-a-minute", Level: production, Breaks: rules("cache"),
		Does:   "GET of the list says Cache-Control: max-age=60.",
		change: cachedAs("GET /tasks", "max-age=60"),
	},
	{
		Name: "missing-for-an-hour", Level: production, Breaks: rules("cache"),
		Does: "A 404 says Cache-Control: max-age=3600.",
		change: around("GET /items/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusNotFound {
				x.header.Set("Cache-Control", "max-age=3600")
			}
		}),
	},
	{
		Name: "tasks-fresh-for-caches", Level: production, Breaks: rules("cache"),
		Does:   "GET of a task says Cache-Control: no-cache, and s-maxage=60 to caches that share: the one is fresh for a minute.",
		change: cachedAs("GET /tasks/*", "max-age=0, s-maxage=60"),
	},
	{
		Name: "nothing-may-be-stored", Level: production, Breaks: rules("cache"),
		Does:   "GET says Cache-Control: no-store, so that what has not changed is sent again and again.",
		change: cachedAs("GET", "no-store"),
	},
	{
		Name: "everything-is-private", Level: production, Breaks: rules("cache"),
		Does:   "GET says Cache-Control: private, so that no shared cache may keep it.",
		change: cachedAs("GET", "private, no-cache"),
	},

	// Lost answers

	{
		Name: "lock-kept-when-the-client-is-gone", Level: production, Breaks: rules("lost.answer"), Perhaps: rules("always", "concurrent", "lost.update"),
		Does:   "Where the client has gone before the response, the resource stays locked: who asks next gets 503.",
		change: lockingForGood(),
	},
	{
		Name: "key-reserved-for-good", Level: production, Breaks: rules("lost.answer"), Perhaps: rules("retry.key"),
		Does:   "A POST whose client has gone leaves its Idempotency-Key reserved and makes no task: the same key gets 409 from then on.",
		change: reservingForGood(),
	},
}

func replaced(values []string, from, to string) []string {
	for i := range values {
		values[i] = strings.ReplaceAll(values[i], from, to)
	}
	return values
}

// cachedAs says so on every answer with a representation.
func cachedAs(pattern, directives string) change {
	return around(pattern, func(x *exchange) {
		if x.pass(); x.succeeded() || x.status == http.StatusNotModified {
			x.header.Set("Cache-Control", directives)
		}
	})
}

// etagFor is what a server adds to its entity-tags that makes them of the request.
func (x *exchange) etagFor() string {
	if x.Header.Get("Via") == "" {
		return ""
	}
	return "-via"
}

// clientHasGone waits for the end of the connection: a client that drops it does so right after its request.
func (x *exchange) clientHasGone(wait time.Duration) bool {
	select {
	case <-x.Context().Done():
		return true
	case <-time.After(wait):
		return false
	}
}

func lockingForGood() change {
	return remembering("PUT DELETE /items/* /tasks/*", func() func(*exchange) {
		var locked notes[bool]
		return func(x *exchange) {
			if locked.get(x.path()) {
				x.refuse(http.StatusServiceUnavailable, "locked")
				return
			}
			x.pass()
			locked.set(x.path(), x.clientHasGone(20*time.Millisecond))
		}
	})
}

func reservingForGood() change {
	return remembering("POST /tasks", func() func(*exchange) {
		var mu sync.Mutex
		var reserved notes[bool]
		return func(x *exchange) {
			key := x.Header.Get("Idempotency-Key")
			if key == "" {
				x.pass()
				return
			}
			if reserved.set(key, true) {
				x.refuse(http.StatusConflict, "in progress")
				return
			}
			if x.clientHasGone(200 * time.Millisecond) {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			x.pass()
			reserved.set(key, false)
		}
	})
}

// byAddress answers at each address with a server of its own; the first address that is asked has the one behind it.
func byAddress(first http.Handler) http.Handler {
	var mu sync.Mutex
	servers := map[string]http.Handler{}
	at := func(address string) http.Handler {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case servers[address] != nil:
		case len(servers) == 0:
			servers[address] = first
		default:
			servers[address] = build()
		}
		return servers[address]
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		at(address.String()).ServeHTTP(w, r)
	})
}
