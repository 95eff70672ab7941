package process

import (
	"net"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"restlab/internal/lab"
)

// server is a program in Python. What it does with a GET is written in front of it.
const server = `
import http.server as h, os, sys, threading, time
began = time.time()
class H(h.BaseHTTPRequestHandler):
    def do_GET(s): get(s)
    def log_message(s, *a): pass
    def say(s, status): s.send_response(status); s.send_header('Content-Length', '0'); s.end_headers()
def serve(port, host='127.0.0.1'): h.ThreadingHTTPServer((host, int(port)), H).serve_forever()
`

// startPython starts a program of this code, after server.
func startPython(t *testing.T, code string, change func(*Command)) (*Program, error) {
	t.Helper()
	if testing.Short() {
		t.Skip("not in short mode: it runs programs of others")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: no python3")
	}
	c := Command{Name: "server", Words: []string{python, "-c", server + code}, Patience: time.Minute, Restarts: 1, PortFlag: "--port"}
	if change != nil {
		change(&c)
	}
	p, err := Start(t.Context(), c, os.Stderr)
	if err == nil {
		t.Cleanup(func() { require.NoError(t, p.Stop()) })
	}
	return p, err
}

// A program is ready whatever it does with GET /, and not while it says 503.
func TestReady(t *testing.T) {
	for name, code := range map[string]string{
		"GET / never answers":   "get = lambda s: time.sleep(600) if s.path == '/' else s.say(404)\n",
		"GET / closes":          "get = lambda s: s.connection.close() if s.path == '/' else s.say(404)\n",
		"nothing is answered":   "get = lambda s: time.sleep(600)\n",
		"503 for half a second": "get = lambda s: s.say(503 if time.time() < began + 1 else 404)\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := startPython(t, code+"serve(os.environ['PORT'])", nil)
			require.NoError(t, err)
			if name == "503 for half a second" {
				require.Equal(t, 404, probe(t.Context(), p.Address, "/", time.Minute).Answer.Status)
			}
		})
	}
}

// A program that never stops to say 503 is graded as it is, once the time is over.
func TestNeverReady(t *testing.T) {
	t.Parallel()
	_, err := startPython(t, "get = lambda s: s.say(503)\nserve(os.environ['PORT'])", func(c *Command) { c.Patience = 8 * time.Second })
	require.NoError(t, err)
}

// A program that listens at an address which the lab does not ask is told so, with both addresses.
func TestOtherAddress(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the system does not tell where a program listens")
	}
	_, err := startPython(t, "get = lambda s: s.say(404)\nserve(os.environ['PORT'], '127.0.1.1')", nil)
	require.ErrorContains(t, err, "listens on 127.0.1.1:")
	require.ErrorContains(t, err, "and not on 127.0.0.1:")
	require.Contains(t, lab.Hint(err), "0.0.0.0")
}

// A program that dies under a supervisor which lives on is started again, supervisor and all.
func TestSupervisor(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the system does not tell who listens")
	}
	const code = `
import subprocess
if len(sys.argv) > 1:
    get = lambda s: os._exit(7) if s.path == '/die' else s.say(404)
    serve(os.environ['PORT'])
subprocess.run([sys.executable, '-c', os.environ['CODE'], 'child'])
time.sleep(600)
`
	t.Setenv("CODE", server+code)
	p, err := startPython(t, code, func(c *Command) { c.Env = []string{"CODE"} })
	require.NoError(t, err)
	probe(t.Context(), p.Address, "/die", time.Minute)
	p.Settle()
	require.Empty(t, p.Ready(t.Context()))
	require.Len(t, p.Deaths(), 1)
	require.Equal(t, 404, probe(t.Context(), p.Address, "/", time.Minute).Answer.Status)
}

// A port that only the system keeps is waited for, and a program that dies is started again at it.
func TestRememberedPort(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the system does not tell who listens")
	}
	if os.Getenv("SEEDS") == "" {
		t.Skip("SKIPPED: it waits a minute; run it with SEEDS=1")
	}
	const code = `
import socket
l = socket.socket()
l.bind(('127.0.0.1', int(os.environ['PORT'])))
l.listen()
while True:
    c, _ = l.accept()
    if b'/die' in c.recv(4096): os._exit(7)
    c.sendall(b'HTTP/1.0 404 Not Found\r\n\r\n')
    c.close()
`
	p, err := startPython(t, code, nil)
	require.NoError(t, err)
	for range 3 {
		probe(t.Context(), p.Address, "/", time.Minute)
	}
	probe(t.Context(), p.Address, "/die", time.Minute)
	p.Settle()
	require.Empty(t, p.Ready(t.Context()))
	require.Len(t, p.Deaths(), 1)
}

// The second port may open a while after the first one.
func TestSecondPortOpensLater(t *testing.T) {
	const code = `
get = lambda s: s.say(404)
def second():
    time.sleep(1)
    serve(os.environ['REPLICA_PORT'])
threading.Thread(target=second, daemon=True).start()
serve(os.environ['PORT'])
`
	p, err := startPython(t, code, func(c *Command) { c.Replica = true })
	require.NoError(t, err)
	require.NotEmpty(t, p.Second())
}

// A program that does not set SO_REUSEADDR cannot have a port that the system still keeps for a connection. The lab says so, waits, and
// starts the program once more.
func TestPortOfAnOldConnection(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the system does not tell who listens")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	conn, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	old, err := l.Accept()
	require.NoError(t, err)
	require.NoError(t, l.Close())
	forget := func() { // at once: a reset leaves nothing to remember
		_ = old.(*net.TCPConn).SetLinger(0)
		_ = old.Close()
		_ = conn.Close()
	}
	t.Cleanup(forget)

	var notes []string
	p, err := startPython(t, "h.HTTPServer.allow_reuse_address = False\nget = lambda s: s.say(404)\nserve(os.environ['PORT'])", func(c *Command) {
		c.Port = l.Addr().(*net.TCPAddr).Port
		c.Note = func(note string) {
			notes = append(notes, note)
			forget()
		}
	})
	require.NoError(t, err)
	require.Empty(t, p.Deaths())
	require.Len(t, notes, 1)
	require.Contains(t, notes[0], "remembers connections")
}
