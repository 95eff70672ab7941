package proof

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Text writes the proof for people: a line for each fault, the summary, and what is wrong.
func (p *Proof) Text(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range p.Faults {
		fmt.Fprintf(table, "%s %s\t%s\t%.1f s\t%s\n", mark(row.Right()), row.Name, row.Level, row.Seconds, row.outcome())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	s := p.Summary
	fmt.Fprintf(out, "\nFaults        %d of %d found by the rule that is about them; %d more rules failed with reason, %d of those declared did not\n", s.Found, s.Faults, s.Also, s.Unconfirmed)
	fmt.Fprintf(out, "Undeclared    %d rules failed without reason\n", s.Undeclared)
	fmt.Fprintf(out, "Choices       %d of %d choices and combinations cost no mark\n", s.Green, s.Choices+s.Combinations)
	fmt.Fprintf(out, "Seeds         %s, in %.0f s%s\n", strings.Trim(fmt.Sprint(p.Seeds), "[]"), p.Seconds, p.share())
	if len(p.Faults) > 0 {
		p.textBeside(out)
	}
	if wrong := p.Wrong(); len(wrong) > 0 {
		fmt.Fprintf(out, "\nWhat is wrong:\n")
		for _, line := range wrong {
			fmt.Fprintf(out, "  ✗ %s\n", line)
		}
		return nil
	}
	_, err := fmt.Fprintln(out, "\nEvery verdict was right.")
	return err
}

// share is how much of what a server keeps was looked at with each seed.
func (p *Proof) share() string {
	if p.Parts < 2 {
		return ""
	}
	return fmt.Sprintf("; with each of them, what a server breaks and one in %d of the other rules", p.Parts)
}

func mark(right bool) string {
	if right {
		return "✓"
	}
	return "✗"
}

// outcome is which rules failed: the one that is about the fault first, the others as declared, and apart from them
// those that should not have and those that could not be asked.
func (row *Row) outcome() string {
	var parts []string
	if row.failed(row.Breaks[0]) > 0 {
		parts = append(parts, row.Breaks[0])
	}
	parts = append(parts, row.Also()...)
	text := strings.Join(parts, ", ")
	for _, other := range []struct {
		label string
		rules []string
	}{{"missed", row.Missed()}, {"undeclared", row.Undeclared()}} {
		if len(other.rules) > 0 {
			text += fmt.Sprintf("; %s: %s", other.label, strings.Join(other.rules, ", "))
		}
	}
	if n := len(row.NotReached()); n > 0 {
		text += fmt.Sprintf(" (%d not reached)", n)
	}
	return strings.TrimPrefix(text, "; ")
}
