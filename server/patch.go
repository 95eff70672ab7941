package server

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// patch is a JSON Patch (RFC 6902) on the document {"value": V} of an item.
type patch struct {
	operations []operation
	limits     Limits
}

type operation struct {
	kind       string
	path, from []string // the names in a JSON Pointer; from is of move and copy
	value      []byte   // JSON, of add, replace and test
}

// readPatch reads the request's body. Its errors are those of readJSON, and
//
//	400   no JSON Patch
//	422   a JSON Patch that reaches for more than the value, or has more than Limits.Operations
func (s *server) readPatch(r *http.Request) (patch, error) {
	text, err := readJSON(r, jsonPatch)
	if err != nil {
		return patch{}, err
	}
	if text[0] != '[' {
		return patch{}, errNoPatch
	}
	found := patch{limits: s.limits}
	for w := (walker{text: text}); w.next(']'); {
		if len(found.operations) == s.limits.Operations {
			return patch{}, refusal{http.StatusUnprocessableEntity,
				fmt.Sprintf("A patch has at most %d operations here", s.limits.Operations)}
		}
		operation, err := readOperation(&w)
		if err != nil {
			return patch{}, err
		}
		found.operations = append(found.operations, operation)
	}
	return found, nil
}

var errNoPatch = refusal{http.StatusBadRequest, "The body is not a JSON Patch"}

// readOperation passes over an operation.
func readOperation(w *walker) (operation, error) {
	if w.text[w.at] != '{' {
		return operation{}, errNoPatch
	}
	members, err := w.object(1)
	if err != nil {
		return operation{}, err
	}
	kind, err := member[string](members, "op")
	if err != nil || kind == nil {
		return operation{}, errNoPatch
	}
	read := operation{kind: *kind}
	if read.path, err = readPointer(members, "path"); err != nil {
		return operation{}, err
	}
	switch read.kind {
	case "add", "replace", "test":
		var there bool
		if read.value, there = members["value"]; !there {
			return operation{}, refusal{http.StatusBadRequest, `The body has an operation without a "value"`}
		}
	case "move", "copy":
		read.from, err = readPointer(members, "from")
	case "remove":
	default:
		return operation{}, errNoPatch
	}
	return read, err
}

var (
	pointer     = regexp.MustCompile(`^(/([^~/]|~[01])*)*$`) // RFC 6901 §3
	intoTheItem = regexp.MustCompile(`^/value(/[^/]+)*$`)
)

// readPointer returns the names in a JSON Pointer, which must lead to the value or into it.
func readPointer(members members, name string) ([]string, error) {
	found, err := member[string](members, name)
	if err != nil || found == nil {
		return nil, errNoPatch
	}
	place := *found
	if !pointer.MatchString(place) {
		return nil, refusal{http.StatusBadRequest, fmt.Sprintf("%.40q is no JSON Pointer", place)}
	}
	if !intoTheItem.MatchString(place) {
		return nil, refusal{http.StatusUnprocessableEntity, "A path here is /value, or goes on from there without empty names"}
	}
	names := strings.Split(place, "/")[1:]
	for i, name := range names {
		names[i] = unescape.Replace(name)
	}
	return names, nil
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// apply returns the item after all operations. Its errors are refusals:
//
//	409   an operation cannot be done to this item
//	422   what comes of it is too long, too deep, or has no value; or it is more work than Limits.Patch
func (p patch) apply(item Item) (Item, error) {
	changed := newDocument(item)
	for i, operation := range p.operations {
		err := changed.do(operation)
		if changed.work > p.limits.Patch {
			return Item{}, refusal{http.StatusUnprocessableEntity, "The patch is too much work"}
		}
		if err != nil {
			return Item{}, refusal{http.StatusConflict, fmt.Sprintf("Operation %d of the patch does not fit the item", i+1)}
		}
	}
	value, there := changed.root.members["value"]
	if !there {
		return Item{}, refusal{http.StatusUnprocessableEntity, "The patch leaves the item without a value"}
	}
	text, err := appendTree(nil, value.value, 1)
	if err != nil {
		return Item{}, refusal{http.StatusUnprocessableEntity, "The patch makes the item nest too deep"}
	}
	result := NewItem(text)
	if int64(len(result.body)-len("\n")) > p.limits.Body {
		return Item{}, refusal{http.StatusUnprocessableEntity, "The patch makes the item too large"}
	}
	return result, nil
}
