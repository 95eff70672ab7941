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
	"restlab/internal/report"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
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

// program is what a command touches of the world.
type program struct {
	name     string // as a person would type it
	args     []string
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
}

// errFailed is a grading that found faults: all has been said already.
var errFailed = &lab.Error{Status: lab.ExitFailed}

// errUnread is output that nobody reads any more, as after restlab rules | head. The status is the shell's for it.
var errUnread = &lab.Error{Status: 128 + int(syscall.SIGPIPE)}

func run(ctx context.Context, args []string, in io.Reader, out, err io.Writer, getenv func(string) string) (status int) {
	p := &program{typed(os.Args[0]), args, in, out, err, getenv}
	defer func() {
		if crash := recover(); crash != nil {
			fmt.Fprintf(err, "%s\n", debug.Stack())
			status = p.finish(ctx, process.Crash(fmt.Sprintf("panic: %v", crash)))
		}
	}()
	root := &cobra.Command{
		Use:               "restlab",
		Short:             "restlab is a lab for learning REST: it grades your HTTP API and tells you what to change",
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
	root.AddCommand(p.gradeCommand(new(gradeFlags)), p.gradeClientCommand(), p.clientCommand(), p.replayCommand(), p.serveCommand(), p.proveCommand(), p.huntCommand(), p.quizCommand(), p.walkCommand(), p.learnCommand(), p.rulesCommand(), p.stepsCommand(),
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
		fmt.Fprint(p.out, report.StyleOf(p.out, p.getenv).Fold(text.String()))
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

// own is a text in which commands of this program, restlab grade say, can be typed as this one was.
func (p *program) own(text string) string {
	return ownCommand.ReplaceAllString(text, "${1}"+strings.ReplaceAll(p.name, "$", "$$")+" ${2}")
}

var ownCommand = regexp.MustCompile(`(^|[^\w./-])restlab ([a-z-])`)

// finish says what went wrong, if anything, and gives the exit status.
func (p *program) finish(ctx context.Context, err error) int {
	var f *lab.Error
	switch {
	case err == nil:
		return lab.ExitPassed
	case errors.Is(err, syscall.EPIPE) || errors.Is(context.Cause(ctx), errUnread):
		return errUnread.Status
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(p.err, "restlab: interrupted")
		return 130
	case !errors.As(err, &f):
		f = &lab.Error{Status: lab.ExitUsage, Message: err.Error(), Hint: "restlab --help lists the commands"}
	}
	if f.Message != "" {
		fmt.Fprintln(p.err, styleOf(p.err, p.getenv).Fold("restlab: error: "+f.Message))
	}
	if f.Hint != "" { // which may have a command of any kind in it, to be copied
		fmt.Fprintln(p.err, report.Style{}.Fold("restlab: hint: "+p.own(f.Hint)))
	}
	return f.Status
}

// styleOf looks at an output, also where it passes newlines.
func styleOf(out io.Writer, getenv func(string) string) report.Style {
	if passed, is := out.(newlines); is {
		out = passed.out
	}
	return report.StyleOf(out, getenv)
}

// say prints prose: on a terminal no line is wider than that, and no command is broken.
func (p *program) say(format string, args ...any) {
	fmt.Fprint(p.out, styleOf(p.out, p.getenv).Fold(fmt.Sprintf(format, args...)))
}

// command is one of this program's, to be typed. It is for say, or the hint of an error.
func (p *program) command(words ...string) string {
	return strings.ReplaceAll(strings.Join(append([]string{p.name}, words...), " "), " ", report.NoBreak)
}
