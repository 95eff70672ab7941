package walk

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"restlab/internal/grade"
	"restlab/internal/report"
	"restlab/internal/wire"
)

// panel is what one actor has to show in a picture, in columns of a width.
type panel struct {
	play    *Play
	now     Frame
	width   int
	isShort bool // there is room for what is telling only
	isWhole bool // all fields are wanted
}

// panel is that of an actor in the picture that is seen: with all that tells something or, where there is not the room, what tells most.
func (s *screen) panel(play *Play, width int) []string {
	now, reached := play.like(s.plays[0], s.now())
	p := panel{play, now, width, s.beside && s.width < wide, s.allFields}
	switch {
	case !reached:
		return wrapped(plain, "", "It has not requested this.", width)
	case now.Step == Before:
		return p.opening()
	case s.now().Step >= len(s.plays[0].Steps):
		return p.ending(!s.beside)
	}
	out := p.lines()
	if p.isShort = true; len(out) > s.height-headHeight-footHeight && !p.isWhole {
		out = p.lines()
	}
	return out
}

// lines are those of a picture within a scenario.
func (p panel) lines() []string {
	i := p.play.shown(p.now)
	if i < 0 {
		return append(p.nothing(), p.verdict()...)
	}
	out := append(p.verdict(), p.earlier(i)...)
	out = append(out, p.exchange(i)...)
	if looks := p.looks(i); len(looks) > 0 {
		out = append(append(out, ""), looks...)
	}
	return out
}

// named is a panel with the actor's name above.
func (s *screen) named(play *Play, width int) []string {
	return append([]string{bold.Underline(true).Render(cut(capital(play.Actor.Name), width))}, s.panel(play, width)...)
}

// opening is who is asked.
func (p panel) opening() []string {
	who := capital(p.play.Actor.Name) + " answers."
	if p.play.Actor.IsClient {
		who = capital(p.play.Actor.Name) + " sends requests."
	}
	return append(wrapped(plain, "", who, p.width), p.source()...)
}

func (p panel) source() []string {
	if p.play.Source == "" {
		return nil
	}
	return append([]string{""}, wrapped(plain, "", fmt.Sprintf("%s (%s)", p.play.Source, p.play.Strength), p.width)...)
}

// nothing says why there is no exchange to be seen.
func (p panel) nothing() []string {
	text := "Nothing is sent for this sentence."
	if p.play.Steps[p.now.Step].Keyword == "When" && !p.play.Actor.IsClient {
		text = "Too much is sent here to be kept."
	}
	return wrapped(plain, "", text, p.width)
}

// ending is the outcome; where it is wanted, the rule too, why it matters and where it stands.
func (p panel) ending(whole bool) []string {
	play := p.play
	lead, style := "✓ ", good
	switch {
	case play.Verdict == grade.Passed:
	case play.Changed, play.Verdict == grade.NotReached:
		lead, style = "· ", here
	default:
		lead, style = "✗ ", bad
	}
	out := wrapped(style, lead, play.outcome(), p.width)
	if play.Actor.Does != "" {
		out = append(out, wrapped(plain, "  ", play.Actor.Does+" ("+play.Actor.Fault+")", p.width)...)
	}
	if failure := p.failure(); len(failure) > 0 {
		out = append(append(out, ""), failure...)
	}
	if !whole {
		return out
	}
	if play.Failure != nil && play.Failure.Note != "" {
		out = append(out, wrapped(plain, "note      ", play.Failure.Note, p.width)...)
	}
	out = append(append(out, ""), wrapped(bold, "", play.RuleName, p.width)...)
	return append(append(out, wrapped(plain, "", play.Reason, p.width)...), p.source()...)
}

func (p panel) failure() []string {
	f := p.play.Failure
	if f == nil {
		return nil
	}
	out := wrapped(good, "expected  ", f.Expected, p.width)
	out = append(out, wrapped(bad, "received  ", wire.Untrusted(f.Received).Line(300), p.width)...)
	return out
}

