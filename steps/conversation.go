package steps

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"restlab/internal/conversation"
	"restlab/internal/wire"
)

// Where in a request something is wrong.
const (
	atRequest = "request line"
	atBody    = "request content"
)

func atSent(name string) string { return "request field " + name }

// ofProgram is whose requests are judged.
func ofProgram(e *conversation.Entry) bool { return e.Wants("") }

// serverIs is what the server of the situation does in another way than the reference.
func (s *Scenario) serverIs(what, leaves, loses string) error {
	switch {
	case what == "is gone":
		s.situation.Gone = true
	case leaves != "":
		s.situation.Leaves = leaves
	case loses != "":
		s.situation.Loses = loses
	default:
		s.situation.Variant = what
	}
	return nil
}

// serverRefuses answers some requests with a status instead of what they ask for.
func (s *Scenario) serverRefuses(which, method, text, retryAfter string) error {
	set, err := parseStatuses(text)
	if err != nil || len(set.codes) != 1 {
		return cmp.Or(err, broken("a request is answered with one status, not %q", text))
	}
	r := conversation.Refusal{Status: set.codes[0], RetryAfter: retryAfter, Method: method}
	if which == "the first" {
		r.First = 1
	}
	if method == "request" {
		r.Method = ""
	}
	s.situation.Refusals = append(s.situation.Refusals, r)
	return nil
}

// anotherDoes has another client act before the program runs, or before or after one of its requests is done.
func (s *Scenario) anotherDoes(does, value, when, number, method string) error {
	act := conversation.Act{Does: does, Value: s.Fill(value), When: when, Method: method, Number: 1}
	if number == "second" {
		act.Number = 2
	}
	if act.Value == "" {
		act.Value = `"of another client"`
	}
	s.situation.Acts = append(s.situation.Acts, act)
	return nil
}

// programRuns runs the program in the situation, or looks at the run that another scenario has made in the same one.
func (s *Scenario) programRuns(key string) error {
	if s.grading.Client == nil {
		return broken("there is no program to run: this is a sentence for restlab grade-client")
	}
	if s.grading.Client.silent && s.situation.Key() != (conversation.Situation{}).Key() {
		return &NotReached{Why: "the program sends no request even when nothing is in its way"}
	}
	m := clientMeta(s.Attempt)
	input := s.grading.input(m)
	if key != "" {
		input.Key = strings.Trim(s.Fill(key), `"`)
	}
	clientRun, err := s.grading.Client.run(s.ctx, m, s.situation, input)
	if err != nil {
		if s.ctx.Err() != nil {
			return broken("interrupted")
		}
		return broken("the program could not be run: %s", err)
	}
	s.clientRun = clientRun.clone()
	for _, e := range s.clientRun.Entries {
		s.exchanges = append(s.exchanges, e.Exchange)
	}
	return nil
}

// asked are the requests of the program to the API.
func (s *Scenario) asked(wanted func(*conversation.Entry) bool) []*conversation.Entry {
	var found []*conversation.Entry
	for _, e := range s.clientRun.Entries {
		if ofProgram(e) && wanted(e) {
			found = append(found, e)
		}
	}
	return found
}

// heard is nil where the program has asked for something, and a *NotReached where it has not.
func (s *Scenario) heard() error {
	if s.clientRun == nil {
		return broken("the program has not run yet")
	}
	if s.situation.Gone || len(s.asked(ofProgram)) > 0 {
		return nil
	}
	return &NotReached{Why: "the program has sent no request", Moot: true}
}

