package steps

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"restlab/internal/wire"
)

func (s *Scenario) answerIncludes(which, text string) error {
	want, err := members(s.Fill(text))
	if err != nil {
		return err
	}
	answers, err := s.which(which)
	if err != nil {
		return err
	}
	for _, x := range answers {
		if err := hasMembers(x, want); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scenario) answerExplains(where string) error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	if x.Request.Method == http.MethodHead {
		return broken("an answer to HEAD explains nothing")
	}
	got, err := content(x)
	var f *Failure
	if errors.As(err, &f) {
		f.Expected = `JSON that explains the error, such as {"error": "…"}`
	}
	if err != nil {
		return err
	}
	if where == "in JSON" {
		if !hasText(got) {
			return failure(x, atContent, "JSON with a text that explains the error", compact(got))
		}
		return nil
	}
	object, _ := got.(map[string]any)
	if text, _ := object["error"].(string); text == "" {
		return failure(x, atContent, `a text under "error" that is not empty`, compact(got))
	}
	return nil
}

// hasText reports whether a JSON value has a text that is not empty, at any depth.
func hasText(v any) bool {
	return slices.ContainsFunc(texts(v), func(text string) bool { return strings.TrimSpace(text) != "" })
}

func (s *Scenario) answersAgree(with string) error {
	switch with {
	case "one order of the requests":
		return s.fitsOneOrder()
	case "what is written":
		return s.readsWhatIsWritten()
	case "the contract":
		return s.fitsTheContract()
	}
	if len(s.answers) < 2 {
		return broken("there is one answer only: nothing to agree with")
	}
	first := s.answers[0]
	for _, x := range s.answers[1:] {
		if x.Answer.Status != first.Answer.Status {
			return failure(x, atStatus, status(first.Answer.Status)+", as answered before", status(x.Answer.Status))
		}
		if got, want := essence(x), essence(first); !isEqual(got, want) {
			return failure(x, atContent, compact(want)+", as answered before", compact(got))
		}
	}
	return nil
}

// essence returns the part of a response's content that the contract is about: the value of an item, the three members of a
// task, and nothing of an error. Other parts, such as a time or the number of the request, may differ each time.
func essence(x *wire.Exchange) any {
	object, _ := decoded(x).(map[string]any)
	essential := map[string]any{}
	for _, name := range []string{"value", "id", "description", "complete"} {
		if value, there := object[name]; there && x.Answer.Status/100 == 2 {
			essential[name] = value
		}
	}
	return essential
}

// decoded returns the content of a response as a JSON value, nil if it is not JSON.
func decoded(x *wire.Exchange) any {
	v, err := decode(x.Answer.Content)
	if err != nil {
		return nil
	}
	return v
}

// jsonIsLabelled checks the media type of content that is an object or an array. Other content passes, unless all content has
// to be JSON.
func (s *Scenario) jsonIsLabelled(which string) error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	mustBeJSON := which == "the response content is JSON" && len(x.Answer.Content) > 0
	if label := x.Answer.Header.Get("Content-Type"); mustBeJSON && !wire.IsJSON(label) {
		return failure(x, atField("Content-Type"), "application/json, or no content", orNone("Content-Type", label))
	}
	v, err := decode(x.Answer.Content)
	switch {
	case err != nil && mustBeJSON:
		return noJSON(x, "JSON, or no content", err)
	case err != nil:
		return nil
	}
	switch v.(type) {
	case map[string]any, []any:
		if label := x.Answer.Header.Get("Content-Type"); !wire.IsJSON(label) {
			return failure(x, atField("Content-Type"), "application/json", orNone("Content-Type", label))
		}
	}
	return nil
}

// orNone returns the value of a header, or "no Allow" where the header Allow is missing.
func orNone(name, value string) string {
	return cmp.Or(value, "no "+name)
}

