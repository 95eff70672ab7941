package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/proof/fault"
	"restlab/internal/session"
	"restlab/internal/walk"
)

// shells are those for which there is a script, and how each writes it.
var shells = []struct {
	name  string
	write func(root *cobra.Command, out io.Writer) error
}{
	{"bash", func(root *cobra.Command, out io.Writer) error { return root.GenBashCompletionV2(out, true) }},
	{"zsh", func(root *cobra.Command, out io.Writer) error { return root.GenZshCompletion(out) }},
	{"fish", func(root *cobra.Command, out io.Writer) error { return root.GenFishCompletion(out, true) }},
	{"powershell", func(root *cobra.Command, out io.Writer) error { return root.GenPowerShellCompletionWithDesc(out) }},
}

func (p *program) completionCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "print a script that lets the Tab key complete commands, flags, rules and faults",
		Long: `Print a script for bash, zsh, fish or powershell. In this terminal, until it is closed:

  bash        source <(restlab completion bash)       needs the package bash-completion
  zsh         source <(restlab completion zsh)        after: autoload -U compinit; compinit
  fish        restlab completion fish | source
  powershell  restlab completion powershell | Out-String | Invoke-Expression

For every terminal, write that line into ~/.bashrc, ~/.zshrc, ~/.config/fish/config.fish or $PROFILE. The program has to be
in a folder of your PATH, or be typed as ./restlab where it lies.`,
		ValidArgsFunction: cobra.FixedCompletions(shellNames(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return lab.Usage("for which shell?", "write restlab completion "+strings.Join(shellNames(), ", or "))
			}
			for _, shell := range shells {
				if shell.name == args[0] {
					return shell.write(root, p.Out)
				}
			}
			return lab.Usage(fmt.Sprintf("there is no script for the shell %q", args[0]), "the shells are "+strings.Join(shellNames(), ", "))
		},
	}
}

func shellNames() []string {
	var names []string
	for _, shell := range shells {
		names = append(names, shell.name)
	}
	return names
}

// offer completes a flag with these values.
func offer(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err) // the command has no such flag
	}
}

func completeGrade(cmd *cobra.Command) {
	offer(cmd, "level", cobra.FixedCompletions(contract.Levels, cobra.ShellCompDirectiveNoFileComp))
	offer(cmd, "rule", ruleIDs)
	offerFolders(cmd, "features")
}

func completeGradeClient(cmd *cobra.Command) {
	offer(cmd, "level", cobra.FixedCompletions(contract.Levels, cobra.ShellCompDirectiveNoFileComp))
	offer(cmd, "rule", clientRuleIDs)
	completeRunning(cmd)
}

// completeServer completes the flags that all commands have which grade a server.
func completeServer(cmd *cobra.Command) {
	offer(cmd, "through", cobra.FixedCompletions([]string{"proxy"}, cobra.ShellCompDirectiveNoFileComp))
	completeRunning(cmd)
}

// completeRunning completes the flags that all commands have which run a program and tell of it.
func completeRunning(cmd *cobra.Command) {
	for _, flag := range []string{"hints", "cards"} {
		offer(cmd, flag, cobra.FixedCompletions([]string{"0", "1", "all"}, cobra.ShellCompDirectiveNoFileComp))
	}
	offer(cmd, "report", cobra.FixedCompletions([]string{"json=", "history="}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
	offer(cmd, "limit", cobra.FixedCompletions([]string{"memory=", "processes=", "file="}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
	offerFolders(cmd, "dir")
}

func offerFolders(cmd *cobra.Command, flag string) {
	if err := cmd.MarkFlagDirname(flag); err != nil {
		panic(err) // the command has no such flag
	}
}

func ruleIDs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return idsOf(session.ServerContract())
}

func clientRuleIDs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return idsOf(session.ClientContract())
}

func idsOf(c *contract.Contract, err error) ([]string, cobra.ShellCompDirective) {
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var ids []string
	for _, rule := range c.Rules {
		ids = append(ids, cobra.CompletionWithDesc(rule.ID, rule.Name))
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// oneRule completes the only argument of a command.
func oneRule(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ids, directive := ruleIDs(cmd, args, typed)
	ofClients, _ := clientRuleIDs(cmd, args, typed)
	return append(ids, ofClients...), directive
}

// walkable completes what can be walked through: features and rules.
func walkable(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	names, _ := oneRule(cmd, args, typed)
	if c, err := session.ServerContract(); err == nil && len(args) == 0 {
		names = append(walk.Features(c), names...)
	}
	return names, cobra.ShellCompDirectiveDefault
}

func faultNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, f := range fault.All() {
		names = append(names, cobra.CompletionWithDesc(f.Name, f.Does))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func choiceNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, c := range fault.Choices() {
		names = append(names, cobra.CompletionWithDesc(c.Name, c.Does))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// orList offers the word list too, which prints all of them.
func orList(names cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		all, directive := names(cmd, args, typed)
		return append(all, cobra.CompletionWithDesc("list", "print them all")), directive
	}
}

// failedBefore offers what restlab replay would run.
func (p *program) failedBefore(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	l, err := p.lastGrading()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, s := range l.Scenarios {
		if s.missed() {
			ids = append(ids, cobra.CompletionWithDesc(s.ID, string(s.Verdict)))
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
