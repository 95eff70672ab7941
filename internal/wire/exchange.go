// Package wire sends one HTTP/1.1 request and records what really came back: the bytes of the head, the
// content, and what a client library would hide (content after a 204, a length that does not fit, a connection
// that was dropped). Nothing is followed, replayed or remembered behind the caller's back. Content codings are taken off, and the
// answer says so.
package wire

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Field is one header field, its name written as it goes over the wire.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Request is what a client asks.
type Request struct {
	Method string
	Target string // path and query as on the request line, percent-encoded
	Fields []Field
	Body   []byte // nil: no body and no Content-Length
}

// Get returns the value of the first field of that name, in whatever case it is written, or "".
func (r Request) Get(name string) string {
	for _, f := range r.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Exchange is a request and what came back. Exactly one of Answer and Trouble is set.
type Exchange struct {
	Client  string // who asked: "client", "other client", …
	Base    string // scheme and authority, e.g. http://127.0.0.1:5000
	Origin  string // the same of the server itself, where Base is an intermediary's
	Request Request
	Answer  *Answer
	Trouble *Trouble
	Took    time.Duration
	Apart   bool // another client than the first, which its User-Agent tells apart
	InJar   bool // the client keeps cookies, and the server has set one: what Cookie says is worth nothing to another process
}

// Answer is an HTTP response as it came.
type Answer struct {
	Proto     string
	Status    int
	Head      Untrusted // status line and fields, CRLF between them, as they came
	Header    http.Header
	Chunked   bool
	Content   []byte // without content codings
	Coding    string // the codings that were taken off it, "" for none
	Coded     int    // bytes of the content before that
	Undecoded string // why a coding could not be taken off; "" if all could
	Cut       int    // bytes of the content that were let go; 0 for none
	Stray     []byte // bytes after the end of the answer, where it was looked for: after 204, 304 and HEAD, or ToTheEnd
}

// Shorten lets go of all content but the first bytes.
func (a *Answer) Shorten(octets int) {
	if len(a.Content) > octets {
		a.Cut += len(a.Content) - octets
		a.Content = bytes.Clone(a.Content[:octets])
	}
}

// Judged lets go of what only a judgement needs: all content and head but the first bytes, and the fields as they were read.
func (a *Answer) Judged(octets int) {
	a.Shorten(octets)
	if len(a.Head) > octets {
		a.Head = Untrusted(strings.Clone(string(a.Head[:octets])))
	}
	a.Header = nil
}

// Text is the answer's content as untrusted text.
func (a *Answer) Text() Untrusted { return Untrusted(a.Content) }

// Response is the recorded answer as net/http has it, to be read by an assertion library.
func (a *Answer) Response() *http.Response {
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", a.Status, Phrase(a.Status)),
		StatusCode:    a.Status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.Header,
		ContentLength: int64(len(a.Content)),
		Body:          io.NopCloser(bytes.NewReader(a.Content)),
	}
}

// Kind tells troubles apart.
type Kind string

// The ways in which a request can stay without a usable answer.
const (
	Refused   Kind = "refused"   // nobody accepts connections
	NoAnswer  Kind = "no answer" // the time ran out before the answer was complete
	Dropped   Kind = "dropped"   // the connection ended before the answer did
	NotHTTP   Kind = "not HTTP"  // what came is no HTTP/1.x answer
	TooLarge  Kind = "too large" // head or content over the limit
	Lost      Kind = "lost"      // the client itself did not wait for the answer
	Cancelled Kind = "cancelled" // the lab itself gave up: interrupted
	Unsent    Kind = "unsent"    // the request could not be made: the lab's own fault
)

// Trouble says why there is no usable answer. What is a sentence for a learner, made harmless already.
type Trouble struct {
	Kind  Kind
	What  string
	Began bool // some of an answer came, and it began as HTTP does
}

func (t *Trouble) Error() string { return t.What }

// Ask is the request line without its version, as people write it: "PUT /items/a".
func (x *Exchange) Ask() string { return x.Request.Method + " " + x.Request.Target }

// URL is the request's. An error is the lab's own fault.
func (x *Exchange) URL() (*url.URL, error) { return url.Parse(x.Base + x.Request.Target) }

// Below returns the target that a URL has for requests with the same base, and whether it is below that base's path.
func (x *Exchange) Below(u *url.URL) (target string, below bool) {
	_, path := splitBase(x.Base)
	target, below = strings.CutPrefix(u.RequestURI(), path)
	if !strings.HasPrefix(target, "/") {
		below = path == "" // such as an opaque URI
	}
	return target, below
}

// Phrase is the reason phrase that RFC 9110 §15 and the IANA registry give a status, "" for one that is not
// registered. (net/http keeps three older names.)
func Phrase(status int) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return "Content Too Large"
	case http.StatusUnprocessableEntity:
		return "Unprocessable Content"
	case http.StatusRequestedRangeNotSatisfiable:
		return "Range Not Satisfiable"
	case http.StatusRequestURITooLong:
		return "URI Too Long"
	case http.StatusTeapot:
		return "(Unused)"
	}
	return http.StatusText(status)
}
