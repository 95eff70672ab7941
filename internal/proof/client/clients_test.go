package client_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/installed"
	"restlab/internal/labtest"
)

// transcript is what each client prints.
const transcript = `create: 201
read: 200 {"value":["blue"]}
read again: 304
add: 201
add again: 201, the same task
patch: 204
patch what has changed since: 412
read: 200 {"value":["blue","green"]}
merge patch: 204
`

func TestCurl(t *testing.T) {
	shell := installed.Program(t, "sh", "dash")
	installed.Program(t, "curl", "curl")
	api := serve(t)
	line := startLine(t, api)
	cmd := exec.CommandContext(soon(t), shell, here(t, "curl.sh"), api, line.base)
	cmd.Dir = t.TempDir()
	expectTranscript(t, cmd)
	expectDone(t, api, line)
}

func TestRequests(t *testing.T) {
	interpreter := installed.Python(t, "requests")
	api := serve(t)
	line := startLine(t, api)
	expectTranscript(t, exec.CommandContext(soon(t), interpreter, here(t, "with_requests.py"), api, line.base))
	expectDone(t, api, line)
}

// The page comes over the line, because a page may only talk to where it comes from: the reference lets no other one.
func TestFetch(t *testing.T) {
	api := serve(t)
	line := startLine(t, api)
	installed.Open(t, line.base+"/fetch.html")
	select {
	case printed := <-line.transcripts:
		assert.Equal(t, transcript, printed)
	case <-soon(t).Done():
		require.Fail(t, "the page posted no transcript", "%v", line.seen())
	}
	expectDone(t, api, line)
	asked := 0
	for _, exchange := range line.seen() {
		if exchange == "GET /items/colours 304" {
			asked++
		}
	}
	assert.Equal(t, 2, asked, "the page asked once whether the item had changed, and the browser's cache once")
}

// expectTranscript runs the client to its end.
func expectTranscript(t *testing.T, client *exec.Cmd) {
	t.Helper()
	printed, err := client.Output()
	if failed, ok := err.(*exec.ExitError); ok { //nolint:errorlint // Output returns it as it is
		require.Fail(t, "the client failed", "%s\n%s", printed, failed.Stderr)
	}
	require.NoError(t, err)
	assert.Equal(t, transcript, string(printed))
}

// expectDone looks at what the client has left on the server: one task, although the line lost an answer.
func expectDone(t *testing.T, api string, line *line) {
	t.Helper()
	assert.JSONEq(t, `{"value": ["blue", "green"]}`, string(get(t, api+"/items/colours")))
	var tasks []struct {
		Description string
		Complete    bool
	}
	require.NoError(t, json.Unmarshal(get(t, api+"/tasks"), &tasks))
	require.Len(t, tasks, 1)
	assert.Equal(t, "learn", tasks[0].Description)
	assert.True(t, tasks[0].Complete)
	posts := 0
	for _, exchange := range line.seen() {
		if exchange == "POST /tasks 201" {
			posts++
		}
	}
	assert.GreaterOrEqual(t, posts, 2, "an answer was lost, so the client sent its POST again")
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return body
}

// program is the path of restlab, which is built unless -short leaves out the tests that run it.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		os.Exit(m.Run())
	}
	folder, err := os.MkdirTemp("", "restlab")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(folder, "restlab.exe") // Windows wants the ending, others do not mind
	out, err := exec.Command("go", "build", "-o", program, "restlab/cmd/restlab").CombinedOutput()
	if err != nil {
		panic(string(out))
	}
	status := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(status)
}

var address = regexp.MustCompile(`http://[0-9.:]+`)

// serve runs `restlab serve` on a free port until the test ends. Told to stop, it has to end well.
func serve(t *testing.T) (api string) {
	t.Helper()
	labtest.Slow(t, "it runs the lab that it has built")
	cmd := exec.Command(program, "serve", "--listen", "127.0.0.1:0")
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil { // Windows has no such signal
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			return
		}
		assert.NoError(t, cmd.Wait())
	})
	first, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	api = address.FindString(first)
	require.NotEmpty(t, api, first)
	return api
}

func here(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	require.NoError(t, err)
	return path
}

// soon ends after a time that no client needs.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}
