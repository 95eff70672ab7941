package steps

import (
	"context"
	"net/http"
	"sync"
	"time"

	"restlab/internal/wire"
)

// patienceWithOthers is how long another client waits for its answer while one keeps a connection and asks nothing.
const patienceWithOthers = time.Second

// Look asks for so many resources that are not there, at the same moment, and returns how long all answers took, with the timeout for
// what is not answered. It is no part of any scenario.
func (g *Grading) Look(ctx context.Context, n int, timeout time.Duration) time.Duration {
	began := time.Now()
	var all sync.WaitGroup
	for range n {
		all.Go(func() { g.looker(timeout).Do(ctx, g.nothing()) })
	}
	all.Wait()
	return time.Since(began)
}

// LookAtConnections finds out whether a client that keeps its connection keeps all others waiting. Then no client keeps one, so
// that scenarios which run at once do not wait for each other.
func (g *Grading) LookAtConnections(ctx context.Context, took time.Duration) {
	first := g.looker(2*took + patienceWithOthers)
	first.Keep = true
	defer first.Close()
	if x := first.Do(ctx, g.nothing()); x.Trouble != nil {
		return
	}
	x := g.looker(2*took+patienceWithOthers).Do(ctx, g.nothing())
	g.oneAtATime = x.Trouble != nil && x.Trouble.Kind == wire.NoAnswer
}

// looker returns a client that belongs to no scenario.
func (g *Grading) looker(timeout time.Duration) *wire.Client {
	at := g.at(g.nothing().Target)
	return &wire.Client{Name: "look", Base: at.Base, Address: at.Address, TLS: at.TLS, Origin: at.Origin, Timeout: timeout}
}

// nothing returns a request for a resource that is not there.
func (g *Grading) nothing() wire.Request {
	return wire.Request{Method: http.MethodGet, Target: "/" + g.families()[0] + "/look" + hashed(g.Run)[:10]}
}

// othersAreAnswered checks what LookAtConnections has seen.
func (s *Scenario) othersAreAnswered() error {
	if !s.grading.oneAtATime {
		return nil
	}
	return &Failure{
		Asked: "two clients: one keeps its connection open and sends nothing", At: atAnswer,
		Expected: "an answer for the other one", Received: "none within " + patienceWithOthers.String(),
	}
}
