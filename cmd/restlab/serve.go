package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"restlab/internal/endpoint"
	"restlab/internal/lab"
	"restlab/server"
)

// coursePorts are where the two clients of the course look for their servers.
var coursePorts = []string{"127.0.0.1:5000", "127.0.0.1:5001"}

// serveFlags are what a person can say about a server.
type serveFlags struct {
	listen  []string
	fault   string
	choices []string
}

func (p *program) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "serve the reference, which keeps every rule, or one that does something else",
		Long: `Serve the reference: items and tasks, at every address, in one store.

  restlab serve                       at 127.0.0.1:5000 and 127.0.0.1:5001, where the course's clients look
  restlab serve --listen :8080        elsewhere; repeatable
  restlab serve --listen 127.0.0.1:0  on a free port, which is printed
  restlab serve --fault put-concatenates     with one mistake; --fault list prints them
  restlab serve --choice 204-for-put         with something that is right in another way; --choice list prints them

On a terminal it tells of each request. Ctrl-C stops it; requests in flight are answered first.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case f.fault == "list":
				return p.listFaults()
			case slices.Contains(f.choices, "list"):
				return p.listChoices()
			}
			return p.serve(cmd.Context(), &f)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.listen, "listen", nil, "`address` to listen on; repeatable, replaces both")
	flags.StringVar(&f.fault, "fault", "", "serve the server with this mistake; list prints the `NAME`s")
	flags.StringArrayVar(&f.choices, "choice", nil, "serve a server that does this in another way, and is right; repeatable; list prints the `NAME`s")
	offer(cmd, "fault", orList(faultNames))
	offer(cmd, "choice", orList(choiceNames))
	return cmd
}

func (p *program) serve(ctx context.Context, f *serveFlags) error {
	log := slog.New(slog.NewTextHandler(p.Err, nil))
	what, err := f.variant(log)
	if err != nil {
		return err
	}
	addresses := f.listen
	if len(addresses) == 0 {
		addresses = coursePorts
	}
	listeners, err := listenAll(addresses)
	if err != nil {
		return err
	}
	for i, l := range listeners {
		fmt.Fprintf(p.Out, "Serving items and tasks at http://%s\n", l.Addr())
		listeners[i] = what.listening(l)
	}
	if what.says != "" {
		fmt.Fprintln(p.Out, p.Style().Fold(what.says))
	}
	fmt.Fprintln(p.Out, "Ctrl-C stops the server.")
	if err := server.Serve(ctx, p.telling(what.handler), server.DefaultLimits(), log, listeners...); err != nil {
		return lab.Fault(err.Error(), "")
	}
	return nil
}

// listenAll opens all addresses or none.
func listenAll(addresses []string) ([]net.Listener, error) {
	var listeners []net.Listener
	for _, address := range addresses {
		l, err := net.Listen("tcp", address)
		if err != nil {
			for _, open := range listeners {
				_ = open.Close()
			}
			return nil, cannotListen(address, err)
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

func cannotListen(address string, err error) error {
	var call *os.SyscallError
	_, port, _ := strings.Cut(address, ":")
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		what := fmt.Sprintf("the address %s is taken", address)
		if who := endpoint.Owner(port); who != "" {
			what += " by " + who
		}
		return lab.Unreachable(what, takenHint(port))
	case errors.Is(err, syscall.EACCES):
		return lab.Unreachable(fmt.Sprintf("this user may not listen on %s", address), "choose a port above 1023, for example --listen 127.0.0.1:8080")
	case errors.As(err, &call):
		return lab.Unreachable(fmt.Sprintf("cannot listen on %s: %s", address, call.Err), "choose another address, for example --listen 127.0.0.1:8080")
	}
	return lab.Usage(fmt.Sprintf("%s is no address to listen on", address), "write it like 127.0.0.1:8080, or 127.0.0.1:0 for a free port")
}

func takenHint(port string) string {
	hint := "stop that program, or serve elsewhere: restlab serve --listen 127.0.0.1:0"
	if port == "5000" {
		hint += " (on a Mac port 5000 is AirPlay's: System Settings, General, AirDrop & Handoff)"
	}
	return hint
}
