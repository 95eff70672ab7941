//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const (
	slowClients = 1_000
	idleClients = 10_000
)

// crowded looks whether others are served while many connections want nothing, or want it slowly.
func crowded(ctx context.Context, bench *lab, seconds int) ([]promise, error) {
	idle := within(idleClients)
	var table []promise
	for _, crowd := range []struct {
		what  string
		count int
		hold  func(ctx context.Context, address string, open *atomic.Int64)
	}{
		{"nobody else there", 0, nil},
		{fmt.Sprintf("%d slow clients", slowClients), slowClients, drip},
		{fmt.Sprintf("%d idle connections", idle), idle, rest},
	} {
		fmt.Printf("%s: other clients for %d s\n", crowd.what, seconds)
		row, err := serveOthers(ctx, bench, seconds, crowd.count, crowd.hold)
		if err != nil {
			return nil, err
		}
		row.what = crowd.what
		table = append(table, row)
	}
	return table, nil
}

// within is how many connections the limit of open files allows, for each end has a process of its own. Go raises the
// limit as far as this user may.
func within(wanted int) int {
	const others = 200
	var files unix.Rlimit
	need := uint64(wanted + others)
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &files); err != nil {
		return wanted
	}
	if files.Max < need {
		_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: need, Max: need}) // root may
		_ = unix.Getrlimit(unix.RLIMIT_NOFILE, &files)
	}
	if files.Max >= need {
		return wanted
	}
	fewer := max(int(files.Max)-others, 0)
	fmt.Printf("WARNING: this user may open %d files (ulimit -Hn), so there are %d connections, not %d\n", files.Max, fewer, wanted)
	return fewer
}

// serveOthers holds so many connections open while 16 other clients send requests, half of them on new connections.
func serveOthers(
	ctx context.Context, bench *lab, seconds, count int, hold func(context.Context, string, *atomic.Int64),
) (promise, error) {
	server, err := bench.reference(ctx)
	if err != nil {
		return promise{}, err
	}
	defer server.kill()
	ctx, cancel := context.WithCancel(ctx)
	var crowd sync.WaitGroup
	defer crowd.Wait()
	defer cancel()

	var open atomic.Int64
	for range count {
		crowd.Go(func() {
			for ctx.Err() == nil { // whoever is shut out comes again
				hold(ctx, server.address, &open)
			}
		})
	}
	if err := await(ctx, &open, count); err != nil {
		return promise{}, err
	}

	asked := ask(ctx, server, seconds, &open)
	return promise{
		seen: fmt.Sprintf("p50 %.1f ms, p99 %.1f ms of %d requests, %d failed; mostly %d others open, %s",
			milliseconds(asked.times, 50), milliseconds(asked.times, 99), len(asked.times), asked.failed, median(asked.open), megabytes(server.memory())),
		want: "others are served",
		kept: len(asked.times) > 0 && asked.failed == 0 && median(asked.open) >= int64(count*9/10),
	}, nil
}

func milliseconds(times []time.Duration, percent int) float64 {
	return percentile(times, percent).Seconds() * 1000
}

// await waits until so many connections are open, for at most two minutes.
func await(ctx context.Context, open *atomic.Int64, count int) error {
	for range 1200 {
		if open.Load() >= int64(count) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("only %d of %d connections could be opened", open.Load(), count)
}

// asked is what the other clients saw.
type asked struct {
	times  []time.Duration
	failed int
	open   []int64 // connections of the crowd, at each request: the server closes many at once, and they come again
}

func ask(ctx context.Context, server *process, seconds int, open *atomic.Int64) asked {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
	defer cancel()
	var seen asked
	var mu sync.Mutex
	var clients sync.WaitGroup
	for i := range 16 {
		transport := &http.Transport{DisableKeepAlives: i%2 == 0}
		client := &http.Client{Transport: transport, Timeout: time.Minute}
		clients.Go(func() {
			defer transport.CloseIdleConnections()
			for n := 0; ctx.Err() == nil; n++ {
				took, err := askOnce(client, server, n)
				mu.Lock()
				seen.times = append(seen.times, took)
				seen.open = append(seen.open, open.Load())
				if err != nil {
					seen.failed++
					fmt.Println("  failed:", err)
				}
				mu.Unlock()
				time.Sleep(2 * time.Millisecond)
			}
		})
	}
	clients.Wait()
	return seen
}

// askOnce writes or reads an item.
func askOnce(client *http.Client, server *process, n int) (time.Duration, error) {
	method, body := http.MethodGet, ""
	if n%4 == 0 {
		method, body = http.MethodPut, `{"value": "blue"}`
	}
	request, err := http.NewRequest(method, server.url("/items/other"), strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	start := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return time.Since(start), err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	if response.StatusCode >= 400 {
		err = fmt.Errorf("%s was answered %s", method, response.Status)
	}
	return time.Since(start), err
}

// drip sends a header one byte each second, until the server has had enough.
func drip(ctx context.Context, address string, open *atomic.Int64) {
	conn, leave := join(ctx, address, "GET /tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
	if conn == nil {
		return
	}
	defer leave()
	open.Add(1)
	defer open.Add(-1)
	for octet := make([]byte, 1); ; {
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		if _, err := conn.Read(octet); !errors.Is(err, os.ErrDeadlineExceeded) {
			return // an answer or the end
		}
		if _, err := io.WriteString(conn, "x"); err != nil {
			return
		}
	}
}

// rest sends a request, reads the answer, and then leaves the connection as it is.
func rest(ctx context.Context, address string, open *atomic.Int64) {
	conn, leave := join(ctx, address, "GET /tasks HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	if conn == nil {
		return
	}
	defer leave()
	if !answered(conn) {
		return
	}
	open.Add(1)
	defer open.Add(-1)
	_, _ = conn.Read(make([]byte, 1))
}

// join opens a connection and sends something. The connection closes with ctx, or when it is left. It is nil if there is
// none.
func join(ctx context.Context, address, text string) (conn net.Conn, leave func()) {
	conn, err := net.DialTimeout("tcp", address, time.Minute)
	if err != nil {
		time.Sleep(100 * time.Millisecond)
		return nil, nil
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	_, _ = io.WriteString(conn, text) // an error shows when the answer is read
	return conn, func() { stop(); _ = conn.Close() }
}

// answered reads an answer with 200.
func answered(conn net.Conn) bool {
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil && answer.StatusCode == http.StatusOK
}
