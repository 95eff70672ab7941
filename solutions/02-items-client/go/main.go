// A client for items: it creates one, reads it, updates it and deletes it, and prints each answer.
//
//	ITEMS_URL=http://localhost:5000 go run . [key value newvalue]
package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
)

func main() {
	words := []string{"username", "Alice", "Bob"}
	if len(os.Args) > 1 {
		words = os.Args[1:]
	}
	if len(words) != 3 {
		fmt.Fprintln(os.Stderr, "usage: client [key value newvalue]")
		os.Exit(2)
	}
	base := cmp.Or(os.Getenv("ITEMS_URL"), "http://localhost:5000")
	if err := run(base, words[0], words[1], words[2]); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

func run(base, key, value, newValue string) error {
	at := strings.TrimRight(base, "/") + "/items/" + url.PathEscape(key)                                       // a key may hold a slash, a space, a question mark
	_, err := ask(request{method: "POST", url: at, body: map[string]any{"value": value}}, http.StatusConflict) // it may be there already
	if err != nil {
		return err
	}
	if err := update(at, newValue); err != nil {
		return err
	}
	_, err = ask(request{method: "DELETE", url: at}, http.StatusNotFound, http.StatusGone) // somebody else may have been faster
	return err
}

// update replaces the value that it has read. If somebody else has changed it in between, which is what If-Match is for, it reads
// again.
func update(at, value string) error {
	for range tries {
		read, err := ask(request{method: "GET", url: at}, http.StatusNotFound, http.StatusGone)
		if err != nil {
			return err
		}
		put := request{method: "PUT", url: at, body: map[string]any{"value": value}}
		tag := read.header.Get("ETag")
		if read.status == http.StatusOK && strings.HasPrefix(tag, `"`) { // one that begins with W/ never matches
			put.header = map[string]string{"If-Match": tag}
		}
		written, err := ask(put, http.StatusPreconditionFailed)
		if err != nil || written.status != http.StatusPreconditionFailed {
			return err
		}
	}
	return fmt.Errorf("somebody changes %s all the time", at)
}
