package terminal

import (
	"bufio"
	"cmp"
	"context"
	"io"
)

// Lines returns a function that reads one line of the input at a time, and at a terminal no further. Its error is io.EOF at the end of
// the input, or the context's: the person may press Ctrl-C.
func Lines(ctx context.Context, in io.Reader) func() (string, error) {
	scanner := bufio.NewScanner(in)
	return func() (string, error) {
		next := make(chan string, 1)
		go func() {
			defer close(next)
			if ctx.Err() == nil && scanner.Scan() {
				next <- scanner.Text()
			}
		}()
		select {
		case line, open := <-next:
			if open {
				return line, nil
			}
		case <-ctx.Done():
		}
		return "", cmp.Or(ctx.Err(), io.EOF)
	}
}
