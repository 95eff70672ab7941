package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Of a window, in rows: what is printed below the score, and what a card gets however little is left.
const (
	belowScore = 5
	leastCard  = 12
)

// fitted is as much of the cards as a window has room for together with what comes below them; Whole is then all of it. It ends
// where a line begins that goes on with nothing.
func (t *Text) fitted(cards, rest string) string {
	room := max(t.Style.Height-t.rows(rest)-belowScore, leastCard)
	if !t.Brief || t.Style.Height == 0 || t.rows(cards) <= room {
		return cards
	}
	lines := strings.SplitAfter(cards, "\n")
	n, rows := 0, 2 // the mark and the empty line below it
	for n < len(lines) && rows+t.rows(lines[n]) <= room {
		rows += t.rows(lines[n])
		n++
	}
	for n > 1 && strings.HasPrefix(lines[n], strings.Repeat(" ", factIndent)) {
		n--
	}
	t.Whole = cards
	return strings.TrimRight(strings.Join(lines[:n], ""), "\n") + "\n" + t.Style.paint(faint, fmt.Sprintf("  … %s: press c", plural(len(lines)-n, "more line"))) + "\n\n"
}

// painting is what a terminal does not draw.
var painting = regexp.MustCompile("\x1b\\[[0-9]*m")

// rows are those that a text takes in the window.
func (t *Text) rows(text string) int {
	n := 0
	for line := range strings.Lines(painting.ReplaceAllString(text, "")) {
		n += max(utf8.RuneCountInString(strings.TrimRight(line, "\n"))-1, 0)/t.Style.Width + 1
	}
	return n
}