func (s *Scenario) answerAllows(which, required, optional string) error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	allowed := wire.List(x.Answer.Header.Values("Allow"))
	if which == "Allow, if present, lists" && len(x.Answer.Header.Values("Allow")) == 0 {
		return nil
	}
	must, may := wire.List([]string{required}), wire.List([]string{optional})
	missing := without(must, allowed)
	extra := without(allowed, append(must, may...))
	if len(missing)+len(extra) == 0 {
		return nil
	}
	got := orNone("Allow", strings.Join(allowed, ", "))
	if len(allowed) > 0 && len(missing) > 0 {
		got += "; missing: " + strings.Join(missing, ", ")
	}
	if len(extra) > 0 {
		got += "; too much: " + strings.Join(extra, ", ")
	}
	want := strings.Join(must, ", ")
	if len(may) > 0 {
		want += " and perhaps " + strings.Join(may, ", ")
	}
	return failure(x, atField("Allow"), want, got)
}

// without returns the methods that are not among the others.
func without(methods, others []string) []string {
	return slices.DeleteFunc(slices.Clone(methods), func(m string) bool { return slices.Contains(others, m) })
}

// answerIs checks the whole last response: it is empty, or that of GET without its content, or a problem document.
func (s *Scenario) answerIs(what string) error {
	switch what {
	case "empty":
		return s.answerIsEmpty()
	case "a problem document":
		return s.answerIsProblem()
	}
	return s.answerIsThatOfGet()
}

// sameAsGet are the headers that the responses to HEAD and GET share, if both have them.
var sameAsGet = []string{"Content-Type", "ETag", "Cache-Control", "Location", "Allow"}

// answerIsThatOfGet compares HEAD with GET. Other scenarios may change a list at any moment, and change it back. So headers
// that depend on the content are compared only if a GET before and a GET after the HEAD agree, and a difference must be seen
// three times.
func (s *Scenario) answerIsThatOfGet() error {
	if err := s.answerIsEmpty(); err != nil {
		return err
	}
	answer, err := s.answer()
	if err != nil {
		return err
	}
	if answer.Answer.Status == http.StatusNotModified {
		return s.repeatsFieldsOfGet(answer)
	}
	if s.last.Method != http.MethodHead {
		return broken("the sentence is for answers to HEAD, and for 304")
	}
	misfits := 0
	for range looks {
		before, err := s.sendForAnswer(s.last.who, s.asGet())
		if err != nil {
			return err
		}
		head, err := s.sendForAnswer(s.last.who, s.last.Request)
		if err != nil {
			return err
		}
		after, err := s.sendForAnswer(s.last.who, s.asGet())
		if err != nil {
			return err
		}
		if err := sameStatus(head, before); err != nil {
			return err
		}
		if string(before.Answer.Content) != string(after.Answer.Content) {
			continue
		}
		misfit := sameFields(head, before)
		if misfits++; misfit == nil || misfits == 3 {
			return misfit
		}
	}
	return nil
}

// inNotModified are headers that a 304 must have if the 200 had them (RFC 9110 §15.4.5).
var inNotModified = []string{"ETag", "Cache-Control", "Vary"}

// repeatsFieldsOfGet compares a 304 with the response to the same request without its conditions. The order and case of Vary
// and Cache-Control do not matter.
func (s *Scenario) repeatsFieldsOfGet(notModified *wire.Exchange) error {
	plain, err := s.get(notModified.Request.Target)
	if err != nil {
		return err
	}
	for _, name := range inNotModified {
		got, want := strings.Join(notModified.Answer.Header.Values(name), ", "), strings.Join(plain.Answer.Header.Values(name), ", ")
		if got != want && (name == "ETag" || inOrder(strings.ToLower(got)) != inOrder(strings.ToLower(want))) {
			return failure(notModified, atField(name), orNone(name, want)+", as in the 200", orNone(name, got))
		}
	}
	return nil
}

const looks = 12

func (s *Scenario) asGet() wire.Request {
	r := s.last.Request
	r.Method = http.MethodGet
	return r
}

func sameStatus(head, get *wire.Exchange) error {
	if head.Answer.Status != get.Answer.Status {
		return failure(head, atStatus, status(get.Answer.Status)+", as GET answers", status(head.Answer.Status))
	}
	return nil
}

