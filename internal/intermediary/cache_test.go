package intermediary_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/intermediary"
	"restlab/internal/lab"
)

// origin is a server that counts, and answers with the fields that a test gives it.
type origin struct {
	asked  []string // method and path of each request
	fields http.Header
	status int
	body   string
}

func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.asked = append(o.asked, r.Method+" "+r.URL.Path)
	for name, values := range o.fields {
		w.Header()[name] = values
	}
	if etag := o.fields.Get("ETag"); etag != "" && strings.Contains(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.WriteHeader(o.status)
	_, _ = io.WriteString(w, o.body)
}

func cached(t *testing.T, o *origin) (*intermediary.Cache, string) {
	t.Helper()
	s := httptest.NewServer(o)
	t.Cleanup(s.Close)
	cache := intermediary.NewCache(lab.Endpoint{Address: s.Listener.Addr().String()})
	i, err := intermediary.Start(cache)
	require.NoError(t, err)
	t.Cleanup(i.Close)
	return cache, "http://" + i.Address
}

// send returns status and content of an answer.
func send(t *testing.T, method, url string, fields ...string) string {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	require.NoError(t, err)
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Contains(t, answer.Header.Get("Via"), "restlab")
	return fmt.Sprint(answer.StatusCode, " ", string(body))
}

// What is stored is given for as long as it says, validated where it wants to be asked about, and fetched again where
// it may not be stored.
func TestStoring(t *testing.T) {
	for name, c := range map[string]struct {
		fields             http.Header
		status             int
		request            string
		requests, contents int // of the origin, for three of the client
	}{
		"fresh":                    {http.Header{"Cache-Control": {"max-age=60"}}, 200, "", 1, 1},
		"fresh for caches":         {http.Header{"Cache-Control": {`max-age=0, s-maxage="60"`}}, 200, "", 1, 1},
		"not found, fresh":         {http.Header{"Cache-Control": {"max-age=60"}}, 404, "", 1, 1},
		"not found, nothing said":  {http.Header{}, 404, "", 3, 3},
		"nothing said":             {http.Header{"Etag": {`"a"`}}, 200, "", 3, 1},
		"nothing to validate with": {http.Header{"Cache-Control": {"no-cache"}}, 200, "", 3, 3},
		"no-cache":                 {http.Header{"Cache-Control": {"no-cache"}, "Etag": {`"a"`}}, 200, "", 3, 1},
		"stale":                    {http.Header{"Cache-Control": {"max-age=60"}, "Age": {"61"}, "Etag": {`"a"`}}, 200, "", 3, 1},
		"no-store":                 {http.Header{"Cache-Control": {"no-store"}, "Etag": {`"a"`}}, 200, "", 3, 3},
		"private":                  {http.Header{"Cache-Control": {"private, max-age=60"}}, 200, "", 3, 3},
		"expires":                  {http.Header{"Expires": {"Fri, 01 Jan 2100 00:00:00 GMT"}}, 200, "", 1, 1},
		"expired":                  {http.Header{"Expires": {"0"}}, 200, "", 3, 3},
		"varies by anything":       {http.Header{"Cache-Control": {"max-age=60"}, "Vary": {"*"}}, 200, "", 3, 3},
		"varies by what is same":   {http.Header{"Cache-Control": {"max-age=60"}, "Vary": {"Accept"}}, 200, "Accept: a/b", 1, 1},
		"asked to ask":             {http.Header{"Cache-Control": {"max-age=60"}, "Etag": {`"a"`}}, 200, "Cache-Control: no-cache", 3, 1},
		"credentials":              {http.Header{"Cache-Control": {"max-age=60"}}, 200, "Authorization: Basic eDp5", 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			o := &origin{fields: c.fields, status: c.status, body: "blue"}
			cache, url := cached(t, o)
			for range 3 {
				if c.request == "" {
					c.request = "Accept: */*"
				}
				assert.Equal(t, fmt.Sprint(c.status, " blue"), send(t, "GET", url+"/a", c.request))
			}
			assert.Equal(t, c.requests, cache.Fetched("/a").Answers, "requests at the origin")
			assert.Equal(t, c.contents, cache.Fetched("/a").Contents, "contents from the origin")
		})
	}
}

