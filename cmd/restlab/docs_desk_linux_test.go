package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/console"
	"restlab/internal/installed"
	"restlab/internal/lab"
	"restlab/internal/locate"
)

// desk is where one reader sits: a folder with the program in it, a terminal, and a server at the ports that a text names.
type desk struct {
	*testing.T
	shell    console.Shell
	at       map[string]string // the address for a port of the text
	served   func()            // ends the server that the reader has started
	terminal *screen
}

// There is always a right server, as a reader could have it: at all ports, with one store.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, served: func() {}, shell: console.Shell{Dir: t.TempDir()}}
	for name, found := range map[string]string{"restlab": "restlab", "python3": installed.Python(t, "flask")} {
		program, err := exec.LookPath(found)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(program, filepath.Join(d.shell.Dir, name)))
	}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	require.NoError(t, err)
	bases, stop, err := locate.StartReference()
	require.NoError(t, err)
	d.shell.Env = []string{"PATH=" + d.shell.Dir + ":" + os.Getenv("PATH"), "RESTLAB_HOME=" + filepath.Join(d.shell.Dir, ".home"), "GOCACHE=" + strings.TrimSpace(string(cache)), "ITEMS_URL=" + bases[0]}
	t.Cleanup(stop)
	t.Cleanup(func() { d.served() })
	d.at = map[string]string{}
	for port, base := range map[string]string{"5000": bases[0], "5001": bases[1], "5002": bases[1], "8080": bases[0]} {
		d.at[port] = strings.TrimPrefix(base, "http://")
	}
	d.redirect()
	for name, text := range brought {
		d.put(name, text, 0o700)
	}
	return d
}

func (d *desk) put(name, text string, mode os.FileMode) {
	d.Helper()
	require.NoError(d, os.WriteFile(filepath.Join(d.shell.Dir, name), []byte(text), mode))
}

// redirect has what is typed go to the addresses of this desk.
func (d *desk) redirect() {
	var pairs []string
	for port, address := range d.at {
		pairs = append(pairs, "localhost:"+port, address, "127.0.0.1:"+port, address)
	}
	d.shell.Here = strings.NewReplacer(pairs...)
}

// try types one command.
func (d *desk) try(e exercises.Exchange) {
	d.Helper()
	for begin := range untried {
		if strings.HasPrefix(e.Command, begin) {
			return
		}
	}
	e.Command = placeholders.Replace(withoutComment(e.Command))
	begins := func(words string) bool {
		return strings.HasPrefix(strings.TrimPrefix(e.Command, "./"), "restlab "+words)
	}
	has := func(word string) bool { return slices.Contains(strings.Fields(e.Command), word) }
	switch {
	case strings.HasPrefix(e.Command, "make "):
		d.isMade(e.Command)
	case begins("serve") && !has("list"):
		d.serves(e)
	case begins("hunt") && !has("--submit") && !has("--list"):
		d.serves(e)
	case begins("learn next"):
		d.beginsAnew()
		d.ends(e)
	case begins("learn watch"):
		d.runsOn(e, prompt)()
	case begins("walk") && !has("--plain"):
		d.walks(e)
	default:
		d.ends(e)
	}
}

// beginsAnew makes somebody of the reader who has not begun the course.
func (d *desk) beginsAnew() {
	d.Helper()
	for _, folder := range []string{".home", "my-course"} {
		require.NoError(d, os.RemoveAll(filepath.Join(d.shell.Dir, folder)))
	}
}

// isMade looks whether make knows the target. What its commands do is tried elsewhere.
func (d *desk) isMade(command string) {
	d.Helper()
	words := strings.Fields(command)
	out, err := exec.Command("make", append([]string{"-n", "-C", "../.."}, words[1:]...)...).CombinedOutput()
	assert.NoError(d, err, "%s: %s", command, out)
}

// ends types a command that ends by itself. That a rule was broken is no failure of the command.
func (d *desk) ends(e exercises.Exchange) {
	d.Helper()
	out, err := d.shell.Run(e.Command)
	var ended *exec.ExitError
	if isVerdict := errors.As(err, &ended) && ended.ExitCode() == lab.ExitFailed && strings.Contains(e.Command, "restlab "); err != nil && !isVerdict {
		d.Errorf("$ %s\nends with %s:\n%s", e.Command, said(err), out)
	}
	d.compare(e, out)
}

