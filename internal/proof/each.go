package proof

import (
	"cmp"
	"context"
	"runtime"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
)

const (
	garbage = 800 // percent of what is in use
	room    = 1 << 30
)

// SweepRarely has the garbage of hundreds of gradings swept less often, as long as there is room, until restore is called.
func SweepRarely() (restore func()) {
	percent, most := debug.SetGCPercent(garbage), debug.SetMemoryLimit(room)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(most)
	}
}

// DefaultJobs is how many servers are graded at once: a grading waits now and then, so more than there are processors.
func DefaultJobs() int { return 2 * runtime.GOMAXPROCS(0) }

// Each calls do for 0 up to n, so many at once; 0 jobs stand for DefaultJobs. It ends with the first error, or with that
// of the context.
func Each(ctx context.Context, jobs, n int, do func(ctx context.Context, i int) error) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(cmp.Or(jobs, DefaultJobs()))
	for i := range n {
		all.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return do(ctx, i)
		})
	}
	return all.Wait()
}
