package main

import (
	"context"

	"github.com/spf13/cobra"

	"restlab/internal/grade"
	"restlab/internal/locate"
	"restlab/internal/session"
)

// gradeCommand returns the command that fills r with what was typed, and grades.
func (p *program) gradeCommand(r *session.Request) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grade [URL | -- COMMAND…]",
		Short: "grade a server in any language",
		Long: `Grade a server over HTTP and explain each mistake.

  restlab grade -- python3 app.py              start it, grade it, stop it; the variable PORT has its port
  restlab grade -- ./app --listen :{port}      {port} is replaced too; a second replica may use REPLICA_PORT
  restlab grade --items-cmd "python3 items.py" --tasks-cmd "python3 tasks.py"
  restlab grade http://localhost:8080          a server that runs already, with items and tasks at one URL
  restlab grade --items http://localhost:5000 --tasks http://localhost:5001
  restlab grade --items http://localhost:5000,http://localhost:5002   two replicas that share a store
  restlab grade                                the reference server; the lab starts it

Exit status: 0 everything passed, 1 something failed, 2 wrong usage, 3 the server could not be
reached or started, or never responded, 4 a mistake of the lab.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := readGrade(cmd, r, args); err != nil {
				return err
			}
			return p.grade(cmd.Context(), r)
		},
	}
	flags := cmd.Flags()
	addSelectionFlags(flags, r)
	flags.StringVar(&r.Features, "features", "", "use the .feature files in `DIR` instead of the lab's own")
	flags.IntVar(&r.Repeat, "repeat", 1, "grade this many times, with different seeds, and say which scenarios are flaky")
	completeGrade(cmd)
	addServerFlags(cmd, r)
	return cmd
}

// readGrade completes and checks a request whose flags have been read.
func readGrade(cmd *cobra.Command, r *session.Request, args []string) error {
	args, err := readCommand(cmd, r, args)
	if err != nil {
		return err
	}
	if err := readURL(r, args, "restlab grade"); err != nil {
		return err
	}
	return r.Check()
}

func (p *program) grade(ctx context.Context, r *session.Request) error {
	if done, err := locate.Guarded(ctx, p.Terminal, &r.Programs); done || err != nil {
		return err
	}
	return outcome(p.session(r).Grade(ctx))
}

// session returns a grading at this terminal, which a replay can repeat.
func (p *program) session(r *session.Request) *session.Session {
	return &session.Session{Terminal: p.Terminal, Request: r, Keep: p.keep}
}

// outcome returns the error of a grading, or what its result means for the exit status.
func outcome(result *grade.Result, err error) error {
	if err != nil {
		return err
	}
	return session.Outcome(result)
}
