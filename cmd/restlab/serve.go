package main

import (
	"slices"

	"github.com/spf13/cobra"

	"restlab/internal/proof/fault"
	"restlab/internal/serve"
)

const hostUsage = "serve requests to this `NAME` too, beside localhost and the server's addresses; repeatable"

func (p *program) serveCommand() *cobra.Command {
	var r serve.Request
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "serve the reference, a server with one mistake, or a server that is right in another way",
		Long: `Serve the reference: items and tasks, at every address, in one store.

  restlab serve                          at 127.0.0.1:5000 and 127.0.0.1:5001, for the clients of the course
  restlab serve --listen 127.0.0.1:8080  at this address; repeatable
  restlab serve --listen 127.0.0.1:0     on a free port, which is printed
  restlab serve --listen :8080           for everybody who can reach this machine
  restlab serve --host lab.example       also for requests to this name; without it only to localhost and the addresses
  restlab serve --fault put-concatenates     with one mistake; --fault list prints them
  restlab serve --choice 204-for-put         a server that is right in another way; --choice list prints them

On a terminal it prints each request. Ctrl-C stops it after it has responded to the requests that are under way.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case r.Fault == "list":
				return fault.List(p.Out)
			case slices.Contains(r.Choices, "list"):
				return fault.ListChoices(p.Out)
			}
			return serve.Run(cmd.Context(), p.Terminal, r)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&r.Addresses, "listen", nil, "`address` to listen on; repeatable, replaces both")
	flags.StringArrayVar(&r.Hosts, "host", nil, hostUsage)
	flags.StringVar(&r.Fault, "fault", "", "serve the server with this mistake; list prints the `NAME`s")
	flags.StringArrayVar(&r.Choices, "choice", nil, "serve a server that is right in this other way; repeatable; list prints the `NAME`s")
	offer(cmd, "fault", orList(faultNames))
	offer(cmd, "choice", orList(choiceNames))
	return cmd
}
