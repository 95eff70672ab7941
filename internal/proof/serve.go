package proof

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/proof/fault"
)

// patience with one answer is long, so that a busy machine decides nothing.
const patience = time.Minute

// Server is one of which it is known what it does wrong, if anything.
type Server struct {
	handler   func() http.Handler
	listening func(net.Listener) net.Listener
	patience  time.Duration
}

// Faulty is the server with this one mistake.
func Faulty(f fault.Fault) Server {
	s := Server{f.Handler, f.Listener, patience}
	if hangs(f.Name) { // of this server alone it is known that no answer comes
		s.patience = 5 * time.Second
	}
	return s
}

// Right is the reference, or with choices one that is right in another way.
func Right(choices ...fault.Choice) Server {
	return Server{func() http.Handler { return fault.Server(choices...) }, func(l net.Listener) net.Listener { return l }, patience}
}

// Grade serves the server, its store empty, while it is graded: both families, and a second replica where that is wanted.
func (s Server) Grade(ctx context.Context, o grade.Options, replicas bool) (*grade.Result, error) {
	running, err := serve(ctx, s.listening, s.handler())
	if err != nil {
		return nil, err
	}
	defer running.stop()
	o.Items, o.Tasks, o.Timeout = running.at, running.at, s.patience
	if replicas {
		other := []lab.Endpoint{running.other}
		o.Replicas = lab.Replicas{Items: other, Tasks: other}
	}
	return grade.Run(ctx, o)
}

// served is a server that runs, at two addresses.
type served struct {
	at, other lab.Endpoint
	stop      func()
}

// serve serves on sockets, as a learner's program does, until it is stopped.
func serve(ctx context.Context, listening func(net.Listener) net.Listener, handler http.Handler) (*served, error) {
	var listeners [2]net.Listener
	var ends [2]lab.Endpoint
	plain := net.ListenConfig{KeepAlive: -1}
	plain.SetMultipathTCP(false) // no client here has more than one path
	for i := range listeners {
		l, err := plain.Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		listeners[i], ends[i] = listening(l), lab.Endpoint{Base: "http://" + l.Addr().String(), Address: l.Addr().String()}
	}
	s := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan struct{}, len(listeners))
	for _, l := range listeners {
		go func() {
			_ = s.Serve(l) // returns when it is closed
			done <- struct{}{}
		}()
	}
	stop := func() {
		_ = s.Close()
		for range listeners {
			<-done
		}
	}
	return &served{ends[0], ends[1], stop}, nil
}
