package server

import (
	"crypto/rand"
	"net/http"
	"net/url"
)

// listTasks answers 200 and an array of every task, in the order in which they were first added. The array of no
// tasks is [].
func (s *server) listTasks(w http.ResponseWriter, r *http.Request) error {
	tasks, err := s.store.Tasks(r.Context())
	if err != nil {
		return err
	}
	return encode(w, http.StatusOK, tasks)
}

// createTask adds a task under an id that the server draws (RFC 9110 §9.3.3):
//
//	201 Created     the body is the task, and Location is where it lives
//	400, 413, 415   the body cannot be read; nothing is added
//	422             the body has no description, or one that is not a string; nothing is added
//
// The same request twice makes two tasks. That is what "POST is not idempotent" means.
func (s *server) createTask(w http.ResponseWriter, r *http.Request) error {
	task, err := s.storeTask(r, rand.Text()) // 128 random bits: no two requests draw the same
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/tasks/"+url.PathEscape(task.ID))
	return encode(w, http.StatusCreated, task)
}

// getTask answers {"id": …, "description": …, "complete": …}:
//
//	200 OK          the task
//	404 Not Found   the id is free
func (s *server) getTask(w http.ResponseWriter, r *http.Request) error {
	task, err := s.store.Task(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return encode(w, http.StatusOK, task)
}

// addTask stores {"description": D} under the id that the client names:
//
//	201 Created     the task is stored and not complete; if the id was taken, it replaces that task in its place
//	400, 413, 415   the body cannot be read; nothing is stored
//	422             the body has no description, or one that is not a string; nothing is stored
func (s *server) addTask(w http.ResponseWriter, r *http.Request) error {
	task, err := s.storeTask(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/tasks/"+url.PathEscape(task.ID))
	return encode(w, http.StatusCreated, message{"Task added"})
}

// updateTask sets whether the task is complete. A body without "complete" changes nothing:
//
//	200 OK          the task is as the body says
//	400, 413, 415   the body cannot be read; nothing changes
//	404 Not Found   the id is free; nothing is created
//	422             "complete" is not a boolean; nothing changes
//
// By RFC 9110 §9.3.4 a PUT replaces the whole resource. This one updates a part of it, which is the work of
// PATCH, because the course's to-do list does.
func (s *server) updateTask(w http.ResponseWriter, r *http.Request) error {
	body, err := decode(r)
	if err != nil {
		return err
	}
	complete, err := member[bool](body, "complete")
	if err != nil {
		return err
	}

	change := TaskChange{Complete: complete}
	if err := s.store.UpdateTask(r.Context(), r.PathValue("id"), change); err != nil {
		return err
	}
	return encode(w, http.StatusOK, message{"Task updated"})
}

// deleteTask frees the id:
//
//	200 OK          the task is gone
//	404 Not Found   the id was free already
func (s *server) deleteTask(w http.ResponseWriter, r *http.Request) error {
	if err := s.store.DeleteTask(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return encode(w, http.StatusOK, message{"Task deleted"})
}

// storeTask stores a task with the description in the request's body, not complete, and returns it.
func (s *server) storeTask(r *http.Request, id string) (Task, error) {
	body, err := decode(r)
	if err != nil {
		return Task{}, err
	}
	description, err := member[string](body, "description")
	if err != nil {
		return Task{}, err
	}
	if description == nil {
		return Task{}, refusal{http.StatusUnprocessableEntity, `The body has no "description"`}
	}

	task := Task{ID: id, Description: *description}
	_, err = s.store.PutTask(r.Context(), task)
	return task, err
}
