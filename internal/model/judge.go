package model

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"restlab/internal/wire"
)

// misfit is what is wrong with an answer.
type misfit struct{ at, expected, received string }

func wrongField(name, expected, received string) *misfit {
	return &misfit{"field " + name, expected, cmp.Or(received, "no "+name)}
}

// statuses are those that an answer may have. any4xx stands for every one of the client's errors.
type statuses []int

const any4xx = 4

func (s statuses) allow(status int) bool {
	return slices.Contains(s, status) || status/100 == 4 && slices.Contains(s, any4xx)
}

func (s statuses) add(more ...int) statuses {
	for _, status := range more {
		if !slices.Contains(s, status) {
			s = append(s, status)
		}
	}
	return s
}

func (s statuses) String() string {
	var names []string
	for _, status := range s {
		if status/100 != 4 || !slices.Contains(s, any4xx) { // which has it
			names = append(names, phrase(status))
		}
	}
	return strings.Join(names, " or ")
}

func phrase(status int) string {
	if status == any4xx {
		return "any 4xx"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, wire.Phrase(status)))
}

// outcome is one of the right answers to a step.
type outcome struct {
	statuses statuses
	check    func(*wire.Exchange) *misfit // what else has to be right; nil for nothing
	then     func(*wire.Exchange)         // what is so afterwards; nil for the same as before
}

// settle finds the outcome that the answer tells of, and makes it so. The state, in words, is the reason.
func settle(x *wire.Exchange, outcomes []outcome, state string) *misfit {
	var allowed statuses
	var found *misfit
	for _, o := range outcomes {
		allowed = allowed.add(o.statuses...)
		if !o.statuses.allow(x.Answer.Status) {
			continue
		}
		if o.check != nil {
			if wrong := o.check(x); wrong != nil {
				found = wrong
				continue
			}
		}
		if o.then != nil {
			o.then(x)
		}
		return nil
	}
	if found != nil {
		return found
	}
	return &misfit{"status", allowed.String() + ", because " + state, phrase(x.Answer.Status)}
}

// unsound says what no answer may have, whatever was asked (RFC 8259; RFC 9205 §4.6). A 5xx is right for nothing that is
// asked here, so settle finds it.
func unsound(x *wire.Exchange) *misfit {
	a := x.Answer
	switch {
	case wire.Phrase(a.Status) == "":
		return &misfit{"status", "a registered status", phrase(a.Status)}
	case a.Undecoded != "":
		return &misfit{"content", "content in the coding that Content-Encoding names", a.Undecoded}
	case len(a.Content) > 0 && wire.IsJSON(a.Header.Get("Content-Type")):
		if _, ok := decode(a.Content); !ok {
			return &misfit{"content", "one valid JSON text, as Content-Type says", wire.Untrusted(a.Content).Line(120)}
		}
	}
	return nil
}

// The order of checks is open: where a request has several mistakes, the response may name any of them.

// judge returns the right answers to a step on an item or a task.
func (r *replay) judge(s step, about *resource) []outcome {
	switch s.method {
	case "OPTIONS":
		return []outcome{{statuses: r.optional(about)}}
	case "GET", "HEAD":
		return r.reading(s, about)
	}
	return r.writing(s, about)
}

// optional are the statuses for OPTIONS. Where nothing is, any request may be answered with 404.
func (r *replay) optional(about *resource) statuses {
	allowed := statuses{http.StatusOK, http.StatusNoContent}
	if !about.taken {
		allowed = allowed.add(about.missing()...)
	}
	return allowed
}

// reading: 200 and the value; 304 to the current tag; 404 for what is not there.
func (r *replay) reading(s step, about *resource) []outcome {
	if !about.taken {
		return []outcome{{statuses: about.missing()}}
	}
	plain := outcome{statuses: statuses{http.StatusOK}, check: func(x *wire.Exchange) *misfit {
		if wrong := r.shows(s, about, x.Answer); wrong != nil {
			return wrong
		}
		return r.tagged(about, x.Answer)
	}}
	unchanged := outcome{statuses: statuses{http.StatusNotModified}, check: func(x *wire.Exchange) *misfit {
		return r.tagged(about, x.Answer)
	}}
	switch about.weakly(s.none) {
	case yes:
		return []outcome{unchanged}
	case perhaps:
		return []outcome{plain, unchanged}
	default:
		return []outcome{plain}
	}
}

// tagged checks the ETag of an answer that stands for the current value.
func (r *replay) tagged(about *resource, a *wire.Answer) *misfit {
	if r.http() {
		if wrong := about.kept(a); wrong != nil {
			return wrong
		}
	}
	if r.production() {
		return about.sight(a)
	}
	return nil
}

// shows checks that the content is the item, or the task. Members that the contract does not have are free.
func (r *replay) shows(s step, about *resource, a *wire.Answer) *misfit {
	if s.method == "HEAD" {
		return nil
	}
	want := r.shown(s, about)
	got, ok := decode(a.Content)
	if !ok {
		return &misfit{"content", compact(want), wire.Untrusted(a.Content).Line(120)}
	}
	object, ok := got.(map[string]any)
	if !ok || !includes(object, want) || s.at == atMade && object["id"] == nil {
		return &misfit{"content", compact(want), compact(got)}
	}
	return nil
}

// shown are the members that GET gives.
func (r *replay) shown(s step, about *resource) map[string]any {
	switch s.at {
	case atItem:
		return map[string]any{"value": about.value}
	case atTask:
		return identified(about.value, r.id(s.which))
	default:
		return about.value.(map[string]any) // its id is the server's
	}
}