// A request that is not safe makes the cache forget what it changes, and only that.
func TestForgetting(t *testing.T) {
	o := &origin{fields: http.Header{"Cache-Control": {"max-age=60"}, "Location": {"/c"}}, status: 200, body: "blue"}
	_, url := cached(t, o)
	for _, path := range []string{"/a", "/b", "/c"} {
		send(t, "GET", url+path)
	}
	o.asked, o.body = nil, "green"
	assert.Equal(t, "200 green", send(t, "PUT", url+"/a"))
	assert.Equal(t, "200 green", send(t, "GET", url+"/a"))
	assert.Equal(t, "200 blue", send(t, "GET", url+"/b"))
	assert.Equal(t, "200 green", send(t, "GET", url+"/c"), "Location names it")
	assert.Equal(t, []string{"PUT /a", "GET /a", "GET /c"}, o.asked)

	o.status, o.body = 409, "red"
	assert.Equal(t, "409 red", send(t, "PUT", url+"/b"))
	assert.Equal(t, "200 blue", send(t, "GET", url+"/b"), "a refused request has changed nothing")
}

// A client that has the representation is told so by the cache, and one with other fields that count gets its own.
func TestSelecting(t *testing.T) {
	o := &origin{fields: http.Header{"Cache-Control": {"max-age=60"}, "Etag": {`"a"`}, "Vary": {"Accept"}}, status: 200, body: "blue"}
	_, url := cached(t, o)
	assert.Equal(t, "200 blue", send(t, "GET", url+"/a", "Accept: x/y"))
	o.body = "green"
	assert.Equal(t, "200 green", send(t, "GET", url+"/a", "Accept: x/z"))
	assert.Equal(t, "200 blue", send(t, "GET", url+"/a", "Accept: x/y"))
	r, err := http.NewRequest("GET", url+"/a", nil)
	require.NoError(t, err)
	r.Header.Set("Accept", "x/y")
	r.Header.Set("If-None-Match", `"b", W/"a"`)
	answer, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, http.StatusNotModified, answer.StatusCode)
	assert.Len(t, o.asked, 2)
}

// The proxy passes on what the client means, and lets the server see that it is there.
func TestProxy(t *testing.T) {
	var seen *http.Request
	var content string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen, content = r, string(body)
		w.Header().Set("Location", "/x")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "made")
	}))
	t.Cleanup(s.Close)
	i, err := intermediary.Start(intermediary.Proxy(lab.Endpoint{Address: s.Listener.Addr().String()}))
	require.NoError(t, err)
	t.Cleanup(i.Close)

	r, err := http.NewRequest("PUT", "http://"+i.Address+"/items/a%2541%2Fb?x=1;y", strings.NewReader("blue"))
	require.NoError(t, err)
	answer, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	assert.Equal(t, http.StatusCreated, answer.StatusCode)
	assert.Equal(t, "/x", answer.Header.Get("Location"))
	assert.Equal(t, []string{"chunked"}, answer.TransferEncoding)
	assert.Equal(t, "blue", content)
	assert.Equal(t, "/items/a%2541%2Fb?x=1;y", seen.RequestURI)
	assert.Equal(t, i.Address, seen.Host)
	assert.Equal(t, []string{"chunked"}, seen.TransferEncoding)
	assert.Empty(t, seen.Header.Values("Content-Length"))
	assert.Equal(t, "1.1 restlab", seen.Header.Get("Via"))
	assert.Contains(t, seen.Header.Get("Forwarded"), i.Address)
}

// Where there is no answer from the origin the intermediary says so, in its own name.
func TestNoOrigin(t *testing.T) {
	const address = "127.0.0.1:1" // which systems hand out to nobody, the intermediary included
	for name, handler := range map[string]http.Handler{"proxy": intermediary.Proxy(lab.Endpoint{Address: address}), "cache": intermediary.NewCache(lab.Endpoint{Address: address})} {
		i, err := intermediary.Start(handler)
		require.NoError(t, err)
		answer, err := http.Get("http://" + i.Address + "/")
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, http.StatusBadGateway, answer.StatusCode, name)
		assert.True(t, intermediary.Failed(answer.Header), name)
		i.Close()
	}
}
