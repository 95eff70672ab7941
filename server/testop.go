package server

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// equal compares as RFC 6902 §4.6 does: the order of members does not matter, nor how a string or a number is written.
func (d *document) equal(a, b tree) bool {
	switch a := a.(type) {
	case *object:
		b, ok := b.(*object)
		return ok && maps.EqualFunc(a.members, b.members, func(a, b objectMember) bool { return d.equal(a.value, b.value) })
	case *array:
		b, ok := b.(*array)
		return ok && slices.EqualFunc(a.elements, b.elements, d.equal)
	}
	one := a.(leaf)
	other, ok := b.(leaf)
	if !ok || one == other {
		return ok
	}
	d.work += int64(len(one) + len(other))
	return same(one, other)
}

// same compares what two different texts say.
func same(a, b leaf) bool {
	switch {
	case a[0] == '"' && b[0] == '"':
		var one, other string
		_, _ = json.Unmarshal([]byte(a), &one), json.Unmarshal([]byte(b), &other) // cannot fail: both are strings
		return one == other
	case isNumber(a) && isNumber(b):
		return canonical(json.Number(a)) == canonical(json.Number(b))
	}
	return false
}

func isNumber(text leaf) bool { return text[0] == '-' || '0' <= text[0] && text[0] <= '9' }

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
