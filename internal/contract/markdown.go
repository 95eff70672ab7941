package contract

import (
	_ "embed" // for the preface
	"fmt"
	"strings"
)

// preface is what an implementer must know beside the rules.
//
//go:embed preface.md
var preface string

// Markdown returns the contract as a document: how a server is started, what it may choose (a table), the rules for servers,
// and the rules for clients.
func Markdown(servers, clients *Contract, choices string) string {
	var b strings.Builder
	b.WriteString(preface + choices + "\n# The rules\n\nGenerated from `features/`. [SENTENCES.md](../features/SENTENCES.md) says what each sentence checks.\n")
	servers.contract(&b)
	b.WriteString("\n# What a client does\n\nThese are the rules of `restlab grade-client`. The program meets servers that are right, and servers in trouble. The lab checks what it\nsends, what it prints and how it ends. A client is free in everything else.\n")
	clients.contract(&b)
	return b.String()
}

func (c *Contract) contract(b *strings.Builder) {
	sum := 0
	for _, level := range Levels {
		rules := c.at(level)
		sum += marked(rules)
		fmt.Fprintf(b, "\n## %s\n\n%d rules count at this level, and %d with the levels before: this is the highest mark.\n\n", level, marked(rules), sum)
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
