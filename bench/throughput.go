//go:build linux

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

// task is what throughput asks a server for, again and again, and how fast the reference should be beside the plain API.
type task struct {
	name, script, path string
	goal               float64
}

var tasks = []task{
	{"GET an item", "", "/items/colour", 1.0},
	{"PUT an item", "put.lua", "/items/colour", 0.95},
	{"GET 100 tasks", "", "/tasks", 1.8},
}

const (
	rounds     = 7
	memoryGoal = 20_000_000
)

// throughput measures the reference, the plain API, the constant, and restlab serve in turns, since times drift and ratios do not: what
// counts is the median of the ratios. The time of the processor is told, too: it depends less on what else the machine is
// doing. Its ratios are above 1 where the reference spends less. A goal that is missed is said, and is no error.
func throughput(ctx context.Context, bench *lab, seconds int) error {
	seconds = cmp.Or(seconds, 2)
	fmt.Printf("throughput: wrk -t1 -c32, %d rounds of %d s for each\n", rounds, seconds)
	servers, err := startAll(ctx, bench)
	defer func() {
		for _, server := range servers {
			server.kill()
		}
	}()
	if err != nil {
		return err
	}

	out := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(out, "\treference\tplain\tconstant\trestlab serve\tto the constant\tto plain\tgoal\t")
	for _, task := range tasks {
		rates, times, err := takeTurns(ctx, bench, servers, task, seconds)
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		if err != nil {
			return err
		}
		toPlain := median(ratios(rates[0], rates[1]))
		fmt.Fprintf(out, "%s\t%s\t%.2f\t%.2f\t≥ %.2f\t%s\n", task.name, cells("%.0f/s", rates),
			median(ratios(rates[0], rates[2])), toPlain, task.goal, verdict(toPlain >= task.goal))
		fmt.Fprintf(out, "  processor\t%s\t%.2f\t%.2f\t\t\n", cells("%.1f µs", times),
			median(ratios(times[2], times[0])), median(ratios(times[1], times[0])))
	}
	var memory []string
	for _, server := range servers {
		memory = append(memory, megabytes(server.memory()))
	}
	fmt.Fprintf(out, "memory\t%s\t\t\t≤ %s\t%s\n", strings.Join(memory, "\t"),
		megabytes(memoryGoal), verdict(servers[0].memory() <= memoryGoal))
	return out.Flush()
}

// cells are the medians of the figures of each server.
func cells(format string, figures [][]float64) string {
	var texts []string
	for _, of := range figures {
		texts = append(texts, fmt.Sprintf(format, median(of)))
	}
	return strings.Join(texts, "\t")
}

func verdict(reached bool) string {
	if reached {
		return "reached"
	}
	return "missed"
}

// startAll starts the reference, the plain API, the constant, and the reference within the whole lab, and fills them alike.
func startAll(ctx context.Context, bench *lab) (servers []*process, err error) {
	for _, command := range [][]string{
		{"reference", "127.0.0.1:0"}, {"plain", "127.0.0.1:0"}, {"bare", "127.0.0.1:0"},
		{"restlab", "serve", "--listen", "127.0.0.1:0"},
	} {
		server, err := serve(ctx, bench.path(command[0]), command[1:]...)
		if err != nil {
			return servers, err
		}
		servers = append(servers, server)
		if err := fill(server); err != nil {
			return servers, err
		}
	}
	return servers, nil
}

// fill stores an item and 100 tasks.
func fill(server *process) error {
	if err := store(server, http.MethodPut, "/items/colour", `{"value": "blue"}`); err != nil {
		return err
	}
	for i := range 100 {
		if err := store(server, http.MethodPost, fmt.Sprintf("/tasks/task-%02d", i), `{"description": "Learn REST APIs"}`); err != nil {
			return err
		}
	}
	return nil
}

func store(server *process, method, path, body string) error {
	request, err := http.NewRequest(method, server.url(path), strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: time.Minute}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s was answered %s", method, path, response.Status)
	}
	return errors.Join(err, response.Body.Close())
}

// takeTurns returns the requests in a second, and the microseconds that a processor spent on a request, of each server in
// each round. Every round begins with another server.
func takeTurns(
	ctx context.Context, bench *lab, servers []*process, task task, seconds int,
) (rates, times [][]float64, err error) {
	rates, times = make([][]float64, len(servers)), make([][]float64, len(servers))
	for round := range rounds {
		for i := range servers {
			at := (round + i) % len(servers)
			before := servers[at].processor()
			result, err := bench.wrk(ctx, task.script, 1, 32, seconds, servers[at].url(task.path))
			if err != nil {
				return nil, nil, err
			}
			if result.requests == 0 || result.socketErrors+result.otherErrors > 0 {
				return nil, nil, fmt.Errorf("%s: %d of %d requests failed", task.name, result.socketErrors+result.otherErrors, result.requests)
			}
			spent := servers[at].processor() - before
			rates[at] = append(rates[at], result.perSecond)
			times[at] = append(times[at], float64(spent.Microseconds())/float64(result.requests))
		}
	}
	return rates, times, nil
}

func ratios(a, b []float64) []float64 {
	result := make([]float64, len(a))
	for i := range a {
		result[i] = a[i] / b[i]
	}
	return result
}
