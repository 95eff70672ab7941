package steps

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"restlab/internal/conversation"
	"restlab/internal/history"
	"restlab/internal/lab"
	"restlab/internal/model"
	"restlab/internal/wire"
)

// Meta is what a scenario has to know about itself.
type Meta struct {
	ID       string   // rule and name, e.g. put.created/an-unused-key-responds-201
	Level    string   // the level whose exchanges it makes
	Families []string // "items", "tasks"
	Attempt  int      // 0, or 1 when it is run again alone: the fresh names differ
}

// Scenario is one run of one scenario: its fresh names, its clients and the record of what they exchanged.
type Scenario struct {
	Meta
	grading *Grading
	ctx     context.Context
	wording
	connections
	transcript
	experiments
	clientSide
	diedBefore int // deaths of the programs before it began
}

// wording is what stands for the words in braces.
type wording struct {
	fill   *strings.Replacer
	unfill *strings.Replacer
	etag   string
	made   string // the id that the server has chosen first
}

// connections are the clients of a scenario, and what is between them and the servers.
type connections struct {
	fields []wire.Field // for the requests of the When
	keeps  bool         // the client keeps its connection and its cookies
	jar    []*http.Cookie
	open   []*wire.Client
	way    way

	toTheEnd bool // the client reads on after the content
}

// transcript is what was exchanged, and what was learned of it.
type transcript struct {
	exchanges []*wire.Exchange
	last      request                   // of the When
	asking    bool                      // the When is being sent
	answers   []*wire.Exchange          // to the When
	said      map[string]map[string]any // what Givens have said of each task
	looks     map[*wire.Exchange]Look   // at resources, around requests

	suspicions []suspicion     // of requests that Givens saw fail
	setsUp     bool            // a Given is being set up
	apart      map[string]bool // tasks that the list does not show as GET of them does
}

// experiments are what many clients did at once, and random requests.
type experiments struct {
	together     bool                // clients have acted at once
	history      history.History     // of clients that acted at once
	alike        bool                // those that wrote wrote the same
	modelled     bool                // random requests were sent
	written      int                 // writes without a record that were answered as done
	unsent       error               // why one of those requests was not sent, nil if all were
	disagreement *model.Disagreement // of their answers with the contract, if there was one
}

// clientSide is the client that is graded, where one is.
type clientSide struct {
	situation conversation.Situation // that it meets
	clientRun *ClientRun             // what it did there, once it has run
}

type request struct {
	who string
	wire.Request
}

// Start prepares a scenario, whose sentences may be registered already. Close it at its end.
func (g *Grading) Start(ctx context.Context, s *Scenario, m Meta) {
	*s = Scenario{Meta: m, grading: g, ctx: ctx, transcript: transcript{said: map[string]map[string]any{}}}
	if g.Client != nil {
		m = clientMeta(m.Attempt)
	}
	s.fill, s.unfill = g.names(m)
	s.diedBefore = len(g.Deaths())
}

// Close ends the connections that the scenario kept, and lets go of the record.
func (s *Scenario) Close() {
	for _, x := range s.exchanges {
		if x.Answer != nil {
			x.Answer.Judged(KeptContent)
		}
	}
	s.exchanges, s.answers, s.history, s.disagreement, s.clientRun, s.looks = nil, nil, nil, nil, nil, nil // the runner keeps scenarios for longer than that
	for _, c := range s.open {
		c.Close()
	}
	s.way.close()
}

// Exchanges is the record so far, in the order of the requests.
func (s *Scenario) Exchanges() []*wire.Exchange { return s.exchanges }

// Fill replaces the fresh names in a text of the feature: {key}, {id}, {digits}, {text} and {long}.
func (s *Scenario) Fill(text string) string {
	if s.fill == nil {
		return text // not started
	}
	text = s.fillMade(s.fill.Replace(text), asWritten)
	if s.etag != "" {
		text = strings.ReplaceAll(text, "W/{etag}", "W/"+strings.TrimPrefix(s.etag, "W/")) // made weak, if it is not
		text = strings.ReplaceAll(text, "{etag}", s.etag)
	}
	return text
}

// fillBody is Fill for what is sent, where {huge} is written out.
func (s *Scenario) fillBody(text string) string {
	text = s.Fill(text)
	if strings.Contains(text, hugeName) {
		text = strings.ReplaceAll(text, hugeName, hugeText())
	}
	return text
}

