package steps

import (
	"fmt"
	"net/http"

	"restlab/internal/wire"
)

// resourceWas makes an item or task and changes it in a way that has to work. If a server refuses every patch, its refusal of
// wrong patches proves nothing.
func (s *Scenario) resourceWas(kind, name, what string) error {
	if what == "deleted" {
		return s.resourceWasDeleted(kind, name)
	}
	before, after := `"to be changed"`, `"changed"`
	if kind == "task" {
		before, after = `{"description": "to be changed"}`, `{"complete": true}`
	}
	if err := s.resourceIs(kind, name, "is", before); err != nil {
		return err
	}
	target := path(kind, s.Fill(name))
	change := patch(kind, target, after)
	if what == "changed with If-Match" {
		if err := s.clientHasRead("knows the ETag of", target); err != nil {
			return err
		}
		change = replacement(kind, target, after, wire.Field{Name: "If-Match", Value: s.etag})
	}
	err := s.done(change)
	if err == nil {
		err = s.resourceIsNow(kind, name, "now", after)
	}
	return notReached(err, fmt.Sprintf("the change of %s %s", kind, wire.Untrusted(s.Fill(name)).Line(60)))
}

// patch is the smallest good patch: a JSON Patch for an item, a merge patch for a task.
func patch(kind, target, after string) wire.Request {
	if kind == "task" {
		return jsonRequest(http.MethodPatch, target, []byte(after), wire.Field{Name: "Content-Type", Value: "application/merge-patch+json"})
	}
	body := `[{"op": "replace", "path": "/value", "value": ` + after + `}]`
	return jsonRequest(http.MethodPatch, target, []byte(body), wire.Field{Name: "Content-Type", Value: "application/json-patch+json"})
}

func replacement(kind, target, after string, fields ...wire.Field) wire.Request {
	if kind == "item" {
		after = `{"value": ` + after + `}`
	}
	return jsonRequest(http.MethodPut, target, []byte(after), fields...)
}
