// Package contract reads feature files into rules and scenarios. It is the only reader of what a feature file
// says about a rule: its id, level, strength, reason, source and hints.
package contract

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"

	"restlab/internal/suggest"
	"restlab/steps"
)

// Levels in their order: each includes the ones before it.
var Levels = []string{"basics", "http", "production"}

// Families of resources. A learner may have one server for both, one for each, or one family only.
var Families = []string{"items", "tasks"}

// Tags that are not the id of a rule.
const (
	adviceTag     = "advice"     // reported, never costs a mark
	afterwardsTag = "afterwards" // judges the whole run, so it runs last
	netTag        = "net"        // a net under the other rules: scored only where all of them are kept
	firstTag      = "first"      // at a scenario: it is asked alone, before any other, as long as nothing is stored
	aloneTag      = "alone"      // at a scenario: no other runs meanwhile, as it asks about what the tasks of all have in common
	needsTag      = "needs:"     // followed by the id of a rule without which the question makes no sense
	ifTag         = "if:"        // followed by what a client has to do for it to be asked
)

// Contract is what a set of feature files demands.
type Contract struct {
	Rules     []*Rule     // in order of level; within it advice stands last
	Scenarios []*Scenario // in the order of the files
}

// Rule is a law of HTTP or of the contract.
type Rule struct {
	ID         string
	Name       string
	Level      string
	Strength   string // MUST, MUST NOT, SHOULD, contract, …: the source's word
	Reason     string // why a person should care
	Source     string // where the law stands
	Hints      []Hint // weakest first
	Advice     bool
	Afterwards bool
	Net        bool
	Subject    string // the feature's name
	File       string
	Line       int
	Gherkin    string // its scenarios as they are written
	Scenarios  []*Scenario
}

// Hint helps to find what is wrong. One with a place is for failures there: "status", "content", "answer", "field".
type Hint struct {
	At   string
	Text string
}

// HintsAt are the hints for a failure at a place of the answer: those for this very place first, none for another.
func (rule *Rule) HintsAt(place string) []string { return hintsAt(rule.Hints, place) }

func hintsAt(hints []Hint, place string) []string {
	place, _, _ = strings.Cut(place, " ") // "field ETag"
	here, anywhere := []string{}, []string{}
	for _, hint := range hints {
		switch {
		case hint.At == "" || place == "":
			anywhere = append(anywhere, hint.Text)
		case hint.At == place:
			here = append(here, hint.Text)
		}
	}
	return append(here, anywhere...)
}

// Scenario is one runnable example of a rule: a scenario, or one row of an outline.
type Scenario struct {
	ID      string // rule id and name, e.g. put.created/an-unused-key-responds-201
	Name    string
	Rule    *Rule
	Level   string
	Needs   []string // rules that have to be kept for it to be checked
	First   bool     // it is checked alone, before any other
	If      []string // what a client has to do for it to be checked: one of Abilities each
	File    string
	Line    int
	Example int // its number among the examples of an outline, from 0
	Steps   []Step
	Hints   []Hint // of its own, weakest first

	steps.Properties // what its sentences imply; tags give families where no sentence does, and have it run alone
}

// HintsAt are the hints for a failure at a place of the answer: the scenario's own, then those of its rule.
func (s *Scenario) HintsAt(place string) []string {
	return append(hintsAt(s.Hints, place), s.Rule.HintsAt(place)...)
}

// Step is a line of a scenario, its row's values filled in.
type Step struct {
	Keyword string // Given, When, Then
	Text    string
	Line    int
	Match   *steps.Match // its sentence and arguments; nil only while a file at fault is read
}

// What a client can do that not every one has to: it takes the key that it is told, it lets the server choose the id of a task.
const (
	TakesKey = "key"
	Creates  = "creates"
)

// Abilities are all of them, and what a client lacks that has not the ability.
var Abilities = map[string]string{
	TakesKey: "the program takes no key: neither {key} in its command nor the variable KEY",
	Creates:  "the program does not POST to /tasks",
}