// hugeName stands for a text of that many bytes.
const hugeName = "{huge}"

// huge is more bytes than any server has to take for one item.
const huge = 4 << 20

var hugeText = sync.OnceValue(func() string { return strings.Repeat("0123456789abcdef", huge/16) })

// Unfill puts the fresh names back, so that what two scenarios met can be compared.
func (s *Scenario) Unfill(text string) string { return s.unfill.Replace(text) }

// draw returns ten letters for a use. Six come from the seed, so that a run can be repeated. Four come from the run, so that
// a server that has seen the seed before meets new names.
func (g *Grading) draw(use ...any) string {
	return hashed(append([]any{g.Seed}, use...)...)[:6] + hashed(append([]any{g.Run}, use...)...)[:4]
}

// thingToDo makes the description of a task from ten letters.
func thingToDo(drawn string) string {
	verbs := []string{"Water", "Count", "Paint", "Sort", "Find", "Mend", "Visit", "Weigh"}
	return verbs[int(drawn[0])%len(verbs)] + " the " + drawn[1:] + "s"
}

// names draws the fresh names of a scenario.
func (g *Grading) names(m Meta) (fill, unfill *strings.Replacer) {
	draw := func(what string) string { return g.draw(m.ID, m.Attempt, what) }
	long := strings.Repeat(draw("long")+" page ", 256)
	pairs := []string{
		"{key}", "k" + draw("key"),
		"{id}", "t" + draw("id"),
		"{digits}", g.digits(m),
		"{text}", thingToDo(draw("text")),
		"{long}", long[:4<<10],
	}
	if g.Walkthrough.Names {
		pairs = slices.Clone(walkthroughNames)
	}
	fill = strings.NewReplacer(pairs...)
	slices.Reverse(pairs)
	return fill, strings.NewReplacer(pairs...)
}

// digits returns a fresh number of nine digits, for keys that look like numbers. Seed and run have a part each, as in names.
func (g *Grading) digits(m Meta) string {
	draw := func(of any) uint32 {
		sum := sha256.Sum256(fmt.Append(nil, of, m.ID, m.Attempt, "digits"))
		return binary.BigEndian.Uint32(sum[:])
	}
	return fmt.Sprintf("%d%04d", 10_000+draw(g.Seed)%90_000, draw(g.Run)%10_000)
}

func hashed(values ...any) string {
	sum := sha256.Sum256(fmt.Append(nil, values...))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))
}

// path is the path of an item or task: its name, with everything but RFC 3986's unreserved characters encoded.
func path(kind, name string) string { return "/" + kind + "s/" + url.PathEscape(name) }

// base is where a target lives: the family's server, by its path or else by the family of the scenario.
func (s *Scenario) base(target string) lab.Endpoint {
	first, _, _ := strings.Cut(strings.TrimPrefix(target, "/"), "/")
	first, _, _ = strings.Cut(first, "?")
	if first == "tasks" || first != "items" && !slices.Contains(s.Families, "items") {
		return s.grading.Tasks
	}
	return s.grading.Items
}

// client returns the client of that name for a server. Only a client that keeps its connection is kept itself.
func (s *Scenario) client(who string, at lab.Endpoint) *wire.Client {
	for _, c := range s.open {
		if c.Name == who && c.Base == at.Base {
			return c
		}
	}
	c := &wire.Client{
		Name: who, Base: at.Base, Address: at.Address, TLS: at.TLS, Origin: at.Origin, Timeout: s.grading.Timeout, ToTheEnd: s.toTheEnd,
		Fields: []wire.Field{{Name: "User-Agent", Value: s.agent(who)}, {Name: "Accept", Value: "*/*"}},
	}
	if !s.grading.Keep {
		c.Heard = func(x *wire.Exchange) { s.grading.made.note(x, s.hasDrawn(x.Request.Target)) }
	}
	if who == anotherClient {
		c.From = secondAddress(at.Address)
		return c
	}
	if s.keeps && !s.grading.oneAtATime {
		c.Keep = true
		s.open = append(s.open, c)
	}
	return c
}

// hasDrawn reports whether a target has a name that was drawn for this scenario.
func (s *Scenario) hasDrawn(target string) bool { return s.Unfill(target) != target }

