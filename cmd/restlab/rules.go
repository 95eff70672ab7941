package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/proof"
	"restlab/internal/session"
	"restlab/steps"
)

func (p *program) rulesCommand() *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use:               "rules [ID]",
		Short:             "print the rules, or one with its reason, source, hints and scenarios",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: oneRule,
		RunE: func(_ *cobra.Command, args []string) error {
			servers, err := session.ServerContract()
			if err != nil {
				return err
			}
			clients, err := session.ClientContract()
			if err != nil {
				return err
			}
			switch {
			case markdown:
				fmt.Fprint(p.Out, contract.Markdown(servers, clients, proof.ChoicesTable()))
			case len(args) == 1 && clients.Rule(args[0]) != nil:
				return p.printRule(clients, args[0])
			case len(args) == 1:
				return p.printRule(servers, args[0])
			default:
				p.Say("%s", servers.List())
				fmt.Fprintln(p.Out, "\nwhat a client does")
				p.Say("%s", clients.List())
				fmt.Fprintln(p.Out, p.Own("\nrestlab rules ID tells more of one."))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print the whole contract as Markdown")
	return cmd
}

// printRule prints one rule of a contract.
func (p *program) printRule(c *contract.Contract, id string) error {
	rule := c.Rule(id)
	if rule == nil {
		return lab.Usage(fmt.Sprintf("there is no rule %q", id), "restlab rules lists them all"+contract.DidYouMean(c, id))
	}
	p.Say("%s", rule.Text())
	return nil
}

func (p *program) stepsCommand() *cobra.Command {
	var markdown, glue bool
	cmd := &cobra.Command{
		Use:   "steps",
		Short: "print the sentences for feature files, each with an example",
		Args:  cobra.NoArgs,
		Run: func(*cobra.Command, []string) {
			switch {
			case markdown:
				fmt.Fprint(p.Out, steps.Listing())
				return
			case glue:
				fmt.Fprint(p.Out, steps.Glue())
				return
			}
			for _, s := range steps.Vocabulary() {
				p.Say("%s %s\n      %s\n", s.Keyword, s.Example, s.Does)
			}
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print them as Markdown")
	cmd.Flags().BoolVar(&glue, "glue", false, "print them as step definitions in JavaScript, by which editors know them")
	return cmd
}
