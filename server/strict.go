package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deeply arrays and objects may nest in a body.
const maxDepth = 200

// members is a JSON object whose values are still text: a number keeps every digit, and a name is the name to the
// letter, where encoding/json would put "VALUE" into a struct's field "value".
type members map[string]json.RawMessage

// decode reads the request's body, which must be one JSON object: readJSON's errors, or
//
//	422   a JSON text, but not an object (RFC 9110 §15.5.21)
//
// Names that nobody asks for are ignored.
func decode(r *http.Request) (members, error) {
	text, err := readJSON(r)
	if err != nil {
		return nil, err
	}
	return object(text)
}

// object returns the members of a text that readJSON has returned, or a refusal with 422.
func object(text []byte) (members, error) {
	if text[0] != '{' {
		return nil, refusal{http.StatusUnprocessableEntity, "The body is not a JSON object"}
	}
	return (&walker{text: text}).object(0)
}

// readJSON reads the request's body and returns it without the white space between its tokens. Its errors are refusals:
//
//	400   not a JSON text as RFC 8259 wants it: empty, cut off, something after it, not UTF-8, a byte order
//	      mark; or one on which readers disagree (§4, §9): a name twice in an object, more than maxDepth levels
//	408   the client took longer than Limits.Read to send it
//	413   longer than Limits.Body
//	415   not labelled JSON
func readJSON(r *http.Request) ([]byte, error) {
	if err := checkMediaType(r); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, unreadable(err)
	}
	if !utf8.Valid(text) {
		return nil, refusal{http.StatusBadRequest, "The body is not UTF-8"}
	}
	compact := bytes.NewBuffer(make([]byte, 0, len(text)))
	if err := json.Compact(compact, text); err != nil {
		return nil, refusal{http.StatusBadRequest, "The body is not JSON"}
	}
	return compact.Bytes(), (&walker{text: compact.Bytes()}).value(0)
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

// checkMediaType wants a body labelled application/json or a type that ends in +json. Case and parameters do not
// matter (RFC 9110 §8.3.1). A body without a label is refused like one with another label: a page of any web site
// may have a browser send such a body here unasked, but for JSON the browser asks this server first.
func checkMediaType(r *http.Request) error {
	if r.ContentLength == 0 {
		return nil // no body, no label: it is refused as no JSON
	}
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // in lower case; "" if it is none
	if mediaType != "application/json" && !strings.HasSuffix(mediaType, "+json") {
		return refusal{http.StatusUnsupportedMediaType, "The body needs Content-Type: application/json"}
	}
	return nil
}

// unreadable says why the body did not arrive. The error itself stays here: it names addresses of the network.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return refusal{http.StatusRequestEntityTooLarge, "The body is too large"}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return refusal{http.StatusRequestTimeout, "The body took too long to arrive"}
	}
	return refusal{http.StatusBadRequest, "The body did not arrive whole"}
}

// walker goes over a text that is known to be JSON, without white space between its tokens: so a name is a string, and
// every bracket closes. What it looks for is what encoding/json lets pass.
type walker struct {
	text []byte
	at   int
}

// value passes over one value with all that is in it, inside so many levels of arrays and objects. Its errors are
// refusals with 400.
func (w *walker) value(levels int) error {
	switch w.text[w.at] {
	case '{':
		_, err := w.object(levels)
		return err
	case '[':
		return w.array(levels)
	case '"':
		w.string()
	default: // a number, true, false or null
		for w.at < len(w.text) && strings.IndexByte(",]}", w.text[w.at]) < 0 {
			w.at++
		}
	}
	return nil
}

func (w *walker) array(levels int) error {
	if levels == maxDepth {
		return errTooDeep
	}
	for w.next(']') {
		if err := w.value(levels + 1); err != nil {
			return err
		}
	}
	return nil
}

// object returns the members of the object.
func (w *walker) object(levels int) (members, error) {
	if levels == maxDepth {
		return nil, errTooDeep
	}
	found := members{}
	for w.next('}') {
		name := w.string()
		if _, twice := found[name]; twice {
			return nil, refusal{http.StatusBadRequest, fmt.Sprintf("The name %.40q is there twice", name)}
		}
		w.at++ // the colon
		start := w.at
		if err := w.value(levels + 1); err != nil {
			return nil, err
		}
		found[name] = w.text[start:w.at]
	}
	return found, nil
}

// next passes over the bracket that opens, a comma, or the bracket that closes, and reports whether a value follows.
func (w *walker) next(closing byte) bool {
	if w.text[w.at] != closing {
		w.at++
	}
	if w.text[w.at] != closing {
		return true
	}
	w.at++
	return false
}

// string passes over a string and returns what it says.
func (w *walker) string() string {
	start := w.at
	for w.at++; w.text[w.at] != '"'; w.at++ {
		if w.text[w.at] == '\\' {
			w.at++
		}
	}
	w.at++
	literal := w.text[start:w.at]
	if bytes.IndexByte(literal, '\\') < 0 {
		return string(literal[1 : len(literal)-1])
	}
	var said string
	_ = json.Unmarshal(literal, &said) // cannot fail: it is a string
	return said
}

var errTooDeep = refusal{http.StatusBadRequest, fmt.Sprintf("The body nests deeper than %d levels", maxDepth)}
