package locate

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"slices"

	"restlab/internal/endpoint"
	"restlab/internal/intermediary"
	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/internal/terminal"
	"restlab/server"
)

// Found are servers that respond. Stop ends the programs that were started for them.
type Found struct {
	lab.Servers
	IsReference bool
	ByHand      []string // how a person starts each program at the same port

	close []func()
}

// Stop ends the programs. It may be called more than once.
func (f *Found) Stop() {
	for _, end := range slices.Backward(f.close) {
		end()
	}
	f.close = nil
}

// Find finds the servers of a request that Check has accepted. If the request names none, it starts the reference twice on
// one store. The error is a *lab.Error, or the context's; then no started program is left.
func Find(ctx context.Context, t *terminal.Terminal, r *Request) (*Found, error) {
	f := new(Found)
	done := false
	defer func() {
		if !done {
			f.Stop() // in a panic too
		}
	}()
	if err := f.findAll(ctx, t, r); err != nil {
		return nil, err
	}
	done = true
	return f, nil
}

func (f *Found) findAll(ctx context.Context, t *terminal.Terminal, r *Request) error {
	f.Through = r.Through
	items, tasks := r.Items, r.Tasks
	switch {
	case r.URL != "":
		items, tasks = []string{r.URL}, []string{r.URL}
	case !r.NamesURL() && !r.Any():
		bases, stop, err := StartReference()
		if err != nil {
			return err
		}
		f.close = append(f.close, stop)
		items, tasks, f.IsReference = bases, bases, true
	}
	trust, err := endpoint.ReadTrust(r.Insecure, r.CACert)
	if err != nil {
		return err
	}
	at := map[string]lab.Endpoint{}
	for _, base := range slices.Concat(items, tasks) {
		if _, known := at[base]; known {
			continue
		}
		end, err := endpoint.Find(ctx, base, trust)
		if err == nil {
			end, err = f.through(end)
		}
		if err != nil {
			return err
		}
		at[base] = end
	}
	noteOtherBase(ctx, t, at)
	f.Items, f.Replicas.Items = split(items, at)
	f.Tasks, f.Replicas.Tasks = split(tasks, at)
	return f.startAll(ctx, t, r)
}

// usualPaths are paths that many APIs put before their resources.
var usualPaths = []string{"/api", "/api/v1", "/v1", "/rest"}

// noteOtherBase prints a note if a server has nothing at its base URL, but a list of tasks below one of usualPaths.
func noteOtherBase(ctx context.Context, t *terminal.Terminal, servers map[string]lab.Endpoint) {
	for base, at := range servers {
		if at.Origin != "" || endpoint.Status(ctx, at, "/tasks") != http.StatusNotFound {
			continue
		}
		for _, path := range usualPaths {
			if endpoint.Status(ctx, at, path+"/tasks") == http.StatusOK {
				t.Note("%s/tasks is 404, but %s/tasks is there: is %s the base URL?", base, base+path, base+path)
				break
			}
		}
	}
}

// split returns the first of the servers, and the others.
func split(bases []string, at map[string]lab.Endpoint) (first lab.Endpoint, others []lab.Endpoint) {
	for i, base := range bases {
		if i == 0 {
			first = at[base]
		} else {
			others = append(others, at[base])
		}
	}
	return first, others
}

// through starts a proxy in front of the server, if the request wants one, and returns the endpoint to use.
func (f *Found) through(server lab.Endpoint) (lab.Endpoint, error) {
	if f.Through == "" {
		return server, nil
	}
	i, err := intermediary.Start(intermediary.Proxy(server))
	if err != nil {
		return server, lab.Fault("no free port on 127.0.0.1 for the proxy: "+err.Error(), "")
	}
	f.close = append(f.close, i.Close)
	return i.Before(server), nil
}

// startAll starts the programs of the request.
func (f *Found) startAll(ctx context.Context, t *terminal.Terminal, r *Request) error {
	if len(r.Words) > 0 {
		one := r.Command("server", r.Words, r.Port, "--port")
		one.Replica = r.TellReplica
		end, replicas, err := f.start(ctx, t, &r.Programs, one)
		if err != nil {
			return err
		}
		f.Items, f.Tasks = end, end
		f.Replicas = lab.Replicas{Items: replicas, Tasks: replicas}
		return nil
	}
	for _, one := range []struct {
		family, line string
		port         int
		at           *lab.Endpoint
		replicas     *[]lab.Endpoint
	}{{"items", r.ItemsLine, r.ItemsPort, &f.Items, &f.Replicas.Items}, {"tasks", r.TasksLine, r.TasksPort, &f.Tasks, &f.Replicas.Tasks}} {
		if one.line == "" {
			continue
		}
		words, err := process.Split(one.line)
		if err != nil {
			return err
		}
		command := r.Command(one.family, words, one.port, "--"+one.family+"-port")
		command.Replica = r.TellReplica
		if *one.at, *one.replicas, err = f.start(ctx, t, &r.Programs, command); err != nil {
			return err
		}
	}
	return nil
}

// start starts one program. It returns its endpoint, and a second one if the program serves its store there too.
func (f *Found) start(ctx context.Context, t *terminal.Terminal, p *Programs, c process.Command) (end lab.Endpoint, replicas []lab.Endpoint, err error) {
	if p.ShowOutput {
		c.Live = t.Err
	}
	c.Note = func(remark string) { t.Note("%s", remark) }
	running, err := process.Start(ctx, c, t.Err)
	if err != nil {
		return end, nil, err
	}
	f.close = append(f.close, func() {
		if err := running.Stop(); err != nil {
			t.Note("%s", err)
		}
	})
	if end, err = endpoint.Find(ctx, running.Base()+p.BasePath, endpoint.Trust{}); err != nil {
		return end, nil, err
	}
	if running.OnlyIPv6() {
		t.Note("your program listens on %s only, which is IPv6: clients that ask 127.0.0.1 do not find it", running.Address)
	}
	end.Program = running
	f.Commands = append(f.Commands, c.String())
	f.ByHand = append(f.ByHand, running.ByHand())
	if second := running.Second(); second != "" {
		replica, err := endpoint.Find(ctx, "http://"+second+p.BasePath, endpoint.Trust{})
		if err != nil {
			return end, nil, err
		}
		replica.Program = running
		if replica, err = f.through(replica); err != nil {
			return end, nil, err
		}
		replicas = []lab.Endpoint{replica}
	}
	end, err = f.through(end)
	return end, replicas, err
}

// StartReference serves the reference at two free ports until stop is called, as two servers that share a store. The error is a *lab.Error.
func StartReference() (bases []string, stop func(), err error) {
	var listeners []net.Listener
	for range 2 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			for _, open := range listeners {
				_ = open.Close()
			}
			return nil, nil, lab.Unreachable("no free port on 127.0.0.1 for the reference: "+err.Error(), "")
		}
		listeners = append(listeners, l)
		bases = append(bases, "http://"+l.Addr().String())
	}
	ctx, cancel := context.WithCancel(context.Background())
	log := slog.New(slog.DiscardHandler)
	limits := server.DefaultLimits()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(ctx, server.New(server.NewMemory(limits.Stored), limits, log), limits, log, listeners...)
	}()
	return bases, func() { cancel(); <-done }, nil
}
