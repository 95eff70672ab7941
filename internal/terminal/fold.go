package terminal

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Wrap breaks text at spaces into lines of the width, each after the first indented.
func Wrap(text string, width, indent int) string {
	var b strings.Builder
	column := indent
	for i, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+length > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}

// NoBreak is a space at which Fold breaks no line: that of a command which is to be copied.
const NoBreak = "\u00a0"

// Fold breaks the lines of a table or a text where they are wider than the terminal; what is broken goes on under its own column. Text for
// anything but a terminal stays as it is.
func (s Style) Fold(text string) string {
	return strings.ReplaceAll(s.fold(text), NoBreak, " ")
}

func (s Style) fold(text string) string {
	if !s.Live {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if utf8.RuneCountInString(line) <= s.Width {
			continue
		}
		before := columns.FindString(line)
		if len(before) > s.Width*3/5 {
			before = margin.FindString(line)
		}
		lines[i] = before + Wrap(line[len(before):], s.Width, utf8.RuneCountInString(before))
	}
	return strings.Join(lines, "\n")
}

var (
	margin  = regexp.MustCompile(`^ *`)
	columns = regexp.MustCompile(`^ *(?:\S+(?: \S+)* {2,})?`)
)
