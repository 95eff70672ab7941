package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"unicode/utf8"
)

// object is a JSON object by its members. Unlike a struct it tells a member that is missing from one that is null, and
// "value" from "VALUE".
type object map[string]json.RawMessage

func readObject(r *http.Request, mediaType string) (object, error) {
	body, err := readBody(r, mediaType)
	if err != nil {
		return nil, err
	}
	return parseObject(body)
}

// readBody reads the JSON that a request carries. The label decides how a body is read: a web page of a stranger may have a
// browser send text/plain to us unasked, but not JSON.
func readBody(r *http.Request, mediaType string) ([]byte, error) {
	label, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // in lower case, without parameters
	if label != mediaType && r.ContentLength != 0 {
		return nil, refusal{http.StatusUnsupportedMediaType, "The body needs Content-Type: " + mediaType}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "The body did not arrive whole"}
	}
	if !json.Valid(body) || !utf8.Valid(body) {
		return nil, refusal{http.StatusBadRequest, "The body is not JSON"}
	}
	return body, nil
}

// parseObject goes over the members one by one: a name that is there twice would be read differently by different programs.
func parseObject(body []byte) (object, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if start, _ := decoder.Token(); start != json.Delim('{') {
		return nil, refusal{http.StatusUnprocessableEntity, "The body is not an object"}
	}
	members := object{}
	for decoder.More() {
		token, _ := decoder.Token() // no errors: the body is known to be JSON
		name := token.(string)
		if _, twice := members[name]; twice {
			return nil, refusal{http.StatusBadRequest, fmt.Sprintf("The body has %q twice", name)}
		}
		var value json.RawMessage
		_ = decoder.Decode(&value)
		members[name] = value
	}
	return members, nil
}

// read stores the member at the place, and tells whether there is one. A member of another type is refused, and so is null,
// which encoding/json would pass over.
func (o object) read(name string, place any) (present bool, err error) {
	text, present := o[name]
	if !present {
		return false, nil
	}
	if string(text) == "null" || json.Unmarshal(text, place) != nil {
		return true, refusal{http.StatusUnprocessableEntity, fmt.Sprintf("%q has the wrong type", name)}
	}
	return true, nil
}
