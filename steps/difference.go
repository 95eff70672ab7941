package steps

import (
	"fmt"
	"net/http"
	"reflect"

	"restlab/internal/wire"
)

// Difference returns a note about the first difference between a value or description and the one that was sent. Some
// differences cannot be seen on a card: the form of é, a space at the end, one member of many. It returns "" for other
// failures, and for short texts.
func (s *Scenario) Difference(f *Failure) string {
	if f.Exchange == nil || f.Exchange.Answer == nil || f.At != atContent || f.Exchange.Request.Method != http.MethodGet {
		return ""
	}
	sent, received, found := s.sentAndReceived(f.Exchange)
	if !found || isShort(sent) || isShort(received) {
		return ""
	}
	where, what := firstDifference("", sent, received)
	if what == "" {
		return ""
	}
	return "First difference" + where + ": " + what + "."
}

// sentAndReceived returns the value of an item as the scenario sent it last and as a GET returned it; or the same for the
// description of a task that the scenario added.
func (s *Scenario) sentAndReceived(get *wire.Exchange) (sent, received any, found bool) {
	if tasks, isList := decoded(get).([]any); isList {
		for _, x := range s.exchanges {
			id, description := added(x)
			for _, task := range matching(tasks, map[string]any{"id": id}) {
				if got := task.(map[string]any)["description"]; got != description {
					return description, got, true
				}
			}
		}
		return nil, nil, false
	}
	for _, x := range s.exchanges {
		body, _ := decode(x.Request.Body)
		object, _ := body.(map[string]any)
		if value, there := object["value"]; there && x.Request.Target == get.Request.Target {
			sent, found = value, true
		}
	}
	object, _ := decoded(get).(map[string]any)
	received, there := object["value"]
	return sent, received, found && there
}

// isShort reports whether a reader can compare a value at a glance.
func isShort(v any) bool {
	const short = 8
	switch v := v.(type) {
	case string:
		return len(v) < short
	case map[string]any, []any:
		return false
	}
	return true
}

// firstDifference returns where two values first differ, and what differs there. Both are "" for equal values.
func firstDifference(where string, sent, received any) (at, what string) {
	switch sent := sent.(type) {
	case map[string]any:
		if received, same := received.(map[string]any); same {
			return differentMember(where, sent, received)
		}
	case []any:
		if received, same := received.([]any); same {
			return differentElement(where, sent, received)
		}
	case string:
		if received, same := received.(string); same {
			return where, differentCharacter(sent, received)
		}
	}
	if reflect.DeepEqual(sent, received) {
		return "", ""
	}
	return where, fmt.Sprintf("%s was sent, and %s came back", compact(sent), compact(received))
}

func differentMember(where string, sent, received map[string]any) (at, what string) {
	for _, name := range sorted(sent) {
		value, there := received[name]
		at = where + ", in the member " + compact(name)
		if !there {
			return at, "it did not come back"
		}
		if at, what = firstDifference(at, sent[name], value); what != "" {
			return at, what
		}
	}
	for _, name := range sorted(received) {
		if _, there := sent[name]; !there {
			return where + ", in the member " + compact(name), "it was not sent"
		}
	}
	return "", ""
}

func differentElement(where string, sent, received []any) (at, what string) {
	for i := range min(len(sent), len(received)) {
		if at, what = firstDifference(fmt.Sprintf("%s, in element %d", where, i+1), sent[i], received[i]); what != "" {
			return at, what
		}
	}
	if len(sent) != len(received) {
		return where, fmt.Sprintf("an array of %d elements was sent, and one of %d came back", len(sent), len(received))
	}
	return "", ""
}

// differentCharacter says where two texts differ, with the code points of the characters: some look alike.
func differentCharacter(sent, received string) string {
	if sent == received {
		return ""
	}
	ours, theirs := []rune(sent), []rune(received)
	i := 0
	for i < len(ours) && i < len(theirs) && ours[i] == theirs[i] {
		i++
	}
	switch {
	case i == len(theirs):
		return fmt.Sprintf("character %d, %s, did not come back", i+1, character(ours[i]))
	case i == len(ours):
		return fmt.Sprintf("character %d, %s, was not sent", i+1, character(theirs[i]))
	}
	return fmt.Sprintf("character %d was sent as %s, and came back as %s", i+1, character(ours[i]), character(theirs[i]))
}

func character(r rune) string { return fmt.Sprintf("%s (%U)", compact(string(r)), r) }
