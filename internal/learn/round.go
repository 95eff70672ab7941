package learn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/report"
	"restlab/internal/session"
	"restlab/internal/terminal"
)

// round starts the program, checks it, and prints what the learner can do next. After the context has ended it prints nothing more.
func (w *watch) round(ctx context.Context) {
	l := w.learner
	fmt.Fprintf(l.Out, "\n%s\n\n", w.exercise.Heading())
	err := w.check(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		l.showError(err)
	}
	if w.running != nil {
		l.Say("Your program runs at %s until you save.\n", report.Describe(session.OptionsAt(grade.Options{}, w.running.Servers).Target()))
	}
	w.showKeys()
}

// check starts the program and checks it: first by the rule that failed last, then by all rules. Its errors are those of Learner.Check.
func (w *watch) check(ctx context.Context) error {
	w.card = ""
	if err := w.restart(ctx); err != nil {
		return err
	}
	options := session.OptionsAt(w.request.Options(), w.running.Servers)
	var err error
	if options.Contract, err = w.request.Contract(); err != nil {
		return err
	}
	if missed := w.learner.progress().Of(w.exercise).Missed; slices.Contains(options.Rules, missed) {
		if err := w.checkFirst(ctx, missed, options); err != nil {
			return err
		}
	}
	return w.checkAll(ctx, options)
}

// checkFirst prints the verdict on one rule.
func (w *watch) checkFirst(ctx context.Context, rule string, o grade.Options) error {
	text := w.text("First the rule that failed last")
	o.Rules, o.Progress, o.Once = []string{rule}, text, true
	_, err := grade.Run(ctx, o)
	text.Interrupt()
	fmt.Fprintln(w.learner.Out)
	return err
}

// checkAll checks all rules, shows the first card, and keeps what came of it.
func (w *watch) checkAll(ctx context.Context, o grade.Options) error {
	isAdvice := func(id string) bool { rule := o.Contract.Rule(id); return rule != nil && rule.Advice }
	text := w.text(fmt.Sprintf("All %d rules", len(slices.DeleteFunc(slices.Clone(o.Rules), isAdvice))))
	text.Brief = true
	o.Progress = text
	result, err := grade.Run(ctx, o)
	if err != nil {
		text.Interrupt()
		return err
	}
	note := ""
	if w.learner.keep != nil {
		var kept bool
		if kept, note = w.learner.keep(w.request, result); kept {
			text.Replay = w.learner.Name + " replay"
		}
	}
	if err := text.Finish(result); err != nil {
		return session.Unwritten(err, "")
	}
	w.learner.NoteOnce("gradings", note)
	w.card = text.Whole
	return w.learner.record(w.exercise, w.request, result)
}

// text returns what shows a grading below a heading. The first card fits the window, if the learner has keys to see all of it.
func (w *watch) text(heading string) *report.Text {
	style := w.learner.Style() // of the window now: a person may have resized it
	if !terminal.Is(w.learner.In) {
		style.Height = 0
	}
	text := w.learner.session(w.request).Text()
	text.Own, text.Style, text.Head, text.Again, text.More = nil, style, heading, w.request.Again(w.learner.Name), "press h"
	return text
}

// restart stops the program that runs, builds it, and starts it. It builds while no program runs: the lab ends a program together with
// all child processes that it has by then.
func (w *watch) restart(ctx context.Context) error {
	w.stop()
	words, err := w.learner.build(ctx, w.builder, w.request.Words)
	if err != nil {
		return err
	}
	built := *w.request
	built.Words = words
	w.running, err = w.learner.session(&built).Locate(ctx)
	return err
}

// stop ends the program that runs, if any.
func (w *watch) stop() {
	if w.running != nil {
		w.running.Stop()
		w.running = nil
	}
}

// showError prints an error as the program does at its end. It prints nothing if all has been said, or if nobody reads the output.
func (l *Learner) showError(err error) {
	if errors.Is(err, syscall.EPIPE) {
		return
	}
	var e *lab.Error
	if !errors.As(err, &e) {
		e = &lab.Error{Message: err.Error(), Hint: "restlab --help lists the commands"}
	}
	l.PrintError(e.Message, e.Hint)
}