func sameFields(head, get *wire.Exchange) error {
	for _, name := range sameAsGet {
		ours, theirs := head.Answer.Header.Get(name), get.Answer.Header.Get(name)
		if name == "Allow" {
			ours, theirs = inOrder(ours), inOrder(theirs)
		}
		if ours != "" && theirs != "" && ours != theirs {
			return failure(head, atField(name), theirs+", as GET answers", ours)
		}
	}
	length := head.Answer.Header.Get("Content-Length")
	if want := strconv.Itoa(get.Answer.Length()); length != "" && length != want {
		return failure(head, atField("Content-Length"), want+", as for GET, or no Content-Length", length)
	}
	return nil
}

func inOrder(value string) string {
	elements := wire.List([]string{value})
	slices.Sort(elements)
	return strings.Join(elements, ", ")
}

func (s *Scenario) answerIsEmpty() error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	a := x.Answer
	if extra := string(a.Content) + string(a.Stray); extra != "" {
		return failure(x, atContent, "no content", fmt.Sprintf("%d bytes after the headers: %s", len(extra), wire.Untrusted(extra).Line(120)))
	}
	if a.Status != http.StatusNoContent {
		return nil
	}
	fromMiddleware := x.Request.Method == http.MethodOptions && a.Header.Get("Content-Length") == "0" // for CORS, and harmless
	if length := a.Header.Get("Content-Length"); length != "" && !fromMiddleware {
		return failure(x, atField("Content-Length"), "no Content-Length in a 204 (RFC 9110 §8.6)", length)
	}
	if a.Chunked || a.Header.Get("Transfer-Encoding") != "" {
		return failure(x, atField("Transfer-Encoding"), "no Transfer-Encoding in a 204 (RFC 9112 §6.1)", "chunked")
	}
	return nil
}

// contentLengthCountsOctets compares Content-Length with the number of bytes. If the length is too large, the client waits
// until its time is over. If it is too small, the content is cut off, or bytes follow it: to see those, the client sends the
// request again and reads to the end.
func (s *Scenario) contentLengthCountsOctets() error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	if s.last.Method != http.MethodGet {
		return broken("the sentence is for answers to GET")
	}
	length := x.Answer.Header.Get("Content-Length")
	if length != "" && x.Answer.Coding == "" && isCutShort(x.Answer) {
		return failure(x, atField("Content-Length"), numberOfBytes, length+", and the JSON breaks off there")
	}
	s.toTheEnd = true
	defer func() { s.toTheEnd = false }()
	if x, err = s.sendForAnswer(s.last.who, s.last.Request); err != nil {
		return err
	}
	if length = x.Answer.Header.Get("Content-Length"); length != "" && len(x.Answer.Stray) > 0 {
		return failure(x, atField("Content-Length"), numberOfBytes, fmt.Sprintf("%s, and %d bytes more follow", length, len(x.Answer.Stray)))
	}
	return nil
}

const numberOfBytes = "the number of bytes of the content"

// isCutShort reports whether JSON content breaks off and has characters of more than one byte: then Content-Length probably
// counts characters.
func isCutShort(a *wire.Answer) bool {
	several := func(r rune) bool { return r >= utf8.RuneSelf }
	if !wire.IsJSON(a.Header.Get("Content-Type")) || !bytes.ContainsFunc(a.Content, several) || bounded(a.Content) != nil {
		return false
	}
	err := json.Unmarshal(a.Content, new(any))
	return err != nil && invalid(err) == brokenOff
}

func (s *Scenario) locationsLeadTo(which, text string) error {
	same := which == "every Location is the same"
	want, err := members(s.Fill(text))
	if err != nil {
		return err
	}
	if len(s.answers) == 0 {
		return broken("no request has been sent yet")
	}
	seen := map[string]bool{}
	for _, x := range s.answers {
		if x.Request.Method != http.MethodPost {
			continue
		}
		target, err := location(x)
		if err != nil {
			return err
		}
		if same && len(seen) > 0 && !seen[target] {
			return failure(x, atField("Location"), "the one of the first answer", x.Answer.Header.Get("Location"))
		}
		if !same && seen[target] {
			return failure(x, atField("Location"), "another Location in each response", x.Answer.Header.Get("Location"))
		}
		seen[target] = true
		found, err := s.get(target)
		if err != nil {
			return err
		}
		if found.Answer.Status != http.StatusOK {
			return failure(found, atStatus, "200 OK, because a Location said that it is here", status(found.Answer.Status))
		}
		if err := hasMembers(found, want); err != nil {
			return err
		}
	}
	return nil
}

