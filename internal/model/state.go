package model

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"restlab/internal/wire"
)

// resource is what the model knows of one item or task. A task's value is its description and whether it is complete.
type resource struct {
	kind     string // "item" or "task", for people
	taken    bool
	deleted  bool // it was there once, so 410 is as good as 404
	value    any
	sighted  []sighting
	current  string // the tag that it surely has, "" if that is not known: since the last read there was another request
	promised string // the ETag in the answer to a PUT since the last read
}

// sighting is an entity-tag that the server gave to a value.
type sighting struct {
	tag   string
	value any
}

func taskValue(description string, complete bool) any {
	return map[string]any{"description": description, "complete": complete}
}

// with is a task's value with some members changed.
func with(task any, members map[string]any) any {
	next := maps.Clone(task.(map[string]any))
	maps.Copy(next, members)
	return next
}

// becomes is what is so after a write was done.
func (r *resource) becomes(value any) { r.taken, r.value = true, value }

func (r *resource) goes() { r.taken, r.deleted, r.value = false, true, nil }

// disturbed is what is so after any request that is not safe, refused ones included: the contract says that another
// value has another tag and that reading keeps it, and nothing of writing the same again.
func (r *resource) disturbed() { r.current, r.promised = "", "" }

// answer is what can be said of a tag.
type answer int

const (
	no answer = iota
	perhaps
	yes
)

// has reports whether the tag is the current one. A tag of another state with the same value may be.
func (r *resource) has(tag string) answer {
	switch {
	case !r.taken:
		return no
	case r.current != "":
		if tag == r.current {
			return yes
		}
		return no
	case slices.ContainsFunc(r.sighted, func(s sighting) bool { return s.tag == tag && equal(s.value, r.value) }):
		return perhaps
	}
	return no
}

const (
	neverGiven = `"never-given"`
	weak       = "W/"
)

// tag is the one that a step means.
func (r *resource) tag(t tags) string {
	for _, s := range slices.Backward(r.sighted) {
		if t != never && (t != stale || !equal(s.value, r.value)) {
			return s.tag
		}
	}
	return neverGiven
}

// field is the value of If-Match or If-None-Match, "" for none.
func (r *resource) field(t tags) string {
	switch t {
	case noTags:
		return ""
	case star:
		return "*"
	case latestList:
		return `"one", ` + r.tag(t) + `,"a,b"`
	case latestWeak:
		return weak + strings.TrimPrefix(r.tag(t), weak)
	default:
		return r.tag(t)
	}
}

// strongly reports whether If-Match holds (RFC 9110 §13.1.1).
func (r *resource) strongly(t tags) answer {
	switch {
	case t == noTags || t == star && r.taken:
		return yes
	case t == star || t == latestWeak:
		return no
	}
	return r.has(r.tag(t))
}

// weakly reports whether a tag of If-None-Match is that of what is there (§13.1.2).
func (r *resource) weakly(t tags) answer {
	switch {
	case t == noTags:
		return no
	case t == star && r.taken:
		return yes
	case t == star:
		return no
	}
	return r.has(r.tag(t))
}

// sight takes note of the ETag in an answer that shows the current value, and says what is wrong with it.
func (r *resource) sight(a *wire.Answer) *misfit {
	tag := a.Header.Get("ETag")
	if !wire.IsStrongETag(tag) {
		return wrongField("ETag", `a strong entity-tag, such as "1f"`, tag)
	}
	if r.current != "" && tag != r.current {
		return wrongField("ETag", r.current+", as before, because nothing has changed since", tag)
	}
	for _, s := range r.sighted {
		if s.tag == tag && !equal(s.value, r.value) {
			return wrongField("ETag", "another ETag than that of the value "+compact(s.value), tag)
		}
	}
	r.current = tag
	r.sighted = append(r.sighted, sighting{tag, r.value})
	return nil
}

// kept reports whether the ETag in an answer to PUT is the one that is there now (RFC 9110 §9.3.4).
func (r *resource) kept(a *wire.Answer) *misfit {
	if tag := a.Header.Get("ETag"); r.promised != "" && tag != r.promised {
		return wrongField("ETag", r.promised+", as the answer to PUT said", tag)
	}
	return nil
}

// says describes the state for people.
func (r *resource) says() string {
	switch {
	case !r.taken && r.deleted:
		return "the " + r.kind + " was deleted"
	case !r.taken:
		return "there is no such " + r.kind
	case r.kind == "item":
		return "the item is there, with the value " + compact(r.value)
	}
	return "the task is there: " + compact(r.value)
}

// missing are the statuses for what is not there.
func (r *resource) missing() statuses {
	if r.deleted {
		return statuses{http.StatusNotFound, http.StatusGone}
	}
	return statuses{http.StatusNotFound}
}
