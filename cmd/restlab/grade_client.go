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
		Long: `Run a client against servers that are right, and servers in trouble. Check what it sends and prints, and its exit status.

  restlab grade-client -- python3 client.py                  the variables ITEMS_URL and TASKS_URL have the base URLs
  restlab grade-client -- ./client {items} {key} {value} {other}   or these words in the command
  restlab grade-client --level basics -- python3 client.py

The program runs once in each situation. The lab passes base URLs (ITEMS_URL, {items}; TASKS_URL, {tasks}), a key and two values of an item (KEY,
VALUE, OTHER; {key}, {value}, {other}), and the id and description of a task (ID, DESCRIPTION; {id}, {description}). If the program ignores the URLs, it
runs again with a server at the ports 5000 (items) and 5001 (tasks), if nothing else uses them. The first run shows whether it is a client of items or tasks.

Exit status: 0 everything passed, 1 something failed, 2 wrong usage, 3 the program could not be started, 4 a mistake of the lab.`,
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
	flags.DurationVar(&r.Timeout, "timeout", session.DefaultClientTimeout, "time limit for one run of the program")
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
