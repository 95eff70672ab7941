package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The two kinds of PATCH. A merge patch says what members are to be, so twice is the same as once. A JSON Patch says what is to be
// done, and may append: twice is not once.
const (
	mergePatch = "application/merge-patch+json" // RFC 7396
	jsonPatch  = "application/json-patch+json"  // RFC 6902
)

// acceptsPatch tells clients which kind of PATCH a resource takes.
func acceptsPatch(mediaType string, methods resource) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "OPTIONS" || r.Method == "PATCH" {
			w.Header().Set("Accept-Patch", mediaType)
		}
		methods.ServeHTTP(w, r)
	})
}

// operation is one step of a JSON Patch.
type operation struct {
	Op    string
	Path  *string
	Value json.RawMessage
}

func readOperations(r *http.Request) ([]operation, error) {
	body, err := readBody(r, jsonPatch)
	if err != nil {
		return nil, err
	}
	var operations []operation
	if err := json.Unmarshal(body, &operations); err != nil || operations == nil {
		return nil, refusal{http.StatusBadRequest, "The body is not a list of operations"}
	}
	for _, o := range operations {
		switch {
		case !slices.Contains([]string{"add", "remove", "replace", "test"}, o.Op):
			return nil, refusal{http.StatusUnprocessableEntity, fmt.Sprintf("There is no operation %q here", o.Op)}
		case o.Path == nil || *o.Path != "/value" && !strings.HasPrefix(*o.Path, "/value/"):
			return nil, refusal{http.StatusUnprocessableEntity, "A path begins with /value"}
		case o.Value == nil && o.Op != "remove":
			return nil, refusal{http.StatusBadRequest, fmt.Sprintf("The operation %q has no value", o.Op)}
		}
	}
	return operations, nil
}

// patch is the item after all operations. If one cannot be done there is an error, and the item is as it was: what changes is a
// copy.
func (i item) patch(operations []operation) (item, error) {
	var document any = map[string]any{"value": decode(i.Value)}
	for n, o := range operations {
		var err error
		if document, err = o.apply(document, strings.Split(*o.Path, "/")[1:]); err != nil {
			return item{}, refusal{http.StatusConflict, fmt.Sprintf("Operation %d cannot be done: %s", n+1, err)}
		}
	}
	value, ok := document.(map[string]any)["value"]
	if !ok {
		return item{}, refusal{http.StatusUnprocessableEntity, "The patch leaves no value"}
	}
	text, err := json.Marshal(value)
	return item{text}, err
}

var (
	errNoPlace = errors.New("the place is not there")
	errTest    = errors.New("the test fails")
)

// apply is the document after the operation, done at the end of the path.
func (o operation) apply(document any, path []string) (any, error) {
	if len(path) == 0 {
		if o.Op == "replace" {
			return decode(o.Value), nil
		}
		if !equal(document, decode(o.Value)) {
			return nil, errTest
		}
		return document, nil
	}
	switch parent := document.(type) {
	case map[string]any:
		return o.inObject(parent, path)
	case []any:
		return o.inArray(parent, path)
	}
	return nil, errNoPlace
}

func (o operation) inObject(parent map[string]any, path []string) (any, error) {
	name := strings.NewReplacer("~1", "/", "~0", "~").Replace(path[0])
	child, found := parent[name]
	switch last := len(path) == 1; {
	case last && o.Op == "add":
		parent[name] = decode(o.Value)
		return parent, nil
	case !found:
		return nil, errNoPlace
	case last && o.Op == "remove":
		delete(parent, name)
		return parent, nil
	}
	changed, err := o.apply(child, path[1:])
	parent[name] = changed
	return parent, err
}

func (o operation) inArray(parent []any, path []string) (any, error) {
	i, err := index(path[0], len(parent))
	if err != nil {
		return nil, err
	}
	switch last := len(path) == 1; {
	case last && o.Op == "add":
		return slices.Insert(parent, i, decode(o.Value)), nil
	case i == len(parent):
		return nil, errNoPlace
	case last && o.Op == "remove":
		return slices.Delete(parent, i, i+1), nil
	}
	parent[i], err = o.apply(parent[i], path[1:])
	return parent, err
}

// index reads a place in an array of so many elements. The place behind the last one is -, or its number.
func index(text string, length int) (int, error) {
	if text == "-" {
		return length, nil
	}
	i, err := strconv.Atoi(text)
	if err != nil || i < 0 || i > length || text != strconv.Itoa(i) { // 01 is no index, nor is +1
		return 0, errNoPlace
	}
	return i, nil
}

// decode reads what is known to be JSON, and leaves numbers as they were written.
func decode(text []byte) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&value)
	return value
}

// equal compares numbers by what they stand for: 1 is 1.0.
func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, equal)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case json.Number:
		b, ok := b.(json.Number)
		x, _ := a.Float64()
		y, _ := b.Float64()
		return ok && x == y
	}
	return a == b
}
