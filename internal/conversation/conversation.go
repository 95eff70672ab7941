// Package conversation is the lab's side of a client that is graded: a server that is right, in the situation that a scenario
// wants, and the record of what it was asked and what it answered.
//
//	host.go        where the client finds it
//	situation.go   what the client meets there
//	variant.go      right answers, written otherwise
package conversation

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"restlab/internal/wire"
)

// Bounds of what one run of a client can make the lab keep.
const (
	mostRequests = 500
	mostBody     = 1 << 20 // octets; more is refused, unread
)

// Names of who asks.
const (
	Program = "the program"
	Another = "another client"
)

// Entry is one exchange, and when it was.
type Entry struct {
	*wire.Exchange
	Began, Ended time.Time
	Elsewhere    bool // it was asked of the other host
	Trouble      bool // the situation kept the right answer from the client
}

// Wants reports whether it is a request of the program to the API, of that method; "" stands for any.
func (e *Entry) Wants(method string) bool {
	return e.Client == Program && !e.Elsewhere && (method == "" || e.Request.Method == method)
}

// Done reports whether the request was answered as done. What is as it was (304) is done too.
func (e *Entry) Done() bool {
	return e.Answer != nil && (e.Answer.Status/100 == 2 || e.Answer.Status == http.StatusNotModified)
}

// Conversation is one run of a client: the server that it meets, its store empty, and the record.
type Conversation struct {
	host      *Host
	situation Situation
	handler   http.Handler
	over      context.Context
	finish    context.CancelFunc

	mu      sync.Mutex // one request at a time
	entries []*Entry
	met     map[string]int // requests of the program so far, by method
	flooded bool
	talking sync.WaitGroup
}

// Record is what was asked and answered, in the order of the requests.
type Record struct {
	Entries     []*Entry
	Connections int  // those that were opened, whether a request came or not
	Flooded     bool // more requests came than the lab keeps
}

func newConversation(h *Host, s Situation) *Conversation {
	c := &Conversation{host: h, situation: s, handler: h.serve(), met: map[string]int{}}
	c.over, c.finish = context.WithCancel(context.Background())
	for _, act := range s.Acts {
		if act.Method == "" {
			c.act(act, act.target("/"), 0)
		}
	}
	return c
}

// serve answers a request of the program, or of whom it was sent to.
func (c *Conversation) serve(w http.ResponseWriter, r *http.Request, elsewhere bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		return // it did not send what it had begun
	}
	e := c.begin(r, body, elsewhere)
	if e == nil {
		panic(http.ErrAbortHandler)
	}
	number := c.count(e)
	if c.situation.leaves(r.Method, number) {
		c.leave(r, e)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer(w, r, e, number, tooLarge != nil)
}

// begin notes a request, or returns nil where there were too many.
func (c *Conversation) begin(r *http.Request, body []byte, elsewhere bool) *Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= mostRequests {
		c.flooded = true
		return nil
	}
	base := "http://" + r.Host
	if elsewhere {
		base = c.host.Elsewhere
	}
	x := &wire.Exchange{Client: Program, Base: base, Request: wire.Request{Method: r.Method, Target: r.RequestURI, Fields: fields(r)}}
	if len(body) > 0 {
		x.Request.Body = body
	}
	e := &Entry{Exchange: x, Began: time.Now(), Elsewhere: elsewhere}
	c.entries = append(c.entries, e)
	return e
}

