package walk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"restlab/internal/terminal"
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

// wrapped breaks a sentence into lines of that width, the first begun by a lead, the others by as many spaces. It breaks at spaces, and
// within what is longer than a line.
func wrapped(style lipgloss.Style, lead, text string, width int) []string {
	room := max(8, width-lipgloss.Width(lead))
	return led(style, lead, ansi.Hardwrap(terminal.Wrap(text, room, 0), room, true))
}

// broken is wrapped for what came over the wire, of which each space is shown.
func broken(style lipgloss.Style, lead, text string, width int) []string {
	room := max(8, width-lipgloss.Width(lead))
	return led(style, lead, ansi.Wrap(strings.ReplaceAll(text, "\t", "    "), room, ""))
}

// led has a lead before the first line, and as many spaces before the others.
func led(style lipgloss.Style, lead, text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		out = append(out, style.Render(lead+line))
		lead = strings.Repeat(" ", lipgloss.Width(lead))
	}
	return out
}

// head says where in the walk we are. What the rule says is left for the end, or nobody would have to guess.
func (s *screen) head() []string {
	one := s.Scenarios[s.at]
	place := fmt.Sprintf(" %d of %d", s.at+1, len(s.Scenarios))
	title := cut(s.Title+" · "+one.Rule.ID+" · "+one.Level, s.width-len(place))
	return []string{fit([]string{title}, s.width-len(place), 1) + place, bold.Render(cut(s.name(), s.width)), s.rule()}
}

func (s *screen) rule() string { return faint.Render(strings.Repeat("─", s.width)) }

// cut is a text that ends in … where there is no room for all of it.
func cut(text string, width int) string { return ansi.Truncate(text, width, "…") }

// name is that of the scenario. It tells what happens, so who is to guess reads it at the end.
func (s *screen) name() string {
	if s.plays == nil {
		return s.number()
	}
	play := s.plays[0]
	atEnd := s.now().Step >= len(play.Steps) || !slices.ContainsFunc(s.frames, func(f Frame) bool { return f.Asks })
	switch {
	case play.Changed && atEnd:
		return "With another body: " + play.Name
	case play.Changed:
		return s.number() + ", with another body"
	case atEnd:
		return play.Name
	}
	return s.number()
}

func (s *screen) number() string { return fmt.Sprintf("Scenario %d", s.at+1) }

// veiled is a name without statuses, for a list in which it is chosen.
func veiled(name string) string { return statuses.ReplaceAllString(name, "___") }

var statuses = regexp.MustCompile(`\b[1-5]\d\d\b`)

// foot is the question, what is said about a key, and the keys.
func (s *screen) foot() []string {
	question := s.question()
	return []string{s.rule(), question[0], question[1], s.keys()}
}

// keys names as many as there is room for; how to go on, to get help and to end are always among them.
func (s *screen) keys() string {
	first, last := []string{"space next", "← back"}, []string{"? keys", "q quit"}
	others := []string{"n p scenario", "l list", "c change", "f fields", "r repeat", "e end", "g sentence"}
	if len(s.Actors) > 1 {
		others = slices.Insert(others, 1, "s beside")
	}
	line := func() string { return strings.Join(slices.Concat(first, last), " · ") }
	for _, key := range others {
		first = append(first, key)
		if lipgloss.Width(line()) > s.width {
			first = first[:len(first)-1]
			break
		}
	}
	return line()
}

