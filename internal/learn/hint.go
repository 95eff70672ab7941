package learn

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/lab"
	"restlab/internal/session"
	"restlab/internal/terminal"
	"restlab/solutions"
)

// Hint prints the next hint, or all: first those for the rule that failed last, which its card has not shown, then those of the exercise.
// Which hints these are is decided while the progress changes, so that no two commands at once print the same one.
func (l *Learner) Hint(e exercises.Exercise, all bool) {
	hints := e.Hints()
	var rule string
	var ahead []string
	var first, last int
	l.change(e, func(s *course.State) {
		rule, ahead = s.Missed, s.TakeAhead(all)
		if len(ahead) == 0 || all {
			first, last = s.TakeHints(len(hints), all)
		}
	})
	if len(ahead) > 0 {
		l.Say("Hint for %s, which failed last\n\n", rule)
		for _, hint := range ahead {
			l.Say("  %s\n\n", hint)
		}
	}
	if len(ahead) > 0 && !all {
		l.Say("Another one: %s\n", l.hintCommand(e))
		return
	}
	l.showHints(e, hints, first, last)
}

// showHints prints some of the hints of an exercise, counted from 1, and how to get a stronger one.
func (l *Learner) showHints(e exercises.Exercise, hints []exercises.Section, first, last int) {
	if len(hints) == 0 {
		l.Say("There are no hints for %s; each card of a check has some.\n", e.Heading())
		return
	}
	for number := first; number <= last; number++ {
		l.Say("Hint %d of %d · %s\n\n%s\n", number, len(hints), hints[number-1].Heading, terminal.Indent(hints[number-1].Text+"\n", 2))
	}
	switch {
	case last < len(hints):
		l.Say("A stronger one: %s\n", l.hintCommand(e))
	case l.progress().Of(e).HasPassed():
		l.Say("There is no stronger one. The solution: %s\n", l.command("solution", e.Number()))
	default:
		l.Say("There is no stronger one. If you give up: %s\n", l.command("solution", e.Number(), "--give-up"))
	}
}

// Solution prints each file of the solution beside the learner's file of the same name. Before the exercise is passed it does so only if
// the learner gives up. The error is a *lab.Error.
func (l *Learner) Solution(e exercises.Exercise, giveUp bool) error {
	if !giveUp && l.kept.Unread != nil {
		return l.kept.Unread
	}
	s := l.progress().Of(e)
	if !giveUp && !s.HasPassed() {
		return lab.Usage(e.Heading()+" is not passed yet", fmt.Sprintf("a hint may do: %s; or give up: %s", l.command("hint", e.Number()), l.command("solution", e.Number(), "--give-up")))
	}
	files, known := solution(e, s.Language)
	if !known {
		return lab.Usage("there is no solution for "+e.Heading(), "its text says what counts: "+l.command(e.Number()))
	}
	l.Say("%s\n\nOne good program of many: names and the texts of messages do not matter.\n", e.Heading())
	style := l.Style()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		model, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		course.WriteComparison(l.Out, style, path, course.Compare(ownFile(s.Folder, path), string(model)))
		return nil
	})
	if err != nil {
		return session.Unwritten(err, "")
	}
	return nil
}

// solution returns the solution of an exercise in a language, or in another language if there is none.
func solution(e exercises.Exercise, language string) (fs.FS, bool) {
	for _, language := range []string{language, "go", "flask", "python"} {
		if files, known := e.Solution(language, solutions.Files); known {
			return files, true
		}
	}
	return nil, false
}

// ownFile returns the text of the learner's file, "" if there is none.
func ownFile(folder, path string) string {
	if folder == "" {
		return ""
	}
	text, _ := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path)))
	return string(text)
}
