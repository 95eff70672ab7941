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
// Convert it to a string to get the bytes as they came.
type Untrusted string

func (u Untrusted) String() string {
	if harmless(string(u)) {
		return string(u)
	}
	var b strings.Builder
	for s := string(u); s != ""; {
		r, size := utf8.DecodeRuneInString(s)
		b.WriteString(visible(r, s[:size]))
		s = s[size:]
	}
	return b.String()
}

// visible is a character as it is shown; as it came it is text.
func visible(r rune, text string) string {
	switch {
	case r == utf8.RuneError && len(text) == 1:
		return fmt.Sprintf(`\x%02x`, text[0])
	case Shown(r):
		return text
	case r == '\r':
		return `\r`
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// Line is the text on one line, cut after limit characters with a mark that says how much is missing.
func (u Untrusted) Line(limit int) string {
	var b strings.Builder
	written, more := 0, 0
	write := func(r rune) {
		if written == limit {
			more++
			return
		}
		b.WriteRune(r)
		written++
	}
	for s := string(u); s != ""; {
		if s[0] >= ' ' && s[0] <= '~' { // most of a text that may be long
			write(rune(s[0]))
			s = s[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		for _, c := range onLine.Replace(visible(r, s[:size])) {
			write(c)
		}
		s = s[size:]
	}
	if more == 0 {
		return b.String()
	}
	return fmt.Sprintf("%s… (%d more characters)", b.String(), more)
}

var onLine = strings.NewReplacer("\n", `\n`, "\t", `\t`)

func harmless(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if (r < ' ' || r > '~') && !Shown(r) {
			return false
		}
	}
	return true
}

// Shown reports whether a terminal only draws r. unicode.IsPrint is false for controls, format characters (bidi
// overrides, zero-width joiners, the byte order mark), private use and every space but U+0020.
func Shown(r rune) bool { return r == '\n' || r == '\t' || unicode.IsPrint(r) }