// fields are those of the request. net/http does not tell in which order they came.
func fields(r *http.Request) []wire.Field {
	all := []wire.Field{{Name: "Host", Value: r.Host}}
	for name, values := range r.Header {
		for _, value := range values {
			all = append(all, wire.Field{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(all[1:], func(a, b wire.Field) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// count is the number of the request among those of its method.
func (c *Conversation) count(e *Entry) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.Elsewhere {
		return 0
	}
	c.met[e.Request.Method]++
	return c.met[e.Request.Method]
}

// leave leaves a request without an answer until the client gives up, or is stopped.
func (c *Conversation) leave(r *http.Request, e *Entry) {
	select {
	case <-r.Context().Done():
	case <-c.over.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble(e, wire.NoAnswer, "the lab's server did not answer this request")
	panic(http.ErrAbortHandler)
}

func (c *Conversation) trouble(e *Entry, kind wire.Kind, what string) {
	e.Ended, e.Trouble = time.Now(), true
	e.Took = e.Ended.Sub(e.Began)
	e.Exchange.Trouble = &wire.Trouble{Kind: kind, What: what}
}

// answer gives the reference's answer, as far as the situation lets it. The number is that of the request among those of its method.
func (c *Conversation) answer(w http.ResponseWriter, r *http.Request, e *Entry, number int, tooLarge bool) {
	refusal, refused := c.situation.refuses(r.Method, number)
	a := &draft{header: http.Header{}}
	switch {
	case e.Elsewhere:
		a.refuse(http.StatusNotFound, "the program was given another host")
	case tooLarge:
		a.refuse(http.StatusRequestEntityTooLarge, "more than the lab reads")
	case refused:
		e.Trouble = true
		a.refuse(refusal.Status, wire.Phrase(refusal.Status))
		if refusal.RetryAfter != "" {
			a.header.Set("Retry-After", refusal.RetryAfter)
		}
	default:
		c.respond(a, r, e, number)
	}
	if c.situation.loses(r.Method, number) {
		c.trouble(e, wire.Lost, fmt.Sprintf("the request was done (%d %s), and the connection closed before the answer was sent", a.status, wire.Phrase(a.status)))
		panic(http.ErrAbortHandler)
	}
	e.Answer = a.write(w, r, c.situation.Variant == InChunks)
	e.Ended = time.Now()
	e.Took = e.Ended.Sub(e.Began)
}

// respond asks the reference, writes its answer in the variant of the situation, and lets others act before the client hears of it.
func (c *Conversation) respond(a *draft, r *http.Request, e *Entry, number int) {
	if c.disturb(before, r.Method, number, r.RequestURI, slices.Index(c.entries, e)) == creates && r.Method == http.MethodPost {
		a.refuse(http.StatusConflict, "Already exists") // which the contract leaves to a server
		return
	}
	inner := r.Clone(r.Context())
	inner.Body = io.NopCloser(bytes.NewReader(e.Request.Body))
	inner.ContentLength = int64(len(e.Request.Body))
	inner.TransferEncoding = nil
	got := httptest.NewRecorder()
	c.handler.ServeHTTP(got, inner)
	a.status, a.header, a.content = got.Code, got.Header(), got.Body.Bytes()
	c.rewrite(a, r)
	target := r.RequestURI
	if made := a.header.Get("Location"); r.Method == http.MethodPost && made != "" {
		target = pathOf(made)
	}
	c.disturb(after, r.Method, number, target, len(c.entries))
}

// disturb lets others do what they do before or after that request, and returns what they did last. It has that place in the record.
func (c *Conversation) disturb(when, method string, number int, target string, place int) (did string) {
	for _, act := range c.situation.Acts {
		if act.When == when && act.Method == method && act.Number == number && act.target(target) != "" {
			c.act(act, act.target(target), place)
			did = act.Does
		}
	}
	return did
}

// act lets another client do something at the target, and records it. The caller holds the lock, if there is anybody else.
func (c *Conversation) act(act Act, target string, place int) {
	method, body := act.request()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	x := &wire.Exchange{Client: Another, Base: c.host.Items, Request: wire.Request{Method: method, Target: target}}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		x.Request.Fields, x.Request.Body = []wire.Field{{Name: "Content-Type", Value: "application/json"}}, []byte(body)
	}
	got := httptest.NewRecorder()
	c.handler.ServeHTTP(got, r)
	a := &draft{status: got.Code, header: got.Header(), content: got.Body.Bytes()}
	x.Answer = a.recorded(false)
	now := time.Now()
	c.entries = slices.Insert(c.entries, place, &Entry{Exchange: x, Began: now, Ended: now})
}

// end lets go of what was left without an answer, and returns the record.
func (c *Conversation) end() []*Entry {
	c.finish()
	c.talking.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.entries {
		if e.Answer == nil && e.Exchange.Trouble == nil {
			c.trouble(e, wire.Cancelled, "the program was stopped before the answer was sent")
		}
	}
	return c.entries
}
