package walk

import (
	"context"
	"slices"

	"restlab/internal/contract"
	"restlab/internal/endpoint"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/proof"
	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
	"restlab/internal/wire"
)

// actors returns who is asked: the faulty or the given one first, and after it the right one, to hold beside it.
func (r Request) actors(ctx context.Context, c *contract.Contract) ([]*Actor, error) {
	switch {
	case c == r.Clients && r.Target != "":
		return nil, lab.Usage("--target is a server, and these rules are for clients", "restlab grade-client -- COMMAND grades a client of your own")
	case c == r.Clients && r.Fault != "":
		f, known := client.Find(r.Fault)
		if !known {
			return nil, fault.Unknown("fault", r.Fault, client.Names())
		}
		return []*Actor{faultyClient(f), rightClient()}, nil
	case c == r.Clients:
		return []*Actor{rightClient()}, nil
	case r.Fault != "":
		f, known := fault.Find(r.Fault)
		if !known {
			return nil, fault.Unknown("fault", r.Fault, fault.Names())
		}
		return []*Actor{faultyServer(f), Reference()}, nil
	case r.Target != "":
		at, err := endpoint.Find(ctx, r.Target, endpoint.Trust{})
		if err != nil {
			return nil, err
		}
		return []*Actor{serverAt(at), Reference()}, nil
	}
	return []*Actor{Reference()}, nil
}

// Reference returns the server that keeps all rules, started anew for each scenario.
func Reference() *Actor {
	return &Actor{Name: "the reference", IsRight: true, IsNew: true, Grade: startedFor(proof.Right())}
}

// faultyServer returns the server with one mistake, started anew for each scenario.
func faultyServer(f fault.Fault) *Actor {
	return &Actor{Name: "this server", Fault: f.Name, Does: f.Does, IsNew: true, Grade: startedFor(proof.Faulty(f))}
}

// startedFor returns a function that starts the server and its replica for each grading.
func startedFor(s proof.Server) func(context.Context, grade.Options) (*grade.Result, error) {
	return func(ctx context.Context, o grade.Options) (*grade.Result, error) { return s.Grade(ctx, o, true) }
}

// serverAt returns a server that runs already.
func serverAt(at lab.Endpoint) *Actor {
	return &Actor{Name: "the server at " + at.Base, Grade: func(ctx context.Context, o grade.Options) (*grade.Result, error) {
		o.Items, o.Tasks, o.Timeout = at, at, wire.DefaultTimeout
		return grade.Run(ctx, o)
	}}
}

// rightClient returns the client of the lab that keeps all rules.
func rightClient() *Actor {
	return &Actor{Name: "the lab's own client", IsRight: true, IsClient: true, IsNew: true, Grade: func(ctx context.Context, o grade.Options) (*grade.Result, error) {
		return rightClientFor(o.Contract.Scenario(o.Scenarios[0])).Grade(ctx, o, false)
	}}
}

// rightClientFor returns the right client of the resource that the scenario is about.
func rightClientFor(s *contract.Scenario) proof.Client {
	switch {
	case s.Families[0] == "items":
		return ""
	case slices.Contains(s.If, contract.Creates):
		return "tasks-of-the-server"
	}
	return "tasks"
}

// faultyClient returns the client with one mistake.
func faultyClient(f client.Fault) *Actor {
	return &Actor{Name: "this client", Fault: f.Name, Does: f.Does, IsClient: true, IsNew: true, Grade: func(ctx context.Context, o grade.Options) (*grade.Result, error) {
		return proof.Client(f.Name).Grade(ctx, o, false)
	}}
}
