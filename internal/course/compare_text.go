package course

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// besideFrom is the width from which two files fit beside each other.
const besideFrom = 120

// WriteComparison writes a learner's file and a good one: beside each other where there is room, otherwise lines that are only in one of them
// below each other. What differs is marked, and nothing is where the learner has no such file.
func WriteComparison(out io.Writer, style terminal.Style, name string, rows []Row) {
	isMine := func(r Row) bool { return r.IsMine }
	fmt.Fprintf(out, "\n%s\n", style.Paint(terminal.Bold, name))
	switch {
	case !hasAny(rows, isMine):
		for _, r := range rows {
			fmt.Fprintln(out, "  "+shownLine(r.Model))
		}
	case style.Width >= besideFrom:
		beside(out, style, rows)
	default:
		below(out, style, rows)
	}
}

func hasAny(rows []Row, is func(Row) bool) bool {
	for _, r := range rows {
		if is(r) {
			return true
		}
	}
	return false
}

func beside(out io.Writer, style terminal.Style, rows []Row) {
	room := (style.Width - 3) / 2
	fmt.Fprintf(out, "%s   %s\n", fitted("yours", room), "a good one")
	for _, r := range rows {
		mark, mine, model := " ", fitted(shownLine(r.Mine), room), strings.TrimRight(fitted(shownLine(r.Model), room), " ")
		if !r.Same() {
			mark, mine, model = "│", style.Paint(terminal.Red, mine), style.Paint(terminal.Green, model)
		}
		fmt.Fprintln(out, strings.TrimRight(mine+" "+mark+" "+model, " "))
	}
}

// below writes the lines of each place that differs together: first those of the learner.
func below(out io.Writer, style terminal.Style, rows []Row) {
	fmt.Fprintln(out, "- yours, + a good one")
	for len(rows) > 0 {
		n := 0
		for n < len(rows) && !rows[n].Same() {
			n++
		}
		for _, r := range rows[:n] {
			if r.IsMine {
				fmt.Fprintln(out, style.Paint(terminal.Red, "- "+shownLine(r.Mine)))
			}
		}
		for _, r := range rows[:n] {
			if r.IsModel {
				fmt.Fprintln(out, style.Paint(terminal.Green, "+ "+shownLine(r.Model)))
			}
		}
		if n < len(rows) {
			fmt.Fprintln(out, strings.TrimRight("  "+shownLine(rows[n].Mine), " "))
			n++
		}
		rows = rows[n:]
	}
}

// longestLine is shown of a line of a program.
const longestLine = 300

func shownLine(line string) string {
	return wire.Untrusted(strings.ReplaceAll(line, "\t", "    ")).Line(longestLine)
}

// fitted is a line in exactly so many columns.
func fitted(line string, room int) string {
	if n := utf8.RuneCountInString(line); n <= room {
		return line + strings.Repeat(" ", room-n)
	}
	return string([]rune(line)[:room-1]) + "…"
}
