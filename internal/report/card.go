package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"restlab/internal/grade"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// Limits of a card, so that it fits on a screen.
const (
	cardBody      = 600 // characters of a body
	cardLine      = 200 // characters of a field
	cardExchanges = 3
	cardCurls     = 6
	cardCurl      = 700 // characters of a curl line
)

// factIndent is the column where the text of a fact begins.
const factIndent = 13

func (t *Text) cards(out io.Writer, r *grade.Result) {
	causes := r.Causes()
	if len(causes) == 0 {
		return
	}
	shown := causes
	if t.Cards != All {
		shown = causes[:min(t.Cards, len(causes))]
	}
	if !t.Brief {
		t.overview(out, r, causes)
	}
	for i, cause := range shown {
		t.card(out, i+1, cause, r)
	}
	if more := len(causes) - len(shown); more > 0 && !t.Brief {
		fmt.Fprintf(out, "%s\n\n", terminal.Wrap(fmt.Sprintf("And %s: --cards all", terminal.Count(more, "more card")), t.width, 0))
	}
}

// overview writes the line above the cards.
func (t *Text) overview(out io.Writer, r *grade.Result, causes []grade.Cause) {
	t.title(out, fmt.Sprintf("What to change: %s broken, on %s%s", terminal.Count(r.Summary.Broken, "rule"), terminal.Count(len(causes), "card"), perhapsOne(len(causes))))
	if what := common(r); what != "" {
		fmt.Fprintf(out, "%s\n\n", terminal.Wrap("Most requests that failed got the same response: "+wire.Untrusted(what).Line(80)+". Look there first.", t.width, 0))
	}
}

// perhapsOne returns the sentence that several failures may have one cause.
func perhapsOne(cards int) string {
	if cards == 1 {
		return ""
	}
	return ". One mistake may cause several failures: fix the first card and grade again."
}

// common returns what most failures of many rules received instead of their status, or "".
func common(r *grade.Result) string {
	const enough = 5 // rules
	if r.Summary.Broken < enough {
		return ""
	}
	received, failed := map[string]int{}, 0
	for _, s := range r.Scenarios {
		if s.Verdict != grade.Failed {
			continue
		}
		failed++
		if s.Failure.At == "status" || s.Failure.At == "answer" {
			received[s.Failure.Received]++
		}
	}
	for what, n := range received {
		if 2*n > failed {
			return what
		}
	}
	return ""
}

func (t *Text) card(out io.Writer, number int, cause grade.Cause, r *grade.Result) {
	s := cause.Scenario
	head := fmt.Sprintf("%d. %s · %s", number, s.Rule, s.RuleName)
	fmt.Fprintln(out, t.Style.Paint(terminal.Red, head))
	if t.lean < bare {
		fmt.Fprintf(out, "%s\n\n", t.Style.Paint(terminal.Faint, strings.Repeat("─", min(t.width, 78))))
	}
	t.sentences(out, s)
	if t.lean < withoutExchanges {
		t.picture(out, s.Failure.Picture)
		t.exchanges(out, s)
	}
	t.facts(out, cause, r)
	fmt.Fprintln(out)
}

// sentences writes the scenario up to the sentence that failed.
func (t *Text) sentences(out io.Writer, s *grade.Scenario) {
	fmt.Fprintf(out, "  %s\n", t.Style.Paint(terminal.Bold, s.Name))
	from, to := t.middle(s)
	for i, step := range s.Steps {
		if i == from && to > from {
			fmt.Fprintf(out, "        %s\n", t.Style.Paint(terminal.Faint, fmt.Sprintf("… %d more sentences", to-from)))
		}
		if i >= from && i < to {
			continue
		}
		line := sentence(s, i)
		if step.Status == "failed" {
			fmt.Fprintf(out, "  %s\n", t.Style.Paint(terminal.Red, wrapLine(line, t.width-12, 8)+"   ◀ here"))
			break
		}
		fmt.Fprintf(out, "  %s\n", wrapLine(line, t.width, 8))
	}
	fmt.Fprintln(out)
}

// Sentence returns a step as people read it: with And if its keyword is that of the step before.
func Sentence(s *grade.Scenario, i int) (keyword, text string) {
	keyword = s.Steps[i].Keyword
	if i > 0 && s.Steps[i-1].Keyword == keyword {
		keyword = "And"
	}
	return keyword, wire.Untrusted(s.Steps[i].Text).Line(cardLine)
}

// sentence returns a step with its keyword, aligned with the others.
func sentence(s *grade.Scenario, i int) string {
	keyword, text := Sentence(s, i)
	return fmt.Sprintf("%5s %s", keyword, text)
}

