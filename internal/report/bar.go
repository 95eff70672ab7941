package report

import (
	"fmt"
	"io"
	"strings"
)

// Bar shows how far something has come: as a bar on a terminal, elsewhere in a line for each tenth.
type Bar struct {
	Out    io.Writer
	Style  Style
	Things string // what is counted: "scenarios"
	shown  bool
}

// Show redraws the bar.
func (b *Bar) Show(done, of int) {
	if !b.Style.Live {
		if tenth := max(of/10, 1); of >= 100 && done%tenth == 0 {
			fmt.Fprintf(b.Out, "%d of %d %s\n", done, of, b.Things)
		}
		return
	}
	b.Clear()
	const cells = 30
	full := cells * min(done, of) / max(of, 1)
	fmt.Fprintf(b.Out, "  %s%s %d of %d %s", strings.Repeat("█", full), b.Style.paint(faint, strings.Repeat("░", cells-full)), min(done, of), of, b.Things)
	b.shown = true
}

// Clear takes the bar away.
func (b *Bar) Clear() {
	if b.shown {
		fmt.Fprint(b.Out, "\r\x1b[K")
		b.shown = false
	}
}
