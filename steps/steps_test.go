package steps

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/wire"
)

func answer(status int, content string, fields ...string) *wire.Exchange {
	a := &wire.Answer{Status: status, Header: http.Header{}, Content: []byte(content)}
	for i := 0; i < len(fields); i += 2 {
		a.Header.Add(fields[i], fields[i+1])
	}
	return &wire.Exchange{Base: "http://lab.test", Request: wire.Request{Method: "GET", Target: "/tasks"}, Answer: a}
}

// A set of statuses is read as it is written, and a slip of the feature is the feature's fault.
func TestStatuses(t *testing.T) {
	set, err := parseStatuses("200 OK, 204 No Content or any 4xx")
	require.NoError(t, err)
	for status, has := range map[int]bool{200: true, 201: false, 204: true, 404: true, 500: false} {
		assert.Equal(t, has, set.has(answer(status, "").Answer), status)
	}
	for _, slip := range []string{"201 OK", "413 Request Entity Too Large", "OK", "any 4x", "299 What", ""} {
		_, err := parseStatuses(slip)
		var fault *Broken
		assert.ErrorAs(t, err, &fault, slip)
	}
}

// Fresh names differ by scenario, attempt and run; the seed repeats its own part of them.
func TestNames(t *testing.T) {
	name := func(g *Grading, m Meta) string {
		s := new(Scenario)
		g.Start(t.Context(), s, m)
		assert.Equal(t, "{key}/{id} {text}", s.Unfill(s.Fill("{key}/{id} {text}")))
		return s.Fill("{key}")
	}
	one := name(&Grading{Seed: 1, Run: "a"}, Meta{ID: "x"})
	assert.Equal(t, one, name(&Grading{Seed: 1, Run: "a"}, Meta{ID: "x"}))
	for _, other := range []string{
		name(&Grading{Seed: 1, Run: "a"}, Meta{ID: "y"}),
		name(&Grading{Seed: 1, Run: "a"}, Meta{ID: "x", Attempt: 1}),
		name(&Grading{Seed: 2, Run: "a"}, Meta{ID: "x"}),
		name(&Grading{Seed: 1, Run: "b"}, Meta{ID: "x"}),
	} {
		assert.NotEqual(t, one, other)
	}
	assert.True(t, strings.HasPrefix(name(&Grading{Seed: 1, Run: "b"}, Meta{ID: "x"}), one[:7]))
}

// {digits} is a number without leading zeros that differs like the other names.
func TestDigits(t *testing.T) {
	digits := func(g *Grading, m Meta) string {
		s := new(Scenario)
		g.Start(t.Context(), s, m)
		return s.Fill("{digits}")
	}
	one := digits(&Grading{Seed: 1, Run: "a"}, Meta{ID: "x"})
	assert.Regexp(t, `^[1-9][0-9]{8}$`, one)
	assert.NotEqual(t, one, digits(&Grading{Seed: 2, Run: "a"}, Meta{ID: "x"}))
	assert.NotEqual(t, one, digits(&Grading{Seed: 1, Run: "b"}, Meta{ID: "x"}))
	assert.NotEqual(t, one, digits(&Grading{Seed: 1, Run: "a"}, Meta{ID: "x", Attempt: 1}))
}

// An answer is unsound for a 5xx, an unregistered status and a label that is not true; for nothing else.
func TestUnsound(t *testing.T) {
	label := []string{"Content-Type", "Application/JSON; charset=utf-8"}
	for name, c := range map[string]struct {
		x     *wire.Exchange
		sound bool
	}{
		"json":             {answer(200, ` {"a": 1}`+"\n", label...), true},
		"no content":       {answer(204, "", label...), true},
		"html":             {answer(404, "<p>", "Content-Type", "text/html"), true},
		"501":              {answer(501, ""), true},
		"507":              {answer(507, ""), true},
		"418":              {answer(418, ""), true},
		"500":              {answer(500, ""), false},
		"299":              {answer(299, ""), false},
		"NaN":              {answer(200, `{"value": NaN}`, label...), false},
		"two":              {answer(200, `{} {}`, label...), false},
		"byte order mark":  {answer(200, "\ufeff{}", label...), false},
		"latin 1":          {answer(200, "\"\xe9\"", label...), false},
		"problem document": {answer(400, `{'a'}`, "Content-Type", "application/problem+json"), false},
	} {
		assert.Equal(t, c.sound, unsound(c.x) == nil, name)
	}
}

