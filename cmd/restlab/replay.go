package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/replay"
	"restlab/internal/report"
	"restlab/internal/session"
	"restlab/internal/state"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

func (p *program) replayCommand() *cobra.Command {
	server := ""
	cmd := &cobra.Command{
		Use:   "replay [ID]...",
		Short: "test again what failed in the last grading: is it fixed?",
		Long: `Run scenarios of the last grading again: the same server, the same seed.

  restlab replay                  everything that failed or was not reached
  restlab replay put.created      what failed of this rule
  restlab replay put.created/an-unused-key-responds-201   one scenario, as its card says
  restlab replay --server app.py  the last grading of the server whose URL or command contains this

The lab keeps the last grading of each server. An ID means the newest grading in which it failed, so a card always uses its own server.

If you have changed your server, restart it first. If the lab starts it, you need not. Gradings are kept on this machine, in the folder RESTLAB_HOME
or in your folder for caches.

Exit status: 0 all of them pass now, 1 some do not, 2 wrong usage, 3 the server could not be reached,
4 a mistake of the lab.`,
		RunE:              func(cmd *cobra.Command, ids []string) error { return p.replay(cmd.Context(), ids, server) },
		ValidArgsFunction: p.failedBefore,
	}
	cmd.Flags().StringVar(&server, "server", "", "replay the last grading of the server whose URL, command or folder contains `TEXT`")
	offer(cmd, "server", p.serversBefore)
	return cmd
}

func (p *program) replay(ctx context.Context, ids []string, server string) error {
	all, err := p.gradings()
	if err != nil {
		return err
	}
	found, err := replay.Find(all, ids, server)
	if err != nil {
		return err
	}
	r, err := p.requestOf(found.Grading)
	if err != nil {
		return err
	}
	if done, err := locate.Guarded(ctx, p.Terminal, &r.Programs); done {
		return err
	}
	c, err := r.Contract()
	if err != nil {
		return err
	}
	wanted, err := found.Pick(c, ids)
	if err != nil {
		return err
	}
	if len(wanted) == 0 {
		fmt.Fprintf(p.Out, "Nothing failed in the last grading (%s, seed %d).\n", terminal.Count(len(found.Scenarios), "scenario"), found.Seed)
		return nil
	}
	p.sayWhich(found)
	again := p.session(r)
	text := again.Text()
	text.Replay = p.Name + " replay"
	where, err := again.Locate(ctx)
	if err != nil {
		return err
	}
	defer where.Stop()
	result, err := found.Run(ctx, wanted, session.OptionsAt(grade.Options{Contract: c, Keep: r.Keep, Pace: grade.Pace{Jobs: r.Jobs, Within: r.Within, Timeout: r.Timeout, Sequences: r.Sequences}}, where.Servers))
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Out, "Replayed %s at %s\n\n", terminal.Count(len(wanted), "scenario"), report.Describe(result.Target))
	return p.answer(text, result, found.Compare(wanted, result))
}

// keep keeps what restlab replay needs of a grading, and says what went wrong, "" for nothing.
func (p *program) keep(r *session.Request, result *grade.Result) (kept bool, note string) {
	err := replay.Keep(replay.Open(p.Getenv), replay.New(r.Name(), r.Arguments(), result))
	switch {
	case err == nil:
		return true, ""
	case state.IsDamaged(err): // the record began anew
		return true, err.Error()
	}
	return false, p.Own("this grading is not kept for restlab replay: " + err.Error())
}

// gradings reads the gradings that can be replayed, the newest first, one at least.
func (p *program) gradings() ([]*replay.Grading, error) {
	record := replay.Open(p.Getenv)
	all, err := replay.Load(record)
	switch {
	case errors.Is(err, state.ErrNoFolder):
		return nil, lab.Usage("there is no folder to keep a grading in: "+err.Error(), "name one in the variable RESTLAB_HOME")
	case state.IsDamaged(err):
		return nil, lab.Usage(record.Path+" is not a grading that this restlab can read", "grade your server once more: that writes it anew")
	case err != nil:
		return nil, lab.Usage(fmt.Sprintf("the last grading cannot be read: %s", err), "name another folder in the variable RESTLAB_HOME, and grade your server once more")
	case len(all) == 0:
		return nil, lab.Usage("there is no grading to replay yet", "first grade your server: "+p.Name+" grade http://localhost:8080")
	}
	return all, nil
}

// requestOf reads the words of a grading as if they were typed again.
func (p *program) requestOf(g *replay.Grading) (*session.Request, error) {
	r := new(session.Request)
	cmd := p.gradeCommand(r)
	if err := cmd.ParseFlags(g.Arguments); err != nil {
		return nil, lab.Usage("the last grading cannot be replayed: "+err.Error(), "grade your server once more")
	}
	return r, readGrade(cmd, r, cmd.Flags().Args())
}

// sayWhich says which server is asked if it is not that of the last grading, and which others could be meant.
func (p *program) sayWhich(found *replay.Found) {
	choose := func(g *replay.Grading) string { return "--server " + wire.Quote(g.Server) }
	if found.Grading != found.Last {
		p.Note("this uses %s, where it failed. To use the server of the last grading: %s", found.Server, choose(found.Last))
	}
	if len(found.Also) == 0 {
		return
	}
	var others []string
	for _, g := range found.Also {
		others = append(others, choose(g))
	}
	p.Note("it failed at other servers too. To ask them: %s", strings.Join(others, ", or "))
}

// answer prints what came of a replay and gives its exit status.
func (p *program) answer(text *report.Text, result *grade.Result, all []report.Replayed) error {
	if err := text.Replays(result, all); err != nil {
		return lab.Fault(err.Error(), "")
	}
	if slices.ContainsFunc(all, func(r report.Replayed) bool { return r.Now == "" }) && result.Summary.LabFaults == 0 {
		return session.ErrFailed
	}
	return session.Outcome(result)
}

// failedBefore completes the IDs of what restlab replay would run.
func (p *program) failedBefore(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	all, err := p.gradings()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, v := range all[0].Missed() {
		ids = append(ids, cobra.CompletionWithDesc(v.ID, string(v.Verdict)))
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// serversBefore completes the servers of the gradings that are kept.
func (p *program) serversBefore(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	all, _ := p.gradings() // without any there is nothing to offer
	return replay.Servers(all), cobra.ShellCompDirectiveNoFileComp
}
