package hunt

import (
	"context"
	"fmt"
	"log/slog"

	"restlab/internal/serve"
	"restlab/internal/terminal"
	"restlab/server"
)

// Serving says how a hunt is served.
type Serving struct {
	Choice    Choice
	File      string   // where the learner is to write
	Addresses []string // to listen on; none for a free port
	Hosts     []string // names of the server, as in serve.Request
}

// Serve explains a hunt to the learner and serves it until ctx ends. If every hunt is solved it says so instead. The error is
// a *lab.Error.
func (s *Session) Serve(ctx context.Context, how Serving) error {
	if s.kept.Unread != nil {
		return s.kept.Unread
	}
	h, found := s.chosen(how.Choice)
	if !found {
		h, found = s.kept.Now.Next(s.atLevel(how.Choice.Level))
	}
	if !found {
		s.Say("%s\n", s.Own("Nothing is left to hunt here: restlab hunt --list names what you have solved, restlab hunt NUMBER serves it again."))
		return nil
	}
	addresses := how.Addresses
	if len(addresses) == 0 {
		addresses = []string{"127.0.0.1:0"}
	}
	names, err := serve.Names(addresses, how.Hosts)
	if err != nil {
		return err
	}
	listeners, err := serve.Listen(addresses...)
	if err != nil {
		return err
	}
	if err := s.kept.MustChange(func(p *Progress) { p.Current = h.ID }); err != nil {
		for _, l := range listeners {
			_ = l.Close()
		}
		return err
	}
	s.explain(h, serve.URL(listeners[0]), how.File)
	for i, l := range listeners {
		serve.Announce(s.Terminal, fmt.Sprintf("Serving hunt %d", h.Number), l)
		listeners[i] = h.Listener(l)
	}
	fmt.Fprintln(s.Out, "Ctrl-C stops the server.")
	silent := slog.New(slog.DiscardHandler) // the server's own log could give the mistake away
	return serve.Serve(ctx, s.Terminal, server.OnlyHosts(h.Handler(), names...), silent, listeners...)
}

// explain says what to do, and in which file.
func (s *Session) explain(h Hunt, base, file string) {
	fmt.Fprintf(s.Out, "Hunt %d of %d · level %s", h.Number, len(s.hunts), h.Level)
	if s.kept.Now.HasSolved(h) {
		fmt.Fprint(s.Out, " · solved before")
	}
	s.Say("\n\nThis server makes one mistake. It keeps all the rest of the contract up to level %s.\n\n", h.Level)
	s.Say("1. Find the mistake: ask the server, and compare with the contract (%s, or docs/contract.md).\n\n", s.Command("rules"))
	fmt.Fprintf(s.Out, "     curl -i -X PUT %s/items/a -H 'Content-Type: application/json' -d '{\"value\": \"blue\"}'\n\n", base)
	s.Say("2. Say in a file what should have been so. {key}, {id} and {text} are names\n   that nobody has used. Sentences such as these are enough for most hunts;\n   %s lists all.\n\n%s\n", s.Command("steps"), terminal.Indent(Handful, 5))
	s.Say("   A whole file, %s:\n\n%s\n", file, terminal.Indent(Example, 5))
	s.Say("3. In another terminal: %s\n\n", s.Command("hunt", "--submit", file))
}
