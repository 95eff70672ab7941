package walk

import (
	"fmt"
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"restlab/internal/grade"
	"restlab/internal/report"
	"restlab/internal/wire"
)

// Looks that can be told apart on a light and on a dark screen; where there is no colour, words and signs say the same.
var (
	bold  = lipgloss.NewStyle().Bold(true)
	faint = lipgloss.NewStyle().Faint(true)
	good  = lipgloss.NewStyle().Foreground(lipgloss.Green)
	bad   = lipgloss.NewStyle().Foreground(lipgloss.Red).Bold(true)
	here  = lipgloss.NewStyle().Foreground(lipgloss.Blue).Bold(true)
	plain = lipgloss.NewStyle()
)

// Sizes, in characters.
const (
	minWidth, minHeight = 60, 16 // below which there is no picture
	wide                = 120    // from here on sentences, and the exchanges of two actors, stand side by side
	gap                 = 2      // between columns
	headHeight          = 3
	footHeight          = 4
)

func (s *screen) View() tea.View {
	v := tea.NewView(s.picture())
	v.AltScreen = true
	v.WindowTitle = "restlab walk"
	return v
}

func (s *screen) picture() string {
	switch {
	case s.width == 0:
		return "" // it is not known yet
	case s.width < minWidth || s.height < minHeight:
		return lipgloss.Wrap(fmt.Sprintf("This window has %d×%d characters. A walk needs %d×%d.", s.width, s.height, minWidth, minHeight), s.width, "")
	case s.mode == helping:
		return s.page(help, "any key goes back")
	case s.mode == choosing:
		return s.page(s.list(), "↑ ↓ and Enter choose · letters search · Esc goes back")
	}
	return fit(s.head(), s.width, headHeight) + "\n" + s.body(s.height-headHeight-footHeight) + "\n" + fit(s.foot(), s.width, footHeight)
}

// page is a picture of lines with a last one.
func (s *screen) page(lines []string, last string) string {
	return fit(lines, s.width, s.height-1) + "\n" + faint.Render(last)
}

// fit are lines in a block of that size: cut where they are too long or too many, filled where they are not.
func fit(lines []string, width, height int) string {
	out := make([]string, height)
	for i := range out {
		if i < len(lines) {
			out[i] = lines[i]
		}
		out[i] = lipgloss.NewStyle().MaxWidth(width).Render(out[i])
		out[i] += strings.Repeat(" ", max(0, width-lipgloss.Width(out[i])))
	}
	return strings.Join(out, "\n")
}

// wrapped breaks a text into lines of that width, the first begun by a lead, the others by as many spaces.
func wrapped(style lipgloss.Style, lead, text string, width int) []string {
	indent := lipgloss.Width(lead)
	var out []string
	for i, line := range strings.Split(lipgloss.Wrap(strings.ReplaceAll(text, "\t", "    "), max(8, width-indent), ""), "\n") {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		out = append(out, style.Render(lead+line))
	}
	return out
}

// head says where in the walk we are.
func (s *screen) head() []string {
	one := s.Scenarios[s.at]
	place := fmt.Sprintf("%d of %d", s.at+1, len(s.Scenarios))
	title := fit([]string{bold.Render(s.Title) + faint.Render(" · "+one.Rule.ID+" · "+one.Level)}, s.width-len(place)-1, 1)
	return []string{title + " " + faint.Render(place), bold.Render(s.veiled(one.Rule.Name)), faint.Render(strings.Repeat("─", s.width))}
}

// foot is the question, what is said about a key, and the keys.
func (s *screen) foot() []string {
	question := s.question()
	return []string{faint.Render(strings.Repeat("─", s.width)), question[0], question[1], faint.Render(s.keys())}
}

// keys names as many as there is room for.
func (s *screen) keys() string {
	all := []string{"space next", "← back", "n p other", "l list", "c change"}
	if len(s.Actors) > 1 {
		all = append(all, "s beside")
	}
	line := ""
	for _, key := range append(all, "? keys", "q quit", "r repeat", "e end") {
		longer := strings.TrimPrefix(line+" · "+key, " · ")
		if lipgloss.Width(longer) > s.width {
			break
		}
		line = longer
	}
	return line
}

