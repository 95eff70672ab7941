package walk

import (
	"context"
	"fmt"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/report"
	"restlab/internal/terminal"
)

// Print runs the first scenario of a walk on its first actor, a server that keeps all rules, and prints what went over the
// wire. The error is that of Actor.Grade, or an *lab.Error if the scenario does not pass.
func Print(ctx context.Context, t *terminal.Terminal, w Walk) error {
	id := w.Scenarios[0].ID
	result, err := w.Actors[0].Grade(ctx, grade.Options{Contract: w.Contract, Seed: w.Seed, Keep: true, Selection: grade.Selection{Scenarios: []string{id}, Partly: true}})
	if err != nil {
		return err
	}
	if !result.Passed() {
		return lab.Fault(id+" did not pass on the reference", "")
	}
	fmt.Fprint(t.Out, "\nOn a server that the lab has started for it:\n\n")
	if err := (&report.Text{Out: t.Out, Style: t.Style()}).Show(result.Scenarios[0]); err != nil {
		return lab.FaultFrom(err, "")
	}
	fmt.Fprintln(t.Out, "  ✓ All of it was so.")
	return nil
}
