package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"restlab/server"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"
)

const descriptionFile = "openapi.json"

// description is what openapi.json says.
var description = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile(descriptionFile)
})

// The description is a sound one, and the server serves it.
func TestDescription(t *testing.T) {
	doc, err := description()
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context(), openapi3.EnableExamplesValidation()))
	file, err := os.ReadFile(descriptionFile)
	require.NoError(t, err)
	require.Equal(t, string(file), start(t).send("GET", "/openapi.json", "").body)
}

// The description has the methods that the resources have, all of them and no others.
func TestDescriptionHasTheMethods(t *testing.T) {
	doc, err := description()
	require.NoError(t, err)
	c := start(t)
	for path, item := range doc.Paths.Map() {
		options := c.send("OPTIONS", strings.NewReplacer("{key}", "a", "{id}", "a").Replace(path), "")
		methods := strings.Split(options.header.Get("Allow"), ", ")
		for method := range item.Operations() {
			require.Contains(t, methods, method, path)
		}
		require.Len(t, methods, len(item.Operations()), path)
	}
	for _, resource := range resources {
		operation, _, _ := described(doc, &http.Request{Method: "GET", URL: &url.URL{Path: resource.path}})
		require.NotNil(t, operation, resource.path)
	}
}

// Every status that the description promises for an operation can be had.
func TestDescriptionPromisesWhatHappens(t *testing.T) {
	doc, err := description()
	require.NoError(t, err)
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				if status == "default" {
					continue
				}
				t.Run(fmt.Sprint(method, path, status), func(t *testing.T) {
					want, err := strconv.Atoi(status)
					require.NoError(t, err)
					require.Equal(t, want, provoke(t, method, path, want).status)
				})
			}
		}
	}
}

// bodies are good ones, for what exists.
var bodies = map[string]string{
	"PUT /items/{key}":   `{"value": 2}`,
	"POST /items/{key}":  `{"value": 2}`,
	"PATCH /items/{key}": `[{"op": "replace", "path": "/value", "value": "LONG"}]`,
	"POST /tasks":        `{"description": "LONG"}`,
	"POST /tasks/{id}":   `{"description": "LONG"}`,
	"PUT /tasks/{id}":    `{"complete": true}`,
	"PATCH /tasks/{id}":  `{"description": "LONG"}`,
}

// provoke sends, to a server that has an item a and a task a, what should be answered with the status.
func provoke(t *testing.T, method, path string, status int) answer {
	c := startFilled(t)
	body := bodies[method+" "+path]
	mediaType := "application/json"
	if method == "PATCH" {
		mediaType = c.send("OPTIONS", "/"+strings.Split(path, "/")[1]+"/a", "").header.Get("Accept-Patch")
	}
	fields := []string{"Content-Type", mediaType}
	key := "a"

	switch status {
	case 201, 404:
		key = "free"
	case 304:
		fields = append(fields, "If-None-Match", "*")
	case 400:
		key = "%00"
		body, path = strings.TrimSuffix(body, "}"), strings.Replace(path, "/tasks", "/tasks?limit=0", 1)
		path = strings.Replace(path, "?limit=0/", "/", 1)
	case 409:
		body = `[{"op": "test", "path": "/value", "value": 0}]`
	case 412:
		fields = append(fields, "If-Match", stale)
	case 413:
		body = strings.Repeat(" ", 1<<20) + body
	case 415:
		fields[1] = "text/plain"
	case 422:
		body = `[{"op": "remove", "path": "/value"}]`
	case 507:
		c = startWith(t, server.NewMemory(1000), server.DefaultLimits())
		c.send("PUT", "/items/a", `{"value": "é"}`)
		c.send("POST", "/tasks/a", `{"description": "é"}`)
		body = strings.NewReplacer("LONG", strings.Repeat("x", 1000), "2", `"`+strings.Repeat("x", 1000)+`"`).Replace(body)
	}
	return c.send(method, strings.NewReplacer("{key}", key, "{id}", key).Replace(path), body, fields...)
}

// otherwise are the statuses that stand for themselves: the description has a default for them.
var otherwise = []int{408, 500, 503, 507}

// expectDescribed wants the exchange to be as openapi.json says, if it is about something in there. A request that
// was accepted must be one that is described. The test goes on, because this is called from goroutines, too.
func expectDescribed(t testing.TB, request *http.Request, body string, got answer) {
	t.Helper()
	doc, err := description()
	if err != nil {
		t.Errorf("%s: %v", descriptionFile, err)
		return
	}
	operation, item, parameters := described(doc, request)
	if operation == nil || got.status == 431 { // which net/http answers before anyone looks at the path
		return
	}
	where := fmt.Sprintf("%s %s: %d", request.Method, request.URL, got.status)
	if operation.Responses.Status(got.status) == nil && !slices.Contains(otherwise, got.status) {
		t.Errorf("%s is not in %s", where, descriptionFile)
	}

	about := &openapi3filter.RequestValidationInput{
		Request:    request.Clone(context.Background()),
		PathParams: parameters,
		Route:      &routers.Route{Spec: doc, PathItem: item, Method: request.Method, Operation: operation},
	}
	about.Request.Body = io.NopCloser(strings.NewReader(body))
	if mediaType, _, err := mime.ParseMediaType(request.Header.Get("Content-Type")); err == nil {
		about.Request.Header.Set("Content-Type", mediaType)
	}
	if got.status < 400 && plain(about.Request, operation) {
		if err := openapi3filter.ValidateRequest(context.Background(), about); err != nil {
			t.Errorf("%s, but the request is not as described: %v", where, err)
		}
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: about,
		Status:                 got.status,
		Header:                 got.header,
		Body:                   io.NopCloser(bytes.NewReader([]byte(got.body))),
	})
	if err != nil {
		t.Errorf("%s is not as described: %v", where, err)
	}
}

// plain reports whether the request can be checked. The server takes media types that end in +json and are not described,
// and a limit that is too large for the library.
func plain(request *http.Request, operation *openapi3.Operation) bool {
	if len(request.URL.Query().Get("limit")) > 18 {
		return false
	}
	return operation.RequestBody == nil || operation.RequestBody.Value.Content[request.Header.Get("Content-Type")] != nil
}

// described finds what the request is about, or returns nil.
func described(doc *openapi3.T, request *http.Request) (*openapi3.Operation, *openapi3.PathItem, map[string]string) {
	segments := strings.Split(request.URL.EscapedPath(), "/")
	path, parameters := "/"+segments[1], map[string]string{}
	if len(segments) == 3 && segments[2] != "" {
		name := map[string]string{"items": "key", "tasks": "id"}[segments[1]]
		path += "/{" + name + "}"
		parameters[name], _ = url.PathUnescape(segments[2])
	} else if len(segments) != 2 {
		return nil, nil, nil
	}
	item := doc.Paths.Value(path)
	if item == nil {
		return nil, nil, nil
	}
	return item.GetOperation(request.Method), item, parameters
}
