//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that bench has started.
type process struct {
	cmd     *exec.Cmd
	address string
}

var listening = regexp.MustCompile(`http://([0-9.:]+)`)

// serve starts a server, which prints its URL in its first line. It ends when it is stopped, or with ctx.
func serve(ctx context.Context, program string, args ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, program, args...)
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
	first, _ := bufio.NewReader(out).ReadString('\n')
	found := listening.FindStringSubmatch(first)
	if found == nil {
		_ = cmd.Process.Kill()
		return nil, fmt.Errorf("%s printed no URL: %q, %w", program, first, cmd.Wait())
	}
	return &process{cmd, found[1]}, nil
}

func (p *process) url(path string) string { return "http://" + p.address + path }

// stop tells the server to end, waits, and returns an error if it ended in any other way than a good one.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	return p.cmd.Wait()
}

// kill ends a server that need not end well.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

var residentSet = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// memory is the resident set in bytes, or 0 if the process is gone.
func (p *process) memory() int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	found := residentSet.FindSubmatch(status)
	if found == nil {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(string(found[1]), 10, 64)
	return kilobytes << 10
}

// processor is the time that the server has spent computing, in the kernel, too. Linux counts it in hundredths of a second.
func (p *process) processor() time.Duration {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(stat), ") ") // the name in brackets may have spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// watchMemory samples the memory ten times a second until the function that it returns is called.
func (p *process) watchMemory() (samples func() []int64) {
	stop, done := make(chan struct{}), make(chan []int64)
	go func() {
		var seen []int64
		for tick := time.Tick(100 * time.Millisecond); ; {
			select {
			case <-tick:
				seen = append(seen, p.memory())
			case <-stop:
				done <- seen
				return
			}
		}
	}()
	return func() []int64 { close(stop); return <-done }
}

// wrkResult is what wrk has printed.
type wrkResult struct {
	perSecond    float64
	requests     int
	socketErrors int // connections that failed, and answers that took longer than the time-out
	serverErrors int // 5xx, if the script counts them
	otherErrors  int // answers above 399, these included
}

// wrk sends requests for so many seconds. The script may be "".
func (b *lab) wrk(ctx context.Context, script string, threads, connections, seconds int, url string) (wrkResult, error) {
	args := []string{"-t", strconv.Itoa(threads), "-c", strconv.Itoa(connections), "-d", strconv.Itoa(seconds) + "s", "--timeout", "30s"}
	if script != "" {
		args = append(args, "-s", b.path(script))
	}
	cmd := exec.CommandContext(ctx, "wrk", append(args, url)...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		return wrkResult{}, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	return readWrk(string(out)), nil
}

var (
	wrkPerSecond = regexp.MustCompile(`Requests/sec: +([0-9.]+)`)
	wrkRequests  = regexp.MustCompile(`(\d+) requests in`)
	wrkSocket    = regexp.MustCompile(`Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)`)
	wrkNon2xx    = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)
	wrkServer    = regexp.MustCompile(`5xx: (\d+)`)
)

func readWrk(out string) wrkResult {
	sum := func(pattern *regexp.Regexp) (total int) {
		for _, number := range slices.Concat(pattern.FindStringSubmatch(out), []string{"", ""})[1:] {
			n, _ := strconv.Atoi(number)
			total += n
		}
		return total
	}
	perSecond := strings.Join(wrkPerSecond.FindStringSubmatch(out), " ")
	rate, _ := strconv.ParseFloat(perSecond[strings.LastIndex(perSecond, " ")+1:], 64)
	return wrkResult{rate, sum(wrkRequests), sum(wrkSocket), sum(wrkServer), sum(wrkNon2xx)}
}

func median[T int64 | float64 | time.Duration](values []T) T {
	return percentile(values, 50)
}

// percentile returns 0 of no values.
func percentile[T int64 | float64 | time.Duration](values []T, percent int) T {
	if len(values) == 0 {
		return 0
	}
	values = slices.Clone(values)
	slices.Sort(values)
	return values[min(len(values)*percent/100, len(values)-1)]
}
