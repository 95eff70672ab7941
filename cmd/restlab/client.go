package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"restlab/internal/lab"
	"restlab/internal/proof/client"
)

func (p *program) clientCommand() *cobra.Command {
	var fault, choice string
	cmd := &cobra.Command{
		Use:   "client",
		Short: "run a client that is right, or one with a mistake, to look at",
		Long: `Run a client of items (ITEMS_URL) or, where there is no such variable, of tasks (TASKS_URL).

  restlab grade-client -- restlab client                       one that is right
  restlab grade-client -- restlab client --fault repeats-post  one with a mistake (--fault list)
  restlab grade-client -- restlab client --choice polls        one that is right in another way (--choice list)`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case fault != "" && choice != "":
				return lab.Usage("--fault and --choice contradict each other", "leave one of them out")
			case fault == "list" || choice == "list":
				return p.listClients(fault == "list")
			case fault+choice == "" && p.Getenv("ITEMS_URL")+p.Getenv("TASKS_URL") == "":
				return lab.Usage("which server?", "give its base URL in the variable ITEMS_URL or TASKS_URL; restlab grade-client -- restlab client does")
			}
			status, known := client.Run(cmd.Context(), fault+choice, p.Getenv, p.Out, p.Err)
			if !known {
				return unknown("client", fault+choice, clientNames())
			}
			if status != 0 {
				return &lab.Error{Status: status}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&fault, "fault", "", "the one with this mistake, by `NAME`; list prints them all")
	cmd.Flags().StringVar(&choice, "choice", "", "the one that is right in this way, by `NAME`; list prints them all")
	return cmd
}

func clientNames() []string {
	var names []string
	for _, f := range client.Faults() {
		names = append(names, f.Name)
	}
	for _, c := range client.Choices() {
		names = append(names, c.Name)
	}
	return names
}

func (p *program) listClients(faults bool) error {
	table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	if faults {
		for _, f := range client.Faults() {
			fmt.Fprintf(table, "%s\t%s\t%s\n", f.Name, f.Level, f.Does)
		}
		return table.Flush()
	}
	for _, c := range client.Choices() {
		fmt.Fprintf(table, "%s\t%s\n", c.Name, c.Does)
	}
	return table.Flush()
}
