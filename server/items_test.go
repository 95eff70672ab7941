package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const notFound = `{"error": "Not found"}`

// The course's client gets the course's answers.
func TestItemsOfTheCourse(t *testing.T) {
	start(t).expect(
		exchange{"POST", "/items/username", `{"value": "Alice"}`, 201, `{"message": "Item created"}`},
		exchange{"GET", "/items/username", "", 200, `{"value": "Alice"}`},
		exchange{"PUT", "/items/username", `{"value": "Bob"}`, 200, `{"message": "Item updated"}`},
		exchange{"GET", "/items/username", "", 200, `{"value": "Bob"}`},
		exchange{"DELETE", "/items/username", "", 200, `{"message": "Item deleted"}`},
		exchange{"GET", "/items/username", "", 404, notFound},
		exchange{"DELETE", "/items/username", "", 404, notFound},
	)
}

// PUT reports whether it created or replaced, POST always creates, and neither leaves anything of the old value.
func TestItemsWrittenAgain(t *testing.T) {
	start(t).expect(
		exchange{"PUT", "/items/a", `{"value": {"old": 1}}`, 201, `{"message": "Item created"}`},
		exchange{"PUT", "/items/a", `{"value": {"new": 2}}`, 200, `{"message": "Item updated"}`},
		exchange{"GET", "/items/a", "", 200, `{"value": {"new": 2}}`},
		exchange{"POST", "/items/a", `{"value": 3}`, 201, `{"message": "Item created"}`},
		exchange{"GET", "/items/a", "", 200, `{"value": 3}`},
		exchange{"DELETE", "/items/a", "", 200, `{"message": "Item deleted"}`},
		exchange{"PUT", "/items/a", `{"value": 4}`, 201, `{"message": "Item created"}`},
		exchange{"GET", "/items/constructor", "", 404, notFound},
	)
}

// A value comes back to the letter: no digit is rounded, no escape rewritten. Only white space between tokens goes.
func TestValuesComeBackAsSent(t *testing.T) {
	c := start(t)
	for _, value := range []string{
		`null`, `true`, `false`, `""`, `0`, `[]`, `{}`,
		`1.0`, `-0`, `1e400`, `12345678901234567890`, `0.1000000000000000000001`,
		`"é"`, `"\u00e9"`, `"\ud83d\ude00"`, `"😀"`, `"<a href='?x&y'>"`, `"\u2028"`, "\"\u2028\"", `"\ud800"`,
		`{"b":1,"a":[{"":[[]]}],"__proto__":null}`,
	} {
		require.Equal(t, 2, c.send("PUT", "/items/odd", `{"value":`+value+`}`).status/100, value)
		require.Equal(t, `{"value":`+value+"}\n", c.send("GET", "/items/odd", "").body)
	}

	c.send("PUT", "/items/odd", "{ \"value\" : [ 1 ,\n\t\" 2 \" ] }")
	require.Equal(t, `{"value":[1," 2 "]}`+"\n", c.send("GET", "/items/odd", "").body)
}

// POST says where the item lives, in a form that leads there.
func TestItemLocation(t *testing.T) {
	c := start(t)
	created := c.send("POST", "/items/caf%C3%A9%20%2F%25+", `{"value": 1}`)
	require.Equal(t, "/items/caf%C3%A9%20%2F%25+", created.header.Get("Location"))
	require.Equal(t, 200, c.send("GET", created.header.Get("Location"), "").status)
}
