package report

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"restlab/internal/grade"
	"restlab/internal/terminal"
)

// Rows of a window that are kept for the text below the score, and for a card.
const (
	belowScore = 5
	leastCard  = 12
)

// leanness says how much a card leaves out. Its name, the failed sentence, what was expected and received, and the hint stay.
type leanness int

// The parts that are left out, in this order.
const (
	whole           leanness = iota
	withoutOrdinary          // fields that nearly every message has
	withoutEarlier           // exchanges before the one at fault
	withoutMiddle            // sentences between the first ones and the last ones
	withoutSource
	withoutOthers    // scenarios and rules beside this one
	withoutExchanges // anything that went over the wire, or was printed
	withoutReason
	withoutTrying // how to see it again
	bare          // what is for the eye alone, and more than the beginning of what was received
)

// fitted returns the cards. In short form it returns as many of them as fit the window together with the text below them, and
// leaves out parts as needed; t.Whole then has the whole text.
func (t *Text) fitted(r *grade.Result, rest string) string {
	cards := t.drawn(r)
	room := max(t.Style.Height-t.rows(rest)-belowScore, leastCard)
	if !t.Brief || t.Style.Height == 0 || t.rows(cards) <= room {
		return cards
	}
	t.Whole = cards
	for t.lean < bare && t.rows(cards) > room-1 {
		t.lean++
		cards = t.drawn(r)
	}
	return t.cut(cards, room-2) + fmt.Sprintf("  %s\n\n", t.Style.Paint(terminal.Faint, "… the whole card: press c"))
}

// kept returns the lines of an exchange that are not left out.
func (t *Text) kept(all []Line) []Line {
	if t.lean < withoutOrdinary {
		return all
	}
	return slices.DeleteFunc(all, func(l Line) bool { return l.IsOrdinary() && !l.IsFault })
}

// middle returns the range of sentences that are left out.
func (t *Text) middle(s *grade.Scenario) (from, to int) {
	first, last := 2, 2
	if t.lean >= bare {
		first = 1
	}
	failed := slices.IndexFunc(s.Steps, func(step grade.Step) bool { return step.Status == "failed" })
	if t.lean < withoutMiddle || failed-last+1-first < 2 {
		return 0, 0
	}
	return first, failed - last + 1
}

func (t *Text) drawn(r *grade.Result) string {
	var cards bytes.Buffer
	t.cards(&cards, r)
	return cards.String()
}

// cut returns as much of a card as fits this many rows. It ends after a whole fact.
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

// painting matches what a terminal does not draw.
var painting = regexp.MustCompile("\x1b\\[[0-9]*m")

// rows returns how many rows of the window a text takes.
func (t *Text) rows(text string) int {
	n := 0
	for line := range strings.Lines(painting.ReplaceAllString(text, "")) {
		n += max(utf8.RuneCountInString(strings.TrimRight(line, "\n"))-1, 0)/t.Style.Width + 1
	}
	return n
}
