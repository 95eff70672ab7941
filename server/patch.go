package server

import (
	"fmt"
	"net/http"
	"regexp"

	jsonpatch "github.com/evanphx/json-patch/v5"
)

// patch is a JSON Patch (RFC 6902) on the document {"value": V} of an item. The library does what changes the document,
// one operation after the other. The rest is done here and in testop.go, where the library has opinions of its own:
//
//   - test: for the library 1 is not 1.0, a test without a value is one for null, and a null in an array panics
//   - a pointer that does not begin with a slash, or has an empty name in it, leads somewhere else than it says
type patch struct {
	operations jsonpatch.Patch
	limits     Limits
}

// readPatch reads the request's body. Its errors are those of readJSON, and
//
//	400   no JSON Patch
//	422   a JSON Patch that reaches for more than the value
func (s *server) readPatch(r *http.Request) (patch, error) {
	text, err := readJSON(r, jsonPatch)
	if err != nil {
		return patch{}, err
	}
	operations, err := jsonpatch.DecodePatch(text)
	if err != nil || text[0] != '[' { // the library takes null for an empty patch
		return patch{}, refusal{http.StatusBadRequest, "The body is not a JSON Patch"}
	}
	for _, operation := range operations {
		if err := checkOperation(operation); err != nil {
			return patch{}, err
		}
	}
	return patch{operations, s.limits}, nil
}

var (
	pointer     = regexp.MustCompile(`^(/([^~/]|~[01])*)*$`) // RFC 6901 §3
	intoTheItem = regexp.MustCompile(`^/value(/[^/]+)*$`)
)

// checkOperation looks at what the library does not: whether the pointers are pointers and stay within the value, and
// whether a test says what for.
func checkOperation(operation jsonpatch.Operation) error {
	kind := operation.Kind()
	if _, ok := operation["value"]; kind == "test" && !ok {
		return refusal{http.StatusBadRequest, `The body has a test without a "value"`}
	}

	path, _ := operation.Path() // DecodePatch has seen that it is a string, and from, too, where it is needed
	places := []string{path}
	if kind == "move" || kind == "copy" {
		from, _ := operation.From()
		places = append(places, from)
	}
	for _, place := range places {
		if !pointer.MatchString(place) {
			return refusal{http.StatusBadRequest, fmt.Sprintf("%.40q is no JSON Pointer", place)}
		}
		if !intoTheItem.MatchString(place) {
			return refusal{http.StatusUnprocessableEntity, "A path here is /value, or goes on from there without empty names"}
		}
	}
	return nil
}

// apply returns the item after all operations. Its errors are refusals:
//
//	409   an operation cannot be done to this item
//	422   what comes of it is too long, too deep, or has no value; or it is more work than Limits.Patch
func (p patch) apply(item Item) (Item, error) {
	document, work := item.body, int64(0)
	for i, operation := range p.operations {
		if work += int64(len(document)); work > p.limits.Patch {
			return Item{}, refusal{http.StatusUnprocessableEntity, "The patch has too many operations for so large an item"}
		}
		var err error
		if operation.Kind() == "test" {
			err = test(document, operation)
		} else {
			document, err = jsonpatch.Patch{operation}.ApplyWithOptions(document, new(jsonpatch.ApplyOptions))
		}
		if err != nil {
			return Item{}, refusal{http.StatusConflict, fmt.Sprintf("Operation %d of the patch does not fit the item", i+1)}
		}
	}
	if int64(len(document)) > p.limits.Body {
		return Item{}, refusal{http.StatusUnprocessableEntity, "The patch makes the item too large"}
	}

	members, err := (&walker{text: document}).object(0)
	if err != nil {
		return Item{}, refusal{http.StatusUnprocessableEntity, "The patch makes the item nest too deep"}
	}
	value, ok := members["value"]
	if !ok {
		return Item{}, refusal{http.StatusUnprocessableEntity, "The patch leaves the item without a value"}
	}
	return NewItem(value), nil
}
