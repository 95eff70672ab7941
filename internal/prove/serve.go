package prove

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"

	"restlab/steps"
)

// served is a server that runs, at two addresses.
type served struct {
	at, other steps.Endpoint
	stop      func()
}

// serve serves on sockets, as a learner's program does, until it is stopped.
func serve(ctx context.Context, listening func(net.Listener) net.Listener, handler http.Handler) (*served, error) {
	var listeners [2]net.Listener
	var ends [2]steps.Endpoint
	plain := net.ListenConfig{KeepAlive: -1}
	for i := range listeners {
		l, err := plain.Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		listeners[i], ends[i] = listening(l), steps.Endpoint{Base: "http://" + l.Addr().String(), Address: l.Addr().String()}
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
