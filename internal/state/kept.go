package state

import (
	"errors"
	"fmt"

	"restlab/internal/lab"
)

// Kept is one part of a store while a command works with it.
type Kept[T any] struct {
	Now    T     // as it is in the file, or as it would be if it could be kept
	Unread error // a *lab.Error that says why Now began empty; nil if it was read

	store *Store
	part  string
	note  func(about, text string)
}

// Resume reads a part. note prints a remark, unless there was one about the same thing. If the part is damaged it is set aside, so that
// the next command begins anew, and the error, a *lab.Error, says so. A part that cannot be read for another reason is no error: see
// Unread.
func Resume[T any](s *Store, part string, note func(about, text string)) (*Kept[T], error) {
	k := &Kept[T]{store: s, part: part, note: note}
	var err error
	if k.Now, err = Load[T](s, part); IsDamaged(err) {
		k.Now, err = Update(s, part, func(*T) {})
	}
	switch {
	case IsDamaged(err):
		return nil, Unkept(s, err)
	case err != nil:
		k.Unread = Unkept(s, err)
	}
	return k, nil
}

// Change changes the part in the file. What cannot be kept is no reason to stop: a note says so, and Now alone changes.
func (k *Kept[T]) Change(by func(*T)) {
	now, err := Update(k.store, k.part, by)
	switch {
	case err == nil:
		k.Now = now
	case IsDamaged(err): // what was there is set aside, and the change is kept
		k.Now = now
		k.note("damage", err.Error())
	default:
		by(&k.Now)
		e := Unkept(k.store, err)
		k.note("progress", e.Error()+"; "+lab.Hint(e))
	}
}

// MustChange is Change for what another command relies on. Its error is a *lab.Error, and Now is as before then.
func (k *Kept[T]) MustChange(by func(*T)) error {
	now, err := Update(k.store, k.part, by)
	if err != nil {
		return Unkept(k.store, err)
	}
	k.Now = now
	return nil
}

// IsDamaged reports whether an error is a *Damaged.
func IsDamaged(err error) bool {
	var damaged *Damaged
	return errors.As(err, &damaged)
}

// Unkept returns the *lab.Error for progress that cannot be read from the store or written to it.
func Unkept(s *Store, err error) error {
	switch {
	case IsDamaged(err):
		return lab.Usage(err.Error(), "type the same again to begin anew, or fix that file and put it back")
	case s.Path == "":
		return lab.Usage("progress cannot be kept: "+err.Error(), "name one: "+Home+"=FOLDER")
	}
	return lab.Usage(fmt.Sprintf("progress cannot be kept in %s: %s", s.Path, err), Home+" names another folder")
}