// Two JSON texts where one belongs are what a handler sends that goes on after it has answered. Other content is not.
func TestTwice(t *testing.T) {
	_, err := content(answer(404, `{"error": "Not found"}`+"\n"+`{"message": "Item deleted"}`))
	var f *Failure
	require.ErrorAs(t, err, &f)
	assert.Contains(t, f.Note, "Perhaps a return is missing")
	for _, text := range []string{"", "Not found", `{"error": "x"} done`, `{"value": NaN}`} {
		_, err = content(answer(404, text))
		require.ErrorAs(t, err, &f)
		assert.Empty(t, f.Note, text)
	}
}

// A member whose name differs only in case is named, in an object and in a list, and only where the right one is missing.
func TestOtherCase(t *testing.T) {
	var f *Failure
	require.ErrorAs(t, hasMembers(answer(200, `{"Value": "blue"}`), map[string]any{"value": "blue"}), &f)
	assert.Equal(t, `There is a member "Value", and that is another name than "value": JSON tells upper from lower case.`, f.Note)
	x := answer(200, `[{"ID": "a"}]`)
	tasks, err := page(x)
	require.NoError(t, err)
	require.ErrorAs(t, oneTask(x, tasks, "a", nil), &f)
	assert.Contains(t, f.Note, `"ID"`)
	for _, text := range []string{`{"value": "red", "Value": "blue"}`, `{"other": 1}`, `{}`, `["Value"]`} {
		require.ErrorAs(t, hasMembers(answer(200, text), map[string]any{"value": "blue"}), &f)
		assert.Empty(t, f.Note, text)
	}
}

// A card says where a value differs from the one that was sent, so that nobody has to look for it. Short values need no note.
func TestDifference(t *testing.T) {
	for _, c := range []struct{ sent, received, note string }{
		{`"caf\u00e9 au lait"`, `"cafe\u0301 au lait"`, "First difference: character 4 was sent as \"é\" (U+00E9), and came back as \"e\" (U+0065)."},
		{`"a text and "`, `"a text and"`, "First difference: character 11, \" \" (U+0020), did not come back."},
		{`"a text and"`, `"a text and "`, "First difference: character 11, \" \" (U+0020), was not sent."},
		{`{"a": 1, "b": [1, {"c": 2}]}`, `{"a": 1, "b": [1, {"c": "2"}]}`, `First difference, in the member "b", in element 2, in the member "c": 2 was sent, and "2" came back.`},
		{`{"a": 1, "$b": 2}`, `{"a": 1, "b": 2}`, `First difference, in the member "$b": it did not come back.`},
		{`{"a": 1}`, `{"a": 1, "b": 2}`, `First difference, in the member "b": it was not sent.`},
		{`[1, [], 2]`, `[1, []]`, "First difference: an array of 3 elements was sent, and one of 2 came back."},
		{`{}`, `[]`, "First difference: {} was sent, and [] came back."},
		{`[1e2, -0.0]`, `[100, 0]`, ""},
		{`"blue"`, `"green"`, ""},
		{`0.1`, `0.10000000149011612`, ""},
		{`[1]`, `7`, ""},
	} {
		put, get := answer(200, ""), answer(200, `{"value": `+c.received+`}`)
		put.Request = wire.Request{Method: "PUT", Target: "/items/a", Body: []byte(`{"value": ` + c.sent + `}`)}
		get.Request.Target = "/items/a"
		s := Scenario{transcript: transcript{exchanges: []*wire.Exchange{put, get}}}
		assert.Equal(t, c.note, s.Difference(failure(get, atContent, "", "")), c.sent)
	}
}

// What frameworks print of a program is found; words that only look technical are not.
func TestLeaks(t *testing.T) {
	for text, leaks := range map[string]bool{
		`Traceback (most recent call last):`:                                          true,
		`at Object.<anonymous> (/srv/app.js:3:9)`:                                     true,
		`goroutine 7 [running]:`:                                                      true,
		`File "app.py", line 3, in put`:                                               true,
		`panic in main.go:17`:                                                         true,
		`/usr/lib/python3/flask/app.py`:                                               true,
		`C:\\Users\\me\\app`:                                                          true,
		`{"error": "Unexpected token } in JSON at position 3"}`:                       false,
		`{"error": "invalid character 'x' looking for beginning of value"}`:           false,
		`{"error": "com.google.gson.stream.MalformedJsonException: line 1 column 2"}`: false,
		`{"error": "Expecting value: line 1 column 1 (char 0)"}`:                      false,
		`{"error": "no route for /items/app.js"}`:                                     false,
	} {
		s := &Scenario{transcript: transcript{answers: []*wire.Exchange{answer(400, text)}}, grading: &Grading{}}
		assert.Equal(t, leaks, s.answerLeaksNothing() != nil, text)
	}
}

