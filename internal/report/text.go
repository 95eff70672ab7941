// Package report turns a Result into what a person or a program reads.
package report

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// Text writes a grading for people: rules as they are decided, a card for each fault, the score. It implements
// grade.Progress.
type Text struct {
	Out   io.Writer
	Style terminal.Style
	Name  string // of this program, as it is typed
	Head  string // the first line
	Times int    // gradings in a row; 0 or 1 for one
	Amount
	Commands
	Whole string // the cards, where Finish has cut them to the window

	progress
	layout
}

// Amount says how much of a grading to show.
type Amount struct {
	Hints int      // hints a card shows; All for all
	More  string   // what shows the others, "" for a flag
	Cards int      // cards that are shown; All for all
	Quiet bool     // the score alone
	Brief bool     // of the rules those that are not kept, and no tables: for whoever grades again and again
	Own   []string // rules whose verdict is always shown; others are counted in one line where they are kept. nil for all
}

// Commands are the commands that a card names.
type Commands struct {
	Again  string // grades the same server, "" where it is gone
	Replay string // runs a scenario again, "" where the grading is not kept
}

// progress is the state of the progress display.
type progress struct {
	begun  bool
	before int // rules of exercises before that are kept
	done   int
	of     int
	said   time.Time // when the last sign of life was given
	bar    terminal.Bar
}

// layout is how cards are written.
type layout struct {
	width int
	lean  leanness // what cards leave out
}

// All stands for any number of hints and cards.
const All = -1

// Begin implements grade.Progress.
func (t *Text) Begin(_, scenarios int) {
	t.done, t.of = 0, scenarios
	if !t.Quiet && !t.begun {
		t.begun = true
		fmt.Fprintf(t.Out, "%s\n\n", t.Head)
	}
}

// Interrupt leaves the terminal with the cursor at the beginning of a line.
func (t *Text) Interrupt() { t.bar.Clear() }

// Scenario implements grade.Progress.
func (t *Text) Scenario() {
	t.done++
	if t.Style.Live && !t.Quiet && t.done%8 == 0 {
		t.show()
	}
}

// sayEvery is the time between signs of life where there is no bar.
const sayEvery = 10 * time.Second

// Random implements grade.Progress.
func (t *Text) Random(sent int) {
	if t.Quiet || t.Style.Live || time.Since(t.said) < sayEvery {
		return
	}
	if !t.said.IsZero() {
		fmt.Fprintf(t.Out, "  … %s so far\n", terminal.Count(sent, "random request"))
	}
	t.said = time.Now()
}

// Rule implements grade.Progress.
func (t *Text) Rule(rule *contract.Rule, scenarios []*grade.Scenario) {
	if t.Quiet || t.Times > 1 {
		return
	}
	t.bar.Clear()
	if t.Brief && grade.Worse(worst(scenarios), grade.Advice) == grade.Advice {
		return // Finish tells where that is so of all
	}
	if t.Own != nil && worst(scenarios) == grade.Passed && !slices.Contains(t.Own, rule.ID) {
		if !rule.Advice {
			t.before++
		}
		return
	}
	fmt.Fprintf(t.Out, "  %s %-20s  %s\n", t.mark(scenarios), rule.ID, t.outcome(rule, scenarios, t.Style.Width-27))
	if t.Style.Live {
		t.show()
	}
}

func (t *Text) show() {
	t.bar.Out, t.bar.Style, t.bar.Things = t.Out, t.Style, "scenarios"
	t.bar.Show(t.done, t.of)
}

func (t *Text) mark(scenarios []*grade.Scenario) string {
	switch worst(scenarios) {
	case grade.Passed:
		return t.Style.Paint(terminal.Green, "✓")
	case grade.Advice:
		return t.Style.Paint(terminal.Yellow, "!")
	case grade.NotReached, grade.NotChecked:
		return t.Style.Paint(terminal.Yellow, "–")
	default:
		return t.Style.Paint(terminal.Red, "✗")
	}
}

// worst returns the verdict on a rule whose scenarios may be of several levels.
func worst(scenarios []*grade.Scenario) grade.Verdict {
	verdict := grade.Passed
	for _, rule := range grade.Rules(scenarios) {
		verdict = grade.Worse(verdict, rule.Verdict)
	}
	return verdict
}