// identified is a task with its id.
func identified(task any, id string) map[string]any {
	members := maps.Clone(task.(map[string]any))
	members["id"] = id
	return members
}

func includes(object, want map[string]any) bool {
	for name, v := range want {
		if got, there := object[name]; !there || !equal(got, v) {
			return false
		}
	}
	return true
}

// writing: done, or refused and nothing changed. Where several refusals apply any of them is right.
func (r *replay) writing(s step, about *resource) []outcome {
	value, how := r.outcomeOf(s, about)
	refused := s.refusals(how)
	mayBeDone := len(refused) == 0
	if s.needsTaken() && !about.taken {
		refused, mayBeDone = refused.add(about.missing()...), false
	}
	if s.method == "POST" && about.taken {
		refused = refused.add(http.StatusConflict)
	}
	holds := s.holds(about, value)
	if holds != yes {
		refused = refused.add(http.StatusPreconditionFailed)
	}
	refused = refused.add(s.liberties(how)...)
	outcomes := []outcome{{statuses: refused}}
	if mayBeDone && holds != no {
		done := outcome{statuses: r.doneWith(s, about), then: func(x *wire.Exchange) { r.done(s, about, value, x.Answer) }}
		outcomes = []outcome{done, {statuses: refused}}
	}
	return outcomes
}

// holds reports whether the preconditions allow the write. Where If-Match does not, but the value is already what the write
// would make it, the write may have been done before, and a server may say so (RFC 9110 §13.1.1).
func (s step) holds(about *resource, value any) answer {
	if about.weakly(s.none) == yes {
		return no
	}
	holds := about.strongly(s.match)
	if holds == no && about.taken && s.method != "DELETE" && equal(value, about.value) {
		return perhaps
	}
	return holds
}

// liberties are the statuses with which a server may refuse what others do: members that nobody knows; a change of a task that
// changes nothing; copy and move.
func (s step) liberties(how fit) statuses {
	if s.body.has && s.body.flaw == unknown || how == doubtful || s.changesNothing() {
		return statuses{any4xx}
	}
	for _, o := range s.body.operations {
		if o.op == "copy" {
			return statuses{http.StatusBadRequest, http.StatusUnprocessableEntity}
		}
	}
	return nil
}

// changesNothing is true for a PUT of a task without "complete", and for a PATCH of a task without members.
func (s step) changesNothing() bool {
	if s.at == atItem || !s.body.has || s.body.complete != nil {
		return false
	}
	return s.method == "PUT" || s.method == "PATCH" && s.body.description == ""
}

// done is what is so after a write.
func (r *replay) done(s step, about *resource, value any, a *wire.Answer) {
	if s.method == "DELETE" {
		about.goes()
		return
	}
	about.becomes(value)
	if s.method == "PUT" {
		about.promised = a.Header.Get("ETag")
	}
}

// needsTaken is true for methods that do not create.
func (s step) needsTaken() bool {
	return s.method == "DELETE" || s.method == "PATCH" || s.method == "PUT" && s.at != atItem
}

// doneWith are the statuses of a write that is done.
func (r *replay) doneWith(s step, about *resource) statuses {
	switch {
	case about.taken && s.method == "POST":
		return statuses{http.StatusOK, http.StatusCreated, http.StatusNoContent}
	case about.taken:
		return statuses{http.StatusOK, http.StatusNoContent}
	case s.method == "PUT" && !r.http():
		return statuses{http.StatusOK, http.StatusCreated, http.StatusNoContent}
	}
	return statuses{http.StatusCreated}
}

// outcomeOf is the value that the step gives the resource, if it is done.
func (r *replay) outcomeOf(s step, about *resource) (any, fit) {
	switch {
	case s.at == atItem && s.method == "PATCH":
		if !about.taken {
			return nil, fits
		}
		return apply(about, s.body.operations)
	case s.at == atItem:
		return s.body.value, fits
	case s.method == "POST":
		return taskValue(described(r.prefix, s.body.description), false), fits
	case !about.taken || s.method == "DELETE" || !s.body.flaw.harmless():
		return nil, fits
	}
	members := map[string]any{}
	s.taskMembers(r.prefix, members)
	return with(about.value, members), fits
}

func (f flaw) harmless() bool { return f == sound || f == unknown }

// refusals are the statuses that the body has earned; none for one that can be done.
func (s step) refusals(how fit) statuses {
	unreadable := statuses{http.StatusBadRequest, http.StatusUnprocessableEntity}
	isJSONPatch := s.at == atItem && s.method == "PATCH"
	switch {
	case !s.body.has:
		return nil
	case s.body.flaw == mislabelled:
		return statuses{http.StatusUnsupportedMediaType}.alsoPatch(how)
	case !s.body.flaw.harmless() && isJSONPatch:
		return statuses{any4xx}
	case !s.body.flaw.harmless():
		return unreadable
	case how == fails:
		return statuses{any4xx}
	case how == untrue:
		return statuses{http.StatusConflict, http.StatusUnprocessableEntity}
	}
	return nil
}

// alsoPatch adds the refusal of a patch that does not fit.
func (s statuses) alsoPatch(how fit) statuses {
	switch how {
	case fails:
		return s.add(any4xx)
	case untrue:
		return s.add(http.StatusConflict, http.StatusUnprocessableEntity)
	default:
		return s
	}
}
