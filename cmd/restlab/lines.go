package main

import (
	"bufio"
	"cmp"
	"context"
	"io"
)

// lines gives one line of the input after the other. The error is io.EOF where it has ended, or the context's: somebody who is asked may
// press Ctrl-C.
func lines(ctx context.Context, in io.Reader) func() (string, error) {
	all := make(chan string)
	go func() {
		defer close(all)
		for scanner := bufio.NewScanner(in); scanner.Scan(); {
			select {
			case all <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() (string, error) {
		select {
		case line, open := <-all:
			if open {
				return line, nil
			}
		case <-ctx.Done():
		}
		return "", cmp.Or(ctx.Err(), io.EOF)
	}
}