// wrapLine wraps a line that begins with its own spaces.
func wrapLine(line string, width, indent int) string {
	lead := line[:len(line)-len(strings.TrimLeft(line, " "))]
	return lead + terminal.Wrap(line, width-len(lead), indent)
}

// exchanges writes the requests of the When and the request that showed the fault.
func (t *Text) exchanges(out io.Writer, s *grade.Scenario) {
	shown := relevant(s)
	if len(shown) == 0 {
		return
	}
	most := cardExchanges
	if t.lean >= withoutEarlier {
		most = 1
	}
	if skipped := len(shown) - most; skipped > 0 {
		fmt.Fprintf(out, "    %s\n\n", t.Style.Paint(terminal.Faint, terminal.Wrap("(before: "+brief(s, shown[:skipped])+")", t.width, 5)))
		shown = shown[skipped:]
	}
	for n, i := range shown {
		fault := s.Failure
		if i != fault.Exchange {
			fault = nil
		}
		if n+1 < len(shown) && sameExchange(s.Exchanges[i], s.Exchanges[shown[n+1]]) {
			continue
		}
		t.exchange(out, t.kept(Lines(s.Exchanges[i], fault)))
	}
}

// brief returns a short form of exchanges: the first and the last of them, if there are many.
func brief(s *grade.Scenario, exchanges []int) string {
	const most = 4
	var texts []string
	for _, i := range exchanges {
		x, answer := s.Exchanges[i], "no answer"
		if x.Answer != nil {
			answer = strconv.Itoa(x.Answer.Status)
		}
		texts = append(texts, fmt.Sprintf("%s %s %s", x.Request.Method, wire.Untrusted(x.Request.Target).Line(60), answer))
	}
	texts = dedupe(texts, " (%d times)")
	if len(texts) > most {
		texts = append(append(texts[:most-1:most-1], "…"), texts[len(texts)-1])
	}
	return strings.Join(texts, ", ")
}

// dedupe keeps one of equal neighbours, with their number.
func dedupe(texts []string, times string) []string {
	var out []string
	for len(texts) > 0 {
		n := 1
		for n < len(texts) && texts[n] == texts[0] {
			n++
		}
		text := texts[0]
		if n > 1 {
			text += fmt.Sprintf(times, n)
		}
		out, texts = append(out, text), texts[n:]
	}
	return out
}

// picture prints the lines of a failure's chart.
func (t *Text) picture(out io.Writer, picture string) {
	for line := range strings.Lines(picture) {
		fmt.Fprintf(out, "    %s\n", wire.Untrusted(strings.TrimRight(line, "\n")))
	}
	if picture != "" {
		fmt.Fprintln(out)
	}
}

// sameExchange reports whether two exchanges look the same on a card.
func sameExchange(a, b *grade.Exchange) bool {
	return a.Answer != nil && b.Answer != nil && a.Request.Method == "GET" && b.Request.Method == "GET" &&
		a.Request.Target == b.Request.Target && a.Answer.Status == b.Answer.Status &&
		a.Answer.Body != nil && b.Answer.Body != nil && string(a.Answer.Body.Octets) == string(b.Answer.Body.Octets)
}

// relevant returns the indices of the exchanges of the When, and of the one at fault.
func relevant(s *grade.Scenario) []int {
	if s.Failure.Exchange < 0 {
		return nil
	}
	var shown []int
	for i := range s.Failure.Exchange {
		if keywordOf(s, i) == "When" {
			shown = append(shown, i)
		}
	}
	return append(shown, s.Failure.Exchange)
}

// facts writes what was expected and received, why it matters, and how to go on.
func (t *Text) facts(out io.Writer, cause grade.Cause, r *grade.Result) {
	s, f := cause.Scenario, cause.Scenario.Failure
	t.fact(out, "request", f.Asked)
	t.fact(out, "expected", t.Style.Paint(terminal.Green, terminal.Wrap(f.Expected, t.width, factIndent)))
	received := 500
	if t.lean >= bare {
		received = 120
	}
	t.fact(out, "received", t.Style.Paint(terminal.Red, terminal.Wrap(wire.Untrusted(f.Received).Line(received), t.width, factIndent)))
	if f.Note != "" {
		t.fact(out, "note", terminal.Wrap(f.Note, t.width, factIndent))
	}
	if s.Reason+s.Source+t.Again != "" && t.lean < bare {
		fmt.Fprintln(out)
	}
	if s.Reason != "" && t.lean < withoutReason {
		t.fact(out, "why", terminal.Wrap(s.Reason, t.width, factIndent))
	}
	if s.Source != "" && t.lean < withoutSource {
		t.fact(out, "source", fmt.Sprintf("%s (%s)", s.Source, s.Strength))
	}
	if t.Again != "" {
		t.howToRepeat(out, s, r)
	}
	if t.lean < withoutOthers {
		t.others(out, cause)
	}
}

