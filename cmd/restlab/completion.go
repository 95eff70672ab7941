package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"restlab/exercises"
	"restlab/internal/contract"
	"restlab/internal/lab"
	"restlab/internal/proof/fault"
	"restlab/internal/session"
	"restlab/internal/walk"
)

// shells are the shells for which there is a script, each with a function that writes the script.
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

For every terminal, write that line into ~/.bashrc, ~/.zshrc, ~/.config/fish/config.fish or $PROFILE. The program must be
in a folder of your PATH, or you type ./restlab in its folder.`,
		ValidArgsFunction: oneOf(shellNames()...),
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

// offer completes the value of a flag.
func offer(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err) // the command has no such flag
	}
}

// offerFolders completes the value of a flag with folders.
func offerFolders(cmd *cobra.Command, flag string) {
	if err := cmd.MarkFlagDirname(flag); err != nil {
		panic(err) // the command has no such flag
	}
}

// oneOf completes these values and no file names.
func oneOf(values ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

// begunBy completes how a value begins: the rest is typed without a space.
func begunBy(beginnings ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(beginnings, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace)
}

func completeGrade(cmd *cobra.Command) {
	offer(cmd, "level", oneOf(contract.Levels...))
	offer(cmd, "rule", ruleIDs)
	offerFolders(cmd, "features")
}

func completeGradeClient(cmd *cobra.Command) {
	offer(cmd, "level", oneOf(contract.Levels...))
	offer(cmd, "rule", clientRuleIDs)
	completeRunning(cmd)
}

// completeServer completes the flags of all commands that grade a server.
func completeServer(cmd *cobra.Command) {
	offer(cmd, "through", oneOf("proxy"))
	completeRunning(cmd)
}

// completeRunning completes the flags of all commands that run a program and report on it.
func completeRunning(cmd *cobra.Command) {
	for _, flag := range []string{"hints", "cards"} {
		offer(cmd, flag, oneOf("0", "1", "all"))
	}
	offer(cmd, "report", begunBy("json=", "history="))
	offer(cmd, "limit", begunBy("memory=", "processes=", "file="))
	offerFolders(cmd, "dir")
}

// described returns completions with a description each, and says that no file names complete the word.
func described[T any](all []T, describe func(T) (name, description string)) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, one := range all {
		names = append(names, cobra.CompletionWithDesc(describe(one)))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
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
	return described(c.Rules, func(r *contract.Rule) (string, string) { return r.ID, r.Name })
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
	return described(fault.All(), func(f fault.Fault) (string, string) { return f.Name, f.Does })
}

func choiceNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return described(fault.Choices(), func(c fault.Choice) (string, string) { return c.Name, c.Does })
}

func subjectNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return described(exercises.Subjects, func(subject string) (string, string) { return subject, exercises.SubjectTitle(subject) })
}

// orList offers the word list too, which prints all of them.
func orList(names cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		all, directive := names(cmd, args, typed)
		return append(all, cobra.CompletionWithDesc("list", "print them all")), directive
	}
}