// outcome returns the line of a rule: its name, cut to the columns, and how many of its scenarios did not pass.
func (t *Text) outcome(rule *contract.Rule, scenarios []*grade.Scenario, columns int) string {
	counts := map[grade.Verdict]int{}
	for _, s := range scenarios {
		counts[s.Verdict]++
	}
	var parts []string
	for _, verdict := range []grade.Verdict{grade.Failed, grade.NotReached, grade.NotChecked, grade.LabFault, grade.Advice} {
		if counts[verdict] > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d %s", counts[verdict], len(scenarios), spoken(verdict)))
		}
	}
	name, counted := []rune(rule.Name), ""
	if len(parts) > 0 {
		counted = "  " + strings.Join(parts, ", ")
	}
	if room := max(columns-len(counted), 10); len(name) > room {
		name = append(name[:room-1], '…')
	}
	return string(name) + t.Style.Paint(terminal.Bold, counted)
}

func spoken(v grade.Verdict) string {
	if v == grade.Advice {
		return "could be better"
	}
	return string(v)
}

// Describe returns words for what is graded.
func Describe(target grade.Target) string {
	items := strings.Join(append([]string{target.Items}, target.ItemsReplicas...), ", ")
	tasks := strings.Join(append([]string{target.Tasks}, target.TasksReplicas...), ", ")
	what := items + " (items) and " + tasks + " (tasks)"
	switch {
	case items == tasks:
		what = items
	case target.Tasks == "":
		what = items + " (items)"
	case target.Items == "":
		what = tasks + " (tasks)"
	}
	if target.Through != "" {
		what += " through a " + target.Through
	}
	return what
}

// Finish writes the cards and the score.
func (t *Text) Finish(r *grade.Result) error {
	t.bar.Clear()
	t.width = min(t.Style.Width, 110)
	var rest bytes.Buffer
	cards := ""
	if !t.Quiet {
		t.unlisted(r)
		fmt.Fprintln(t.Out)
		t.rest(&rest, r)
	}
	t.score(&rest, r)
	if !t.Quiet {
		cards = t.fitted(r, rest.String())
	}
	_, err := io.WriteString(t.Out, cards+rest.String())
	return err
}

// unlisted mentions the rules that were not listed: rules of other exercises that are kept, and in short form all rules if
// all are kept.
func (t *Text) unlisted(r *grade.Result) {
	switch {
	case t.Brief && r.Passed():
		fmt.Fprintf(t.Out, "  %s all of them\n", t.Style.Paint(terminal.Green, "✓"))
	case t.before > 0:
		fmt.Fprintf(t.Out, "  %s %s of the exercises before\n", t.Style.Paint(terminal.Green, "✓"), terminal.Count(t.before, "rule"))
	}
}

// rest writes everything that has no card. In short form it is brief if there is a card to begin with.
func (t *Text) rest(out io.Writer, r *grade.Result) {
	if t.Brief && r.Summary.Failed > 0 {
		t.obstacles(out, r)
		return
	}
	t.notReached(out, r)
	t.labFaults(out, r)
	if !t.Brief {
		t.advice(out, r)
	}
}

// Why writes the cards and what was not reached, without a score: for a server that was stopped, and for scenarios that are
// in question themselves.
func (t *Text) Why(r *grade.Result) error {
	out := bufio.NewWriter(t.Out)
	t.width = min(t.Style.Width, 110)
	for i, cause := range r.Causes() {
		t.card(out, i+1, cause, r)
	}
	t.notReached(out, r)
	t.labFaults(out, r)
	return out.Flush()
}

func (t *Text) notReached(out io.Writer, r *grade.Result) {
	if r.Summary.NotReached == 0 {
		return
	}
	t.title(out, fmt.Sprintf("Not reached: %s could not run. Fix the cause first.", terminal.Count(r.Summary.NotReached, "scenario")))
	for _, group := range r.Obstacles() {
		fmt.Fprintf(out, "  %s\n", terminal.Wrap(group[0].Why, t.width, 2))
		fmt.Fprintf(out, "    %s\n\n", t.Style.Paint(terminal.Faint, terminal.Wrap("so these could not be judged: "+ruleIDs(group), t.width, 4)))
	}
}

// mostObstacles are shown in brief.
const mostObstacles = 3

