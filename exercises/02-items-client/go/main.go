// A client for items: it is to create one, read it, update it and delete it, and to print each answer.
//
//	ITEMS_URL=http://localhost:5000 go run . [key value newvalue]
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
	key, value, newValue := "username", "Alice", "Bob"
	if len(os.Args) == 4 {
		key, value, newValue = os.Args[1], os.Args[2], os.Args[3]
	}
	base := cmp.Or(os.Getenv("ITEMS_URL"), "http://localhost:5000")
	at := strings.TrimRight(base, "/") + "/items/" + key // TODO: a key may hold a space, a slash or a question mark

	resp, err := http.Get(at) // TODO: how long does this wait for a server that never answers?
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Printf("GET: %d %s\n", resp.StatusCode, body)

	fmt.Printf("TODO: POST %s with {\"value\": %q}\n", at, value)
	fmt.Println("TODO: GET it")
	fmt.Printf("TODO: PUT {\"value\": %q}\n", newValue)
	fmt.Println("TODO: DELETE it")
}
