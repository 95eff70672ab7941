package server_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

const taskNotFound = `{"error": "Task not found"}`

// The course's client gets the course's answers.
func TestTasksOfTheCourse(t *testing.T) {
	start(t).expect(
		exchange{"GET", "/tasks", "", 200, `[]`},
		exchange{"POST", "/tasks/task1", `{"description": "Learn REST APIs"}`, 201, `{"message": "Task added"}`},
		exchange{"POST", "/tasks/task2", `{"description": "Build a Flask server"}`, 201, `{"message": "Task added"}`},
		exchange{"PUT", "/tasks/task1", `{"complete": true}`, 200, `{"message": "Task updated"}`},
		exchange{"GET", "/tasks", "", 200, `[
			{"id": "task1", "description": "Learn REST APIs", "complete": true},
			{"id": "task2", "description": "Build a Flask server", "complete": false}]`},
		exchange{"DELETE", "/tasks/task2", "", 200, `{"message": "Task deleted"}`},
		exchange{"DELETE", "/tasks/task2", "", 404, taskNotFound},
		exchange{"GET", "/tasks", "", 200, `[{"id": "task1", "description": "Learn REST APIs", "complete": true}]`},
		exchange{"GET", "/tasks/task1", "", 200, `{"id": "task1", "description": "Learn REST APIs", "complete": true}`},
		exchange{"GET", "/tasks/task2", "", 404, taskNotFound},
	)
}

// PUT touches "complete" and nothing else, and creates nothing.
func TestTaskUpdatedInPart(t *testing.T) {
	const done = `{"id": "a", "description": "d", "complete": true}`
	start(t).expect(
		exchange{"PUT", "/tasks/a", `{"complete": true}`, 404, taskNotFound},
		exchange{"GET", "/tasks", "", 200, `[]`},
		exchange{"POST", "/tasks/a", `{"description": "d", "complete": true}`, 201, `{"message": "Task added"}`},
		exchange{"GET", "/tasks/a", "", 200, `{"id": "a", "description": "d", "complete": false}`},
		exchange{"PUT", "/tasks/a", `{"complete": true, "description": "x", "id": "b"}`, 200, `{"message": "Task updated"}`},
		exchange{"GET", "/tasks/a", "", 200, done},
		exchange{"PUT", "/tasks/a", `{}`, 200, `{"message": "Task updated"}`},
		exchange{"PUT", "/tasks/a", `{"Complete": false}`, 200, `{"message": "Task updated"}`},
		exchange{"GET", "/tasks/a", "", 200, done},
		exchange{"PUT", "/tasks/a", `{"complete": false}`, 200, `{"message": "Task updated"}`},
		exchange{"GET", "/tasks", "", 200, `[{"id": "a", "description": "d", "complete": false}]`},
	)
}

// A task that is added again is replaced where it stands. One that was deleted comes last.
func TestTasksAreListedByFirstInsertion(t *testing.T) {
	c := start(t)
	ids := func() (ids []string) {
		var tasks []server.Task
		require.NoError(t, json.Unmarshal([]byte(c.send("GET", "/tasks", "").body), &tasks))
		for _, task := range tasks {
			ids = append(ids, fmt.Sprint(task.ID, " ", task.Description, " ", task.Complete))
		}
		return ids
	}
	for _, id := range []string{"c", "a", "b"} {
		c.send("POST", "/tasks/"+id, `{"description": "old"}`)
	}
	c.send("PUT", "/tasks/a", `{"complete": true}`)
	require.Equal(t, []string{"c old false", "a old true", "b old false"}, ids())

	require.Equal(t, 201, c.send("POST", "/tasks/a", `{"description": "new"}`).status)
	require.Equal(t, []string{"c old false", "a new false", "b old false"}, ids())

	c.send("DELETE", "/tasks/c", "")
	c.send("POST", "/tasks/c", `{"description": "new"}`)
	require.Equal(t, []string{"a new false", "b old false", "c new false"}, ids())
}

// The server names the task, says where it lives, and makes a second one of the same request.
func TestTaskCreatedByTheServer(t *testing.T) {
	c := start(t)
	first := c.send("POST", "/tasks", `{"description": "<b>"}`)
	second := c.send("POST", "/tasks", `{"description": "<b>"}`)
	require.Equal(t, 201, first.status)
	require.Equal(t, 201, second.status)
	require.NotEqual(t, first.header.Get("Location"), second.header.Get("Location"))

	require.Regexp(t, `^\{"id":"\w+","description":"<b>","complete":false\}\n$`, first.body)
	require.Regexp(t, `^/tasks/\w+$`, first.header.Get("Location"))
	require.Equal(t, first.body, c.send("GET", first.header.Get("Location"), "").body)
}

// Items and tasks do not know of each other.
func TestFamiliesAreApart(t *testing.T) {
	start(t).expect(
		exchange{"PUT", "/items/a", `{"value": 1}`, 201, `{"message": "Item created"}`},
		exchange{"DELETE", "/tasks/a", "", 404, taskNotFound},
		exchange{"GET", "/items/a", "", 200, `{"value": 1}`},
	)
}
