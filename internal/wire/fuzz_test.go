package wire_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/wire"
)

// Whatever bytes come instead of an answer, an exchange ends, with an answer or with a sentence, and keeps no more than
// came. The bytes come over a real connection.
func FuzzAnswer(f *testing.F) {
	for _, octets := range []string{
		"", "\n", "HTTP/1.1", "HTTP/1.1 200 OK\r\n\r\n{}", "HTTP/1.1 204 \r\n\r\nx", "HTTP/1.1 304 x\n\nx",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n1\r\n{\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{", "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 x\r\n\r\n",
		"HTTP/1.1 101 x\r\n\r\nabc", "HTTP/2.0 999 \x1b\r\n\x00: \xff\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n  c\r\nX-A : b\r\n\r\n",
		"\x15\x03\x01\x00\x02\x02\x16", strings.Repeat("HTTP/1.1 103 x\r\n\r\n", 20),
	} {
		f.Add([]byte(octets))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(f, err)
	defer l.Close()
	octets := make(chan []byte, 1)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = conn.Write(<-octets)
			_ = conn.Close()
		}
	}()
	f.Fuzz(func(t *testing.T, sent []byte) {
		octets <- bytes.Clone(sent)
		c := wire.Client{Base: "http://" + l.Addr().String(), Address: l.Addr().String(), Timeout: 2 * time.Second}
		x := c.Do(context.Background(), wire.Request{Method: "GET", Target: "/"})
		if x.Trouble != nil {
			assert.Nil(t, x.Answer)
			assert.LessOrEqual(t, len(x.Trouble.What), 1500)
			isHarmless(t, x.Trouble.What)
			return
		}
		assert.LessOrEqual(t, len(x.Answer.Head)+len(x.Answer.Content)+len(x.Answer.Stray), len(sent))
		_, err := io.ReadAll(x.Answer.Response().Body)
		assert.NoError(t, err)
	})
}

// No text keeps its effect on a terminal, and a line is no longer than it may be.
func FuzzUntrusted(f *testing.F) {
	for _, text := range []string{"", "plain", "\x1b[2J\r\n\t", "\u202e\u2066\ufeff\u009b\x7f", "\xff\xc3", "日本 🎉", "\U000e0041"} {
		f.Add(text, 5)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		isHarmless(t, wire.Untrusted(text).String())
		limit = max(0, min(limit, 1000))
		line := wire.Untrusted(text).Line(limit)
		isHarmless(t, line)
		assert.NotContains(t, line, "\n")
		assert.LessOrEqual(t, utf8.RuneCountInString(line), limit+40)
	})
}

func isHarmless(t *testing.T, text string) {
	assert.Equal(t, text, wire.Untrusted(text).String())
}
