package prove

import (
	"cmp"
	"context"
	"runtime"
	"runtime/debug"
	"sync"
)

// Hundreds of gradings make much garbage: it is swept less often, as long as there is room.
const (
	garbage = 800
	room    = 1 << 30
)

// DefaultJobs is how many servers are graded at once: a grading waits now and then, so more than there are processors.
func DefaultJobs() int { return 2 * runtime.GOMAXPROCS(0) }

// Each calls do for 0 up to n, so many at once; 0 jobs stand for DefaultJobs. It ends with the first error, or with that
// of the context.
func Each(ctx context.Context, jobs, n int, do func(ctx context.Context, i int) error) error {
	defer debug.SetGCPercent(debug.SetGCPercent(garbage))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(room))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int)
	var workers sync.WaitGroup
	for range cmp.Or(jobs, DefaultJobs()) {
		workers.Go(func() {
			for i := range queue {
				if ctx.Err() != nil {
					continue
				}
				if err := do(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range n {
		queue <- i
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}
