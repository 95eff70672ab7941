// Package serve serves the reference, or a variant of it, to people: variant.go chooses the server by the names of a fault or of
// choices, listen.go opens the addresses, reach.go says who can reach them, accesslog.go prints each request.
package serve

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"restlab/internal/lab"
	"restlab/internal/terminal"
	"restlab/server"
)

// DefaultAddresses are where the two clients of the course look for their servers.
var DefaultAddresses = []string{"127.0.0.1:5000", "127.0.0.1:5001"}

// Request is what a person wants served, and where.
type Request struct {
	Addresses []string // none for DefaultAddresses
	Hosts     []string // names of the server, beside localhost and the addresses; see server.OnlyHosts
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
	names, err := Names(addresses, r.Hosts)
	if err != nil {
		return err
	}
	listeners, err := Listen(addresses...)
	if err != nil {
		return err
	}
	for i, l := range listeners {
		Announce(t, "Serving items and tasks", l)
		listeners[i] = variant.Listener(l)
	}
	if variant.Does != "" {
		fmt.Fprintln(t.Out, t.Style().Fold(variant.Does))
	}
	fmt.Fprintln(t.Out, "Ctrl-C stops the server.")
	return Serve(ctx, t, server.OnlyHosts(variant.Handler, names...), log, listeners...)
}

// Serve serves the handler at the open listeners until ctx ends, and then answers the requests in flight. On a terminal it prints each
// request. The error is a *lab.Error.
func Serve(ctx context.Context, t *terminal.Terminal, handler http.Handler, log *slog.Logger, listeners ...net.Listener) error {
	boundMemory()
	if err := server.Serve(ctx, LogAtTerminal(t, handler), server.DefaultLimits(), log, listeners...); err != nil {
		return lab.FaultFrom(err, "")
	}
	return nil
}
