package fault

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// exchange is one request on its way to the reference, and the answer on its way back. What handles it may change the
// request, pass it on, change the answer, or answer without asking. HEAD is handled as the GET that it stands for,
// unless the pattern names HEAD.
type exchange struct {
	*http.Request
	asked string // the method that the client sent
	sent  []byte // the content of the request

	status int
	header http.Header
	body   []byte

	next http.Handler
}

// around gives the exchanges that match the pattern to f. A pattern is methods and paths, "GET PUT /items/* /tasks";
// none of a kind stands for any. What f does is confined to the resource that was asked for, but that it may read others of
// the family; with "beyond" at its end it may change those too.
func around(pattern string, f func(*exchange)) change {
	return remembering(pattern, func() func(*exchange) { return f })
}

// remembering is around for a server that keeps something: f is called once for each server.
func remembering(pattern string, f func() func(*exchange)) change {
	p := parsePattern(pattern)
	return change{meets: p, handler: p.layer(func() func(http.ResponseWriter, *exchange) {
		handle := f()
		return func(w http.ResponseWriter, x *exchange) {
			handle(x)
			x.write(w)
		}
	})}
}

// outermost is around for what has to come last: every other change to the answer is made before.
func outermost(pattern string, f func(*exchange)) change {
	inner := around(pattern, f)
	return change{meets: inner.meets, wire: inner.handler}
}

// layer is a handler that has exchanges handled.
func (p pattern) layer(f func() func(http.ResponseWriter, *exchange)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		handle := f()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			path := r.URL.EscapedPath()
			method, ok := p.match(r.Method, path)
			if !ok {
				next.ServeHTTP(w, r)
				return
			}
			handle(w, newExchange(method, r, p.confined(path, next)))
		})
	}
}

// confined is next for what handles a request to this path: what is beyond its reach is not found. So whoever makes no such
// request never meets it.
func (p pattern) confined(path string, next http.Handler) http.Handler {
	family := p.family()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := r.URL.EscapedPath()
		near := family == "" || familyOf(asked) == family
		if near && (p.beyond || asked == path || isSafe(r.Method)) {
			next.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
	})
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// familyOf is the family of resources that a path begins with, "" for other paths.
func familyOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if first == "items" || first == "tasks" {
		return first
	}
	return ""
}

func newExchange(method string, r *http.Request, next http.Handler) *exchange {
	const most = 1<<20 + 1
	sent, _ := io.ReadAll(io.LimitReader(r.Body, most)) // cut off where it is too large: the reference refuses it
	x := &exchange{Request: r.Clone(r.Context()), asked: r.Method, sent: sent, next: next, header: http.Header{}}
	x.Method = method
	return x
}

// pattern says which requests are meant.
type pattern struct {
	methods, paths []string
	beyond         bool // others of the family may be changed too
}

// allOf is the pattern of what may change anything of a family, or with "" anything at all.
func allOf(family string) pattern { return pattern{paths: []string{"/" + family}, beyond: true} }

func parsePattern(text string) pattern {
	var p pattern
	for _, word := range strings.Fields(text) {
		switch {
		case strings.HasPrefix(word, "/"):
			p.paths = append(p.paths, word)
		case word == "beyond":
			p.beyond = true
		default:
			p.methods = append(p.methods, word)
		}
	}
	return p
}

// family is the one that all its paths are of, "" if there is no such.
func (p pattern) family() string {
	var families []string
	for _, path := range p.paths {
		families = append(families, familyOf(path))
	}
	if families = slices.Compact(families); len(families) != 1 {
		return ""
	}
	return families[0]
}

// match reports whether the request is meant, and as which method.
func (p pattern) match(method, path string) (as string, ok bool) {
	if method == http.MethodHead && !slices.Contains(p.methods, http.MethodHead) {
		method = http.MethodGet
	}
	meant := len(p.methods) == 0 || slices.Contains(p.methods, method)
	return method, meant && (len(p.paths) == 0 || slices.ContainsFunc(p.paths, func(pattern string) bool {
		return samePath(pattern, path)
	}))
}

// reaches reports whether something about such a request may be the work of what handles the pattern.
func (p pattern) reaches(method, path string) bool {
	if p.beyond {
		family := p.family()
		return family == "" || familyOf(path) == family
	}
	_, ok := p.match(method, path)
	return ok
}

func samePath(pattern, path string) bool {
	collection, one := strings.CutSuffix(pattern, "*")
	if !one {
		return pattern == path
	}
	name, below := strings.CutPrefix(path, collection)
	return below && name != "" && !strings.Contains(name, "/")
}

// pass lets the reference answer.
func (x *exchange) pass() {
	x.Body, x.ContentLength = io.NopCloser(bytes.NewReader(x.sent)), int64(len(x.sent))
	answer := recorder{header: http.Header{}, status: http.StatusOK}
	x.next.ServeHTTP(&answer, x.Request)
	x.status, x.header, x.body = answer.status, answer.header, answer.body.Bytes()
	if x.Method != http.MethodHead {
		x.header.Del("Content-Length") // write counts again
	}
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

// ask asks the reference something else on the side: body is the JSON to send, nil for none. The path is encoded.
func (x *exchange) ask(method, path string, body any) *exchange {
	side := &exchange{Request: x.Clone(x.Context()), next: x.next}
	side.Method, side.Header, side.URL = method, http.Header{}, &url.URL{}
	side.URL.RawPath = path
	side.URL.Path, _ = url.PathUnescape(path)
	if body != nil {
		side.sent = encode(body)
		side.Header.Set("Content-Type", "application/json")
	}
	side.pass()
	return side
}

// write sends the answer.
func (x *exchange) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), x.header)
	hasContent := x.status >= 200 && x.status != http.StatusNoContent && x.status != http.StatusNotModified
	if hasContent && x.header.Get("Content-Length") == "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(x.body)))
	}
	w.WriteHeader(x.status)
	if hasContent {
		_, _ = w.Write(x.body) // an error means that the client has gone
	}
}