// question are the two lines below the picture.
func (s *screen) question() [2]string {
	switch {
	case s.mode == changing:
		s.input.SetWidth(s.width - 12)
		return [2]string{here.Render("Send this body: ") + faint.Render("Enter sends it, in the scenario played anew; Esc leaves it"), s.input.View()}
	case s.plays == nil:
		return [2]string{faint.Render("…"), ""}
	case s.note != "":
		return [2]string{bold.Render(s.note), ""}
	}
	all := s.guesses()
	if len(all) == 0 {
		return [2]string{}
	}
	var options []string
	for i, code := range all {
		option := fmt.Sprintf("%d: %s", i+1, status(code))
		if s.width < 100 {
			option = fmt.Sprintf("%d: %d", i+1, code)
		}
		if code == s.guess {
			option = here.Render("▶" + option)
		} else {
			option = " " + option
		}
		options = append(options, option)
	}
	return [2]string{here.Render("What will the status of the answer be?"), strings.Join(options, "    ")}
}

// body is the picture itself: sentences, and beside them what goes over the wire.
func (s *screen) body(height int) string {
	if s.plays == nil {
		return fit([]string{"", "  The scenario is being played …"}, s.width, height)
	}
	switch {
	case !s.beside:
		left := min(s.width*2/5, 64)
		right := s.width - left - gap
		return s.columns(height, []int{left, right}, [][]string{s.sentences(left), s.shown(s.plays[0], right)})
	case s.width >= wide:
		left := s.width / 4
		each := (s.width - left - 2*gap) / 2
		return s.columns(height, []int{left, each, each}, [][]string{s.sentences(left), s.named(s.plays[1], each), s.named(s.plays[0], each)})
	}
	sentence := s.sentence(s.width)
	each := (s.width - gap) / 2
	return fit(sentence, s.width, len(sentence)) + "\n" + s.columns(height-len(sentence), []int{each, each}, [][]string{s.named(s.plays[1], each), s.named(s.plays[0], each)})
}

// columns lays texts beside each other. The first one of sentences stays; the others can be scrolled.
func (s *screen) columns(height int, widths []int, texts [][]string) string {
	var blocks []string
	for i, text := range texts {
		if i > 0 {
			blocks = append(blocks, fit(nil, gap, height))
		}
		blocks = append(blocks, fit(s.scrolled(text, height), widths[i], height))
	}
	return lipgloss.JoinHorizontal(lipgloss.Top, blocks...)
}

// scrolled is the part of a text that is seen, with a sign where there is more.
func (s *screen) scrolled(text []string, height int) []string {
	if len(text) <= height {
		return text
	}
	from := min(s.scroll, len(text)-height+1)
	seen := append([]string{}, text[from:min(len(text), from+height)]...)
	if from+height < len(text) {
		seen[height-1] = faint.Render("↓ more: the arrow keys")
	}
	return seen
}

// sentences are the scenario, the one that is seen now marked.
func (s *screen) sentences(width int) []string {
	play := s.plays[0]
	name := s.veiled(play.Name)
	if play.Changed {
		name += " (with another body)"
	}
	out := append(wrapped(bold, "", name, width), "")
	for i, step := range play.Steps {
		lead, style := s.marked(play, i)
		text := sentence(play.Scenario, i)
		if step.Keyword == "Then" && i > s.now().Step {
			text, _, _ = strings.Cut(text, " ")
			text += " …"
		}
		out = append(out, wrapped(style, lead, text, width)...)
	}
	return out
}

// veiled hides the statuses in the name of a rule or scenario until it has come to its end, or nobody would have to guess.
func (s *screen) veiled(name string) string {
	if s.plays != nil && s.now().Step >= len(s.plays[0].Steps) {
		return name
	}
	return statuses.ReplaceAllString(name, "___")
}

var statuses = regexp.MustCompile(`\b[1-5]\d\d\b`)

// sentence is the one that is seen now, for where there is little room.
func (s *screen) sentence(width int) []string {
	play, i := s.plays[0], s.now().Step
	if i < 0 || i >= len(play.Steps) {
		return append(wrapped(bold, "", play.Name, width), "")
	}
	lead, style := s.marked(play, i)
	return append(wrapped(style, lead, sentence(play.Scenario, i), width), "")
}

