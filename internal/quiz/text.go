package quiz

import (
	"fmt"
	"io"

	"restlab/internal/terminal"
)

// quizWidth is how long a line of a question is at most: it is read, not looked at.
const quizWidth = 90

// Letter is by which an option is chosen: a for the first.
func Letter(option int) string { return string(rune('a' + option)) }

// WriteQuestion writes a question with its options.
func WriteQuestion(out io.Writer, s terminal.Style, q Question) {
	fmt.Fprintf(out, "%s\n\n", s.Paint(terminal.Bold, passage(s, q.Text, 0)))
	for i, o := range q.Options {
		fmt.Fprintf(out, "  %s  %s\n", s.Paint(terminal.Bold, Letter(i)), passage(s, o.Text, 5))
	}
}

// WriteJudgement writes whether an answer is right and why, and if it is not, which one is and why.
func WriteJudgement(out io.Writer, s terminal.Style, q Question, chosen int) {
	right := q.Right()
	if chosen == right {
		fmt.Fprintf(out, "%s\n", passage(s, s.Paint(terminal.Green, "✓ Right.")+" "+q.Options[chosen].Why, 2))
	} else {
		fmt.Fprintf(out, "%s\n\n", passage(s, s.Paint(terminal.Red, "✗ Not "+Letter(chosen)+".")+" "+q.Options[chosen].Why, 2))
		fmt.Fprintf(out, "  %s\n", passage(s, s.Paint(terminal.Green, "Right is "+Letter(right)+":")+" "+q.Options[right].Text, 4))
		fmt.Fprintf(out, "    %s\n", passage(s, q.Options[right].Why, 4))
	}
	fmt.Fprintf(out, "\n  %s\n", passage(s, s.Paint(terminal.Bold, "Seen in")+" "+q.Scenario+": "+q.Shows+".", 4))
}

func passage(s terminal.Style, text string, indent int) string {
	return terminal.Wrap(text, min(s.Width, quizWidth), indent)
}
