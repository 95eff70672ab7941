package prove

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"

	"restlab/steps"
)

// serve serves on a socket of its own, as a learner's program does, until it is stopped.
func serve(ctx context.Context, listening func(net.Listener) net.Listener, handler http.Handler) (steps.Endpoint, func(), error) {
	quick := net.ListenConfig{KeepAlive: -1}
	l, err := quick.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return steps.Endpoint{}, nil, err
	}
	s := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(listening(l)) // returns when it is closed
	}()
	stop := func() {
		_ = s.Close()
		<-done
	}
	return steps.Endpoint{Base: "http://" + l.Addr().String(), Address: l.Addr().String()}, stop, nil
}