// question are the two lines below the picture.
func (s *screen) question() [2]string {
	switch {
	case s.mode == changing:
		s.input.SetWidth(s.width - 12)
		return [2]string{here.Render("Send this body: ") + faint.Render("Enter sends it, in the scenario played anew; Esc leaves it"), s.input.View()}
	case s.plays == nil:
		return [2]string{"…", ""}
	case s.mode == going:
		return [2]string{here.Render(fmt.Sprintf("To which sentence? 1 to %d", len(s.plays[0].Steps))), ""}
	case s.note != "":
		return [2]string{bold.Render(s.note), ""}
	}
	if !s.now().Asks {
		return [2]string{here.Render(s.doubt()), ""}
	}
	all := s.guesses()
	if len(all) == 0 {
		return [2]string{here.Render("What does the answer say?"), ""}
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

// doubt is the question that is left where no answer has come to a request; "" elsewhere.
func (s *screen) doubt() string {
	now, play := s.now(), s.plays[0]
	if now.Step < 0 || now.Step >= len(play.Steps) || play.Actor.IsClient {
		return ""
	}
	if i := play.shown(now); i >= 0 && play.Steps[now.Step].Keyword == "When" && play.Exchanges[i].Answer == nil {
		return "No answer came. Has it been done?"
	}
	return ""
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
		return s.columns(height, []int{left, right}, [][]string{s.sentences(left, height), s.panel(s.plays[0], right)})
	case s.width >= wide:
		left := s.width / 4
		each := (s.width - left - 2*gap) / 2
		return s.columns(height, []int{left, each, each}, [][]string{s.sentences(left, height), s.named(s.plays[1], each), s.named(s.plays[0], each)})
	}
	above, sentence := "", s.sentence(s.width)
	if len(sentence) > 0 {
		above = fit(sentence, s.width, len(sentence)) + "\n"
	}
	each := (s.width - gap) / 2
	return above + s.columns(height-len(sentence), []int{each, each}, [][]string{s.named(s.plays[1], each), s.named(s.plays[0], each)})
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

// sentences are the scenario, the one that is seen now marked, and as much of it as there is room for.
func (s *screen) sentences(width, height int) []string {
	play := s.plays[0]
	var out []string
	seen := 0 // lines up to the end of the one that is seen
	for i, step := range play.Steps {
		lead, style := s.marked(play, i)
		out = append(out, wrapped(style, lead, s.inWords(play, i), width)...)
		for x := step.From; x < step.To; x++ {
			if body, changed := s.bodies[x]; changed {
				out = append(out, wrapped(here, "  with ", string(body), width)...)
			}
		}
		if i <= s.now().Step {
			seen = len(out)
		}
	}
	if above := seen - height + 1; above > 0 && len(out) > height {
		return append([]string{faint.Render("↑ …")}, out[above+1:]...)
	}
	return out
}

// inWords is a sentence, or its first word where it would tell what is still to be guessed.
func (s *screen) inWords(play *Play, i int) string {
	text := sentence(play.Scenario, i)
	if now := s.now(); play.Steps[i].Keyword == "Then" && (i > now.Step || i == now.Step && now.Asks) {
		text, _, _ = strings.Cut(text, " ")
		text += " …"
	}
	return text
}

// sentence is the one that is seen now, for where there is little room.
func (s *screen) sentence(width int) []string {
	play, i := s.plays[0], s.now().Step
	if i < 0 || i >= len(play.Steps) {
		return nil
	}
	lead, style := s.marked(play, i)
	return append(wrapped(style, lead, s.inWords(play, i), width), "")
}

// marked is the sign before a sentence, and how it looks.
func (s *screen) marked(play *Play, i int) (string, lipgloss.Style) {
	now := s.now()
	done := i < now.Step || i == now.Step && !now.Asks && now.To >= play.Steps[i].To
	switch {
	case play.Steps[i].Status == "skipped":
		return "  ", plain
	case done && play.Steps[i].Status == "failed" && play.Changed:
		return "· ", here
	case done && play.Steps[i].Status == "failed":
		return "✗ ", bad
	case i == now.Step:
		return "▶ ", here
	case done:
		return "✓ ", plain
	}
	return "  ", plain
}

// list is the list of scenarios that are found, around the one that is chosen.
func (s *screen) list() []string {
	found := s.found()
	out := []string{bold.Render(fmt.Sprintf("Go to: %s", s.input.Value())) + "▏" + faint.Render(fmt.Sprintf("  %d of %d scenarios", len(found), len(s.Scenarios))), ""}
	s.chosen = min(max(0, s.chosen), max(0, len(found)-1))
	from := max(0, min(s.chosen-s.listHeight()/2, len(found)-s.listHeight()))
	if len(found) == 0 {
		out = append(out, "  No scenario has these words in it.")
	}
	for i := from; i < min(len(found), from+s.listHeight()); i++ {
		one := s.Scenarios[found[i]]
		line := cut("  "+inList(one), s.width)
		if i == s.chosen {
			line = here.Render(cut("▶ "+inList(one), s.width))
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
	"  Home   e                start of the scenario; its end",
	"  n  p                    next scenario; the one before",
	"  l                       list of the scenarios, to go to one",
	"  g 1 … 9                 go to that sentence",
	"  1 … 4                   guess the status, when the lab asks",
	"  r                       play the scenario again, as it is written",
	"  c                       change the body, and play the scenario with it",
	"  s                       show the reference beside the other server",
	"  f                       show all header fields, or the telling ones",
	"  ↑  ↓                    scroll",
	"  q                       end",
}
