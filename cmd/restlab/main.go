// Command restlab grades an HTTP API, explains what is wrong with it, and serves one that is right.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/internal/session"
	"restlab/internal/terminal"
)

func main() {
	ctx, stop := untilInterrupted()
	status := run(untilUnread(ctx), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(status)
}

// endings are the signals that end a command in good order: Ctrl-C, a request, and a terminal that is closed.
func endings() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// program is the terminal that all commands share.
type program struct{ *terminal.Terminal }

// errUnread is output that nobody reads any more, as after restlab rules | head. The status is the shell's for it.
var errUnread = &lab.Error{Status: 128 + int(syscall.SIGPIPE)}

func run(ctx context.Context, args []string, in io.Reader, out, err io.Writer, getenv func(string) string) (status int) {
	p := &program{&terminal.Terminal{Name: typed(os.Args[0]), Args: args, In: in, Out: out, Err: err, Getenv: getenv}}
	defer func() {
		if crash := recover(); crash != nil {
			fmt.Fprintf(err, "%s\n", debug.Stack())
			status = p.finish(ctx, process.Crash(fmt.Sprintf("panic: %v", crash)))
		}
	}()
	root := &cobra.Command{
		Use:               "restlab",
		Short:             "restlab is a lab for learning REST: it grades your HTTP API and says what to change",
		SilenceErrors:     true,
		SilenceUsage:      true,
		Version:           "0.1",
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(err)
	p.foldHelp(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return lab.Usage(parsing.ReplaceAllString(err.Error(), ""), cmd.CommandPath()+" --help lists the flags")
	})
	root.AddCommand(p.gradeCommand(new(session.Request)), p.gradeClientCommand(), p.clientCommand(), p.replayCommand(), p.serveCommand(), p.proveCommand(), p.huntCommand(), p.quizCommand(), p.walkCommand(), p.learnCommand(), p.rulesCommand(), p.stepsCommand(),
		p.doctorCommand(), p.completionCommand(root))
	return p.finish(ctx, root.ExecuteContext(ctx))
}

// foldHelp has the help of all commands fit the terminal.
func (p *program) foldHelp(root *cobra.Command) {
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		var text strings.Builder
		cmd.SetOut(&text)
		help(cmd, args)
		cmd.SetOut(nil)
		fmt.Fprint(p.Out, p.Style().Fold(text.String()))
	})
}

// parsing is how Go's packages begin to say that a number is none.
var parsing = regexp.MustCompile(`strconv\.\w+: parsing "[^"]*": |time: `)

// typed is how the program was called, so that a command which it prints can be typed again.
func typed(name string) string {
	switch {
	case strings.Contains(name, "go-build"):
		return "go run ./cmd/restlab"
	case filepath.IsAbs(name):
		return "restlab"
	}
	return name
}

// finish says what went wrong, if anything, and gives the exit status.
func (p *program) finish(ctx context.Context, err error) int {
	var f *lab.Error
	switch {
	case err == nil:
		return lab.ExitPassed
	case errors.Is(err, syscall.EPIPE) || errors.Is(context.Cause(ctx), errUnread):
		return errUnread.Status
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		word := "interrupted"
		if left := new(lab.Interrupted); errors.As(err, &left) {
			word = left.Error()
		}
		fmt.Fprintln(p.Err, "restlab: "+word)
		return lab.ExitInterrupted
	case !errors.As(err, &f):
		f = &lab.Error{Status: lab.ExitUsage, Message: err.Error(), Hint: "restlab --help lists the commands"}
	}
	p.PrintError(f.Message, f.Hint)
	return f.Status
}