// Answers agree in what the contract says of them: a time or a request number may differ each time.
func TestAgree(t *testing.T) {
	agree := func(a, b *wire.Exchange) bool {
		s := &Scenario{transcript: transcript{answers: []*wire.Exchange{a, b}}, grading: &Grading{}}
		return s.answersAgree("") == nil
	}
	assert.True(t, agree(answer(200, `{"value": 1, "at": 1}`), answer(200, `{"at": 2, "value": 1.0}`)))
	assert.True(t, agree(answer(404, `{"error": "a"}`), answer(404, `nothing`)))
	assert.False(t, agree(answer(200, `{"value": 1}`), answer(200, `{"value": 2}`)))
	assert.False(t, agree(answer(200, `{"value": 1}`), answer(200, `{}`)))
	assert.False(t, agree(answer(200, `{"value": 1}`), answer(404, `{"value": 1}`)))
}

// A family that hangs or floods is given up on when several kinds of requests in a row brought nothing, and any answer of it counts.
func TestSilence(t *testing.T) {
	hung := &wire.Exchange{Trouble: &wire.Trouble{Kind: wire.NoAnswer}}
	flood := &wire.Exchange{Trouble: &wire.Trouble{Kind: wire.TooLarge}}
	dropped := &wire.Exchange{Trouble: &wire.Trouble{Kind: wire.Dropped}}
	prompt := answer(200, "")
	for name, c := range map[string]struct {
		answers []*wire.Exchange
		shapes  int
		over    string
	}{
		"in a row":               {[]*wire.Exchange{hung, hung, flood, flood}, 3, "4 requests in a row without a usable answer"},
		"of two kinds":           {slices.Repeat([]*wire.Exchange{hung}, 9), 2, ""},
		"never in a row":         {[]*wire.Exchange{hung, prompt, hung, prompt, hung, hung, hung}, 9, ""},
		"other kinds of trouble": {slices.Repeat([]*wire.Exchange{dropped}, 9), 9, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Scenario{grading: &Grading{}}
			s.noteSilence("GET /items/…", prompt) // it speaks HTTP
			for i, x := range c.answers {
				s.noteSilence(fmt.Sprintf("GET /tasks/%d", i%c.shapes), x)
			}
			assert.NoError(t, s.worthSending(wire.Request{Method: "GET", Target: "/items/a"}), "the other family")
			err := s.worthSending(wire.Request{Method: "GET", Target: "/tasks"})
			if c.over == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, c.over)
		})
	}
}

// A server that has never begun an answer is not asked any more, whatever is asked.
func TestSilenceOfAll(t *testing.T) {
	hung := &wire.Exchange{Trouble: &wire.Trouble{Kind: wire.NoAnswer}}
	s := &Scenario{grading: &Grading{}}
	for range 4 {
		assert.NoError(t, s.worthSending(wire.Request{Method: "GET", Target: "/items/a"}))
		s.noteSilence("GET /tasks", hung)
	}
	assert.ErrorContains(t, s.worthSending(wire.Request{Method: "GET", Target: "/items/a"}), "4 requests in a row without a usable answer")
}

// What hangs is not sent again to set something up, but the When of two scenarios sends it, so that a rule fails for it.
func TestSilenceOfAShape(t *testing.T) {
	hung := &wire.Exchange{Trouble: &wire.Trouble{Kind: wire.NoAnswer}}
	s := &Scenario{grading: &Grading{}}
	s.noteSilence("GET /items/…", answer(200, ""))
	put := wire.Request{Method: "PUT", Target: "/items/a"}
	for range 2 {
		assert.NoError(t, s.worthSending(put))
		s.noteSilence("PUT /items/…", hung)
	}
	var missed *NotReached
	assert.ErrorAs(t, s.worthSending(put), &missed)
	assert.NotNil(t, missed.Met)
	assert.NoError(t, s.worthSending(wire.Request{Method: "GET", Target: "/items/b"}))
	s.asking = true
	for range 2 {
		assert.NoError(t, s.worthSending(put))
		s.noteSilence("PUT /items/…", hung)
	}
	assert.Error(t, s.worthSending(put))
}

// Nothing is sent once the time of the grading is over.
func TestOutOfTime(t *testing.T) {
	s := &Scenario{grading: &Grading{Until: time.Now().Add(-time.Second), OutOfTime: "the time was over"}}
	var missed *NotReached
	assert.ErrorAs(t, s.worthSending(wire.Request{Method: "GET", Target: "/items/a"}), &missed)
	assert.True(t, missed.OutOfTime)
}

