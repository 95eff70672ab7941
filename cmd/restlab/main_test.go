package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/hunt"
	"restlab/internal/labtest"
	"restlab/internal/locate"
	"restlab/internal/process"
	"restlab/internal/proof/fault"
	"restlab/internal/session"
	"restlab/solutions"
)

// TestMain lets a script run restlab as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, programs)
}

// programs are what a script can run; scriptCommands what it can do beside.
var (
	programs       = map[string]func(){"restlab": main}
	scriptCommands = map[string]func(*testscript.TestScript, bool, []string){"target": startTarget, "tidy": tidy, "transcript": transcript, "await": await, "hunted": hunted, "gocache": goCache, "copy-solution": copySolution}
)

// Every script below testdata/script is a person at a terminal: what is typed, what is printed, what the status is.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("RESTLAB_HOME", filepath.Join(env.WorkDir, ".home"))
			program, err := exec.LookPath("restlab")
			env.Setenv("RESTLAB", program)
			env.Setenv("PATH", withoutGo(env.Getenv("PATH")))
			return err
		},
		Condition: hasGo,
		Cmds:      scriptCommands,
	})
}

// startTarget runs a server for the script and puts its base URL into $URL:
//
//	target NAME
//	target fault:NAME
func startTarget(ts *testscript.TestScript, _ bool, args []string) {
	start, known := targets[args[0]]
	if name, isFault := strings.CutPrefix(args[0], "fault:"); isFault {
		start, known = faulty(name), true
	}
	if !known {
		ts.Fatalf("no target %s", args[0])
	}
	base, stop := start(ts)
	ts.Defer(stop)
	ts.Setenv("URL", base)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(base, "http://"))
	ts.Setenv("PORT", port)
}

// withoutGo is a PATH without the folders that have go and no shell. A program that finds go asks for its settings when it starts, which takes
// as long as all else.
func withoutGo(path string) string {
	return strings.Join(slices.DeleteFunc(filepath.SplitList(path), func(folder string) bool {
		_, noGo := os.Stat(filepath.Join(folder, "go"))
		_, noShell := os.Stat(filepath.Join(folder, "sh"))
		return noGo == nil && noShell != nil
	}), string(filepath.ListSeparator))
}

// hasGo is the condition [go] of a script: whether the command gocache can work.
func hasGo(condition string) (bool, error) {
	if condition != "go" {
		return false, fmt.Errorf("there is no condition %q", condition)
	}
	_, err := exec.LookPath("go")
	return err == nil, nil
}

// goCache puts go on the PATH of a script, and gives it the cache of what is built already: a script has another home.
func goCache(ts *testscript.TestScript, _ bool, _ []string) {
	program, err := exec.LookPath("go")
	ts.Check(err)
	out, err := exec.Command(program, "env", "GOCACHE").Output()
	ts.Check(err)
	ts.Setenv("GOCACHE", strings.TrimSpace(string(out)))
	ts.Setenv("PATH", ts.Getenv("PATH")+string(filepath.ListSeparator)+filepath.Dir(program))
}

// copySolution copies the solution of an exercise, in Go, over the files of a folder: copy-solution 01-items FOLDER
func copySolution(ts *testscript.TestScript, _ bool, args []string) {
	e, known := exercises.Find(args[0])
	files, written := e.Solution("go", solutions.Files)
	if !known || !written {
		ts.Fatalf("no solution for %s", args[0])
	}
	names, err := fs.Glob(files, "*")
	ts.Check(err)
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(filepath.Join(args[1], name)), text, 0o600))
	}
}

// hunted puts the number of the hunt for a fault into $HUNT.
func hunted(ts *testscript.TestScript, _ bool, args []string) {
	rules, err := session.ServerContract()
	ts.Check(err)
	for _, h := range hunt.All(rules) {
		if h.Reveal().Name == args[0] {
			ts.Setenv("HUNT", strconv.Itoa(h.Number))
			return
		}
	}
	ts.Fatalf("no hunt for %s", args[0])
}

// await waits until something listens at $URL.
func await(ts *testscript.TestScript, _ bool, _ []string) {
	address := strings.TrimPrefix(ts.Getenv("URL"), "http://")
	for range 200 {
		if conn, err := net.Dial("tcp", address); err == nil {
			ts.Check(conn.Close())
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("nothing listens on %s", address)
}

// targets are servers that a learner could have at that URL.
var targets = map[string]func(*testscript.TestScript) (string, func()){
	"reference": func(ts *testscript.TestScript) (string, func()) {
		bases, stop, err := locate.StartReference()
		ts.Check(err)
		return bases[0], stop
	},
	"nobody": func(ts *testscript.TestScript) (string, func()) {
		port, err := process.FreePort()
		ts.Check(err)
		return "http://127.0.0.1:" + port, func() {}
	},
	"tls": func(*testscript.TestScript) (string, func()) {
		s := httptest.NewUnstartedServer(http.NotFoundHandler())
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		return strings.Replace(s.URL, "https", "http", 1), s.Close
	},
	"raw tls": func(*testscript.TestScript) (string, func()) {
		return octets("\x15\x03\x01\x00\x02\x02\x16")
	},
	"garbage": func(*testscript.TestScript) (string, func()) {
		return octets("220 mail.example ESMTP \x1b[31mhello\r\n")
	},
	"tires": tires,
	"hangs": answers(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Second) }),
	"mute":  mute,
	"escapes": answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{\"value\": \"\x1b]0;owned\x07\x1b[2J\u202e\"}")
	}),
	"rubbish": answers(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "%s %d\n<b>%!</b>") }),
}

