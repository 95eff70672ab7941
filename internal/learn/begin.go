package learn

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/lab"
	"restlab/internal/session"
	"restlab/internal/terminal"
)

// DefaultFolder is where the folders of the exercises are made unless the learner names another folder.
const DefaultFolder = "my-course"

// BeginRequest says how a learner wants to begin an exercise. The zero value leaves everything to the course.
type BeginRequest struct {
	Language string // "" for that of the program before
	Folder   string // to copy to; "" for one beside the other exercises
	Continue bool   // with the learner's own files of the exercise before
}

// IsZero reports whether everything is left to the course.
func (r BeginRequest) IsZero() bool { return r == BeginRequest{} }

// BeginNext goes on with the exercise that has begun and is not passed, or begins the next one. The error is that of Begin, or a *lab.Error:
// the progress cannot be read.
func (l *Learner) BeginNext(r BeginRequest) error {
	if l.kept.Unread != nil {
		return l.kept.Unread
	}
	e, more := l.progress().Next()
	if !more {
		l.showNext()
		return nil
	}
	hadBegun := l.progress().Of(e).HasBegun()
	if err := l.Begin(e, r); err != nil {
		return err
	}
	if after, more := l.progress().After(e); hadBegun && more {
		l.Say("\nIt is not passed. To leave it for now: %s\n", l.command(after.Number()))
	}
	return nil
}

// Begin copies the files that an exercise begins with, and says what to do. If the exercise has begun and nothing is requested, it copies
// nothing. The error is a *lab.Error; no file was overwritten.
func (l *Learner) Begin(e exercises.Exercise, r BeginRequest) error {
	if r.IsZero() && isFolder(l.progress().Of(e).Folder) {
		l.resume(e)
		return nil
	}
	start, err := l.startFor(e, r)
	if err != nil {
		return err
	}
	folder, err := l.folderFor(e, r)
	if err != nil {
		return err
	}
	if err := course.Copy(folder, start.files); err != nil {
		return l.notCopied(e, r, start.language, err)
	}
	l.kept.Change(func(p *course.Progress) {
		if r.Folder == "" {
			p.Folder = filepath.Dir(folder)
		}
		p.Change(e, func(s *course.State) { s.Folder, s.Language = folder, start.language })
	})
	l.Say("%s\n\nCopied to %s: %s\nYou begin with %s.\n", e.Heading(), terminal.Near(folder), strings.Join(paths(start.files), ", "), start.with)
	l.offerOwn(e, r, folder)
	l.Say("\n")
	l.explain(e)
	return nil
}

// resume makes an exercise that has begun the current one, and says what to do.
func (l *Learner) resume(e exercises.Exercise) {
	l.change(e, func(*course.State) {})
	l.Say("%s\n\nIt has begun: your files are in %s, as you left them.\n\n", e.Heading(), terminal.Near(l.progress().Of(e).Folder))
	l.explain(e)
}

// offerOwn prints the command that begins with the learner's own program, if they have begun with a solution in its place.
func (l *Learner) offerOwn(e exercises.Exercise, r BeginRequest, folder string) {
	before, has := l.progress().Before(e)
	s := l.progress().Of(before)
	if r.Continue || !has || !isFolder(s.Folder) || e.HasOwn(s.Language) || e.Repairs(s.Language) {
		return
	}
	l.Say("To begin with your own program of %s instead: %s\n", before.Number(), l.command(e.Number(), "--continue", "--dir", terminal.Near(course.Free(folder+"-own"))))
}

// start is what an exercise begins with.
type start struct {
	language string
	files    []course.File
	with     string // what the files are: a starter
}

// startFor returns what an exercise begins with.
func (l *Learner) startFor(e exercises.Exercise, r BeginRequest) (*start, error) {
	if r.Continue {
		return l.ownStart(e, r)
	}
	language := r.Language
	if language == "" {
		var has bool
		written := l.progress().Language()
		if language, has = course.LanguageFor(e, written); !has {
			return nil, l.noStarter(e, written)
		}
	}
	files, known, err := course.Starter(e, language)
	switch {
	case err != nil:
		return nil, session.Unwritten(err, "")
	case !known:
		return nil, l.noStarter(e, language)
	}
	return &start{language, files, describeStarter(e, language)}, nil
}

