package lab

import (
	"context"
	"net/url"
	"strings"
	"time"
)

// Program is a server that the lab has started, and starts again when it dies.
type Program interface {
	// Ready waits while the program is being started again. It returns why the program is gone for good, "" if it serves.
	Ready(context.Context) (gone string)
	// Deaths returns all deaths so far, the oldest first.
	Deaths() []Death
	// Settle waits a moment if the lab is about to notice a death. If the program lives it returns at once.
	Settle()
	// Printed returns the last lines that the program printed, harmless to show.
	Printed() []string
	// Passed says that a scenario about the program has passed: deaths before it and after it are not in a row.
	Passed()
}

// Death is the end of a program that should have gone on.
type Death struct {
	How  string   // exit status 1, signal: killed
	Last []string // the last lines that it printed, harmless to show
	Word string   // the line with which its crash begins, or else the last line; "" for none
}

// Means explains the word to a learner who meets it for the first time, "" where it speaks for itself.
func (d *Death) Means() string {
	if strings.Contains(d.Word, "concurrent map") {
		return "Two requests used a map at the same time: take a lock around each use of it."
	}
	return ""
}

// Exit is how a program ended that ends by itself.
type Exit struct {
	How      string        // exit status 0, signal: killed
	TimedOut bool          // it was still running at the limit, and the lab stopped it
	Limit    time.Duration // how long it may run
	Output   string        // the end of what it printed, as it came
	Last     []string      // the last lines of the output, harmless to show
}

// OK reports whether the program ended by itself with exit status 0.
func (e *Exit) OK() bool { return !e.TimedOut && e.How == "exit status 0" }

// String says how the program ended, for people.
func (e *Exit) String() string {
	if e.TimedOut {
		return "it had not ended after " + e.Limit.String() + ", and was stopped"
	}
	return e.How
}

// Input is what the lab tells a client: in environment variables, and in the words of its command.
type Input struct{ Items, Tasks, Key, Value, Other, ID, Description string }

// Variables returns the environment variables of a client, NAME=value.
func (in Input) Variables() []string {
	return []string{
		"ITEMS_URL=" + in.Items, "TASKS_URL=" + in.Tasks,
		"KEY=" + in.Key, "VALUE=" + in.Value, "OTHER=" + in.Other, "ID=" + in.ID, "DESCRIPTION=" + in.Description,
	}
}

// Variable returns the value of one of the variables, "" where there is none of that name.
func (in Input) Variable(name string) string {
	for _, pair := range in.Variables() {
		if value, found := strings.CutPrefix(pair, name+"="); found {
			return value
		}
	}
	return ""
}

// Port returns the port of the server for items.
func (in Input) Port() string {
	base, err := url.Parse(in.Items)
	if err != nil {
		return ""
	}
	return base.Port()
}

// Fill replaces {items}, {tasks}, {key}, {value}, {other}, {id} and {description} in the words of a command.
func (in Input) Fill(words []string) []string {
	fill := strings.NewReplacer("{items}", in.Items, "{tasks}", in.Tasks, "{key}", in.Key, "{value}", in.Value, "{other}", in.Other, "{id}", in.ID, "{description}", in.Description)
	filled := make([]string, len(words))
	for i, word := range words {
		filled[i] = fill.Replace(word)
	}
	return filled
}
