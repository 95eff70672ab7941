package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/report"
	"restlab/internal/session"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

func (p *program) learnWatchCommand() *cobra.Command {
	f := &session.Request{Repeat: 1, Cards: "1"}
	cmd := &cobra.Command{
		Use:   "watch [EXERCISE] [-- COMMAND…]",
		Short: "start your program and check it again at each save",
		Long: `Start the program in your folder for the exercise, check it, and do that again each time you save a file there. The rule that
failed last is asked for first.

  restlab learn watch                        the exercise that was begun last
  restlab learn watch 05 -- python3 app.py   this one, with another command

Keys: h hint, n next exercise, r or Enter to check again, c the card whole where the window was too small, q quit.`,
		ValidArgsFunction: exerciseNumbers,
		RunE: p.learner(func(l *learning, cmd *cobra.Command, args []string) error {
			e, rest, err := l.toCheck(cmd, f, args)
			switch {
			case err != nil:
				return err
			case len(rest) > 0 || len(f.Items)+len(f.Tasks) > 0:
				return lab.Usage("a server at a URL is not the lab's to start again", "let it be started: "+l.do("watch", e.Number(), "-- COMMAND"))
			case course.CheckOf(e) != course.ByRules:
				return l.check(cmd.Context(), cmd, e, f, nil)
			}
			return l.watch(cmd.Context(), cmd, e, f)
		}),
	}
	addServerFlags(cmd, f)
	return cmd
}

// watching is a program that is checked at each save.
type watching struct {
	*learning
	cmd     *cobra.Command
	typed   session.Request // what was typed, which holds for all exercises
	e       exercises.Exercise
	f       session.Request // the same for this exercise
	style   func() terminal.Style
	folder  string // where programs are built
	builder course.Builder
	running *locate.Found // nil for nothing
	unwatch context.CancelFunc
	saves   <-chan struct{}
	keys    <-chan byte
	held    []byte // keys that were pressed while the program was checked
	sure    bool   // that the next exercise is wanted
	card    string // where the window was too small for it
}

// errQuit is the wish to end.
var errQuit = errors.New("quit")

// errCtrlC is Ctrl-C where it is a key. Nothing has to be said.
var errCtrlC = &lab.Error{Status: 130}

func (l *learning) watch(ctx context.Context, cmd *cobra.Command, e exercises.Exercise, f *session.Request) error {
	out := l.Out
	w := &watching{learning: l, cmd: cmd, typed: *f, unwatch: func() {}}
	w.style = func() terminal.Style { // each time: a window is resized
		style := terminal.StyleOf(out, l.Getenv)
		if !terminal.Is(l.In) {
			style.Height = 0 // nobody has keys
		}
		return style
	}
	defer func() { w.unwatch() }()
	if err := w.turnTo(ctx, e); err != nil {
		return err
	}
	if err := w.f.Check(); err != nil {
		return err
	}
	if done, err := locate.Guarded(ctx, w.Terminal, &w.f.Programs); done || err != nil {
		return err
	}
	if err := w.predictFirst(ctx, e); err != nil {
		return err
	}
	var err error
	if w.folder, err = os.MkdirTemp("", "restlab-*"); err != nil {
		return unwritten(err)
	}
	defer func() { _ = os.RemoveAll(w.folder) }()
	w.builder = w.newBuilder()
	pressed, restore := terminal.Keys(l.In)
	defer restore()
	w.keys = pressed
	if terminal.Is(l.In) {
		l.program = &program{l.Raw()}
	}
	l.keyed = true
	defer w.stop()
	if err := w.loop(ctx); !errors.Is(err, errQuit) {
		return err
	}
	return nil
}

// turnTo watches the learner's folder for an exercise.
func (w *watching) turnTo(ctx context.Context, e exercises.Exercise) error {
	w.e, w.f, w.sure = e, w.typed, false
	if err := w.aim(e, &w.f, nil); err != nil {
		return err
	}
	w.unwatch()
	ctx, w.unwatch = context.WithCancel(ctx)
	folder := cmp.Or(w.f.Folder, ".")
	var err error
	if w.saves, err = course.Watch(ctx, folder); err != nil {
		return lab.Usage(fmt.Sprintf("the files in %s cannot be watched: %s", terminal.Near(folder), err), "check by hand: "+w.do("check", e.Number()))
	}
	return nil
}

