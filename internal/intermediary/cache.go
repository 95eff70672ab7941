package intermediary

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"restlab/internal/lab"
	"restlab/internal/wire"
)

// Cache is a shared cache (RFC 9111) in front of one origin:
//
//   - it stores answers to GET that say that they may be stored, each under its URI and the fields that Vary names
//   - it answers from the store while an answer is fresh by its own words; it does not guess (§4.2.2)
//   - what is no longer fresh it validates with the origin, which may answer 304 instead of sending it again (§4.3)
//   - it forgets what it has of a URI when a request that is not safe goes there and is not refused (§4.4)
//
// It counts what the origin sends, so that the work it saves can be seen.
type Cache struct {
	origin http.RoundTripper
	host   string

	mu      sync.Mutex
	stored  map[string][]*entry // by the URI without its scheme
	changes map[string]int      // how often a URI was forgotten
	fetched map[string]*Fetched // by request target
}

// Fetched is what the origin has sent in answer to GET of one target.
type Fetched struct {
	Answers  int         // of any kind
	Contents int         // answers that came with their content, and not as a 304
	Last     http.Header // of the last answer with its content
}

// NewCache returns an empty cache for the origin that listens at the address (host:port).
func NewCache(origin lab.Endpoint) *Cache {
	return &Cache{
		origin: toOrigin(origin), host: origin.Address,
		stored: map[string][]*entry{}, changes: map[string]int{}, fetched: map[string]*Fetched{},
	}
}

// Fetched returns what the origin has sent of the target so far.
func (c *Cache) Fetched(target string) Fetched {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.fetched[target]; f != nil {
		return *f
	}
	return Fetched{}
}

func (c *Cache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	uri := r.Host + r.URL.RequestURI()
	if r.Method != http.MethodGet {
		c.pass(w, r, uri)
		return
	}
	has, begun := c.lookUp(uri, r.Header)
	switch {
	case has == nil:
	case has.fresh(time.Now()) && !directivesOf(r.Header).has("no-cache"):
		has.serve(w, r)
		return
	case has.validator() != "":
		c.validate(w, r, uri, has, begun)
		return
	}
	answer, body, err := c.fetch(r, r.Header)
	if err != nil {
		failed(w, r, err)
		return
	}
	c.count(r, answer)
	c.keep(uri, begun, newEntry(r, answer, body))
	send(w, answer.StatusCode, answer.Header, body)
}

// pass sends a request on that no stored answer can answer. If it is not safe and was not refused, what is stored
// of its URI is no longer true, and neither is what is stored of the URIs that the answer names (§4.4).
func (c *Cache) pass(w http.ResponseWriter, r *http.Request, uri string) {
	answer, body, err := c.fetch(r, r.Header)
	if err != nil {
		failed(w, r, err)
		return
	}
	safe := r.Method == http.MethodHead || r.Method == http.MethodOptions || r.Method == http.MethodTrace
	if !safe && answer.StatusCode < 400 {
		c.forget(uri)
		for _, name := range []string{"Location", "Content-Location"} {
			if to, err := r.URL.Parse(answer.Header.Get(name)); err == nil && (to.Host == "" || to.Host == r.Host) {
				c.forget(r.Host + to.RequestURI())
			}
		}
	}
	send(w, answer.StatusCode, answer.Header, body)
}

// validate asks the origin whether a stored answer is still right, with the origin's own validator (§4.3.1).
func (c *Cache) validate(w http.ResponseWriter, r *http.Request, uri string, has *entry, begun int) {
	fields := r.Header.Clone()
	fields.Del("If-None-Match")
	fields.Del("If-Modified-Since")
	if etag := has.header.Get("ETag"); etag != "" {
		fields.Set("If-None-Match", etag)
	} else {
		fields.Set("If-Modified-Since", has.header.Get("Last-Modified"))
	}
	answer, body, err := c.fetch(r, fields)
	if err != nil {
		failed(w, r, err)
		return
	}
	c.count(r, answer)
	if answer.StatusCode != http.StatusNotModified {
		c.keep(uri, begun, newEntry(r, answer, body))
		send(w, answer.StatusCode, answer.Header, body)
		return
	}
	now := has.freshened(answer.Header)
	c.keep(uri, begun, now)
	now.serve(w, r)
}

// fetch sends the request on to the origin, with these fields, and reads the answer to its end.
func (c *Cache) fetch(r *http.Request, fields http.Header) (*http.Response, []byte, error) {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.RequestURI = "http", c.host, ""
	out.Header = fields.Clone()
	dropHops(out.Header)
	out.Header.Add("Via", pseudonym)
	if _, there := out.Header["User-Agent"]; !there {
		out.Header["User-Agent"] = nil
	}
	answer, err := c.origin.RoundTrip(out)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	const most = 16 << 20
	body, err := io.ReadAll(io.LimitReader(answer.Body, most))
	dropHops(answer.Header)
	return answer, body, err
}

// dropHops takes away the fields that are for one connection (RFC 9110 §7.6.1).
func dropHops(fields http.Header) {
	for _, name := range wire.List(fields.Values("Connection")) {
		fields.Del(name)
	}
	for _, name := range []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"} {
		fields.Del(name)
	}
}

func (c *Cache) count(r *http.Request, answer *http.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.fetched[r.URL.RequestURI()]
	if f == nil {
		f = new(Fetched)
		c.fetched[r.URL.RequestURI()] = f
	}
	f.Answers++
	if answer.StatusCode != http.StatusNotModified {
		f.Contents++
		f.Last = answer.Header.Clone()
	}
}

// lookUp returns the stored answer to such a request, or nil, and which state of the URI it looked at.
func (c *Cache) lookUp(uri string, request http.Header) (*entry, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.stored[uri] {
		if e.answers(request) {
			return e, c.changes[uri]
		}
	}
	return nil, c.changes[uri]
}

// keep stores an answer instead of the one to such a request, unless it must not be stored, or the URI was changed
// while the answer was on its way.
func (c *Cache) keep(uri string, begun int, now *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes[uri] != begun {
		return
	}
	entries := slices.DeleteFunc(slices.Clone(c.stored[uri]), func(e *entry) bool { return e.answers(now.request) })
	if now.storable() {
		entries = append(entries, now)
	}
	c.stored[uri] = entries
}

func (c *Cache) forget(uri string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.stored, uri)
	c.changes[uri]++
}

func send(w http.ResponseWriter, status int, header http.Header, body []byte) {
	maps.Copy(w.Header(), header)
	w.Header().Add("Via", pseudonym)
	w.WriteHeader(status)
	_, _ = io.Copy(w, bytes.NewReader(body)) // an error means that the client has gone
}
