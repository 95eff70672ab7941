package proof

import (
	"fmt"
	"io"
	"slices"
)

// mostBeside is how many rules a fault may cost beside its own. One that costs more needs a reason.
const mostBeside = 3

// Beside sums up how many rules faults cost beside the rule that is about them: one mistake has to cost one mistake.
type Beside struct {
	Median      int `json:"median"`
	Percentile  int `json:"percentile_95"` // 95 % of the faults cost at most so many
	Highest     int `json:"highest"`
	Above       int `json:"above"`       // faults that cost more than three
	Unexplained int `json:"unexplained"` // of those, the ones without a reason
}

// countBeside notes for each fault what it costs, and sums it up.
func (p *Proof) countBeside() {
	var costs []int
	for _, row := range p.Faults {
		row.Beside = row.cells(func(c *Cell) bool { return c.Rule != row.Breaks[0] && !c.isAdvice() })
		costs = append(costs, len(row.Beside))
		if len(row.Beside) > mostBeside {
			p.Summary.Beside.Above++
			if row.Reason == "" {
				p.Summary.Beside.Unexplained++
			}
		}
	}
	if len(costs) == 0 {
		return
	}
	slices.Sort(costs)
	s := &p.Summary.Beside
	s.Median, s.Percentile, s.Highest = percentile(costs, 50), percentile(costs, 95), costs[len(costs)-1]
}

// percentile returns the lowest of the sorted values that so many percent of them do not exceed.
func percentile(values []int, percent int) int {
	return values[(len(values)*percent+99)/100-1]
}

// Costly returns the faults that cost more than three rules beside their own, the most first.
func (p *Proof) Costly() []*Row {
	costly := slices.DeleteFunc(slices.Clone(p.Faults), func(row *Row) bool { return len(row.Beside) <= mostBeside })
	slices.SortStableFunc(costly, func(a, b *Row) int { return len(b.Beside) - len(a.Beside) })
	return costly
}

// BrokenBeside counts the rules beside its own that the fault breaks. The others were not reached.
func (row *Row) BrokenBeside() int {
	return len(slices.DeleteFunc(slices.Clone(row.Beside), func(rule string) bool { return row.failed(rule) == 0 }))
}

// UnreachedBeside counts the rules beside its own that were not reached.
func (row *Row) UnreachedBeside() int { return len(row.Beside) - row.BrokenBeside() }

// textBeside writes what faults cost for people.
func (p *Proof) textBeside(out io.Writer) {
	s := p.Summary.Beside
	fmt.Fprintf(out, "Beside        a fault costs a median of %d rules beside its own; 95 %% cost at most %d, and one costs %d\n", s.Median, s.Percentile, s.Highest)
	costly := p.Costly()
	if len(costly) == 0 {
		return
	}
	fmt.Fprintf(out, "\nFaults that cost more than %d rules beside their own:\n", mostBeside)
	for _, row := range costly {
		reason := row.Reason
		if reason == "" {
			reason = "no reason is given"
		}
		fmt.Fprintf(out, "  %s: %d broken, %d not reached: %s\n", row.Name, row.BrokenBeside(), row.UnreachedBeside(), reason)
	}
}
