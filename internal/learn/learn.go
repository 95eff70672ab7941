// Package learn is the course at a learner's terminal: the map of the exercises, how one begins, its hints, its predictions, its check, and
// the watch that checks at each save. What the course is without a terminal is in package course.
package learn

import (
	"fmt"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/session"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// Keep keeps what restlab replay needs of a grading. It reports whether it has, and the note says what went wrong.
type Keep func(*session.Request, *grade.Result) (kept bool, note string)

// Learner is a person who takes the course at a terminal.
type Learner struct {
	*terminal.Terminal
	kept     *state.Kept[course.Progress]
	keep     Keep
	watching bool // each save is checked, and the key h prints a hint
}

// Open returns the learner whose progress is in the store. keep is called after each grading; nil keeps none. The error is a *lab.Error:
// the progress was damaged and is set aside. Progress that cannot be read is no error, for most commands can do without.
func Open(t *terminal.Terminal, store *state.Store, keep Keep) (l *Learner, err error) {
	l = &Learner{Terminal: t, keep: keep}
	note := func(about, text string) { l.NoteOnce(about, text) } // at the terminal that the learner has by then
	l.kept, err = state.Resume[course.Progress](store, course.Part, note)
	return l, err
}

// progress returns how far the learner has come.
func (l *Learner) progress() *course.Progress { return &l.kept.Now }

// change changes the progress in an exercise, and makes the exercise the current one. It changes what is in the store then: another command
// may have written meanwhile.
func (l *Learner) change(e exercises.Exercise, by func(*course.State)) {
	l.kept.Change(func(p *course.Progress) { p.Change(e, by) })
}

// Exercise returns the exercise that the first argument names by its number, or the one that was begun last if there is no argument. The
// error is a *lab.Error.
func (l *Learner) Exercise(args []string) (exercises.Exercise, error) {
	if len(args) == 0 {
		last, begun := l.progress().Last()
		if !begun {
			return last, lab.Usage("no exercise has begun", "begin the first one: "+l.command("next"))
		}
		return last, nil
	}
	e, known := exercises.Find(args[0])
	if !known {
		first, last := exercises.All[0], exercises.All[len(exercises.All)-1]
		return e, lab.Usage(fmt.Sprintf("there is no exercise %q", args[0]), fmt.Sprintf("the exercises are %s to %s: %s learn lists them", first.Number(), last.Number(), l.Name))
	}
	return e, nil
}

// command returns a command of the course, to be typed.
func (l *Learner) command(words ...string) string {
	return l.Command(append([]string{"learn"}, words...)...)
}

// continueCommand returns the command with which the learner goes on with an exercise that has begun.
func (l *Learner) continueCommand(e exercises.Exercise) string {
	switch check := course.CheckOf(e); {
	case check == course.ByHunt:
		return l.Command("hunt")
	case check == course.ByQuiz:
		return l.Command("quiz")
	case l.progress().Of(e).Folder == "": // it was only checked
		return l.command(e.Number())
	case check == course.ByTalk:
		return l.command("check", e.Number())
	}
	return l.command("watch", e.Number())
}

// hintCommand returns how the learner gets a hint: a command to type, or a key to press.
func (l *Learner) hintCommand(e exercises.Exercise) string {
	if l.watching {
		return "press h"
	}
	return l.command("hint", e.Number())
}