// location returns the path and query that the Location of a response leads to. Absolute and relative ones are right (RFC
// 9110 §10.2.2). The host of an absolute one is not checked here.
func location(x *wire.Exchange) (string, error) {
	value := x.Answer.Header.Get("Location")
	if value == "" {
		return "", failure(x, atField("Location"), "the URI of the new resource", "the response has no Location")
	}
	return resolve(x, "Location", value)
}

// resolve returns the path and query that a reference in a header leads to.
func resolve(x *wire.Exchange, field, value string) (string, error) {
	from, err := x.URL()
	if err != nil {
		return "", broken("%s", err)
	}
	to, err := wire.Resolve(from, value)
	if err != nil {
		return "", failure(x, atField(field), "a URI reference", value)
	}
	if x.Origin != "" && !wire.SameAuthority(to, from) {
		return "", failure(x, atField(field), "a relative reference, or one to "+from.Host+", to which the client sent the request", value)
	}
	target, below := x.Below(to)
	if !below {
		return "", failure(x, atField(field), "a URI below "+x.Base, value)
	}
	return target, nil
}

func (s *Scenario) noCookie() error {
	for _, x := range s.exchanges {
		if x.Answer != nil && x.Answer.Header.Get("Set-Cookie") != "" {
			return failure(x, atField("Set-Cookie"), "no Set-Cookie", x.Answer.Header.Get("Set-Cookie"))
		}
	}
	return nil
}

// leaks match what frameworks print about a program: stack traces, paths and lines of source.
var leaks = []*regexp.Regexp{
	regexp.MustCompile(`Traceback \(most recent call last\)`),
	regexp.MustCompile(`goroutine \d+ \[`),
	regexp.MustCompile(`(?m)^\s*at .+\(.*:\d+(:\d+)?\)`),
	regexp.MustCompile(`(?m)^\s+at [\w.<>$]+\([^)]*\)`),
	regexp.MustCompile(`(?i)\bFile "[^"]+", line \d+`),
	regexp.MustCompile(`[\w/\\.-]+\.(go|py|js|mjs|ts|java|rb|php|cs|rs|kt)(:\d+|, line \d+|\(\d+\)| on line \d+)`),
	regexp.MustCompile(`(/(usr|home|root|opt|var|app|srv|Users|tmp)|node_modules|site-packages)/[\w.-]+`),
	regexp.MustCompile(`[A-Z]:\\\\?[\w .-]+\\`),
}

func (s *Scenario) answerLeaksNothing() error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	for _, text := range append(texts(decoded(x)), string(x.Answer.Content)) {
		for _, leak := range leaks {
			if found := leak.FindString(text); found != "" {
				return failure(x, atContent, "nothing about the program behind it", wire.Untrusted(found).Line(120))
			}
		}
	}
	return nil
}

// texts returns all texts in a JSON value, decoded.
func texts(v any) []string {
	var found []string
	switch v := v.(type) {
	case string:
		found = append(found, v)
	case []any:
		for _, element := range v {
			found = append(found, texts(element)...)
		}
	case map[string]any:
		for _, member := range v {
			found = append(found, texts(member)...)
		}
	}
	return found
}

func (s *Scenario) etagIsThatOfGet() error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	etag := x.Answer.Header.Get("ETag")
	if etag == "" {
		return nil
	}
	get, err := s.get(x.Request.Target)
	if err != nil {
		return err
	}
	if now := get.Answer.Header.Get("ETag"); now != etag {
		want := "none, or the one of the GET that follows: " + now
		if now == "" {
			want = "none, as in the answer to the GET that follows"
		}
		return failure(x, atField("ETag"), want, etag)
	}
	return nil
}

func (s *Scenario) answerHasField(name string) error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	if x.Answer.Header.Get(name) == "" {
		return failure(x, atField(name), "the header "+name, "the response has no "+name)
	}
	return nil
}

func (s *Scenario) noVersion() error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	for _, name := range []string{"Server", "X-Powered-By"} {
		if value := x.Answer.Header.Get(name); strings.ContainsAny(value, "0123456789") {
			return failure(x, atField(name), "no version, or no such header", value)
		}
	}
	return nil
}