// An id that the server has chosen becomes one segment of a target; the name in the feature stays as it is written.
func TestTargets(t *testing.T) {
	for _, c := range []struct{ location, next string }{
		{"/tasks/17", "18"},
		{"/tasks/a%20b%2Fc%3F9", "a%20b%2Fc%3F10"},
		{"/tasks/%C3%BC b", "%C3%BC%20b1"},
		{"http://localhost:5000/tasks/ab+/cd==", "cd==1"},
		{"/tasks/ab+%2Fcd==", "ab+%2Fcd==1"},
	} {
		s := &Scenario{grading: &Grading{}, wording: wording{fill: strings.NewReplacer("{key}", "k")}}
		assert.True(t, s.lacksMade("/tasks/{next}"))
		created := answer(201, "", "Location", c.location)
		s.noteChosen(created)
		s.noteChosen(answer(201, "", "Location", "/tasks/later"))
		assert.Equal(t, "/tasks/"+c.next+"?%zz k /", s.fillTarget("/tasks/{next}?%zz {key} /"), c.location)
	}
	s := &Scenario{grading: &Grading{}, wording: wording{fill: strings.NewReplacer()}}
	s.noteChosen(answer(201, "", "Location", "/tasks/a%2Fb"))
	assert.Equal(t, "/tasks/a%2Fb", s.fillTarget("/tasks/{made}"))
	assert.Equal(t, "a/b, then a/b1", s.Fill("{made}, then {next}"))
}

// Content is cut short if it is labelled as JSON, breaks off, and has letters of more than one byte. Other content may be a text.
func TestCutShort(t *testing.T) {
	for content, cut := range map[string]bool{
		`{"value":"é`:       true,
		"{\"value\":\"\xc3": true,
		`{"value":"é"}`:     false,
		`{"value":"e`:       false,
		`not today: é`:      false,
		``:                  false,
	} {
		assert.Equal(t, cut, isCutShort(answer(200, content, "Content-Type", "application/json").Answer), content)
		assert.False(t, isCutShort(answer(200, content, "Content-Type", "text/plain").Answer), content)
	}
}

// A problem document may have any members (RFC 9457 §3.1). Those of the RFC have their types, and the status is the response's.
func TestProblem(t *testing.T) {
	isProblem := func(content, label string) bool {
		s := &Scenario{transcript: transcript{answers: []*wire.Exchange{answer(404, content, "Content-Type", label)}}, grading: &Grading{}}
		return s.answerIsProblem() == nil
	}
	for content, good := range map[string]bool{
		`{}`:                                     true,
		`{"type": "about:blank", "status": 404}`: true,
		`{"title": "Not found", "instance": "/a", "more": [1]}`: true,
		`{"error": "Not found"}`:                                true,
		`{"status": 400}`:                                       false,
		`{"status": "404"}`:                                     false,
		`{"type": 17}`:                                          false,
		`{"title": null}`:                                       false,
		`{"detail": ["a"]}`:                                     false,
		`{"instance": {"a": 1}}`:                                false,
		`[{"title": "Not found"}]`:                              false,
	} {
		assert.Equal(t, good, isProblem(content, "application/problem+json; charset=utf-8"), content)
		assert.False(t, isProblem(content, "application/json"), content)
	}
}

// Allow has the methods that are required, and no others than those and the optional ones; if it may be missing, only one that is
// there is judged.
func TestAllows(t *testing.T) {
	for _, c := range []struct {
		which string
		allow []string
		good  bool
	}{
		{"the response allows", []string{"GET, HEAD"}, true},
		{"the response allows", []string{"HEAD", "OPTIONS,GET"}, true},
		{"the response allows", nil, false},
		{"Allow, if present, lists", nil, true},
		{"Allow, if present, lists", []string{""}, false},
		{"Allow, if present, lists", []string{"GET"}, false},
		{"Allow, if present, lists", []string{"GET, HEAD, PUT"}, false},
		{"Allow, if present, lists", []string{"*"}, false},
	} {
		x := answer(204, "")
		for _, value := range c.allow {
			x.Answer.Header.Add("Allow", value)
		}
		s := &Scenario{transcript: transcript{answers: []*wire.Exchange{x}}, grading: &Grading{}}
		assert.Equal(t, c.good, s.answerAllows(c.which, "GET, HEAD", "OPTIONS") == nil, "%s %q", c.which, c.allow)
	}
}
