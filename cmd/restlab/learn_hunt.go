package main

import (
	"path/filepath"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// huntFile returns where a learner writes the file of a hunt: in the folder of the exercise, or here if it has not begun.
func huntFile(store *state.Store) string {
	progress, _ := state.Load[course.Progress](store, course.Part) // a hunt does without the course
	return terminal.Near(filepath.Join(progress.Of(exercises.TheHunt()).Folder, "hunt.feature"))
}

// passHunt passes the exercise with the hunt and says so, if the learner takes the course and has not passed it before.
func (p *program) passHunt(store *state.Store) error {
	kept, err := state.Resume[course.Progress](store, course.Part, p.NoteOnce)
	if err != nil {
		return err
	}
	l := &learning{program: p, kept: kept, done: kept.Now}
	e, isNew := l.done.PassHunt()
	if !isNew {
		return nil
	}
	l.change(func(progress *course.Progress) { progress.PassHunt() })
	l.tellPassed(e)
	return nil
}
