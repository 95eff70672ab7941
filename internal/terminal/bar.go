package terminal

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
	fmt.Fprintf(b.Out, "  %s%s %d of %d %s", strings.Repeat("█", full), b.Style.Paint(Faint, strings.Repeat("░", cells-full)), min(done, of), of, b.Things)
	b.shown = true
}

// Clear takes the bar away.
func (b *Bar) Clear() {
	if b.shown {
		fmt.Fprint(b.Out, emptied)
		b.shown = false
	}
}

// emptied leaves nothing on the line of the cursor.
const emptied = "\r\x1b[K"

// Sign shows what is being done on a terminal, until done is called.
func (s Style) Sign(out io.Writer, doing string) (done func()) {
	if !s.Live {
		return func() {}
	}
	fmt.Fprint(out, s.Paint(Faint, doing))
	return func() { fmt.Fprint(out, emptied) }
}
