package steps

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"restlab/internal/conversation"
	"restlab/internal/lab"
)

// Client is a program that is graded as a client. It runs once in each situation that scenarios need, one run at a time.
type Client struct {
	Host     *conversation.Host
	Run      func(context.Context, lab.Input) (*lab.Exit, error) // to its end
	Families []string                                            // that it is a client of; none to find out
	Known    bool                                                // where it asks for nothing the lab serves at the ports of the course too

	runs   map[string]*ClientRun
	silent bool // it asks for nothing even where nothing is in its way
}

// ClientRun is one run of a client: its requests, and how it ended.
type ClientRun struct {
	*conversation.Record
	Exit *lab.Exit
}

// clone returns a copy of the parts that each scenario releases when it ends.
func (t *ClientRun) clone() *ClientRun {
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
	return &ClientRun{Record: &record, Exit: t.Exit}
}

// run runs the program in the situation, once in each. A second attempt is a new run.
func (c *Client) run(ctx context.Context, m Meta, s conversation.Situation, input lab.Input) (*ClientRun, error) {
	id := input.Key + " " + s.Key()
	if m.Attempt > 0 {
		id += " again"
	}
	if clientRun := c.runs[id]; clientRun != nil {
		return clientRun, nil
	}
	input.Items, input.Tasks = c.Host.Items, c.Host.Tasks
	clientRun := new(ClientRun)
	record, err := c.Host.Hold(ctx, s, func(ctx context.Context) error {
		var err error
		clientRun.Exit, err = c.Run(ctx, input)
		return err
	})
	if err != nil {
		return nil, err
	}
	clientRun.Record = record
	if c.runs == nil {
		c.runs = map[string]*ClientRun{}
	}
	c.runs[id] = clientRun
	return clientRun, nil
}

// input returns the names and values that the program gets in this grading.
func (g *Grading) input(m Meta) lab.Input {
	fill, _ := g.names(m)
	draw := func(what string) string { return g.draw("told", m.Attempt, what) }
	return lab.Input{Key: fill.Replace("{key}"), ID: fill.Replace("{id}"), Value: "v" + draw("value"), Other: "o" + draw("other"), Description: "Learn " + draw("description")}
}

// clientMeta is the same for all scenarios of a client, so that one run serves many of them.
func clientMeta(attempt int) Meta { return Meta{ID: "client", Attempt: attempt} }

// Abilities says what a client does in the plainest situation. A scenario may need one of these.
type Abilities struct {
	Families  []string
	TakesKey  bool // the item that it asks for is the one that it was told
	Creates   bool // it lets the server choose the id of a task: POST /tasks
	ClientRun *ClientRun
}

// Probe runs the client in the plainest situation, to see what it does. The error is that of the Client's Run.
func (g *Grading) Probe(ctx context.Context) (*Abilities, error) {
	m := clientMeta(0)
	input := g.input(m)
	clientRun, err := g.Client.run(ctx, m, conversation.Situation{}, input)
	if err != nil {
		return nil, err
	}
	if g.Client.Known && !slices.ContainsFunc(clientRun.Entries, ofProgram) {
		if err := g.Client.Host.UseKnown(); err != nil {
			return nil, err
		}
		clear(g.Client.runs)
		if clientRun, err = g.Client.run(ctx, m, conversation.Situation{}, input); err != nil {
			return nil, err
		}
	}
	abilities := &Abilities{Families: g.Client.Families, ClientRun: clientRun}
	for _, family := range []string{"items", "tasks"} {
		if len(g.Client.Families) == 0 && slices.ContainsFunc(clientRun.Entries, func(e *conversation.Entry) bool { return e.Wants("") && isOf(e, family) }) {
			abilities.Families = append(abilities.Families, family)
		}
	}
	if len(abilities.Families) == 0 {
		abilities.Families = []string{"items", "tasks"} // it has asked for neither
	}
	if !slices.ContainsFunc(clientRun.Entries, ofProgram) {
		abilities.TakesKey, abilities.Creates, g.Client.silent = true, true, true // who says nothing may mean to
	}
	for _, e := range clientRun.Entries {
		abilities.TakesKey = abilities.TakesKey || e.Wants("") && nameIn(e, "items") == input.Key
		abilities.Creates = abilities.Creates || e.Wants("POST") && isList(e)
	}
	return abilities, nil
}

// isOf reports whether a request is about the family.
func isOf(e *conversation.Entry, family string) bool {
	path, _, _ := strings.Cut(e.Request.Target, "?")
	return path == "/"+family || strings.HasPrefix(path, "/"+family+"/")
}

func isList(e *conversation.Entry) bool { return isOf(e, "tasks") && nameIn(e, "tasks") == "" }

// nameIn returns the decoded key or id in the target of a request, "" if there is none.
func nameIn(e *conversation.Entry, family string) string { return nameOf(e.Request.Target, family) }

func nameOf(target, family string) string {
	path, _, _ := strings.Cut(target, "?")
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