// faulty serves one of the servers with one mistake each.
func faulty(name string) func(*testscript.TestScript) (string, func()) {
	return func(ts *testscript.TestScript) (string, func()) {
		if f, known := fault.Find(name); known {
			s := httptest.NewUnstartedServer(f.Handler())
			s.Listener = f.Listener(s.Listener)
			s.Start()
			return s.URL, s.Close
		}
		ts.Fatalf("no fault %s", name)
		return "", nil
	}
}

// tires serves the reference for twenty requests, and nothing after that.
func tires(*testscript.TestScript) (string, func()) {
	var asked atomic.Int32
	right := labtest.Handler()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) > 20 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		right.ServeHTTP(w, r)
	}))
	return s.URL, s.Close
}

func answers(h http.HandlerFunc) func(*testscript.TestScript) (string, func()) {
	return func(*testscript.TestScript) (string, func()) {
		s := httptest.NewServer(h)
		return s.URL, s.Close
	}
}

// mute takes connections and never answers.
func mute(ts *testscript.TestScript) (string, func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn); _ = conn.Close() }()
		}
	}()
	return "http://" + l.Addr().String(), func() { _ = l.Close() }
}

// bytes serves the same bytes to everybody.
func octets(text string) (string, func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}()
	return "http://" + l.Addr().String(), func() { _ = l.Close() }
}

// What differs from run to run in what is printed.
var untidy = []struct {
	find    *regexp.Regexp
	replace string
}{
	{regexp.MustCompile(`(127\.0\.0\.1|\[::1\]):\d{2,5}`), "${1}:PORT"},
	{regexp.MustCompile(`(gave it |PORT=|port |listen on )\d{4,5}\b`), "${1}N"},
	{regexp.MustCompile(`\(process \d+\)`), "(process N)"},
	{regexp.MustCompile(`\(\d+ (bytes came before|more characters)`), "(N $1"},
	{regexp.MustCompile(`Date: \w{3}, .*GMT`), "Date: TODAY"},
	{regexp.MustCompile(`in \d+\.\d s`), "in N s"},
	{regexp.MustCompile(`\b([kt][a-z2-7]{6})[a-z2-7]{4}`), "${1}~~~~"},         // the run's part of {key} and {id}
	{regexp.MustCompile(` the ([a-z2-7]{5})[a-z2-7]{4}s\b`), " the ${1}~~~~s"}, // and of {text}
	{regexp.MustCompile(`(?i)(Etag: (?:W/)?)"[^"]+"`), `${1}"TAG"`},
	{regexp.MustCompile(`(Hunt|on) \d+ of \d+`), "$1 N of N"}, // as many as there are faults and choices
	{regexp.MustCompile(`(?m)[ \t]+$`), ""},
}

// tidy makes the last output comparable: tidy stdout FILE writes it there, ports and times replaced.
func tidy(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(tidied(ts.ReadFile(args[0]))), 0o600))
}

func tidied(text string) string {
	for _, u := range untidy {
		text = u.find.ReplaceAllString(text, u.replace)
	}
	return text
}

// transcript runs a program and writes down all that it prints, standard output first, and its status: transcript FILE PROGRAM…
func transcript(ts *testscript.TestScript, _ bool, args []string) {
	status := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		status = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	text := ts.ReadFile("stdout") + ts.ReadFile("stderr") + fmt.Sprintf("exit status %d\n", status)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(tidied(text)), 0o600))
}

// A command that is printed can be typed as the program was.
func TestTyped(t *testing.T) {
	name := os.Args[0]
	defer func() { os.Args[0] = name }()
	os.Args[0] = "./restlab"
	home := t.TempDir()
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"rules", "nosuch"}, "restlab: hint: ./restlab rules lists them all"},
		{[]string{"grade", "--nosuch"}, "restlab: hint: ./restlab grade --help lists the flags"},
		{[]string{"learn", "check", "05", "python3", "app.py"}, "restlab: hint: a command comes after --: ./restlab learn check 05 -- python3 app.py"},
		{[]string{"rules"}, "\n./restlab rules ID tells more of one."},
		{[]string{"grade", s.URL, "--level", "basics"}, "(./restlab rules ID tells more)"},
	} {
		var out, err strings.Builder
		run(context.Background(), c.args, strings.NewReader(""), &out, &err, func(string) string { return home })
		require.Contains(t, strings.ReplaceAll(out.String()+err.String(), "\n             ", " "), c.want)
		require.NotRegexp(t, `[^/]restlab (rules|grade|learn|replay)`, out.String())
	}
}

// Ctrl-C in the middle of a grading ends it with one word and the shell's status for it.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		w.WriteHeader(http.StatusNotFound)
	}))
	defer s.Close()
	var out, err strings.Builder
	status := run(ctx, []string{"grade", s.URL}, strings.NewReader(""), &out, &err, func(string) string { return "" })
	require.Equal(t, 130, status)
	require.Equal(t, "restlab: interrupted\n", err.String())
}
