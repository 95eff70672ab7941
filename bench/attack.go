//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// An attack is clients that each take as much as one client can. A client whose connection ends comes again after a while.
type attack struct {
	what  string
	count int
	do    func(conn net.Conn, answers *bufio.Reader) (status int)
}

var attacks = []attack{
	{"unfinished headers", 8_000, unfinishedHeader},
	{"unfinished bodies of 1 MB", 2_000, unfinishedBody},
	{"clients that send JSON Patches of 90 kB", 16, patches},
	{"idle connections", idleClients, idle},
}

// comesAgain is how long an attacker waits on average, before its first connection and between two.
const comesAgain = 10 * time.Second

// attackers is the process of the attackers: the address, and the numbers of the attacks. It prints a line when all have come once.
// There are no more than idleClients of them, so of several attacks each has fewer. When it is told to end, it prints how often it got which status.
func attackers(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return errUsage
	}
	address := args[0]
	var chosen []attack
	total := 0
	for _, arg := range args[1:] {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 0 || n >= len(attacks) {
			return errUsage
		}
		chosen = append(chosen, attacks[n])
		total += attacks[n].count
	}
	allowed := within(min(total, idleClients))
	var came atomic.Int64
	var statuses statusCount
	var all sync.WaitGroup
	wanted := 0
	for _, one := range chosen {
		count := one.count * allowed / total
		wanted += count
		for range count {
			all.Go(func() { attackAgainAndAgain(ctx, address, one, &came, &statuses) })
		}
	}
	if err := await(ctx, &came, wanted); err != nil {
		return err
	}
	fmt.Println("ready")
	all.Wait()
	return json.NewEncoder(os.Stdout).Encode(statuses.count)
}

type statusCount struct {
	mu    sync.Mutex
	count map[int]int
}

func (s *statusCount) add(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == nil {
		s.count = map[int]int{}
	}
	s.count[status]++
}

func attackAgainAndAgain(ctx context.Context, address string, one attack, came *atomic.Int64, statuses *statusCount) {
	for first := true; ; first = false {
		select {
		case <-ctx.Done():
			return
		case <-time.After(rand.N(2 * comesAgain)):
		}
		conn, leave := join(ctx, address, "")
		if conn == nil {
			continue
		}
		if first {
			came.Add(1)
		}
		if status := one.do(conn, bufio.NewReaderSize(conn, 512)); status != 0 {
			statuses.add(status)
		}
		leave()
	}
}

// header is as long as the server accepts, but for its end.
var header = []byte("GET /items/colour HTTP/1.1\r\nHost: 127.0.0.1\r\n" + strings.Repeat("X-Slow: "+strings.Repeat("x", 1000)+"\r\n", 35))

func unfinishedHeader(conn net.Conn, answers *bufio.Reader) int {
	_, _ = conn.Write(header)
	return readStatus(answers)
}

// body is a request with a body of 1 MB, but for its last byte.
var body = []byte("PUT /items/slow HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1048576\r\n\r\n" +
	strings.Repeat(" ", 1<<20-1))

func unfinishedBody(conn net.Conn, answers *bufio.Reader) int {
	go func() { _, _ = conn.Write(body) }() // ends with the connection
	return readStatus(answers)
}

// patched are a request that makes an item empty, and a patch of 90 kB that is nearly as much work as a patch may be.
var patched = func() [2][]byte {
	const start = "/items/patched HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/"
	patch := "[" + strings.Repeat(`{"op": "copy", "from": "/value", "path": "/value/-"}, `, 13) +
		strings.Repeat(`{"op": "test", "path": "/value/0", "value": []}, `, 900) + `{"op": "replace", "path": "/value", "value": []}`
	patch += strings.Repeat(" ", 90_000-len("]")-len(patch)) + "]"
	return [2][]byte{
		[]byte("PUT " + start + "json\r\nContent-Length: 13\r\n\r\n" + `{"value": []}`),
		fmt.Appendf(nil, "PATCH %sjson-patch+json\r\nContent-Length: %d\r\n\r\n%s", start, len(patch), patch),
	}
}()

// patches sends one patch after the other, and returns the status of the last response.
func patches(conn net.Conn, answers *bufio.Reader) (status int) {
	for {
		for _, request := range patched {
			_, _ = conn.Write(request)
			if status = readStatus(answers); status == 0 || status >= 500 {
				return status
			}
		}
	}
}

// idle sends a request, and then nothing more.
func idle(conn net.Conn, answers *bufio.Reader) int {
	_, _ = io.WriteString(conn, "GET /items/colour HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	if status := readStatus(answers); status >= 500 {
		return status
	}
	return readStatus(answers)
}

// readStatus returns the status of the next response, or 0 if the connection ends.
func readStatus(answers *bufio.Reader) int {
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}
