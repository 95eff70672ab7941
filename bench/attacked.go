//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	mostMemory = 300_000_000 // bytes of the server under any attack
	mostWait   = 50          // milliseconds that 99 of 100 requests of others take at most
)

// attacked looks whether others are served during each attack, and during all of them at once.
func attacked(ctx context.Context, bench *lab, seconds int) ([]promise, error) {
	var table []promise
	var all []string
	for n, one := range attacks {
		all = append(all, strconv.Itoa(n))
		row, err := underAttack(ctx, bench, seconds, fmt.Sprintf("%d %s", one.count, one.what), all[n:])
		if err != nil {
			return nil, err
		}
		table = append(table, row)
	}
	row, err := underAttack(ctx, bench, seconds, fmt.Sprintf("all of that at once, %d connections", idleClients), all)
	return append(table, row), err
}

func underAttack(ctx context.Context, bench *lab, seconds int, what string, numbers []string) (promise, error) {
	fmt.Printf("%s: other clients for %d s\n", what, seconds)
	server, err := bench.reference(ctx)
	if err != nil {
		return promise{}, err
	}
	defer server.kill()
	if err := fill(server); err != nil {
		return promise{}, err
	}
	memory := server.watchMemory()
	end, err := startAttack(ctx, server.address, numbers)
	if err != nil {
		return promise{}, err
	}
	var none atomic.Int64
	others := ask(ctx, server, seconds, &none)
	statuses, err := end()
	if err != nil {
		return promise{}, err
	}
	peak := slices.Max(append(memory(), 0))
	p99 := milliseconds(others.times, 99)
	return promise{
		what: what,
		seen: fmt.Sprintf("p50 %.1f ms, p99 %.1f ms of %d requests, %d failed; at most %s; attackers got %v",
			milliseconds(others.times, 50), p99, len(others.times), others.failed, megabytes(peak), statuses),
		want: fmt.Sprintf("others are served, p99 under %d ms; under %d MB; no 5xx but 503", mostWait, mostMemory/1_000_000),
		kept: len(others.times) > 0 && others.failed == 0 && p99 < mostWait && peak < mostMemory && noFault(statuses),
	}, nil
}

// noFault reports whether the server answered with no 5xx but 503.
func noFault(statuses map[int]int) bool {
	for status := range statuses {
		if status >= 500 && status != http.StatusServiceUnavailable {
			return false
		}
	}
	return true
}

// startAttack starts the attackers in a process of their own, so that the other clients do not wait for them within this one. It returns
// when all attackers have come. The function that it returns ends them, and returns how often they got which status.
func startAttack(ctx context.Context, address string, numbers []string) (end func() (map[int]int, error), err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, append([]string{"attack", address}, numbers...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second // then it is killed
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	for line := ""; line != "ready\n"; {
		if line, err = lines.ReadString('\n'); err != nil {
			return nil, fmt.Errorf("the attackers did not come: %w", cmd.Wait())
		}
	}
	return func() (map[int]int, error) {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		said, err := io.ReadAll(lines)
		if err != nil {
			return nil, err
		}
		statuses := map[int]int{}
		if err := json.Unmarshal(said, &statuses); err != nil {
			return nil, err
		}
		return statuses, cmd.Wait()
	}, nil
}
