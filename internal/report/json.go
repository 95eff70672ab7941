package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"restlab/internal/grade"
	"restlab/internal/wire"
)

// JSON writes the result as docs/result.schema.json describes it. Characters with an effect on a terminal are escaped, so the
// document can be printed and loses nothing.
func JSON(out io.Writer, r *grade.Result) error {
	e := json.NewEncoder(&escaping{out})
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(r)
}

// escaping passes JSON on and writes what wire.Untrusted would not show as it is in escapes of JSON.
type escaping struct{ out io.Writer }

func (e *escaping) Write(document []byte) (int, error) {
	rest := document
	for len(rest) > 0 {
		plain := bytes.IndexFunc(rest, func(r rune) bool { return !wire.Shown(r) })
		if plain < 0 {
			plain = len(rest)
		}
		if _, err := e.out.Write(rest[:plain]); err != nil {
			return 0, err
		}
		if rest = rest[plain:]; len(rest) == 0 {
			break
		}
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		for _, unit := range utf16.Encode([]rune{r}) {
			if _, err := fmt.Fprintf(e.out, `\u%04x`, unit); err != nil {
				return 0, err
			}
		}
	}
	return len(document), nil
}
