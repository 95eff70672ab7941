package model

import (
	"restlab/internal/wire"
)

// A step is one request of a sequence before it is known what the server has by then: names are numbers, and entity-tags
// are "the last one seen". So a sequence can be sent again on other names, and with steps left out. A step that has
// lost what it speaks of sends nothing.
type step struct {
	method   string
	at       place
	which    int // of the names, or of the tasks that POST to the list has made
	spelling int
	body     body
	match    tags   // If-Match
	none     tags   // If-None-Match
	limit    string // of the list, one that is none
	parts    int    // pages that the list is read in, and one more; 0 for the list as a whole
	key      int    // which Idempotency-Key, 0 for none
}

// place is a kind of resource.
type place int

const (
	atItem place = iota
	atTask       // under an id that the client has chosen
	atList       // /tasks
	atMade       // a task that POST to the list has made
)

// tags say what stands in If-Match or If-None-Match.
type tags int

const (
	noTags tags = iota
	star
	latest     // the last tag seen, current or not
	latestList // in a list
	latestWeak // with W/ before it
	stale      // the last tag seen of another value
	never      // one that no server has given
)

// flaw is what is wrong with a body.
type flaw int

const (
	sound       flaw = iota
	unknown          // a member more than the contract has; a server may ignore or refuse it
	truncated        // breaks off
	empty            // no octet at all, though labelled JSON
	bareText         // no JSON
	notObject        // JSON, but not what it should be
	lacking          // without what is needed
	wrongType        // a member of the wrong type
	mislabelled      // sound, but labelled as another media type
)

// body is the content of a request.
type body struct {
	has         bool
	flaw        flaw
	variant     int // of the flaw
	value       any // of an item
	description string
	complete    *bool
	operations  []operation
}

// The media types of bodies.
const (
	plainJSON  = "application/json"
	mergePatch = "application/merge-patch+json"
	jsonPatch  = "application/json-patch+json"
)

func (s step) isRead() bool { return s.method == "GET" || s.method == "HEAD" || s.method == "OPTIONS" }

// request is what goes over the wire: to the target, about a resource of which the model knows so much.
func (s step) request(target, prefix string, about *resource) wire.Request {
	r := wire.Request{Method: s.method, Target: target}
	add := func(name, value string) {
		if value != "" {
			r.Fields = append(r.Fields, wire.Field{Name: name, Value: value})
		}
	}
	if s.body.has {
		r.Body = s.content(prefix, about)
		add("Content-Type", s.label())
	}
	if about != nil {
		add("If-Match", about.field(s.match))
		add("If-None-Match", about.field(s.none))
	}
	if s.key > 0 {
		add("Idempotency-Key", keyed(prefix, s.key))
	}
	return r
}

func keyed(prefix string, key int) string { return `"` + prefix + "-" + string(rune('a'+key)) + `"` }

// label is the Content-Type of the step's body.
func (s step) label() string {
	switch {
	case s.body.flaw == mislabelled && s.method == "PATCH" && s.at != atItem && s.body.variant%2 == 1:
		return plainJSON // which is no patch
	case s.body.flaw == mislabelled:
		return "text/plain"
	case s.method == "PATCH" && s.at == atItem:
		return jsonPatch
	case s.method == "PATCH":
		return mergePatch
	}
	return plainJSON
}

// content is the bytes of the step's body.
func (s step) content(prefix string, about *resource) []byte {
	switch s.body.flaw {
	case empty:
		return []byte{}
	case bareText:
		return []byte("green")
	case notObject:
		return []byte([]string{`[{"value": "green"}]`, `"green"`, "null"}[s.body.variant%3])
	default:
		return s.text(prefix, about)
	}
}

// text is the JSON of the step's body, perhaps broken off.
func (s step) text(prefix string, about *resource) []byte {
	whole := encode(s.document(prefix, about))
	if s.body.flaw == truncated {
		return whole[:len(whole)-1]
	}
	return whole
}

// document is the JSON of the step's body.
func (s step) document(prefix string, about *resource) any {
	if s.at == atItem && s.method == "PATCH" {
		return s.patchDocument(about)
	}
	members := map[string]any{}
	switch {
	case s.at == atItem:
		members["value"] = s.body.value
	case s.method == "POST":
		members["description"] = described(prefix, s.body.description)
	default:
		s.taskMembers(prefix, members)
	}
	s.spoil(members)
	return members
}

// taskMembers are those that a PUT or PATCH names.
func (s step) taskMembers(prefix string, members map[string]any) {
	if s.body.complete != nil {
		members["complete"] = *s.body.complete
	}
	if s.method == "PATCH" && s.body.description != "" {
		members["description"] = described(prefix, s.body.description)
	}
}

// described is a description that tells this replay's tasks from all others.
func described(prefix, description string) string { return prefix + " " + description }

// spoil puts the flaw into the members.
func (s step) spoil(members map[string]any) {
	switch s.body.flaw {
	case unknown:
		members["note"] = 1.0
	case lacking:
		delete(members, "value")
		delete(members, "description")
		if s.body.variant%2 == 1 {
			members["val"] = "green"
		}
	case wrongType:
		name := "complete"
		if s.method == "POST" || s.method == "PATCH" && s.body.variant%2 == 1 {
			name = "description"
		}
		members[name] = wrong(name, s.body.variant)
	default:
	}
}

func wrong(name string, variant int) any {
	if name == "description" {
		return []any{5.0, nil, []any{"bread"}, true}[variant%4]
	}
	return []any{"true", nil, 1.0, []any{true}, ""}[variant%5]
}

// patchDocument is a JSON Patch. A test that is meant to hold asks for what is there.
func (s step) patchDocument(about *resource) any {
	if s.body.flaw == lacking {
		return map[string]any{"value": "green"} // no patch
	}
	list := []any{}
	for _, o := range s.body.operations {
		list = append(list, o.document(about))
	}
	if s.body.flaw == wrongType {
		list = append(list, map[string]any{"op": "paint", "path": "/value"})
	}
	return list
}
