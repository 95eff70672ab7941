package hostile_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"restlab/internal/labtest"
)

// row is a hostile server: what it does, what the lab's exit status is, and a sentence that the lab has to print.
type row struct {
	name   string
	answer answerer                 // nil: it listens, and accepts no connection
	full   func(net.Listener) error // what has to be done so that none is even made; nil for nothing
	status int
	says   string
	args   []string
}

const (
	failed      = 1
	unreachable = 3
)

const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

// waiting are those for which the lab only waits.
var waiting = []row{
	{name: "never answers", answer: hang, status: unreachable, says: "no response within 5s"},
	{name: "never accepts", status: unreachable, says: "no response within 5s"},
	{name: "hangs on PUT", answer: when(isPut, hang, right(asItIs)), status: failed, says: "no response within 5s"},
	{name: "hangs on all but GET", answer: when(isGet, right(asItIs), hang), status: failed, says: "no response within 5s"},
	{name: "hangs after 40 requests", answer: after(40, right(asItIs), hang), status: failed, says: "no response within 5s"},
	{name: "answers after 4.9 s", answer: late(4900*time.Millisecond, right(asItIs)), args: []string{"--within", "10s"}, status: unreachable, says: "too little was checked for a mark"},
	{name: "drips a head", answer: endless("HTTP/1.1 200 OK\r\nX: ", "x", seconds), status: failed, says: "the head of the response was not complete within 5s"},
	{name: "drips content", answer: endless(head+"Content-Length: 100\r\n\r\n", " ", seconds), status: failed, says: "the response was not complete within 5s"},
	{name: "drips chunks", answer: endless(head+"Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n", seconds), status: failed, says: "the response was not complete within 5s"},
	{name: "drips interim answers", answer: endless("", "HTTP/1.1 102 Processing\r\n\r\n", seconds), status: failed, says: "within 5s"},
}

