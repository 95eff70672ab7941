package process

import (
	"context"
	"fmt"
	"io"
	"time"

	"restlab/internal/lab"
)

// Run runs a program that ends by itself, and stops it with all that it has started where it has not ended within the limit. What
// it is told stands in its variables, and in its command. The error is a *lab.Error, or the context's; nothing lives then.
func Run(ctx context.Context, c Command, in lab.Input, limit time.Duration) (*lab.Exit, error) {
	out := &output{name: c.Name, live: c.Live}
	c.Words, c.given = in.Fill(c.Words), in.Variables()
	p, err := run(&c, in.Port(), "", out)
	if err != nil {
		return nil, err
	}
	late := false
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-p.exited:
	case <-timer.C:
		late = true
	case <-ctx.Done():
		p.end()
		return nil, ctx.Err()
	}
	if !late {
		p.settle() // what it printed last
	}
	if !p.end() {
		return nil, lab.Unreachable("a process of the program cannot be ended", "look for it, and end it yourself")
	}
	return &lab.Exit{How: p.how, TimedOut: late, Limit: limit, Output: out.text(), Last: out.last(shownLines)}, nil
}

// Call is Run for a function instead of a program: what it writes was printed, and what it returns is its exit status. It has to
// end when its context does. The error is the context's.
func Call(ctx context.Context, name string, limit time.Duration, program func(context.Context, io.Writer) (status int)) (*lab.Exit, error) {
	out := &output{name: name}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	status := program(limited, out)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	late := limited.Err() != nil
	return &lab.Exit{How: fmt.Sprintf("exit status %d", status), TimedOut: late, Limit: limit, Output: out.text(), Last: out.last(shownLines)}, nil
}
