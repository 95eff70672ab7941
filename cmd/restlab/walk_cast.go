package main

import (
	"context"
	"slices"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/proof"
	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
	"restlab/internal/session"
	"restlab/internal/walk"
	"restlab/internal/wire"
)

// cast finds or starts who is asked.
func (p *program) cast(ctx context.Context, w *walking, f *walkFlags) (stop func(), err error) {
	stop = func() {}
	reference := onReference()
	switch {
	case w.isOfClients:
		w.Actors, err = clientActors(f)
	case f.fault != "":
		one, known := fault.Find(f.fault)
		if !known {
			return stop, unknown("fault", f.fault, fault.Names())
		}
		w.Actors = []*walk.Actor{{Name: "this server", Fault: one.Name, Does: one.Does, IsNew: true, Grade: onServer(proof.Faulty(one))}, reference}
	case f.target != "":
		var l *locate.Found
		if l, err = locate.Find(ctx, p.Terminal, &locate.Request{URL: f.target}); err != nil {
			return stop, err
		}
		stop = l.Stop
		w.Actors = []*walk.Actor{onTarget(l), reference}
		if w.Scenarios = filter(w.Scenarios, func(s *contract.Scenario) bool { return !s.Replicas }); len(w.Scenarios) == 0 {
			err = lab.Usage("this is about two replicas, and --target is one server", "leave --target out, and the lab starts two")
		}
	default:
		w.Actors = []*walk.Actor{reference}
	}
	return stop, err
}

func onReference() *walk.Actor {
	return &walk.Actor{Name: "the reference", IsRight: true, IsNew: true, Grade: onServer(proof.Right())}
}

func onTarget(l *locate.Found) *walk.Actor {
	return &walk.Actor{Name: "the server at " + l.Items.Base, Grade: func(ctx context.Context, o grade.Options) (*grade.Result, error) {
		o.Timeout = wire.DefaultTimeout
		return grade.Run(ctx, session.OptionsAt(o, l.Servers))
	}}
}

func onServer(s proof.Server) func(context.Context, grade.Options) (*grade.Result, error) {
	return func(ctx context.Context, o grade.Options) (*grade.Result, error) { return s.Grade(ctx, o, true) }
}

// clientActors are a client that is right, and one with a mistake.
func clientActors(f *walkFlags) ([]*walk.Actor, error) {
	if f.target != "" {
		return nil, lab.Usage("--target is a server, and these rules are for clients", "restlab grade-client -- COMMAND grades a client of your own")
	}
	right := &walk.Actor{Name: "the lab's own client", IsRight: true, IsClient: true, IsNew: true, Grade: func(ctx context.Context, o grade.Options) (*grade.Result, error) {
		return rightFor(o).Grade(ctx, o, false)
	}}
	if f.fault == "" {
		return []*walk.Actor{right}, nil
	}
	for _, one := range client.Faults() {
		if one.Name == f.fault {
			wrong := &walk.Actor{Name: "this client", Fault: one.Name, Does: one.Does, IsClient: true, IsNew: true, Grade: func(ctx context.Context, o grade.Options) (*grade.Result, error) {
				return proof.Client(one.Name).Grade(ctx, o, false)
			}}
			return []*walk.Actor{wrong, right}, nil
		}
	}
	return nil, unknown("fault", f.fault, clientNames())
}

// rightFor is a right client that does what a scenario is about.
func rightFor(o grade.Options) proof.Client {
	s := o.Contract.Scenario(o.Scenarios[0])
	switch {
	case s.Families[0] == "items":
		return ""
	case slices.Contains(s.If, contract.Creates):
		return "tasks-of-the-server"
	}
	return "tasks"
}
