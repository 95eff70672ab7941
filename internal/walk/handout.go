package walk

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/report"
	"restlab/internal/terminal"
	"restlab/steps"
)

// Handout writes a walk through scenarios as Markdown: for each its sentences, a sequence diagram, and what went over the wire. Where there are two
// actors it has both.
func Handout(ctx context.Context, out io.Writer, w Walk) error {
	h := &handout{Writer: bufio.NewWriter(out)}
	h.head(w)
	var rule *contract.Rule
	for n, s := range w.Scenarios {
		if s.Rule != rule {
			rule = s.Rule
			h.rule(rule)
		}
		for i, actor := range w.Actors {
			play, err := actor.Play(ctx, w.wish(s))
			if err != nil {
				return err
			}
			if i == 0 {
				fmt.Fprintf(h, "\n### %s\n", heading(play, n))
			}
			if len(w.Actors) > 1 {
				fmt.Fprintf(h, "\nOn %s:\n", actor.inHandout())
			}
			h.play(play)
		}
		h.others(others(w.Contract, s))
	}
	return h.Flush()
}

type handout struct{ *bufio.Writer }

func (h *handout) head(w Walk) {
	fmt.Fprintf(h, "# %s\n\nPrinted by `restlab %s`. Without `--plain` the same is shown on a terminal, step by step.\n", w.Title, w.Command)
	for _, a := range w.Actors {
		if a.Does != "" {
			fmt.Fprintf(h, "\nThe fault %s: %s\n", a.Fault, a.Does)
		}
	}
}

// heading is that of a scenario. Its name tells what happens, so where that is asked it stands with the answer.
func heading(p *Play, number int) string {
	if asked, _ := question(p); asked < 0 {
		return p.Name
	}
	return fmt.Sprintf("Scenario %d", number+1)
}

// inHandout is who it is where nobody has to guess.
func (a *Actor) inHandout() string {
	if a.Fault != "" {
		return "the fault " + a.Fault
	}
	return a.Name
}

func (h *handout) rule(rule *contract.Rule) {
	fmt.Fprintf(h, "\n## %s\n\n`%s` · %s", rule.Name, rule.ID, rule.Level)
	if rule.Source != "" {
		fmt.Fprintf(h, " · %s (%s)", rule.Source, rule.Weight())
	}
	fmt.Fprintln(h)
	if rule.Reason != "" {
		fmt.Fprintf(h, "\n> %s\n", strings.ReplaceAll(terminal.Wrap(rule.Reason, 120, 0), "\n", "\n> "))
	}
}

// play tells a scenario as far as the class is asked, and the rest folded away, where a page can fold.
func (h *handout) play(p *Play) {
	names := serversNames(p)
	asked, until := question(p)
	if asked < 0 {
		h.fence("gherkin", names(inWords(p, 0, len(p.Steps))))
		h.outcome(p, names)
		return
	}
	h.fence("gherkin", names(inWords(p, 0, until)))
	fmt.Fprintf(h, "\n**Ask:** which status will answer `%s`?\n\n<details><summary>The answer</summary>\n", names(requestLine(p.Exchanges[asked])))
	fmt.Fprintf(h, "\n**%s.**\n", p.Name)
	h.fence("text", names(onWire(p, asked)))
	if before, after, seen := p.states(asked); seen {
		h.fence("text", names(fmt.Sprintf("before  %s\nafter   %s\n", before, after)))
	}
	if until < len(p.Steps) {
		h.fence("gherkin", names(inWords(p, until, len(p.Steps))))
	}
	h.outcome(p, names)
	fmt.Fprint(h, "\n</details>\n")
}

// outcome is all that went to and fro, and what was wrong.
func (h *handout) outcome(p *Play, names func(string) string) {
	if len(p.Exchanges) > 0 {
		h.fence("mermaid", names(p.diagram()))
	}
	if f := p.Failure; f != nil {
		h.fence("text", names(fmt.Sprintf("expected  %s\nreceived  %s\n", f.Expected, f.Received)))
	}
	if p.Why != "" {
		h.fence("text", names("not reached  "+p.Why))
	}
}

// others names the further examples of an outline.
func (h *handout) others(examples []*contract.Scenario) {
	if len(examples) == 0 {
		return
	}
	var names []string
	for _, s := range examples {
		names = append(names, fmt.Sprintf("`%s`", s.Name))
	}
	fmt.Fprintf(h, "\nLikewise: %s.\n", strings.Join(names, "; "))
}

// inWords are sentences, from one on up to another, each with a mark where it failed.
func inWords(p *Play, from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(sentence(p.Scenario, i))
		if p.Steps[i].Status == "failed" {
			b.WriteString("   # ✗ here")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// question is the exchange to ask the class about, and how many sentences lead to it: the last one of the last When. It is -1 where there is
// none, it is a race, or it is for a client to ask.
func question(p *Play) (exchange, sentences int) {
	exchange = -1
	if p.Actor.IsClient {
		return exchange, 0
	}
	for i, step := range p.Steps {
		switch {
		case p.isRace(step):
			return -1, 0
		case step.Keyword == "When" && step.To > step.From:
			exchange, sentences = step.To-1, i+1
		}
	}
	return exchange, sentences
}

// onWire is an exchange, without the fields that tell nothing here.
func onWire(p *Play, exchange int) string {
	var b strings.Builder
	direction := ">"
	for _, line := range report.Lines(p.Exchanges[exchange], nil) {
		if line.Direction != direction {
			direction = line.Direction
			b.WriteByte('\n')
		}
		if !line.IsOrdinary() {
			b.WriteString(strings.TrimRight(line.Direction+" "+line.Text, " ") + "\n")
		}
	}
	return b.String()
}

// fence writes a block of code. Its fence is longer than any within.
func (h *handout) fence(language, text string) {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	fmt.Fprintf(h, "\n%s%s\n%s\n%s\n", fence, language, strings.TrimRight(text, "\n"), fence)
}

// serversNames replaces in a text what the server has drawn, ids and validators, so that a handout is easy to read, and the same each time.
func serversNames(p *Play) func(string) string {
	var pairs []string
	tags := map[string]bool{}
	tag := func(a *grade.Answer) {
		if a == nil {
			return
		}
		if etag := strings.TrimPrefix(field(a, "ETag"), "W/"); etag != "" && !tags[etag] {
			tags[etag] = true
			pairs = append(pairs, etag, fmt.Sprintf(`"v%d"`, len(tags)))
		}
	}
	for _, x := range p.Exchanges {
		tag(x.Before)
		tag(x.Answer)
		tag(x.After)
		if x.Answer == nil {
			continue
		}
		if id := drawn.FindStringSubmatch(field(x.Answer, "Location")); id != nil && !strings.Contains(x.Request.Target, id[1]) {
			pairs = append(pairs, steps.Following(id[1]), "the-next-id", id[1], "its-own-id")
		}
	}
	return strings.NewReplacer(pairs...).Replace
}

var drawn = regexp.MustCompile(`/tasks/([^/?#]+)$`)

func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