// unheard is the failure of a program that has asked for nothing, nil for others.
func (s *Scenario) unheard() *Failure {
	if len(s.asked(ofProgram)) > 0 {
		return nil
	}
	if s.clientRun.Connections > 0 {
		return s.misses("requests of HTTP/1.1 for /items/… or /tasks", "connections, and no such request on them")
	}
	f := s.misses("requests to the address in ITEMS_URL or TASKS_URL", "no request at all")
	if !s.clientRun.Exit.OK() {
		f.Note = "Your program ended before it sent a request: " + s.clientRun.Exit.String() + "."
	}
	if taken := s.grading.Client.Host.Taken; len(taken) > 0 {
		f.Note = "Another program listens at port " + strings.Join(taken, " and at port ") + ": a client that sends requests there does not reach the lab."
	}
	return f
}

// misses is a failure that no single exchange shows: the picture is the conversation, or what was printed where there was none.
func (s *Scenario) misses(expected, received string) *Failure {
	f := &Failure{Asked: "the whole conversation", At: "conversation", Expected: expected, Received: wire.Untrusted(received).String()}
	last := s.clientRun.Exit.Last
	if f.Picture = s.picture(); f.Picture == "" {
		f.Picture = strings.Join(last, "\n")
	} else if !s.clientRun.Exit.OK() && len(last) > 0 {
		f.Note = "It ended with " + s.clientRun.Exit.String() + ", and printed last: " + last[len(last)-1]
	}
	return f
}

