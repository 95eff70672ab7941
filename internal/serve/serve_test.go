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
	"slices"
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
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in, out := io.Pipe()
	ended := make(chan error)
	go func() {
		me := &terminal.Terminal{Name: "restlab", Out: out, Err: io.Discard, Getenv: os.Getenv}
		err := serve.Run(ctx, me, serve.Request{Addresses: []string{"127.0.0.1:0", "127.0.0.1:0"}, Choices: []string{"204-for-put"}})
		out.Close()
		ended <- err
	}()
	lines := bufio.NewScanner(in)
	var printed, bases []string
	for lines.Scan() {
		printed = append(printed, lines.Text())
		if _, base, found := strings.Cut(lines.Text(), "Serving items and tasks at "); found {
			bases = append(bases, base)
		}
		if lines.Text() == "Ctrl-C stops the server." {
			break
		}
	}
	require.Len(t, bases, 2)
	assert.True(t, slices.ContainsFunc(printed, func(line string) bool { return strings.HasPrefix(line, "With the choice 204-for-put: ") }))
	created, _ := put(t, bases[0], "tea")
	assert.Equal(t, http.StatusCreated, created)
	found, body := get(t, bases[1]+"/items/tea")
	assert.Equal(t, http.StatusOK, found)
	assert.Contains(t, body, "green")
	cancel()
	assert.False(t, lines.Scan(), lines.Text())
	assert.NoError(t, <-ended)
}

// A server that cannot be chosen opens no address.
func TestRunRefuses(t *testing.T) {
	var out bytes.Buffer
	err := serve.Run(t.Context(), &terminal.Terminal{Out: &out, Err: &out}, serve.Request{Addresses: []string{"no address"}, Fault: "zzz"})
	assert.EqualError(t, err, `there is no fault "zzz"`)
	assert.Empty(t, out.String())
}
