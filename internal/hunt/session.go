package hunt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// Part is the name of the part of the progress that hunts have in a state.Store.
const Part = "hunt"

// Choice says which hunt a learner wants. Without a number and a seed the progress decides.
type Choice struct {
	Number int     // 0 for any
	Level  string  // "" for any
	Seed   *uint64 // draws a hunt, nil for none
}

// ParseChoice reads what a learner typed: at most one number, a level or "", and a seed or nil. It returns a usage error for
// a number or a level that does not exist, and for a number together with one of the others.
func ParseChoice(numbers []string, level string, seed *uint64, hunts []Hunt) (Choice, error) {
	c := Choice{Level: level, Seed: seed}
	if len(numbers) > 0 {
		var err error
		if c.Number, err = strconv.Atoi(numbers[0]); err != nil || c.Number < 1 || c.Number > len(hunts) {
			return c, lab.Usage(fmt.Sprintf("there is no hunt %q", numbers[0]), fmt.Sprintf("the hunts are 1 to %d; to hand in a file: --submit FILE", len(hunts)))
		}
	}
	switch {
	case c.Number > 0 && (seed != nil || level != ""):
		return c, lab.Usage("a number and --seed or --level contradict each other", "the number alone says which hunt it is")
	case level != "" && !slices.Contains(contract.Levels, level):
		return c, lab.Usage(fmt.Sprintf("there is no level %q", level), "the levels are "+strings.Join(contract.Levels, ", "))
	}
	return c, nil
}

// Session serves hunts to one learner at one terminal, and judges the learner's files.
type Session struct {
	*terminal.Terminal
	rules *contract.Contract
	hunts []Hunt
	kept  *state.Kept[Progress]
}

// Open returns a session with these hunts and the learner's progress. Its error is an *lab.Error.
func Open(t *terminal.Terminal, rules *contract.Contract, hunts []Hunt, store *state.Store) (*Session, error) {
	kept, err := state.Resume[Progress](store, Part, t.NoteOnce)
	if err != nil {
		return nil, err
	}
	return &Session{Terminal: t, rules: rules, hunts: hunts, kept: kept}, nil
}

// List prints how many hunts of each level are solved, and which. It names no fault of the others. Its error is a *lab.Error.
func (s *Session) List() error {
	if s.kept.Unread != nil {
		return s.kept.Unread
	}
	for _, level := range contract.Levels {
		of := s.atLevel(level)
		fmt.Fprintf(s.Out, "%s: %d of %d solved, hunts %d to %d\n", level, s.kept.Now.Count(of), len(of), of[0].Number, of[len(of)-1].Number)
		for _, h := range of {
			if s.kept.Now.HasSolved(h) {
				s.Say("  ✓ %3d  %s: %s\n", h.Number, h.Reveal().Name, h.Reveal().Does)
			}
		}
	}
	s.Say("%s\n", s.whatNext())
	return nil
}

// whatNext says how to go on.
func (s *Session) whatNext() string {
	if next, more := s.kept.Now.Next(s.hunts); more {
		return fmt.Sprintf("%s hunt goes on with hunt %d.", s.Name, next.Number)
	}
	return "There is nothing left to hunt."
}

// atLevel returns the hunts of a level, all for "".
func (s *Session) atLevel(level string) []Hunt {
	return slices.DeleteFunc(slices.Clone(s.hunts), func(h Hunt) bool { return level != "" && h.Level != level })
}

// chosen returns the hunt that a number or a seed names, and whether the choice has one of them.
func (s *Session) chosen(c Choice) (Hunt, bool) {
	switch {
	case c.Number > 0:
		return s.hunts[c.Number-1], true
	case c.Seed != nil:
		return Drawn(s.atLevel(c.Level), *c.Seed), true
	}
	return Hunt{}, false
}
