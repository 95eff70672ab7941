package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"restlab/internal/wire"
)

// Program is a server that the lab has started, and starts again when it has died.
type Program interface {
	// Ready waits while the program is being started again, and says why it is gone for good, if it is.
	Ready(context.Context) (gone string)
	// Deaths are those so far, the oldest first.
	Deaths() []Death
	// Settle gives a death that is about to be noticed a moment. If the program lives it returns at once.
	Settle()
	// Printed are the last lines that it printed, harmless to show.
	Printed() []string
	// Passed hears that a scenario about it has passed: deaths before it and after it are not in a row.
	Passed()
}

// Death is the end of a program that should have gone on.
type Death struct {
	How  string   // exit status 1, signal: killed
	Last []string // lines that it printed, harmless to show
	Word string   // the one with which its crash begins, or else the last; "" for none
}

// Means is what the word says to somebody who has not met it before, "" where it speaks for itself.
func (d *Death) Means() string {
	if strings.Contains(d.Word, "concurrent map") {
		return "Two requests used a map at the same time: take a lock around each use of it."
	}
	return ""
}

// Passed is to be called when all of the scenario has passed.
func (s *Scenario) Passed() {
	for family, at := range map[string]Endpoint{"items": s.lab.Items, "tasks": s.lab.Tasks} {
		if at.Program != nil && slices.Contains(s.Families, family) {
			at.Program.Passed()
		}
	}
}

// programs are those that the lab has started, each once.
func (l *Lab) programs() []Program {
	var all []Program
	if l.Items.Program != nil {
		all = append(all, l.Items.Program)
	}
	if l.Tasks.Program != nil && l.Tasks.Program != l.Items.Program {
		all = append(all, l.Tasks.Program)
	}
	return all
}

// Printed is what the program printed last that was asked, nil where the lab has not started it.
func (s *Scenario) Printed(x *wire.Exchange) []string {
	for _, at := range []Endpoint{s.lab.Items, s.lab.Tasks} {
		if at.Program != nil && at.Base == x.Base {
			return at.Program.Printed()
		}
	}
	return nil
}

// Deaths are those of all programs so far; of several programs one after the other.
func (l *Lab) Deaths() []Death {
	var all []Death
	for _, p := range l.programs() {
		all = append(all, p.Deaths()...)
	}
	return all
}

// Settle gives deaths that are about to be noticed a moment.
func (l *Lab) Settle() {
	for _, p := range l.programs() {
		p.Settle()
	}
}

// Gone says why a program is not started again, "" where all serve.
func (l *Lab) Gone() string {
	for _, p := range l.programs() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if gone := p.Ready(ctx); gone != "" {
			return gone
		}
	}
	return ""
}

// Died says whether a program has died since the scenario began, and how.
func (s *Scenario) Died() *Death {
	if s.lab == nil {
		return nil
	}
	deaths := s.lab.Deaths()
	if len(deaths) <= s.diedBefore {
		return nil
	}
	return &deaths[len(deaths)-1]
}

// metDeath is the death that left an exchange without its answer, or nil.
func (s *Scenario) metDeath(x *wire.Exchange) *Death {
	if x.Trouble.Kind == wire.NoAnswer {
		return nil // it hangs, and lives
	}
	s.lab.Settle()
	return s.Died()
}

func (l *Lab) afterDeath(x *wire.Exchange, death *Death) string {
	note := fmt.Sprintf("Your program died while it was asked this: %s.", death.How)
	if x.Trouble.Kind == wire.Refused {
		note = fmt.Sprintf("Your program died (%s). The last thing it was asked was %s.", death.How, wire.Untrusted(l.last).Line(120))
	}
	return strings.TrimSpace(note + " " + death.Means())
}

// diedUnseen is the failure of a program that died while nothing was asked of it, or nil.
func (l *Lab) diedUnseen() error {
	deaths := l.Deaths()[l.DiedBefore:]
	if len(deaths) == 0 || l.blamed {
		return nil
	}
	return deaths[0].failure("the whole grading")
}

// failure is a death that no exchange shows.
func (d *Death) failure(asked string) *Failure {
	return &Failure{Asked: asked, At: atAnswer, Expected: "a program that runs on", Received: "your program died: " + d.How, Note: d.Means(), Picture: strings.Join(d.Last, "\n")}
}

func (d *Death) meanwhile() error {
	return &NotReached{Why: fmt.Sprintf("the program died meanwhile (%s), and what it had stored was lost", d.How)}
}

// canAsk waits until the program serves. The error says why nothing more is to be asked in this scenario.
func (s *Scenario) canAsk(at Endpoint) error {
	if at.Program == nil {
		return nil
	}
	gone := at.Program.Ready(s.ctx)
	if death := s.Died(); death != nil {
		return death.meanwhile()
	}
	if gone != "" {
		return &NotReached{Why: gone}
	}
	return nil
}

// AfterDeath is what the end of a scenario means in which the program died, whatever its sentences found. Alone it is the
// scenario's doing. Among others it is anybody's, and what was stored is lost, so that its question has to be asked again.
func (s *Scenario) AfterDeath(err error, death *Death, alone bool) error {
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
		return death.meanwhile()
	case len(s.exchanges) == 0:
		return death.failure(s.ID)
	}
	return death.failure(s.exchanges[len(s.exchanges)-1].Ask())
}

func (f *Failure) isWithoutAnswer() bool {
	return f != nil && f.Exchange != nil && f.Exchange.Trouble != nil
}
