package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Chart is the violation as a small chart of time and a sentence, in at most so many columns (no fewer than 40). Each
// operation has one line. Time runs to the right; what the lines show is which operation was answered before which was
// asked, so every call and return takes the same room.
func (v *Violation) Chart(width int) string {
	width = max(width, 40)
	operations := v.Operations()
	names := 0
	for i := range operations {
		names = max(names, utf8.RuneCountInString(operations[i].label()))
	}
	names = min(names, width*3/5)
	scale := newScale(operations, width-names-4)

	var b strings.Builder
	for _, op := range operations {
		line := fmt.Sprintf("%-*s  %s", names, cut(op.label(), names), scale.bar(op))
		if op == v.Fault {
			line = strings.TrimRight(line, " ") + " ◀"
		}
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
	}
	fmt.Fprintf(&b, "%s\n\n%s\n", wrap(scale.legend(), width), wrap(v.Sentence(), width))
	return b.String()
}

// label says who asked what and what the answer was.
func (op *Operation) label() string {
	asked, told := op.Method, fmt.Sprint(op.Status)
	if op.Sent != "" {
		asked += " " + short(op.Sent)
	}
	switch {
	case op.effect() == reads:
		told = short(op.Got)
	case op.Status == 0:
		told = "no answer"
	}
	return fmt.Sprintf("client %d  %s → %s", op.Client, asked, told)
}

// scale gives each call and each return its column.
type scale struct {
	events []event
	width  int
	open   bool // an operation may take effect after its return
}

type event struct {
	at       time.Duration
	returned bool
}

// compare puts calls before returns of the same time: such operations overlap.
func (e event) compare(other event) int {
	switch {
	case e.at != other.at:
		return cmp.Compare(e.at, other.at)
	case e.returned == other.returned:
		return 0
	case e.returned:
		return 1
	}
	return -1
}

func newScale(operations []Operation, width int) *scale {
	s := &scale{width: width}
	for _, op := range operations {
		s.events = append(s.events, event{op.Call, false}, event{op.Return, true})
		s.open = s.open || op.effect().mayHappen()
	}
	slices.SortFunc(s.events, event.compare)
	s.events = slices.Compact(s.events)
	return s
}

func (s *scale) column(e event) int {
	i, _ := slices.BinarySearchFunc(s.events, e, event.compare)
	return i * (s.width - 1) / (len(s.events) - 1)
}

// bar is the operation as a line from its call to its return, and on to the end if it may take effect later.
func (s *scale) bar(op Operation) string {
	from, to := s.column(event{op.Call, false}), s.column(event{op.Return, true})
	bar := strings.Repeat(" ", from) + "├" + strings.Repeat("─", max(to-from-1, 0))
	if !op.effect().mayHappen() {
		return bar + "┤"
	}
	if op.Status == 0 {
		to--
	} else {
		bar += "┤"
	}
	return bar + strings.Repeat("┄", max(s.width-1-to, 0))
}

func (s *scale) legend() string {
	took := s.events[len(s.events)-1].at - s.events[0].at
	text := fmt.Sprintf("├ request  ┤ response  → time, not to scale: %.1f ms", float64(took)/float64(time.Millisecond))
	if s.open {
		text += "  ┄ may still be done"
	}
	return text
}

// wrap breaks text at spaces into lines of the width.
func wrap(text string, width int) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Split(text, " ") {
		length := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+length > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}