// said is an error with what the command has said of it.
func said(err error) string {
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return fmt.Sprintf("%s: %s", err, ended.Stderr)
	}
	return err.Error()
}

func (d *desk) compare(e exercises.Exchange, printed string) {
	d.Helper()
	if err := d.shell.Compare(e, printed); err != nil {
		d.Error(err)
	}
}

var listens = regexp.MustCompile(`--listen \S*:(\d+)`)

// serves types a command that serves, which takes the place of the one before. It gets free ports instead of those of the text.
func (d *desk) serves(e exercises.Exchange) {
	d.Helper()
	d.served()
	var ports []string
	for _, found := range listens.FindAllStringSubmatch(e.Command, -1) {
		ports = append(ports, found[1])
	}
	if len(ports) == 0 && strings.Contains(e.Command, "serve") {
		ports = []string{"5000", "5001"}
	}
	typed := listens.ReplaceAllString(e.Command, "") + strings.Repeat(" --listen 127.0.0.1:0", len(ports))
	at := maps.Clone(d.at)
	var out *heard
	out, d.served = d.starts(typed, "Ctrl-C stops the server.")
	for i, found := range regexp.MustCompile(`at http://(\S+)\n`).FindAllStringSubmatch(out.String(), -1) {
		if i < len(ports) {
			d.at[ports[i]] = found[1]
		}
	}
	d.redirect()
	stop := d.served
	d.served = func() { stop(); d.at, d.served = at, func() {}; d.redirect() }
	d.compare(e, out.String())
}

// runsOn types a command that runs until it is stopped, as soon as it has said what it says before it waits.
func (d *desk) runsOn(e exercises.Exchange, until string) (stop func()) {
	d.Helper()
	out, stop := d.starts(e.Command, until)
	d.compare(e, out.String())
	return stop
}

// starts starts a command and waits until it has printed a text. stop is Ctrl-C.
func (d *desk) starts(typed, until string) (out *heard, stop func()) {
	d.Helper()
	out = &heard{}
	cmd := d.shell.Command(context.Background(), "exec "+typed)
	cmd.Stdout, cmd.Stderr = out, out
	require.NoError(d, cmd.Start())
	d.Cleanup(func() { _ = cmd.Process.Kill() })
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-ended:
		case <-time.After(waitAtMost):
			d.Errorf("$ %s\ndoes not stop", typed)
		}
	}
	for deadline := time.Now().Add(waitAtMost); out.count(until) == 0; time.Sleep(20 * time.Millisecond) {
		select {
		case <-ended:
			d.Fatalf("$ %s\nends by itself:\n%s", typed, out.String())
		default:
			require.True(d, time.Now().Before(deadline), "$ %s\n%s", typed, out.String())
		}
	}
	return out, stop
}

// walks holds what a page shows of a walk against its handout, and types it at a terminal, until the first picture is there.
func (d *desk) walks(e exercises.Exchange) {
	d.Helper()
	first := "Go to:" // of a walk through everything
	if len(strings.Fields(e.Command)) > 2 {
		plain, err := d.shell.Run(e.Command + " --plain")
		if err != nil {
			d.Errorf("$ %s --plain\nends with %s", e.Command, said(err))
			return
		}
		d.compare(e, plain)
		title, _, _ := strings.Cut(plain, "\n")
		first = strings.TrimPrefix(title, "# ")
	}
	if d.terminal == nil {
		d.terminal = (&learner{d.T, d.shell.Dir}).terminal()
	}
	d.terminal.clear()
	d.terminal.enter(e.Command + "; echo status $?")
	d.terminal.shows(first)
	d.terminal.press("C-c")
	d.terminal.shows("\nstatus 130")
}

// flags are those of all commands.
func (d *desk) flags() (all []string) {
	d.Helper()
	help, err := d.shell.Run("./restlab --help")
	require.NoError(d, err)
	for _, found := range regexp.MustCompile(`(?m)^  ([a-z-]+)  `).FindAllStringSubmatch(help, -1) {
		help, err := d.shell.Run("./restlab " + found[1] + " --help")
		require.NoError(d, err, found[1])
		all = append(all, isFlag.FindAllString(help, -1)...)
	}
	return all
}