// verdict is what was expected, where the sentence that is seen has failed.
func (p panel) verdict() []string {
	step := p.play.Steps[p.now.Step]
	if step.Status != "failed" || p.now.Asks || p.now.To < step.To || p.play.Changed {
		return nil
	}
	return append(p.failure(), "")
}

// earlier are the other exchanges of the sentence, in a few words each.
func (p panel) earlier(shown int) []string {
	const most = 6
	var out []string
	from := p.now.From
	if p.isShort {
		from = shown
	}
	if shown-from > most {
		out = append(out, fmt.Sprintf("… %d requests before …", shown-from-most))
		from = shown - most
	}
	for i := from; i < shown; i++ {
		out = append(out, wrapped(plain, "", brief(p.play.Exchanges[i]), p.width)...)
	}
	if len(out) > 0 {
		out = append(out, "")
	}
	return out
}

// exchange is one as it goes over the wire; of one that asks the request alone.
func (p panel) exchange(i int) []string {
	var out []string
	if about := p.about(i); about != "" {
		out = append(out, wrapped(here, "", about, p.width)...)
	}
	fault := p.play.failed(i)
	if p.now.Asks || p.play.Steps[p.now.Step].Status != "failed" {
		fault = nil
	}
	hidden, direction := 0, ">"
	more := func() {
		if hidden > 0 && !p.isShort {
			out = append(out, faint.Render(fmt.Sprintf("%s … %d more: f", direction, hidden)))
		}
		hidden = 0
	}
	for _, line := range report.Lines(p.play.Exchanges[i], fault) {
		if line.Direction != direction || line.IsContent {
			more()
		}
		if line.Direction != direction {
			direction = line.Direction
			out = append(out, "")
			if p.now.Asks {
				return append(out, here.Render("< ?"))
			}
		}
		if p.isHidden(line) {
			hidden++
			continue
		}
		out = append(out, broken(lookOf(line), line.Direction+" ", line.Text+faultMark(line), p.width)...)
	}
	more()
	return out
}

// about tells which of several clients, servers and requests it is.
func (p panel) about(i int) string {
	all := p.play.Exchanges
	x := all[i]
	var words []string
	if step := p.play.Steps[p.now.Step]; step.Keyword == "When" && step.To-step.From > 1 {
		words = append(words, fmt.Sprintf("request %d of %d", i-step.From+1, step.To-step.From))
	}
	if x.Client != all[0].Client {
		words = append(words, "from "+x.Client)
	}
	servers := serversOf(all)
	switch {
	case x.IsThrough:
		words = append(words, "through the intermediary")
	case slices.ContainsFunc(all, func(other *grade.Exchange) bool { return other.IsThrough }):
		words = append(words, "past the intermediary")
	case len(servers) > 1:
		words = append(words, fmt.Sprintf("to server %d of %d", slices.Index(servers, server(x))+1, len(servers)))
	}
	return capital(strings.Join(words, ", "))
}

// isHidden reports whether a field is left out, because nearly every message has it.
func (p panel) isHidden(line report.Line) bool {
	return !p.isWhole && !line.IsFault && (line.IsOrdinary() || p.isShort && strings.EqualFold(line.Field, "Content-Type"))
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

// looks are what GET says of the resource before and after an exchange. Where no answer came the audience has to find out for itself.
func (p panel) looks(i int) []string {
	before, after, seen := p.play.states(i)
	if p.now.Asks || p.play.Exchanges[i].Answer == nil || !seen {
		return nil
	}
	return append(broken(plain, "before  ", p.short(before), p.width), broken(plain, "after   ", p.short(after), p.width)...)
}

// short is a state with its validator cut, or left out where there is little room: that it is another one is seen by its beginning.
func (p panel) short(s state) string {
	const most = 8
	runes := []rune(s.etag)
	switch {
	case p.isShort:
		return s.text
	case len(runes) > most:
		return s.with(string(runes[:most]) + "…")
	}
	return s.String()
}
