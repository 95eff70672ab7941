package steps

import (
	"net/url"
	"strconv"
	"strings"

	"restlab/internal/wire"
)

// nextName stands for the id after the one that the server has chosen first: what a server that counts chooses next.
const nextName = "{next}"

// noteChosen keeps that id, once the server has chosen one.
func (s *Scenario) noteChosen(x *wire.Exchange) {
	if id := chosenID(x); id != "" && s.following == "" {
		s.following = Following(id)
	}
}

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
