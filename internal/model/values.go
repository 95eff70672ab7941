package model

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"unicode/utf8"

	"pgregory.net/rapid"

	"restlab/internal/wire"
)

// Values are what encoding/json decodes into an any: numbers are float64.

// scalars come back equal from any server: numbers exact in a double, no NUL, no lone surrogate.
var scalars = []any{
	"blue", "pink", 1.0, 0.0, "", false, nil, true, "green", -12.5, 9007199254740991.0, "007", "null",
	"héllo 日本 Ελλάδα 🎉", "a \"quote\", a \\ and a \n line", strings.Repeat("page ", 600),
}

var memberNames = []string{"a", "sizes", "colour", "a/b", "m~n", "Ελλάδα", "value"}

// descriptions are of tasks. A prefix comes before each.
var descriptions = []string{"one", "two", "<b>three</b> &amp; 日本 Ελλάδα 🎉", "one", "two", strings.Repeat("long ", 60)}

// scalar, list and object generate values; value generates any of them.
var (
	scalar = rapid.SampledFrom(scalars)
	list   = rapid.Map(rapid.SliceOfN(scalar, 0, 3), func(l []any) any { return l })
	object = rapid.Map(
		rapid.MapOfN(rapid.SampledFrom(memberNames), rapid.OneOf(scalar, list), 0, 3),
		func(m map[string]any) any { return m },
	)
	value = rapid.Map(rapid.OneOf(scalar, scalar, scalar, list, object, object), normal)
)

// normal is the value as a server gives it back.
func normal(v any) any {
	var out any
	_ = json.Unmarshal(encode(v), &out) // cannot fail: it is JSON
	return out
}

func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // cannot fail: values have a JSON form
	return bytes.TrimSpace(b.Bytes())
}

func equal(a, b any) bool { return reflect.DeepEqual(a, b) }

// decode reads one JSON text as RFC 8259 wants it, and reports whether it is one.
func decode(content []byte) (v any, ok bool) {
	if !utf8.Valid(content) || bytes.HasPrefix(content, []byte("\ufeff")) {
		return nil, false
	}
	err := json.Unmarshal(content, &v)
	return v, err == nil
}

// compact writes a value in one short line, harmless to print.
func compact(v any) string { return wire.Untrusted(encode(v)).Line(300) }
