package process

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"

	"restlab/internal/lab"
)

// guard is the variable in which the lab finds the process id of its guard.
const guard = "RESTLAB_GUARD"

// crashes is the file at which a guard reads how the lab has crashed.
const crashes = 3

// IsGuarded reports whether Guard has started this process. If so it tells the guard of any crash from now on.
var IsGuarded = sync.OnceValue(func() bool {
	if os.Getenv(guard) != strconv.Itoa(os.Getppid()) {
		return false
	}
	pipe := os.NewFile(crashes, "crashes")
	_ = debug.SetCrashOutput(pipe, debug.CrashOptions{}) // which keeps a copy that no program inherits
	_ = pipe.Close()
	return true
})

// Guard runs the lab once more, with these arguments, and waits for it. However that one ends, by a panic in any of its goroutines
// or by SIGKILL, nothing lives then of what it has started. It returns its exit status. The error is that of Crash, or the context's.
func Guard(ctx context.Context, args []string, in io.Reader, out, diagnostics io.Writer) (status int, err error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return 0, Crash(err.Error())
	}
	defer reader.Close()
	cmd := ownCommand(ctx, args)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = in, out, diagnostics, []*os.File{writer}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGQUIT) // which asks the other one where it is, and must not end this one
	err = lead(cmd, &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM})
	_ = writer.Close()
	if err != nil {
		return 0, cmp.Or(ctx.Err(), Crash(err.Error()))
	}
	defer context.AfterFunc(lab.Last(ctx), func() { _ = cmd.Process.Signal(lastSignal) })()
	crashed := bufio.NewReader(reader)
	how, _, _ := crashed.ReadLine()
	_, _ = io.Copy(io.Discard, crashed)
	_ = cmd.Wait()
	kill(cmd.Process.Pid)
	release(cmd.Process.Pid)
	switch {
	case len(how) > 0:
		return 0, Crash(string(how))
	case cmd.ProcessState.Exited():
		return cmd.ProcessState.ExitCode(), nil
	case ctx.Err() != nil:
		return 0, ctx.Err()
	}
	return 0, Crash(cmd.ProcessState.String())
}

// lastSignal is what a guard sends at the second Ctrl-C. A terminal sends the first one to both, so interrupts are not counted.
const lastSignal = syscall.SIGTERM

// IsLast reports whether after a signal nothing is put in order any more. isSecond says that another one came before.
func IsLast(s os.Signal, isSecond bool) bool {
	if IsGuarded() {
		return s == lastSignal
	}
	return isSecond
}

// ownCommand is the command that runs the lab once more. When the context ends it is asked to end, as by Ctrl-C.
func ownCommand(ctx context.Context, args []string) *exec.Cmd {
	self, _ := os.Executable() // else it does not start, and that is said
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), guard+"="+strconv.Itoa(os.Getpid()))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd
}
