package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

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
	if !bytes.ContainsRune(literal, '\\') {
		return string(literal[1 : len(literal)-1])
	}
	var said string
	_ = json.Unmarshal(literal, &said) // cannot fail: it is a string
	return said
}

var errTooDeep = refusal{http.StatusBadRequest, fmt.Sprintf("The body nests deeper than %d levels", maxDepth)}
