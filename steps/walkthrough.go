package steps

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"restlab/internal/lab"
	"restlab/internal/wire"
)

// Walkthrough is what a walk through scenarios wants beside their verdicts.
type Walkthrough struct {
	Names  bool           // names that are short and always the same: for a server that has not met them
	Looks  bool           // look at the resource before and after each request that may change it
	Bodies map[int][]byte // what is sent in place of what the feature says, by the number of the exchange, from 0
}

// walkthroughNames are those that a walk shows.
var walkthroughNames = []string{"{key}", "my-colour", "{id}", "my-plants", "{digits}", "123456789", "{text}", "Water the plants", "{long}", strings.Repeat("a long page ", 342)[:4<<10]}

// replaceBody is the request with the body that a walk wants.
func (s *Scenario) replaceBody(r wire.Request) wire.Request {
	if body, changed := s.grading.Walkthrough.Bodies[len(s.exchanges)]; changed {
		r.Body = body
	}
	return r
}

// Look is what GET answered about a resource before and after a request. Nil where there was nothing to ask for.
type Look struct{ Before, After *wire.Answer }

// Look is what was seen around an exchange.
func (s *Scenario) Look(x *wire.Exchange) Look { return s.looks[x] }

// resource is a target that is an item or a task.
var resource = regexp.MustCompile(`^/(?:items|tasks)/[^/?]+$`)

// look asks for a resource, beside the record. It is nil where it is not one, where nobody looks, and where no answer came.
func (s *Scenario) look(at lab.Endpoint, target string) *wire.Answer {
	if !s.grading.Walkthrough.Looks || !resource.MatchString(target) {
		return nil
	}
	c := &wire.Client{Name: "lab", Base: at.Base, Address: at.Address, TLS: at.TLS, Timeout: s.grading.Timeout, Fields: []wire.Field{{Name: "Accept", Value: "*/*"}}}
	if at.Origin != "" { // past the intermediary
		u, err := url.Parse(at.Origin)
		if err != nil {
			return nil
		}
		c.Base, c.Address = at.Origin, u.Host
	}
	return c.Do(s.ctx, wire.Request{Method: http.MethodGet, Target: target}).Answer
}

// watched makes an exchange, and looks at the resource around it where the request may change it.
func (s *Scenario) watched(at lab.Endpoint, r wire.Request, exchange func() *wire.Exchange) *wire.Exchange {
	if isSafe(r.Method) {
		return exchange()
	}
	before := s.look(at, r.Target)
	x := exchange()
	target := r.Target
	if x.Answer != nil && r.Method == http.MethodPost {
		if made, err := location(x); err == nil {
			target = made
		}
	}
	if after := s.look(at, target); before != nil || after != nil {
		if s.looks == nil {
			s.looks = map[*wire.Exchange]Look{}
		}
		s.looks[x] = Look{before, after}
	}
	return x
}
