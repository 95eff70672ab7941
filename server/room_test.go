package server_test

import (
	"strings"
	"testing"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

// The room that an entry takes: 200 bytes, its key or id, its description and what GET sends.
const (
	itemRoom = int64(200 + len("abc") + len(`{"value":"x"}`+"\n"))
	taskRoom = int64(200 + len("abc") + len("de") + len(`{"id":"abc","description":"de","complete":false}`+"\n"))
)

// drawnRoom is the room of a task whose id, of 26 letters, the server draws, and keyRoom that of its Idempotency-Key.
const (
	drawnRoom = taskRoom + 2*(26-int64(len("abc")))
	keyRoom   = 200 + int64(len("key")) + drawnRoom
)

var withKey = []string{"Idempotency-Key", `"key"`}

// withRoom serves a store with so many bytes of room.
func withRoom(t *testing.T, bytes int64) client {
	return startWith(t, server.NewMemory(bytes), server.DefaultLimits())
}

// The room is used to the last byte, and not beyond.
func TestRoomToTheLastByte(t *testing.T) {
	for _, e := range []struct {
		path, body string
		fields     []string
		room       int64
	}{
		{"/items/abc", `{"value": "x"}`, nil, itemRoom},
		{"/tasks/abc", `{"description": "de"}`, nil, taskRoom},
		{"/tasks", `{"description": "de"}`, nil, drawnRoom},
		{"/tasks", `{"description": "de"}`, withKey, drawnRoom + keyRoom},
	} {
		require.Equal(t, 201, withRoom(t, e.room).send("POST", e.path, e.body, e.fields...).status, "%s in %d", e.path, e.room)
		withRoom(t, e.room-1).send("POST", e.path, e.body, e.fields...).expectError(t, 507)
	}
}

// What is replaced or deleted gives back the room that it took, to the byte.
func TestRoomGivenBack(t *testing.T) {
	c := withRoom(t, itemRoom+taskRoom)
	for range 3 {
		require.Equal(t, 201, c.send("POST", "/items/abc", `{"value": "x"}`).status)
		require.Equal(t, 201, c.send("POST", "/tasks/abc", `{"description": "de"}`).status)
		require.Equal(t, 200, c.send("PUT", "/items/abc", `{"value": "y"}`).status)
		require.Equal(t, 201, c.send("POST", "/tasks/abc", `{"description": "ed"}`).status)
		c.send("POST", "/items/a", `{"value": 1}`).expectError(t, 507)
		require.Equal(t, 200, c.send("DELETE", "/items/abc", "").status)
		require.Equal(t, 200, c.send("DELETE", "/tasks/abc", "").status)
	}
}

// A key is kept while there is room, and gives its own back when it is forgotten.
func TestRoomOfKeys(t *testing.T) {
	c := withRoom(t, drawnRoom+keyRoom+itemRoom)
	create := func() answer { return c.send("POST", "/tasks", `{"description": "de"}`, withKey...) }
	first := create()
	require.Equal(t, 201, c.send("POST", "/items/abc", `{"value": "x"}`).status)
	require.Equal(t, first.header.Get("Location"), create().header.Get("Location"), "an item that fits costs no key")

	require.Equal(t, 200, c.send("DELETE", "/items/abc", "").status)
	require.Equal(t, 200, c.send("DELETE", first.header.Get("Location"), "").status)
	all := strings.Repeat("x", int(drawnRoom+keyRoom)+1)
	require.Equal(t, 201, c.send("POST", "/items/abc", `{"value": "`+all+`"}`).status)
	c.send("POST", "/items/abc", `{"value": "`+all+`x"}`).expectError(t, 507)
}

// A task that does not fit beside its key leaves the room as it was.
func TestRoomOfRefusedKeys(t *testing.T) {
	c := withRoom(t, keyRoom+drawnRoom-1)
	for range 3 {
		c.send("POST", "/tasks", `{"description": "de"}`, withKey...).expectError(t, 507)
	}
	all := strings.Repeat("x", int(keyRoom+drawnRoom-itemRoom))
	require.Equal(t, 201, c.send("POST", "/items/abc", `{"value": "`+all+`"}`).status)
	c.send("POST", "/items/abc", `{"value": "`+all+`x"}`).expectError(t, 507)
}
