package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"restlab/internal/endpoint"
	"restlab/internal/lab"
	"restlab/internal/process"
)

// commandFlags are what a person can say about programs that the lab is to start.
type commandFlags struct {
	words                []string // after --: one program for both families
	itemsCmd, tasksCmd   string
	port                 int
	itemsPort, tasksPort int
	dir                  string
	env                  []string
	patience             time.Duration
	restarts             int
	limits               []string
	output               bool

	replicas bool // whether the program after -- is told a second port
}

func (f *commandFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.itemsCmd, "items-cmd", "", "start the server for items with this `COMMAND`")
	flags.StringVar(&f.tasksCmd, "tasks-cmd", "", "start the server for tasks with this `COMMAND`")
	flags.IntVar(&f.port, "port", 0, "the `PORT` of the program after -- (default a free one, in the variable PORT and for {port})")
	flags.IntVar(&f.itemsPort, "items-port", 0, "the `PORT` of --items-cmd")
	flags.IntVar(&f.tasksPort, "tasks-port", 0, "the `PORT` of --tasks-cmd")
	flags.DurationVar(&f.patience, "ready-timeout", process.DefaultPatience, "longest time from the start of a program to its first answer")
	flags.IntVar(&f.restarts, "restarts", process.DefaultRestarts, "how often in a row a program that dies is started again, and in all ten times as often")
	f.addRunning(flags)
}

// addRunning adds the flags that are for programs which end by themselves too.
func (f *commandFlags) addRunning(flags *pflag.FlagSet) {
	flags.StringVar(&f.dir, "dir", "", "start the program in this `FOLDER`")
	flags.StringArrayVar(&f.env, "env", nil, "pass this variable to the program too, by `NAME`; repeatable")
	flags.StringSliceVar(&f.limits, "limit", nil, "bound the program (Linux): memory=512M, processes=200 or file=10M; repeatable")
	flags.BoolVar(&f.output, "output", false, "show what the program prints while it runs")
}

// any says whether there is a program to start.
func (f *commandFlags) any() bool { return len(f.words) > 0 || f.itemsCmd != "" || f.tasksCmd != "" }

// check finds wishes that contradict each other.
func (f *gradeFlags) checkCommand(args []string) error {
	c := &f.commandFlags
	switch {
	case len(c.words) > 0 && (len(args) > 0 || len(f.items)+len(f.tasks) > 0 || c.itemsCmd != "" || c.tasksCmd != ""):
		return lab.Usage("a command after -- serves both families, so no other server can be named", "two programs: --items-cmd COMMAND --tasks-cmd COMMAND")
	case c.itemsCmd != "" && (len(args) > 0 || len(f.items) > 0), c.tasksCmd != "" && (len(args) > 0 || len(f.tasks) > 0):
		return lab.Usage("a URL and a command for the same family contradict each other", "give one of them")
	case c.port != 0 && len(c.words) == 0:
		return lab.Usage("--port is for a command after --", "with --items-cmd it is --items-port, with --tasks-cmd --tasks-port")
	case c.itemsPort != 0 && c.itemsCmd == "":
		return lab.Usage("--items-port needs --items-cmd", "with a command after -- it is --port")
	case c.tasksPort != 0 && c.tasksCmd == "":
		return lab.Usage("--tasks-port needs --tasks-cmd", "with a command after -- it is --port")
	case c.itemsPort != 0 && c.itemsPort == c.tasksPort:
		return lab.Usage("two programs cannot have one port", "one program for both: restlab grade -- COMMAND")
	}
	return c.checkValues()
}

func (f *commandFlags) checkValues() error {
	for _, port := range []int{f.port, f.itemsPort, f.tasksPort} {
		if port < 0 || port > 65535 {
			return lab.Usage(fmt.Sprintf("there is no port %d", port), "a port is a number from 1 to 65535")
		}
	}
	for _, name := range f.env {
		if _, set := os.LookupEnv(name); !set {
			return lab.Usage(fmt.Sprintf("the variable %q is not set", name), "--env takes a name alone; set it before: NAME=value restlab grade --env NAME …")
		}
	}
	if info, err := os.Stat(f.dir); f.dir != "" && (err != nil || !info.IsDir()) {
		return lab.Usage(fmt.Sprintf("there is no folder %s", f.dir), "--dir takes the folder in which the command is to run")
	}
	switch {
	case f.restarts < 0 || f.restarts > 1000:
		return lab.Usage(fmt.Sprintf("--restarts %d is not between 0 and 1000", f.restarts), "")
	case f.patience < 100*time.Millisecond || f.patience > time.Hour:
		return lab.Usage(fmt.Sprintf("--ready-timeout %s is not between 100ms and 1h", f.patience), "write it like 30s")
	}
	_, err := process.ParseLimits(f.limits)
	return err
}

// started is a program that is to be started, and for which families it is.
type started struct {
	process.Command
	families []string
}

