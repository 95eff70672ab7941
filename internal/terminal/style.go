package terminal

import (
	"io"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// Style is how text looks on an output: with colour and a live bar on a terminal, plain elsewhere.
type Style struct {
	Colour bool
	Live   bool // lines that are on the screen can be rewritten
	Width  int
	Height int // of the window, 0 where there is none
}

// defaultWidth is used where there is no terminal to ask.
const defaultWidth = 100

// StyleOf looks at an output. NO_COLOR (https://no-color.org) and TERM=dumb switch colour off.
func StyleOf(out io.Writer, getenv func(string) string) Style {
	if raw, is := out.(rawWriter); is {
		out = raw.out
	}
	style := Style{Width: defaultWidth}
	file, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || getenv("TERM") == "dumb" {
		return style
	}
	style.Live = true
	style.Colour = getenv("NO_COLOR") == ""
	if width, height, err := term.GetSize(int(file.Fd())); err == nil && width > 20 {
		style.Width, style.Height = width, height
	}
	return style
}

type Colour string

// The colours and weights.
const (
	Red    Colour = "31"
	Green  Colour = "32"
	Yellow Colour = "33"
	Bold   Colour = "1"
	Faint  Colour = "2"
)

// Paint returns the text in a colour, or as it is where there are no colours.
func (s Style) Paint(c Colour, text string) string {
	if !s.Colour || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

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
