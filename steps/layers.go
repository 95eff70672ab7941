package steps

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"restlab/internal/intermediary"
	"restlab/internal/lab"
	"restlab/internal/wire"
)

// way is what stands between the client and the servers. "Another client" always goes straight to the server.
type way struct {
	repeats   bool                            // PUT and DELETE are sent twice
	loses     bool                            // the first answer to PUT, DELETE and POST is lost
	inTurn    bool                            // replicas are asked in turn
	turns     int                             // requests so far
	build     func(lab.Endpoint) http.Handler // nil for no intermediary
	onlyReads bool                            // what is not safe passes it by
	through   map[string]lab.Endpoint         // by the base behind it
	caches    map[string]*intermediary.Cache
	open      []*intermediary.Intermediary
}

func (w *way) close() {
	for _, i := range w.open {
		i.Close()
	}
}

// standsBetween puts an intermediary before the client.
func (s *Scenario) standsBetween(what string) error {
	switch what {
	case "an intermediary that repeats PUT and DELETE":
		s.way.repeats = true
	case "an intermediary":
		s.way.build = func(at lab.Endpoint) http.Handler { return intermediary.Proxy(at) }
	default:
		s.way.onlyReads = what == "a shared cache for reading"
		s.way.caches = map[string]*intermediary.Cache{}
		s.way.build = func(at lab.Endpoint) http.Handler {
			cache := intermediary.NewCache(at)
			s.way.caches[at.Base] = cache
			return cache
		}
	}
	return nil
}

func (s *Scenario) answersAreLost() error {
	s.way.loses = true
	return nil
}

func (s *Scenario) replicasInTurn() error {
	s.way.inTurn = true
	return nil
}

// endpoint is where a request goes: to the server, to one of its replicas, or to what stands before it.
func (s *Scenario) endpoint(who string, r wire.Request) (lab.Endpoint, error) {
	at := s.base(r.Target)
	if err := s.canAsk(at); err != nil {
		return at, err
	}
	if replicas := s.replicas(at); s.way.inTurn && len(replicas) > 1 {
		s.way.turns++
		at = replicas[s.way.turns%len(replicas)]
	}
	if s.way.build == nil || who == anotherClient || s.way.onlyReads && !isRead(r) {
		return at, nil
	}
	if through, started := s.way.through[at.Base]; started {
		return through, nil
	}
	i, err := intermediary.Start(s.way.build(at))
	if err != nil {
		return at, broken("an intermediary cannot be started: %s", err)
	}
	s.way.open = append(s.way.open, i)
	if s.way.through == nil {
		s.way.through = map[string]lab.Endpoint{}
	}
	s.way.through[at.Base] = i.Before(at)
	return s.way.through[at.Base], nil
}

