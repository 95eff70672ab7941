package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"restlab/features"
	"restlab/internal/contract"
	"restlab/internal/conversation"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/internal/report"
	"restlab/server"
	"restlab/steps"
)

// defaultLimit is how long one run of a client may take.
const defaultLimit = 20 * time.Second

func (p *program) gradeClientCommand() *cobra.Command {
	f := &gradeFlags{repeat: 1, commandFlags: commandFlags{patience: process.DefaultPatience}}
	cmd := &cobra.Command{
		Use:   "grade-client -- COMMAND…",
		Short: "grade a client, in whatever language it is written, by what it asks of a server",
		Long: `Run a client against servers that are right, and servers in trouble, and judge what it sends, prints and ends with.

  restlab grade-client -- python3 client.py                  the variables ITEMS_URL and TASKS_URL tell where the servers are
  restlab grade-client -- ./client {items} {key} {value} {other}   or these words do
  restlab grade-client --level basics -- python3 client.py

The program runs once in each situation. It is told base URLs (ITEMS_URL, {items}; TASKS_URL, {tasks}), and if it wants to know them a key and
two values of an item (KEY, VALUE, OTHER; {key}, {value}, {other}), the id and the description of a task (ID, DESCRIPTION; {id}, {description}).
A program that asks for nothing there is run again with a server at the ports 5000 (items) and 5001 (tasks) too, if they are free. Which of the two it is a client of the first run shows.

Exit status: 0 everything passed, 1 something failed, 2 bad usage, 3 the program could not be started, 4 the lab's own fault.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			args, err := f.split(cmd.Flags(), args)
			if err != nil {
				return err
			}
			if done, err := p.checkedClient(cmd.Context(), f, args); done || err != nil {
				return err
			}
			result, err := p.gradedClient(cmd.Context(), cmd, f)
			if err != nil {
				return err
			}
			return outcome(result)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.level, "level", "", "highest level to grade: "+strings.Join(contract.Levels, ", ")+" (default the highest)")
	flags.StringArrayVar(&f.rules, "rule", nil, "grade this rule only; repeatable (restlab rules lists the `ID`s)")
	flags.DurationVar(&f.timeout, "timeout", defaultLimit, "longest time for one run of the program")
	f.addReporting(flags)
	f.addRunning(flags)
	completeGradeClient(cmd)
	return cmd
}

// checkedClient is checked for a client.
func (p *program) checkedClient(ctx context.Context, f *gradeFlags, args []string) (done bool, err error) {
	if err := f.show(new(report.Text)); err != nil {
		return false, err
	}
	if err := f.checkClient(args); err != nil {
		return false, err
	}
	return p.guarded(ctx, &f.commandFlags)
}

// gradedClient grades a client and tells what came of it. What was typed has been checked.
func (p *program) gradedClient(ctx context.Context, cmd *cobra.Command, f *gradeFlags) (*grade.Result, error) {
	options := f.options(cmd)
	text, outputs, err := p.reporting(f)
	if err != nil {
		return nil, err
	}
	defer outputs.discard()
	options.Progress = text
	if options.Contract, err = clientContract(); err != nil {
		return nil, err
	}
	if options.Client, err = p.client(f); err != nil {
		return nil, err
	}
	command := (&process.Command{Words: f.words}).String()
	options.Commands = []string{command}
	text.Head = fmt.Sprintf("Grading the client %s · level %s · seed %d", command, levelOr(f.level), options.Seed)
	text.Again = p.againClient(f, command)
	result, err := grade.Run(ctx, options)
	options.Client.Host.Close()
	if err != nil {
		text.Interrupt()
		return nil, err
	}
	return result, p.finished(text, outputs, result)
}

// client is the program that the flags name, and the server that it meets.
func (p *program) client(f *gradeFlags) (*steps.Client, error) {
	host, err := conversation.Open(newReference)
	if err != nil {
		return nil, lab.Fault("the lab cannot serve on 127.0.0.1: "+err.Error(), "restlab doctor looks at the network of this machine")
	}
	command := f.command("client", f.words, 0, "")
	if f.built != nil {
		command.Words = f.built
	}
	if f.output {
		command.Live = p.Err
	}
	c := &steps.Client{Host: host, Known: true, Run: func(ctx context.Context, told lab.Input) (*lab.Exit, error) {
		return process.Run(ctx, command, told, f.timeout)
	}}
	if f.exercise != nil {
		c.Families = []string{f.exercise.Family()}
	}
	return c, nil
}

// newReference is the handler of a new reference server.
func newReference() http.Handler {
	limits := server.DefaultLimits()
	return server.New(server.NewMemory(limits.Stored), limits, slog.New(slog.DiscardHandler))
}

// checkClient finds wishes that cannot be granted before anything is started.
func (f *gradeFlags) checkClient(args []string) error {
	switch {
	case len(f.words) == 0 && len(args) == 0:
		return lab.Usage("which program?", "write restlab grade-client -- python3 client.py")
	case len(args) > 0:
		return lab.Usage(fmt.Sprintf("%q stands before --", args[0]), "a command comes after --: restlab grade-client -- "+strings.Join(append(args, f.words...), " "))
	case f.timeout < 100*time.Millisecond || f.timeout > time.Hour:
		return lab.Usage(fmt.Sprintf("--timeout %s is not between 100ms and 1h", f.timeout), "write it like 20s: so long may one run of the program take")
	}
	return f.checkValues()
}

func clientContract() (*contract.Contract, error) {
	c, err := contract.Load(features.Clients)
	var problems contract.Problems
	if errors.As(err, &problems) {
		return nil, lab.Fault("the lab's own features are broken\n"+err.Error(), "")
	}
	return c, err
}

// againClient is the command that grades the same client.
func (p *program) againClient(f *gradeFlags, command string) string {
	words := []string{p.Name, "grade-client"}
	if f.level != "" {
		words = append(words, "--level", f.level)
	}
	if f.timeout != defaultLimit {
		words = append(words, "--timeout", f.timeout.String())
	}
	return strings.Join(append(append(words, f.typed()...), "--", command), " ")
}