// describeStarter says what the files are that an exercise begins with in a language.
func describeStarter(e exercises.Exercise, language string) string {
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

// ownStart returns the learner's own program of the exercise that this one builds on.
func (l *Learner) ownStart(e exercises.Exercise, r BeginRequest) (*start, error) {
	before, has := l.progress().Before(e)
	if !has {
		return nil, lab.Usage("there is nothing to continue: no exercise that "+e.Number()+" builds on has begun", "leave out --continue")
	}
	if r.Language != "" {
		return nil, lab.Usage("--continue and --lang contradict each other", "your own files are in a language already")
	}
	s := l.progress().Of(before)
	if e.Repairs(s.Language) {
		return nil, lab.Usage(e.Number()+" begins with a server to repair: your own would have nothing to fix", "leave out --continue: "+l.command(e.Number()))
	}
	files, err := course.Continued(e, s.Folder)
	if err != nil {
		return nil, lab.Usage(fmt.Sprintf("%s cannot be copied: %s", s.Folder, err), "leave out --continue")
	}
	return &start{s.Language, files, "your own program of " + before.Number()}, nil
}

// noStarter returns the error for a language without a starter. The hint names what there is in its place.
func (l *Learner) noStarter(e exercises.Exercise, language string) error {
	hint := fmt.Sprintf("there is %s; with other you get the text, and write the program in any language", l.command(e.Number(), "--lang", strings.Join(course.Languages(e), ", --lang ")))
	if before, begun := l.progress().Before(e); begun {
		hint = fmt.Sprintf("to go on with your own program of %s: %s; otherwise %s", before.Number(), l.command(e.Number(), "--continue"), hint)
	}
	return lab.Usage(fmt.Sprintf("there is nothing in %q to begin %s with", language, e.Number()), hint)
}

// folderFor returns the absolute path of the folder to copy to.
func (l *Learner) folderFor(e exercises.Exercise, r BeginRequest) (string, error) {
	folder := r.Folder
	if folder == "" {
		folder = filepath.Join(cmp.Or(l.progress().Folder, DefaultFolder), e.Name)
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "", lab.Usage(err.Error(), "--dir names another folder")
	}
	return absolute, nil
}

// notCopied returns the error for files that could not be copied. If the folder has files already, the hint names commands that leave them.
func (l *Learner) notCopied(e exercises.Exercise, r BeginRequest, language string, err error) error {
	var taken *course.Taken
	if !errors.As(err, &taken) {
		return lab.Usage("the exercise cannot be copied: "+err.Error(), "--dir names another folder")
	}
	anew := []string{e.Number(), "--lang", language}
	if r.Continue {
		anew = []string{e.Number(), "--continue"}
	}
	hint := "to begin again beside it: " + l.command(append(anew, "--dir", terminal.Near(course.Free(taken.Folder+"-"+language)))...)
	if r.Language == "" && course.CheckOf(e) == course.ByRules {
		hint = fmt.Sprintf("to check what is there: %s; %s", l.command("check", e.Number(), "--dir", terminal.Near(taken.Folder)), hint)
	}
	return lab.Usage(terminal.Near(taken.Folder)+" has files already: nothing was copied", hint)
}

// explain prints what to do in an exercise that has begun.
func (l *Learner) explain(e exercises.Exercise) {
	s := l.progress().Of(e)
	steps := []string{fmt.Sprintf("Read %s: it says what to build, and shows the responses.", terminal.Near(filepath.Join(s.Folder, "README.md")))}
	if s.Predictions == nil && len(e.Predictions()) > 0 {
		steps = append(steps, "Predict how a right server responds: "+l.command("predict", e.Number()))
	}
	hint := l.command("hint", e.Number())
	switch check := course.CheckOf(e); {
	case check == course.ByRules && l.watching:
		steps, hint = append(steps, "Write, and save: each save is checked here."), l.hintCommand(e)
	case check == course.ByRules:
		steps = append(steps, fmt.Sprintf("Write your program. The lab tests it each time you save: %s (once: %s)", l.continueCommand(e), l.command("check", e.Number())))
	case check == course.ByTalk:
		steps = append(steps, "Write, and see what it is worth: "+l.continueCommand(e))
	case check == course.ByHunt:
		steps = append(steps, "Find the mistake, and write the test that shows it: "+l.continueCommand(e))
	case check == course.ByQuiz:
		steps = append(steps, "Answer the questions: "+l.continueCommand(e))
	}
	for i, step := range append(steps, "If you are stuck: "+hint) {
		l.Say("%d. %s\n", i+1, step)
	}
}

func paths(files []course.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.Path)
	}
	return all
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
