package steps

import (
	"net/url"
	"strconv"
	"strings"

	"restlab/internal/wire"
)

// madeName stands for the id that the server has chosen first, nextName for the one after it: what a server that counts
// chooses next.
const (
	madeName = "{made}"
	nextName = "{next}"
)

// noteChosen keeps the first id that the server has chosen.
func (s *Scenario) noteChosen(x *wire.Exchange) {
	if s.made == "" {
		s.made = chosenID(x)
	}
}

// fillTarget is Fill for the target of a request. An id that the server has chosen becomes one segment of its path, with everything
// encoded that would end the segment (RFC 3986 §3.3). What the feature writes stays as it is.
func (s *Scenario) fillTarget(text string) string {
	return s.Fill(s.fillMade(text, url.PathEscape))
}

// fillMade replaces the ids that come from the server, in the spelling that their place needs.
func (s *Scenario) fillMade(text string, spell func(string) string) string {
	if s.made == "" {
		return text
	}
	return strings.NewReplacer(madeName, spell(s.made), nextName, spell(Following(s.made))).Replace(text)
}

// lacksMade reports whether a text names an id that the server has not chosen yet.
func (s *Scenario) lacksMade(text string) bool {
	return s.made == "" && (strings.Contains(text, madeName) || strings.Contains(text, nextName))
}

func asWritten(text string) string { return text }

// chosenID is the id that the server chose for a new task, "" where it chose none.
func chosenID(x *wire.Exchange) string {
	if x.Request.Target != "/tasks" || x.Answer == nil || x.Answer.Status/100 != 2 {
		return ""
	}
	target, err := location(x)
	if err != nil {
		return ""
	}
	target, _, _ = strings.Cut(target, "?")
	id, err := url.PathUnescape(target[strings.LastIndex(target, "/")+1:])
	if err != nil {
		return ""
	}
	return id
}

// Following is the id after this one: its last digits one higher, or where it ends in none a 1 behind it.
func Following(id string) string {
	const most = 15 // digits that are a number still
	begin := len(strings.TrimRight(id, "0123456789"))
	begin = max(begin, len(id)-most)
	digits := id[begin:]
	n, err := strconv.Atoi(digits)
	if err != nil {
		return id + "1"
	}
	text := strconv.Itoa(n + 1)
	return id[:begin] + strings.Repeat("0", max(0, len(digits)-len(text))) + text
}
