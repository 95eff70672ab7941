package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"
)

// readAtOnce is the length up to which a body gets its memory at once. Every larger one gets it as it comes.
const readAtOnce = 1 << 20

// maxDepth is how deeply arrays and objects may nest in a body.
const maxDepth = 200

// members is a JSON object whose values are still text: a number keeps every digit, and a name is the name to the
// letter, where encoding/json would put "VALUE" into a struct's field "value".
type members map[string]json.RawMessage

// The media types of bodies. plainJSON stands for every type that ends in +json, too.
const (
	plainJSON  = "application/json" // of answers, too
	mergePatch = "application/merge-patch+json"
	jsonPatch  = "application/json-patch+json"
)

// readObject reads the request's body, which must be one JSON object, and returns its members, and all of it as readJSON
// does. Its errors are those of readJSON, and
//
//	422   a JSON text, but not an object (RFC 9110 §15.5.21)
//
// Names that nobody asks for are ignored.
func readObject(r *http.Request, mediaType string) (members, []byte, error) {
	text, err := readText(r, mediaType)
	if err != nil {
		return nil, nil, err
	}
	if text[0] == '{' {
		found, err := (&walker{text: text}).object(0)
		return found, text, err
	}
	if err := (&walker{text: text}).value(0); err != nil {
		return nil, nil, err
	}
	return nil, nil, refusal{http.StatusUnprocessableEntity, "The body is not a JSON object"}
}

// readJSON reads the request's body, and returns it without the white space between its tokens. Its errors are
// refusals:
//
//	400   not a JSON text as RFC 8259 wants it: empty, cut off, something after it, not UTF-8, a byte order
//	      mark; or one on which readers disagree (§4, §9): a name twice in an object, more than maxDepth levels
//	408   the client took longer than Limits.Read to send it
//	413   longer than Limits.Body
//	415   not labelled with the media type
//	503   too many other requests ask for much work
func readJSON(r *http.Request, mediaType string) ([]byte, error) {
	text, err := readText(r, mediaType)
	if err != nil {
		return nil, err
	}
	return text, (&walker{text: text}).value(0)
}

// readText is readJSON before anyone has looked for what readers disagree on.
func readText(r *http.Request, mediaType string) ([]byte, error) {
	if err := checkMediaType(r, mediaType); err != nil {
		return nil, err
	}
	var all bytes.Buffer
	if r.ContentLength > 0 && r.ContentLength <= readAtOnce {
		all.Grow(int(r.ContentLength) + bytes.MinRead) // ReadFrom wants this much room when it sees the end
	}
	if _, err := all.ReadFrom(r.Body); err != nil {
		return nil, unreadable(err)
	}
	text := all.Bytes()
	if !utf8.Valid(text) {
		return nil, refusal{http.StatusBadRequest, "The body is not UTF-8"}
	}
	compact := bytes.NewBuffer(make([]byte, 0, len(text)))
	if err := json.Compact(compact, text); err != nil {
		return nil, refusal{http.StatusBadRequest, "The body is not JSON"}
	}
	return compact.Bytes(), nil
}

// member returns the value called name as a T, or nil if there is none. A value that is not a T, null included, is
// refused with 422.
func member[T any](body members, name string) (*T, error) {
	text, ok := body[name]
	if !ok {
		return nil, nil
	}
	var value *T
	if err := json.Unmarshal(text, &value); err != nil || value == nil {
		return nil, refusal{http.StatusUnprocessableEntity, fmt.Sprintf("%q is not a %T", name, *new(T))}
	}
	return value, nil
}

// checkMediaType wants a body labelled with the media type. Case and parameters do not matter (RFC 9110 §8.3.1). A body
// without a label is refused like one with another label: a page of any web site may have a browser send such a body
// here unasked, but for JSON the browser asks this server first.
func checkMediaType(r *http.Request, want string) error {
	if r.ContentLength == 0 {
		return nil // no body, no label: it is refused as no JSON
	}
	if r.Header.Get("Content-Type") == want {
		return nil // as nearly every client writes it
	}
	label, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // in lower case; "" if it is none
	if label == want || want == plainJSON && strings.HasSuffix(label, "+json") {
		return nil
	}
	return refusal{http.StatusUnsupportedMediaType, "The body needs Content-Type: " + want}
}

// unreadable says why the body did not arrive. The error itself stays here: it names addresses of the network.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return refusal{http.StatusRequestEntityTooLarge, "The body is too large"}
	}
	if errors.Is(err, errBusy) {
		return errBusy
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return refusal{http.StatusRequestTimeout, "The body took too long to arrive"}
	}
	return refusal{http.StatusBadRequest, "The body did not arrive whole"}
}
