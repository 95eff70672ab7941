package main

import "net/http"

// A client that never saw the answer to its POST does not know whether there is a new task. If it has sent a key of its own making
// in Idempotency-Key it may send both again: the key stands for the task that the first request made.

// remembered is how many keys are kept, so that clients cannot fill the memory with them.
const remembered = 10_000

// retries are the tasks that were made with a key, by their keys.
type retries struct {
	tasks map[string]task
	keys  []string // the oldest first
}

// find is the task that was made with the key of the request, and whether there is one. The same key for another task is a mistake
// of the client.
func (t *retries) find(r *http.Request, description string) (made task, again bool, err error) {
	made, again = t.tasks[r.Header.Get("Idempotency-Key")]
	if again && made.Description != description {
		err = refusal{http.StatusUnprocessableEntity, "The Idempotency-Key was used for another task"}
	}
	return made, again, err
}

// remember keeps the task, if the request has a key.
func (t *retries) remember(r *http.Request, made task) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return
	}
	t.tasks[key] = made
	t.keys = append(t.keys, key)
	if len(t.keys) > remembered {
		delete(t.tasks, t.keys[0])
		t.keys = t.keys[1:]
	}
}
