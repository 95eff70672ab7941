package main

import (
	"context"
	"errors"
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
)

// What people type from README.md, CONTRIBUTING.md and the pages of docs/ that are written by hand works, and prints what the page shows.
// First come the console blocks of a page, in order, as one person would type them; then the commands in running text, of which only
// the end is looked at. A command that nobody types here stands in untried, or fails.
func TestDocs(t *testing.T) {
	installed.Program(t, "curl", "curl")
	installed.Program(t, "tmux", "tmux")
	for _, page := range pages(t) {
		t.Run(page.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			for _, name := range slices.Sorted(maps.Keys(page.files)) {
				d.put(name, page.files[name], 0o600)
			}
			for _, e := range page.shown {
				d.try(e)
			}
			for _, command := range page.mentioned {
				d.try(exercises.Exchange{Command: command})
			}
			for _, flag := range page.flags {
				assert.Contains(t, d.help(), flag+" ", "there is no such flag")
			}
		})
	}
}

// untried are beginnings of commands that nobody types here, and why.
var untried = map[string]string{
	"apt ":                        "it changes the machine",
	"python3 -m pip install":      "it changes the machine",
	"docker run":                  "it fetches an image of a system",
	"npm ci":                      "it fetches packages; .ci/run does it",
	"go build":                    "go test has built the program that is tried here",
	"GOOS=":                       "make test vets the program for other systems",
	"go test":                     "that is where we are",
	"source <(":                   "sh does not know it; the script completion looks at what it reads",
	"./restlab prove":             "it takes minutes; internal/prove does it",
	"./restlab grade --items-cmd": "it wants ports 5000 and 5001 for itself; the script command starts two programs",
}

// brought are programs that a reader has: the servers are this lab's, and the client is at its beginning.
var brought = map[string]string{
	"app.py": `import os
os.execlp("restlab", "restlab", "serve", "--fault", "put-creates-with-200", "--listen", "127.0.0.1:" + os.environ["PORT"])
`,
	"client.py": "print(\"TODO\")\n",
	"server":    "#!/bin/sh\nexec restlab serve \"$@\"\n",
}

// placeholders are what a reader puts in place of a word in capitals.
var placeholders = strings.NewReplacer("COMMAND", "restlab serve --listen 127.0.0.1:{port}", "NAME", "put-concatenates", "go run ./cmd/restlab", "./restlab", "server.go", "./server.go")

// page is what stands in a document to be typed.
type page struct {
	name      string
	files     map[string]string    // that it has the reader write
	shown     []exercises.Exchange // in console blocks
	mentioned []string             // commands in running text
	flags     []string
}

// pages are those that are written by hand.
func pages(t *testing.T) []*page {
	t.Helper()
	names, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	var all []*page
	for _, name := range append(names, "../../README.md", "../../CONTRIBUTING.md") {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		if !strings.Contains(string(text), "\nGenerated from ") {
			all = append(all, read(t, filepath.Base(name), string(text)))
		}
	}
	return all
}

var (
	isCommand = regexp.MustCompile(`^(\w+=\S+ )*(\./restlab|restlab|apt|curl|docker|go (build|run|test)|make|npm|python3|source) [^…]+$`)
	isFlag    = regexp.MustCompile(`--[a-z][a-z-]+`)
	inCode    = regexp.MustCompile("`([^`\n]+)`")
	forFile   = regexp.MustCompile("`([a-z]+\\.[a-z]+)`:$")
	fenced    = regexp.MustCompile("(?m)^ *```(.*)\n((?s:.*?))^ *```$")
)

