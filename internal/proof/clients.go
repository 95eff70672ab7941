package proof

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"restlab/internal/contract"
	"restlab/internal/conversation"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
	"restlab/steps"
)

// Clients are clients to grade by the rules for clients.
type Clients struct {
	Contract *contract.Contract
	Faults   []client.Fault
	Choices  []client.Choice
}

// patienceWithClient is longer than any client needs that ends.
const patienceWithClient = 8 * time.Second

const clientSubject = "clients"

func (c *Clients) rules() []*contract.Rule {
	if c.Contract == nil {
		return nil
	}
	return c.Contract.Rules
}

// restrict leaves out those to which no wanted rule applies.
func (c *Clients) restrict(wanted func(rule string) bool) {
	c.Faults = slices.DeleteFunc(slices.Clone(c.Faults), func(f client.Fault) bool { return !slices.ContainsFunc(f.Breaks, wanted) })
	if !slices.ContainsFunc(c.rules(), func(r *contract.Rule) bool { return wanted(r.ID) }) {
		c.Choices = nil
	}
}

// rows adds a row for each.
func (c *Clients) rows(p *Proof, only []string) {
	for _, f := range c.Faults {
		p.Faults = append(p.Faults, &Row{Name: f.Name, Does: f.Does, Subject: clientSubject, Level: f.Level, Breaks: f.Breaks, Perhaps: []string{}, Reason: f.Reason, Cells: []*Cell{}, only: only})
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
	for _, row := range slices.Concat(c.faults, c.choices) {
		all = append(all, trial{row, o.Seed + uint64(number), o.part(c.Contract, row, len(all)+number), c.Contract, Client(row.Name)})
	}
	return all
}

// Client is the name of one of which it is known what it does wrong, if anything; "" of the one that is right.
type Client string

// Grade runs the client, which talks over sockets, as a learner's program does.
func (c Client) Grade(ctx context.Context, o grade.Options, _ bool) (*grade.Result, error) {
	host, err := conversation.Open(func() http.Handler { return fault.Server() })
	if err != nil {
		return nil, err
	}
	defer host.Close()
	o.Client = &steps.Client{Host: host, Run: func(ctx context.Context, told lab.Input) (*lab.Exit, error) {
		return process.Call(ctx, "client", patienceWithClient, func(ctx context.Context, out io.Writer) int {
			status, _ := client.Run(ctx, string(c), told.Variable, out, out)
			return status
		})
	}}
	return grade.Run(ctx, o)
}
