package server

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"
)

// test returns an error unless the document has the operation's value at its path (RFC 6902 §4.6).
func test(document []byte, operation jsonpatch.Operation) error {
	path, _ := operation.Path()
	found, err := lookUp(decodeExactly(document), path)
	if err != nil {
		return err
	}
	var want any // null, which the library keeps as nil
	if text := operation["value"]; text != nil {
		want = decodeExactly(*text)
	}
	if !equal(found, want) {
		return jsonpatch.ErrTestFailed
	}
	return nil
}

// decodeExactly decodes what is known to be JSON. Its numbers keep every digit.
func decodeExactly(text []byte) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&value)
	return value
}

// lookUp follows a JSON Pointer (RFC 6901 §4), or returns jsonpatch.ErrMissing.
func lookUp(value any, place string) (any, error) {
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for _, name := range strings.Split(place, "/")[1:] {
		name = unescape.Replace(name)
		var found bool
		switch inside := value.(type) {
		case map[string]any:
			value, found = inside[name]
		case []any:
			i, err := strconv.Atoi(name)
			found = err == nil && 0 <= i && i < len(inside) && name == strconv.Itoa(i)
			if found {
				value = inside[i]
			}
		}
		if !found {
			return nil, jsonpatch.ErrMissing
		}
	}
	return value, nil
}

// equal compares as RFC 6902 §4.6 does: the order of members does not matter, nor how a number is written.
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
		return ok && canonical(a) == canonical(b)
	}
	return a == b
}

// canonical writes all spellings of a number alike: 1500, 1.5e3 and 15.0E+2 are .15e4. It counts digits and calculates
// with none, so that 1e999999999 costs no more than 1.
func canonical(number json.Number) string {
	text, negative := strings.CutPrefix(strings.ToLower(number.String()), "-")
	mantissa, exponent, _ := strings.Cut(text, "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	significant := strings.TrimRight(digits, "0")
	if significant == "" {
		return "0"
	}
	power, err := strconv.ParseInt(cmp.Or(exponent, "0"), 10, 32)
	if err != nil {
		return number.String() // past anything that a computer calculates with: only the same spelling is the same
	}
	return fmt.Sprint(negative, ".", significant, "e", int(power)-len(fraction)+len(digits))
}
