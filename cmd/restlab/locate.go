package main

import (
	"context"
	"fmt"
	"slices"

	"restlab/internal/endpoint"
	"restlab/internal/grade"
	"restlab/internal/intermediary"
	"restlab/internal/lab"
	"restlab/internal/report"
	"restlab/steps"
)

// location is where the servers to be graded are.
type location struct {
	items, tasks lab.Endpoint
	replicas     lab.Replicas
	second       lab.Endpoint // of the program after --, zero for none
	isReference  bool
	commands     []string // that were started
	byHand       []string // how a person starts each at the same port
	close        []func()
}

// ask has a grading ask these servers.
func (l *location) ask(o grade.Options) grade.Options {
	o.Items, o.Tasks, o.Replicas, o.Commands = l.items, l.tasks, l.replicas, l.commands
	return o
}

// stop ends what was started for the grading. It may be called more than once.
func (l *location) stop() {
	for _, end := range slices.Backward(l.close) {
		end()
	}
	l.close = nil
}

// locate finds the servers that the flags name. Without any the reference is started, twice on one store. What stands
// in between is started too.
func (p *program) locate(ctx context.Context, f *gradeFlags, args []string) (*location, error) {
	l := new(location)
	done := false
	defer func() {
		if !done {
			l.stop() // in a panic too
		}
	}()
	if err := l.find(ctx, p, f, args); err != nil {
		return nil, err
	}
	done = true
	return l, nil
}

func (l *location) find(ctx context.Context, p *program, f *gradeFlags, args []string) error {
	items, tasks := f.items, f.tasks
	switch {
	case len(args) == 1:
		items, tasks = args, args
	case len(items)+len(tasks) == 0 && !f.any():
		bases, stop, err := startReference()
		if err != nil {
			return err
		}
		l.close = append(l.close, stop)
		items, tasks, l.isReference = bases, bases, true
	}
	found := map[string]lab.Endpoint{}
	for _, base := range slices.Concat(items, tasks) {
		if _, known := found[base]; known {
			continue
		}
		at, err := endpoint.Find(ctx, base)
		if err == nil && f.through != "" {
			at, err = l.before(at)
		}
		if err != nil {
			return err
		}
		found[base] = at
	}
	l.items, l.replicas.Items = split(items, found)
	l.tasks, l.replicas.Tasks = split(tasks, found)
	return l.findCommands(ctx, p, f)
}

// findCommands starts programs for the families that have one.
func (l *location) findCommands(ctx context.Context, p *program, f *gradeFlags) error {
	f.replicas = levelOr(f.level) == levelOr("")
	at, err := l.start(ctx, p, &f.commandFlags)
	if err != nil {
		return err
	}
	if l.second.Base != "" {
		if f.through != "" {
			if l.second, err = l.before(l.second); err != nil {
				return err
			}
		}
		l.replicas = lab.Replicas{Items: []lab.Endpoint{l.second}, Tasks: []lab.Endpoint{l.second}}
	}
	before := map[string]lab.Endpoint{}
	for family, end := range at {
		if _, known := before[end.Base]; !known && f.through != "" {
			if before[end.Base], err = l.before(end); err != nil {
				return err
			}
		}
		if through, is := before[end.Base]; is {
			end = through
		}
		if family == "items" {
			l.items = end
		} else {
			l.tasks = end
		}
	}
	return nil
}

// before starts a proxy before the server.
func (l *location) before(server lab.Endpoint) (lab.Endpoint, error) {
	i, err := intermediary.Start(intermediary.Proxy(server.Address))
	if err != nil {
		return lab.Endpoint{}, lab.Fault("no free port on 127.0.0.1 for the proxy: "+err.Error(), "")
	}
	l.close = append(l.close, i.Close)
	return steps.Behind(i, server), nil
}

// split returns the first of the servers, and the others.
func split(bases []string, found map[string]lab.Endpoint) (first lab.Endpoint, others []lab.Endpoint) {
	for i, base := range bases {
		if i == 0 {
			first = found[base]
		} else {
			others = append(others, found[base])
		}
	}
	return first, others
}

// sayHow tells how the programs that have been stopped are started again, where something is to be tried.
func (l *location) sayHow(text *report.Text, result *grade.Result) {
	if len(l.byHand) == 0 || result.Passed() || text.Quiet {
		return
	}
	fmt.Fprintln(text.Out, "To try what a card says, start your program yourself, in another terminal:")
	for _, command := range l.byHand {
		fmt.Fprintf(text.Out, "  %s\n", command)
	}
}
