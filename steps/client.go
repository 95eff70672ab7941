package steps

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"restlab/internal/conversation"
)

// Client is a program that is graded for what it asks. It runs once in each situation that scenarios want, and one at a time.
type Client struct {
	Host     *conversation.Host
	Run      func(context.Context, Told) (*Ending, error) // to its end
	Families []string                                     // that it is a client of; none to find out
	Known    bool                                         // where it asks for nothing the lab serves at the ports of the course too

	runs map[string]*Talk
	mute bool // it asks for nothing even where nothing is in its way
}

// Told is what a client is told: as variables, and in its command.
type Told struct{ Items, Tasks, Key, Value, Other, ID, Description string }

// Variables are the variables of a client, NAME=value.
func (t Told) Variables() []string {
	return []string{
		"ITEMS_URL=" + t.Items, "TASKS_URL=" + t.Tasks,
		"KEY=" + t.Key, "VALUE=" + t.Value, "OTHER=" + t.Other, "ID=" + t.ID, "DESCRIPTION=" + t.Description,
	}
}

// Variable is the value of one of them, "" where there is none of that name.
func (t Told) Variable(name string) string {
	for _, pair := range t.Variables() {
		if value, found := strings.CutPrefix(pair, name+"="); found {
			return value
		}
	}
	return ""
}

// Port is the port of the server for items, in the variable PORT.
func (t Told) Port() string {
	base, err := url.Parse(t.Items)
	if err != nil {
		return ""
	}
	return base.Port()
}

// Fill puts what the client is told in place of {items}, {tasks}, {key}, {value}, {other}, {id} and {description}.
func (t Told) Fill(words []string) []string {
	fill := strings.NewReplacer("{items}", t.Items, "{tasks}", t.Tasks, "{key}", t.Key, "{value}", t.Value, "{other}", t.Other, "{id}", t.ID, "{description}", t.Description)
	filled := make([]string, len(words))
	for i, word := range words {
		filled[i] = fill.Replace(word)
	}
	return filled
}

// Ending is how a program has ended that ends by itself.
type Ending struct {
	How    string        // exit status 0, signal: killed
	Late   bool          // it had not ended after the limit, and was stopped
	Limit  time.Duration //
	Output string        // the end of what it printed, as it came
	Last   []string      // the last lines of it, harmless to show
}

// Well says whether it has ended by itself with exit status 0.
func (e *Ending) Well() bool { return !e.Late && e.How == "exit status 0" }

// said is how it ended, for people.
func (e *Ending) said() string {
	if e.Late {
		return "it had not ended after " + e.Limit.String() + ", and was stopped"
	}
	return e.How
}

// Talk is one run of a client: what it asked, and how it ended.
type Talk struct {
	*conversation.Record
	Ending *Ending
}

// clone is a copy of what each scenario lets go of when it ends.
func (t *Talk) clone() *Talk {
	record := *t.Record
	record.Entries = make([]*conversation.Entry, len(t.Entries))
	for i, e := range t.Entries {
		entry, exchange := *e, *e.Exchange
		if e.Answer != nil {
			answer := *e.Answer
			exchange.Answer = &answer
		}
		entry.Exchange = &exchange
		record.Entries[i] = &entry
	}
	return &Talk{Record: &record, Ending: t.Ending}
}

// hold lets the program run in the situation, once in each. A second attempt is a run of its own.
func (c *Client) hold(ctx context.Context, m Meta, s conversation.Situation, told Told) (*Talk, error) {
	id := told.Key + " " + s.Key()
	if m.Attempt > 0 {
		id += " again"
	}
	if talk := c.runs[id]; talk != nil {
		return talk, nil
	}
	told.Items, told.Tasks = c.Host.Items, c.Host.Tasks
	talk := new(Talk)
	record, err := c.Host.Hold(ctx, s, func(ctx context.Context) error {
		var err error
		talk.Ending, err = c.Run(ctx, told)
		return err
	})
	if err != nil {
		return nil, err
	}
	talk.Record = record
	if c.runs == nil {
		c.runs = map[string]*Talk{}
	}
	c.runs[id] = talk
	return talk, nil
}

// told is what the program is told in this grading.
func (l *Lab) told(m Meta) Told {
	fill, _ := l.names(m)
	draw := func(what string) string {
		return hashed(l.Seed, "told", m.Attempt, what)[:6] + hashed(l.Run, "told", m.Attempt, what)[:4]
	}
	return Told{Key: fill.Replace("{key}"), ID: fill.Replace("{id}"), Value: "v" + draw("value"), Other: "o" + draw("other"), Description: "Learn " + draw("description")}
}

// clientMeta is the same for all scenarios of a client, so that one run serves many of them.
func clientMeta(attempt int) Meta { return Meta{ID: "client", Attempt: attempt} }

// Able is what a client does when nothing is in its way: what a scenario can need of it.
type Able struct {
	Families []string
	TakesKey bool // the item that it asks for is the one that it was told
	Creates  bool // it lets the server choose the id of a task: POST /tasks
	Talk     *Talk
}

// Meet runs the client in the plainest situation, to see what it does. The error is that of the Client's Run.
func (l *Lab) Meet(ctx context.Context) (*Able, error) {
	m := clientMeta(0)
	told := l.told(m)
	talk, err := l.Client.hold(ctx, m, conversation.Situation{}, told)
	if err != nil {
		return nil, err
	}
	if l.Client.Known && !slices.ContainsFunc(talk.Entries, ofProgram) {
		if err := l.Client.Host.UseKnown(); err != nil {
			return nil, err
		}
		clear(l.Client.runs)
		if talk, err = l.Client.hold(ctx, m, conversation.Situation{}, told); err != nil {
			return nil, err
		}
	}
	able := &Able{Families: l.Client.Families, Talk: talk}
	for _, family := range []string{"items", "tasks"} {
		if len(l.Client.Families) == 0 && slices.ContainsFunc(talk.Entries, func(e *conversation.Entry) bool { return e.Wants("") && isOf(e, family) }) {
			able.Families = append(able.Families, family)
		}
	}
	if len(able.Families) == 0 {
		able.Families = []string{"items", "tasks"} // it has asked for neither
	}
	if !slices.ContainsFunc(talk.Entries, ofProgram) {
		able.TakesKey, able.Creates, l.Client.mute = true, true, true // who says nothing may mean to
	}
	for _, e := range talk.Entries {
		able.TakesKey = able.TakesKey || e.Wants("") && nameIn(e, "items") == told.Key
		able.Creates = able.Creates || e.Wants("POST") && isList(e)
	}
	return able, nil
}

// isOf says whether a request is for something of the family.
func isOf(e *conversation.Entry, family string) bool {
	path, _, _ := strings.Cut(e.Request.Target, "?")
	return path == "/"+family || strings.HasPrefix(path, "/"+family+"/")
}

func isList(e *conversation.Entry) bool { return isOf(e, "tasks") && nameIn(e, "tasks") == "" }

// nameIn is the key or id that a request asks for, decoded; "" where it asks for none.
func nameIn(e *conversation.Entry, family string) string {
	path, _, _ := strings.Cut(e.Request.Target, "?")
	name, found := strings.CutPrefix(path, "/"+family+"/")
	if !found {
		return ""
	}
	decoded, err := url.PathUnescape(name)
	if err != nil || strings.Contains(name, "/") {
		return name
	}
	return decoded
}
