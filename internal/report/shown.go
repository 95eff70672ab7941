package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"

	"restlab/internal/grade"
	"restlab/internal/terminal"
)

// shownExchanges is the number of exchanges of each sentence that are shown in full.
const shownExchanges = 2

// Show writes a scenario that has run: each sentence and its exchanges, without the headers that nearly every message has.
// The preparation is shown in short form.
func (t *Text) Show(s *grade.Scenario) error {
	out := bufio.NewWriter(t.Out)
	t.width = min(t.Style.Width, 110)
	fmt.Fprintf(out, "  %s\n", t.Style.Paint(terminal.Bold, s.Name))
	for i, step := range s.Steps {
		fmt.Fprintf(out, "  %s\n", wrapLine(sentence(s, i), t.width, 8))
		most := shownExchanges
		if step.Keyword == "Given" {
			most = 0
		}
		t.someOf(out, s, step.From, step.To, most)
	}
	return out.Flush()
}

// someOf writes the exchanges of one sentence, the first ones in full.
func (t *Text) someOf(out io.Writer, s *grade.Scenario, from, to, most int) {
	for i := from; i < min(to, from+most); i++ {
		t.exchange(out, slices.DeleteFunc(Lines(s.Exchanges[i], nil), Line.IsOrdinary))
	}
	var others []int
	for i := from + most; i < to; i++ {
		others = append(others, i)
	}
	if len(others) > 0 {
		fmt.Fprintf(out, "    %s\n", t.Style.Paint(terminal.Faint, terminal.Wrap("("+brief(s, others)+")", t.width, 5)))
	}
}
