package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"restlab/internal/grade"
	"restlab/internal/terminal"
)

// Round writes one of several gradings in one line.
func (t *Text) Round(r *grade.Result) {
	if t.Quiet {
		return
	}
	t.bar.Clear()
	mark := t.Style.Paint(terminal.Green, "✓")
	if !r.Passed() {
		mark = t.Style.Paint(terminal.Red, "✗")
	}
	ids := strings.Join(rulesWith(r, grade.Broken), ", ")
	line := fmt.Sprintf("seed %-10d  %7s rules  %s", r.Seed, fraction(r.Summary.Kept, r.Summary.Of), ids)
	fmt.Fprintf(t.Out, "  %s %s\n", mark, strings.TrimRight(shortened(line, t.Style.Width-4), " "))
}

func shortened(line string, columns int) string {
	if runes := []rune(line); len(runes) > columns {
		return string(runes[:columns-1]) + "…"
	}
	return line
}

// seeds returns the seeds of a result.
func seeds(r *grade.Result) string {
	if len(r.Repeats) < 2 {
		return fmt.Sprintf("seed %d", r.Seed)
	}
	return fmt.Sprintf("%d times, seeds %d to %d", len(r.Repeats), r.Seed, r.Repeats[len(r.Repeats)-1].Seed)
}

// repeats writes what failed every time and what failed only sometimes.
func (t *Text) repeats(out io.Writer, r *grade.Result) {
	if ids := alwaysFailing(r); len(ids) > 0 {
		fmt.Fprintf(out, "%-11s %s\n", "every time", terminal.Wrap(strings.Join(ids, ", "), t.width, 12))
	}
	rules := flakyRules(r)
	if len(rules) == 0 {
		fmt.Fprintln(out, "Nothing is flaky: what passed once passed every time.")
		return
	}
	for i, rule := range rules {
		label := ""
		if i == 0 {
			label = "flaky"
		}
		fmt.Fprintf(out, "%-11s %s\n", label, t.Style.Paint(terminal.Yellow, terminal.Wrap(rule.String(), t.width, 12)))
	}
	fmt.Fprintf(out, "\n%s\n\n", terminal.Wrap("Flaky means that it passed in some gradings and failed in others. They differ in the names alone, and in what meets "+
		"when: look at what your server keeps from one request to the next, and at what two requests at once can do to it.", t.width, 0))
}

// alwaysFailing returns the rules with a scenario that never passed.
func alwaysFailing(r *grade.Result) []string {
	var ids []string
	for _, s := range r.Scenarios {
		if (s.Verdict == grade.Failed || s.Verdict == grade.NotReached) && !r.IsFlaky(s.ID) && !slices.Contains(ids, s.Rule) {
			ids = append(ids, s.Rule)
		}
	}
	return ids
}

// flakyRule is a rule with scenarios that passed only sometimes.
type flakyRule struct {
	id    string
	seeds []uint64 // with which one of them did not
	of    int
}

func flakyRules(r *grade.Result) []*flakyRule {
	var rules []*flakyRule
	for _, f := range r.Flaky {
		i := slices.IndexFunc(rules, func(rule *flakyRule) bool { return rule.id == f.Rule })
		if i < 0 {
			i, rules = len(rules), append(rules, &flakyRule{id: f.Rule})
		}
		for _, seed := range f.Seeds {
			if !slices.Contains(rules[i].seeds, seed) {
				rules[i].seeds = append(rules[i].seeds, seed)
			}
		}
		slices.Sort(rules[i].seeds)
		rules[i].of = max(rules[i].of, f.Passed+f.Failed+f.NotReached)
	}
	return rules
}

func (f *flakyRule) String() string {
	const most = 5
	var seeds []string
	for _, seed := range f.seeds[:min(len(f.seeds), most)] {
		seeds = append(seeds, fmt.Sprint(seed))
	}
	if len(f.seeds) > most {
		seeds = append(seeds, "…")
	}
	return fmt.Sprintf("%s did not pass %d of %d times (--seed %s)", f.id, len(f.seeds), f.of, strings.Join(seeds, ", "))
}
