package process

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"restlab/internal/wire"
)

// Of a flood the end is kept, and what is missing is counted.
func TestFlood(t *testing.T) {
	o := &output{name: "server"}
	for i := range 100_000 {
		fmt.Fprintf(o, "line %d\n", i)
	}
	require.LessOrEqual(t, len(o.tail), 2*kept)
	lines := o.last(2)
	require.Equal(t, "server │ line 99999", lines[len(lines)-1])
	require.Regexp(t, `^server │ \(\d{7} bytes came before this\)$`, lines[0])
}

// A crash is shown from where it begins, however many lines its stack has; what was printed in good order only from its end.
func TestCrash(t *testing.T) {
	stack := strings.Repeat("main.put(0xc000)\n\t/course/main.go:31\n", 30)
	for begins, after := range map[string]string{
		"fatal error: concurrent map writes": "\n" + stack,
		"panic: no such item":                "\n" + stack,
		"2026/11/26 05:29:41 http: panic serving 127.0.0.1:49476: assignment to entry in nil map": "\n" + stack,
		"TypeError: x is no function": "\n    at put (server.js:31:9)\n" + stack,
	} {
		o := &output{name: "server"}
		fmt.Fprintf(o, "listening\n%s%s2 exits\n", begins, after)
		lines := o.last(shownLines)
		require.Equal(t, []string{"server │ (10 bytes came before this)", "server │ " + begins}, lines[:2])
		require.Equal(t, "server │ 2 exits", lines[len(lines)-1])
		require.Len(t, lines, shownLines+2)
		require.Equal(t, begins, o.word())
	}
	o := &output{name: "server"}
	fmt.Fprintf(o, "ValueError: refused\n%sgoodbye\n", stack)
	require.Equal(t, "goodbye", o.word())
	require.Len(t, o.last(shownLines), shownLines+1)
}

// A line without end does not cost memory, and neither do many lines on the screen.
func TestLive(t *testing.T) {
	var screen strings.Builder
	o := &output{name: "server", live: &screen}
	for range 1000 {
		_, _ = o.Write([]byte(strings.Repeat("x", 64<<10)))
	}
	require.LessOrEqual(t, cap(o.line), 8*longest)
	require.Empty(t, screen.String())
	_, _ = o.Write([]byte("\n" + strings.Repeat("y\n", 2*liveLines)))
	require.Equal(t, liveLines+1, strings.Count(screen.String(), "\n"))
}

// What a program prints gives no orders, neither to a terminal nor to a build server.
func TestPrefixed(t *testing.T) {
	o := &output{name: "server"}
	require.Equal(t, `server │ ::error::x`, o.prefixed("::error::x\r"))
	require.Equal(t, `server │ a #\x23[error] #\x23vso[x] #\x23teamcity[y] ## title`, o.prefixed("a ##[error] ##vso[x] ##teamcity[y] ## title"))
	require.Equal(t, `server │ \x1b[2J    \u202e`, o.prefixed("\x1b[2J\t\u202e"))
}

func TestParseLimits(t *testing.T) {
	if !canLimit {
		t.Skip("no limits here")
	}
	l, err := ParseLimits([]string{"memory=512M", "processes=200", "file=2G"})
	require.NoError(t, err)
	require.Equal(t, Limits{512 << 20, 200, 2 << 30}, l)
	for _, wrong := range []string{"memory", "memory=", "memory=0", "memory=-1", "memory=1T", "memory=M", "time=5", ""} {
		_, err := ParseLimits([]string{wrong})
		require.Error(t, err, wrong)
	}
}

// Split reads the words as they were that wire.Quote has written.
func TestSplit(t *testing.T) {
	for _, word := range []string{"python3", "", "a b", "it's", `"`, "$HOME", "{port}", `\`, "*", "ä"} {
		words, err := Split("x " + wire.Quote(word))
		require.NoError(t, err)
		require.Equal(t, []string{"x", word}, words)
	}
}

// A program that ends while nobody asks it anything has died anyway. What it printed is kept, and it is not started again
// more often in a row than it may be; a scenario that passes begins another row.
func TestDeath(t *testing.T) {
	if testing.Short() {
		t.Skip("not in short mode: it runs programs of others")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: no python3")
	}
	const serveTwice = `import os, http.server as h
class H(h.BaseHTTPRequestHandler):
    def do_GET(s): s.send_response(204); s.end_headers(); s.wfile.flush()
    def log_message(s, *a): pass
s = h.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), H)
s.handle_request()
s.handle_request()
print('that is all'); os._exit(5)`
	p, err := Start(t.Context(), Command{Name: "server", Words: []string{python, "-c", serveTwice}, Patience: time.Minute, Restarts: 1}, os.Stderr)
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Stop()) }()
	for deaths := range 3 {
		require.Empty(t, p.Ready(t.Context()))
		if deaths == 1 {
			p.Passed()
		}
		probe(t.Context(), p.Address, "/", time.Minute)
		require.Eventually(t, func() bool { return len(p.Deaths()) == deaths+1 }, time.Minute, 10*time.Millisecond)
	}
	require.Equal(t, "exit status 5", p.Deaths()[0].How)
	require.Equal(t, []string{"server │ that is all"}, p.Deaths()[1].Last)
	require.Equal(t, "the program has died 2 times in a row (exit status 5) and is not started again", p.Ready(t.Context()))
}

// Ctrl-C while a program starts ends it.
func TestCancelledStart(t *testing.T) {
	if testing.Short() {
		t.Skip("not in short mode: it runs programs of others")
	}
	if _, err := exec.LookPath("sleep"); err != nil {
		t.Skip("SKIPPED: no sleep")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := Start(ctx, Command{Name: "server", Words: []string{"sleep", "1000"}, Patience: time.Minute}, io.Discard)
	require.ErrorIs(t, err, ctx.Err())
}

// A function instead of a program is heard like one, and is late where it ends because its time is up.
func TestCall(t *testing.T) {
	ending, err := Call(t.Context(), "client", time.Minute, func(_ context.Context, out io.Writer) int {
		fmt.Fprintln(out, "done")
		return 3
	})
	require.NoError(t, err)
	require.Equal(t, "exit status 3", ending.How)
	require.False(t, ending.TimedOut)
	require.Equal(t, "done\n", ending.Output)
	require.Equal(t, []string{"client │ done"}, ending.Last)

	forEver := func(ctx context.Context, _ io.Writer) int { <-ctx.Done(); return 0 }
	ending, err = Call(t.Context(), "client", time.Millisecond, forEver)
	require.NoError(t, err)
	require.True(t, ending.TimedOut)

	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Call(interrupted, "client", time.Minute, forEver)
	require.ErrorIs(t, err, context.Canceled)
}