// loop checks, and waits for what has it check again. The error is errQuit, errCtrlC, the context's, or of what is kept.
func (w *watching) loop(ctx context.Context) error {
	for {
		again, err := w.checking(ctx)
		for err == nil && !again {
			again, err = w.wait(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// checking checks once. A save cuts it short; keys wait until it is done, but those that end.
func (w *watching) checking(ctx context.Context) (again bool, err error) {
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
			if err := ends(key); err != nil {
				return false, err
			}
			w.held = append(w.held, key)
		}
	}
}

// wait waits for a save or a key, and does what the key says. After the end of input there are saves alone.
func (w *watching) wait(ctx context.Context) (again bool, err error) {
	if len(w.held) > 0 {
		key := w.held[0]
		w.held = w.held[1:]
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

func (w *watching) press(ctx context.Context, key byte) (again bool, err error) {
	switch key {
	case 'h', 'H':
		fmt.Fprintln(w.Out)
		err := w.hint(w.e, false)
		w.offer()
		return false, err
	case 'c', 'C':
		fmt.Fprintf(w.Out, "\n%s", w.card)
		w.offer()
		return false, nil
	case 'n', 'N':
		return w.goOn(ctx)
	case 'r', 'R', '\r', '\n':
		return true, nil
	}
	return false, ends(key)
}

func ends(key byte) error {
	switch key {
	case 'q', 'Q', terminal.CtrlD:
		return errQuit
	case terminal.CtrlC:
		return errCtrlC
	}
	return nil
}

// goOn begins the next exercise and watches that. Who has not passed this one is asked.
func (w *watching) goOn(ctx context.Context) (again bool, err error) {
	fmt.Fprintln(w.Out)
	if !w.done.Of(w.e).HasPassed() && !w.sure {
		w.sure = true
		w.Say("%s is not passed yet. n once more goes on all the same.\n", title(w.e))
		w.offer()
		return false, nil
	}
	next, more := w.done.Next()
	if next.Name == w.e.Name {
		next, more = w.done.After(w.e)
	}
	if !more {
		w.Say("%s\n", w.whatNext())
		return false, nil
	}
	if err := w.begin(next, &beginFlags{}); err != nil {
		w.finish(ctx, err)
		return false, nil
	}
	if course.CheckOf(next) != course.ByRules {
		return false, errQuit // there is nothing to start
	}
	if err := w.turnTo(ctx, next); err != nil {
		return false, err
	}
	w.builder = w.newBuilder()
	return true, nil
}

func (w *watching) newBuilder() course.Builder {
	return course.Builder{Folder: cmp.Or(w.f.Folder, "."), Program: filepath.Join(w.folder, "server.exe"), Temp: w.folder}
}

// round starts the program anew, checks it, and says what can be done next.
func (w *watching) round(ctx context.Context) {
	fmt.Fprintf(w.Out, "\n%s\n\n", title(w.e))
	err := w.again(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		w.finish(ctx, err)
	}
	if w.running != nil {
		w.Say("Your program runs at %s until you save.\n", report.Describe(session.OptionsAt(grade.Options{}, w.running.Servers).Target()))
	}
	w.offer()
}

// offer says what can be done next.
func (w *watching) offer() {
	w.Say("h hint · n next exercise · r check again · q quit · or save a file\n")
}

func (w *watching) again(ctx context.Context) error {
	w.card = ""
	if err := w.restart(ctx); err != nil {
		return err
	}
	options := session.OptionsAt(w.f.Options(), w.running.Servers)
	var err error
	if options.Contract, err = w.f.Contract(); err != nil {
		return err
	}
	if missed := w.done.Of(w.e).Missed; slices.Contains(options.Rules, missed) {
		if err := w.alone(ctx, missed, options); err != nil {
			return err
		}
	}
	isAdvice := func(id string) bool { rule := options.Contract.Rule(id); return rule != nil && rule.Advice }
	marked := slices.DeleteFunc(slices.Clone(options.Rules), isAdvice)
	text := w.text(fmt.Sprintf("All %d rules", len(marked)))
	text.Brief = true
	options.Progress = text
	result, err := grade.Run(ctx, options)
	if err != nil {
		text.Interrupt()
		return err
	}
	kept, note := w.keep(&w.f, result)
	if kept {
		text.Replay = w.Name + " replay"
	}
	if err := text.Finish(result); err != nil {
		return unwritten(err)
	}
	w.NoteOnce("gradings", note)
	w.card = text.Whole
	return w.conclude(w.e, &w.f, result)
}

// alone prints the verdict on one rule.
func (w *watching) alone(ctx context.Context, rule string, o grade.Options) error {
	text := w.text("First the rule that failed last")
	o.Rules, o.Progress, o.Once = []string{rule}, text, true
	_, err := grade.Run(ctx, o)
	text.Interrupt()
	fmt.Fprintln(w.Out)
	return err
}

func (w *watching) text(head string) *report.Text {
	text := w.session(&w.f).Text()
	text.Own, text.Style, text.Head, text.Again, text.More = nil, w.style(), head, w.f.Again(w.Name), "press h"
	return text
}

// restart stops the program that runs, and starts the next one. It is built in between: what the lab has as a child while a program
// runs counts as the program's, and ends with it.
func (w *watching) restart(ctx context.Context) error {
	w.stop()
	f := w.f
	var err error
	if f.Words, err = w.build(ctx); err != nil {
		return err
	}
	w.running, err = w.session(&f).Locate(ctx)
	return err
}

func (w *watching) stop() {
	if w.running != nil {
		w.running.Stop()
		w.running = nil
	}
}

func (w *watching) build(ctx context.Context) ([]string, error) {
	return w.built(ctx, w.style(), &w.builder, w.f.Words)
}

// built builds what go run would, and returns how the program is started then. Other commands stay as they are.
func (l *learning) built(ctx context.Context, style terminal.Style, b *course.Builder, words []string) ([]string, error) {
	packages, args, isGo := course.Run(words)
	if _, err := exec.LookPath("go"); !isGo || err != nil {
		return words, nil
	}
	done := style.Sign(l.Out, "building…")
	said, err := b.Build(ctx, packages)
	done()
	if err == nil {
		return append([]string{b.Program}, args...), nil
	}
	for i, line := range strings.Split(strings.TrimSpace(string(said)), "\n") {
		if i < mostComplaints {
			fmt.Fprintf(l.Out, "go │ %s\n", wire.Untrusted(strings.ReplaceAll(line, "\t", "    ")).Line(200))
		}
	}
	return nil, lab.Unreachable("your program does not compile", "mend the first place that is named above, and save")
}

// mostComplaints are lines that are shown of what a compiler says.
const mostComplaints = 12