// working are those that give it something to do.
var working = []row{
	// Size.
	{name: "endless content", answer: endless(head+"\r\n", strings.Repeat(" ", 1<<16), 0), status: failed, says: "which is where the lab stops reading"},
	{name: "endless chunks", answer: endless(head+"Transfer-Encoding: chunked\r\n\r\n", "10000\r\n"+strings.Repeat("x", 1<<16)+"\r\n", 0), status: failed, says: "which is where the lab stops reading"},
	{name: "8 MiB each time", answer: says(framed(`{"value": "` + strings.Repeat("x", 8<<20-100) + `"}`)), status: failed, says: "the content is longer than 256 KiB"},
	{name: "900 KiB each time", answer: says(framed(`{"value": "` + strings.Repeat("x", 900<<10) + `"}`)), status: failed, says: "the content is longer than 256 KiB"},
	{name: "900 KiB of objects", answer: says(framed("[" + strings.Repeat(`{"":0},`, 900<<10/7) + "0]")), status: failed, says: "the content is longer than 256 KiB"},
	{name: "900 KiB in front of a right answer", answer: right(padded), status: failed, says: "the content is longer than 256 KiB"},
	{name: "a bomb in gzip", answer: says("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n" + bomb()), status: failed, says: "cannot be decoded: it has more than"},
	{name: "endless head", answer: endless(head, "X: "+strings.Repeat("x", 1000)+"\r\n", 0), status: failed, says: "the head of the answer is longer than 64 KiB"},
	{name: "20000 fields", answer: says(head + lines(20_000, "X: x") + "\r\n{}"), status: failed, says: "the head of the answer is longer than 64 KiB"},
	{name: "60 KiB of fields", answer: says(head + lines(4, "ETag: \""+strings.Repeat("x", 15<<10)+"\"") + "\r\n{}"), status: failed, says: "received 200 OK"},
	{name: "endless interim answers", answer: endless("", "HTTP/1.1 103 Early Hints\r\n\r\n", 0), status: failed, says: "more than 8 interim"},
	{name: "deep JSON", answer: says(framed(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000))), status: failed, says: "JSON nested deeper than 200"},
	{name: "almost too deep JSON", answer: says(framed(`{"value": ` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "}")), status: failed, says: "JSON nested deeper than 200"},

	// Framing.
	{name: "garbage", answer: says("\x1b[2Jhello\r\n\r\n"), status: unreachable, says: `this is not an HTTP answer: it begins "\x1b[2Jhello`},
	{name: "HTTP/0.9", answer: says("<h1>It works</h1>"), status: unreachable, says: "this is not an HTTP answer"},
	{name: "resets", answer: reset, status: unreachable, says: "closed the connection"},
	{name: "two lengths", answer: right(field("Content-Length: 7")), status: failed, says: "Content-Length"},
	{name: "a negative length", answer: says(head + "Content-Length: -1\r\n\r\n{}"), status: failed, says: "Content-Length"},
	{name: "a length with a sign", answer: says(head + "Content-Length: +2\r\n\r\n{}"), status: failed, says: "Content-Length"},
	{name: "a length and chunks", answer: right(field("Transfer-Encoding: chunked")), status: failed, says: "not framed as announced"},
	{name: "a length too large", answer: says(head + "Content-Length: 100\r\n\r\nhello"), status: failed, says: "after 5 bytes of content, Content-Length said 100"},
	{name: "resets in the content", answer: cut, status: failed, says: "after 5 bytes of content, Content-Length said 100"},
	{name: "more than its length", answer: right(longer), status: failed, says: `this is not an HTTP answer: it begins "more"`},
	{name: "a broken chunk", answer: says(head + "Transfer-Encoding: chunked\r\n\r\nff\r\nhello"), status: failed, says: "breaks off or is not framed"},
	{name: "content after 204", answer: right(deleted), status: failed, says: "bytes after the headers"},
	{name: "101", answer: says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"), status: failed, says: "101"},
	{name: "status 999", answer: says("HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n"), status: failed, says: "999"},
	{name: "status 000", answer: says("HTTP/1.1 000 What\r\nContent-Length: 0\r\n\r\n"), status: failed, says: "0 (not registered)"},
	{name: "HTTP/2.0", answer: says("HTTP/2.0 200 OK\r\n\r\n{}"), status: failed, says: "received 200 OK"},
	{name: "folded and bare lines", answer: right(odd), args: []string{"--level", "basics"}, status: 0, says: "Everything passed"},
	{name: "a space before the colon", answer: says(head + "X-A : b\r\n\r\n{}"), status: failed, says: "received 200 OK"},
	{name: "redirects", answer: says("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data\r\nContent-Length: 0\r\n\r\n"), status: failed, says: "302 Found"},
	{name: "says that things are elsewhere", answer: right(elsewhere), status: failed, says: "Location: file:///etc/passwd?/tasks/"},

	// Content.
	{name: "not UTF-8", answer: says(framed("{\"value\": \"\xff\xfe\"}")), status: failed, says: "bytes that are not UTF-8"},
	{name: "NaN", answer: says(framed(`{"value": NaN}`)), status: failed, says: "no valid JSON, at byte"},
	{name: "names twice, lone surrogates, large numbers", answer: says(framed(`{"value": 1, "value": "\ud800", "n": 9007199254740993, "e": 1e999}`)), status: failed, says: "a number that no double can hold"},
	{name: "escapes", answer: says("HTTP/1.1 200 \x1b[2J\u202e\u009b\r\nContent-Type: application/json\r\nX-\x1b: \x1b]0;x\a\r\nETag: \"\u202e\x7f\u009b\"\r\nLocation: http://\u202e/\x1b\r\n\r\n" +
		"{\"error\": \"\x1b]0;owned\a\u202e\u009b31m\"}"), status: failed, says: `\u202e`},
	{name: "escapes in what is allowed in a field", answer: says("HTTP/1.1 201 \x1b[2J\u202e\u009b\r\nContent-Type: application/json\r\nETag: \"\u202e\u009b\"\r\nAllow: \u202eGET\r\nLocation: http://x/\u202e\r\n\r\n" +
		`{"error": "\u001b]0;owned\u0007\u202e\u009b31m", "value": "\u001b[31m", "id": "\u202e", "description": "\u009b"}`), status: failed, says: `\u202e`},
	{name: "markup", answer: says(framed(`{"value": "<img src=x onerror=alert(1)>"}`)), status: failed, says: "<img src=x onerror=ale…", args: []string{"--rule", "linearizable"}},
	{name: "formats", answer: says(framed(`{"value": "%s%d%!", "error": "%n"}`)), status: failed, says: "%s%d%!"},
	{name: "commands for a CI", answer: says(framed("\n::stop-commands::x\n##teamcity[testFailed]\n")), status: failed, says: "> "},

	// Over time.
	{name: "never closes", answer: lingering(right(asItIs)), args: []string{"--level", "basics"}, status: 0, says: "Everything passed"},
	{name: "every 7th answer is 500", answer: every(7, says("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"), right(asItIs)), status: failed, says: "500 Internal Server Error"},
	{name: "breaks after 2 s", answer: afterwards(2*seconds, right(asItIs), reset), status: failed, says: "without an answer"},
	{name: "answers one client alone", answer: knowsOne(right(asItIs), says("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")), status: failed, says: "403 Forbidden"},
	{name: "one 200 for everything", answer: says(framed(`{"value": "blue", "id": "a", "description": "x", "complete": false}`)), status: failed, says: "Most requests that failed got the same response: 200 OK"},
}

func isPut(r *http.Request) bool { return r.Method == http.MethodPut }
func isGet(r *http.Request) bool { return r.Method == http.MethodGet }

type answerer = func(net.Conn, *http.Request)