// read finds what is to be typed. A block below a line that ends with the name of a file, as `server.py`:, is that file.
func read(t *testing.T, name, text string) *page {
	t.Helper()
	p := &page{name: name, files: map[string]string{}}
	p.shown = exercises.Exchanges(text)
	for _, at := range fenced.FindAllStringSubmatchIndex(text, -1) {
		kind, body := text[at[2]:at[3]], text[at[4]:at[5]]
		if file := forFile.FindStringSubmatch(strings.TrimSpace(text[:at[0]])); file != nil {
			p.files[file[1]] = body
			continue
		}
		for line := range strings.Lines(body) {
			if kind != "console" && kind != "gherkin" && isCommand.MatchString(strings.TrimSpace(line)) {
				t.Errorf("%s: this stands in no console block: %s", name, line)
			}
		}
	}
	for _, found := range inCode.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		switch code := found[1]; {
		case isCommand.MatchString(code) && !p.has(code):
			p.mentioned = append(p.mentioned, code)
		case strings.HasPrefix(code, "--"):
			p.flags = append(p.flags, isFlag.FindAllString(code, -1)...)
		}
	}
	return p
}

// has says whether the page has had the command already.
func (p *page) has(command string) bool {
	isIt := func(e exercises.Exchange) bool { return strings.HasPrefix(e.Command+" ", command+" ") }
	return slices.Contains(p.mentioned, command) || slices.ContainsFunc(p.shown, isIt)
}

// desk is where one reader sits: a folder with the program in it, a terminal, and a server at the ports that a text names.
type desk struct {
	*testing.T
	shell    console.Shell
	at       map[string]string // the address for a port of the text
	served   func()            // ends the server that the reader has started
	terminal *screen
	flags    string
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
	bases, stop, err := startReference()
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
	e.Command, _, _ = strings.Cut(placeholders.Replace(e.Command), "  #")
	e.Command = strings.TrimSpace(e.Command)
	began := time.Now()
	defer func() { d.Logf("%5.1f s  %s", time.Since(began).Seconds(), e.Command) }()
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
	if errors.As(err, &ended) && (ended.ExitCode() != exitFailed || !strings.Contains(e.Command, "restlab ")) {
		d.Errorf("$ %s\nends with %s:\n%s%s", e.Command, err, out, ended.Stderr)
	}
	d.shell.Compare(d.T, e, out)
}

var listens = regexp.MustCompile(`--listen \S*:(\d+)`)

// serves types a command that serves, which takes the place of the one before. It gets free ports in place of those of the text.
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
	d.shell.Compare(d.T, e, out.String())
}

// runsOn types a command that runs until it is stopped, as soon as it has said what it says before it waits.
func (d *desk) runsOn(e exercises.Exchange, until string) (stop func()) {
	d.Helper()
	out, stop := d.starts(e.Command, until)
	d.shell.Compare(d.T, e, out.String())
	return stop
}

// starts starts a command and waits until it has printed a text. stop is Ctrl-C.
func (d *desk) starts(typed, until string) (out *heard, stop func()) {
	d.Helper()
	out = &heard{}
	cmd := d.shell.Command(context.Background(), "exec "+typed)
	cmd.Stdout, cmd.Stderr = out, out
	require.NoError(d, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-ended:
		case <-time.After(waitAtMost):
			_ = cmd.Process.Kill()
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
		require.NoError(d, err, "$ %s", e.Command)
		d.shell.Compare(d.T, e, plain)
		title, _, _ := strings.Cut(plain, "\n")
		first = strings.TrimPrefix(title, "# ")
	}
	if d.terminal == nil {
		d.terminal = (&course{d.T, d.shell.Dir}).terminal()
	}
	d.terminal.clear()
	d.terminal.enter(e.Command + "; echo status $?")
	d.terminal.shows(first)
	d.terminal.press("C-c")
	d.terminal.shows("\nstatus 130")
}

// help is what all commands say of their flags.
func (d *desk) help() string {
	d.Helper()
	if d.flags == "" {
		for _, command := range []string{"client", "doctor", "grade", "grade-client", "hunt", "learn", "prove", "quiz", "serve", "walk"} {
			out, err := d.shell.Run("./restlab " + command + " --help")
			require.NoError(d, err, command)
			d.flags += out
		}
	}
	return d.flags
}
