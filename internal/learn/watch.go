package learn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/session"
	"restlab/internal/terminal"
)

// watch checks the learner's program in rounds. A save or a key starts a round; a save cuts short the round before. After the end of the
// input there are no keys, and saves are still checked.
type watch struct {
	learner *Learner
	typed   session.Request // what the learner typed, for whichever exercise
	temp    string          // the folder in which programs are built

	exercise  exercises.Exercise
	request   *session.Request // typed, completed for the exercise
	builder   *course.Builder
	saves     <-chan struct{}
	stopSaves context.CancelFunc

	keys      <-chan byte // nil after the end of the input
	waiting   []byte      // keys that were pressed during a round
	confirmed bool        // the learner has been told that the exercise is not passed, so n turns to the next one

	running *locate.Found // the learner's program, nil if none runs
	card    string        // the first card of the last round, if the window was too small for it
}

var (
	errQuit  = errors.New("quit")                      // a key ends the watch
	errCtrlC = &lab.Error{Status: lab.ExitInterrupted} // Ctrl-C ends it, and nothing is left to say
)

// Watch starts the program that a learner typed or that is in their folder for the exercise, checks it, and does both again at each save
// of a source file. It returns when a key or the context ends it. Before the first round its errors are those of RequestFor and Check.
// Later they are *lab.Errors about files that cannot be watched, or the context's; a program that fails is shown, and fails no watch.
func (l *Learner) Watch(ctx context.Context, e exercises.Exercise, typed session.Request) error {
	temp, err := os.MkdirTemp("", "restlab-*")
	if err != nil {
		return session.Unwritten(err, "")
	}
	defer func() { _ = os.RemoveAll(temp) }()
	w := &watch{learner: l, typed: typed, temp: temp, stopSaves: func() {}}
	defer func() { w.stopSaves() }()
	if err := w.turnTo(ctx, e); err != nil {
		return err
	}
	if err := w.request.Check(); err != nil {
		return err
	}
	if err := l.predictFirst(ctx, e); err != nil {
		return err
	}
	keys, restore := terminal.Keys(l.In)
	defer restore()
	w.keys = keys
	defer l.readKeys()()
	defer w.stop()
	if err := w.run(ctx); !errors.Is(err, errQuit) {
		return err
	}
	return nil
}

// readKeys prints as a terminal needs it whose keys are read one by one, until done is called.
func (l *Learner) readKeys() (done func()) {
	before := l.Terminal
	l.watching = true
	if terminal.Is(l.In) {
		l.Terminal = l.Raw()
	}
	return func() { l.Terminal, l.watching = before, false }
}

// turnTo makes an exercise the one that is watched. Its errors are those of RequestFor, and a *lab.Error if files cannot be watched.
func (w *watch) turnTo(ctx context.Context, e exercises.Exercise) error {
	request, err := w.learner.RequestFor(e, w.typed)
	if err != nil {
		return err
	}
	w.stopSaves()
	ctx, w.stopSaves = context.WithCancel(ctx)
	folder := cmp.Or(request.Folder, ".")
	if w.saves, err = course.Watch(ctx, folder); err != nil {
		return lab.Usage(fmt.Sprintf("the files in %s cannot be watched: %s", terminal.Near(folder), err), "check by hand: "+w.learner.command("check", e.Number()))
	}
	w.exercise, w.request, w.builder, w.confirmed = e, request, newBuilder(request, w.temp, "server.exe"), false
	return nil
}

// run runs rounds. Between them it waits for what starts the next one. The error is errQuit, errCtrlC, the context's, or that of turnTo.
func (w *watch) run(ctx context.Context) error {
	for {
		again, err := w.runRound(ctx)
		for err == nil && !again {
			again, err = w.wait(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// runRound runs one round. A save cuts it short, and again is true then. So do a key that quits and the end of the context, which are
// the errors. Other keys wait until the round is over.
func (w *watch) runRound(ctx context.Context) (again bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.round(ctx)
	}()
	defer func() { cancel(); <-done }()
	for {
		select {
		case <-done:
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		case <-w.saves:
			return true, nil
		case key, open := <-w.keys:
			if !open {
				w.keys = nil
				continue
			}
			if err := quitBy(key); err != nil {
				return false, err
			}
			w.waiting = append(w.waiting, key)
		}
	}
}

// wait waits for a save or a key, and does what the key says. again reports whether a round follows.
func (w *watch) wait(ctx context.Context) (again bool, err error) {
	if len(w.waiting) > 0 {
		key := w.waiting[0]
		w.waiting = w.waiting[1:]
		return w.press(ctx, key)
	}
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-w.saves:
		return true, nil
	case key, open := <-w.keys:
		if !open {
			w.keys = nil
			return false, nil
		}
		return w.press(ctx, key)
	}
}

// press does what a key says. again reports whether a round follows.
func (w *watch) press(ctx context.Context, key byte) (again bool, err error) {
	switch key {
	case 'h', 'H':
		fmt.Fprintln(w.learner.Out)
		w.learner.Hint(w.exercise, false)
		w.showKeys()
		return false, nil
	case 'c', 'C':
		fmt.Fprintf(w.learner.Out, "\n%s", w.card)
		w.showKeys()
		return false, nil
	case 'n', 'N':
		return w.turnToNext(ctx)
	case 'r', 'R', '\r', '\n':
		return true, nil
	}
	return false, quitBy(key)
}

// quitBy returns errQuit or errCtrlC for a key that ends the watch, nil for any other.
func quitBy(key byte) error {
	switch key {
	case 'q', 'Q', terminal.CtrlD:
		return errQuit
	case terminal.CtrlC:
		return errCtrlC
	}
	return nil
}

// turnToNext begins the next exercise and turns to it. If the exercise is not passed, the learner has to press the key twice. The error is
// errQuit if the next exercise has no server to watch, or that of turnTo.
func (w *watch) turnToNext(ctx context.Context) (again bool, err error) {
	l := w.learner
	fmt.Fprintln(l.Out)
	if !l.progress().Of(w.exercise).HasPassed() && !w.confirmed {
		w.confirmed = true
		l.Say("%s is not passed yet. Press n again to go on anyway.\n", w.exercise.Heading())
		w.showKeys()
		return false, nil
	}
	next, more := l.progress().Next()
	if next.Name == w.exercise.Name {
		next, more = l.progress().After(w.exercise)
	}
	if !more {
		l.showNext()
		return false, nil
	}
	if err := l.Begin(next, BeginRequest{}); err != nil {
		l.showError(err)
		return false, nil
	}
	if course.CheckOf(next) != course.ByRules {
		return false, errQuit
	}
	return true, w.turnTo(ctx, next)
}

// showKeys prints what the learner can do next.
func (w *watch) showKeys() {
	w.learner.Say("h hint · n next exercise · r check again · q quit · or save a file\n")
}
