package model

import (
	"slices"

	"pgregory.net/rapid"
)

// draw makes a sequence of a seed.
func draw(o Options, seed int) sequence {
	return rapid.Custom(func(t *rapid.T) sequence { return (&drawing{o: o, t: t}).sequence() }).Example(seed)
}

// drawing makes the choices of one sequence.
type drawing struct {
	o Options
	t *rapid.T
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
		return plain
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

// phrase is a few steps that belong together: one alone, one several times, one that uses what another has read.
func (d *drawing) phrase(at place) []step {
	if at == atList {
		return d.aboutList()
	}
	which := pick(d, 0, 1, 0, 1, 2)
	s := d.step(at, which)
	switch {
	case d.often(2):
		return slices.Repeat([]step{s}, pick(d, 2, 3, 3))
	case d.o.production() && d.often(4):
		return d.conditional(at, which)
	}
	return []step{s}
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
		methods = append(methods, "HEAD", "OPTIONS")
	}
	if d.o.production() {
		methods = append(methods, "PATCH", "PATCH")
	}
	return pick(d, methods...)
}

// fill gives the step the body that its method needs, with or without a flaw.
func (d *drawing) fill(s *step) {
	if s.isRead() || s.method == "DELETE" {
		return
	}
	s.body = body{has: true, description: pick(d, "one", "two", "three"), flaw: d.flaw(*s), variant: pick(d, 0, 1, 2, 3, 4)}
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

// flaw is what is wrong with the step's body, nothing mostly.
func (d *drawing) flaw(s step) flaw {
	if !d.o.http() || !d.often(2) {
		return sound
	}
	flaws := []flaw{unknown, truncated, empty, bareText, mislabelled}
	switch {
	case s.at == atItem && s.method == "PATCH":
		flaws = []flaw{truncated, lacking, wrongType, mislabelled}
	case s.at == atItem:
		flaws = append(flaws, lacking, notObject)
	case s.method == "PATCH":
		flaws = []flaw{unknown, truncated, wrongType, wrongType, mislabelled}
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
	look := step{method: pick(d, "GET", "GET", "HEAD"), at: at, which: which}
	last := d.step(at, which)
	switch {
	case last.method == "OPTIONS":
		return []step{look, last}
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
	if d.often(3) {
		return []step{look, d.step(at, which), last}
	}
	return []step{look, last}
}

// aboutList is reading the list, and what level http has besides: POST to it.
func (d *drawing) aboutList() []step {
	read := step{method: "GET", at: atList}
	if d.o.http() {
		read.method = pick(d, "GET", "GET", "GET", "HEAD", "OPTIONS")
	}
	if d.o.production() && read.method == "GET" && d.often(3) {
		read.limit = pick(d, "2", "1", "3", "100", "0", "-1", "x")
	}
	if !d.o.http() || d.often(3) {
		return []step{read}
	}
	create := step{method: "POST", at: atList}
	d.fill(&create)
	if d.o.production() && d.often(4) {
		create.key = pick(d, 1, 2)
		if create.body.flaw == unknown {
			create.body.flaw = sound // whether a member that is ignored makes it another body, the contract does not say
		}
	}
	if d.often(3) {
		return []step{create, create}
	}
	return []step{create}
}
