package server

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
)

// listTasks answers an array of the tasks, in the order in which they were first added. The array of no tasks is [].
//
//	200 OK            all tasks, or those of the page that the query names; Link is where the next page is, if there is one
//	304, 412          the preconditions say so: see show
//	400 Bad Request   the query names no page
//	503               too many lists are asked for at once
func (s *server) listTasks(w http.ResponseWriter, r *http.Request, _ string) error {
	page, err := s.readPage(r.URL.Query())
	if err != nil {
		return err
	}
	list, err := s.list(r.Context(), page)
	if err != nil {
		return err
	}
	if list.Next != 0 {
		w.Header().Set("Link", page.link(list.Next))
	}
	return show(w, r, list.representation)
}

// list waits for its turn to put the list together.
func (s *server) list(ctx context.Context, page page) (List, error) {
	end, err := s.lists.take(ctx)
	if err != nil {
		return List{}, err
	}
	defer end()
	return s.store.Tasks(ctx, page.after, page.most)
}

// someList stands for the weak entity-tag of a list whose tasks do not matter.
const someList = "W/"

// createTask adds a task under an id that the server draws (RFC 9110 §9.3.3):
//
//	201 Created     the body is the task, and Location is where it lives
//	400, 413, 415   the body or the Idempotency-Key cannot be read; nothing is added
//	412             If-Match has a tag, or If-None-Match is *: the list is there, and its tag is weak
//	422             the body has no description, or one that is not a string, or the Idempotency-Key was used with
//	                another body; nothing is added
//
// The same request twice makes two tasks. That is what "POST is not idempotent" means. With the same Idempotency-Key it
// makes one: see readOnce.
func (s *server) createTask(w http.ResponseWriter, r *http.Request, _ string) error {
	description, body, err := readDescription(r)
	if err != nil {
		return err
	}
	once, err := s.readOnce(r, body)
	if err != nil {
		return err
	}
	if err := preconditions(r).Allow(someList); err != nil {
		return err
	}

	task := NewTask(rand.Text(), description, false) // 128 random bits: no two requests draw the same
	task, err = s.store.CreateTask(r.Context(), task, once)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/tasks/"+url.PathEscape(task.ID))
	w.Header().Set("ETag", task.etag)
	return confirm(w, http.StatusCreated, task.representation)
}

// getTask answers {"id": …, "description": …, "complete": …}:
//
//	200 OK          the task, with its ETag
//	304, 412        the preconditions say so: see show
//	404 Not Found   the id is free
func (s *server) getTask(w http.ResponseWriter, r *http.Request, id string) error {
	task, err := s.store.Task(r.Context(), id)
	if err != nil {
		return err
	}
	return show(w, r, task.representation)
}

// addTask stores {"description": D} under the id that the client names:
//
//	201 Created     the task is stored and not complete; if the id was taken, it replaces that task in its place
//	400, 413, 415   the body cannot be read; nothing is stored
//	412             the preconditions do not hold; nothing is stored
//	422             the body has no description, or one that is not a string; nothing is stored
func (s *server) addTask(w http.ResponseWriter, r *http.Request, id string) error {
	description, _, err := readDescription(r)
	if err != nil {
		return err
	}
	task := NewTask(id, description, false)
	if _, err := s.store.PutTask(r.Context(), task, preconditions(r)); err != nil {
		return err
	}
	w.Header().Set("Location", "/tasks/"+url.PathEscape(task.ID))
	return confirm(w, http.StatusCreated, taskAdded)
}

// updateTask sets whether the task is complete. A body without "complete" changes nothing:
//
//	200 OK          the task is as the body says
//	400, 413, 415   the body cannot be read; nothing changes
//	404 Not Found   the id is free; nothing is created
//	412             the preconditions do not hold; nothing changes
//	422             "complete" is not a boolean; nothing changes
//
// By RFC 9110 §9.3.4 a PUT replaces the whole resource. This one updates a part of it, which is the work of
// PATCH, because the course's to-do list does.
func (s *server) updateTask(w http.ResponseWriter, r *http.Request, id string) error {
	body, _, err := readObject(r, plainJSON)
	if err != nil {
		return err
	}
	complete, err := member[bool](body, "complete")
	if err != nil {
		return err
	}

	change := TaskChange{Complete: complete}
	if _, err := s.store.UpdateTask(r.Context(), id, change, preconditions(r)); err != nil {
		return err
	}
	return confirm(w, http.StatusOK, taskUpdated)
}

// patchTask sets the members that the body names, and no others (RFC 7396):
//
//	204 No Content   the task is as the body says, and ETag is its new one
//	400, 413, 415    the body cannot be read; nothing changes
//	404 Not Found    the id is free; nothing is created
//	412              the preconditions do not hold; nothing changes
//	422              a member has the wrong type, is null, which would remove it, or is another id; nothing changes
//
// This PATCH is idempotent; that of an item need not be.
func (s *server) patchTask(w http.ResponseWriter, r *http.Request, id string) error {
	change, err := readTaskChange(r, id)
	if err != nil {
		return err
	}
	task, err := s.store.UpdateTask(r.Context(), id, change, preconditions(r))
	if err != nil {
		return err
	}
	w.Header().Set("ETag", task.etag)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteTask frees the id:
//
//	200 OK          the task is gone
//	404 Not Found   the id was free already
//	412             the preconditions do not hold; the task stays
func (s *server) deleteTask(w http.ResponseWriter, r *http.Request, id string) error {
	if err := s.store.DeleteTask(r.Context(), id, preconditions(r)); err != nil {
		return err
	}
	return confirm(w, http.StatusOK, taskDeleted)
}

// readDescription returns the description in the request's body, and the body without white space.
func readDescription(r *http.Request) (description string, body []byte, err error) {
	members, body, err := readObject(r, plainJSON)
	if err != nil {
		return "", nil, err
	}
	found, err := member[string](members, "description")
	if err != nil {
		return "", nil, err
	}
	if found == nil {
		return "", nil, refusal{http.StatusUnprocessableEntity, `The body has no "description"`}
	}
	return *found, body, nil
}

// readTaskChange returns what the merge patch in the request's body wants of the task with the id.
func readTaskChange(r *http.Request, id string) (TaskChange, error) {
	body, _, err := readObject(r, mergePatch)
	if err != nil {
		return TaskChange{}, err
	}
	newID, err := member[string](body, "id")
	if err != nil {
		return TaskChange{}, err
	}
	if newID != nil && *newID != id {
		return TaskChange{}, refusal{http.StatusUnprocessableEntity, "The id of a task does not change"}
	}
	description, err := member[string](body, "description")
	if err != nil {
		return TaskChange{}, err
	}
	complete, err := member[bool](body, "complete")
	return TaskChange{description, complete}, err
}
