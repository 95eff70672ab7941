//go:build linux

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
)

// A promise is one line of the table: what was done to the server, what was seen, and what has to be seen.
type promise struct {
	what, seen, want string
	kept             bool
}

// load tells whether the reference keeps its promises under load.
func load(ctx context.Context, bench *lab, seconds int) error {
	seconds = cmp.Or(seconds, 30)
	var table []promise
	for _, part := range []func(context.Context, *lab, int) ([]promise, error){mixed, stopped, crowded, attacked} {
		promises, err := part(ctx, bench, seconds)
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		if err != nil {
			return err
		}
		table = append(table, promises...)
	}
	return printTable(table)
}

func printTable(table []promise) error {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	broken := 0
	for _, p := range table {
		verdict := "kept"
		if !p.kept {
			verdict = "BROKEN"
			broken++
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", p.what, p.seen, p.want, verdict)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if broken > 0 {
		return fmt.Errorf("%d of %d promises do not hold", broken, len(table))
	}
	return nil
}

// mixed keeps 64 connections busy with reads and writes. Memory is flat if the last third of the time needs at most a
// fifth more than the first: what the store and the connections take is taken by then.
func mixed(ctx context.Context, bench *lab, seconds int) ([]promise, error) {
	fmt.Printf("mixed load: 64 connections for %d s\n", seconds)
	server, err := bench.reference(ctx)
	if err != nil {
		return nil, err
	}
	defer server.kill()
	samples := server.watchMemory()
	result, err := bench.wrk(ctx, "mixed.lua", 1, 64, seconds, server.url(""))
	memory := samples()
	if err != nil {
		return nil, err
	}
	third := len(memory) / 3
	first, last := median(memory[:third]), median(memory[len(memory)-third:])
	return []promise{
		{
			"mixed load, 64 connections",
			fmt.Sprintf("%d requests, %.0f/s; %d 5xx, %d socket errors", result.requests, result.perSecond, result.serverErrors, result.socketErrors),
			"no 5xx, no socket error",
			result.requests > 0 && result.serverErrors == 0 && result.socketErrors == 0,
		},
		{
			"memory under it",
			fmt.Sprintf("%s in the first third, %s in the last", megabytes(first), megabytes(last)),
			"at most a fifth more",
			last <= first+first/5,
		},
	}, nil
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
