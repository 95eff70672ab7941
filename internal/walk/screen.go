package walk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"restlab/internal/contract"
)

// ErrInterrupted is that somebody has pressed Ctrl-C.
var ErrInterrupted = errors.New("interrupted")

// Show shows a walk on a terminal, until somebody ends it. The error is ErrInterrupted, the context's, or that of a scenario that could not
// be played.
func Show(ctx context.Context, w Walk, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &screen{Walk: w, ctx: ctx}
	s.input = textinput.New()
	s.input.Prompt = ""
	if w.Chooses {
		s.choose()
	}
	_, err := tea.NewProgram(s, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler()).Run()
	switch {
	case s.err != nil:
		return s.err
	case errors.Is(err, tea.ErrInterrupted):
		return ErrInterrupted
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return err
}

// mode is what keys are for.
type mode int

const (
	walking  mode = iota
	choosing      // a scenario from the list
	changing      // the body of a request
	helping
	going // to a sentence, whose number comes
)

// screen is what people see, and what they can do to it.
type screen struct {
	Walk
	ctx context.Context
	err error // with which it ends

	width, height int
	mode          mode
	at            int // the scenario
	plays         []*Play
	frames        []Frame
	frame         int
	bodies        map[int][]byte
	beside        bool // the other actor is shown too
	allFields     bool
	scroll        int // lines of the exchange that are above the picture

	guess          int    // of this answer, 0 for none
	digits         string // digits that were pressed meanwhile
	right, guessed int
	note           string   // what is to be said about the last key
	early          []string // keys that were pressed while the scenario was being played

	input  textinput.Model // what is typed: of a name in the list, or a body
	chosen int             // line of the list
}

// played is that the scenario has been played.
type played struct {
	at    int
	plays []*Play
	then  func() // goes to the picture that is to be seen
	err   error
}

func (s *screen) Init() tea.Cmd { return s.play(s.first) }

// play plays the scenario on each actor, and then does what is wanted.
func (s *screen) play(then func()) tea.Cmd {
	wish := s.wish(s.Scenarios[s.at])
	wish.Bodies = s.bodies
	at, actors := s.at, s.Actors
	s.plays, s.frames, s.scroll, s.guess, s.digits = nil, nil, 0, 0, ""
	return func() tea.Msg {
		done := played{at: at, then: then}
		for _, actor := range actors {
			play, err := actor.Play(s.ctx, wish)
			if err != nil {
				done.err = err
				break
			}
			done.plays = append(done.plays, play)
		}
		return done
	}
}

func (s *screen) Update(message tea.Msg) (tea.Model, tea.Cmd) {
	switch message := message.(type) {
	case tea.WindowSizeMsg:
		s.width, s.height, s.scroll = message.Width, message.Height, 0
	case played:
		return s, s.arrive(message)
	case tea.KeyPressMsg:
		return s, s.press(message)
	case tea.PasteMsg:
		return s, s.typed(message)
	}
	return s, nil
}

// arrive takes what was played, unless another scenario is wanted by now.
func (s *screen) arrive(done played) tea.Cmd {
	if done.err != nil {
		s.err = done.err
		return tea.Quit
	}
	if done.at != s.at {
		return nil
	}
	s.plays, s.frames = done.plays, done.plays[0].Frames()
	done.then()
	for s.plays != nil && len(s.early) > 0 {
		name := s.early[0]
		s.early = s.early[1:]
		if cmd := s.pressed(name); cmd != nil {
			return cmd
		}
	}
	return nil
}

func (s *screen) press(key tea.KeyPressMsg) tea.Cmd {
	s.note = ""
	switch name := key.String(); {
	case name == "ctrl+c":
		return tea.Interrupt
	case name == "ctrl+d":
		return tea.Quit
	case name == "ctrl+z":
		return tea.Suspend
	case s.mode == choosing:
		return s.pressInList(key)
	case s.mode == changing:
		return s.pressInBody(key)
	case s.mode == helping:
		s.mode = walking
		return nil
	case s.mode == going:
		s.mode = walking
		s.goToSentence(name)
		return nil
	default:
		return s.pressed(name)
	}
}

// pressed is what the keys of a walk do.
func (s *screen) pressed(name string) tea.Cmd {
	switch name {
	case "q", "esc":
		return tea.Quit
	case "?", "h":
		s.mode = helping
		return nil
	case "l", "/":
		s.choose()
		return nil
	case "n", "tab", "]":
		return s.goTo(s.at+1, s.first)
	case "p", "shift+tab", "[":
		return s.goTo(s.at-1, s.first)
	}
	if s.plays == nil {
		s.early = append(s.early, name)
		return nil
	}
	switch name {
	case "space", "right", "enter", "pgdown":
		return s.forward()
	case "left", "backspace", "pgup", "b":
		return s.back()
	case "home":
		s.turnTo(0)
	case "end", "e":
		s.last()
	case "down", "j":
		s.scroll++
	case "up", "k":
		s.scroll = max(0, s.scroll-1)
	case "r":
		s.bodies = nil
		return s.play(s.stay())
	case "c":
		return s.change()
	case "s":
		s.besides()
	case "g":
		s.mode = going
	case "f":
		s.allFields = !s.allFields
	default:
		s.digit(name)
	}
	return nil
}

func (s *screen) now() Frame { return s.frames[s.frame] }

func (s *screen) turnTo(frame int) {
	s.frame = min(max(0, frame), len(s.frames)-1)
	s.scroll, s.guess, s.digits = 0, 0, ""
}

func (s *screen) first() { s.turnTo(0) }
func (s *screen) last()  { s.turnTo(len(s.frames) - 1) }

// stay goes to the picture that is seen now, in the play to come.
func (s *screen) stay() func() {
	frame := s.frame
	return func() { s.turnTo(frame) }
}

// toQuestion goes to the picture that asks about an exchange, in the play to come.
func (s *screen) toQuestion(exchange int) func() {
	return func() {
		to := slices.IndexFunc(s.frames, func(f Frame) bool { return f.To == exchange+1 && f.To > f.From })
		s.turnTo(max(0, to))
	}
}

func (s *screen) forward() tea.Cmd {
	if s.frame+1 == len(s.frames) {
		return s.goTo(s.at+1, s.first)
	}
	guess := s.guess
	asked := s.now().Asks
	s.turnTo(s.frame + 1)
	if asked && guess != 0 {
		s.judge(guess)
	}
	return nil
}

func (s *screen) back() tea.Cmd {
	if s.frame == 0 {
		if s.at == 0 {
			s.note = "This is where the walk begins."
			return nil
		}
		return s.goTo(s.at-1, s.last)
	}
	s.turnTo(s.frame - 1)
	return nil
}

// goTo plays another scenario.
func (s *screen) goTo(at int, then func()) tea.Cmd {
	switch {
	case at < 0:
		s.note = "This is the first scenario."
		return nil
	case at >= len(s.Scenarios):
		s.note = "This was the last scenario. q ends the walk."
		return nil
	}
	s.at, s.bodies = at, nil
	return s.play(then)
}

// digit is a guess, where one is asked for: the number of a status among those to choose from or, digit by digit, the status itself.
func (s *screen) digit(name string) {
	n, err := strconv.Atoi(name)
	if err != nil {
		return
	}
	s.digits += name
	status, _ := strconv.Atoi(s.digits[max(0, len(s.digits)-3):])
	switch all := s.guesses(); {
	case len(all) == 0:
		s.note = "There is nothing to guess here. g and a number go to a sentence."
	case slices.Contains(all, status):
		s.guess = status
	case 1 <= n && n <= len(all):
		s.guess = all[n-1]
	}
}

// goToSentence goes to the first picture of a sentence, by its number from 1.
func (s *screen) goToSentence(name string) {
	n, err := strconv.Atoi(name)
	to := slices.IndexFunc(s.frames, func(f Frame) bool { return f.Step == n-1 })
	if err != nil || to < 1 {
		s.note = "There is no sentence with that number."
		return
	}
	s.turnTo(to)
}

// guesses are the statuses to choose from, none where no status is to be guessed.
func (s *screen) guesses() []int {
	if now := s.now(); now.Asks && s.plays[0].Steps[now.Step].Keyword == "When" {
		return guesses(s.plays[0].Exchanges[now.To-1])
	}
	return nil
}

// judge reports whether the audience was right.
func (s *screen) judge(guess int) {
	x := s.plays[0].Exchanges[s.now().To-1]
	if x.Answer == nil {
		return
	}
	came := x.Answer.Status
	s.guessed++
	verdict := "✗ not"
	if guess == came {
		s.right++
		verdict = "✓ yes,"
	}
	s.note = fmt.Sprintf("%s %d. Right so far: %d of %d.", verdict, guess, s.right, s.guessed)
}

func (s *screen) besides() {
	if len(s.Actors) < 2 {
		s.note = "There is no second server. --fault NAME brings one."
		return
	}
	s.beside = !s.beside
	s.scroll = 0
}

// change has the body edited of the request that is seen.
func (s *screen) change() tea.Cmd {
	const most = 4 << 10
	i := s.plays[0].shown(s.now())
	switch {
	case s.plays[0].Actor.IsClient:
		s.note = "What a client sends cannot be changed here."
	case i < 0 || s.plays[0].Exchanges[i].Request.Body == nil:
		s.note = "No request with a body is on the screen: go to one that has one."
	case len(s.plays[0].Exchanges[i].Request.Body.Octets) > most:
		s.note = "That body is too long to be changed here."
	default:
		s.mode = changing
		s.input.SetValue(string(s.plays[0].Exchanges[i].Request.Body.Octets))
		s.input.CursorEnd()
		return s.input.Focus()
	}
	return nil
}

func (s *screen) pressInBody(key tea.KeyPressMsg) tea.Cmd {
	switch key.String() {
	case "esc":
		s.mode = walking
		return nil
	case "enter":
		s.mode = walking
		changed := s.plays[0].shown(s.now())
		bodies := map[int][]byte{changed: []byte(s.input.Value())}
		for i, body := range s.bodies { // another map: what is played meanwhile has the old one
			if i != changed {
				bodies[i] = body
			}
		}
		s.bodies = bodies
		return s.play(s.toQuestion(changed))
	}
	return s.typed(key)
}

// typed gives what is typed or pasted to the line that takes it.
func (s *screen) typed(message tea.Msg) (cmd tea.Cmd) {
	if s.mode == changing || s.mode == choosing {
		s.input, cmd = s.input.Update(message)
	}
	return cmd
}

// choose shows the list.
func (s *screen) choose() {
	s.mode = choosing
	s.input.SetValue("")
	s.input.Focus()
	s.chosen = s.at
}

func (s *screen) pressInList(key tea.KeyPressMsg) tea.Cmd {
	found := s.found()
	switch key.String() {
	case "esc":
		s.mode = walking
		return nil
	case "enter":
		if len(found) == 0 {
			return nil
		}
		s.mode = walking
		return s.goTo(found[min(s.chosen, len(found)-1)], s.first)
	case "down":
		s.chosen = min(s.chosen+1, len(found)-1)
		return nil
	case "up":
		s.chosen = max(0, s.chosen-1)
		return nil
	case "pgdown":
		s.chosen = min(s.chosen+s.listHeight(), len(found)-1)
		return nil
	case "pgup":
		s.chosen = max(0, s.chosen-s.listHeight())
		return nil
	}
	before := s.input.Value()
	cmd := s.typed(key)
	if s.input.Value() != before {
		s.chosen = 0
	}
	return cmd
}

// found are the scenarios of the list that have in them all words that are typed.
func (s *screen) found() []int {
	words := strings.Fields(strings.ToLower(s.input.Value()))
	var found []int
	for i, one := range s.Scenarios {
		line := strings.ToLower(FeatureName(one.File) + " " + inList(one))
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
			found = append(found, i)
		}
	}
	return found
}

func inList(s *contract.Scenario) string { return s.Rule.ID + "  " + veiled(s.Name) }
