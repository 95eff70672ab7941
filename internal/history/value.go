package history

import (
	"bytes"
	"encoding/json"
)

// Canonical is a JSON text in the one form in which equal values are equal strings: no white space, members in order,
// numbers as doubles. It is "" for what is no JSON.
func Canonical(text []byte) string {
	var value any
	if json.Unmarshal(text, &value) != nil {
		return ""
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return ""
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// valueOf is the value in the content of an answer to GET, or "" if there is none.
func valueOf(content []byte) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(content, &members) != nil {
		return ""
	}
	value, there := members["value"]
	if !there {
		return ""
	}
	return Canonical(value)
}
