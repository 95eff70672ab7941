package steps

import (
	"slices"
	"strconv"
	"strings"
)

// Properties are what sentences imply for the scenario that they stand in: what has to be known before it runs. They come
// from the sentence and its arguments, never from words inside a body.
type Properties struct {
	Families []string // of resources that it is about: items, tasks
	Replicas bool     // it needs two servers of each of its families
	AtOnce   bool     // clients send at the same moment
	Race     bool     // requests meet, so what fails may pass the next time
	Alone    bool     // no other scenario runs meanwhile
	Random   bool     // requests are sent that nobody has written down
	WholeRun bool     // it judges the whole grading, so it runs last
	Turn     Turn
}

// Turn is when a scenario runs: later ones make the list of tasks longer for those after them.
type Turn int

// The turns, in their order.
const (
	Anytime  Turn = iota
	Pages         // reads the list page by page, before it has grown long
	Crowd         // leaves a dozen tasks or more, which every scenario after it finds in the list
	HugeBody      // sends 4 MiB: kept in a task, that makes every list unreadable
)

// Include adds what another sentence implies. The earliest turn wins that any sentence asks for.
func (p *Properties) Include(other Properties) {
	for _, family := range other.Families {
		if !slices.Contains(p.Families, family) {
			p.Families = append(p.Families, family)
		}
	}
	slices.Sort(p.Families)
	p.Replicas = p.Replicas || other.Replicas
	p.AtOnce = p.AtOnce || other.AtOnce
	p.Race = p.Race || other.Race
	p.Alone = p.Alone || other.Alone
	p.Random = p.Random || other.Random
	p.WholeRun = p.WholeRun || other.WholeRun
	if p.Turn == Anytime || other.Turn != Anytime && other.Turn < p.Turn {
		p.Turn = other.Turn
	}
}

// Properties returns what the line implies. A conditional sentence implies what the sentence inside it does.
func (m *Match) Properties() Properties {
	switch {
	case m.Inner != nil:
		return m.Inner.Properties()
	case m.Sentence.Implies == nil:
		return Properties{}
	}
	return m.Sentence.Implies(m.Args)
}

// always is for a sentence that implies the same whatever its arguments are.
func always(p Properties) func([]string) Properties {
	return func([]string) Properties { return p }
}

// about is for a sentence that implies the family which one of its arguments names.
func about(family func(string) []string, arg int) func([]string) Properties {
	return func(args []string) Properties { return Properties{Families: family(args[arg])} }
}

var (
	justItems = []string{"items"}
	justTasks = []string{"tasks"}
)

// ofKind returns the family of "item" or "task".
func ofKind(kind string) []string {
	if kind == "task" {
		return justTasks
	}
	return justItems
}

// ofTarget returns the family that the first segment of a path names, none for other paths.
func ofTarget(target string) []string {
	path, _, _ := strings.Cut(strings.TrimPrefix(target, "/"), "?")
	switch first, _, _ := strings.Cut(path, "/"); first {
	case "items":
		return justItems
	case "tasks":
		return justTasks
	}
	return nil
}

// ofShared returns the family of what clients share: items. Two items count as no family, and so as both.
func ofShared(doing string) []string {
	if strings.HasSuffix(doing, " items") {
		return nil
	}
	return justItems
}

// ofSent returns the family of what a program sends requests for: one item, the item "…", one task, the tasks.
func ofSent(what string) []string {
	if what == "one task" || what == "the tasks" {
		return justTasks
	}
	return justItems
}

// turnOfAdding returns when so many tasks may be added.
func turnOfAdding(count string) Turn {
	if n, _ := strconv.Atoi(count); n >= 10 {
		return Crowd
	}
	return Anytime
}

// turnOfBody returns when a body may be sent.
func turnOfBody(body string) Turn {
	if strings.Contains(body, hugeName) {
		return HugeBody
	}
	return Anytime
}

// turnOfAtOnce returns when clients may send a request at once: each POST of a task leaves one.
func turnOfAtOnce(method, target, body string) Turn {
	if method == "POST" && slices.Equal(ofTarget(target), justTasks) {
		return Crowd
	}
	return turnOfBody(body)
}
