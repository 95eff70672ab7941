package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/lab"
	"restlab/internal/terminal"
	"restlab/solutions"
)

func (p *program) learnHintCommand() *cobra.Command {
	var all bool
	cmd := p.exerciseCommand("hint", "print a hint, and a stronger one each time", func(_ context.Context, l *learning, e exercises.Exercise) error {
		return l.hint(e, all)
	})
	cmd.Flags().BoolVar(&all, "all", false, "print all hints at once")
	return cmd
}

// hint prints a hint, or all: those for the rule that failed last, which its card has not shown, and then those of the exercise. Which
// ones is decided where the progress changes, so that two commands at once do not print the same hint.
func (l *learning) hint(e exercises.Exercise, all bool) error {
	hints := e.Hints()
	var missed string
	var ahead []string
	var first, last int
	l.note(e, func(s *course.State) {
		missed, ahead = s.Missed, s.TakeAhead(all)
		if len(ahead) == 0 || all {
			first, last = s.TakeHints(len(hints), all)
		}
	})
	if len(ahead) > 0 {
		l.Say("Hint for %s, which failed last\n\n", missed)
		for _, hint := range ahead {
			l.Say("  %s\n\n", hint)
		}
		if !all {
			l.Say("Another one: %s\n", l.aHint(e))
			return nil
		}
	}
	if len(hints) == 0 {
		l.Say("There are no hints for %s; each card of a check has some.\n", title(e))
		return nil
	}
	for number := first; number <= last; number++ {
		l.Say("Hint %d of %d · %s\n\n%s\n", number, len(hints), hints[number-1].Heading, terminal.Indent(hints[number-1].Text+"\n", 2))
	}
	switch {
	case last < len(hints):
		l.Say("A stronger one: %s\n", l.aHint(e))
	case l.done.Of(e).HasPassed():
		l.Say("There is no stronger one. The solution: %s\n", l.do("solution", e.Number()))
	default:
		l.Say("There is no stronger one. If you give up: %s\n", l.do("solution", e.Number(), "--give-up"))
	}
	return nil
}

func (p *program) learnSolutionCommand() *cobra.Command {
	var giveUp bool
	cmd := p.exerciseCommand("solution", "show yours beside a good one, once the exercise is passed", func(_ context.Context, l *learning, e exercises.Exercise) error {
		if l.kept.Unread != nil && !giveUp {
			return l.kept.Unread
		}
		if !giveUp && !l.done.Of(e).HasPassed() {
			return lab.Usage(title(e)+" is not passed yet", fmt.Sprintf("a hint may do: %s; or give up: %s", l.do("hint", e.Number()), l.do("solution", e.Number(), "--give-up")))
		}
		return l.solution(e)
	})
	cmd.Flags().BoolVar(&giveUp, "give-up", false, "show it before the exercise is passed")
	return cmd
}

// solution compares each file of the solution with the learner's file of the same name.
func (l *learning) solution(e exercises.Exercise) error {
	state := l.done.Of(e)
	files, known := e.Solution(state.Language, solutions.Files)
	for _, language := range []string{"go", "flask", "python"} { // whoever writes in another language reads one of these
		if !known {
			files, known = e.Solution(language, solutions.Files)
		}
	}
	if !known {
		return lab.Usage("there is no solution for "+title(e), "its text says what counts: "+l.do(e.Number()))
	}
	style := l.Style()
	l.Say("%s\n\nOne good program of many: names and the texts of messages do not matter.\n", title(e))
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		model, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		mine := ""
		if state.Folder != "" {
			content, _ := os.ReadFile(filepath.Join(state.Folder, filepath.FromSlash(path))) // it need not be there
			mine = string(content)
		}
		course.WriteComparison(l.Out, style, path, course.Compare(mine, string(model)))
		return nil
	})
	if err != nil {
		return unwritten(err)
	}
	return nil
}
