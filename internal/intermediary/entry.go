package intermediary

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"restlab/internal/wire"
)

// entry is one stored answer. It is never changed.
type entry struct {
	request http.Header // of the request that it answers
	status  int
	header  http.Header
	body    []byte
	since   time.Time // when it was received or validated
}

func newEntry(r *http.Request, answer *http.Response, body []byte) *entry {
	return &entry{r.Header.Clone(), answer.StatusCode, answer.Header.Clone(), body, time.Now()}
}

// freshened is the stored answer with the fields of a 304 (RFC 9111 §3.2, §4.3.4).
func (e *entry) freshened(fields http.Header) *entry {
	now := *e
	now.header, now.since = e.header.Clone(), time.Now()
	for name, values := range fields {
		if name != "Content-Length" && name != "Content-Encoding" && name != "Content-Type" {
			now.header[name] = values
		}
	}
	return &now
}

// answers reports whether the answer fits another request: whether the fields that its Vary names are the same (§4.1).
func (e *entry) answers(request http.Header) bool {
	for _, name := range wire.List(e.header.Values("Vary")) {
		if name == "*" || !slices.Equal(e.request.Values(name), request.Values(name)) {
			return false
		}
	}
	return true
}

// storable reports whether a shared cache may store the answer, and has a use for it (§3): it is fresh for some time, or
// it can be validated. There are no other reasons here, so nothing is stored on a guess.
func (e *entry) storable() bool {
	d := directivesOf(e.header)
	forbidden := d.has("no-store") || d.has("private") || directivesOf(e.request).has("no-store") ||
		e.request.Get("Authorization") != "" || e.request.Get("Range") != ""
	final := e.status >= 200 && e.status != http.StatusPartialContent && e.status != http.StatusNotModified && e.status < 500
	return final && !forbidden && (e.lifetime() > 0 || e.status == http.StatusOK && e.validator() != "")
}

// fresh reports whether the answer may be given without asking the origin (§4.2).
func (e *entry) fresh(now time.Time) bool {
	age, _ := strconv.Atoi(e.header.Get("Age"))
	return !directivesOf(e.header).has("no-cache") && now.Sub(e.since)+time.Duration(age)*time.Second < e.lifetime()
}

// lifetime is how long the answer says that it is fresh: s-maxage, max-age or Expires, in this order (§4.2.1).
func (e *entry) lifetime() time.Duration {
	d := directivesOf(e.header)
	for _, name := range []string{"s-maxage", "max-age"} {
		if value, there := d[name]; there {
			seconds, _ := strconv.Atoi(value)
			return time.Duration(seconds) * time.Second
		}
	}
	expires, err := http.ParseTime(e.header.Get("Expires"))
	if err != nil {
		return 0
	}
	date, err := http.ParseTime(e.header.Get("Date"))
	if err != nil {
		date = e.since
	}
	return expires.Sub(date)
}

// validator is what a 304 can be asked for with, "" if the answer has none.
func (e *entry) validator() string {
	if etag := e.header.Get("ETag"); etag != "" {
		return etag
	}
	return e.header.Get("Last-Modified")
}

// serve answers with it. A client that has the same representation already gets a 304.
func (e *entry) serve(w http.ResponseWriter, r *http.Request) {
	header := e.header.Clone()
	header.Set("Age", strconv.Itoa(int(time.Since(e.since).Seconds())))
	if etag := e.header.Get("ETag"); etag != "" && wire.MatchesWeakly(r.Header.Values("If-None-Match"), etag) {
		header.Del("Content-Length")
		send(w, http.StatusNotModified, header, nil)
		return
	}
	send(w, e.status, header, e.body)
}

// directives are the words of Cache-Control, with their values (§5.2).
type directives map[string]string

func directivesOf(fields http.Header) directives {
	d := directives{}
	for _, word := range wire.List(fields.Values("Cache-Control")) {
		name, value, _ := strings.Cut(word, "=")
		d[strings.ToLower(strings.TrimSpace(name))] = strings.Trim(value, `" `)
	}
	return d
}

func (d directives) has(name string) bool {
	_, there := d[name]
	return there
}
