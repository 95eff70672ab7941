package contract

import (
	"fmt"
	"strings"
)

// Markdown is all rules as a Markdown document: what a server must do, and what a client, why, and where the law stands.
func Markdown(servers, clients *Contract) string {
	var b strings.Builder
	b.WriteString("# The contract\n\nGenerated from `features/`. What a server must do to earn full marks, level by level; each level includes the\nones before it. MUST, MUST NOT and SHOULD are the source's words; *contract* marks a choice of this lab, made where\nthe standards leave one that a client has to know. Rules marked *advice* never cost a mark.\n")
	servers.contract(&b)
	b.WriteString("\n# What a client does\n\nThe rules that `restlab grade-client` grades a program by. The program meets a server that is right, or in trouble, and is judged by what it\nsends, what it prints and how it ends. What is not asked for here a client may choose.\n")
	clients.contract(&b)
	return b.String()
}

func (c *Contract) contract(b *strings.Builder) {
	sum := 0
	for _, level := range Levels {
		rules := c.at(level)
		sum += marked(rules)
		fmt.Fprintf(b, "\n## %s\n\n%d rules count at this level, and %d with those of the levels before: that is what a grading is marked by.\n\n", level, marked(rules), sum)
		b.WriteString("| rule | strength | source |\n|---|---|---|\n")
		for _, rule := range rules {
			fmt.Fprintf(b, "| [%s](#%s) %s | %s | %s |\n", rule.ID, anchor(rule), rule.Name, rule.Weight(), rule.Source)
		}
		for _, rule := range rules {
			rule.document(b)
		}
	}
}

// marked returns how many of the rules count for a mark.
func marked(rules []*Rule) int {
	n := 0
	for _, rule := range rules {
		if !rule.Advice {
			n++
		}
	}
	return n
}

func (c *Contract) at(level string) []*Rule {
	var rules []*Rule
	for _, rule := range c.Rules {
		if rule.Level == level {
			rules = append(rules, rule)
		}
	}
	return rules
}

// Weight is the strength of the law, or "advice".
func (rule *Rule) Weight() string {
	if rule.Advice {
		return "advice"
	}
	return rule.Strength
}

func anchor(rule *Rule) string { return strings.ReplaceAll(rule.ID, ".", "") }

func (rule *Rule) document(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %s\n\n**%s.** %s\n\n*%s, %s*\n\n```gherkin\n%s\n```\n", rule.ID, rule.Name, rule.Reason, rule.Source, rule.Weight(), rule.Gherkin)
}
