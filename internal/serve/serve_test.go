package serve_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/lab"
	"restlab/internal/proof/fault"
	"restlab/internal/serve"
	"restlab/internal/terminal"
)

var quiet = slog.New(slog.DiscardHandler)

// put sends a PUT of an item and returns the status and the body of the response.
func put(t *testing.T, base, key string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, base+"/items/"+key, strings.NewReader(`{"value": "green"}`))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	return do(t, r)
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	return do(t, r)
}

func do(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

// Without a name it is the reference, with a name the server that does something else; it says what.
func TestChoose(t *testing.T) {
	for _, one := range []struct {
		fault   string
		choices []string
		created int // the status of a PUT that creates
		again   int // the status of a PUT that replaces
		does    string
	}{
		{"", nil, http.StatusCreated, http.StatusOK, ""},
		{"put-creates-with-200", nil, http.StatusOK, http.StatusOK, "With the fault put-creates-with-200 (http): "},
		{"", []string{"204-for-put"}, http.StatusCreated, http.StatusNoContent, "With the choice 204-for-put: "},
	} {
		v, err := serve.Choose(one.fault, one.choices, quiet)
		require.NoError(t, err)
		s := httptest.NewServer(v.Handler)
		created, _ := put(t, s.URL, "tea")
		again, _ := put(t, s.URL, "tea")
		s.Close()
		assert.Equal(t, one.created, created, one)
		assert.Equal(t, one.again, again, one)
		assert.True(t, strings.HasPrefix(v.Does, one.does), v.Does)
		assert.Equal(t, one.does == "", v.Does == "")
	}
}

// Each choice has a line of its own in what the server says.
func TestChoicesAddUp(t *testing.T) {
	v, err := serve.Choose("", []string{"204-for-put", "204-for-delete"}, quiet)
	require.NoError(t, err)
	assert.Regexp(t, "^With the choice 204-for-put: .+\nWith the choice 204-for-delete: .+$", v.Does)
}

// A fault in how requests are read comes with a listener of its own. Every other server takes the open listener itself.
func TestListenerOfAFault(t *testing.T) {
	listeners, err := serve.Listen("127.0.0.1:0")
	require.NoError(t, err)
	defer listeners[0].Close()
	reads, err := serve.Choose("field-names-with-case", nil, quiet)
	require.NoError(t, err)
	assert.NotEqual(t, listeners[0], reads.Listener(listeners[0]))
	right, err := serve.Choose("", nil, quiet)
	require.NoError(t, err)
	assert.Equal(t, listeners[0], right.Listener(listeners[0]))
}

// An unknown name is answered with similar ones. Wishes that contradict each other are refused with the reason.
func TestChooseRefuses(t *testing.T) {
	for _, one := range []struct {
		fault         string
		choices       []string
		message, hint string
	}{
		{"put-looses-falsy", nil, `there is no fault "put-looses-falsy"`, "--fault list prints them all; did you mean put-loses-falsy"},
		{"", []string{"204-on-put"}, `there is no choice "204-on-put"`, "--choice list prints them all; did you mean 204-for-put"},
		{"", []string{"zzz"}, `there is no choice "zzz"`, "--choice list prints them all"},
		{"put-loses-falsy", []string{"204-for-put"}, "--fault and --choice contradict each other", "a fault is served alone"},
		{"", []string{"204-for-put", "put-gives-the-item"}, "the choices 204-for-put and put-gives-the-item contradict each other", "both are about PUT"},
		{"", twoOnTheWire(t), "contradict each other", "both write the bytes of the response"},
	} {
		_, err := serve.Choose(one.fault, one.choices, quiet)
		assert.True(t, lab.IsUsage(err), "%v: %v", one, err)
		assert.ErrorContains(t, err, one.message)
		assert.Contains(t, lab.Hint(err), one.hint)
	}
}

// twoOnTheWire returns two choices that are about different things and exclude each other.
func twoOnTheWire(t *testing.T) []string {
	t.Helper()
	for _, a := range fault.Choices() {
		for _, b := range fault.Choices() {
			if a.About != b.About && a.Excludes(b) {
				return []string{a.Name, b.Name}
			}
		}
	}
	require.Fail(t, "there are no such choices")
	return nil
}

// All addresses are opened or none: a taken one closes those before it. The error says what is wrong with the address and what to type.
func TestListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	first := unused.Addr().String()
	require.NoError(t, unused.Close())

	_, err = serve.Listen(first, taken.Addr().String())
	require.ErrorContains(t, err, "the address "+taken.Addr().String()+" is already in use")
	assert.Equal(t, lab.ExitUnreachable, status(t, err))
	assert.Equal(t, "stop that program, or serve elsewhere: restlab serve --listen 127.0.0.1:0", lab.Hint(err))
	both, err := serve.Listen(first, "127.0.0.1:0")
	require.NoError(t, err, "the first address is open again")
	assert.Len(t, both, 2)
	for _, l := range both {
		assert.NoError(t, l.Close())
	}

	_, err = serve.Listen("")
	assert.EqualError(t, err, `"" is no address to listen on`)
	assert.Equal(t, lab.ExitUsage, status(t, err))
	assert.Contains(t, lab.Hint(err), "127.0.0.1:8080")
	_, err = serve.Listen("8080")
	assert.EqualError(t, err, "8080 is no address to listen on")
	assert.Equal(t, lab.ExitUsage, status(t, err))
	_, err = serve.Listen("192.0.2.1:0") // an address for documentation, which no machine has
	assert.ErrorContains(t, err, "cannot listen on 192.0.2.1:0: ")
	assert.Equal(t, lab.ExitUnreachable, status(t, err))
}

