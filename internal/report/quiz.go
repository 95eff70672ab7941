package report

import (
	"fmt"
	"io"

	"restlab/internal/quiz"
)

// quizWidth is how long a line of a question is at most: it is read, not looked at.
const quizWidth = 90

// Letter is by which an option is chosen: a for the first.
func Letter(option int) string { return string(rune('a' + option)) }

// Question writes a question with its options.
func (s Style) Question(out io.Writer, q quiz.Question) {
	fmt.Fprintf(out, "%s\n\n", s.paint(bold, s.passage(q.Text, 0)))
	for i, o := range q.Options {
		fmt.Fprintf(out, "  %s  %s\n", s.paint(bold, Letter(i)), s.passage(o.Text, 5))
	}
}

// Judgement writes whether an answer is right and why, and if it is not, which one is and why.
func (s Style) Judgement(out io.Writer, q quiz.Question, chosen int) {
	right := q.Right()
	if chosen == right {
		fmt.Fprintf(out, "%s\n", s.passage(s.paint(green, "✓ Right.")+" "+q.Options[chosen].Why, 2))
	} else {
		fmt.Fprintf(out, "%s\n\n", s.passage(s.paint(red, "✗ Not "+Letter(chosen)+".")+" "+q.Options[chosen].Why, 2))
		fmt.Fprintf(out, "  %s\n", s.passage(s.paint(green, "Right is "+Letter(right)+":")+" "+q.Options[right].Text, 4))
		fmt.Fprintf(out, "    %s\n", s.passage(q.Options[right].Why, 4))
	}
	fmt.Fprintf(out, "\n  %s\n", s.passage(s.paint(bold, "Seen in")+" "+q.Scenario+": "+q.Shows+".", 4))
}

func (s Style) passage(text string, indent int) string {
	return Wrap(text, min(s.Width, quizWidth), indent)
}
