package hostile_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/labtest"
	"restlab/internal/wire"
)

// What a grading of any server may take. The goal for time is 20 s; the guard is wider, since the machine may have other
// things to do.
const (
	mostMemory = 200 << 20
	guard      = 2 * time.Minute
	mostWaits  = 4 // gradings at once that only wait; of others there are as many as processors
)

// Every hostile server is graded in bounded time and memory, with the right exit status, a sentence that says what it
// did, and reports in which nothing acts on who reads them.
func TestHostile(t *testing.T) {
	labtest.Slow(t, "it builds the lab, and waits for servers that hang")
	program := build(t)
	schema := jsonschema.NewCompiler().MustCompile(filepath.Join("..", "..", "docs", "result.schema.json"))
	outcomes := slices.Concat(gradings(t, program, waiting, mostWaits), gradings(t, program, working, runtime.NumCPU()))
	for i, r := range slices.Concat(waiting, working) {
		g := <-outcomes[i]
		t.Run(r.name, func(t *testing.T) { g.check(t, r, schema) })
	}
}

// gradings are the outcomes to come of each row, of which so many are graded at once.
func gradings(t *testing.T, program string, rows []row, atOnce int) []chan *grading {
	room := make(chan struct{}, atOnce)
	outcomes := make([]chan *grading, len(rows))
	for i, r := range rows {
		outcomes[i] = make(chan *grading, 1)
		folder := t.TempDir()
		go func() {
			room <- struct{}{}
			defer func() { <-room }()
			outcomes[i] <- grade(folder, program, r)
		}()
	}
	return outcomes
}

// build makes the program that learners run.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "restlab")
	out, err := exec.Command("go", "build", "-o", path, "restlab/cmd/restlab").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// grading is one run of the program.
type grading struct {
	folder   string
	out, err string
	status   int
	took     time.Duration
	busy     time.Duration // of a processor
	memory   int64         // 0 where it is not known
	failed   error
}

func grade(folder, program string, r row) *grading {
	g := &grading{folder: folder}
	base, stop, err := r.serve()
	if err != nil {
		g.failed = err
		return g
	}
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), guard)
	defer cancel()
	args := append([]string{"grade", base, "--report", "json=" + g.path("result.json"), "--report", "history=" + g.path("history.html"), "--sequences", "20"}, r.args...)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "RESTLAB_HOME="+g.folder)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	start := time.Now()
	if g.failed = cmd.Start(); g.failed != nil {
		return g
	}
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case <-time.After(20 * time.Millisecond):
			g.memory = max(g.memory, resident(cmd.Process.Pid))
		case <-ended:
			g.busy = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			g.took, g.out, g.err, g.status = time.Since(start), out.String(), talk.String(), cmd.ProcessState.ExitCode()
			return g
		}
	}
}

// resident is the most memory that a process has had so far, on Linux; 0 elsewhere. What the system adds up at the end
// (ru_maxrss) begins with that of the test itself.
func resident(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, peak, _ := strings.Cut(string(text), "VmHWM:")
	var kilobytes int64
	_, _ = fmt.Sscan(peak, &kilobytes)
	return kilobytes << 10
}

func (g *grading) path(name string) string { return filepath.Join(g.folder, name) }

func (g *grading) check(t *testing.T, r row, schema *jsonschema.Schema) {
	require.NoError(t, g.failed)
	t.Logf("%5.1f s (%4.1f s of a processor)  %3d MB  status %d", g.took.Seconds(), g.busy.Seconds(), g.memory>>20, g.status)
	assert.Less(t, g.took, guard)
	assert.Less(t, g.memory, int64(mostMemory))
	assert.Equal(t, r.status, g.status)
	assert.Contains(t, strings.Join(strings.Fields(g.out+g.err), " "), r.says) // wherever its lines were broken
	assert.NotContains(t, g.err, "panic")
	g.harmless(t, "standard output", g.out)
	g.harmless(t, "standard error", g.err)
	g.wellFormed(t, schema)
	page, err := os.ReadFile(g.path("history.html"))
	if slices.Contains(r.args, "linearizable") {
		require.NoError(t, err)
	}
	g.harmless(t, "the picture", string(page))
	assert.NotContains(t, string(page), "<img")
}

// harmless looks for what a terminal would act on.
func (g *grading) harmless(t *testing.T, where, text string) {
	if shown := wire.Untrusted(text).String(); shown != text {
		for i := range min(len(text), len(shown)) {
			if text[i] != shown[i] {
				assert.Fail(t, where+" has what acts on a terminal", "%q", text[max(0, i-40):min(len(text), i+40)])
				return
			}
		}
	}
}

// wellFormed holds the report against its schema, where there is one: a target that is not there has none.
func (g *grading) wellFormed(t *testing.T, schema *jsonschema.Schema) {
	text, err := os.ReadFile(g.path("result.json"))
	if err != nil {
		assert.Equal(t, 3, g.status)
		return
	}
	g.harmless(t, "the report", string(text))
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(document))
}

// serve answers every request on a connection, and closes the connection after it.
func (r row) serve() (base string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	if r.full != nil {
		err = r.full(l)
	}
	if r.answer != nil {
		go accept(l, r.answer)
	}
	return "http://" + l.Addr().String(), func() { _ = l.Close() }, err
}

func accept(l net.Listener, answer answerer) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go converse(conn, answer)
	}
}

func converse(conn net.Conn, answer answerer) {
	defer conn.Close()
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer(conn, r)
}

// says sends the same bytes whatever is asked.
func says(octets string) func(net.Conn, *http.Request) {
	return func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, octets) }
}

// framed is a complete answer with JSON in it.
func framed(content string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(content), content)
}

// endless sends head, and then part for as long as anybody reads it.
func endless(head, part string, pause time.Duration) func(net.Conn, *http.Request) {
	return func(conn net.Conn, _ *http.Request) {
		_, err := io.WriteString(conn, head)
		for err == nil {
			time.Sleep(pause)
			_, err = io.WriteString(conn, part)
		}
	}
}

// hang keeps the connection until the client gives it up.
func hang(conn net.Conn, _ *http.Request) { _, _ = conn.Read(make([]byte, 1)) }

const seconds = time.Second

func lines(n int, line string) string { return strings.Repeat(line+"\r\n", n) }
