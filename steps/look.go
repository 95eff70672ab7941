package steps

import (
	"context"
	"net/http"
	"sync"
	"time"

	"restlab/internal/wire"
)

// Look asks for so many resources that are not there, at the same moment, and returns how long all answers took, with the timeout for
// what is not answered. It is no part of any scenario.
func (g *Grading) Look(ctx context.Context, n int, timeout time.Duration) time.Duration {
	at, target := g.Items, "/items/"
	if at.Base == "" {
		at, target = g.Tasks, "/tasks/"
	}
	began := time.Now()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			client := wire.Client{Name: "look", Base: at.Base, Address: at.Address, Origin: at.Origin, Timeout: timeout}
			client.Do(ctx, wire.Request{Method: http.MethodGet, Target: target + "look" + hashed(g.Run, i)[:10]})
		})
	}
	all.Wait()
	return time.Since(began)
}