func (t *Text) obstacles(out io.Writer, r *grade.Result) {
	all := r.Obstacles()
	for _, group := range all[:min(len(all), mostObstacles)] {
		fmt.Fprintf(out, "%s\n\n", terminal.Wrap("Not reached: "+group[0].Why, t.width, 2))
	}
}

func ruleIDs(scenarios []*grade.Scenario) string {
	var ids []string
	for _, rule := range grade.Rules(scenarios) {
		text := rule.ID
		if n := len(rule.Scenarios); n > 1 {
			text += fmt.Sprintf(" (%s)", terminal.Count(n, "scenario"))
		}
		ids = append(ids, text)
	}
	return strings.Join(ids, ", ")
}

func (t *Text) labFaults(out io.Writer, r *grade.Result) {
	if r.Summary.LabFaults == 0 {
		return
	}
	t.title(out, "Not checked: the lab or a feature file is wrong, not the server.")
	for _, s := range r.Scenarios {
		if s.Verdict == grade.LabFault {
			fmt.Fprintf(out, "  %s:%d %s\n    %s\n\n", s.File, s.Line, s.Name, terminal.Wrap(s.Why, t.width, 4))
		}
	}
}

func (t *Text) advice(out io.Writer, r *grade.Result) {
	if r.Summary.Advice == 0 {
		return
	}
	t.title(out, "Advice: this costs no mark.")
	for _, rule := range grade.Rules(r.Scenarios) {
		if rule.Verdict != grade.Advice {
			continue
		}
		s := firstWith(rule.Scenarios, grade.Advice)
		fmt.Fprintf(out, "  ! %s  %s\n", t.Style.Paint(terminal.Bold, rule.ID), s.RuleName)
		fmt.Fprintf(out, "      %s\n", terminal.Wrap(fmt.Sprintf("%s: %s: %s: expected %s, received %s", s.Name, s.Failure.Asked, s.Failure.At, s.Failure.Expected, s.Failure.Received), t.width, 6))
		for _, line := range reproduce(s, r) {
			fmt.Fprintf(out, "      %s\n", line)
		}
		fmt.Fprintf(out, "      %s\n\n", t.Style.Paint(terminal.Faint, terminal.Wrap(s.Hints[0], t.width, 6)))
	}
}

func firstWith(scenarios []*grade.Scenario, verdict grade.Verdict) *grade.Scenario {
	for _, s := range scenarios {
		if s.Verdict == verdict {
			return s
		}
	}
	return nil
}

func (t *Text) title(out io.Writer, text string) {
	fmt.Fprintf(out, "%s\n\n", t.Style.Paint(terminal.Bold, terminal.Wrap(text, t.width, 0)))
}

func (t *Text) score(out io.Writer, r *grade.Result) {
	if !t.Quiet && !t.Brief {
		t.tables(out, r)
	}
	if !t.Brief {
		t.outcomes(out, r)
	}
	if r.Passed() && r.Deaths > 0 {
		t.picture(out, strings.Join(r.LastWords, "\n"))
		fmt.Fprint(out, t.Style.Paint(terminal.Red, "Your program died while it was graded")+": every answer was right, "+counted(r)+", and yet this is not passed,")
	} else {
		colour := terminal.Red
		if r.Passed() {
			colour = terminal.Green
		}
		fmt.Fprint(out, t.Style.Paint(colour, marks(r)))
	}
	fmt.Fprintf(out, " in %.1f s, %s\n", r.Seconds, seeds(r))
	if len(r.Flaky) > 0 && t.Quiet {
		fmt.Fprintf(out, "%s flaky\n", terminal.Count(len(flakyRules(r)), "rule"))
	}
	for _, note := range r.Summary.Notes {
		fmt.Fprintln(out, t.Style.Fold("Note: "+note))
	}
	if causes := r.Causes(); len(causes) > 0 && !t.Quiet && !t.Brief {
		fmt.Fprintf(out, "Begin with card 1 above: %s\n", causes[0].Rule)
	}
}

// marks writes the last line of a grading.
func marks(r *grade.Result) string {
	switch {
	case r.Passed() && r.Summary.Unchecked == 0:
		return "Everything passed: " + counted(r)
	case r.Passed():
		return "Nothing failed: " + counted(r)
	}
	return counted(r)
}

