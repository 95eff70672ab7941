package server

import (
	"context"
	"io"
	"net/http"
	"time"
)

// turns let a few requests at a time do what costs much, for example keep a large body in memory. A few more wait.
type turns struct {
	taken chan struct{}
	queue chan struct{} // of those that have a turn, or wait for one
	wait  time.Duration
}

func newTurns(atOnce int, limits Limits) turns {
	return turns{make(chan struct{}, atOnce), make(chan struct{}, atOnce+limits.Waiting), limits.Turn}
}

// take waits for a turn, and returns the function that ends the turn. It returns errBusy if too many wait already, or
// if the wait takes too long.
func (t turns) take(ctx context.Context) (end func(), err error) {
	select {
	case t.queue <- struct{}{}:
	default:
		return nil, errBusy
	}
	timer := time.NewTimer(t.wait)
	defer timer.Stop()
	select {
	case t.taken <- struct{}{}:
		return func() { <-t.taken; <-t.queue }, nil
	case <-ctx.Done():
	case <-timer.C:
	}
	<-t.queue
	return nil, errBusy
}

var errBusy = refusal{http.StatusServiceUnavailable, "Too many others want this at once: try again"}

// bodyOfWork is a body that takes a turn when all of it has come, or fails with errBusy.
type bodyOfWork struct {
	io.ReadCloser
	request *http.Request
	turns   turns
	endTurn func() // nil before the turn
}

func (b *bodyOfWork) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF && b.endTurn == nil { //nolint:errorlint // as io.Reader promises it
		end, busy := b.turns.take(b.request.Context())
		if busy != nil {
			return n, busy
		}
		b.endTurn = end
	}
	return n, err
}

func (b *bodyOfWork) end() {
	if b.endTurn != nil {
		b.endTurn()
	}
}
