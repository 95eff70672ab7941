package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/process"
	"restlab/internal/session"
)

func (p *program) gradeClientCommand() *cobra.Command {
	r := &session.Request{Repeat: 1}
	r.Patience = process.DefaultPatience
	cmd := &cobra.Command{
		Use:   "grade-client -- COMMAND…",
		Short: "grade a client in any language by the requests that it sends",
		Long: `Run a client against servers that are right, and servers in trouble, and judge what it sends, prints and ends with.

  restlab grade-client -- python3 client.py                  the variables ITEMS_URL and TASKS_URL tell where the servers are
  restlab grade-client -- ./client {items} {key} {value} {other}   or these words do
  restlab grade-client --level basics -- python3 client.py

The program runs once in each situation. It is told base URLs (ITEMS_URL, {items}; TASKS_URL, {tasks}), and if it wants to know them a key and
two values of an item (KEY, VALUE, OTHER; {key}, {value}, {other}), the id and the description of a task (ID, DESCRIPTION; {id}, {description}).
A program that asks for nothing there is run again with a server at the ports 5000 (items) and 5001 (tasks) too, if they are free. Which of the two it is a client of the first run shows.

Exit status: 0 everything passed, 1 something failed, 2 bad usage, 3 the program could not be started, 4 the lab's own fault.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			args, err := readCommand(cmd, r, args)
			if err != nil {
				return err
			}
			if len(args) > 0 {
				return lab.Usage(fmt.Sprintf("%q stands before --", args[0]), "a command comes after --: restlab grade-client -- "+strings.Join(append(args, r.Words...), " "))
			}
			if err := r.CheckClient(); err != nil {
				return err
			}
			return p.gradeClient(cmd.Context(), r)
		},
	}
	flags := cmd.Flags()
	addSelectionFlags(flags, r)
	flags.DurationVar(&r.Timeout, "timeout", session.DefaultClientTimeout, "longest time for one run of the program")
	addReportFlags(flags, r)
	addProgramFlags(flags, &r.Programs)
	completeGradeClient(cmd)
	return cmd
}

func (p *program) gradeClient(ctx context.Context, r *session.Request) error {
	if done, err := locate.Guarded(ctx, p.Terminal, &r.Programs); done || err != nil {
		return err
	}
	return outcome(p.session(r).GradeClient(ctx))
}
