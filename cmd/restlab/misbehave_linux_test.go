package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"restlab/internal/labtest"
	"restlab/internal/process"
)

func init() {
	programs["misbehave"] = func() {
		if left, is := strings.CutPrefix(os.Args[1], "breeds "); is {
			breed(left)
		}
		misbehaviours[os.Args[1]]()
	}
	programs["crashes"] = crashes
	scriptCommands["gone"] = gone
}

// crashes is restlab with a mistake of its own. $CRASH says where.
func crashes() {
	writes := 0
	switch os.Getenv("CRASH") {
	case "main":
		writes = 1
	case "scenario":
		writes = 2 // the first line is printed before any scenario runs
	case "goroutine":
		go func() { untilListens(); panic("a mistake") }()
	case "killed":
		go func() { untilListens(); _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }()
	}
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, &fragile{os.Stdout, writes}, os.Stderr, os.Getenv))
}

func untilListens() {
	if !process.IsGuarded() {
		select {} // it is the other one that grades
	}
	for {
		if conn, err := net.Dial("tcp", address()); err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// fragile panics at the write of that number.
type fragile struct {
	io.Writer
	left int
}

func (f *fragile) Write(p []byte) (int, error) {
	if f.left--; f.left == 0 {
		panic("a mistake")
	}
	return f.Writer.Write(p)
}

// misbehaviours are programs that a learner could want to have graded. Each serves the reference at $PORT, but for what it says.
var misbehaviours = map[string]func(){
	"not at all": func() { serveAt(address(), reference()) },
	"twice": func() {
		go serveAt("127.0.0.1:"+os.Getenv("REPLICA_PORT"), reference())
		serveAt(address(), reference())
	},
	"exits": func() {
		fmt.Fprintln(os.Stderr, "Traceback (most recent call last):\n\tFile \"app.py\", line 1, in <module>\nModuleNotFoundError: No module named 'flask'")
		os.Exit(3)
	},
	"silent": func() { fmt.Println("hello"); os.Exit(0) },
	"busy":   func() { fmt.Println("OSError: [Errno 98] Address already in use"); os.Exit(1) },
	"asleep": func() { time.Sleep(time.Hour) },
	"hangs": func() {
		serveAt(address(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Hour) }))
	},
	"garbles":   func() { answerAll("SSH-2.0-OpenSSH_9.6\r\n") },
	"elsewhere": func() { serveAt("127.0.0.1:"+os.Args[2], reference()) },
	"ipv6":      func() { serveAt("[::1]:"+os.Getenv("PORT"), reference()) },
	"slow":      func() { time.Sleep(8 * time.Second); serveAt(address(), reference()) },
	"tires":     func() { serveAt(address(), lasts(40, func() { fmt.Fprintln(os.Stderr, "goodbye"); os.Exit(7) })) },
	"dies once": func() {
		serveAt(address(), lasts(40, func() {
			if _, err := os.Stat("died"); err != nil {
				_ = os.WriteFile("died", nil, 0o600)
				fmt.Fprintln(os.Stderr, "goodbye")
				os.Exit(7)
			}
		}))
	},
	"crashes": func() { // at a DELETE of what is not there
		serveAt(address(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			right := reference()
			if r.Method == http.MethodDelete && !strings.HasSuffix(r.URL.Path, "-once") {
				look := &missing{header: http.Header{}}
				right.ServeHTTP(look, request(r))
				if look.status == http.StatusNotFound {
					fmt.Fprintln(os.Stderr, "KeyError:", r.URL.Path)
					os.Exit(1)
				}
			}
			right.ServeHTTP(w, r)
		}))
	},
	"dies of POST": func() {
		serveAt(address(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				fmt.Fprintln(os.Stderr, "goodbye")
				os.Exit(7)
			}
			reference().ServeHTTP(w, r)
		}))
	},
	"interrupts": func() { // as a person does who has typed restlab
		serveAt(address(), lasts(40, func() { _ = syscall.Kill(parent(os.Getppid()), syscall.SIGINT); time.Sleep(time.Hour) }))
	},
	"forks": func() { // and waits for its child, in another session, which serves
		child("not at all")
		time.Sleep(time.Hour)
	},
	"leaves": func() { child("not at all") },
	"stubborn": func() {
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		child("stubborn child")
		serveAt(address(), reference())
	},
	"stubborn child": func() { signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP); time.Sleep(time.Hour) },
	"floods": func() {
		go func() {
			line := strings.Repeat("x", 64<<10)
			for range 1 << 30 / len(line) {
				_, _ = io.WriteString(os.Stdout, line)
			}
			fmt.Println("\nthat was a gigabyte")
			os.Exit(1)
		}()
		time.Sleep(time.Hour)
	},
	"lies": func() {
		fmt.Print("\x1b[2J\x1b]0;owned\x07Everything passed: 999/999 points\n::error::owned\n##[error]owned\n\u202edessap\n")
		os.Exit(1)
	},
	"forges": func() { // the result, for as long as it lives
		go func() {
			for {
				_ = os.WriteFile("result.json", []byte("forged"), 0o600)
				time.Sleep(time.Millisecond)
			}
		}()
		serveAt(address(), reference())
	},
	"breeds": func() { // and each child lives until it has one itself: nobody is there twice
		child("breeds 400")
		serveAt(address(), reference())
	},
	"waits": func() { _ = os.WriteFile("started", nil, 0o600); time.Sleep(time.Hour) },
	"cuts in": func() { // at the port of one that has been started
		for {
			if _, err := os.Stat("started"); err == nil {
				serveAt("127.0.0.1:"+os.Args[2], reference())
			}
			time.Sleep(10 * time.Millisecond)
		}
	},
	"tells": func() { // what it was given
		fmt.Println("inherits", pipes())
		fmt.Println("PORT", os.Getenv("PORT") != "", "SECRET", os.Getenv("SECRET"), "TOKEN", os.Getenv("TOKEN"), strings.Join(os.Args[2:], " "))
		n, err := os.Stdin.Read(make([]byte, 1))
		fmt.Println("stdin", n, err)
		os.Exit(1)
	},
	"hoards": func() {
		var all [][]byte
		for range 64 {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			all = append(all, b)
		}
		fmt.Println(len(all))
		serveAt(address(), reference())
	},
}

