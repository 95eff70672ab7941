package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"restlab/exercises"
	"restlab/features"
	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/internal/report"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// gradeFlags are what a person can say about a grading.
type gradeFlags struct {
	items, tasks []string // the replicas of each
	through      string
	level        string
	rules        []string
	features     string
	seed         uint64
	repeat       int
	jobs         int
	sequences    int
	timeout      time.Duration
	reports      []string
	hints        string
	cards        string
	quiet        bool

	exercise *exercises.Exercise // whose rules are graded, nil for none
	built    []string            // how the words of the command are started, nil for as they are

	commandFlags
}

func (p *program) gradeCommand(f *gradeFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grade [URL | -- COMMAND…]",
		Short: "grade a server, in whatever language it is written",
		Long: `Grade a server over HTTP and explain each fault.

  restlab grade -- python3 app.py              start it, grade it, stop it; its port is in the variable PORT
  restlab grade -- ./app --listen :{port}      or where {port} stands; a second replica may serve the port in REPLICA_PORT
  restlab grade --items-cmd "python3 items.py" --tasks-cmd "python3 tasks.py"
  restlab grade http://localhost:8080          one that runs already: both families, items and tasks, at one URL
  restlab grade --items http://localhost:5000 --tasks http://localhost:5001
  restlab grade --items http://localhost:5000,http://localhost:5002   two replicas that share a store
  restlab grade                                the reference server, started for the occasion

Exit status: 0 everything passed, 1 something failed, 2 bad usage, 3 the server could not be
reached or started, or gave no answer at all, 4 the lab's own fault.`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.grade(cmd.Context(), cmd, f, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.level, "level", "", "highest level to grade: "+strings.Join(contract.Levels, ", ")+" (default the highest)")
	flags.StringArrayVar(&f.rules, "rule", nil, "grade this rule only; repeatable (restlab rules lists the `ID`s)")
	flags.StringVar(&f.features, "features", "", "use the .feature files in `DIR` in place of the lab's own")
	flags.IntVar(&f.repeat, "repeat", 1, "grade so many times, with the seeds that follow, and tell what is flaky")
	completeGrade(cmd)
	f.addTo(cmd)
	return cmd
}

// addTo adds the flags that all commands have which grade a server.
func (f *gradeFlags) addTo(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.items, "items", nil, "base `URL` of the server for items, or of its replicas: URL,URL")
	flags.StringSliceVar(&f.tasks, "tasks", nil, "base `URL` of the server for tasks, or of its replicas: URL,URL")
	flags.StringVar(&f.through, "through", "", "let all requests pass an intermediary: `proxy`")
	flags.IntVar(&f.jobs, "jobs", grade.DefaultJobs, "scenarios at once")
	flags.IntVar(&f.sequences, "sequences", 0, "random sequences of requests for the rule model (default a short run)")
	flags.DurationVar(&f.timeout, "timeout", wire.DefaultTimeout, "longest time for one answer")
	f.addReporting(flags)
	f.add(flags)
	completeServer(cmd)
}

// addReporting adds the flags that all commands have which tell of a grading.
func (f *gradeFlags) addReporting(flags *pflag.FlagSet) {
	flags.Uint64Var(&f.seed, "seed", 0, "draw the same names again (default a new seed)")
	flags.StringArrayVar(&f.reports, "report", nil, "write a report: json=`FILE` (- for standard output), or history=FILE.html, a picture of what clients did at once")
	flags.StringVar(&f.hints, "hints", "1", "hints on each card: a `number` or all")
	flags.StringVar(&f.cards, "cards", cmp.Or(f.cards, "all"), "cards that are shown: a `number` or all")
	flags.BoolVar(&f.quiet, "quiet", false, "print the score alone")
}

func (p *program) grade(ctx context.Context, cmd *cobra.Command, f *gradeFlags, args []string) error {
	args, err := f.split(cmd.Flags(), args)
	if err != nil {
		return err
	}
	if done, err := p.checked(ctx, f, args); done || err != nil {
		return err
	}
	result, err := p.graded(ctx, cmd, f, args)
	if err != nil {
		return err
	}
	return outcome(result)
}

