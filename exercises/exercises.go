// Package exercises is the course: what a learner builds, in order. Of each exercise a folder here holds
//
//	README.md   what to build and what not, requests with their answers, what to read
//	hints.md    hints, weakest first, each under a heading
//	predict.md  requests whose answers a learner predicts before the first check, each under a heading
//	questions/  what the knowledge check asks, a file for each subject
//	go/         the starter in Go, and in other folders in other languages
//
// and the folder of the same name in solutions/ what a good learner would hand in. An exercise without a starter of its own begins
// where the one before it ended: with its solution.
package exercises

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

// Files are the folders of all exercises.
//
//go:embed [0-9]*
var Files embed.FS

// Kind is what a learner hands in.
type Kind string

// The kinds of exercises.
const (
	Server Kind = "server" // a server, which keeps the rules of this exercise and of those before it
	Client Kind = "client"
	Hunt   Kind = "hunt" // a feature file
	Quiz   Kind = "quiz" // answers
)

// Exercise is one step of the course.
type Exercise struct {
	Name  string   // its folder: a number of two digits, a hyphen, and what it is about
	Kind  Kind     //
	Level string   // at which its rules are graded, and those of the exercises before it; of a client, all of its family
	Rules []string // that it is about, by id, in an order in which to go about them; each rule belongs to one exercise
	Kept  []string // those of them that the starter keeps already

	Arguments []string // with which the lab runs a client
}

// All are the exercises in order.
var All = []Exercise{
	{
		Name: "01-items", Kind: Server, Level: "basics",
		Rules: []string{"items.create", "items.read", "items.read.missing", "items.replace", "items.put.creates", "items.delete", "items.delete.missing", "items.post.taken"},
	},
	{Name: "02-items-client", Kind: Client, Level: "http", Arguments: []string{"{key}", "{value}", "{other}"}},
	{
		Name: "03-tasks", Kind: Server, Level: "basics",
		Rules: []string{"tasks.list", "tasks.add", "tasks.add.taken", "tasks.complete", "tasks.update.missing", "tasks.delete", "tasks.delete.missing", "independent"},
	},
	{Name: "04-tasks-client", Kind: Client, Level: "http"},
	{
		Name: "05-idempotency", Kind: Server, Level: "http",
		Rules: []string{"safe", "idempotent", "duplicated", "put.created", "tasks.read", "tasks.create", "post.location", "post.not.idempotent"},
		Kept:  []string{"safe", "idempotent", "duplicated"},
	},
	{
		Name: "06-errors", Kind: Server, Level: "http",
		Rules: []string{
			"json.malformed", "json.incomplete", "json.wrongtype", "json.strict", "media.unsupported", "media.parameters", "media.labelled", "accept", "fields", "length",
			"method.refused", "method.unknown", "method.override", "path.unknown", "path.malformed", "keys.opaque", "head", "options", "empty", "errors.leak.nothing", "errors.explained",
			"date", "server.version", "options.allow", "write.answers", "always",
		},
		Kept: []string{ // net/http sees to most of them
			"json.malformed", "media.parameters", "media.labelled", "accept", "fields", "length", "method.refused", "method.unknown", "method.override",
			"path.malformed", "keys.opaque", "head", "empty", "errors.leak.nothing", "date", "server.version", "options.allow", "write.answers", "always",
		},
	},
	{
		Name: "07-statelessness", Kind: Server, Level: "http",
		Rules: []string{"stateless", "nocookies", "connections", "steady"},
		Kept:  []string{"connections", "steady"},
	},
	{
		Name: "08-caching", Kind: Server, Level: "production",
		Rules: []string{"etag", "not.modified", "cache.control", "coding", "cache", "put.validator"},
		Kept:  []string{"coding", "put.validator"},
	},
	{
		Name: "09-lost-updates", Kind: Server, Level: "production",
		Rules: []string{"if.match", "if.match.strong", "if.match.missing", "create.only", "lost.update", "lost.answer", "retry.key", "concurrent"},
		Kept:  []string{"concurrent"},
	},
	{
		Name: "10-paging-and-patch", Kind: Server, Level: "production",
		Rules: []string{"paging", "patch", "patch.append", "if.match.patch", "options.patch"},
	},
	{
		Name: "11-replicas", Kind: Server, Level: "production",
		Rules: []string{"layered", "problem", "too.large", "replicas", "linearizable", "model"},
		Kept:  []string{"layered"},
	},
	{Name: "12-hunt", Kind: Hunt, Level: "basics"},
	{Name: "13-knowledge-check", Kind: Quiz, Level: "production"},
}

// Number is how a learner names the exercise: 05.
func (e Exercise) Number() string { return e.Name[:2] }

// Family is what a client of the exercise is a client of: items or tasks.
func (e Exercise) Family() string {
	family, _, _ := strings.Cut(e.Name[3:], "-")
	return family
}

// Find is the exercise of that number or name, and whether there is one. 5 is 05.
func Find(name string) (Exercise, bool) {
	i := slices.IndexFunc(All, func(e Exercise) bool { return name == e.Name || name == e.Number() || "0"+name == e.Number() })
	if i < 0 {
		return Exercise{}, false
	}
	return All[i], true
}

// TheHunt is the exercise that a solved hunt passes.
func TheHunt() Exercise {
	return All[slices.IndexFunc(All, func(e Exercise) bool { return e.Kind == Hunt })]
}

// About is the exercise that a rule belongs to, and whether there is one.
func About(rule string) (Exercise, bool) {
	i := slices.IndexFunc(All, func(e Exercise) bool { return slices.Contains(e.Rules, rule) })
	if i < 0 {
		return Exercise{}, false
	}
	return All[i], true
}

// BuildsOn are the exercises of the same kind before this one, in order. What they ask for is asked for here too.
func (e Exercise) BuildsOn() []Exercise {
	var before []Exercise
	for _, other := range All {
		if other.Kind == e.Kind && other.Name < e.Name {
			before = append(before, other)
		}
	}
	return before
}

// Starter is what a learner begins with in the language: the exercise's own folder, or else what solutions has of the exercise
// that it builds on. It is false where there is neither, and in that language a learner begins with nothing.
func (e Exercise) Starter(language string, solutions fs.FS) (fs.FS, bool) {
	if own, ok := folder(Files, e.Name, language); ok {
		return own, true
	}
	before := e.BuildsOn()
	if len(before) == 0 {
		return nil, false
	}
	return before[len(before)-1].Solution(language, solutions)
}

// HasOwn says whether it has a starter of its own in the language.
func (e Exercise) HasOwn(language string) bool {
	_, ok := folder(Files, e.Name, language)
	return ok
}

// Repairs says whether that starter is a server to repair. In a learner's own there would be nothing to mend.
func (e Exercise) Repairs(language string) bool {
	return e.Kind == Server && e.HasOwn(language) && len(e.BuildsOn()) > 0
}

// Solution is what solutions has of the exercise in the language, and whether it has one.
func (e Exercise) Solution(language string, solutions fs.FS) (fs.FS, bool) {
	return folder(solutions, e.Name, language)
}

// Languages are those in which there is a starter, Go first.
func (e Exercise) Languages(solutions fs.FS) []string {
	return slices.DeleteFunc([]string{"go", "flask", "python", "feature"}, func(language string) bool {
		_, ok := e.Starter(language, solutions)
		return !ok
	})
}

func folder(in fs.FS, exercise, language string) (fs.FS, bool) {
	path := exercise + "/" + language
	if found, err := fs.Stat(in, path); err != nil || !found.IsDir() {
		return nil, false
	}
	files, err := fs.Sub(in, path)
	return files, err == nil
}
