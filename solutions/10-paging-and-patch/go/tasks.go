package main

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
)

type task struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Complete    bool   `json:"complete"`
	place       int    // in the list: each task that comes has a higher one than those before it
}

// find is the place of the task in the list, or -1.
func (s *server) find(id string) int {
	return slices.IndexFunc(s.tasks, func(t task) bool { return t.ID == id })
}

// taskTag is the ETag of the task at the place, or none for -1.
func (s *server) taskTag(i int) string {
	if i < 0 {
		return ""
	}
	return tagOf(s.tasks[i])
}

func (s *server) task(id string) (task, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(id)
	if i < 0 {
		return task{}, errNotFound
	}
	return s.tasks[i], nil
}

func (s *server) listTasks(w http.ResponseWriter, r *http.Request) error {
	page, err := readPage(r.URL.Query())
	if err != nil {
		return err
	}
	s.mu.Lock()
	tasks, more := page.of(s.tasks)
	s.mu.Unlock()
	if more {
		w.Header().Set("Link", page.link(tasks[len(tasks)-1]))
	}
	return show(w, r, tasks)
}

// createTask draws an id for the task, and Location says where it is. The same POST again draws another id and makes another
// task, unless its Idempotency-Key says that it is the same: then the answer is the same too.
func (s *server) createTask(w http.ResponseWriter, r *http.Request) error {
	description, err := readDescription(r)
	if err != nil {
		return err
	}
	t, err := s.create(r, description)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/tasks/"+url.PathEscape(t.ID))
	answer(w, http.StatusCreated, t)
	return nil
}

// create makes the task, or finds the one that the same request has made before. To look and to make are one step: two such
// requests may come at once.
func (s *server) create(r *http.Request, description string) (task, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, again, err := s.retries.find(r, description)
	if err != nil || again {
		return t, err
	}
	t = s.append(task{ID: rand.Text(), Description: description})
	s.retries.remember(r, t)
	return t, nil
}

func (s *server) getTask(w http.ResponseWriter, r *http.Request) error {
	t, err := s.task(r.PathValue("id"))
	if err != nil {
		return err
	}
	return show(w, r, t)
}

// postTask puts the task at the end of the list. If its id is taken, it replaces the task that has it.
func (s *server) postTask(w http.ResponseWriter, r *http.Request) error {
	description, err := readDescription(r)
	if err != nil {
		return err
	}
	t := task{ID: r.PathValue("id"), Description: description}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(t.ID)
	if err := mayChange(r, s.taskTag(i)); err != nil {
		return err
	}
	if i >= 0 {
		t.place = s.tasks[i].place
		s.tasks[i] = t
	} else {
		s.append(t)
	}
	w.Header().Set("Location", "/tasks/"+url.PathEscape(t.ID))
	answer(w, http.StatusCreated, message{"Task added"})
	return nil
}

// append puts the task at the end of the list.
func (s *server) append(t task) task {
	s.newest++
	t.place = s.newest
	s.tasks = append(s.tasks, t)
	return t
}

// readDescription is what a request for a new task carries.
func readDescription(r *http.Request) (description string, err error) {
	body, err := readObject(r, "application/json")
	if err != nil {
		return "", err
	}
	present, err := body.read("description", &description)
	if err == nil && !present {
		err = refusal{http.StatusUnprocessableEntity, `The body has no "description"`}
	}
	return description, err
}

// putTask changes whether the task is complete, and nothing where the body does not say.
func (s *server) putTask(w http.ResponseWriter, r *http.Request) error {
	body, err := readObject(r, "application/json")
	if err != nil {
		return err
	}
	delete(body, "description") // is not for PUT to change
	if err := s.change(r, body); err != nil {
		return err
	}
	answer(w, http.StatusOK, message{"Task updated"})
	return nil
}

// patchTask changes the members that a merge patch names, and no others.
func (s *server) patchTask(w http.ResponseWriter, r *http.Request) error {
	body, err := readObject(r, mergePatch)
	if err != nil {
		return err
	}
	if err := s.change(r, body); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// change takes over what the body names. If a member is wrong nothing changes: the task is stored when all have been read.
func (s *server) change(r *http.Request, body object) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(r.PathValue("id"))
	if i < 0 {
		return errNotFound
	}
	if err := mayChange(r, s.taskTag(i)); err != nil {
		return err
	}
	t := s.tasks[i]
	if _, err := body.read("description", &t.Description); err != nil {
		return err
	}
	if _, err := body.read("complete", &t.Complete); err != nil {
		return err
	}
	s.tasks[i] = t
	return nil
}

func (s *server) deleteTask(w http.ResponseWriter, r *http.Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(r.PathValue("id"))
	if i < 0 {
		return errNotFound
	}
	if err := mayChange(r, s.taskTag(i)); err != nil {
		return err
	}
	s.tasks = slices.Delete(s.tasks, i, i+1)
	answer(w, http.StatusOK, message{"Task deleted"})
	return nil
}
