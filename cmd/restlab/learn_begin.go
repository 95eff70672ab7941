package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/lab"
	"restlab/internal/terminal"
)

// courseFolder is where the folders of the exercises are made if nothing else is said.
const courseFolder = "my-course"

// beginFlags are what a person can say about a beginning.
type beginFlags struct {
	language string
	folder   string
	goOn     bool
}

func (f *beginFlags) addTo(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.language, "lang", "", "begin in this `LANGUAGE`: go, flask, python, or other for the text alone (default that of the program before, or go)")
	flags.StringVar(&f.folder, "dir", "", "copy to this `FOLDER` (default "+courseFolder+"/05-idempotency and so on)")
	flags.BoolVar(&f.goOn, "continue", false, "begin with your own files of the exercise that this one builds on")
	offer(cmd, "lang", cobra.FixedCompletions([]string{"go", "flask", "python", course.Other}, cobra.ShellCompDirectiveNoFileComp))
	offerFolders(cmd, "dir")
}

func (f *beginFlags) any() bool { return *f != beginFlags{} }

func (p *program) learnNextCommand() *cobra.Command {
	var f beginFlags
	cmd := &cobra.Command{
		Use:   "next",
		Short: "go on with the exercise that has begun and is not passed, or begin the next one",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return lab.Usage("learn next takes no exercise", "to begin this one, or go on with it: "+p.Command("learn", args[0]))
			}
			return nil
		},
		RunE: p.learner(func(l *learning, _ *cobra.Command, _ []string) error {
			if l.kept.Unread != nil {
				return l.kept.Unread
			}
			e, more := l.done.Next()
			if !more {
				l.Say("%s\n", l.whatNext())
				return nil
			}
			begun := l.done.Of(e).HasBegun()
			if err := l.begin(e, &f); err != nil {
				return err
			}
			if after, more := l.done.After(e); begun && more {
				l.Say("\nIt is not passed. To leave it for now: %s\n", l.do(after.Number()))
			}
			return nil
		}),
	}
	f.addTo(cmd)
	return cmd
}

// begin copies what an exercise begins with, unless that is done already, and says what to do.
func (l *learning) begin(e exercises.Exercise, f *beginFlags) error {
	if !f.any() && isFolder(l.done.Of(e).Folder) {
		l.note(e, func(*course.State) {})
		l.Say("%s\n\nIt has begun: your files are in %s, as you left them.\n\n", title(e), terminal.Near(l.done.Of(e).Folder))
		l.explain(e)
		return nil
	}
	b, err := l.beginning(e, f)
	if err != nil {
		return err
	}
	folder, err := l.folderFor(e, f)
	if err != nil {
		return err
	}
	if err := course.Copy(folder, b.files); err != nil {
		return l.notCopied(e, f, b.language, err)
	}
	l.change(func(p *course.Progress) {
		if f.folder == "" {
			p.Folder = filepath.Dir(folder)
		}
		p.Change(e, func(s *course.State) { s.Folder, s.Language = folder, b.language })
	})
	l.Say("%s\n\nCopied to %s: %s\nYou begin with %s.\n", title(e), terminal.Near(folder), strings.Join(names(b.files), ", "), b.with)
	l.offerOwn(e, f, folder)
	l.Say("\n")
	l.explain(e)
	return nil
}

// offerOwn tells somebody who has begun with a solution that their own program would do as well.
func (l *learning) offerOwn(e exercises.Exercise, f *beginFlags, folder string) {
	before, has := l.done.Before(e)
	state := l.done.Of(before)
	if f.goOn || !has || !isFolder(state.Folder) || e.HasOwn(state.Language) || e.Repairs(state.Language) {
		return
	}
	l.Say("To begin with your own program of %s instead: %s\n", before.Number(), l.do(e.Number(), "--continue", "--dir", terminal.Near(course.Free(folder+"-own"))))
}

// beginning is what an exercise begins with.
type beginning struct {
	language string
	files    []course.File
	with     string // what they are
}

// beginning is what is to be copied.
func (l *learning) beginning(e exercises.Exercise, f *beginFlags) (*beginning, error) {
	if f.goOn {
		return l.continued(e, f)
	}
	language := f.language
	if language == "" {
		var has bool
		written := l.done.Language()
		if language, has = course.LanguageFor(e, written); !has {
			return nil, l.noStarter(e, written)
		}
	}
	files, known, err := course.Starter(e, language)
	switch {
	case err != nil:
		return nil, unwritten(err)
	case !known:
		return nil, l.noStarter(e, language)
	}
	return &beginning{language, files, starter(e, language)}, nil
}

