// Command bare answers every request with a constant: what net/http costs alone. Its one argument is the address to
// listen on.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	item := []byte(`{"value":"blue"}` + "\n")
	tasks := []byte("[" + strings.Repeat(`{"id":"task-00","description":"Learn REST APIs","complete":false},`, 99) +
		`{"id":"task-99","description":"Learn REST APIs","complete":false}]` + "\n")
	handler := func(w http.ResponseWriter, r *http.Request) {
		body := item
		if r.URL.Path == "/tasks" {
			body = tasks
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}
	fmt.Printf("Serving a constant at http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, http.HandlerFunc(handler)))
}