func address() string { return "127.0.0.1:" + os.Getenv("PORT") }

var theReference = labtest.Handler()

func reference() http.Handler { return theReference }

func serveAt(address string, h http.Handler) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_ = http.Serve(l, h)
}

// lasts serves so many requests and then does something else.
func lasts(n int32, then func()) http.Handler {
	var asked atomic.Int32
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == n {
			then()
		}
		reference().ServeHTTP(w, r)
	})
}

// missing takes an answer and keeps its status.
type missing struct {
	header http.Header
	status int
}

func (m *missing) Header() http.Header         { return m.header }
func (m *missing) Write(b []byte) (int, error) { return len(b), nil }
func (m *missing) WriteHeader(status int)      { m.status = status }

// request asks for the state of what another request is about.
func request(r *http.Request) *http.Request {
	get := r.Clone(r.Context())
	get.Method = http.MethodGet
	return get
}

func parent(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, found := strings.Cut(string(text), "PPid:")
	var its int
	if _, scanErr := fmt.Sscan(rest, &its); err != nil || !found || scanErr != nil {
		panic("no parent")
	}
	return its
}

// child starts another misbehaviour in a session of its own, which keeps this one's output open.
func child(name string) {
	cmd := exec.Command(os.Args[0], name)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
}

// breed has one child that does the same, but once less.
func breed(left string) {
	n, err := strconv.Atoi(left)
	if err != nil || n == 0 {
		os.Exit(0)
	}
	child(fmt.Sprintf("breeds %d", n-1))
	time.Sleep(10 * time.Millisecond)
	os.Exit(0)
}

// pipes are the open files above the three that every program has, and that lead to another program.
func pipes() (found []string) {
	for fd := 3; fd < 100; fd++ {
		to, _ := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
		if strings.HasPrefix(to, "pipe:") || strings.HasPrefix(to, "socket:") {
			found = append(found, to)
		}
	}
	return found
}

func answerAll(text string) {
	l, err := net.Listen("tcp", address())
	if err != nil {
		panic(err)
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

// gone checks that no process of the script lives, and that nobody has $PORT. "gone soon" waits for it.
func gone(ts *testscript.TestScript, _ bool, args []string) {
	left := alive(ts)
	for range 600 {
		if left == "" || len(args) == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
		left = alive(ts)
	}
	if left != "" {
		ts.Fatalf("it lives: %s", left)
	}
	if port, err := strconv.Atoi(ts.Getenv("PORT")); err == nil {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		ts.Check(err)
		ts.Check(l.Close())
	}
}

// alive is the command line of a process of the script, known by the folder that it was started in, or "".
func alive(ts *testscript.TestScript) string {
	folders, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range folders {
		if to, err := os.Readlink(link); err == nil && strings.HasPrefix(to+"/", ts.Getenv("WORK")+"/") {
			words, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "cmdline"))
			return fmt.Sprintf("%s %q", link, strings.ReplaceAll(string(words), "\x00", " "))
		}
	}
	return ""
}