// counted returns how many rules have each outcome, and how many points were earned.
func counted(r *grade.Result) string {
	m := r.Summary
	text := fmt.Sprintf("%d of %s kept", m.Kept, terminal.Count(m.Of, "rule"))
	var others []string
	for _, one := range []struct {
		n       int
		outcome grade.Outcome
	}{{m.Broken, grade.Broken}, {m.Unreached, grade.Unreached}, {m.Unchecked, grade.Unchecked}} {
		if one.n > 0 {
			others = append(others, fmt.Sprintf("%d %s", one.n, one.outcome))
		}
	}
	if len(others) > 0 {
		text += ", " + strings.Join(others, ", ")
	}
	text += fmt.Sprintf(" (%s points", fraction(m.Points, m.PointsOf))
	if m.Unsteady > 0 {
		text += fmt.Sprintf("; %s only on the second try, and earned none", terminal.Count(m.Unsteady, "scenario")+" passed")
	}
	return text + ")"
}

// tables writes rules and points by level and family.
func (t *Text) tables(out io.Writer, r *grade.Result) {
	fmt.Fprintf(out, "%-15s %9s %12s\n", "", "rules", "points")
	for _, score := range append(r.Summary.Levels, r.Summary.Families...) {
		name := score.Name
		if name == "both" {
			name = "items and tasks"
		}
		fmt.Fprintf(out, "%-15s %9s %12s\n", name, fraction(score.RulesKept, score.Rules), fraction(score.Points, score.PointsOf))
	}
	fmt.Fprintln(out)
	if len(r.Repeats) > 1 {
		t.repeats(out, r)
	}
}

// outcomes lists the rules that are not kept: broken rules, rules not reached with the rule in the way, and rules not checked
// with the reason.
func (t *Text) outcomes(out io.Writer, r *grade.Result) {
	var lines []outcomeLine
	for _, rule := range r.Summary.Rules {
		if rule.Advice || rule.Outcome == grade.Kept || rule.Outcome == grade.Broken && len(r.Repeats) > 1 {
			continue
		}
		lines = addOutcome(lines, rule)
	}
	for _, line := range lines {
		fmt.Fprintf(out, "%-12s %s\n", line.outcome, terminal.Wrap(line.String(), t.Style.Width, 13))
	}
}

// outcomeLine has rules with one outcome, for one reason.
type outcomeLine struct {
	outcome grade.Outcome
	reason  string
	ids     []string
}

// addOutcome adds a rule to the line of its outcome and reason. The lines are in the order of the outcomes.
func addOutcome(lines []outcomeLine, rule grade.Rule) []outcomeLine {
	reason := ""
	switch {
	case rule.Outcome == grade.Unreached && rule.Because != "":
		reason = "because of " + rule.Because
	case rule.Outcome == grade.Unchecked:
		reason = rule.Why
	}
	i := slices.IndexFunc(lines, func(l outcomeLine) bool { return l.outcome == rule.Outcome && l.reason == reason })
	if i >= 0 {
		lines[i].ids = append(lines[i].ids, rule.ID)
		return lines
	}
	lines = append(lines, outcomeLine{rule.Outcome, reason, []string{rule.ID}})
	order := []grade.Outcome{grade.Broken, grade.Unreached, grade.Unchecked}
	slices.SortStableFunc(lines, func(a, b outcomeLine) int {
		return cmp.Compare(slices.Index(order, a.outcome), slices.Index(order, b.outcome))
	})
	return lines
}

// mostListed is the number of rules that a line names. Of more rules that nobody can change now it gives the number.
const mostListed = 8

func (l outcomeLine) String() string {
	text := strings.Join(l.ids, ", ")
	if l.outcome == grade.Unchecked && len(l.ids) > mostListed {
		text = terminal.Count(len(l.ids), "rule")
	}
	if l.reason == "" {
		return text
	}
	return text + ": " + wire.Untrusted(l.reason).Line(300)
}

func rulesWith(r *grade.Result, outcome grade.Outcome) []string {
	var ids []string
	for _, rule := range r.Summary.Rules {
		if rule.Outcome == outcome && !rule.Advice {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

func fraction(part, whole int) string { return fmt.Sprintf("%d/%d", part, whole) }
