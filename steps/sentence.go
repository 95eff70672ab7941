// Package steps is the one vocabulary of all features: what each sentence implies for its scenario, what it does on the
// wire, and what it asks of the response. Sentences speak of methods, paths, statuses and fields, because those are the
// contract; they never know which rule they serve. Assertions are httpexpect's, made on recorded exchanges.
package steps

import (
	"fmt"
	"reflect"
	"regexp"
)

// Keyword is where a sentence may stand. "And" and "But" take the keyword of the sentence before.
type Keyword string

// The three places of a sentence.
const (
	Given Keyword = "Given"
	When  Keyword = "When"
	Then  Keyword = "Then"
)

// Sentence is one entry of the vocabulary. Its expression captures texts, which are the arguments of its functions.
type Sentence struct {
	Keyword Keyword
	Expr    *regexp.Regexp
	Also    Keyword                        // another place where it may stand, if any
	Example string                         // with the keyword's word left out
	Does    string                         // one line for the generated list
	Implies func(args []string) Properties // nil where it implies nothing
	lint    func(args []string) error      // finds an author's mistake; nil where there is none to make
	bind    func(*Scenario) any            // the method that runs it

	holdsAnother bool // the last argument is a sentence after Then, which runs in place of bind if the first one holds
}

// Matches reports whether the sentence is the one that text stands for.
func (s *Sentence) Matches(k Keyword, text string) bool {
	_, matches := s.arguments(k, text)
	return matches
}

// arguments returns what the expression captures of a text that is this sentence.
func (s *Sentence) arguments(k Keyword, text string) (args []string, matches bool) {
	if s.Keyword != k && s.Also != k {
		return nil, false
	}
	found := s.Expr.FindStringSubmatch(text)
	if found == nil {
		return nil, false
	}
	return found[1:], true
}

// expr compiles the expression of a sentence, which covers all of a text.
func expr(s string) *regexp.Regexp { return regexp.MustCompile(`^(?s:` + s + `)$`) }

// Match is a line of a scenario as a sentence of the vocabulary with its arguments.
type Match struct {
	Sentence *Sentence
	Args     []string
	Inner    *Match // the sentence inside a conditional one, nil for others
}

// Mismatch is a text that stands for no sentence, or for more than one.
type Mismatch struct {
	Text      string
	Ambiguous bool
	Nearest   []string // examples of sentences that look like the text, best first
}

func (m *Mismatch) Error() string { return fmt.Sprintf("no sentence matches %q", m.Text) }

// Find matches a text to its sentence, and the text inside a conditional sentence to its own. The error is a *Mismatch.
func Find(k Keyword, text string) (*Match, error) {
	var found []*Match
	all := Vocabulary()
	for i := range all {
		if args, matches := all[i].arguments(k, text); matches {
			found = append(found, &Match{Sentence: &all[i], Args: args})
		}
	}
	switch {
	case len(found) == 0:
		return nil, &Mismatch{Text: text, Nearest: nearest(k, text)}
	case len(found) > 1:
		return nil, &Mismatch{Text: text, Ambiguous: true}
	}
	m := found[0]
	if !m.Sentence.holdsAnother {
		return m, nil
	}
	var err error
	m.Inner, err = Find(Then, m.Args[len(m.Args)-1])
	return m, err
}

// Run does what the sentence says. The error is a *Failure, a *NotReached or a *Broken.
func (m *Match) Run(s *Scenario) error {
	if m.Inner != nil {
		return s.excuse(s.ifTheStatusIs(m.Args[0], m.Inner))
	}
	args := make([]reflect.Value, len(m.Args))
	for i, arg := range m.Args {
		args[i] = reflect.ValueOf(arg)
	}
	err, _ := reflect.ValueOf(m.Sentence.bind(s)).Call(args)[0].Interface().(error)
	return s.excuse(err)
}

// Sentences are the entries of the vocabulary that the line is made of: one, and the one inside it.
func (m *Match) Sentences() []*Sentence {
	if m.Inner != nil {
		return append([]*Sentence{m.Sentence}, m.Inner.Sentences()...)
	}
	return []*Sentence{m.Sentence}
}
