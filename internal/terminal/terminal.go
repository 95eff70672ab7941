// Package terminal is how a command talks to a person: what it reads and prints, how text looks there, keys and lines that are typed.
package terminal

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/term"
)

// Terminal is what a command touches of the world. In and Out need not be terminals.
type Terminal struct {
	Name     string   // of the program, as a person types it
	Args     []string // all words behind the name
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string

	noted map[string]bool // what NoteOnce has been called about
}

// Style returns how text looks on the output.
func (t *Terminal) Style() Style { return StyleOf(t.Out, t.Getenv) }

// ErrStyle returns how text looks on the error output.
func (t *Terminal) ErrStyle() Style { return StyleOf(t.Err, t.Getenv) }

// Say prints prose. On a terminal no line is wider than the window, and no command is broken.
func (t *Terminal) Say(format string, args ...any) {
	fmt.Fprint(t.Out, t.Style().Fold(fmt.Sprintf(format, args...)))
}

// Note prints a remark on the error output.
func (t *Terminal) Note(format string, args ...any) {
	fmt.Fprintf(t.Err, "restlab: note: "+format+"\n", args...)
}

// NoteOnce prints a remark that is not "", unless it has printed one about the same thing.
func (t *Terminal) NoteOnce(about, text string) {
	if text == "" || t.noted[about] {
		return
	}
	t.remember()[about] = true
	t.Note("%s", text)
}

func (t *Terminal) remember() map[string]bool {
	if t.noted == nil {
		t.noted = map[string]bool{}
	}
	return t.noted
}

// PrintError prints what is wrong and what to do about it on the error output. Either may be "".
func (t *Terminal) PrintError(message, hint string) {
	if message != "" {
		fmt.Fprintln(t.Err, t.ErrStyle().Fold("restlab: error: "+message))
	}
	if hint != "" { // no line of it is broken: a command of any kind may be in it, to be copied
		fmt.Fprintln(t.Err, Style{}.Fold("restlab: hint: "+t.Own(hint)))
	}
}

// Command returns a command of this program, to be typed. It is for Say, or for the hint of an error.
func (t *Terminal) Command(words ...string) string {
	return strings.ReplaceAll(strings.Join(append([]string{t.Name}, words...), " "), " ", NoBreak)
}

var ownCommand = regexp.MustCompile(`(^|[^\w./-])restlab ([a-z-])`)

// Own returns a text in which commands of this program, restlab grade say, can be typed as this one was.
func (t *Terminal) Own(text string) string {
	return ownCommand.ReplaceAllString(text, "${1}"+strings.ReplaceAll(t.Name, "$", "$$")+" ${2}")
}

// Interactive reports whether a person can answer: both the input and the output are terminals.
func (t *Terminal) Interactive() bool { return Is(t.In) && t.Style().Live }

// Raw returns a copy of t for a terminal whose keys Keys reads: there each line needs \r\n.
func (t *Terminal) Raw() *Terminal {
	t.remember() // the copy shares it
	raw := *t
	raw.Out, raw.Err = rawWriter{t.Out}, rawWriter{t.Err}
	return &raw
}

// Is reports whether a stream is a terminal.
func Is(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Count returns a number of things: 1 rule, 2 rules.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Indent puts so many blanks before each line that is not empty.
func Indent(text string, columns int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString(strings.Repeat(" ", columns))
		}
		b.WriteString(line)
	}
	return b.String()
}

// Near returns a folder or file as it is typed from here, or as it is where it does not lie below this folder.
func Near(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	short, err := filepath.Rel(here, path)
	if err != nil || strings.HasPrefix(short, "..") {
		return path
	}
	return short
}