// others writes scenarios and rules that are related to the one on the card.
func (t *Text) others(out io.Writer, cause grade.Cause) {
	if len(cause.Others) > 0 {
		t.fact(out, "also here", terminal.Wrap(names(cause.Others), t.width, factIndent))
	}
	if len(cause.Passed) > 0 && t.Again != "" {
		t.fact(out, "passed", terminal.Wrap(names(cause.Passed), t.width, factIndent))
	}
	if len(cause.Also) > 0 {
		t.fact(out, "same cause", terminal.Wrap(strings.Join(cause.Also, ", ")+" ("+t.Name+" rules ID tells more)", t.width, factIndent))
	}
}

// howToRepeat writes curl lines that show the failure again, and the command that runs the scenario again.
func (t *Text) howToRepeat(out io.Writer, s *grade.Scenario, r *grade.Result) {
	t.hints(out, s)
	if t.lean >= withoutTrying {
		return
	}
	for i, line := range reproduce(s, r) {
		label := ""
		if i == 0 {
			label = "try it"
		}
		t.fact(out, label, line)
	}
	t.fact(out, "run again", t.runAgain(s, r))
}

// runAgain returns the command that runs the scenario again.
func (t *Text) runAgain(s *grade.Scenario, r *grade.Result) string {
	if t.Replay != "" {
		return t.Replay + " " + s.ID
	}
	before, command, found := strings.Cut(t.Again, " -- ")
	again := strings.TrimSpace(fmt.Sprintf("%s --rule %s --seed %d", before, s.Rule, r.SeedOf(s)))
	if found {
		again += " -- " + command
	}
	return again
}

func (t *Text) fact(out io.Writer, label, text string) {
	fmt.Fprintf(out, "  %s %s\n", t.Style.Paint(terminal.Bold, fmt.Sprintf("%-10s", label)), text)
}

func (t *Text) hints(out io.Writer, s *grade.Scenario) {
	shown := s.Hints
	if t.Hints != All {
		shown = shown[:min(t.Hints, len(shown))]
	}
	for i, hint := range shown {
		more := ""
		if i == len(shown)-1 && len(s.Hints) > len(shown) {
			more = fmt.Sprintf(" (%d more: %s)", len(s.Hints)-len(shown), cmp.Or(t.More, "--hints all"))
		}
		t.fact(out, "hint", terminal.Wrap(hint+more, t.width, factIndent))
	}
}

func names(scenarios []*grade.Scenario) string {
	const most = 4
	var out []string
	for _, s := range scenarios[:min(len(scenarios), most)] {
		out = append(out, s.Name)
	}
	text := strings.Join(out, "; ")
	if more := len(scenarios) - most; more > 0 {
		text += "; and " + terminal.Count(more, "more scenario")
	}
	return text
}

// reproduce returns the commands that show the failure again: the requests that change something, those of the When, and the
// one at fault. A graded client has to send them itself.
func reproduce(s *grade.Scenario, r *grade.Result) []string {
	var lines []string
	if r.Target.IsClient {
		return lines
	}
	for i, x := range s.Exchanges[:s.Failure.Exchange+1] {
		if i < s.Failure.Exchange && safe(x) && keywordOf(s, i) != "When" {
			continue
		}
		line := x.Curl
		if runes := []rune(line); len(runes) > cardCurl {
			line = string(runes[:cardCurl]) + "… (whole in --report json=FILE)"
		}
		if x.Client != s.Exchanges[0].Client {
			line += "   # " + x.Client
		}
		lines = append(lines, line)
	}
	skipped := latest(lines, cardCurls)
	shown := dedupe(lines[skipped:], "   # %d times")
	if skipped > 0 {
		shown = append([]string{fmt.Sprintf("# after %s before these:", terminal.Count(skipped, "request"))}, shown...)
	}
	return shown
}

// latest returns where the last n texts begin that differ from their neighbours.
func latest(texts []string, most int) int {
	for i := len(texts); i > 0; i-- {
		if i == len(texts) || texts[i-1] != texts[i] {
			most--
		}
		if most < 0 {
			return i
		}
	}
	return 0
}

func safe(x *grade.Exchange) bool {
	switch x.Request.Method {
	case "GET", "HEAD", "OPTIONS":
		return true
	}
	return false
}

// keywordOf returns the keyword of the sentence that made an exchange.
func keywordOf(s *grade.Scenario, exchange int) string {
	for _, step := range s.Steps {
		if exchange >= step.From && exchange < step.To {
			return step.Keyword
		}
	}
	return ""
}