// marked is the sign before a sentence, and how it looks.
func (s *screen) marked(play *Play, i int) (string, lipgloss.Style) {
	now := s.now()
	done := i < now.Step || i == now.Step && !now.Asks && now.To >= play.Steps[i].To
	switch {
	case play.Steps[i].Status == "skipped":
		return "  ", faint
	case done && play.Steps[i].Status == "failed":
		return "✗ ", bad
	case i == now.Step:
		return "▶ ", here
	case done:
		return "✓ ", plain
	}
	return "  ", faint
}

// named is an actor's part of the picture, its name above.
func (s *screen) named(play *Play, width int) []string {
	return append(wrapped(bold.Underline(true), "", play.Actor.Name, width), s.shown(play, width)...)
}

// shown is what one actor has to show in the picture.
func (s *screen) shown(play *Play, width int) []string {
	now, reached := play.like(s.plays[0], s.now())
	switch {
	case !reached:
		return wrapped(faint, "", "It has not come so far.", width)
	case now.Step == Before:
		return s.opening(play, width)
	case s.now().Step >= len(s.plays[0].Steps):
		return s.ending(play, width)
	}
	i := play.shown(now)
	if i < 0 {
		return append(wrapped(faint, "", "What is sent here is not kept request by request.", width), s.verdict(play, now, width)...)
	}
	out := append(s.earlier(play, now, i, width), s.exchange(play, now, i, width)...)
	if now.Asks {
		return out
	}
	state := looks(play.Exchanges[i], width)
	if s.beside && s.width < wide && len(state) > 0 { // it is what has to be seen where there is no room for all
		return append(append(state, ""), out...)
	}
	if len(state) > 0 {
		out = append(append(out, ""), state...)
	}
	return append(out, s.verdict(play, now, width)...)
}

// opening is why the scenario matters, and who is asked.
func (s *screen) opening(play *Play, width int) []string {
	out := why(play, width)
	who := capital(play.Actor.Name) + " answers."
	if play.Actor.IsClient {
		who = capital(play.Actor.Name) + " asks."
	}
	return append(out, wrapped(plain, "", who, width)...)
}

// ending is the outcome, and once more why it matters.
func (s *screen) ending(play *Play, width int) []string {
	lead, style := "✓ ", good
	switch {
	case play.Verdict == grade.Passed:
	case play.Changed, play.Verdict == grade.NotReached:
		lead, style = "· ", here
	default:
		lead, style = "✗ ", bad
	}
	out := wrapped(style, lead, play.outcome(), width)
	if play.Actor.Does != "" {
		out = append(out, wrapped(plain, "  ", play.Actor.Does, width)...)
	}
	out = append(out, failure(play, width)...)
	if s.beside {
		return out
	}
	return append(append(out, ""), why(play, width)...)
}

// why is why the rule matters, and where it stands; nothing for a scenario of somebody's own that does not say.
func why(play *Play, width int) []string {
	if play.Reason+play.Source == "" {
		return nil
	}
	out := append(wrapped(plain, "", play.Reason, width), "")
	return append(append(out, wrapped(faint, "", fmt.Sprintf("%s (%s)", play.Source, play.Strength), width)...), "")
}

func failure(play *Play, width int) []string {
	f := play.Failure
	if f == nil {
		return nil
	}
	out := append([]string{""}, wrapped(good, "expected  ", f.Expected, width)...)
	out = append(out, wrapped(bad, "received  ", wire.Untrusted(f.Received).Line(300), width)...)
	if f.Note != "" {
		out = append(out, wrapped(plain, "note      ", f.Note, width)...)
	}
	return out
}

// verdict is what was expected, where the sentence that is seen has failed.
func (s *screen) verdict(play *Play, now Frame, width int) []string {
	if now.Step >= len(play.Steps) || play.Steps[now.Step].Status != "failed" || now.To < play.Steps[now.Step].To {
		return nil
	}
	return failure(play, width)
}

