package process

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"restlab/internal/lab"
	"restlab/internal/wire"
)

// How long an end may take.
const (
	politeFor = 2 * time.Second        // from TERM to KILL
	lastWords = 300 * time.Millisecond // from the end of a process to the end of its output
)

// process is one life of a program: it and all that it starts.
type process struct {
	pid    int
	exited chan struct{} // closed when the first process has ended; its children may live
	how    string        // it ended, once it has: exit status 1, signal: killed
	read   chan struct{} // closed when all output has been read
	pipe   *os.File

	once sync.Once
	dead bool
}

// run starts the command. The error is a *lab.Error: nothing has run.
func run(c *Command, port, replica string, out *output) (*process, error) {
	words := make([]string, len(c.Words))
	for i, word := range c.Words {
		words[i] = strings.ReplaceAll(word, "{port}", port)
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir, cmd.Env = c.Dir, append(environment(c.Env, port, replica), c.given...)
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = writer, writer
	err = start(cmd)
	_ = writer.Close()
	if err != nil {
		_ = reader.Close()
		return nil, cannotRun(c, err)
	}
	p := &process{pid: cmd.Process.Pid, exited: make(chan struct{}), read: make(chan struct{}), pipe: reader}
	go func() {
		defer close(p.read)
		_, _ = io.CopyBuffer(out, onlyReader{reader}, make([]byte, 64<<10))
	}()
	go func() {
		_ = cmd.Wait()
		p.how = cmd.ProcessState.String()
		close(p.exited)
	}()
	if err := c.Limits.limit(p.pid); err != nil {
		p.end()
		return nil, lab.Usage("the limits cannot be set: "+err.Error(), "leave --limit out")
	}
	return p, nil
}

// onlyReader keeps io.Copy from finding another way than the buffer.
type onlyReader struct{ io.Reader }

func (p *process) hasExited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// settle waits a moment for the last of the output, which a child can keep open for ever.
func (p *process) settle() {
	select {
	case <-p.read:
	case <-time.After(lastWords):
	}
}

// end stops the process and all that it has started: it asks, waits, and insists. It reports whether nothing of it lives.
func (p *process) end() bool {
	p.once.Do(p.stop)
	return p.dead
}

func (p *process) stop() {
	if canTerminate {
		terminate(p.pid)
		for deadline := time.Now().Add(politeFor); time.Now().Before(deadline) && isAlive(p.pid); {
			time.Sleep(10 * time.Millisecond)
		}
	}
	p.dead = kill(p.pid) || !canTerminate && p.hasExited()
	select {
	case <-p.exited:
	case <-time.After(politeFor):
		p.dead = false
	}
	release(p.pid)
	p.settle()
	_ = p.pipe.Close()
}

// cannotRun says why a command was not started.
func cannotRun(c *Command, err error) error {
	name := c.Words[0]
	shown := `"` + wire.Untrusted(name).Line(100) + `"`
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(c.Dir, name)
	}
	info, statErr := os.Stat(path)
	isBare := filepath.Base(name) == name
	switch {
	case errors.Is(err, exec.ErrNotFound) && statErr == nil && !info.IsDir():
		return lab.Usage("there is no command "+shown+", but a file of that name", fmt.Sprintf("write ./%s, or name what runs it: %s", name, example(name)))
	case isBare && errors.Is(err, exec.ErrNotFound):
		return lab.Usage("there is no command "+shown, "is it spelled right, and installed? type it in this terminal to see")
	case errors.Is(err, fs.ErrNotExist) && statErr == nil:
		return lab.Usage(shown+" begins with #! and a program that does not exist", "fix its first line, or name the program that runs it: "+example(name))
	case errors.Is(err, fs.ErrNotExist):
		return lab.Usage("there is no file "+shown, "is the path right, and the folder? --dir says where the command is to run")
	case statErr == nil && info.IsDir():
		return lab.Usage(shown+" is a folder", "name the program in it")
	case errors.Is(err, fs.ErrPermission):
		return lab.Usage(shown+" may not be run", fmt.Sprintf("allow it with chmod +x %s, or name what runs it: %s", name, example(name)))
	case strings.Contains(err.Error(), "exec format error"):
		return lab.Usage(shown+" is no program of this machine, and has no #! in its first line", "name what runs it: "+example(name))
	}
	return lab.Usage(shown+" cannot be started: "+wire.Untrusted(err.Error()).Line(200), "")
}

// example is a command line for a file, by the end of its name.
func example(name string) string {
	with := map[string]string{".js": "node", ".mjs": "node", ".go": "go run", ".sh": "sh", ".rb": "ruby", ".php": "php", ".jar": "java -jar", ".java": "java"}
	runner, known := with[filepath.Ext(name)]
	if !known {
		runner = "python3"
		if runtime.GOOS == "windows" {
			runner = "python"
		}
	}
	return runner + " " + name
}
