package terminal

import (
	"io"
	"os"

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

// Colour is the SGR parameter of a colour or a weight (ECMA-48).
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
