package steps

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/gavv/httpexpect/v2"

	"restlab/internal/wire"
)

// statuses is a set of codes as a feature writes it: "200 OK or 204 No Content", "501 Not Implemented or any 4xx".
type statuses struct {
	text    string
	codes   []int
	classes []int
}

var oneStatus = regexp.MustCompile(`^(?:(\d{3}) (.+)|any (\d)xx)$`)

// parseStatuses reads a set. The phrase is for the reader, but it is checked too, against RFC 9110's (net/http
// still has "Request Entity Too Large"): a slip such as "201 OK" is then the feature's fault, never the learner's.
func parseStatuses(text string) (statuses, error) {
	set := statuses{text: text}
	for _, one := range strings.Split(strings.ReplaceAll(text, " or ", ", "), ", ") {
		m := oneStatus.FindStringSubmatch(one)
		if m == nil {
			return set, broken("the feature has the status %q; write it as 200 OK, 201 Created or any 4xx", one)
		}
		if m[3] != "" {
			class, _ := strconv.Atoi(m[3])
			set.classes = append(set.classes, class)
			continue
		}
		code, _ := strconv.Atoi(m[1])
		if want := wire.Phrase(code); m[2] != want {
			return set, broken("the feature says %d %s; the registered phrase is %q", code, m[2], want)
		}
		set.codes = append(set.codes, code)
	}
	return set, nil
}

// has checks an answer's status against the set.
func (set statuses) has(a *wire.Answer) bool {
	for _, class := range set.classes {
		if a.Status/100 == class {
			return true
		}
	}
	return len(set.codes) > 0 && holds(a, func(r *httpexpect.Response) { r.StatusList(set.codes...) })
}

// status is a code with its registered phrase, for people.
func status(code int) string {
	phrase := wire.Phrase(code)
	if phrase == "" {
		phrase = "(not registered)"
	}
	return fmt.Sprintf("%d %s", code, phrase)
}

func (s *Scenario) statusIs(which, text string) error {
	set, err := parseStatuses(text)
	if err != nil {
		return err
	}
	answers, err := s.which(which)
	if err != nil {
		return err
	}
	for _, x := range answers {
		if !set.has(x.Answer) {
			return failure(x, atStatus, text, status(x.Answer.Status))
		}
	}
	return nil
}

// ifTheStatusIs runs the sentence inside a conditional one, if the status of the last response is one of the set.
func (s *Scenario) ifTheStatusIs(text string, then *Match) error {
	set, err := parseStatuses(text)
	if err != nil {
		return err
	}
	x, err := s.answer()
	if err != nil {
		return err
	}
	if !set.has(x.Answer) {
		return nil
	}
	return then.Run(s)
}