// reply answers with JSON.
func (x *exchange) reply(status int, body any) {
	x.status, x.body = status, encode(body)
	x.header.Set("Content-Type", "application/json")
}

// refuse answers with an error as the reference words it.
func (x *exchange) refuse(status int, text string) {
	x.reply(status, object{"error": text})
}

// refusingWhere is a server that refuses requests that match the pattern, where the condition holds.
func refusingWhere(pattern string, status int, text string, refused func(*exchange) bool) change {
	return around(pattern, func(x *exchange) {
		if refused(x) {
			x.refuse(status, text)
			return
		}
		x.pass()
	})
}

// page answers with a page as frameworks send it.
func (x *exchange) page(status int) {
	x.label("text/html; charset=utf-8")
	x.status, x.body = status, []byte("<!doctype html>\n<title>"+http.StatusText(status)+"</title>\n<h1>"+http.StatusText(status)+"</h1>\n")
}

// say replaces the content and its label.
func (x *exchange) say(label, content string) {
	x.label(label)
	x.body = []byte(content)
}

// label sets Content-Type; "" takes it away.
func (x *exchange) label(label string) {
	x.header["Content-Type"] = nil // not absent: net/http would guess
	if label != "" {
		x.header.Set("Content-Type", label)
	}
}

// nothing answers without content.
func (x *exchange) nothing(status int) {
	x.status, x.body = status, nil
	delete(x.header, "Content-Type")
	if status != http.StatusNoContent {
		x.label("")
	}
}

// succeeded reports whether the answer is a 2xx, refused whether it is a 4xx.
func (x *exchange) succeeded() bool { return x.status/100 == 2 }
func (x *exchange) refused() bool   { return x.status/100 == 4 }

// name is the key or id in the path; rename puts another one there.
func (x *exchange) name() string {
	name, _ := url.PathUnescape(x.rawName())
	return name
}

func (x *exchange) rawName() string { return x.path()[strings.LastIndex(x.path(), "/")+1:] }

// path is the path as it is encoded.
func (x *exchange) path() string { return x.URL.EscapedPath() }

func (x *exchange) rename(name string) {
	collection, _, _ := strings.Cut(strings.TrimPrefix(x.URL.Path, "/"), "/")
	x.URL = &url.URL{
		Path:     "/" + collection + "/" + name,
		RawPath:  "/" + collection + "/" + url.PathEscape(name),
		RawQuery: x.URL.RawQuery,
	}
}

// stored is what GET says of the resource that the request names, and whether there is one.
func (x *exchange) stored() (object, bool) {
	answer := x.ask(http.MethodGet, x.path(), nil)
	got, _ := answer.content().(object)
	return got, answer.status == http.StatusOK
}

// taken reports whether there is such a resource.
func (x *exchange) taken() bool {
	_, taken := x.stored()
	return taken
}

// etag is the entity-tag of the resource that the request names, "" if there is none.
func (x *exchange) etag() string { return x.ask(http.MethodGet, x.path(), nil).header.Get("ETag") }

// isProblem reports whether the response is a problem document.
func (x *exchange) isProblem() bool {
	media, _, _ := mime.ParseMediaType(x.header.Get("Content-Type"))
	return media == problemJSON
}

// restatus changes the status, where the answer tells it in its content, too.
func (x *exchange) restatus(status int) {
	x.status = status
	if x.isProblem() {
		x.members(func(problem object) { problem["status"], problem["title"] = status, http.StatusText(status) })
	}
}

// passUnseen has the request done, and leaves the answer as it was.
func (x *exchange) passUnseen() {
	status, header, body := x.status, x.header, x.body
	x.pass()
	x.status, x.header, x.body = status, header, body
}

// value is the value in the request's body, and whether there is one.
func (x *exchange) value() (any, bool) {
	body, _ := decode(x.sent).(object)
	value, there := body["value"]
	return value, there
}

// resend replaces the request's body.
func (x *exchange) resend(body any) { x.sent = encode(body) }

// content is the JSON of the answer, nil if there is none; rewrite puts something else there.
func (x *exchange) content() any { return decode(x.body) }

func (x *exchange) rewrite(f func(any) any) {
	if v, ok := parse(x.body); ok {
		x.body = encode(f(v))
	}
}

// members lets f change the object that is the answer; others stay.
func (x *exchange) members(f func(object)) {
	if answer, ok := x.content().(object); ok {
		f(answer)
		x.body = encode(answer)
	}
}

// notes is a map that many requests share.
type notes[T any] struct {
	mu    sync.Mutex
	named map[string]T
}

func (n *notes[T]) get(name string) T {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.named[name]
}

// set notes a value and returns the one before.
func (n *notes[T]) set(name string, value T) T {
	return n.edit(name, func(T) T { return value })
}

// edit replaces a value by what f makes of it, and returns the one before.
func (n *notes[T]) edit(name string, f func(T) T) T {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.named == nil {
		n.named = map[string]T{}
	}
	old := n.named[name]
	n.named[name] = f(old)
	return old
}

// count counts up and returns the number.
func count(n *notes[int], name string) int {
	return n.edit(name, func(i int) int { return i + 1 }) + 1
}
