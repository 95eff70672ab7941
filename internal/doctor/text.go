package doctor

import (
	"fmt"
	"io"

	"restlab/internal/terminal"
)

// Write writes what is known of a machine, and returns how many findings keep the lab from working.
func Write(out io.Writer, s terminal.Style, findings []Finding) int {
	const indent = 22
	counts := map[Mark]int{}
	for _, f := range findings {
		counts[f.Mark]++
		fmt.Fprintf(out, "  %s %-16s  %s\n", s.Paint(colourOf(f.Mark), string(f.Mark)), f.About, terminal.Wrap(f.What, s.Width, indent))
		if f.Do != "" {
			fmt.Fprintf(out, "%*s%s\n", indent, "", s.Paint(terminal.Faint, terminal.Wrap(f.Do, s.Width, indent)))
		}
	}
	switch {
	case counts[Bad] > 0:
		fmt.Fprintf(out, "\nThe lab cannot work here: see ✗ above.\n")
	case counts[Look] > 0:
		fmt.Fprintf(out, "\nThe lab can work here. %s worth a look: see ! above.\n", terminal.Count(counts[Look], "thing"))
	default:
		fmt.Fprintf(out, "\nThe lab can work here.\n")
	}
	return counts[Bad]
}

func colourOf(m Mark) terminal.Colour {
	switch m {
	case Look, Missing:
		return terminal.Yellow
	case Bad:
		return terminal.Red
	default:
		return terminal.Green
	}
}
