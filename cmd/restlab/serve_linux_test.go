package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"restlab/internal/labtest"
)

// On a terminal a server tells of each request and how it was answered, whatever a client sends, and no line is longer than the window.
func TestServeTells(t *testing.T) {
	s := newScreen(t)
	s.enter("restlab serve --listen 127.0.0.1:0 --fault store-for-each-session")
	seen := s.shows("Ctrl-C stops the server.")
	assert.Contains(t, seen, "Items and tasks live in the\nsession: a client that sends no cookie begins anew.\n")
	base := regexp.MustCompile(`http://[\d.:]+`).FindString(seen)

	resp, err := http.Get(base + "/items/tea")
	require.NoError(t, err)
	assert.NoError(t, resp.Body.Close())
	s.shows("GET /items/tea → 404 Not Found")

	conn, err := net.Dial("tcp", base[len("http://"):])
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("GET /items/\xe2\x80\xae HTTP/1.1\r\nHost: localhost\r\n\r\n"))
	require.NoError(t, err)
	s.shows(`GET /items/\u202e → `)

	s.press("C-c")
	s.shows("ready$ \n")
	s.enter("restlab walk --help")
	s.shows("--target URL")
	for _, line := range strings.Split(s.tmux("capture-pane", "-p", "-J"), "\n") {
		assert.LessOrEqual(t, len([]rune(line)), 80)
	}
}

// However much clients leave unfinished, the server needs less than 300 MB and serves others.
func TestServeNeedsLittleMemory(t *testing.T) {
	labtest.Slow(t, "it opens thousands of connections")
	const bodies, headers = 500, 1500
	var files unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_NOFILE, &files))
	if files.Max < 2*(bodies+headers) {
		t.Skipf("SKIPPED: this user may open %d files (ulimit -Hn), which is too few", files.Max)
	}
	cmd, base := serveReference(t)

	body := []byte("PUT /items/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1048576\r\n\r\n" +
		strings.Repeat(" ", 1<<20-1))
	var header strings.Builder // of many fields, which take more memory than a few long ones
	header.WriteString("GET /tasks HTTP/1.1\r\nHost: localhost\r\n")
	for i := 0; header.Len() < 36_000; i++ {
		fmt.Fprintf(&header, "%x:\r\n", i)
	}
	var clients sync.WaitGroup
	leave := func(count int, unfinished []byte) {
		for range count {
			clients.Go(func() {
				conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
				if !assert.NoError(t, err) {
					return
				}
				t.Cleanup(func() { conn.Close() })
				_ = conn.SetDeadline(time.Now().Add(time.Second))
				_, _ = conn.Write(unfinished) // the server may have enough of it
				_, _ = bufio.NewReader(conn).ReadString('\n')
			})
		}
	}
	leave(bodies, body)
	leave(headers, []byte(header.String()))
	clients.Wait()

	response, err := http.Get(base + "/tasks")
	require.NoError(t, err)
	assert.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	require.NoError(t, err)
	peak := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	require.NotNil(t, peak)
	kilobytes, err := strconv.Atoi(string(peak[1]))
	require.NoError(t, err)
	assert.Less(t, kilobytes, 300_000)
}

// serveReference runs restlab serve on a free port until the test ends.
func serveReference(t *testing.T) (cmd *exec.Cmd, base string) {
	t.Helper()
	cmd = exec.Command("restlab", "serve", "--listen", "127.0.0.1:0")
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		assert.NoError(t, cmd.Wait())
	})
	first, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	base = regexp.MustCompile(`http://[\d.:]+`).FindString(first)
	require.NotEmpty(t, base, first)
	return cmd, base
}
