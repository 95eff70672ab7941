package steps

import (
	"regexp"
	"slices"
	"strings"
)

// freshNames are what a feature can write in braces.
var freshNames = []string{"{key}", "{id}", "{digits}", "{text}", "{long}", hugeName, "{etag}", madeName, nextName, "{n}"}

var inBraces = regexp.MustCompile(`\{[a-z]+\}`)

// Lint finds a mistake of a feature's author in a line that matches the vocabulary: a name that does not exist, a status
// with another's phrase, a state that is no JSON. It returns nil where there is none.
func (m *Match) Lint() error {
	for _, arg := range m.Args {
		for _, name := range inBraces.FindAllString(arg, -1) {
			if !slices.Contains(freshNames, name) {
				return broken("there is no name %s; the fresh names are %s", name, strings.Join(freshNames, ", "))
			}
		}
	}
	if m.Sentence.lint != nil {
		if err := m.Sentence.lint(m.Args); err != nil {
			return err
		}
	}
	if m.Inner != nil {
		return m.Inner.Lint()
	}
	return nil
}

// lintStatuses finds a status that is not written as RFC 9110 has it.
func lintStatuses(text string) error {
	_, err := parseStatuses(text)
	return err
}

// lintState finds a value of an item that is no JSON. What is said of a task is read when the sentence runs.
func lintState(kind, state string) error {
	if kind != "item" {
		return nil
	}
	if _, err := decode([]byte(state)); err != nil {
		return broken("the value %s is no JSON; a text stands in double quotes", state)
	}
	return nil
}
