package locate_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/terminal"
)

// serves is the variable with which this test program is a server: at the ports in PORT and REPLICA_PORT.
const serves = "LOCATE_TEST_SERVES"

func TestMain(m *testing.M) {
	if os.Getenv(serves) == "" {
		os.Exit(m.Run())
	}
	for _, port := range []string{os.Getenv("REPLICA_PORT"), os.Getenv("PORT")} {
		if port == "" {
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			os.Exit(1)
		}
		go func() { _ = http.Serve(l, http.NotFoundHandler()) }()
	}
	select {}
}

// request returns a valid request, which names no server yet.
func request() *locate.Request {
	return &locate.Request{Programs: locate.Programs{Patience: 20 * time.Second}}
}

// find finds the servers of a request that Check passes, until the test ends.
func find(t *testing.T, r *locate.Request) *locate.Found {
	t.Helper()
	require.NoError(t, r.Check())
	found, err := locate.Find(t.Context(), screen(t), r)
	require.NoError(t, err)
	t.Cleanup(found.Stop)
	return found
}

func screen(t *testing.T) *terminal.Terminal {
	var out strings.Builder
	t.Cleanup(func() { assert.Empty(t, out.String()) })
	return &terminal.Terminal{Out: &out, Err: &out, Getenv: func(string) string { return "" }}
}

func serve(t *testing.T) string {
	s := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	return s.URL
}

// Wishes that contradict each other are usage errors, before anything is started.
func TestCheck(t *testing.T) {
	for want, change := range map[string]func(*locate.Request){
		"a URL for both families":       func(r *locate.Request) { r.URL, r.Items = "http://a", []string{"http://b"} },
		"there is no intermediary":      func(r *locate.Request) { r.Through = "magic" },
		"serves both families":          func(r *locate.Request) { r.Words, r.Tasks = []string{"a"}, []string{"http://b"} },
		"a URL and a command":           func(r *locate.Request) { r.ItemsLine, r.Items = "a", []string{"http://b"} },
		"--port is for a command after": func(r *locate.Request) { r.Port = 80 },
		"--items-port needs":            func(r *locate.Request) { r.ItemsPort = 80 },
		"--tasks-port needs":            func(r *locate.Request) { r.TasksPort = 80 },
		"cannot have one port":          func(r *locate.Request) { r.ItemsLine, r.TasksLine, r.ItemsPort, r.TasksPort = "a", "b", 80, 80 },
		"there is no port 70000":        func(r *locate.Request) { r.Words, r.Port = []string{"a"}, 70000 },
		"is not set":                    func(r *locate.Request) { r.Env = []string{"NO_SUCH_VARIABLE_AT_ALL"} },
		"there is no folder":            func(r *locate.Request) { r.Folder = "/no/such/folder" },
		"--restarts -1 is not":          func(r *locate.Request) { r.Restarts = -1 },
		"--ready-timeout 1ns is not":    func(r *locate.Request) { r.Patience = 1 },
		`--limit "speed=1" is no limit`: func(r *locate.Request) { r.Limits = []string{"speed=1"} },
	} {
		r := request()
		change(r)
		err := r.Check()
		require.ErrorContains(t, err, want)
		assert.True(t, lab.IsUsage(err), want)
	}
	assert.NoError(t, request().Check())
}

// Servers are found at their URLs: one for both families, or one for each with its replicas.
func TestURLs(t *testing.T) {
	a, b, c := serve(t), serve(t), serve(t)
	r := request()
	r.URL = a
	found := find(t, r)
	assert.Equal(t, a, found.Items.Base)
	assert.Equal(t, found.Items, found.Tasks)
	assert.True(t, found.Items.Spoke)
	assert.False(t, found.IsReference)

	r = request()
	r.Items, r.Tasks = []string{a, b}, []string{c}
	found = find(t, r)
	assert.Equal(t, []string{a, b, c}, []string{found.Items.Base, found.Replicas.Items[0].Base, found.Tasks.Base})
	assert.Empty(t, found.Replicas.Tasks)
}

// Through a proxy each server keeps its own base as the origin, and one server has one proxy.
func TestThrough(t *testing.T) {
	r := request()
	r.URL, r.Through = serve(t), "proxy"
	found := find(t, r)
	assert.Equal(t, r.URL, found.Items.Server())
	assert.NotEqual(t, r.URL, found.Items.Base)
	assert.Equal(t, found.Items, found.Tasks)
	assert.Equal(t, "proxy", found.Through)
	found.Stop()
	_, err := http.Get(found.Items.Base)
	require.Error(t, err, "the proxy ends with Stop")
}

// Without any server the reference is started, twice on one store, and it ends with Stop.
func TestReference(t *testing.T) {
	found := find(t, request())
	assert.True(t, found.IsReference)
	require.Len(t, found.Replicas.Items, 1)
	assert.NotEqual(t, found.Items.Base, found.Replicas.Items[0].Base)
	found.Stop()
	_, err := http.Get(found.Items.Base)
	require.Error(t, err)
}

// A program is started, told a second port where that is wanted, and ends with Stop.
func TestProgram(t *testing.T) {
	t.Setenv(serves, "yes")
	for _, tell := range []bool{true, false} {
		r := request()
		r.Words, r.Env, r.TellReplica = []string{os.Args[0]}, []string{serves}, tell
		found := find(t, r)
		assert.Equal(t, found.Items, found.Tasks)
		assert.NotNil(t, found.Items.Program)
		assert.Len(t, found.Replicas.Items, map[bool]int{true: 1, false: 0}[tell])
		assert.Len(t, found.ByHand, 1)
		found.Stop()
		_, err := http.Get(found.Items.Base)
		require.Error(t, err)
	}
}

// If the second of two programs does not start, the first one ends too.
func TestOneOfTwo(t *testing.T) {
	t.Setenv(serves, "yes")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	require.NoError(t, l.Close())
	r := request()
	r.ItemsLine, r.TasksLine, r.Env, r.ItemsPort = os.Args[0], "no-such-program-at-all", []string{serves}, port
	_, err = locate.Find(t.Context(), screen(t), r)
	require.True(t, lab.IsUsage(err), err)
	again, err := net.Listen("tcp", l.Addr().String())
	require.NoError(t, err, "the port of the first program is unused again")
	require.NoError(t, again.Close())
}

// A server that nobody serves is an error with status 3.
func TestUnreachable(t *testing.T) {
	r := request()
	r.URL = "http://127.0.0.1:1"
	_, err := locate.Find(t.Context(), screen(t), r)
	var e *lab.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, lab.ExitUnreachable, e.Status)
}