const (
	theClient     = "client"
	anotherClient = "another client"
	oneOfMany     = "client " // that act at once, and its number
)

// agent gives each client of each scenario one of the names that servers meet every day.
func (s *Scenario) agent(who string) string {
	agents := []string{"curl/8.5.0", "python-requests/2.31.0", "Go-http-client/1.1", "HTTPie/3.2.2", "okhttp/4.12.0", "node", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", s.grading.Seed, s.ID))
	n := int(sum[0])
	if who == anotherClient {
		n++
	}
	return agents[n%len(agents)]
}

// secondAddress is another address of this machine, for a server on its loopback.
func secondAddress(server string) net.IP {
	host, _, _ := net.SplitHostPort(server)
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() && ip.To4() != nil {
		return net.IPv4(127, 0, 0, 2)
	}
	return nil
}

// send makes one exchange and records it. The error is only ever a reason not to have sent it.
func (s *Scenario) send(who string, r wire.Request) (*wire.Exchange, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, broken("interrupted")
	}
	at, err := s.endpoint(who, r)
	if err != nil {
		return nil, err
	}
	if err := s.worthSending(r); err != nil {
		return nil, err
	}
	if s.keeps && who == theClient && len(s.jar) > 0 {
		r.Fields = append(slices.Clone(r.Fields), wire.Field{Name: "Cookie", Value: cookies(s.jar)})
	}
	r = s.replaceBody(r)
	c := s.client(who, at)
	c.Content = mostContent(r)
	x := s.watched(at, r, func() *wire.Exchange { return c.Do(s.ctx, r) })
	x.Apart = who == anotherClient
	notAnswered(x)
	s.noteSilence(s.shape(r), x)
	if err := s.record(x); err != nil {
		return nil, err
	}
	if s.keeps && who == theClient && x.Answer != nil {
		s.jar = append(s.jar, x.Answer.Response().Cookies()...)
		x.InJar = len(s.jar) > 0
	}
	return x, nil
}

// record keeps an exchange, unless the lab was interrupted.
func (s *Scenario) record(x *wire.Exchange) error {
	if x.Trouble != nil && x.Trouble.Kind == wire.Cancelled {
		return broken("interrupted")
	}
	s.exchanges = append(s.exchanges, x)
	s.letGo()
	s.grading.listen(s.Level, s.exchanges)
	return nil
}

// letGo shortens what no sentence looks at any more: what was not asked by the When, but for the last few.
func (s *Scenario) letGo() {
	const few = 6
	if i := len(s.exchanges) - few; i >= 0 && s.exchanges[i].Answer != nil && !slices.Contains(s.answers, s.exchanges[i]) {
		s.exchanges[i].Answer.Shorten(KeptContent)
	}
}

// KeptContent is how many bytes of an answer's content are kept when it has been judged: what a result has of it, and a
// character more.
const KeptContent = 8<<10 + utf8.UTFMax

// sendForAnswer sends and requires an answer.
func (s *Scenario) sendForAnswer(who string, r wire.Request) (*wire.Exchange, error) {
	x, err := s.send(who, r)
	if err != nil {
		return nil, err
	}
	return x, s.answered(x)
}

func (s *Scenario) get(target string) (*wire.Exchange, error) {
	return s.sendForAnswer(theClient, wire.Request{Method: http.MethodGet, Target: target})
}

func (s *Scenario) shape(r wire.Request) string { return r.Method + " " + s.Shape(r.Target) }

// Shape is a target with the names of this scenario taken out, so that targets of different scenarios compare.
func (s *Scenario) Shape(target string) string {
	segments := strings.Split(target, "/")
	for i, segment := range segments {
		if i > 1 && segment != "" {
			segments[i] = "…"
		}
	}
	return strings.Join(segments, "/")
}

func cookies(jar []*http.Cookie) string {
	var pairs []string
	for _, c := range jar {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}

// jsonRequest is a request with a JSON body; without body it has no label either.
func jsonRequest(method, target string, body []byte, fields ...wire.Field) wire.Request {
	r := wire.Request{Method: method, Target: target, Fields: fields, Body: body}
	if body != nil && r.Get("Content-Type") == "" {
		r.Fields = append([]wire.Field{{Name: "Content-Type", Value: "application/json"}}, r.Fields...)
	}
	return r
}
