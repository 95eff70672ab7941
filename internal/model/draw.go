package model

import (
	"slices"

	"pgregory.net/rapid"
)

// draw makes a sequence of a seed.
func draw(o Options, seed int) sequence {
	return rapid.Custom(func(t *rapid.T) sequence { return (&drawing{o: o, t: t, made: map[[2]int]bool{}}).sequence() }).Example(seed)
}

// drawing makes the choices of one sequence.
type drawing struct {
	o    Options
	t    *rapid.T
	made map[[2]int]bool // what a step has made so far
}

// pick chooses one. Those that come first are a little more likely.
func pick[T any](d *drawing, from ...T) T { return rapid.SampledFrom(from).Draw(d.t, "") }

// often is true in so many of eight cases.
func (d *drawing) often(eighths int) bool {
	n := 0
	for range 3 {
		n *= 2
		if rapid.Bool().Draw(d.t, "") {
			n++
		}
	}
	return n < eighths
}

func (d *drawing) sequence() sequence {
	q := sequence{items: d.names(), tasks: d.names()}
	length := rapid.IntRange((d.o.Steps+1)/2, d.o.Steps).Draw(d.t, "")
	families := d.families()
	for len(q.steps) < length {
		q.steps = append(q.steps, d.phrase(pick(d, families...))...)
	}
	q.steps = q.steps[:min(len(q.steps), d.o.Steps)]
	return q
}

func (d *drawing) names() names {
	if !d.o.http() {
		return pick(d, plain, alike)
	}
	return pick(d, shapes...)
}

// families are the kinds of resources that the sequence is about.
func (d *drawing) families() []place {
	var items, tasks []place
	if d.o.Items != nil {
		items = []place{atItem}
	}
	if d.o.Tasks != nil {
		tasks = []place{atTask, atTask, atTask, atList}
		if d.o.http() {
			tasks = append(tasks, atList, atMade)
		}
	}
	if len(items) > 0 && len(tasks) > 0 {
		switch pick(d, 0, 1, 2) {
		case 0:
			return items
		case 1:
			return tasks
		}
		items = []place{atItem, atItem, atItem, atItem}
	}
	return slices.Concat(items, tasks)
}

// phrase is a few steps that belong together. A phrase about what is not there yet begins with making it, mostly.
func (d *drawing) phrase(at place) []step {
	if at == atList {
		return d.aboutList()
	}
	which := pick(d, 0, 1, 0, 1, 2)
	kinds := []func(place, int) []step{d.single, d.repeated}
	if d.o.http() {
		kinds = append(kinds, d.flawed, d.looked)
	}
	if d.o.production() {
		kinds = append(kinds, d.conditional, d.conditional, d.conditional)
	}
	if d.o.production() && at == atItem {
		kinds = append(kinds, d.patched)
	}
	return slices.Concat(d.making(at, which), pick(d, kinds...)(at, which))
}

// making is what makes the resource, once in a sequence and not always.
func (d *drawing) making(at place, which int) []step {
	is := [2]int{int(at), which}
	if at == atMade {
		is[1] = 0
	}
	if d.made[is] || d.often(2) {
		return nil
	}
	d.made[is] = true
	s := step{method: pick(d, "POST", "PUT"), at: at, which: which}
	if at != atItem {
		s.method = "POST"
	}
	if at == atMade {
		s.at, s.which = atList, 0
	}
	d.fill(&s)
	return []step{s}
}

// single is one request, sound or not.
func (d *drawing) single(at place, which int) []step {
	s := d.step(at, which)
	if d.o.http() && d.often(1) {
		s.body.flaw = d.flaw(s)
	}
	return []step{s}
}

// repeated is the same request several times in a row.
func (d *drawing) repeated(at place, which int) []step {
	return slices.Repeat(d.single(at, which), pick(d, 2, 3, 3))
}

// flawed is a write whose body is not what it should be, and a look at what has become of it.
func (d *drawing) flawed(at place, which int) []step {
	s := step{method: d.writing(at), at: at, which: which}
	d.fill(&s)
	s.body.flaw = d.flaw(s)
	return []step{s, d.look(at, which)}
}

// looked is a write between two looks.
func (d *drawing) looked(at place, which int) []step {
	s := step{method: d.writing(at), at: at, which: which}
	d.fill(&s)
	return []step{d.look(at, which), s, d.look(at, which)}
}

// writing is a method with a body.
func (d *drawing) writing(at place) string {
	methods := []string{"PUT", "POST"}
	if at == atMade {
		methods = []string{"PUT"}
	}
	if d.o.production() {
		methods = append(methods, "PATCH")
	}
	return pick(d, methods...)
}

func (d *drawing) look(at place, which int) step {
	return step{method: pick(d, "GET", "GET", "GET", "HEAD"), at: at, which: which}
}

// patched is a value that patches fit, patches, and a look.
func (d *drawing) patched(at place, which int) []step {
	put := step{method: "PUT", at: at, which: which, body: body{has: true, value: pick(d, patchable...)}}
	patch := step{method: "PATCH", at: at, which: which}
	d.fill(&patch)
	steps := []step{put, patch}
	if d.often(3) {
		steps = append(steps, patch)
	}
	return append(steps, step{method: "GET", at: at, which: which})
}

// patchable are values in which the places of operations are.
var patchable = []any{
	map[string]any{"a": 1.0, "sizes": []any{1.0, "two", nil}, "a/b": true, "m~n": "x"},
	[]any{"blue", map[string]any{"a": 1.0}},
	[]any{},
	map[string]any{"colour": nil},
}

// step is any request on one item or task.
func (d *drawing) step(at place, which int) step {
	s := step{at: at, which: which, method: d.method(at)}
	if d.o.http() && d.often(1) {
		s.spelling = pick(d, 1, 2)
	}
	d.fill(&s)
	return s
}

