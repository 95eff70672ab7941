package state

import (
	"bytes"
	"encoding/json"
)

// carry returns after with the members that only old has: those which decoding has lost, since this version does not
// know them. before is what was decoded from old, encoded again. A member of before that after no longer has was deleted.
// Objects are compared member by member, at any depth; objects in arrays are not.
func carry(old, before, after json.RawMessage) json.RawMessage {
	switch {
	case bytes.Equal(old, before): // nothing is unknown
		return after
	case len(old) > 0 && bytes.Equal(before, after):
		return old
	}
	was, now := members(old), members(after)
	if was == nil || now == nil {
		return after
	}
	decoded := members(before)
	for name, value := range was {
		_, isKnown := decoded[name]
		here, stays := now[name]
		switch {
		case stays:
			now[name] = carry(value, decoded[name], here)
		case !isKnown:
			now[name] = value
		}
	}
	text, err := json.Marshal(now)
	if err != nil {
		return after // cannot be: all of it was JSON before
	}
	return text
}

// members are those of an object, nil for any other value.
func members(text json.RawMessage) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal(text, &all) != nil {
		return nil
	}
	return all
}
