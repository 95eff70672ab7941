// A client for tasks: it is to list them, add two, complete one, delete the other and list them again, and to print each answer.
//
//	TASKS_URL=http://localhost:5001 go run .
package main

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	list := strings.TrimRight(cmp.Or(os.Getenv("TASKS_URL"), "http://localhost:5001"), "/") + "/tasks"

	resp, err := http.Get(list) // TODO: how long does this wait for a server that never answers?
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Printf("GET: %d %s\n", resp.StatusCode, body)

	fmt.Println("TODO: add two tasks, task1 and another one")
	fmt.Println("TODO: complete task1")
	fmt.Println("TODO: delete the other one")
	fmt.Println("TODO: list the tasks again")
}
