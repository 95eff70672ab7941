package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"restlab/internal/lab"
	"restlab/internal/wire"
)

// Passed is to be called when all of the scenario has passed.
func (s *Scenario) Passed() {
	for family, at := range map[string]lab.Endpoint{"items": s.grading.Items, "tasks": s.grading.Tasks} {
		if at.Program != nil && slices.Contains(s.Families, family) {
			at.Program.Passed()
		}
	}
}

// programs are those that the lab has started, each once.
func (g *Grading) programs() []lab.Program {
	var all []lab.Program
	if g.Items.Program != nil {
		all = append(all, g.Items.Program)
	}
	if g.Tasks.Program != nil && g.Tasks.Program != g.Items.Program {
		all = append(all, g.Tasks.Program)
	}
	return all
}

// Printed is what the program printed last that was asked, nil where the lab has not started it.
func (s *Scenario) Printed(x *wire.Exchange) []string {
	for _, at := range []lab.Endpoint{s.grading.Items, s.grading.Tasks} {
		if at.Program != nil && at.Base == x.Base {
			return at.Program.Printed()
		}
	}
	return nil
}

// Deaths are those of all programs so far; of several programs one after the other.
func (g *Grading) Deaths() []lab.Death {
	var all []lab.Death
	for _, p := range g.programs() {
		all = append(all, p.Deaths()...)
	}
	return all
}

// Settle gives deaths that are about to be noticed a moment.
func (g *Grading) Settle() {
	for _, p := range g.programs() {
		p.Settle()
	}
}

// Gone says why a program is not started again, "" where all serve.
func (g *Grading) Gone() string {
	for _, p := range g.programs() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if gone := p.Ready(ctx); gone != "" {
			return gone
		}
	}
	return ""
}

// Died reports whether a program has died since the scenario began, and how.
func (s *Scenario) Died() *lab.Death {
	if s.grading == nil {
		return nil
	}
	deaths := s.grading.Deaths()
	if len(deaths) <= s.diedBefore {
		return nil
	}
	return &deaths[len(deaths)-1]
}

// metDeath is the death that left an exchange without its answer, or nil.
func (s *Scenario) metDeath(x *wire.Exchange) *lab.Death {
	if x.Trouble.Kind == wire.NoAnswer {
		return nil // it hangs, and lives
	}
	s.grading.Settle()
	return s.Died()
}

func (g *Grading) afterDeath(x *wire.Exchange, death *lab.Death) string {
	note := fmt.Sprintf("Your program died during this request: %s.", death.How)
	if x.Trouble.Kind == wire.Refused {
		note = fmt.Sprintf("Your program died (%s). Its last request was %s.", death.How, wire.Untrusted(g.last).Line(120))
	}
	return strings.TrimSpace(note + " " + death.Means())
}

// diedUnseen is the failure of a program that died while nothing was asked of it, or nil.
func (g *Grading) diedUnseen() error {
	deaths := g.Deaths()[g.DiedBefore:]
	if len(deaths) == 0 || g.blamed {
		return nil
	}
	return deathFailure(&deaths[0], "the whole grading")
}

// deathFailure is the failure of a program whose death no exchange shows.
func deathFailure(d *lab.Death, asked string) *Failure {
	return &Failure{Asked: asked, At: atAnswer, Expected: "a program that runs on", Received: "your program died: " + d.How, Note: d.Means(), Picture: strings.Join(d.Last, "\n")}
}

// diedMeanwhile says why a scenario was not reached during which the program died.
func diedMeanwhile(d *lab.Death) error {
	return &NotReached{Why: fmt.Sprintf("the program died meanwhile (%s), and what it had stored was lost", d.How)}
}

// canAsk waits until the program serves. The error says why nothing more is to be asked in this scenario.
func (s *Scenario) canAsk(at lab.Endpoint) error {
	if at.Program == nil {
		return nil
	}
	gone := at.Program.Ready(s.ctx)
	if death := s.Died(); death != nil {
		return diedMeanwhile(death)
	}
	if gone != "" {
		return &NotReached{Why: gone}
	}
	return nil
}

// AfterDeath is what the end of a scenario means in which the program died, whatever its sentences found. Alone it is the
// scenario's doing. Among others it is anybody's, and what was stored is lost, so that its question has to be asked again.
func (s *Scenario) AfterDeath(err error, death *lab.Death, alone bool) error {
	var failed *Failure
	var notReached *NotReached
	switch {
	case errors.As(err, &failed) && failed.isWithoutAnswer():
		return err // and says so
	case errors.As(err, &notReached) && notReached.Cause.isWithoutAnswer() && alone:
		return notReached.Cause
	case errors.As(err, &notReached) && notReached.Cause.isWithoutAnswer():
		return err
	case !alone && err == nil:
		return nil
	case !alone:
		return diedMeanwhile(death)
	case len(s.exchanges) == 0:
		return deathFailure(death, s.ID)
	}
	return deathFailure(death, s.exchanges[len(s.exchanges)-1].Ask())
}

func (f *Failure) isWithoutAnswer() bool {
	return f != nil && f.Exchange != nil && f.Exchange.Trouble != nil
}
