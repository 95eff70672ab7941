package server_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func nested(levels int) string {
	return strings.Repeat("[", levels) + strings.Repeat("]", levels)
}

// A body that is not one JSON text, or that two readers would read differently, is refused by every method that takes
// one, and changes nothing.
func TestMalformedBodies(t *testing.T) {
	c := startFilled(t)
	for name, body := range map[string]string{
		"cut off":             `{"value": 1`,
		"bare text":           `blue`,
		"white space":         ` `,
		"single quotes":       `{'value': 1}`,
		"trailing comma":      `{"value": 1,}`,
		"comment":             `{"value": 1} // one`,
		"a second value":      `{"value": 1} {"value": 2}`,
		"NaN":                 `{"value": NaN, "description": "d"}`,
		"Infinity":            `{"value": -Infinity, "description": "d"}`,
		"leading zero":        `{"value": 01}`,
		"control character":   "{\"value\": \"\n\"}",
		"byte order mark":     "\ufeff" + `{"value": 1, "description": "d", "complete": true}`,
		"not UTF-8":           "{\"value\": \"\xff\", \"description\": \"\xff\"}",
		"UTF-16":              "{\x00}\x00",
		"name twice":          `{"value": 1, "description": "d", "value": 2}`,
		"name twice, escaped": `{"value": 1, "\u0076alue": 2}`,
		"name twice, inside":  `{"value": [{"a": 1, "b": {}, "a": 1}], "description": "d"}`,
		"too deep":            `{"value": ` + nested(200) + `, "description": "d"}`,
		"far too deep":        `{"value": ` + nested(20_000) + `, "description": "d"}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := c.in(t)
			for _, target := range []string{
				"PUT /items/a", "POST /items/a", "PUT /items/free", "POST /tasks", "POST /tasks/a", "PUT /tasks/a",
			} {
				method, path, _ := strings.Cut(target, " ")
				c.send(method, path, body).expectError(t, 400)
			}
			expectUnchanged(t, c)
		})
	}
}

// A request that should have a body and has none is 400, labelled or not, counted or chunked.
func TestEmptyBodies(t *testing.T) {
	c := startFilled(t)
	c.send("PUT", "/items/a", "").expectError(t, 400)
	c.send("PUT", "/items/a", "", "Content-Type", "application/json").expectError(t, 400)
	c.raw("PUT /items/a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"+
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").expectError(t, 400)
	expectUnchanged(t, c)
}

// A body that is JSON, but does not say what is needed, is 422 and changes nothing.
func TestUnprocessableBodies(t *testing.T) {
	c := startFilled(t)
	for _, target := range []string{"PUT /items/a", "POST /items/a", "POST /tasks", "POST /tasks/a", "PUT /tasks/a"} {
		method, path, _ := strings.Cut(target, " ")
		for _, body := range []string{`null`, `[]`, `[{"value": 1}]`, `"value"`, `1`, `true`} {
			c.send(method, path, body).expectError(t, 422)
		}
	}
	for _, body := range []string{`{}`, `{"Value": 1}`, `{"VALUE": 1}`, `{"description": "d"}`} {
		c.send("PUT", "/items/a", body).expectError(t, 422)
		c.send("POST", "/items/a", body).expectError(t, 422)
	}
	for _, body := range []string{
		`{}`, `{"Description": "d"}`, `{"description": null}`, `{"description": 1}`, `{"description": ["d"]}`,
	} {
		c.send("POST", "/tasks", body).expectError(t, 422)
		c.send("POST", "/tasks/a", body).expectError(t, 422)
	}
	for _, body := range []string{`{"complete": null}`, `{"complete": "true"}`, `{"complete": 1}`, `{"complete": {}}`} {
		c.send("PUT", "/tasks/a", body).expectError(t, 422)
	}
	expectUnchanged(t, c)
}

func expectUnchanged(t *testing.T, c client) {
	t.Helper()
	require.Equal(t, `{"value":"é"}`+"\n", c.send("GET", "/items/a", "").body)
	require.Equal(t, 404, c.send("GET", "/items/free", "").status)
	require.Equal(t, `[{"id":"a","description":"é","complete":false}]`+"\n", c.send("GET", "/tasks", "").body)
}

// What looks strange and is good JSON anyway is accepted.
func TestUnusualBodies(t *testing.T) {
	c := start(t)
	for _, body := range []string{
		"\r\n\t {\"value\" : 1 } \n",
		`{"other": {"value": 1}, "value": 1}`,
		`{"\u0076alue": 1}`,
		`{"Value": 1, "value": 2}`,
		`{"value": [{"a": 1}, {"a": 1}]}`,
		`{"value": "\u0000"}`,
		`{"value": ` + nested(199) + `}`,
	} {
		require.Equal(t, 2, c.send("PUT", "/items/a", body).status/100, body)
	}
}

// Any spelling of a JSON media type is accepted; another type, or none, is 415 and changes nothing.
func TestMediaTypes(t *testing.T) {
	c := startFilled(t)
	for _, mediaType := range []string{
		"application/json", "Application/JSON; charset=UTF-8", "application/json;", "application/json; charset",
		`application/json ; charset="utf-8"; q=1`, "application/vnd.lab.v1+json",
	} {
		require.Equal(t, 200, c.send("PUT", "/items/a", `{"value":"é"}`, "Content-Type", mediaType).status, mediaType)
	}
	for _, mediaType := range []string{
		"", "text/plain", "text/json", "application/x-www-form-urlencoded", "application/jsonp", "json",
		"application/xml; a=+json", "text/plain, application/json",
	} {
		c.send("PUT", "/items/a", `{"value": 2}`, "Content-Type", mediaType).expectError(t, 415)
		c.send("POST", "/tasks", `{"description": "d"}`, "Content-Type", mediaType).expectError(t, 415)
	}
	c.raw("PUT /items/a HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n"+`{"value": 2}`).expectError(t, 415)
	expectUnchanged(t, c)
}

// What encoding/json cannot read is refused, and what is accepted comes back to the letter.
func FuzzStrict(f *testing.F) {
	for _, body := range []string{
		`{"value": 1}`, `{"value": [1, {"a": "\u00e9"}], "b": null}`, `{"value": 1, "value": 2}`, `{"value": 1} 2`, `null`,
		`{"Value": 1}`, "\ufeff{}", `{"value": "\ud800"}`, `{"value": 1e999}`, `{"value": ` + nested(201) + `}`, "\xff", "",
	} {
		f.Add([]byte(body))
	}
	shared := start(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		c := shared.in(t)
		put := c.send("PUT", "/items/fuzz", string(body), "Content-Type", "application/json")

		var members map[string]json.RawMessage
		if err := json.Unmarshal(body, &members); err != nil || members["value"] == nil {
			require.Contains(t, []int{400, 422}, put.status)
		}
		require.True(t, json.Valid(body) || put.status == 400)
		if put.status >= 400 {
			put.expectError(t, put.status)
			require.Less(t, put.status, 500)
			return
		}
		var value bytes.Buffer
		require.NoError(t, json.Compact(&value, members["value"]))
		require.Equal(t, `{"value":`+value.String()+"}\n", c.send("GET", "/items/fuzz", "").body)
	})
}
