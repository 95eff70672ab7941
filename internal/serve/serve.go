// Package serve serves the reference, or a variant of it, to people: variant.go chooses the server by the names of a fault or of
// choices, listen.go opens the addresses, accesslog.go prints each request.
package serve

import (
	"context"
	"fmt"
	"log/slog"

	"restlab/internal/lab"
	"restlab/internal/terminal"
	"restlab/server"
)

// DefaultAddresses are where the two clients of the course look for their servers.
var DefaultAddresses = []string{"127.0.0.1:5000", "127.0.0.1:5001"}

// Request is what a person wants served, and where.
type Request struct {
	Addresses []string // none for DefaultAddresses
	Fault     string   // the name of a mistake, "" for none
	Choices   []string // the names of what the server does in another way
}

// Run serves until ctx ends, and then answers the requests in flight. It prints the base URLs; on a terminal it prints each request too.
// The error is a *lab.Error.
func Run(ctx context.Context, t *terminal.Terminal, r Request) error {
	log := slog.New(slog.NewTextHandler(t.Err, nil))
	variant, err := Choose(r.Fault, r.Choices, log)
	if err != nil {
		return err
	}
	addresses := r.Addresses
	if len(addresses) == 0 {
		addresses = DefaultAddresses
	}
	listeners, err := Listen(addresses...)
	if err != nil {
		return err
	}
	for i, l := range listeners {
		fmt.Fprintf(t.Out, "Serving items and tasks at http://%s\n", l.Addr())
		listeners[i] = variant.Listener(l)
	}
	if variant.Does != "" {
		fmt.Fprintln(t.Out, t.Style().Fold(variant.Does))
	}
	fmt.Fprintln(t.Out, "Ctrl-C stops the server.")
	if err := server.Serve(ctx, LogAtTerminal(t, variant.Handler), server.DefaultLimits(), log, listeners...); err != nil {
		return lab.Fault(err.Error(), "")
	}
	return nil
}
