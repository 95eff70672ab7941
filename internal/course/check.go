package course

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"restlab/exercises"
)

// Rules are those that a check asks for: the exercise's own, and those of the exercises that it builds on.
func Rules(e exercises.Exercise) []string {
	rules := slices.Clone(e.Rules)
	for _, before := range e.BuildsOn() {
		rules = append(rules, before.Rules...)
	}
	return rules
}

// How an exercise is checked.
type How int

// The ways.
const (
	ByRules How = iota // a server is asked
	ByTalk             // a client is run
	ByHunt             // a hunt has been solved
	ByQuiz             // every question has been answered right
)

// CheckOf is how an exercise is checked.
func CheckOf(e exercises.Exercise) How {
	return map[exercises.Kind]How{exercises.Server: ByRules, exercises.Client: ByTalk, exercises.Hunt: ByHunt, exercises.Quiz: ByQuiz}[e.Kind]
}

// IsGraded reports whether a program is graded.
func (h How) IsGraded() bool { return h == ByRules || h == ByTalk }

// Unclear is a folder of which nobody can tell what is to be started.
type Unclear struct{ What string }

func (u *Unclear) Error() string { return u.What }

// mains are the files in which a program begins, and what starts it.
var mains = []struct {
	file, language string
	words          []string
}{
	{"main.go", "go", []string{"go", "run", "."}},
	{"server.go", "go", []string{"go", "run", "."}},
	{"server.py", "flask", []string{interpreter(), "server.py"}},
	{"app.py", "flask", []string{interpreter(), "app.py"}},
	{"main.py", "flask", []string{interpreter(), "main.py"}},
	{"server.js", "node", []string{"node", "server.js"}},
	{"client.go", "go", []string{"go", "run", "."}},
	{"client.py", "python", []string{interpreter(), "client.py"}},
}

func interpreter() string {
	if runtime.GOOS == "windows" {
		return "python"
	}
	return "python3"
}

// Command is what starts the program in a folder. Where files of several languages are there the language decides. The error is an
// *Unclear where it does not.
func Command(folder, language string) ([]string, error) {
	var found []string
	var words [][]string
	for _, m := range mains {
		_, err := os.Stat(filepath.Join(folder, m.file))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		case m.language == language:
			return m.words, nil
		default:
			found, words = append(found, m.file), append(words, m.words)
		}
	}
	switch len(found) {
	case 0:
		return nil, &Unclear{fmt.Sprintf("%s has no main.go, no server.py and no client.py", folder)}
	case 1:
		return words[0], nil
	}
	return nil, &Unclear{fmt.Sprintf("%s has several programs: %s", folder, strings.Join(found, ", "))}
}

// Run takes go run apart: the packages that it builds, and the arguments of the program. It is false for any other command, and for
// flags of go run.
func Run(words []string) (packages, args []string, ok bool) {
	if len(words) < 3 || words[0] != "go" || words[1] != "run" || strings.HasPrefix(words[2], "-") {
		return nil, nil, false
	}
	n := 3
	for n < len(words) && strings.HasSuffix(words[2], ".go") && strings.HasSuffix(words[n], ".go") {
		n++
	}
	return words[2:n], words[n:], true
}
