package main

import (
	"context"
	"os"
	"os/signal"

	"restlab/internal/lab"
	"restlab/internal/process"
)

// untilInterrupted returns a context that ends at the first signal that ends a command in good order. At the second one lab.Last ends
// too: then nothing is put in order any more. Call stop at the end.
func untilInterrupted() (ctx context.Context, stop func()) {
	last, hurry := context.WithCancel(context.Background())
	ctx, interrupt := context.WithCancel(lab.WithLast(context.Background(), last))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endings()...)
	go func() {
		for s := range signals {
			if process.IsLast(s, ctx.Err() != nil) {
				hurry()
				signal.Reset(os.Interrupt) // the next Ctrl-C ends the process; SIGTERM may come twice when the guard dies
			}
			interrupt()
		}
	}()
	return ctx, func() { signal.Stop(signals); interrupt(); hurry() }
}