func status(t *testing.T, err error) int {
	t.Helper()
	var e *lab.Error
	require.ErrorAs(t, err, &e)
	return e.Status
}

// The access log has a line for each request, whatever the client sends and however the server answers.
func TestAccessLog(t *testing.T) {
	var out bytes.Buffer
	for _, one := range []struct {
		method, target string
		handler        http.HandlerFunc
		line           string
	}{
		{"GET", "/items/tea", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, "GET /items/tea → 404 Not Found\n"},
		{"PUT", "/items/tea?a=b", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }, "PUT /items/tea?a=b → 200 OK\n"},
		{"GET", "/early", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			fmt.Fprint(w, "{}")
		}, "GET /early → 200 OK\n"},
		{"GET", "/raw", hijack, "GET /raw → no answer of the usual kind\n"},
		{"GET", "/\u202e", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }, `GET /\u202e → 200 OK` + "\n"},
	} {
		out.Reset()
		logged := make(chan struct{})
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(logged)
			serve.AccessLog(&out, one.handler).ServeHTTP(w, r)
		}))
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		require.NoError(t, err)
		_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", one.method, one.target)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, conn)
		require.NoError(t, err)
		<-logged
		conn.Close()
		s.Close()
		assert.Equal(t, one.line, out.String())
	}
}

// hijack takes the connection from the server, and so reaches through the log.
func hijack(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// A server prints where it is and what it does, serves at every address from one store, and ends with its context. A pipe is no terminal, so
// no request is printed.
func TestRun(t *testing.T) {
	s := run(t, serve.Request{Addresses: []string{"127.0.0.1:0", "127.0.0.1:0"}, Choices: []string{"204-for-put"}})
	bases := s.bases
	require.Len(t, bases, 2)
	assert.Contains(t, s.printed, "\nWith the choice 204-for-put: ")
	assert.NotContains(t, s.printed, "WARNING")
	created, _ := put(t, bases[0], "tea")
	assert.Equal(t, http.StatusCreated, created)
	found, body := get(t, bases[1]+"/items/tea")
	assert.Equal(t, http.StatusOK, found)
	assert.Contains(t, body, "green")
	s.stop()
	assert.False(t, s.rest.Scan(), s.rest.Text())
	assert.NoError(t, <-s.ended)
}

// running is a server that Run serves.
type running struct {
	printed string   // up to the line that all servers print last
	bases   []string // the URLs in it that are said to be served
	rest    *bufio.Scanner
	stop    context.CancelFunc
	ended   chan error
}

func run(t *testing.T, r serve.Request) running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	in, out := io.Pipe()
	s := running{rest: bufio.NewScanner(in), stop: cancel, ended: make(chan error, 1)}
	go func() {
		me := &terminal.Terminal{Name: "restlab", Out: out, Err: io.Discard, Getenv: os.Getenv}
		err := serve.Run(ctx, me, r)
		out.Close()
		s.ended <- err
	}()
	for s.rest.Scan() && s.rest.Text() != "Ctrl-C stops the server." {
		s.printed += s.rest.Text() + "\n"
		if _, base, found := strings.Cut(s.rest.Text(), "Serving items and tasks at "); found {
			s.bases = append(s.bases, base)
		}
	}
	return s
}

