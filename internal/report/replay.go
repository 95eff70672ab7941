package report

import (
	"bufio"
	"fmt"

	"restlab/internal/grade"
	"restlab/internal/terminal"
)

// Replayed is a scenario that ran again.
type Replayed struct {
	ID     string
	Before grade.Verdict // "" where it did not run before
	Now    grade.Verdict // "" where it did not run this time
	Chance bool          // that it passes once is no proof
}

// Replays writes the outcome of each scenario, and a card for each fault that is left.
func (t *Text) Replays(r *grade.Result, all []Replayed) error {
	out := bufio.NewWriter(t.Out)
	t.width = min(t.Style.Width, 110)
	pass, lucky, left := 0, false, false
	for _, one := range all {
		fmt.Fprintf(out, "  %s %s\n", t.Style.Paint(one.colour(), fmt.Sprintf("%-16s", one.label())), one.ID)
		if one.Now == grade.Passed {
			pass++
			lucky = lucky || one.Chance
		}
		left = left || one.Now == ""
	}
	fmt.Fprintln(out)
	t.cards(out, r)
	t.notReached(out, r)
	t.labFaults(out, r)
	t.advice(out, r)
	fmt.Fprintf(out, "%d of %s now\n", pass, passNow(len(all)))
	if lucky {
		fmt.Fprintf(out, "Note: what passes by chance has passed this time; %s grade --repeat 20 tells more\n", t.Name)
	}
	if left {
		for _, note := range r.Summary.Notes {
			fmt.Fprintf(out, "Note: %s\n", note)
		}
	}
	return out.Flush()
}

func passNow(n int) string {
	if n == 1 {
		return "1 scenario passes"
	}
	return fmt.Sprintf("%d scenarios pass", n)
}

func (one Replayed) label() string {
	switch one.Now {
	case grade.Passed:
		return one.passed()
	case grade.Failed:
		return one.failed()
	case grade.NotReached:
		return "NOT REACHED"
	case grade.Advice:
		return "COULD BE BETTER"
	case grade.LabFault:
		return "BROKEN"
	default:
		return "NOT RUN"
	}
}

func (one Replayed) passed() string {
	switch {
	case one.Before == "" || one.Before == grade.Passed:
		return "PASSES"
	case one.Chance:
		return "PASSED THIS TIME"
	}
	return "FIXED"
}

func (one Replayed) failed() string {
	switch one.Before {
	case grade.Failed:
		return "STILL FAILING"
	case grade.Passed:
		return "FAILS NOW"
	default:
		return "FAILS"
	}
}

func (one Replayed) colour() terminal.Colour {
	switch one.Now {
	case grade.Passed:
		return terminal.Green
	case grade.Failed, grade.LabFault:
		return terminal.Red
	default:
		return terminal.Yellow
	}
}