// checked looks whether what was typed makes sense, and leaves the rest to another process, once, where programs are started: then it
// is done.
func (p *program) checked(ctx context.Context, f *gradeFlags, args []string) (done bool, err error) {
	if err := f.show(new(report.Text)); err != nil {
		return false, err
	}
	if err := f.check(args); err != nil {
		return false, err
	}
	return p.guarded(ctx, &f.commandFlags)
}

// softMemory is what a grading makes do with if it can, whatever a server sends. The variable GOMEMLIMIT says otherwise.
const softMemory = 120 << 20

// graded grades a server and tells what came of it. What was typed has been checked.
func (p *program) graded(ctx context.Context, cmd *cobra.Command, f *gradeFlags, args []string) (*grade.Result, error) {
	if p.Getenv("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(softMemory))
	}
	options := f.options(cmd)
	var err error
	if options.Contract, err = f.contract(); err != nil {
		return nil, err
	}
	text, outputs, err := p.reporting(f)
	if err != nil {
		return nil, err
	}
	defer outputs.discard()
	options.Progress = text

	where, err := p.locate(ctx, f, args)
	if err != nil {
		return nil, err
	}
	defer where.stop()
	options = where.ask(options)
	what := report.Describe(options.Target())
	switch {
	case len(where.commands) > 0:
		what = strings.Join(where.commands, " and ") + " at " + what
	case where.isReference:
		what = "the reference server at " + what
	}
	text.Head = fmt.Sprintf("Grading %s%s · level %s · seed %d", what, times(f.repeat), levelOr(f.level), options.Seed)
	text.Again = p.again(f, args)
	if f.exercise != nil {
		text.Own = f.exercise.Rules
	}
	result, err := grade.Repeat(ctx, options, f.repeat, text.Round)
	if err != nil {
		text.Interrupt()
		return nil, err
	}
	where.stop() // before anything is written that the program could write over
	if p.keep(cmd, f, args, result) == nil {
		text.Replay = p.Name + " replay"
	}
	if err := p.finished(text, outputs, result); err != nil {
		return nil, err
	}
	where.sayHow(text, result)
	return result, nil
}

// reporting is how a grading is told: on the terminal, and in files.
func (p *program) reporting(f *gradeFlags) (*report.Text, *outputs, error) {
	text := &report.Text{Out: p.Out, Name: p.Name, Quiet: f.quiet, Times: f.repeat}
	if err := f.show(text); err != nil {
		return nil, nil, err
	}
	outputs, err := p.openReports(f.reports)
	if err != nil {
		return nil, nil, err
	}
	if outputs.toStdout {
		text.Out = p.Err
	}
	text.Style = terminal.StyleOf(text.Out, p.Getenv)
	return text, outputs, nil
}

// finished tells what came of a grading.
func (p *program) finished(text *report.Text, outputs *outputs, result *grade.Result) error {
	if err := text.Finish(result); err != nil {
		return broken(err)
	}
	if err := outputs.commit(result); err != nil {
		return brokenSo(err, "is there room on the disk?")
	}
	return nil
}

// options are what to grade, but for the servers.
func (f *gradeFlags) options(cmd *cobra.Command) grade.Options {
	o := grade.Options{Level: f.level, Rules: f.rules, Seed: f.seed, Jobs: f.jobs, Timeout: f.timeout, Sequences: f.sequences, Through: f.through}
	if !cmd.Flags().Changed("seed") {
		o.Seed = uint64(rand.Uint32())
	}
	if f.exercise != nil {
		o.First, o.Partly = f.exercise.Rules, true
	}
	return o
}

func times(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" %d times", n)
}

func levelOr(level string) string {
	if level == "" {
		return contract.Levels[len(contract.Levels)-1]
	}
	return level
}

// outcome is the exit status of a grading that went through.
func outcome(result *grade.Result) error {
	switch {
	case result.Silent:
		return lab.Unreachable("the server accepts connections and never answers", "see above; is it stuck in its first request, or is this the port of another program?")
	case result.Summary.Broken > 0:
		return lab.Fault(fmt.Sprintf("this grading is not complete, %d of its scenarios could not be judged", result.Summary.Broken), "see above; in a feature file of your own, correct it")
	case !result.Passed() || result.Deaths > 0:
		return errFailed
	}
	return nil
}

