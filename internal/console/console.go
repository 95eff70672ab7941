// Package console tries out what texts show: it types the commands of console blocks, and holds what comes back against the lines below
// them. How such a block is read is told in package exercises; here … in a line stands for any text.
package console

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
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

// Compare fails the test unless all lines of the answer come among those that were printed, in order.
func (s Shell) Compare(t *testing.T, e exercises.Exchange, printed string) {
	t.Helper()
	if line, found := missing(s.here(e.Answer), lines(printed)); found {
		t.Errorf("$ %s\nthe text says\n%s\nbut what came is\n%s", e.Command, line, printed)
	}
}

// Shows says whether all lines of the answer have been printed, in order.
func (s Shell) Shows(e exercises.Exchange, printed string) bool {
	_, found := missing(s.here(e.Answer), lines(printed))
	return !found
}

func (s Shell) here(answer []string) []string {
	var all []string
	for _, line := range answer {
		all = append(all, s.Here.Replace(line))
	}
	return all
}

func lines(printed string) []string {
	return strings.Split(strings.ReplaceAll(printed, "\r\n", "\n"), "\n")
}

// missing is the first line that does not come among those that were got, in order, and whether there is one.
func missing(want, got []string) (line string, found bool) {
	for _, line := range want {
		i := 0
		for i < len(got) && !like(line, got[i]) {
			i++
		}
		if i == len(got) {
			return line, true
		}
		got = got[i+1:]
	}
	return "", false
}

// like says whether a line is the one that a text shows.
func like(shown, line string) bool {
	const any = "…"
	if !strings.Contains(shown, any) {
		return shown == line
	}
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(shown), any, ".*") + "$").MatchString(line)
}
