package report

import (
	"fmt"
	"io"

	"restlab/internal/doctor"
)

// Checkup writes what is known of a machine, and returns how many findings keep the lab from working.
func (s Style) Checkup(out io.Writer, findings []doctor.Finding) int {
	const indent = 22
	counts := map[doctor.Mark]int{}
	for _, f := range findings {
		counts[f.Mark]++
		fmt.Fprintf(out, "  %s %-16s  %s\n", s.paint(colourOf(f.Mark), string(f.Mark)), f.About, Wrap(f.What, s.Width, indent))
		if f.Do != "" {
			fmt.Fprintf(out, "%*s%s\n", indent, "", s.paint(faint, Wrap(f.Do, s.Width, indent)))
		}
	}
	switch {
	case counts[doctor.Bad] > 0:
		fmt.Fprintf(out, "\nThe lab cannot work here: see ✗ above.\n")
	case counts[doctor.Look] > 0:
		fmt.Fprintf(out, "\nThe lab can work here. %s worth a look: see ! above.\n", plural(counts[doctor.Look], "thing"))
	default:
		fmt.Fprintf(out, "\nThe lab can work here.\n")
	}
	return counts[doctor.Bad]
}

func colourOf(m doctor.Mark) colour {
	switch m {
	case doctor.Look, doctor.Missing:
		return yellow
	case doctor.Bad:
		return red
	default:
		return green
	}
}
