package wire

import (
	"context"
	"sync"
	"time"
)

// Gate lets requests arrive at the same time: each waits, all but its last byte sent, until the others are as far. It
// does not wait long for stragglers, because a server that takes one connection after the other never sees them all; and
// those who come later find it open.
type Gate struct {
	mu      sync.Mutex
	missing int
	open    chan struct{}
	opening sync.Once
}

const gateWait = 250 * time.Millisecond

// NewGate returns a gate for so many requests.
func NewGate(n int) *Gate { return &Gate{missing: n, open: make(chan struct{})} }

// Wait counts a request as arrived, and waits for the others. A request that will not come so far has to Leave.
func (g *Gate) Wait() {
	g.Leave()
	straggler := time.NewTimer(gateWait)
	defer straggler.Stop()
	select {
	case <-g.open:
	case <-straggler.C:
		g.opens()
	}
}

// Leave counts a request as arrived.
func (g *Gate) Leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.missing--; g.missing == 0 {
		g.opens()
	}
}

func (g *Gate) opens() { g.opening.Do(func() { close(g.open) }) }

// DoAt is Do for one of the requests that pass the gate together.
func (c *Client) DoAt(ctx context.Context, r Request, gate *Gate) *Exchange {
	arrived := false
	c.hold = func() { arrived = true; gate.Wait() }
	defer func() {
		if !arrived {
			gate.Leave()
		}
	}()
	return c.Do(ctx, r)
}
