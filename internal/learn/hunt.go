package learn

import (
	"path/filepath"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// HuntFile returns where a learner writes the feature file of a hunt: in the folder of the exercise, or here if it has not begun.
func HuntFile(store *state.Store) string {
	progress, _ := state.Load[course.Progress](store, course.Part) // restlab learn says what is wrong with it
	return terminal.Near(filepath.Join(progress.Of(exercises.TheHunt()).Folder, "hunt.feature"))
}

// PassHunt passes the exercise with the hunt and says so, if the learner takes the course and has not passed it before.
func PassHunt(t *terminal.Terminal, store *state.Store) {
	progress, err := state.Load[course.Progress](store, course.Part)
	if _, isNew := progress.PassHunt(); err != nil || !isNew {
		return // restlab learn says what is wrong with it
	}
	l, err := Open(t, store, nil)
	if err != nil {
		return
	}
	var e exercises.Exercise
	isNew := false
	l.kept.Change(func(p *course.Progress) { e, isNew = p.PassHunt() })
	if isNew {
		l.showPassed(e)
	}
}