// picture is the conversation, a line for each request.
func (s *Scenario) picture() string {
	const most = 12
	var lines []string
	for _, e := range s.clientRun.Entries {
		answer := "no answer"
		if e.Answer != nil {
			answer = strconv.Itoa(e.Answer.Status)
		}
		who := ""
		if e.Client != conversation.Program {
			who = "   (" + e.Client + ")"
		}
		lines = append(lines, fmt.Sprintf("%-6s %s  %s%s", wire.Untrusted(e.Request.Method).Line(10), wire.Untrusted(e.Request.Target).Line(60), answer, who))
	}
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("… and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// blames is a failure that one request of the program shows.
func blames(e *conversation.Entry, at, expected, received string) *Failure {
	return failure(e.Exchange, at, expected, received)
}

// programSends looks for requests that were done, in this order, between which there may be others.
func (s *Scenario) programSends(methods, what string) error {
	if s.clientRun == nil {
		return s.heard()
	}
	if f := s.unheard(); f != nil {
		return f
	}
	wanted := strings.Split(methods, ", ")
	best, refused := 0, (*conversation.Entry)(nil)
	for _, group := range s.groups(s.Fill(what)) {
		n, stopped := follow(group, wanted)
		if n == len(wanted) {
			return nil
		}
		if n > best || refused == nil {
			best, refused = max(best, n), stopped
		}
	}
	expected := fmt.Sprintf("%s for %s, in this order, each of them done", methods, what)
	if refused != nil {
		received := "no answer"
		if refused.Answer != nil {
			received = "it was answered " + status(refused.Answer.Status)
		}
		return blames(refused, atRequest, expected, received)
	}
	received := "no " + wanted[best]
	if best > 0 {
		received += " after the " + strings.Join(wanted[:best], ", ")
	}
	return s.misses(expected, received)
}

// follow says how many of the methods were done in this order, and which request for the next one was not, if there was one.
func follow(group []*conversation.Entry, wanted []string) (n int, refused *conversation.Entry) {
	for _, e := range group {
		if n == len(wanted) || e.Request.Method != wanted[n] {
			continue
		}
		if !e.Done() {
			refused = e
			continue
		}
		n, refused = n+1, nil
	}
	return n, refused
}

// groups are the requests for each thing of a kind: one item, one task, the tasks (all of them, and their list), or the item of that key.
func (s *Scenario) groups(what string) map[string][]*conversation.Entry {
	groups := map[string][]*conversation.Entry{}
	key, named := strings.CutPrefix(what, "the item ")
	for _, e := range s.asked(ofProgram) {
		switch {
		case what == "the tasks" && isOf(e, "tasks"):
			if e.Request.Method != http.MethodGet || isList(e) {
				groups[""] = append(groups[""], e)
			}
		case named && nameIn(e, "items") == strings.Trim(key, `"`), what == "one item" && nameIn(e, "items") != "":
			groups[nameIn(e, "items")] = append(groups[nameIn(e, "items")], e)
		case what == "one task" && isOf(e, "tasks"):
			name := taskOf(e)
			if name != "" {
				groups[name] = append(groups[name], e)
			}
		}
	}
	return groups
}

// taskOf is the id of the task that a request is about, the one that it has made included; "" for the list.
func taskOf(e *conversation.Entry) string {
	if e.Request.Method == http.MethodPost && isList(e) && e.Answer != nil {
		made, err := location(e.Exchange)
		if err != nil {
			return ""
		}
		return nameOf(made, "tasks")
	}
	return nameIn(e, "tasks")
}

// bodiesAreJSON checks what the program sends with POST and PUT.
func (s *Scenario) bodiesAreJSON() error {
	if err := s.heard(); err != nil {
		return err
	}
	sent := s.asked(hasContent)
	if len(sent) == 0 {
		return &NotReached{Why: "the program has sent no POST, PUT or PATCH", Moot: true}
	}
	for _, e := range sent {
		label := e.Request.Get("Content-Type")
		switch {
		case len(e.Request.Body) == 0:
			return blames(e, atBody, "content in JSON", "no content")
		case !json.Valid(e.Request.Body):
			return blames(e, atBody, "content in JSON", wire.Untrusted(e.Request.Body).Line(100))
		case label == "":
			return blames(e, atSent("Content-Type"), "Content-Type: application/json", "the request has no Content-Type")
		case !wire.IsJSON(label):
			return blames(e, atSent("Content-Type"), "Content-Type: application/json", "Content-Type: "+label)
		}
	}
	return nil
}

// hasContent reports whether a request is one that brings something.
func hasContent(e *conversation.Entry) bool {
	return slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, e.Request.Method)
}

// eachAtMost checks how often the program has sent a request again while the server could not do it.
func (s *Scenario) eachAtMost(text string) error {
	if err := s.heard(); err != nil {
		return err
	}
	most, _ := strconv.Atoi(text)
	sent := map[string][]*conversation.Entry{}
	for _, e := range s.asked(ofProgram) {
		if !e.Trouble {
			continue
		}
		again := append(sent[e.Ask()], e)
		sent[e.Ask()] = again
		if len(again) > most {
			return blames(e, atRequest, fmt.Sprintf("at most %d attempts, then an end with a message", most), fmt.Sprintf("attempt %d", len(again)))
		}
		if n := len(again); n > 2 && e.Began.Sub(again[0].Ended) < time.Duration(n-1)*shortestPause {
			return blames(e, atRequest, "a pause between the attempts", fmt.Sprintf("attempt %d, %d ms after the first", n, e.Began.Sub(again[0].Ended).Milliseconds()))
		}
	}
	return nil
}

// shortestPause is, on average, between two attempts. The first may follow at once: libraries do that when a connection was closed.
const shortestPause = 20 * time.Millisecond

// sendsAgain checks that the request which met trouble was sent once more.
func (s *Scenario) sendsAgain(method, after string) error {
	if err := s.heard(); err != nil {
		return err
	}
	met := s.asked(func(e *conversation.Entry) bool { return e.Trouble && e.Request.Method == method })
	if len(met) == 0 {
		return s.misses("a "+method, "none")
	}
	first := met[0]
	expected := "the same request once more"
	if after != "" {
		expected += ", not before the second is over that Retry-After says"
	}
	again := s.asked(func(e *conversation.Entry) bool { return e.Ask() == first.Ask() && e.Began.After(first.Ended) })
	switch {
	case len(again) == 0 && first.Answer != nil:
		return blames(first, atStatus, expected, "none after the "+status(first.Answer.Status))
	case len(again) == 0:
		return blames(first, atAnswer, expected, "none after the lost answer")
	}
	if pause := again[0].Began.Sub(first.Ended); after != "" && pause < time.Second*9/10 {
		return blames(again[0], atRequest, expected, fmt.Sprintf("it, after %d ms", pause.Milliseconds()))
	}
	return nil
}

// noBlindPost checks that a POST whose answer was lost is not simply sent again: nobody knows whether that makes it two.
func (s *Scenario) noBlindPost() error {
	if err := s.heard(); err != nil {
		return err
	}
	var lost *conversation.Entry
	for _, e := range s.asked(ofProgram) {
		switch {
		case e.Trouble && e.Request.Method == http.MethodPost:
			lost = e
		case lost != nil && e.Request.Method == http.MethodGet, lost != nil && e.Request.Method == http.MethodHead:
			lost = nil // it has looked
		case lost != nil && e.Ask() == lost.Ask() && bytes.Equal(e.Request.Body, lost.Request.Body):
			if key := e.Request.Get("Idempotency-Key"); key == "" || key != lost.Request.Get("Idempotency-Key") {
				return blames(e, atRequest, "a look first (GET), the same Idempotency-Key in both, or an end with a message", "the same POST once more")
			}
		}
	}
	return nil
}

// followsLocation checks that the program asks for what a Location names, and of whom.
func (s *Scenario) followsLocation(how string) error {
	if err := s.heard(); err != nil {
		return err
	}
	if how == "at no other host" {
		for _, e := range s.clientRun.Entries {
			if e.Elsewhere {
				return blames(e, atSent("Host"), "requests to the host that it was given, and to no other", "a request to "+e.Base)
			}
		}
		return nil
	}
	location := ""
	for _, e := range s.asked(func(e *conversation.Entry) bool { return isOf(e, "tasks") || e.Answer != nil }) {
		if e.Request.Method == http.MethodPost && isList(e) && e.Done() {
			location = e.Answer.Header.Get("Location")
			continue
		}
		if location != "" && e.Answer != nil && e.Answer.Status/100 == 4 {
			return blames(e, atRequest, "a request for "+location+", as Location says", wire.Untrusted(e.Ask()).Line(200))
		}
	}
	return nil
}

// asksForChange checks that what the program has an ETag of, and has not changed since, is asked for with If-None-Match.
func (s *Scenario) asksForChange() error {
	if err := s.heard(); err != nil {
		return err
	}
	known := map[string]string{}
	for _, e := range s.asked(ofProgram) {
		target := e.Request.Target
		switch {
		case e.Request.Method != http.MethodGet:
			if e.Done() && e.Request.Method != http.MethodHead {
				clear(known) // what it changes it may want to see as it is
			}
		case known[target] != "" && e.Request.Get("If-None-Match") == "":
			return blames(e, atSent("If-None-Match"), "If-None-Match: "+known[target]+", because it has read this before and changed nothing", "the request has no If-None-Match")
		case e.Done() && e.Answer.Header.Get("ETag") != "":
			known[target] = e.Answer.Header.Get("ETag")
		}
	}
	return nil
}

// overwritesNothing checks that a change which was refused with 412 is not sent before the program has read what is there now.
func (s *Scenario) overwritesNothing() error {
	if err := s.heard(); err != nil {
		return err
	}
	refused := map[string]bool{}
	for _, e := range s.asked(ofProgram) {
		target := e.Request.Target
		switch {
		case e.Answer == nil:
		case e.Answer.Status == http.StatusPreconditionFailed:
			refused[target] = true
		case e.Request.Method == http.MethodGet:
			delete(refused, target)
		case refused[target] && e.Done() && slices.Contains([]string{"PUT", "POST", "PATCH"}, e.Request.Method):
			return blames(e, atRequest, "a GET first: 412 says that somebody else has changed it", wire.Untrusted(e.Ask()).Line(200)+" without a look")
		}
	}
	return nil
}