// A server that others can reach says so, and what to type instead. The URL that it prints works.
func TestRunForOthers(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0"} {
		s := run(t, serve.Request{Addresses: []string{address}})
		require.Len(t, s.bases, 1, address)
		assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, s.bases[0])
		found, _ := get(t, s.bases[0]+"/tasks")
		assert.Equal(t, http.StatusOK, found)
		said := strings.Join(strings.Fields(s.printed), " ")
		assert.Contains(t, said, "WARNING: everybody who can reach this machine over the network can read and change everything here.")
		assert.Contains(t, said, "To serve this machine alone: --listen "+strings.TrimPrefix(s.bases[0], "http://"))
		for _, other := range regexp.MustCompile(`http://[0-9.]+:\d+`).FindAllString(said, -1)[1:] { // at the addresses of this machine
			found, _ = get(t, other+"/tasks")
			assert.Equal(t, http.StatusOK, found, other)
		}
	}
}

// getAs sends a GET with another name in Host.
func getAs(t *testing.T, base, host string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/tasks", nil)
	require.NoError(t, err)
	r.Host = host
	return do(t, r)
}

// A name that is none of the server's gets 421, unless --host or --listen names it. What is served makes no difference.
func TestRunForNames(t *testing.T) {
	for _, faultName := range []string{"", "field-names-with-case"} {
		s := run(t, serve.Request{Addresses: []string{"127.0.0.1:0", "localhost:0"}, Hosts: []string{"lab.example", "192.0.2.7"}, Fault: faultName})
		require.Len(t, s.bases, 2)
		for host, want := range map[string]int{
			"evil.example": http.StatusMisdirectedRequest, "localhost": http.StatusOK, "lab.example": http.StatusOK, "192.0.2.7:80": http.StatusOK,
		} {
			found, body := getAs(t, s.bases[0], host)
			assert.Equal(t, want, found, "%s %s", host, faultName)
			assert.Equal(t, want != http.StatusOK, strings.Contains(body, "--host"), body)
		}
	}
}

// The names of a server are those that a person gives, and those in the addresses.
func TestNames(t *testing.T) {
	names, err := serve.Names([]string{"127.0.0.1:80", ":80", "lab.example:80", "[::1]:80"}, []string{"other", "::1"})
	require.NoError(t, err)
	assert.Subset(t, names, []string{"other", "::1", "lab.example"})
	for _, host := range []string{"", "http://lab.example", "lab.example:80", "a b", "[::1]", "*", "lab.example/"} {
		_, err := serve.Names(nil, []string{host})
		assert.True(t, lab.IsUsage(err), host)
		assert.Contains(t, lab.Hint(err), "--host lab.example")
	}
}

// A server that cannot be chosen opens no address.
func TestRunRefuses(t *testing.T) {
	var out bytes.Buffer
	err := serve.Run(t.Context(), &terminal.Terminal{Out: &out, Err: &out}, serve.Request{Addresses: []string{"no address"}, Fault: "zzz"})
	assert.EqualError(t, err, `there is no fault "zzz"`)
	assert.Empty(t, out.String())
}
