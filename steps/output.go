package steps

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"restlab/internal/conversation"
	"restlab/internal/wire"
)

// escapes are what programs send to a terminal for colours.
var escapes = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)

// squeezed is a text without white space and colours: how a program lays out what it prints is its own business.
func squeezed(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, escapes.ReplaceAllString(text, ""))
}

// programPrints looks for a text in what the program printed: one that it can only have from the server.
func (s *Scenario) programPrints(text, often string) error {
	if err := s.heard(); err != nil {
		return err
	}
	text = strings.Trim(s.Fill(text), `"`)
	times := 1
	if often != "" {
		times = len(s.asked(func(e *conversation.Entry) bool { return e.Wants(http.MethodGet) && isList(e) && e.Done() }))
	}
	if strings.Count(squeezed(s.clientRun.Exit.Output), squeezed(text)) >= times {
		return nil
	}
	f := s.printed(fmt.Sprintf("%q in what it prints, as the server has answered", text), "what you see above")
	if times > 1 {
		f.Expected = fmt.Sprintf("%q in what it prints, %d times: for each GET of the list", text, times)
	}
	if f.Exchange = s.answeredWith(text); f.Exchange != nil {
		f.Asked = f.Exchange.Ask()
	}
	return f
}

// answeredWith is the first exchange of the program whose answer has the text.
func (s *Scenario) answeredWith(text string) *wire.Exchange {
	for _, e := range s.asked(ofProgram) {
		if e.Answer != nil && strings.Contains(string(e.Answer.Content), text) {
			return e.Exchange
		}
	}
	return nil
}

// printed is a failure that the output shows.
func (s *Scenario) printed(expected, received string) *Failure {
	f := &Failure{Asked: "what the program prints", At: "output", Expected: expected, Received: received, Picture: strings.Join(s.clientRun.Exit.Last, "\n")}
	if f.Picture == "" {
		f.Received = "nothing: it printed nothing"
	}
	return f
}

// words say in plain language what a status says.
var words = map[int][]string{
	http.StatusNotFound:            {"not found", "missing", "no such", "does not exist", "doesn't exist", "not there", "gone", "deleted", "no longer"},
	http.StatusConflict:            {"conflict", "exist", "taken", "already", "there is"},
	http.StatusInternalServerError: {"server error", "error", "fail", "wrong", "could not", "cannot", "not done"},
	http.StatusServiceUnavailable:  {"unavailable", "no time", "busy", "overload", "try again", "gave up", "giving up"},
}

// programTells checks that the program says so where it was answered with that status.
func (s *Scenario) programTells(text string) error {
	if err := s.heard(); err != nil {
		return err
	}
	set, err := parseStatuses(text)
	if err != nil || len(set.codes) != 1 {
		return broken("a program reports one status, not %q", text)
	}
	code := set.codes[0]
	met := s.asked(func(e *conversation.Entry) bool { return e.Answer != nil && e.Answer.Status == code })
	if len(met) == 0 {
		return nil
	}
	out := strings.ToLower(ownWords(s.clientRun.Exit.Output))
	for _, word := range append(words[code], strconv.Itoa(code)) {
		if strings.Contains(out, word) {
			return nil
		}
	}
	f := s.printed(fmt.Sprintf("words that report it: %d, or %q", code, append(words[code], http.StatusText(code))[0]), "none")
	f.Asked, f.Exchange = met[0].Ask(), met[0].Exchange
	return f
}

// programEnds checks how the program ended. A stack trace is no message: it tells of the program, not of what happened.
func (s *Scenario) programEnds(how string) error {
	if err := s.heard(); err != nil {
		return err
	}
	e := s.clientRun.Exit
	crashed := !e.OK() && !e.TimedOut && isTrace(e.Output)
	hasMessage := !crashed && strings.TrimSpace(e.Output) != ""
	well := how != "with a message and another exit status" && e.OK()
	said := how != "with exit status 0" && !e.OK() && !e.TimedOut && strings.HasPrefix(e.How, "exit status") && hasMessage
	switch {
	case well || said:
		return nil
	case e.TimedOut:
		return s.late()
	case crashed:
		return s.printed("an end "+how, "a stack trace, and "+e.String())
	case !hasMessage && !e.OK():
		return s.printed("an end "+how, "no message, and "+e.String())
	}
	return s.printed("an end "+how, e.String())
}

// late blames the request that the program waits for, where there is one.
func (s *Scenario) late() *Failure {
	f := s.printed("an end within "+s.clientRun.Exit.Limit.String(), s.clientRun.Exit.String())
	all := s.asked(ofProgram)
	if len(all) > 0 && all[len(all)-1].Answer == nil {
		f.Exchange = all[len(all)-1].Exchange
		f.Asked = f.Exchange.Ask()
	}
	return f
}

// traces are how runtimes begin to tell of an error that nobody has caught, and what they end with.
var traces = []struct{ begins, ends *regexp.Regexp }{
	{regexp.MustCompile(`^Traceback \(most recent call last\):`), regexp.MustCompile(`^[\w.]+(?:Error|Exception|Exit|Interrupt|Warning|Timeout|\w*): ?|^[\w.]+$`)}, // Python
	{regexp.MustCompile(`^goroutine \d+ \[`), regexp.MustCompile(`^exit status 2$|^\s+\S+\.(?:go|s):\d+|^\t`)},                                                     // Go
	{regexp.MustCompile(`^\s+at .*[:(]`), regexp.MustCompile(`^Node\.js v|^\s*\}`)},                                                                                // Node
	{regexp.MustCompile(`^Exception in thread `), regexp.MustCompile(`^\s+at |^\s+\.\.\. \d+ more|^Caused by: `)},                                                  // Java
}

// isTrace reports whether the text ends with a stack trace.
func isTrace(text string) bool {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	last := lines[len(lines)-1]
	for _, trace := range traces {
		for _, line := range lines[:len(lines)-1] {
			if trace.begins.MatchString(line) && trace.ends.MatchString(last) {
				return true
			}
		}
	}
	return false
}

// ownWords is the text without the stack trace that it ends with.
func ownWords(text string) string {
	if !isTrace(text) {
		return text
	}
	var kept []string
	for _, line := range strings.Split(text, "\n") {
		for _, trace := range traces {
			if trace.begins.MatchString(line) {
				return strings.Join(kept, "\n")
			}
		}
		kept = append(kept, line)
	}
	return text
}
