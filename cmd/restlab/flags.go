package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/process"
	"restlab/internal/session"
	"restlab/internal/wire"
)

// addSelectionFlags adds the flags that choose rules.
func addSelectionFlags(flags *pflag.FlagSet, r *session.Request) {
	flags.StringVar(&r.Level, "level", "", "highest level to grade: "+strings.Join(contract.Levels, ", ")+" (default the highest)")
	flags.StringArrayVar(&r.Rules, "rule", nil, "grade this rule only; repeatable (restlab rules lists the `ID`s)")
}

// addServerFlags adds the flags of all commands that grade a server.
func addServerFlags(cmd *cobra.Command, r *session.Request) {
	flags := cmd.Flags()
	flags.StringSliceVar(&r.Items, "items", nil, "base `URL` of the server for items, or of its replicas: URL,URL")
	flags.StringSliceVar(&r.Tasks, "tasks", nil, "base `URL` of the server for tasks, or of its replicas: URL,URL")
	flags.BoolVar(&r.Insecure, "insecure", false, "accept any certificate of an https server")
	flags.StringVar(&r.CACert, "cacert", "", "accept certificates of the authority in this `FILE` too (PEM)")
	flags.StringVar(&r.Through, "through", "", "send all requests through an intermediary: `proxy`")
	flags.IntVar(&r.Jobs, "jobs", 0, "scenarios that run at the same time (default as many as suit the server)")
	flags.DurationVar(&r.Within, "within", grade.DefaultWithin, "time limit for all requests of a grading; rules that are left then are not checked")
	flags.IntVar(&r.Sequences, "sequences", 0, "random sequences of requests for the rule model (default a short run)")
	flags.DurationVar(&r.Timeout, "timeout", wire.DefaultTimeout, "time limit for one response")
	flags.BoolVar(&r.Keep, "keep", false, "leave the items and tasks that the grading makes on the server")
	addReportFlags(flags, r)
	flags.StringVar(&r.ItemsLine, "items-cmd", "", "start the server for items with this `COMMAND`")
	flags.StringVar(&r.TasksLine, "tasks-cmd", "", "start the server for tasks with this `COMMAND`")
	flags.StringVar(&r.BasePath, "base-path", "", "the `PATH` before /items and /tasks of a program that the lab starts, such as /api/v1")
	flags.IntVar(&r.Port, "port", 0, "the `PORT` of the program after -- (default a free one, in the variable PORT and for {port})")
	flags.IntVar(&r.ItemsPort, "items-port", 0, "the `PORT` of --items-cmd")
	flags.IntVar(&r.TasksPort, "tasks-port", 0, "the `PORT` of --tasks-cmd")
	flags.DurationVar(&r.Patience, "ready-timeout", process.DefaultPatience, "time limit from the start of a program to its first response")
	flags.IntVar(&r.Restarts, "restarts", process.DefaultRestarts, "how often in a row the lab starts a program again that dies; in all at most ten times as often")
	addProgramFlags(flags, &r.Programs)
	completeServer(cmd)
}

// addProgramFlags adds the flags for programs that the lab starts, those that end by themselves included.
func addProgramFlags(flags *pflag.FlagSet, p *locate.Programs) {
	flags.StringVar(&p.Folder, "dir", "", "start the program in this `FOLDER`")
	flags.StringArrayVar(&p.Env, "env", nil, "pass this variable to the program too, by `NAME`; repeatable")
	flags.StringSliceVar(&p.Limits, "limit", nil, "limit the program (Linux): memory=512M, processes=200 or file=10M; repeatable")
	flags.BoolVar(&p.ShowOutput, "output", false, "show what the program prints while it runs")
}

// addReportFlags adds the flags for what is shown of a grading. The default of --cards is what r.Cards says, or all.
func addReportFlags(flags *pflag.FlagSet, r *session.Request) {
	cards := r.Cards
	if cards == "" {
		cards = "all"
	}
	flags.Uint64Var(&r.Seed, "seed", 0, "use the same names as in the run with this seed (default a new seed)")
	flags.StringArrayVar(&r.Reports, "report", nil, "write a report: json=`FILE` (- for standard output), or history=FILE.html, a chart of concurrent clients")
	flags.StringVar(&r.Hints, "hints", "1", "hints on each card: a `number` or all")
	flags.StringVar(&r.Cards, "cards", cards, "cards to show: a `number` or all")
	flags.BoolVar(&r.Quiet, "quiet", false, "print only the marks, and the rules that are not kept")
}

// readCommand takes the words after -- out of the arguments, draws a seed where none was typed, and returns the arguments that are left.
func readCommand(cmd *cobra.Command, r *session.Request, args []string) ([]string, error) {
	if !cmd.Flags().Changed("seed") {
		r.Seed = uint64(rand.Uint32())
	}
	dash := cmd.Flags().ArgsLenAtDash()
	if dash < 0 {
		return args, nil
	}
	if len(args) == dash {
		return nil, lab.Usage("there is no command after --", "write restlab grade -- python3 app.py")
	}
	r.Words = slices.Clone(args[dash:])
	return args[:dash], nil
}

// readURL takes the only argument as the URL of both families. again is the command that was typed, for a hint.
func readURL(r *session.Request, args []string, again string) error {
	switch {
	case len(args) > 1 && !strings.Contains(args[0], "://"): // a command without its --
		return lab.Usage(fmt.Sprintf("one URL at most, not %d", len(args)), "a command comes after --: "+again+" -- "+strings.Join(args, " "))
	case len(args) > 1:
		return lab.Usage(fmt.Sprintf("one URL at most, not %d", len(args)), "two servers: --items URL --tasks URL")
	case len(args) == 1:
		r.URL = args[0]
	}
	return nil
}
