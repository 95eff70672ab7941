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
	if namesWeakly(r.Header["If-None-Match"], tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(text)
	return nil
}

// etag is a short name for a text: another text has another one.
func etag(text []byte) string { return fmt.Sprintf(`"%.16x"`, sha256.Sum256(text)) }

// tagOf is the ETag with which show would answer.
func tagOf(state any) string {
	text, _ := json.Marshal(state) // what is stored has a form in JSON
	return etag(text)
}

// mayChange tells whether a request may change a resource that has the tag now, or none if it is not there. To look and to
// change have to be one step: call it with the lock held.
func mayChange(r *http.Request, tag string) error {
	match, noneMatch := r.Header["If-Match"], r.Header["If-None-Match"]
	if match != nil && !names(match, tag) || noneMatch != nil && namesWeakly(noneMatch, tag) {
		return refusal{http.StatusPreconditionFailed, "It is not as If-Match or If-None-Match wants it: read it again"}
	}
	return nil
}

// entityTag finds the tags of a list. A comma may be part of a tag.
var entityTag = regexp.MustCompile(`(W/)?"[^"]*"`)

// names tells whether the lines of a field name the tag, letter by letter. A star stands for whatever is there.
func names(lines []string, tag string) bool {
	list := strings.Join(lines, ",")
	if strings.TrimSpace(list) == "*" {
		return tag != ""
	}
	return slices.Contains(entityTag.FindAllString(list, -1), tag)
}

// namesWeakly is the same for a field to which W/ before a tag makes no difference.
func namesWeakly(lines []string, tag string) bool {
	return names(lines, tag) || tag != "" && names(lines, "W/"+tag)
}
