package main

import (
	"bufio"
	"cmp"
	"context"
	"io"
)

// lines gives one line of the input after the other, and reads at a terminal no further than that. The error is io.EOF where it has
// ended, or the context's: somebody who is asked may press Ctrl-C.
func lines(ctx context.Context, in io.Reader) func() (string, error) {
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
