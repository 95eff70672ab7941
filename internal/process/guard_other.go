//go:build !linux

package process

import (
	"context"
	"io"
	"os"
)

// Where the lab adopts nobody a guard could not tell what to end.

// IsGuarded says that there is no need of Guard.
func IsGuarded() bool { return true }

// Guard is for Linux.
func Guard(context.Context, []string, io.Reader, io.Writer, io.Writer) (int, error) { return 0, nil }

// IsLast reports whether after a signal nothing is put in order any more: at the second one.
func IsLast(_ os.Signal, isSecond bool) bool { return isSecond }
