// A client for tasks: it lists them, adds two, completes one, deletes the other and lists them again, and prints each answer.
//
//	TASKS_URL=http://localhost:5001 go run .
package main

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
)

func main() {
	list := strings.TrimRight(cmp.Or(os.Getenv("TASKS_URL"), "http://localhost:5001"), "/") + "/tasks"
	if err := run(list); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

type task struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Complete    bool   `json:"complete"`
}

func run(list string) error {
	var seen tasks
	if err := seen.read(list); err != nil {
		return err
	}
	first := list + "/task1"
	if _, err := ask(request{method: "POST", url: first, body: map[string]any{"description": "Learn REST APIs"}}, http.StatusConflict); err != nil {
		return err
	}
	second, err := add(list, "task2", "Build a server")
	if err != nil {
		return err
	}
	if _, err := ask(request{method: "PUT", url: first, body: map[string]any{"complete": true}}, http.StatusNotFound, http.StatusGone); err != nil {
		return err
	}
	if _, err := ask(request{method: "DELETE", url: second}, http.StatusNotFound, http.StatusGone); err != nil {
		return err
	}
	return seen.read(list)
}

// add lets the server choose the id, and returns where the task is. If the list takes no POST the id is ours.
func add(list, id, text string) (string, error) {
	post := request{
		method: "POST", url: list, body: map[string]any{"description": text},
		header: map[string]string{"Idempotency-Key": `"` + rand.Text() + `"`}, // sent again it is the same request
	}
	made, err := ask(post, http.StatusNotFound, http.StatusMethodNotAllowed)
	if err != nil {
		return "", err
	}
	if made.status/100 == 2 {
		return follow(list, made.header.Get("Location"))
	}
	ours := list + "/" + url.PathEscape(id)
	_, err = ask(request{method: "POST", url: ours, body: map[string]any{"description": text}}, http.StatusConflict)
	return ours, err
}

// follow is where a Location leads, seen from here: it may be relative. To another server it is not followed.
func follow(from, location string) (string, error) {
	here, err := url.Parse(from)
	if err != nil {
		return "", err
	}
	there, err := here.Parse(location)
	if err != nil || location == "" {
		return "", errors.New("the server does not say where the new task is")
	}
	if there.Scheme != here.Scheme || there.Host != here.Host {
		return "", fmt.Errorf("the new task is said to be at another server: %s", there)
	}
	return there.String(), nil
}

// tasks are those that the list held when it was last read.
type tasks struct {
	all  []task
	etag string
}

// read reads the list. If it has not changed since, the server sends nothing, and what is here still holds.
func (t *tasks) read(list string) error {
	get := request{method: "GET", url: list}
	if t.etag != "" {
		get.header = map[string]string{"If-None-Match": t.etag}
	}
	a, err := ask(get, http.StatusNotModified)
	if err != nil {
		return err
	}
	if a.status != http.StatusNotModified {
		t.all, t.etag = nil, a.header.Get("ETag")
		if err := json.Unmarshal(a.body, &t.all); err != nil {
			return fmt.Errorf("GET %s is no list of tasks: %w", list, err)
		}
	}
	for _, one := range t.all {
		mark := " "
		if one.Complete {
			mark = "x"
		}
		fmt.Printf("  [%s] %s: %s\n", mark, one.ID, one.Description)
	}
	return nil
}
