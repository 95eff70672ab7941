// Package console tries out what texts show: it types the commands of console blocks, and holds what comes back against the lines below
// them. How such a block is read is told in package exercises; here … in a line stands for any text.
package console

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"restlab/exercises"
)

// Patience is how long a command may take on a busy machine.
const Patience = 2 * time.Minute

// Shell is where commands are typed.
type Shell struct {
	Dir  string            // the folder
	Env  []string          // beside the variables of the test
	Here *strings.Replacer // what is typed, and expected, in place of what the text says
}

// Command is a command as it is typed here, by somebody without habits and without a proxy.
func (s Shell) Command(ctx context.Context, text string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", "-c", s.Here.Replace(text))
	cmd.Dir = s.Dir
	cmd.Env = append(append(os.Environ(), "HOME="+s.Dir, "CURL_HOME="+s.Dir, "NO_PROXY=*"), s.Env...)
	cmd.WaitDelay = time.Second
	return cmd
}

// Run types a command and waits for its end. The error is that of exec.Cmd.
func (s Shell) Run(text string) (printed string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	out, err := s.Command(ctx, text).Output()
	return string(out), err
}

// Compare holds what was printed against the lines that the text shows. The error says which of them is the first that does not come, in
// their order; others may come in between.
func (s Shell) Compare(e exercises.Exchange, printed string) error {
	got := lines(printed)
	for _, line := range e.Answer {
		line = s.Here.Replace(line)
		i := slices.IndexFunc(got, func(g string) bool { return like(line, g) })
		if i < 0 {
			return fmt.Errorf("$ %s\nthe text says\n%s\nbut what came is\n%s", e.Command, line, printed)
		}
		got = got[i+1:]
	}
	return nil
}

func lines(printed string) []string {
	return strings.Split(strings.ReplaceAll(printed, "\r\n", "\n"), "\n")
}

// like reports whether a line is the one that a text shows.
func like(shown, line string) bool {
	const any = "…"
	if !strings.Contains(shown, any) {
		return shown == line
	}
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(shown), any, ".*") + "$").MatchString(line)
}