// starter says what there is to begin with in a language.
func starter(e exercises.Exercise, language string) string {
	before := e.BuildsOn()
	switch {
	case language == course.Other:
		return "the text alone"
	case e.Repairs(language):
		return "a server to repair"
	case e.HasOwn(language):
		return "a starter"
	}
	return "a solution of " + before[len(before)-1].Number()
}

// continued is the learner's own program of the exercise that this one builds on.
func (l *learning) continued(e exercises.Exercise, f *beginFlags) (*beginning, error) {
	before, has := l.done.Before(e)
	if !has {
		return nil, lab.Usage("there is nothing to continue: no exercise that "+e.Number()+" builds on has begun", "leave out --continue")
	}
	if f.language != "" {
		return nil, lab.Usage("--continue and --lang contradict each other", "your own files are in a language already")
	}
	state := l.done.Of(before)
	if e.Repairs(state.Language) {
		return nil, lab.Usage(e.Number()+" begins with a server to repair: in your own there would be nothing to mend", "leave out --continue: "+l.do(e.Number()))
	}
	files, err := course.Continued(e, state.Folder)
	if err != nil {
		return nil, lab.Usage(fmt.Sprintf("%s cannot be copied: %s", state.Folder, err), "leave out --continue")
	}
	return &beginning{state.Language, files, "your own program of " + before.Number()}, nil
}

// noStarter names what there is in place of that language.
func (l *learning) noStarter(e exercises.Exercise, language string) error {
	hint := fmt.Sprintf("there is %s; with other you get the text, and write the program in any language", l.do(e.Number(), "--lang", strings.Join(course.Languages(e), ", --lang ")))
	if before, begun := l.done.Before(e); begun {
		hint = fmt.Sprintf("to go on with your own program of %s: %s; otherwise %s", before.Number(), l.do(e.Number(), "--continue"), hint)
	}
	return lab.Usage(fmt.Sprintf("there is nothing in %q to begin %s with", language, e.Number()), hint)
}

// folderFor is where an exercise is copied to: beside the others, or where the learner says.
func (l *learning) folderFor(e exercises.Exercise, f *beginFlags) (string, error) {
	folder := f.folder
	if folder == "" {
		folder = filepath.Join(cmp.Or(l.done.Folder, courseFolder), e.Name)
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "", lab.Usage(err.Error(), "--dir names another folder")
	}
	return absolute, nil
}

// notCopied names the command that copies to a folder beside the one that is taken, in that language.
func (l *learning) notCopied(e exercises.Exercise, f *beginFlags, language string, err error) error {
	var taken *course.Taken
	if !errors.As(err, &taken) {
		return lab.Usage("the exercise cannot be copied: "+err.Error(), "--dir names another folder")
	}
	anew := []string{e.Number(), "--lang", language}
	if f.goOn {
		anew = []string{e.Number(), "--continue"}
	}
	hint := "to begin anew beside it: " + l.do(append(anew, "--dir", terminal.Near(course.Free(taken.Folder+"-"+language)))...)
	if f.language == "" && course.CheckOf(e) == course.ByRules {
		hint = fmt.Sprintf("to check what is there: %s; %s", l.do("check", e.Number(), "--dir", terminal.Near(taken.Folder)), hint)
	}
	return lab.Usage(terminal.Near(taken.Folder)+" has files already: nothing was copied", hint)
}

func names(files []course.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.Path)
	}
	return all
}

// explain says what to do with an exercise that has begun.
func (l *learning) explain(e exercises.Exercise) {
	state := l.done.Of(e)
	steps := []string{fmt.Sprintf("Read %s: it says what to build, and what an answer looks like.", terminal.Near(filepath.Join(state.Folder, "README.md")))}
	if state.Predictions == nil && len(e.Predictions()) > 0 {
		steps = append(steps, "Say what you expect a right server to answer: "+l.do("predict", e.Number()))
	}
	stuck := l.do("hint", e.Number())
	switch check := course.CheckOf(e); {
	case check == course.ByRules && l.keyed: // it is watched from now on
		steps, stuck = append(steps, "Write, and save: each save is checked here."), l.aHint(e)
	case check == course.ByRules:
		steps = append(steps, fmt.Sprintf("Write, and see at each save what it is worth: %s (once: %s)", l.goOn(e), l.do("check", e.Number())))
	case check == course.ByTalk:
		steps = append(steps, "Write, and see what it is worth: "+l.goOn(e))
	case check == course.ByHunt:
		steps = append(steps, "Find the mistake, and write the test that shows it: "+l.goOn(e))
	case check == course.ByQuiz:
		steps = append(steps, "Answer the questions: "+l.goOn(e))
	}
	for i, step := range append(steps, "If you are stuck: "+stuck) {
		l.Say("%d. %s\n", i+1, step)
	}
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
