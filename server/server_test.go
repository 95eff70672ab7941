package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

var resources = []struct{ path, allow string }{
	{"/items/a", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"},
	{"/items/free", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"},
	{"/tasks", "GET, HEAD, OPTIONS, POST"},
	{"/openapi.json", "GET, HEAD, OPTIONS"},
	{"/tasks/a", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"},
	{"/tasks/free", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"},
}

// startFilled serves an item a and a task a.
func startFilled(t testing.TB) client {
	c := start(t)
	require.Equal(t, 201, c.send("PUT", "/items/a", `{"value": "é"}`).status)
	require.Equal(t, 201, c.send("POST", "/tasks/a", `{"description": "é"}`).status)
	return c
}

// Each resource refuses every method of HTTP that it does not list in Allow, and only those.
func TestMethodNotAllowed(t *testing.T) {
	c := startFilled(t)
	for _, resource := range resources {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"} {
			got := c.send(method, resource.path, "")
			if strings.Contains(resource.allow, method) {
				require.NotEqual(t, 405, got.status, "%s %s", method, resource.path)
				continue
			}
			got.expectError(t, 405)
			require.Equal(t, []string{resource.allow}, got.header["Allow"])
		}
	}
}

// OPTIONS lists the methods in an answer without content. It works on what does not exist yet, too.
func TestOptions(t *testing.T) {
	c := startFilled(t)
	for _, resource := range resources {
		got := c.raw("OPTIONS " + resource.path + " HTTP/1.1\r\nHost: a\r\n\r\n")
		require.Equal(t, 204, got.status)
		require.Equal(t, resource.allow, got.header.Get("Allow"))
		require.NotContains(t, got.header, "Content-Length")
		require.NotContains(t, got.header, "Content-Type")
		require.NotContains(t, got.header, "Transfer-Encoding")
	}
}

// A method that HTTP does not know is 501. Methods are case-sensitive.
func TestMethodNotKnown(t *testing.T) {
	c := startFilled(t)
	for _, method := range []string{"BREW", "get", "PUTT"} {
		c.send(method, "/items/a", "").expectError(t, 501)
	}
	c.send("GET", "/items/a?_method=DELETE", "", "X-HTTP-Method-Override", "DELETE")
	require.Equal(t, 200, c.send("GET", "/items/a", "").status)
}

// HEAD has the status and the header of GET, Content-Length in bytes included, and no body.
func TestHead(t *testing.T) {
	c := startFilled(t)
	for _, path := range []string{"/items/a", "/items/free", "/tasks", "/tasks/a", "/tasks/free", "/nowhere", "/openapi.json"} {
		get, head := c.send("GET", path, ""), c.send("HEAD", path, "")
		get.header.Del("Date")
		head.header.Del("Date")
		require.Equal(t, get.status, head.status)
		require.Equal(t, get.header, head.header)
		require.Contains(t, head.header, "Content-Length")
		require.Empty(t, head.body)
	}
}

// What is no resource is 404 in JSON, for any method, and nothing is ever redirected to a tidier path.
func TestPathNotKnown(t *testing.T) {
	c := startFilled(t)
	for _, path := range []string{
		"/", "/nowhere", "/items", "/items/", "/items/a/", "/items/a/b", "//items/a", "/items//a", "/items//",
		"/tasks/", "/tasks/a/", "//tasks", "/Items/a", "/items%2Fa", "/%7Bkey%7D",
	} {
		for _, method := range []string{"GET", "PUT", "OPTIONS", "BREW"} {
			c.send(method, path, "").expectError(t, 404)
		}
	}
	for _, path := range []string{"/items/..", "/items/.", "/items/%2e%2e", "/items/../tasks", "/./tasks"} {
		c.send("GET", path, "").expectError(t, 400)
	}
	c.raw("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n").expectError(t, 404)
	c.raw("GET * HTTP/1.1\r\nHost: a\r\n\r\n").expectError(t, 404)
}

// A key is one segment, decoded once, and any other text is another key.
func TestKeysAreOpaque(t *testing.T) {
	limits := server.DefaultLimits()
	store := server.NewMemory(limits.Stored)
	c := startWith(t, store, limits)
	for path, key := range map[string]string{
		"a":                           "a",
		"A":                           "A",
		"%42":                         "B",
		"%2541":                       "%41",
		"a+b":                         "a+b",
		"a%20b":                       "a b",
		"a%2Fb":                       "a/b",
		"%E6%97%A5%E6%9C%AC":          "日本",
		"e%CC%81":                     "e\u0301",
		"%C3%A9":                      "\u00e9",
		"%7Bkey%7D":                   "{key}",
		"a%3Fb%23c;d=e,f":             "a?b#c;d=e,f",
		"...":                         "...",
		strings.Repeat("k", 40) + "1": strings.Repeat("k", 40) + "1",
		strings.Repeat("k", 40) + "2": strings.Repeat("k", 40) + "2",
		strings.Repeat("%C3%A9", 128): strings.Repeat("é", 128),
	} {
		text, _ := json.Marshal(key)
		require.Equal(t, 201, c.send("PUT", "/items/"+path+"?q=%41", `{"value": `+string(text)+`}`).status, path)
		item, err := store.Item(t.Context(), key)
		require.NoError(t, err, path)
		require.JSONEq(t, string(text), string(item.Value))
		require.Equal(t, 200, c.send("GET", "/items/"+path, "").status, path)
	}
	require.Equal(t, 200, c.send("GET", "/%69tems/%61", "").status)
}

// A key that no log, list or header could carry safely is refused before anything is stored.
func TestKeysRefused(t *testing.T) {
	c := start(t)
	for _, key := range []string{
		"%00", "a%00b", "%ff", "%C3", "%0d%0aSet-Cookie:%20a=b", "%1b[31m", "%7f", "%C2%85", ".", "..", "%2e",
		strings.Repeat("k", 257), strings.Repeat("%C3%A9", 128) + "k",
	} {
		c.send("PUT", "/items/"+key, `{"value": 1}`).expectError(t, 400)
		c.send("GET", "/items/"+key, "").expectError(t, 400)
		c.send("POST", "/tasks/"+key, `{"description": "d"}`).expectError(t, 400)
	}
	require.Equal(t, 400, c.raw("GET /items/%zz HTTP/1.1\r\nHost: a\r\n\r\n").status)
	require.Equal(t, "[]\n", c.send("GET", "/tasks", "").body)
}

// Nothing about the client but the request itself matters, and no answer asks it to remember anything.
func TestNoCookiesAndNoServerField(t *testing.T) {
	c := startFilled(t)
	plain := c.send("GET", "/items/a", "")
	dressed := c.send("GET", "/items/a", "", "Cookie", "session=1", "Authorization", "Basic eA==", "Accept", "text/html")
	require.Equal(t, plain.body, dressed.body)
	require.NotContains(t, plain.header, "Set-Cookie")
	require.NotContains(t, plain.header, "Server")
	require.Contains(t, plain.header, "Date")
}

// Whatever the path: an answer in JSON, no redirect, no 5xx; and what was stored is under the key decoded once.
func FuzzPath(f *testing.F) {
	for _, path := range []string{
		"/items/a", "/items/%2541", "/items/a%2Fb", "/items/..", "//items/a", "/items/%ff", "/tasks",
		"/tasks/a", "/%69tems/+",
	} {
		f.Add(path)
	}
	limits := server.DefaultLimits()
	store := server.NewMemory(limits.Stored)
	shared := startWith(f, store, limits)
	f.Fuzz(func(t *testing.T, path string) {
		target, err := url.ParseRequestURI(path)
		if err != nil || target.Host != "" || !strings.HasPrefix(target.Path, "/") || len(path) > 4096 {
			t.Skip("no path")
		}
		put := shared.in(t).send("PUT", target.EscapedPath(), `{"value": 1}`)
		require.True(t, json.Valid([]byte(put.body)), put.body)
		require.Contains(t, []int{201, 400, 404, 405}, put.status)
		if put.status != http.StatusCreated {
			return
		}
		segments := strings.Split(target.EscapedPath(), "/")
		key, err := url.PathUnescape(segments[2])
		require.NoError(t, err)
		require.NoError(t, store.DeleteItem(t.Context(), key, server.Preconditions{}))
	})
}
