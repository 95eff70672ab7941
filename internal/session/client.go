package session

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"restlab/internal/conversation"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/server"
	"restlab/steps"
)

// GradeClient grades the client of a request that CheckClient has accepted, and shows the result. The errors are those of
// Grade.
func (s *Session) GradeClient(ctx context.Context) (*grade.Result, error) {
	r := s.Request
	options := r.Options()
	text, files, err := s.readers()
	if err != nil {
		return nil, err
	}
	defer files.Discard()
	options.Progress = text
	if options.Contract, err = ClientContract(); err != nil {
		return nil, err
	}
	if options.Client, err = s.client(); err != nil {
		return nil, err
	}
	command := (&process.Command{Words: r.Words}).String()
	options.Commands = []string{command}
	text.Head = fmt.Sprintf("Grading the client %s · level %s · seed %d", command, r.highest(), r.Seed)
	text.Again = r.AgainClient(s.Name)
	result, err := grade.Run(ctx, options)
	options.Client.Host.Close()
	if err != nil {
		text.Interrupt()
		return nil, err
	}
	return result, s.finish(text, files, result)
}

// client returns the program of the request, and the server that it talks to.
func (s *Session) client() (*steps.Client, error) {
	host, err := conversation.Open(newReference)
	if err != nil {
		return nil, lab.Fault("the lab cannot serve on 127.0.0.1: "+err.Error(), "restlab doctor looks at the network of this machine")
	}
	r := s.Request
	command := r.Command("client", r.Words, 0, "")
	if r.Built != nil {
		command.Words = r.Built
	}
	if r.ShowOutput {
		command.Live = s.Err
	}
	c := &steps.Client{Host: host, Known: true, Run: func(ctx context.Context, input lab.Input) (*lab.Exit, error) {
		return process.Run(ctx, command, input, r.Timeout)
	}}
	if r.Family != "" {
		c.Families = []string{r.Family}
	}
	return c, nil
}

// newReference returns the handler of a new reference server.
func newReference() http.Handler {
	limits := server.DefaultLimits()
	return server.New(server.NewMemory(limits.Stored), limits, slog.New(slog.DiscardHandler))
}
