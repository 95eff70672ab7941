package main

import (
	"github.com/spf13/cobra"

	"restlab/internal/lab"
	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
)

func (p *program) clientCommand() *cobra.Command {
	var faultName, choice string
	cmd := &cobra.Command{
		Use:   "client",
		Short: "run a client that is right, or a client with one mistake, to look at it",
		Long: `Run a client of items (ITEMS_URL) or, if that variable is not set, of tasks (TASKS_URL).

  restlab grade-client -- restlab client                       a client that is right
  restlab grade-client -- restlab client --fault repeats-post  a client with one mistake (--fault list)
  restlab grade-client -- restlab client --choice polls        a client that is right in another way (--choice list)`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case faultName != "" && choice != "":
				return lab.Usage("--fault and --choice contradict each other", "leave one of them out")
			case faultName == "list":
				return client.List(p.Out)
			case choice == "list":
				return client.ListChoices(p.Out)
			case faultName+choice == "" && p.Getenv("ITEMS_URL")+p.Getenv("TASKS_URL") == "":
				return lab.Usage("which server?", "give its base URL in the variable ITEMS_URL or TASKS_URL; restlab grade-client -- restlab client does")
			}
			status, known := client.Run(cmd.Context(), faultName+choice, p.Getenv, p.Out, p.Err)
			if !known {
				return fault.Unknown("client", faultName+choice, client.Names())
			}
			if status != 0 {
				return &lab.Error{Status: status}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&faultName, "fault", "", "the one with this mistake, by `NAME`; list prints them all")
	cmd.Flags().StringVar(&choice, "choice", "", "the one that is right in this way, by `NAME`; list prints them all")
	return cmd
}
