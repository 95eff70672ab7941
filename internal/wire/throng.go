package wire

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"time"
)

// Where many clients come at once, a server that takes one connection after the other has more of them waiting than its
// system keeps for it: Python's http.server keeps five. The rest are dropped without a word, and come again on their own only
// after one second, three, seven. The server has done nothing wrong, and has not even seen them. So a client in a throng
// does not wait for that: as long as its request cannot have been read to the end, it comes back on a new connection.

var errUnheard = errors.New("the server has not taken the connection")

const (
	firstPatience = gateWait               // doubled from one attempt to the next
	maxPause      = 100 * time.Millisecond // between two attempts, drawn so that not all come back at once
	listenEvery   = time.Millisecond
)

// throng is exchange for one of many clients that come at once.
func (c *Client) throng(ctx context.Context, r Request) (*Answer, error) {
	for patience := firstPatience; ; patience *= 2 {
		conn, err := c.dialWithin(ctx, patience)
		if err == nil {
			conn.patience = patience
			var answer *Answer
			if answer, err = c.over(ctx, conn, r); !errors.Is(err, errUnheard) {
				return answer, err
			}
		} else if !isTimeout(err) || ctx.Err() != nil {
			return nil, err
		}
		select {
		case <-time.After(rand.N(maxPause)):
		case <-ctx.Done():
			return nil, &dialError{ctx.Err()}
		}
	}
}

func (c *Client) dialWithin(ctx context.Context, patience time.Duration) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return c.dial(ctx)
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// isHeard waits until the other end has taken all that was sent, and is false where it does not in time. It then breaks
// the connection off, so that nothing of it is left in the server's queue.
func (c *connection) isHeard(ctx context.Context) bool {
	for deadline := time.Now().Add(c.patience); ; time.Sleep(listenEvery) {
		switch n := outstanding(c.Conn); {
		case n == 0:
			return true
		case time.Now().After(deadline) || ctx.Err() != nil:
			if tcp, ok := c.Conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			return false
		}
	}
}