// Rule returns the rule of that id, or nil.
func (c *Contract) Rule(id string) *Rule {
	for _, r := range c.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Scenario returns the scenario of that id, or nil.
func (c *Contract) Scenario(id string) *Scenario {
	for _, s := range c.Scenarios {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// Problem is one thing wrong with a feature file.
type Problem struct {
	File string
	Line int
	What string
	Hint string
}

func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	text := where + ": " + p.What
	if p.Hint != "" {
		text += "\n    " + p.Hint
	}
	return text
}

// Problems is an error that reports all of them.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// Load reads every .feature file below the root of files. The error is Problems where a file is at fault.
func Load(files fs.FS) (*Contract, error) {
	c := &Contract{}
	var problems Problems
	var found bool
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		found = true
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		problems = append(problems, c.read(name, content)...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("no .feature file in it")
	}
	return c.finish(problems)
}

// Read reads one feature file. The error is Problems where it is at fault.
func Read(name string, content []byte) (*Contract, error) {
	c := &Contract{}
	return c.finish(c.read(name, content))
}

// finish looks for what the reader lets pass, and puts rules into their order.
func (c *Contract) finish(problems Problems) (*Contract, error) {
	problems = append(problems, c.check()...)
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
		})
		return nil, problems
	}
	slices.SortStableFunc(c.Rules, func(a, b *Rule) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Levels, a.Level), slices.Index(Levels, b.Level)),
			cmp.Compare(a.place(), b.place()),
		)
	})
	return c, nil
}

// place is where a rule stands in its level: what one family does, what both do, what holds for the whole run, advice.
func (rule *Rule) place() int {
	switch {
	case rule.Advice:
		return 3
	case rule.Afterwards:
		return 2
	case slices.ContainsFunc(rule.Scenarios, func(s *Scenario) bool { return !slices.Equal(s.Families, rule.Scenarios[0].Families) }):
		return 1
	}
	return 0
}

// parseError is how the parser reports: "(12:3): expected: …".
var parseError = regexp.MustCompile(`\((\d+):\d+\): (.*)`)

func (c *Contract) read(file string, content []byte) Problems {
	ids := (&messages.Incrementing{}).NewId
	document, err := gherkin.ParseGherkinDocument(bytes.NewReader(content), ids)
	if err != nil {
		return parseProblems(file, err)
	}
	if document.Feature == nil {
		return Problems{{File: file, What: "there is no Feature in this file"}}
	}
	r := reader{file: file, feature: document.Feature, source: strings.Split(string(content), "\n"), rules: map[string]*Rule{}, lines: map[string]int{}, examples: map[string]int{}, hints: map[string][]Hint{}}
	r.index()
	r.misspelt(document.Feature.Description)
	for _, pickle := range gherkin.Pickles(*document, file, ids) {
		r.addScenario(c, pickle)
	}
	for _, rule := range r.order {
		if len(rule.Scenarios) > 0 {
			c.Rules = append(c.Rules, rule)
		}
	}
	if len(r.rules) == 0 && len(r.problems) == 0 {
		r.problem(document.Feature.Location.Line, "there is no scenario in this file", "")
	}
	return r.problems
}

func parseProblems(file string, err error) Problems {
	var problems Problems
	for _, line := range strings.Split(err.Error(), "\n") {
		if m := parseError.FindStringSubmatch(line); m != nil {
			problem := Problem{File: file, Line: number(m[1]), What: "this is not Gherkin: " + m[2]}
			if strings.Contains(m[2], "#FeatureLine") {
				problem.Hint = "a file begins with a line such as Feature: Items"
			}
			problems = append(problems, problem)
		}
	}
	if problems == nil {
		problems = Problems{{File: file, What: err.Error()}}
	}
	return problems
}

func number(digits string) int {
	n := 0
	for _, d := range digits {
		n = 10*n + int(d-'0')
	}
	return n
}

// reader turns one parsed file into rules and scenarios.
type reader struct {
	file     string
	feature  *messages.Feature
	source   []string
	rules    map[string]*Rule  // by the parser's id of the scenario
	hints    map[string][]Hint // the scenario's own, by the parser's id of it
	examples map[string]int    // of each scenario so far, by the parser's id of it
	lines    map[string]int    // by the parser's id of the scenario, row or step
	order    []*Rule
	problems Problems
}

func (r *reader) problem(line int64, what, hint string) {
	r.problems = append(r.problems, Problem{r.file, int(line), what, hint})
}

// index finds the rule of each scenario. Scenarios outside any Rule belong to one made of the feature itself.
func (r *reader) index() {
	var own *Rule
	for i, child := range r.feature.Children {
		switch {
		case child.Rule != nil:
			rule := r.rule(child.Rule.Name, child.Rule.Description, child.Rule.Tags, child.Rule.Location)
			rule.Gherkin = r.scenarios(child.Rule, i)
			r.misspelt(child.Rule.Description)
			for _, inner := range child.Rule.Children {
				if inner.Scenario != nil {
					r.scenario(rule, inner.Scenario)
				}
			}
		case child.Scenario != nil:
			if own == nil {
				own = r.rule(r.feature.Name, r.feature.Description, r.feature.Tags, r.feature.Location)
			}
			r.scenario(own, child.Scenario)
		}
	}
}

