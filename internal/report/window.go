package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"restlab/internal/grade"
)

// Of a window, in rows: what is printed below the score, and what a card gets however little is left.
const (
	belowScore = 5
	leastCard  = 12
)

// fitted is as much of the cards as a window has room for together with what comes below them; Whole is then all of it. What went
// over the wire is left out first, and then what comes last.
func (t *Text) fitted(r *grade.Result, rest string) string {
	cards := t.drawn(r)
	if !t.Brief || t.Style.Height == 0 {
		return cards
	}
	room := max(t.Style.Height-t.rows(rest)-belowScore, leastCard)
	if t.rows(cards) <= room {
		return cards
	}
	t.Whole, t.short = cards, true
	return t.cut(t.drawn(r), room-2) + fmt.Sprintf("  %s\n\n", t.Style.paint(faint, "… the whole card, with what went over the wire: press c"))
}

func (t *Text) drawn(r *grade.Result) string {
	var cards bytes.Buffer
	t.cards(&cards, r)
	return cards.String()
}

// cut is as much of a card as so many rows hold. It ends with the end of a fact.
func (t *Text) cut(card string, room int) string {
	lines := strings.SplitAfter(strings.TrimRight(card, "\n")+"\n", "\n")
	n, rows := 0, 0
	for n < len(lines) && rows+t.rows(lines[n]) <= room {
		rows += t.rows(lines[n])
		n++
	}
	for n > 1 && n < len(lines) && strings.HasPrefix(lines[n], strings.Repeat(" ", factIndent)) {
		n--
	}
	return strings.Join(lines[:n], "")
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
