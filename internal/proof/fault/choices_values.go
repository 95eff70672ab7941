package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// valueChoices are other ways to write the same value, and a value that a server may refuse.
var valueChoices = []Choice{
	{
		Name: "numbers-as-doubles", About: "numbers", Level: production,
		Does:   "Numbers come back as Go writes a double: 1e+21, 1e-7 and 100.",
		change: numbers(func(n json.Number) any { f, _ := n.Float64(); return f }),
	},
	{
		Name: "numbers-of-17-digits", About: "numbers", Level: production,
		Does:   "0.1 comes back as 0.10000000000000001: the same double.",
		change: numbers(written('g', 17)),
	},
	{
		Name: "numbers-written-out", About: "numbers", Level: production,
		Does:   "1e21 comes back as 1 and 21 zeros, and 1e-7 as 0.0000001.",
		change: numbers(written('f', -1)),
	},
	{
		Name: "hundred-as-1e2", About: "numbers", Level: production,
		Does:   "100 comes back as 1e2: the same number.",
		change: numbers(withoutZeros),
	},
	{
		Name: "minus-zero-as-zero", About: "numbers", Level: production,
		Does: "-0.0 comes back as 0.",
		change: numbers(func(n json.Number) any {
			if f, _ := n.Float64(); f == 0 {
				return 0
			}
			return n
		}),
	},
	{
		Name: "members-in-alphabetical-order", About: "order", Level: production,
		Does: "Members of an object come back in alphabetical order.",
		change: around("GET", func(x *exchange) {
			x.pass()
			x.rewrite(func(answer any) any { return answer })
		}),
	},
	{
		Name: "members-in-reverse-order", About: "order", Level: production,
		Does:   "Members of an object come back in reverse alphabetical order.",
		change: encoding(backwards),
	},
	{
		Name: "slashes-with-escapes", About: "escapes", Level: production,
		Does:   "A slash is written \\/, as PHP does it.",
		change: around("", func(x *exchange) { x.pass(); x.escape("/", `\/`) }),
	},
	{
		Name: "html-with-escapes", About: "escapes", Level: production,
		Does:   "<, > and & are written \\u003c, \\u003e and \\u0026, as Go does it.",
		change: around("", func(x *exchange) { x.pass(); x.escape("<", `\u003c`, ">", `\u003e`, "&", `\u0026`) }),
	},
	{
		Name: "values-with-escapes-alone", About: "escapes", Level: production,
		Does:   "Every character of a text is written as an escape in capitals.",
		change: encoding(inEscapes),
	},
	{
		Name: "422-for-nul", About: "U+0000", Level: production,
		Does:   "A text with U+0000 is refused with 422: PostgreSQL cannot keep it.",
		change: around("POST PUT /items/*", refusingNul),
	},
}

// written returns a way to write a number, as strconv.FormatFloat does it.
func written(format byte, digits int) func(json.Number) any {
	return func(n json.Number) any {
		f, _ := n.Float64()
		return json.Number(strconv.FormatFloat(f, format, digits, 64))
	}
}

// withoutZeros writes an exponent in the place of the zeros at the end of an integer.
func withoutZeros(n json.Number) any {
	digits := strings.TrimRight(n.String(), "0")
	zeros := len(n) - len(digits)
	if zeros == 0 || strings.ContainsAny(digits, ".eE") || strings.Trim(digits, "-") == "" {
		return n
	}
	return json.Number(fmt.Sprintf("%se%d", digits, zeros))
}

// escape replaces characters in JSON that stand in texts alone. The pairs are those of strings.NewReplacer.
func (x *exchange) escape(pairs ...string) {
	if json.Valid(x.body) {
		x.body = []byte(strings.NewReplacer(pairs...).Replace(string(x.body)))
	}
}

// refusingNul is a server that refuses a value with U+0000 in a text.
func refusingNul(x *exchange) {
	value, _ := x.value()
	found := false
	eachText(value, func(text string) any {
		found = found || strings.Contains(text, "\x00")
		return text
	})
	if found {
		x.refuse(http.StatusUnprocessableEntity, "the store cannot keep U+0000")
		return
	}
	x.pass()
}

// encoding is a server that writes what GET gives in its own way.
func encoding(encode func(any) []byte) change {
	return around("GET", func(x *exchange) {
		x.pass()
		if answer, ok := parse(x.body); ok {
			x.body = encode(answer)
		}
	})
}

// backwards writes JSON with the members of each object in reverse order.
func backwards(v any) []byte {
	return writeJSON(v, func(names []string) { slices.Reverse(names) }, func(text string) []byte { return bytes.TrimSpace(encode(text)) })
}

// inEscapes writes JSON in which each character of a text is an escape. Names stay readable.
func inEscapes(v any) []byte {
	return writeJSON(v, func([]string) {}, func(text string) []byte {
		var b bytes.Buffer
		for _, unit := range utf16.Encode([]rune(text)) {
			fmt.Fprintf(&b, `\u%04X`, unit)
		}
		return fmt.Appendf(nil, `"%s"`, b.String())
	})
}

// writeJSON writes JSON: order arranges the names of an object, which come in alphabetical order, and quote writes a text.
func writeJSON(v any, order func(names []string), quote func(string) []byte) []byte {
	var parts [][]byte
	switch v := v.(type) {
	case string:
		return quote(v)
	case array:
		for _, element := range v {
			parts = append(parts, writeJSON(element, order, quote))
		}
		return fmt.Appendf(nil, "[%s]", bytes.Join(parts, []byte(",")))
	case object:
		names := slices.Sorted(maps.Keys(v))
		order(names)
		for _, name := range names {
			parts = append(parts, fmt.Appendf(nil, "%s:%s", bytes.TrimSpace(encode(name)), writeJSON(v[name], order, quote)))
		}
		return fmt.Appendf(nil, "{%s}", bytes.Join(parts, []byte(",")))
	}
	return bytes.TrimSpace(encode(v))
}
