package wire

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Untrusted is text that a server sent. Printed with %s, %v or String it is harmless to a terminal: control
// characters, C1 controls, bidirectional overrides, invisible characters and invalid UTF-8 are shown as escapes,
// so nothing is hidden and nothing is lost. Only line feeds and tabs keep their effect.
// Convert it to a string to get the octets as they came.
type Untrusted string

func (u Untrusted) String() string {
	if harmless(string(u)) {
		return string(u)
	}
	var b strings.Builder
	for s := string(u); s != ""; {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case shown(r):
			b.WriteRune(r)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[size:]
	}
	return b.String()
}

// Line is the text on one line, cut after limit characters with a mark that says how much is missing.
func (u Untrusted) Line(limit int) string {
	return cut(strings.NewReplacer("\n", `\n`, "\t", `\t`).Replace(u.String()), limit)
}

func cut(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return fmt.Sprintf("%s… (%d more characters)", string(runes[:limit]), len(runes)-limit)
}

func harmless(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if (r < ' ' || r > '~') && !shown(r) {
			return false
		}
	}
	return true
}

// shown says whether a terminal only draws r. unicode.IsPrint is false for controls, format characters (bidi
// overrides, zero-width joiners, the byte order mark), private use and every space but U+0020.
func shown(r rune) bool { return r == '\n' || r == '\t' || unicode.IsPrint(r) }