func when(is func(*http.Request) bool, yes, no answerer) answerer {
	return func(conn net.Conn, r *http.Request) {
		if is(r) {
			yes(conn, r)
		} else {
			no(conn, r)
		}
	}
}

func after(n int32, before, then answerer) answerer {
	var asked atomic.Int32
	return when(func(*http.Request) bool { return asked.Add(1) <= n }, before, then)
}

func every(n int32, odd, usual answerer) answerer {
	var asked atomic.Int32
	return when(func(*http.Request) bool { return asked.Add(1)%n == 0 }, odd, usual)
}

// afterwards changes once that much time has passed since the first request.
func afterwards(patience time.Duration, before, then answerer) answerer {
	var first atomic.Int64
	return when(func(*http.Request) bool {
		first.CompareAndSwap(0, time.Now().UnixNano())
		return time.Since(time.Unix(0, first.Load())) < patience
	}, before, then)
}

func late(wait time.Duration, then answerer) answerer {
	return func(conn net.Conn, r *http.Request) {
		time.Sleep(wait)
		then(conn, r)
	}
}

// reset ends the connection as a crash does.
func reset(conn net.Conn, _ *http.Request) { _ = conn.(*net.TCPConn).SetLinger(0) }

// cut ends the connection so in the content.
func cut(conn net.Conn, r *http.Request) {
	_, _ = io.WriteString(conn, head+"Content-Length: 100\r\n\r\nhello")
	time.Sleep(5 * time.Millisecond) // else the client's system forgets what it has received
	reset(conn, r)
}

// knowsOne tells clients apart by what they say of themselves: the first has it right.
func knowsOne(first, others answerer) answerer {
	var known atomic.Value
	return when(func(r *http.Request) bool {
		known.CompareAndSwap(nil, r.UserAgent())
		return known.Load() == r.UserAgent()
	}, first, others)
}

// longer sends more than it has announced.
func longer(_ *http.Request, head, content string) string {
	if content == "" {
		return head + "\r\n"
	}
	return head + "\r\n" + content + "more"
}

// right is the reference server. What it sends passes through mangle: the head with its last line feed, and the content.
func right(mangle func(r *http.Request, head, content string) string) answerer {
	reference := labtest.Handler()
	return func(conn net.Conn, r *http.Request) {
		answer := httptest.NewRecorder()
		reference.ServeHTTP(answer, r)
		content := answer.Body.String()
		if r.Method == http.MethodHead {
			content = ""
		}
		_, _ = io.WriteString(conn, mangle(r, headOf(answer), content))
	}
}

func headOf(answer *httptest.ResponseRecorder) string {
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", answer.Code, http.StatusText(answer.Code))
	_ = answer.Header().Write(&head)
	if length := answer.Body.Len(); answer.Code != http.StatusNoContent && answer.Code != http.StatusNotModified && answer.Header().Get("Content-Length") == "" {
		fmt.Fprintf(&head, "Content-Length: %d\r\n", length)
	}
	return head.String()
}

func asItIs(_ *http.Request, head, content string) string { return head + "\r\n" + content }

// field adds one that the head may have already.
func field(line string) func(*http.Request, string, string) string {
	return func(_ *http.Request, head, content string) string { return head + line + "\r\n\r\n" + content }
}

// padded has white space before the JSON, as JSON may.
func padded(_ *http.Request, head, content string) string {
	if content == "" {
		return head + "\r\n"
	}
	return withoutLength(head) + "\r\n" + strings.Repeat(" ", 900<<10) + content
}

// odd is everything that RFC 9112 lets a recipient accept: no reason phrase, lines that end with a bare line feed, a folded one.
func odd(_ *http.Request, head, content string) string {
	line, fields, _ := strings.Cut(head, "\r\n")
	return line[:len("HTTP/1.1 200")] + " \n" + strings.ReplaceAll(fields, "\r\n", "\n") + "X-Folded: one\n  two\n\n" + content
}

// deleted explains a 204, which has no content.
func deleted(_ *http.Request, head, content string) string {
	if strings.HasPrefix(head, "HTTP/1.1 204") {
		content = "deleted"
	}
	return head + "\r\n" + content
}

// elsewhere puts another host into every Location.
func elsewhere(_ *http.Request, head, content string) string {
	return strings.ReplaceAll(head, "Location: ", "Location: file:///etc/passwd?") + "\r\n" + content
}

func withoutLength(head string) string {
	before, rest, found := strings.Cut(head, "Content-Length: ")
	if !found {
		return head
	}
	_, after, _ := strings.Cut(rest, "\r\n")
	return before + after
}

// lingering does not close its connections after an answer, though it was asked to.
func lingering(then answerer) answerer {
	return func(conn net.Conn, r *http.Request) {
		then(conn, r)
		hang(conn, r)
	}
}

// bomb is 64 MiB of spaces in gzip.
func bomb() string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.CopyN(w, spaces{}, 64<<20)
	_ = w.Close()
	return packed.String()
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
