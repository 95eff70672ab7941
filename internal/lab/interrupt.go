package lab

import (
	"context"
	"fmt"
)

type lastKey struct{}

// WithLast returns a context like ctx. Last finds the other one in it.
func WithLast(ctx, last context.Context) context.Context {
	return context.WithValue(ctx, lastKey{}, last)
}

// Last returns a context for what is put in order after Ctrl-C has ended ctx. It ends when a person presses Ctrl-C again.
func Last(ctx context.Context) context.Context {
	if last, known := ctx.Value(lastKey{}).(context.Context); known {
		return last
	}
	return context.WithoutCancel(ctx)
}

// LeftBehind returns the sentence about items and tasks that a grading could not delete.
func LeftBehind(n int) string {
	return fmt.Sprintf("%d of the items and tasks that this grading made could not be deleted", n)
}

// Interrupted is the end of a grading by Ctrl-C that has left items and tasks on a server. It wraps the error of the context.
type Interrupted struct {
	Left int
	Err  error
}

func (i *Interrupted) Error() string { return "interrupted; " + LeftBehind(i.Left) }

// Unwrap returns the error of the context.
func (i *Interrupted) Unwrap() error { return i.Err }
