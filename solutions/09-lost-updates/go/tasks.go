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
	s.mu.Lock()
	tasks := slices.Clone(s.tasks)
	s.mu.Unlock()
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
	t = task{ID: rand.Text(), Description: description}
	s.tasks = append(s.tasks, t)
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
		s.tasks[i] = t
	} else {
		s.tasks = append(s.tasks, t)
	}
	w.Header().Set("Location", "/tasks/"+url.PathEscape(t.ID))
	answer(w, http.StatusCreated, message{"Task added"})
	return nil
}

// readDescription is what a request for a new task carries.
func readDescription(r *http.Request) (description string, err error) {
	body, err := readObject(r)
	if err != nil {
		return "", err
	}
	present, err := body.read("description", &description)
	if err == nil && !present {
		err = refusal{http.StatusUnprocessableEntity, `The body has no "description"`}
	}
	return description, err
}

// putTask changes what the body names, and nothing where it names nothing.
func (s *server) putTask(w http.ResponseWriter, r *http.Request) error {
	body, err := readObject(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(r.PathValue("id"))
	if i < 0 {
		return errNotFound
	}
	if err := mayChange(r, s.taskTag(i)); err != nil {
		return err
	}
	if _, err := body.read("complete", &s.tasks[i].Complete); err != nil {
		return err
	}
	answer(w, http.StatusOK, message{"Task updated"})
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