// scenarios is the text of a rule from its first scenario to the next rule.
func (r *reader) scenarios(rule *messages.Rule, index int) string {
	if len(rule.Children) == 0 || rule.Children[0].Scenario == nil {
		return ""
	}
	first := rule.Children[0].Scenario
	from, to := begin(first.Tags, first.Location), len(r.source)
	if index+1 < len(r.feature.Children) && r.feature.Children[index+1].Rule != nil {
		next := r.feature.Children[index+1].Rule
		to = begin(next.Tags, next.Location)
	}
	lines := slices.Clone(r.source[from:to])
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "    ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// begin is the index of the line where something starts, its tags included.
func begin(tags []*messages.Tag, at *messages.Location) int {
	if len(tags) > 0 {
		at = tags[0].Location
	}
	return int(at.Line) - 1
}

// keywordLike is a line that a keyword misspelt would be: Gherkin takes it for a description and runs nothing.
var keywordLike = regexp.MustCompile(`(?i)^(s\w*n\w*ri\w*|rul\w*|exa\w+|backg\w+)( outline)?:`)

func (r *reader) misspelt(description string) {
	for _, line := range strings.Split(description, "\n") {
		if line = strings.TrimSpace(line); keywordLike.MatchString(line) {
			at := slices.IndexFunc(r.source, func(s string) bool { return strings.TrimSpace(s) == line })
			r.problem(int64(at+1), fmt.Sprintf("%q is read as a description", line), "is a keyword misspelt? Rule:, Scenario:, Scenario Outline:, Examples:, Background:")
		}
	}
}

func (r *reader) scenario(rule *Rule, s *messages.Scenario) {
	r.misspelt(s.Description)
	r.rules[s.Id] = rule
	for line := range strings.Lines(s.Description) {
		if hint, ok := parseHint(line); ok {
			r.hints[s.Id] = append(r.hints[s.Id], hint)
		}
	}
	r.lines[s.Id] = int(s.Location.Line)
	for _, step := range s.Steps {
		r.lines[step.Id] = int(step.Location.Line)
	}
	rows := 0
	for _, examples := range s.Examples {
		for _, row := range examples.TableBody {
			r.lines[row.Id] = int(row.Location.Line)
			rows++
		}
	}
	if len(s.Examples) > 0 && rows == 0 {
		r.problem(s.Location.Line, fmt.Sprintf("the outline %q has no examples, so it would never run", s.Name), "add a row to its table")
	}
	if len(s.Steps) == 0 {
		r.problem(s.Location.Line, fmt.Sprintf("the scenario %q has no sentences", s.Name), "")
	}
}

func (r *reader) rule(name, description string, tags []*messages.Tag, at *messages.Location) *Rule {
	rule := &Rule{Name: name, Level: Levels[0], Strength: "contract", Subject: r.feature.Name, File: r.file, Line: int(at.Line)}
	for _, tag := range tags {
		switch word := strings.TrimPrefix(tag.Name, "@"); {
		case slices.Contains(Levels, word):
			rule.Level = word
		case slices.Contains(Families, word):
		case word == adviceTag:
			rule.Advice = true
		case word == afterwardsTag:
			rule.Afterwards = true
		case word == netTag:
			rule.Net = true
		case strings.HasPrefix(word, needsTag), strings.HasPrefix(word, ifTag):
		case rule.ID == "":
			rule.ID = word
		default:
			r.problem(at.Line, fmt.Sprintf("the rule %q has two ids: %s and %s", name, rule.ID, word), "a rule has one tag that is its id, one of its level (@"+strings.Join(Levels, ", @")+"), and perhaps @items, @tasks or @advice")
		}
	}
	if rule.ID == "" {
		rule.ID = strings.TrimSuffix(path.Base(r.file), ".feature")
	}
	rule.describe(description)
	r.order = append(r.order, rule)
	return rule
}

var hintLine = regexp.MustCompile(`^Hint(?: at (status|content|answer|field))?: (.+)$`)

func parseHint(line string) (Hint, bool) {
	found := hintLine.FindStringSubmatch(strings.TrimSpace(line))
	if found == nil {
		return Hint{}, false
	}
	return Hint{found[1], found[2]}, true
}

// describe splits a rule's description: the reason, then Source: and Hint: lines.
func (rule *Rule) describe(description string) {
	var reason []string
	for _, line := range strings.Split(description, "\n") {
		line = strings.TrimSpace(line)
		if source, ok := strings.CutPrefix(line, "Source: "); ok {
			rule.Source, rule.Strength = source, "contract"
			if comma := strings.LastIndex(source, ", "); comma >= 0 {
				rule.Source, rule.Strength = source[:comma], source[comma+2:]
			}
			continue
		}
		if hint, ok := parseHint(line); ok {
			rule.Hints = append(rule.Hints, hint)
			continue
		}
		if line != "" {
			reason = append(reason, line)
		}
	}
	rule.Reason = strings.Join(reason, " ")
}

func (r *reader) addScenario(c *Contract, pickle *messages.Pickle) {
	rule := r.rules[pickle.AstNodeIds[0]]
	s := &Scenario{
		ID:    rule.ID + "/" + slug(pickle.Name),
		Name:  pickle.Name,
		Rule:  rule,
		Level: rule.Level,
		Hints: r.hints[pickle.AstNodeIds[0]],
		File:  r.file,
		Line:  r.lines[pickle.AstNodeIds[len(pickle.AstNodeIds)-1]],
	}
	s.Example = r.examples[pickle.AstNodeIds[0]]
	r.examples[pickle.AstNodeIds[0]]++
	for _, step := range pickle.Steps {
		if step.Argument != nil {
			r.problem(int64(r.lines[step.AstNodeIds[0]]), "no sentence of the lab takes a table or a text below it", "write the value into the sentence")
		}
		s.Steps = append(s.Steps, r.step(step))
	}
	for _, step := range s.Steps {
		if step.Match != nil {
			s.Include(step.Match.Properties())
		}
	}
	s.readTags(pickle.Tags)
	s.WholeRun = s.WholeRun || rule.Afterwards
	if len(s.Families) == 0 && !s.WholeRun {
		s.Families = Families
	}
	rule.Scenarios = append(rule.Scenarios, s)
	c.Scenarios = append(c.Scenarios, s)
}

// readTags takes from the tags what no sentence says. A family is read from them where no sentence names one.
func (s *Scenario) readTags(tags []*messages.PickleTag) {
	var families []string
	for _, tag := range tags {
		switch word := strings.TrimPrefix(tag.Name, "@"); {
		case slices.Index(Levels, word) > slices.Index(Levels, s.Level):
			s.Level = word
		case slices.Contains(Families, word) && !slices.Contains(families, word):
			families = append(families, word)
		case word == firstTag:
			s.First = true
		case word == aloneTag:
			s.Alone = true
		case strings.HasPrefix(word, needsTag):
			s.Needs = append(s.Needs, strings.TrimPrefix(word, needsTag))
		case strings.HasPrefix(word, ifTag):
			s.If = append(s.If, strings.TrimPrefix(word, ifTag))
		}
	}
	if len(s.Families) == 0 {
		s.Families = families
	}
}

// step matches a line to its sentence, once and for all. A line that stands for none is a problem of the file.
func (r *reader) step(line *messages.PickleStep) Step {
	step := Step{Keyword: keyword(line.Type), Text: line.Text, Line: r.lines[line.AstNodeIds[0]]}
	match, err := steps.Find(steps.Keyword(step.Keyword), step.Text)
	var mismatch *steps.Mismatch
	if errors.As(err, &mismatch) {
		r.unknown(step, mismatch)
		return step
	}
	if err := match.Lint(); err != nil {
		r.problem(int64(step.Line), err.Error(), "")
	}
	step.Match = match
	return step
}

func (r *reader) unknown(step Step, m *steps.Mismatch) {
	if m.Ambiguous {
		r.problem(int64(step.Line), fmt.Sprintf("%q could be more than one sentence", m.Text), "")
		return
	}
	hint := "restlab steps lists them all"
	if len(m.Nearest) > 0 {
		hint = "nearest: " + strings.Join(m.Nearest, "\n             ")
	}
	r.problem(int64(step.Line), fmt.Sprintf("%q is no sentence of the lab after %s", m.Text, step.Keyword), hint)
}

func keyword(t messages.PickleStepType) string {
	switch t {
	case messages.PickleStepType_CONTEXT:
		return string(steps.Given)
	case messages.PickleStepType_ACTION:
		return string(steps.When)
	case messages.PickleStepType_OUTCOME:
		return string(steps.Then)
	default:
		return ""
	}
}

var notInSlug = regexp.MustCompile(`[^a-z0-9]+`)

func slug(name string) string {
	return strings.Trim(notInSlug.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// DidYouMean returns the end of a hint that suggests rules whose id has a word in common with what was typed, or "".
func DidYouMean(c *Contract, id string) string {
	var ids []string
	for _, rule := range c.Rules {
		ids = append(ids, rule.ID)
	}
	return suggest.DidYouMean(suggest.IDs(id, ids))
}
