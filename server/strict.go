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

// decode reads the request's body, which must be one JSON object. Its errors are refusals:
//
//	400   not a JSON text as RFC 8259 wants it: empty, cut off, something after it, not UTF-8, a byte order
//	      mark; or one on which readers disagree (§4, §9): a name twice in an object, more than maxDepth levels
//	408   the client took longer than Limits.Read to send it
//	413   longer than Limits.Body
//	415   not labelled JSON
//	422   a JSON text, but not an object (RFC 9110 §15.5.21)
//
// Names that nobody asks for are ignored.
func decode(r *http.Request) (members, error) {
	if err := checkMediaType(r); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, unreadable(err)
	}
	if err := checkJSON(text); err != nil {
		return nil, err
	}

	// Compact first: the values are kept, and white space between their tokens is not part of them.
	var compact bytes.Buffer
	var body members
	_ = json.Compact(&compact, text) // cannot fail: text is JSON
	if err := json.Unmarshal(compact.Bytes(), &body); err != nil || body == nil {
		return nil, refusal{http.StatusUnprocessableEntity, "The body is not a JSON object"}
	}
	return body, nil
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
		return nil // no body, no label: checkJSON refuses it
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

func checkJSON(text []byte) error {
	if !utf8.Valid(text) {
		return refusal{http.StatusBadRequest, "The body is not UTF-8"}
	}
	if !json.Valid(text) {
		return refusal{http.StatusBadRequest, "The body is not JSON"}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // a number such as 1e400 is JSON, though no float64
	return checkValue(decoder, 0)
}

// checkValue reads one value with all that is in it, inside so many levels of arrays and objects. The text is known to
// be JSON, so a name is a string, and every bracket closes.
func checkValue(decoder *json.Decoder, levels int) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	isObject := token == json.Delim('{')
	if !isObject && token != json.Delim('[') {
		return nil
	}
	if levels == maxDepth {
		return refusal{http.StatusBadRequest, fmt.Sprintf("The body nests deeper than %d levels", maxDepth)}
	}

	seen := map[json.Token]bool{}
	for decoder.More() {
		if isObject {
			name, err := decoder.Token()
			if err != nil {
				return err
			}
			if seen[name] {
				return refusal{http.StatusBadRequest, fmt.Sprintf("The name %.40q is there twice", name)}
			}
			seen[name] = true
		}
		if err := checkValue(decoder, levels+1); err != nil {
			return err
		}
	}
	_, err = decoder.Token() // the bracket that closes
	return err
}
