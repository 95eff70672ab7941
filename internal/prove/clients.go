package prove

import (
	"context"
	"net/http"
	"slices"
	"time"

	"restlab/internal/catalogue"
	"restlab/internal/clients"
	"restlab/internal/conversation"
	"restlab/internal/fault"
	"restlab/internal/grade"
	"restlab/internal/launch"
	"restlab/steps"
)

// Clients are clients to grade by the rules for clients.
type Clients struct {
	Catalogue *catalogue.Catalogue
	Faults    []clients.Fault
	Choices   []clients.Choice
	Command   []string // starts the program whose flags --fault NAME and --choice NAME make it one of them
}

// patienceWithClient is longer than any client needs that ends.
const patienceWithClient = 8 * time.Second

const clientSubject = "clients"

func (c *Clients) rules() []*catalogue.Rule {
	if c.Catalogue == nil {
		return nil
	}
	return c.Catalogue.Rules
}

// restrict leaves out those to which no wanted rule applies.
func (c *Clients) restrict(wanted func(rule string) bool) {
	c.Faults = slices.DeleteFunc(slices.Clone(c.Faults), func(f clients.Fault) bool { return !slices.ContainsFunc(f.Breaks, wanted) })
	if !slices.ContainsFunc(c.rules(), func(r *catalogue.Rule) bool { return wanted(r.ID) }) {
		c.Choices = nil
	}
}

// rows adds a row for each.
func (c *Clients) rows(p *Proof, only []string) {
	for _, f := range c.Faults {
		p.Faults = append(p.Faults, &Row{Name: f.Name, Does: f.Does, Subject: clientSubject, Level: f.Level, Breaks: f.Breaks, Perhaps: []string{}, Cells: []*Cell{}, only: only})
	}
	for _, choice := range c.Choices {
		p.Choices = append(p.Choices, &Row{Name: choice.Name, Does: choice.Does, Subject: clientSubject, Level: highest, Breaks: []string{}, Perhaps: []string{}, Cells: []*Cell{}})
	}
}

// clientRows are the clients with their rows, which stand last in the proof.
type clientRows struct {
	Clients
	faults, choices []*Row
}

func newClientRows(c Clients, p *Proof) clientRows {
	return clientRows{c, p.Faults[len(p.Faults)-len(c.Faults):], p.Choices[len(p.Choices)-len(c.Choices):]}
}

// trials are those with the seed of that number.
func (c clientRows) trials(o Options, number int) []trial {
	var all []trial
	add := func(row *Row, flag string) {
		all = append(all, trial{row, o.Seed + uint64(number), o.part(c.Catalogue, row, len(all)+number), c.Catalogue, Client{c.Command, flag}})
	}
	for n, f := range c.Faults {
		add(c.faults[n], "--fault="+f.Name)
	}
	for n, choice := range c.Choices {
		add(c.choices[n], "--choice="+choice.Name)
	}
	return all
}

// Client is one of which it is known what it does wrong, if anything.
type Client struct {
	Command []string // starts the program
	Flag    string   // makes it this client
}

// Grade runs the client as a process of its own, as a learner's program is.
func (c Client) Grade(ctx context.Context, o grade.Options, _ bool) (*grade.Result, error) {
	host, err := conversation.Open(func() http.Handler { return fault.Server() })
	if err != nil {
		return nil, err
	}
	defer host.Close()
	command := launch.Command{Name: "client", Words: append(slices.Clone(c.Command), c.Flag)}
	o.Client = &steps.Client{Host: host, Run: func(ctx context.Context, told steps.Told) (*steps.Ending, error) {
		return launch.Run(ctx, command, told, patienceWithClient)
	}}
	return grade.Run(ctx, o)
}