func isRead(r wire.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// isSafe reports whether a request with the method asks for no change (RFC 9110 §9.2.1).
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func (s *Scenario) replicas(at lab.Endpoint) []lab.Endpoint {
	others := s.grading.Replicas.Items
	if at == s.grading.Tasks {
		others = s.grading.Replicas.Tasks
	}
	return append([]lab.Endpoint{at}, others...)
}

// notAnswered turns an intermediary's own answer into what it means: that the server gave none.
func notAnswered(x *wire.Exchange) {
	if x.Origin == "" || x.Answer == nil || !intermediary.Failed(x.Answer.Header) {
		return
	}
	x.Trouble = &wire.Trouble{Kind: wire.Dropped, What: "the server gave the intermediary no usable answer: " + wire.Untrusted(x.Answer.Text()).Line(200)}
	x.Answer = nil
}

// sendFirst sends what somebody on the way sends again, or what the client sends again because the answer was lost.
func (s *Scenario) sendFirst(r request) error {
	switch {
	case s.way.repeats && slices.Contains(idempotent, r.Method):
		_, err := s.sendForAnswer(r.who, r.Request)
		return err
	case s.way.loses && (r.Method == http.MethodPost || slices.Contains(idempotent, r.Method)):
		at, err := s.endpoint(r.who, r.Request)
		if err == nil {
			err = s.worthSending(r.Request)
		}
		if err != nil {
			return err
		}
		x := s.watched(at, r.Request, func() *wire.Exchange {
			lost := s.client(r.who, at).Lose(s.ctx, r.Request)
			time.Sleep(reconnect)
			return lost
		})
		if err := s.record(x); err != nil || x.Trouble.Kind == wire.Lost {
			return err
		}
		return s.answered(x)
	}
	return nil
}

// reconnect is what a client needs to notice that its connection is gone. It lets the server begin with the first
// request before the second one comes; whatever the order, the same must come of it.
const reconnect = 30 * time.Millisecond

// idempotent are the methods that anybody on the way may send again (RFC 9110 §9.2.2), safe ones aside.
var idempotent = []string{http.MethodPut, http.MethodDelete}

// sameDirectly asks the server itself what was asked through the intermediary, and compares.
func (s *Scenario) sameDirectly() error {
	through, err := s.answer()
	if err != nil {
		return err
	}
	if !isSafe(s.last.Method) {
		return broken("the sentence is for safe requests: others are not the same twice")
	}
	direct, err := s.sendForAnswer(anotherClient, s.last.Request)
	if err != nil {
		return err
	}
	if through.Answer.Status != direct.Answer.Status {
		return failure(through, atStatus, status(direct.Answer.Status)+", as without the intermediary", status(through.Answer.Status))
	}
	for _, name := range []string{"Content-Type", "ETag", "Allow"} {
		got, want := through.Answer.Header.Values(name), direct.Answer.Header.Values(name)
		if inOrder(strings.Join(got, ",")) != inOrder(strings.Join(want, ",")) {
			return failure(through, atField(name), orNone(name, strings.Join(want, ", "))+", as without the intermediary", orNone(name, strings.Join(got, ", ")))
		}
	}
	if !isEqual(essence(through), essence(direct)) {
		return failure(through, atContent, compact(essence(direct))+", as without the intermediary", compact(essence(through)))
	}
	return nil
}

// sentOnce looks at what the cache had to fetch of the last target.
func (s *Scenario) sentOnce() error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	cache := s.way.caches[s.base(x.Request.Target).Base]
	if cache == nil {
		return broken("no cache stands between the client and the server")
	}
	u, err := x.URL()
	if err != nil {
		return broken("%s", err)
	}
	fetched := cache.Fetched(u.RequestURI())
	if fetched.Contents <= 1 {
		return nil
	}
	said := func(name string) string {
		value := strings.Join(fetched.Last.Values(name), ", ")
		if value == "" {
			return "no " + name
		}
		return name + ": " + value
	}
	f := failure(x, atAnswer, "the content from the server once, and 304 Not Modified after that",
		fmt.Sprintf("the content %d times, for %d requests of the cache", fetched.Contents, fetched.Answers))
	f.Note = "The server told the cache: " + wire.Untrusted(said("Cache-Control")+"; "+said("ETag")).Line(200)
	return f
}

// Circumstances say what a reader of the exchanges does not see: what stood between the client and the server.
func (s *Scenario) Circumstances() string {
	switch w := s.way; {
	case s.together:
		return "The clients sent their requests at the same moment. Sent one after the other they may well be answered right."
	case w.inTurn:
		var bases []string
		for _, at := range s.replicas(s.base(s.last.Target)) {
			bases = append(bases, at.Base)
		}
		return "The replicas " + strings.Join(bases, " and ") + " got requests in turn, and did not behave as one server."
	case w.loses:
		return "The client dropped its connection right after the request, and then sent it again."
	case w.repeats:
		return "Each PUT and DELETE reached the server twice; the client saw the second answer."
	case w.onlyReads:
		return "GET went through a shared cache, which the writes passed by."
	case w.caches != nil:
		return "The requests went through a shared cache."
	case w.build != nil:
		return "The request reached the server through a proxy: with Via and Forwarded, field names in lower case, content in chunks."
	}
	return ""
}
