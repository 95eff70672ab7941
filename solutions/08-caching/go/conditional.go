package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// show answers GET with the state of a resource and the ETag of that state, or with 304 and nothing if the client has it already.
//
// no-cache lets a cache keep the answer, if it asks each time whether it is still right. So a client reads what it wrote, and
// what has not changed is not sent again.
func show(w http.ResponseWriter, r *http.Request, state any) error {
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	tag := etag(text)
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	if names(r.Header["If-None-Match"], tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(text)
	return nil
}

// etag is a short name for a text: another text has another one.
func etag(text []byte) string { return fmt.Sprintf(`"%.16x"`, sha256.Sum256(text)) }

// quoted finds the tags of a list. A comma may be part of a tag, and W/ before it makes no difference to If-None-Match.
var quoted = regexp.MustCompile(`"[^"]*"`)

// names tells whether the lines of a field name the tag. A star stands for any.
func names(lines []string, tag string) bool {
	list := strings.Join(lines, ",")
	return strings.TrimSpace(list) == "*" || slices.Contains(quoted.FindAllString(list, -1), tag)
}
