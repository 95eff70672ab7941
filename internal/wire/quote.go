package wire

import (
	"fmt"
	"regexp"
	"strings"
)

// plainWord is a word that every shell reads as it is. Braces are plain around a name, as in {port}: shells expand only
// those that enclose a comma or two dots.
var plainWord = regexp.MustCompile(`^(?:[\w./:=%@+,-]|\{\w+\})+$`)

// Quote returns s as one word for a shell. Octets that a terminal would act on, and those that are not UTF-8, are written
// $'\xNN', which bash, ksh and zsh read.
func Quote(s string) string {
	switch {
	case plainWord.MatchString(s):
		return s
	case !harmless(s):
		return ansiQuote(s)
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func ansiQuote(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'' || c == '\\':
			b.WriteString(`\` + string(rune(c)))
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}