// check finds wishes that contradict each other before anything is started.
func (f *gradeFlags) check(args []string) error {
	switch {
	case forgotten(args):
		return lab.Usage(fmt.Sprintf("one URL at most, not %d", len(args)), "a command comes after --: restlab grade -- "+strings.Join(args, " "))
	case len(args) > 1:
		return lab.Usage(fmt.Sprintf("one URL at most, not %d", len(args)), "two servers: --items URL --tasks URL")
	case len(args) == 1 && len(f.items)+len(f.tasks) > 0:
		return lab.Usage("a URL for both families and --items or --tasks contradict each other", "give one URL, or --items and --tasks")
	case f.through != "" && f.through != "proxy":
		return lab.Usage(fmt.Sprintf("there is no intermediary %q", f.through), "write --through proxy")
	case f.jobs < 1 || f.jobs > 64:
		return lab.Usage(fmt.Sprintf("--jobs %d is not between 1 and 64", f.jobs), "")
	case f.repeat < 1 || f.repeat > 100:
		return lab.Usage(fmt.Sprintf("--repeat %d is not between 1 and 100", f.repeat), "")
	case f.sequences < 0 || f.sequences > 100_000:
		return lab.Usage(fmt.Sprintf("--sequences %d is not between 1 and 100000", f.sequences), "leave it out for a short run")
	case f.timeout < 10*time.Millisecond || f.timeout > time.Hour:
		return lab.Usage(fmt.Sprintf("--timeout %s is not between 10ms and 1h", f.timeout), "write it like 5s or 500ms")
	}
	return f.checkCommand(args)
}

// show has a text show so many hints and cards.
func (f *gradeFlags) show(text *report.Text) (err error) {
	if text.Hints, err = count("hints", f.hints); err != nil {
		return err
	}
	text.Cards, err = count("cards", f.cards)
	return err
}

// shownHints is how many hints a card has, report.All for all.
func (f *gradeFlags) shownHints() int {
	if f.quiet || f.cards == "0" {
		return 0
	}
	var text report.Text
	_ = f.show(&text) // checked before
	return text.Hints
}

// count reads the value of a flag that is a number or all.
func count(flag, value string) (int, error) {
	if value == "all" {
		return report.All, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return 0, lab.Usage(fmt.Sprintf("--%s %q is neither a number nor all", flag, value), fmt.Sprintf("--%[1]s 0 shows none, --%[1]s all shows every one", flag))
	}
	return n, nil
}

// contract loads the lab's features, or an instructor's own.
func (f *gradeFlags) contract() (*contract.Contract, error) {
	if f.features == "" {
		return serverContract()
	}
	c, err := contract.Load(os.DirFS(f.features))
	var problems contract.Problems
	switch {
	case errors.As(err, &problems):
		return nil, lab.Usage("the feature files cannot be used\n"+problems.Error(), "restlab steps lists the sentences with an example each")
	case err != nil && isFile(f.features):
		return nil, lab.Usage(fmt.Sprintf("%s is a file", f.features), "--features takes the folder that it is in")
	case errors.Is(err, fs.ErrNotExist):
		return nil, lab.Usage(fmt.Sprintf("there is no folder %s", f.features), "--features takes a folder with .feature files")
	case err != nil:
		return nil, lab.Usage(fmt.Sprintf("the folder %s cannot be read: %s", f.features, err), "--features takes a folder with .feature files")
	}
	return c, nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

func serverContract() (*contract.Contract, error) {
	c, err := contract.Load(features.Files)
	if err != nil {
		return nil, lab.Fault("the lab's own features are broken\n"+err.Error(), "")
	}
	return c, nil
}

// again is the command that grades the same server.
func (p *program) again(f *gradeFlags, args []string) string {
	words := append([]string{p.Name, "grade"}, args...)
	for _, pair := range [][2]string{{"--items", strings.Join(f.items, ",")}, {"--tasks", strings.Join(f.tasks, ",")}, {"--through", f.through}, {"--level", f.level}, {"--features", f.features}} {
		if pair[1] != "" {
			words = append(words, pair[0], pair[1])
		}
	}
	words = append(words, f.typed()...)
	if len(f.words) > 0 {
		words = append(words, "--", (&process.Command{Words: f.words}).String())
	}
	return strings.Join(words, " ")
}
