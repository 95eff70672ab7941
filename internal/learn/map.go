package learn

import (
	"fmt"
	"strings"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/terminal"
)

// ShowMap prints all exercises with how far the learner has come, and what to do next. The error is a *lab.Error: the progress cannot be
// read.
func (l *Learner) ShowMap() error {
	if l.kept.Unread != nil {
		return l.kept.Unread
	}
	fmt.Fprintf(l.Out, "The course: %d of %d exercises passed\n\n", l.progress().Passed(), len(exercises.All))
	for _, e := range exercises.All {
		s := l.progress().Of(e)
		fmt.Fprintln(l.Out, strings.TrimRight(fmt.Sprintf("  %s %s  %-36s %s", mark(s), e.Number(), e.Title(), describe(s)), " "))
	}
	fmt.Fprintln(l.Out)
	current, begun := l.progress().Last()
	if folder := l.progress().Of(current).Folder; begun && folder != "" {
		l.Say("You are at %s: your files are in %s.\n", current.Number(), terminal.Near(folder))
	}
	l.showNext()
	return nil
}

// showNext prints what to do next.
func (l *Learner) showNext() { l.Say("%s\n", l.whatNext()) }

// whatNext says in a sentence what to do next.
func (l *Learner) whatNext() string {
	next, more := l.progress().Next()
	current, _ := l.progress().Last()
	switch {
	case !more:
		return fmt.Sprintf("You have passed everything. %s checks all rules on your server; %s has more faulty servers.", l.Command("grade"), l.Command("hunt"))
	case !l.progress().Of(next).HasBegun():
		return fmt.Sprintf("Next: %s begins %s.", l.command("next"), next.Heading())
	case next.Name == current.Name:
		return fmt.Sprintf("Next: %s, or %s.", l.continueCommand(next), l.command("hint", next.Number()))
	}
	return fmt.Sprintf("Next: %s has begun and is not passed: %s.", next.Heading(), l.continueCommand(next))
}

// mark returns the sign of an exercise on the map.
func mark(s course.State) string {
	switch {
	case s.HasPassed():
		return "✓"
	case s.HasBegun():
		return "…"
	}
	return " "
}

// describe says in words how far the learner has come in an exercise.
func describe(s course.State) string {
	text := ""
	switch {
	case s.HasPassed():
		text = "passed"
	case s.HasBegun():
		text = "begun"
	}
	if s.Checked != nil {
		text += fmt.Sprintf(", %d of %d rules kept", s.Checked.Right, s.Checked.Of)
	}
	return text
}
