package main

import (
	"path/filepath"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// huntFile returns where a learner writes the file of a hunt: in the folder of the exercise, or here if it has not begun.
func huntFile(store *state.Store) (string, error) {
	var progress course.Progress
	if err := store.Load(course.Part, &progress); err != nil {
		return "", state.Unkept(store, err)
	}
	return terminal.Near(filepath.Join(progress.Of(exercises.TheHunt()).Folder, "hunt.feature")), nil
}

// passHunt passes the exercise with the hunt and says so, if the learner takes the course and has not passed it before.
func (p *program) passHunt(store *state.Store) error {
	l := &learning{program: p, store: store}
	if err := store.Load(course.Part, &l.done); err != nil {
		return state.Unkept(store, err)
	}
	e, isNew := l.done.PassHunt()
	if !isNew {
		return nil
	}
	if err := l.change(func(progress *course.Progress) { progress.PassHunt() }); err != nil {
		return err
	}
	l.tellPassed(e)
	return nil
}