func (d *drawing) method(at place) string {
	methods := []string{"PUT", "DELETE", "POST", "GET", "PUT", "DELETE"}
	if at == atTask && !d.o.http() {
		methods = []string{"PUT", "DELETE", "POST", "POST"}
	}
	if at == atMade {
		methods = []string{"GET", "PUT", "DELETE"}
	}
	if d.o.http() {
		methods = append(methods, "HEAD")
	}
	if d.o.http() && d.often(1) {
		methods = []string{"OPTIONS"}
	}
	if d.o.production() {
		methods = append(methods, "PATCH", "PATCH")
	}
	return pick(d, methods...)
}

// fill gives the step the body that its method needs.
func (d *drawing) fill(s *step) {
	if s.isRead() || s.method == "DELETE" {
		return
	}
	s.body = body{has: true, description: pick(d, descriptions...), variant: pick(d, 0, 1, 2, 3, 4)}
	switch {
	case s.at == atItem && s.method == "PATCH":
		s.body.operations = rapid.SliceOfN(rapid.Custom(d.operation), 1, 3).Draw(d.t, "")
	case s.at == atItem:
		s.body.value = value.Draw(d.t, "")
	case s.method != "POST":
		s.body.complete = pick(d, nil, new(true), new(false), new(true))
		if s.method == "PATCH" && d.often(3) {
			s.body.description = ""
		}
	}
}

// flaw is something that can be wrong with the step's body.
func (d *drawing) flaw(s step) flaw {
	if !s.body.has {
		return sound
	}
	flaws := []flaw{unknown, truncated, empty, bareText, mislabelled}
	switch {
	case s.at == atItem && s.method == "PATCH":
		flaws = []flaw{truncated, lacking, wrongType, mislabelled}
	case s.at == atItem:
		flaws = append(flaws, lacking, notObject)
	case s.method == "PATCH":
		flaws = []flaw{mislabelled, wrongType, unknown, truncated, wrongType, mislabelled}
	case s.method == "POST":
		flaws = append(flaws, lacking, notObject, wrongType)
	default:
		flaws = append(flaws, notObject, wrongType)
	}
	return pick(d, flaws...)
}

// operation is one of a JSON Patch.
func (d *drawing) operation(t *rapid.T) operation {
	d = &drawing{o: d.o, t: t}
	paths := []string{"/value/-", "/value/a", "/value/0", "/value/sizes/-", "/value/1", "/value/colour", "/value/a~1b", "/value/sizes/0", "/value/m~0n"}
	o := operation{op: pick(d, "add", "add", "replace", "remove", "test", "test", "copy"), path: pick(d, paths...)}
	switch o.op {
	case "copy":
		o.from = pick(d, paths[1:]...)
	case "add", "replace", "test":
		o.value = value.Draw(t, "")
		o.holds = o.op == "test" && d.often(6)
		if d.often(2) || o.holds && d.often(4) {
			o.path = "/value"
		}
	}
	return o
}

// conditional is a write or a read that asks for a certain state, after a look at it and perhaps a change.
func (d *drawing) conditional(at place, which int) []step {
	look := d.look(at, which)
	last := step{method: pick(d, "PUT", "DELETE", "PATCH", "POST", "GET", "HEAD", "GET"), at: at, which: which}
	if at == atMade && last.method == "POST" {
		last.method = "PATCH"
	}
	d.fill(&last)
	switch {
	case last.isRead():
		last.none = pick(d, latest, star, latestList, latestWeak, stale, never)
	case last.method == "POST":
		last.none = star
		return []step{last}
	case last.method == "PUT" && at == atItem && d.often(2):
		last.none = star
		return []step{last}
	default:
		last.match = pick(d, latest, stale, star, latestList, latestWeak, never)
	}
	if d.often(4) {
		return []step{look, d.step(at, which), last}
	}
	return []step{look, last}
}

// aboutList is reading the list, as a whole or in pages, and what level http has besides: POST to it.
func (d *drawing) aboutList() []step {
	read := step{method: "GET", at: atList}
	if d.o.http() {
		read.method = pick(d, "GET", "GET", "GET", "HEAD", "OPTIONS")
	}
	if !d.o.http() || d.often(2) {
		return []step{read}
	}
	if d.o.production() && d.often(3) {
		return d.paged()
	}
	create := step{method: "POST", at: atList}
	d.fill(&create)
	if d.often(2) {
		create.body.flaw = d.flaw(create)
	}
	if d.o.production() && d.often(5) {
		return d.keyed(create)
	}
	return slices.Repeat([]step{create}, pick(d, 1, 2))
}

// paged is a look at the whole list, and one page by page; or a limit that is none.
func (d *drawing) paged() []step {
	whole, pages := step{method: "GET", at: atList}, step{method: "GET", at: atList}
	if d.often(3) {
		pages.limit = pick(d, "0", "x", "-1")
		return []step{pages}
	}
	pages.parts = pick(d, 1, 3, 2, 5)
	return []step{whole, pages}
}

// keyed is a POST with an Idempotency-Key, sent again with the same body or another one, at once or after a while.
func (d *drawing) keyed(s step) []step {
	s.key = pick(d, 1, 2)
	if s.body.flaw == unknown {
		s.body.flaw = sound // whether a member that is ignored makes it another body, the contract does not say
	}
	other := s
	other.body.description = pick(d, descriptions...)
	return [][]step{{s}, {s, s}, {s, other}, {s, {method: "PUT", at: atMade, body: body{has: true, complete: new(true)}}, s}}[pick(d, 0, 1, 2, 3)]
}
