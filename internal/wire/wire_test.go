package wire_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/installed"
	"restlab/internal/wire"
)

// serve runs a server made of raw bytes: it reads a request's head on each connection and then calls answer.
func serve(t *testing.T, answer func(conn net.Conn, requests *bufio.Reader)) *wire.Client {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				requests := bufio.NewReader(conn)
				if readHead(requests) {
					answer(conn, requests)
				}
			}()
		}
	}()
	return &wire.Client{Name: "client", Base: "http://" + l.Addr().String(), Address: l.Addr().String(), Timeout: 300 * time.Millisecond}
}

func readHead(r *bufio.Reader) bool {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if strings.TrimSpace(line) == "" {
			return true
		}
	}
}

func says(octets string) func(net.Conn, *bufio.Reader) {
	return func(conn net.Conn, _ *bufio.Reader) { _, _ = io.WriteString(conn, octets) }
}

func get(c *wire.Client) *wire.Exchange {
	return c.Do(context.Background(), wire.Request{Method: "GET", Target: "/items/a"})
}

// Each way of not answering has its own kind and a sentence that says what the server did, within the time given.
func TestTrouble(t *testing.T) {
	hold := func(octets string) func(net.Conn, *bufio.Reader) {
		return func(conn net.Conn, r *bufio.Reader) {
			_, _ = io.WriteString(conn, octets)
			_, _ = r.ReadByte() // until the client gives up
		}
	}
	endless := func(head, chunk string) func(net.Conn, *bufio.Reader) {
		return func(conn net.Conn, _ *bufio.Reader) {
			_, err := io.WriteString(conn, head)
			for range 1 << 20 {
				if err != nil {
					return
				}
				_, err = io.WriteString(conn, chunk)
			}
		}
	}
	for name, c := range map[string]struct {
		answer func(net.Conn, *bufio.Reader)
		kind   wire.Kind
		what   string
	}{
		"hangs":                {hold(""), wire.NoAnswer, "no response within 300ms"},
		"hangs in the head":    {hold("HTTP/1.1 200 OK\r\nX"), wire.NoAnswer, "the head of the response was not complete within 300ms; it begins \"HTTP/1.1 200 OK\\r\\nX\""},
		"hangs in the content": {hold("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), wire.NoAnswer, "2 bytes of content came, Content-Length said 9"},
		"drops":                {says(""), wire.Dropped, "closed the connection without an answer"},
		"breaks off":           {says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"), wire.Dropped, "after 5 bytes of content, Content-Length said 100"},
		"only hints":           {says("HTTP/1.1 103 Early Hints\r\n\r\n"), wire.Dropped, "closed the connection without an answer"},
		"breaks off a chunk":   {says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello"), wire.Dropped, "after 5 bytes"},
		"no chunk":             {says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), wire.Dropped, "not framed as announced"},
		"garbage":              {says("\x1b[31mhello\r\n\r\n"), wire.NotHTTP, `"\x1b[31mhello`},
		"TLS":                  {says("\x15\x03\x01\x00\x02\x02\x16"), wire.NotHTTP, "https"},
		"two lengths":          {says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"), wire.NotHTTP, "breaks the rules of HTTP (http: message cannot contain multiple Content-Length headers"},
		"endless head":         {endless("HTTP/1.1 200 OK\r\n", "X-Field: "+strings.Repeat("x", 1000)+"\r\n"), wire.TooLarge, "64 KiB"},
		"endless content":      {endless("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 1<<16)), wire.TooLarge, "4096 KiB"},
		"endless interim":      {endless("", "HTTP/1.1 103 Early Hints\r\n\r\n"), wire.TooLarge, "more than 8 interim"},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, c.answer)
			if c.kind == wire.TooLarge {
				client.Timeout = 10 * time.Second
			}
			x := get(client)
			require.NotNil(t, x.Trouble)
			assert.Nil(t, x.Answer)
			assert.Equal(t, c.kind, x.Trouble.Kind, x.Trouble.What)
			assert.Contains(t, x.Trouble.What, c.what)
			assert.NotContains(t, x.Trouble.What, "\x1b")
		})
	}
}

// Nobody listening is told apart from a server that does not answer.
func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	x := get(&wire.Client{Base: "http://" + address, Address: address})
	require.NotNil(t, x.Trouble)
	assert.Equal(t, wire.Refused, x.Trouble.Kind)
	assert.Equal(t, "nothing listens on "+address+" (connection refused)", x.Trouble.What)
}

// The head is kept byte for byte, interim answers are passed over and odd but legal answers are understood.
func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		octets, head, content string
		status                int
	}{
		"plain":       {"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-odd:  x\r\n\r\n{}", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-odd:  x", "{}", 200},
		"chunked":     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\nTrailer: x\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", "{}", 200},
		"until close": {"HTTP/1.0 200 OK\r\n\r\n{}", "HTTP/1.0 200 OK", "{}", 200},
		"interim":     {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: 2", "{}", 200},
		"no phrase":   {"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 404 \r\nContent-Length: 0", "", 404},
		"unknown":     {"HTTP/1.1 299 What\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 299 What\r\nContent-Length: 0", "", 299},
	} {
		t.Run(name, func(t *testing.T) {
			x := get(serve(t, says(c.octets)))
			require.Nil(t, x.Trouble)
			assert.Equal(t, c.status, x.Answer.Status)
			assert.Equal(t, c.head, string(x.Answer.Head))
			assert.Equal(t, c.content, string(x.Answer.Content))
			assert.Empty(t, x.Answer.Stray)
		})
	}
}

// Content after an answer that has none is seen, which net/http's client would hide.
func TestStray(t *testing.T) {
	for name, c := range map[string]struct{ method, octets string }{
		"204":  {"DELETE", "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\ndeleted"},
		"304":  {"GET", "HTTP/1.1 304 Not Modified\r\n\r\ndeleted"},
		"HEAD": {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ndeleted"},
	} {
		t.Run(name, func(t *testing.T) {
			x := serve(t, says(c.octets)).Do(context.Background(), wire.Request{Method: c.method, Target: "/"})
			require.Nil(t, x.Trouble)
			assert.Equal(t, "deleted", string(x.Answer.Stray))
			assert.Empty(t, x.Answer.Content)
		})
	}
}

// Bytes after content are seen by a client that reads to the end, and by no other.
func TestToTheEnd(t *testing.T) {
	client := serve(t, says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\"\u00e9\"s"))
	for _, toTheEnd := range []bool{false, true} {
		client.ToTheEnd = toTheEnd
		x := client.Do(context.Background(), wire.Request{Method: "GET", Target: "/"})
		require.Nil(t, x.Trouble)
		assert.Equal(t, `"é"`, string(x.Answer.Content))
		assert.Equal(t, toTheEnd, string(x.Answer.Stray) == "s", x.Answer.Stray)
	}
}

// A kept connection carries request after request; one that the server closed while idle is opened again.
func TestKeep(t *testing.T) {
	connections := make(chan int, 10)
	client := serve(t, func(conn net.Conn, requests *bufio.Reader) {
		connections <- 1
		for i := range 2 {
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d", i)
			if i == 1 || !readHead(requests) {
				return
			}
		}
	})
	client.Keep = true
	defer client.Close()
	for i := range 4 {
		x := get(client)
		require.Nil(t, x.Trouble)
		assert.Equal(t, fmt.Sprint(i%2), string(x.Answer.Content))
		assert.Empty(t, x.Request.Get("Connection"))
	}
	assert.Len(t, connections, 2)
}

// What is sent is what was asked for: order, case and target as given, the client's fields where none is given.
func TestRequest(t *testing.T) {
	heads := make(chan string, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		octets := make([]byte, 1000)
		n, _ := conn.Read(octets)
		heads <- string(octets[:n])
		_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
	}()
	client := wire.Client{Base: "http://lab.test", Address: l.Addr().String(), Fields: []wire.Field{{"Accept", "*/*"}, {"User-Agent", "x"}}}
	client.Do(context.Background(), wire.Request{
		Method: "PUT", Target: "/items/%2541?a=b", Body: []byte("{}"),
		Fields: []wire.Field{{"content-TYPE", "application/json"}, {"accept", ""}},
	})
	assert.Equal(t, "PUT /items/%2541?a=b HTTP/1.1\r\nHost: lab.test\r\nUser-Agent: x\r\ncontent-TYPE: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", <-heads)
}

// Text of a server cannot act on a terminal, and nothing of it is lost.
func TestUntrusted(t *testing.T) {
	for in, want := range map[string]string{
		"plain ünïcödé 日本 🎉\n\tx": "plain ünïcödé 日本 🎉\n\tx",
		"\x1b[31m\x07\r":          `\x1b[31m\x07\r`,
		"\u202egnp.exe\u2066":     `\u202egnp.exe\u2066`,
		"\u009b31m\x7f":           `\x9b31m\x7f`,
		"\ufeff\u200b\u00a0":      `\ufeff\u200b\xa0`,
		"\xff\xfe":                `\xff\xfe`,
		"\U000e0041":              `\U000e0041`,
	} {
		assert.Equal(t, want, wire.Untrusted(in).String())
		assert.Equal(t, want, fmt.Sprint(wire.Untrusted(in)))
	}
	assert.Equal(t, `a\nb… (3 more characters)`, wire.Untrusted("a\nbcde").Line(4))
}

// A curl line is one command for a shell, whatever is in it: the shell sees the same words again.
func TestCurl(t *testing.T) {
	bash := installed.Program(t, "bash", "bash")
	for _, body := range []string{`{"value": "blue"}`, `it's`, "\x1b[31m", "a\nb", "$HOME `id` \\ \"", "\xff", "", "é'"} {
		x := wire.Exchange{Base: "http://127.0.0.1:5000", Request: wire.Request{
			Method: "PUT", Target: "/items/a'b", Body: []byte(body),
			Fields: []wire.Field{{"Content-Type", "application/json"}, {"Host", "x"}, {"Accept", "*/*"}},
		}}
		line := x.Curl()
		assert.NotContains(t, line, "\x1b")
		words, err := exec.Command(bash, "-c", `curl() { printf '%s\0' "$@"; }; `+line).Output()
		require.NoError(t, err)
		assert.Equal(t, []string{"-i", "-X", "PUT", "http://127.0.0.1:5000/items/a'b", "-H", "Content-Type: application/json", "--data-binary", body, ""},
			strings.Split(string(words), "\x00"), line)
	}
}

// What Quote writes is one word, and bash reads it as it was; a word that needs no quotes has none.
func TestQuote(t *testing.T) {
	bash := installed.Program(t, "bash", "bash")
	for word, quoted := range map[string]string{
		"python3":              "python3",
		"":                     "''",
		"a b":                  "'a b'",
		"it's":                 `'it'\''s'`,
		`"`:                    `'"'`,
		"$HOME":                "'$HOME'",
		`\`:                    `'\'`,
		"*":                    "'*'",
		"ä":                    "'ä'",
		"a\nb":                 "'a\nb'",
		"127.0.0.1:{port}":     "127.0.0.1:{port}",
		"{a},{b}":              "{a},{b}",
		"{}":                   "'{}'",
		"{a,b}":                "'{a,b}'",
		"{1..3}":               "'{1..3}'",
		"x{a,b":                "'x{a,b'",
		"\x1b[31m":             `$'\x1b[31m'`,
		"\xff'":                `$'\xff\''`,
		"http://h/a%20b?x=1,2": "'http://h/a%20b?x=1,2'",
	} {
		assert.Equal(t, quoted, wire.Quote(word))
		words, err := exec.Command(bash, "-c", `printf '%s\0' `+wire.Quote(word)).Output()
		require.NoError(t, err)
		assert.Equal(t, word+"\x00", string(words), quoted)
	}
}

// A client that keeps cookies is repeated with those that the server sets then, and not with those that it has set before.
func TestCurlJar(t *testing.T) {
	x := wire.Exchange{Base: "http://127.0.0.1:5000", Request: wire.Request{Method: "GET", Target: "/items/a", Fields: []wire.Field{{"Cookie", "session=1"}}}}
	assert.Equal(t, "curl -i http://127.0.0.1:5000/items/a -H 'Cookie: session=1'", x.Curl())
	x.InJar = true
	assert.Equal(t, "curl -i http://127.0.0.1:5000/items/a -c jar -b jar", x.Curl())
}

// Another client is another one in curl too.
func TestCurlApart(t *testing.T) {
	x := wire.Exchange{Base: "http://127.0.0.1:5000", Request: wire.Request{Method: "GET", Target: "/items/a", Fields: []wire.Field{{"User-Agent", "node"}}}}
	assert.Equal(t, "curl -i http://127.0.0.1:5000/items/a", x.Curl())
	x.Apart = true
	assert.Equal(t, "curl -i http://127.0.0.1:5000/items/a -A node", x.Curl())
}

// The phrases are RFC 9110's, also where net/http has older ones.
func TestPhrase(t *testing.T) {
	assert.Equal(t, "Content Too Large", wire.Phrase(http.StatusRequestEntityTooLarge))
	assert.Equal(t, "Unprocessable Content", wire.Phrase(422))
	assert.Empty(t, wire.Phrase(299))
	assert.Equal(t, "(Unused)", wire.Phrase(418))
}