// programs are those that are to be started.
func (f *commandFlags) programs() ([]started, error) {
	if len(f.words) > 0 {
		one := f.command("server", f.words, f.port, "--port")
		one.Replica = f.replicas
		return []started{{one, []string{"items", "tasks"}}}, nil
	}
	var all []started
	for _, one := range []struct {
		family, line string
		port         int
	}{{"items", f.itemsCmd, f.itemsPort}, {"tasks", f.tasksCmd, f.tasksPort}} {
		if one.line == "" {
			continue
		}
		words, err := process.Split(one.line)
		if err != nil {
			return nil, err
		}
		all = append(all, started{f.command(one.family, words, one.port, "--"+one.family+"-port"), []string{one.family}})
	}
	return all, nil
}

func (f *commandFlags) command(name string, words []string, port int, portFlag string) process.Command {
	limits, _ := process.ParseLimits(f.limits) // checked before
	return process.Command{Name: name, Words: words, Dir: near(f.dir), Env: f.env, Port: port, PortFlag: portFlag, Patience: f.patience, Restarts: f.restarts, Limits: limits}
}

// start starts the programs, and returns the endpoint of each family that has one.
func (l *location) start(ctx context.Context, p *program, f *commandFlags) (map[string]lab.Endpoint, error) {
	all, err := f.programs()
	if err != nil {
		return nil, err
	}
	at := map[string]lab.Endpoint{}
	for _, one := range all {
		if f.output {
			one.Live = p.Err
		}
		running, err := process.Start(ctx, one.Command, p.Err)
		if err != nil {
			return nil, err
		}
		l.close = append(l.close, func() {
			if err := running.Stop(); err != nil {
				fmt.Fprintf(p.Err, "restlab: note: %s\n", err)
			}
		})
		end, err := endpoint.Find(ctx, running.Base())
		if err != nil {
			return nil, err
		}
		if running.OnlyIPv6() {
			fmt.Fprintf(p.Err, "restlab: note: your program listens on %s only, which is IPv6: clients that ask 127.0.0.1 do not find it\n", running.Address)
		}
		end.Program = running
		l.commands = append(l.commands, one.String())
		l.byHand = append(l.byHand, running.ByHand())
		for _, family := range one.families {
			at[family] = end
		}
		if err := l.findSecond(ctx, running); err != nil {
			return nil, err
		}
	}
	return at, nil
}

// findSecond looks whether the program serves a second port.
func (l *location) findSecond(ctx context.Context, running *process.Program) (err error) {
	second := running.Second()
	if second == "" {
		return nil
	}
	l.second, err = endpoint.Find(ctx, "http://"+second)
	l.second.Program = running
	return err
}

// words are what was typed to have programs started, without what is the same for every server.
func (f *commandFlags) typed() []string {
	var words []string
	if f.itemsCmd != "" {
		words = append(words, "--items-cmd", process.Quote(f.itemsCmd))
	}
	if f.tasksCmd != "" {
		words = append(words, "--tasks-cmd", process.Quote(f.tasksCmd))
	}
	for _, pair := range []struct {
		flag string
		port int
	}{{"--port", f.port}, {"--items-port", f.itemsPort}, {"--tasks-port", f.tasksPort}} {
		if pair.port != 0 {
			words = append(words, pair.flag, fmt.Sprint(pair.port))
		}
	}
	if f.dir != "" {
		words = append(words, "--dir", process.Quote(f.dir))
	}
	for _, name := range f.env {
		words = append(words, "--env", name)
	}
	return words
}

// split takes the words after -- out of the arguments.
func (f *commandFlags) split(flags *pflag.FlagSet, args []string) ([]string, error) {
	dash := flags.ArgsLenAtDash()
	if dash < 0 {
		return args, nil
	}
	if len(args) == dash {
		return nil, lab.Usage("there is no command after --", "write restlab grade -- python3 app.py")
	}
	f.words = slices.Clone(args[dash:])
	return args[:dash], nil
}

// forgotten says whether arguments look like a command whose -- was left out.
func forgotten(args []string) bool {
	return len(args) > 1 && !strings.Contains(args[0], "://")
}

// here is the folder in which a command that is kept has to run again.
func (f *commandFlags) here() (string, bool) {
	if !f.any() {
		return "", false
	}
	folder, err := filepath.Abs(f.dir)
	return folder, err == nil
}

// guarded leaves the rest of a command that starts programs to a process of its own, and says whether it has.
func (p *program) guarded(ctx context.Context, f *commandFlags) (done bool, err error) {
	if !f.any() || process.IsGuarded() {
		return false, nil
	}
	status, err := process.Guard(ctx, p.Args, p.In, p.Out, p.Err)
	if err == nil && status != lab.ExitPassed {
		err = &lab.Error{Status: status} // all has been said already
	}
	return true, err
}
