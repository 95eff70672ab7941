package main

import (
	"errors"
	"fmt"

	"restlab/internal/lab"
	"restlab/internal/state"
)

// resume reads a part of the learner's progress. If the part is damaged it is set aside, so that the next command begins
// anew.
func resume[T any](store *state.Store, part string) (T, error) {
	now, err := state.Load[T](store, part)
	if isDamaged(err) {
		return state.Update(store, part, func(*T) {})
	}
	return now, err
}

// change changes a part of the learner's progress in the file, and done to what is in the file then. What cannot be kept is
// no reason to stop: a note says so, once, and done alone changes.
func change[T any](p *program, store *state.Store, part string, done *T, change func(*T)) {
	now, err := state.Update(store, part, change)
	switch {
	case err == nil:
		*done = now
	case isDamaged(err): // what was there is set aside, and the change is kept
		*done = now
		p.noteOnce("damage", err.Error())
	default:
		change(done)
		e := unkept(store, err)
		p.noteOnce("progress", e.Message+"; "+e.Hint)
	}
}

// noteOnce prints a note that is not "", unless there was one about the same thing.
func (p *program) noteOnce(about, note string) {
	if note != "" && !p.noted[about] {
		p.noted[about] = true
		p.Note("%s", note)
	}
}

func isDamaged(err error) bool {
	var damaged *state.Damaged
	return errors.As(err, &damaged)
}

// unkept is the error for progress that cannot be read or written.
func unkept(store *state.Store, err error) *lab.Error {
	e := &lab.Error{Status: lab.ExitUsage, Message: fmt.Sprintf("progress cannot be kept in %s: %s", store.Path, err), Hint: state.Home + " names another folder"}
	switch {
	case isDamaged(err):
		e.Message, e.Hint = err.Error(), "type the same again to begin anew, or fix that file and put it back"
	case store.Path == "":
		e.Message, e.Hint = "progress cannot be kept: "+err.Error(), "name one: "+state.Home+"=FOLDER"
	}
	return e
}