// earlier are the other exchanges of the sentence, in a few words each.
func (s *screen) earlier(play *Play, now Frame, shown, width int) []string {
	const most = 6
	var out []string
	from := now.From
	if shown-from > most {
		out = append(out, faint.Render(fmt.Sprintf("… %d requests before …", shown-from-most)))
		from = shown - most
	}
	for i := from; i < shown; i++ {
		out = append(out, wrapped(faint, "", brief(play.Exchanges[i]), width)...)
	}
	if len(out) > 0 {
		out = append(out, "")
	}
	return out
}

// exchange is one as it goes over the wire; of one that asks the request alone.
func (s *screen) exchange(play *Play, now Frame, i, width int) []string {
	var out []string
	fault := play.failed(i)
	if now.Asks || now.Step < len(play.Steps) && play.Steps[now.Step].Status != "failed" {
		fault = nil
	}
	if who := play.Exchanges[i].Client; who != play.Exchanges[0].Client {
		out = append(out, faint.Render(capital(who)))
	}
	hidden, direction := 0, ">"
	more := func() {
		if hidden > 0 {
			out = append(out, faint.Render(fmt.Sprintf("%s (f: %d more)", direction, hidden)))
		}
		hidden = 0
	}
	for _, line := range report.Lines(play.Exchanges[i], fault) {
		if line.Direction != direction || line.IsContent {
			more()
		}
		if line.Direction != direction {
			direction = line.Direction
			out = append(out, "")
			if now.Asks {
				return append(out, here.Render("< ?"))
			}
		}
		if !s.allFields && ordinary[strings.ToLower(line.Field)] && !line.IsFault {
			hidden++
			continue
		}
		out = append(out, wrapped(lookOf(line), line.Direction+" ", line.Text+faultMark(line), width)...)
	}
	more()
	return out
}

func faultMark(line report.Line) string {
	if line.IsFault {
		return " ◀ at fault"
	}
	return ""
}

func lookOf(line report.Line) lipgloss.Style {
	switch {
	case line.IsFault, line.IsTrouble:
		return bad
	case line.IsRemark:
		return faint
	case line.Field == "" && !line.IsContent:
		return bold
	}
	return plain
}

// looks are what GET says of the resource before and after an exchange.
func looks(x *grade.Exchange, width int) []string {
	before, after := states(x)
	if before+after == "" {
		return nil
	}
	return append(wrapped(plain, "before  ", short(before), width), wrapped(plain, "after   ", short(after), width)...)
}

// short cuts the validator of a state: that it is another one is seen by its beginning.
func short(state string) string {
	const most = 8
	text, etag, has := strings.Cut(state, etagMark)
	if runes := []rune(etag); has && len(runes) > most {
		return text + etagMark + string(runes[:most]) + "…"
	}
	return state
}

// list is the list of scenarios that are found, around the one that is chosen.
func (s *screen) list() []string {
	found := s.found()
	out := []string{bold.Render(fmt.Sprintf("Go to: %s", s.input.Value())) + "▏" + faint.Render(fmt.Sprintf("  %d of %d scenarios", len(found), len(s.Scenarios))), ""}
	s.chosen = min(max(0, s.chosen), max(0, len(found)-1))
	from := max(0, min(s.chosen-s.listHeight()/2, len(found)-s.listHeight()))
	for i := from; i < min(len(found), from+s.listHeight()); i++ {
		one := s.Scenarios[found[i]]
		line := "  " + inList(one)
		if i == s.chosen {
			line = here.Render("▶ " + inList(one))
		}
		out = append(out, line)
	}
	return out
}

// listHeight is how many scenarios the list shows at once.
func (s *screen) listHeight() int { return max(1, s.height-4) }

var help = []string{
	bold.Render("Keys"),
	"",
	"  space  →  Enter  PgDn   next",
	"  ←  b  Backspace  PgUp   back",
	"  Home   e                begin of the scenario; its end",
	"  n  p                    next scenario; the one before",
	"  l                       list of the scenarios, to go to one",
	"  1 … 9                   guess the status; elsewhere: go to that sentence",
	"  r                       play the scenario again, as it is written",
	"  c                       change the body, and play the scenario with it",
	"  s                       show the reference beside the other server",
	"  f                       show all header fields, or the telling ones",
	"  ↑  ↓                    scroll",
	"  q                       end",
}
