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
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// outcomes counts requests by what became of them. A client cannot see what a server has read, but the kernel tells:
//
//   - answered: the whole answer came
//   - refused: the connection did not come about
//   - unread: the connection was reset, which a kernel does if its program closes while bytes lie unread or when
//     some arrive later; or it ended and the other side had never acknowledged the request. The program has not seen
//     it, and a client knows that it can send it again.
//   - cut: the connection ended in good order after the whole request was acknowledged, or within an answer. So the
//     program had read the request, and did not answer it. This is what must not be.
type outcomes struct {
	answered, refused, unread, cut atomic.Int64
	early                          atomic.Int64 // refused or unread before the server was told to stop; must not be either
	serverErrors                   atomic.Int64
}

const stops = 10

// stopped sends SIGTERM in the middle of a load. Half of the 64 workers open a connection for each request, the other
// half keep theirs.
func stopped(ctx context.Context, bench *lab, _ int) ([]promise, error) {
	fmt.Printf("SIGTERM under load, %d times\n", stops)
	var total outcomes
	badEnds := 0
	for range stops {
		server, err := bench.reference(ctx)
		if err != nil {
			return nil, err
		}
		if err := stopOnce(ctx, server, &total); err != nil {
			fmt.Println("  the server ended badly:", err)
			badEnds++
		}
	}
	return []promise{{
		fmt.Sprintf("SIGTERM under load, %d times", stops),
		fmt.Sprintf("%d answered, %d cut; never read: %d reset, %d refused", total.answered.Load(), total.cut.Load(), total.unread.Load(), total.refused.Load()),
		"none cut, exit status 0",
		total.answered.Load() > 0 && total.cut.Load() == 0 && total.early.Load() == 0 && total.serverErrors.Load() == 0 && badEnds == 0,
	}}, nil
}

func stopOnce(ctx context.Context, server *process, total *outcomes) error {
	var stopping atomic.Bool
	var workers sync.WaitGroup
	for i := range 64 {
		w := worker{server.address, i%2 == 0, total, &stopping}
		workers.Go(w.run)
	}
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
	stopping.Store(true)
	err := server.stop()
	workers.Wait()
	return err
}

type worker struct {
	address  string
	keep     bool
	total    *outcomes
	stopping *atomic.Bool
}

// run sends requests until the server is not there any more.
func (w *worker) run() {
	for {
		told := w.stopping.Load()
		conn, err := net.DialTimeout("tcp", w.address, time.Minute)
		if err != nil {
			w.total.refused.Add(1)
			w.noteEarly(told)
			if told || w.stopping.Load() {
				return
			}
			continue
		}
		w.use(conn.(*net.TCPConn))
		_ = conn.Close()
	}
}

func (w *worker) noteEarly(told bool) {
	if !told && !w.stopping.Load() {
		w.total.early.Add(1)
	}
}

var stopRequests = []string{
	"PUT /items/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n" + `{"value": "blue"}`,
	"GET /items/a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
	"POST /tasks/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n" + `{"description": "blue"}`,
}

// use sends one request on the connection, or one after the other until it ends.
func (w *worker) use(conn *net.TCPConn) {
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	acknowledged := acknowledged(conn)
	sent := uint64(0)
	answers := bufio.NewReader(conn)
	for i := 0; ; i++ {
		told := w.stopping.Load()
		n, err := io.WriteString(conn, stopRequests[i%len(stopRequests)])
		sent += uint64(n)
		closing := false
		if err == nil {
			closing, err = w.readAnswer(answers)
		}
		switch {
		case err == nil:
			w.total.answered.Add(1)
		case errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || !acknowledged(sent):
			w.total.unread.Add(1)
			w.noteEarly(told)
		default:
			w.total.cut.Add(1)
		}
		if err != nil || closing || !w.keep {
			return
		}
	}
}

func (w *worker) readAnswer(answers *bufio.Reader) (closing bool, err error) {
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		return false, err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 500 {
		w.total.serverErrors.Add(1)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.Close, err
}

// acknowledged returns a function that tells whether the other side's kernel has acknowledged so many bytes since now.
// It waits until this kernel knows: a request that comes too late is reset instead.
func acknowledged(conn *net.TCPConn) func(octets uint64) bool {
	before := info(conn)
	return func(octets uint64) bool {
		for range 5000 {
			now := info(conn)
			if now.Bytes_acked-before.Bytes_acked >= octets {
				return true
			}
			if now.State == unix.BPF_TCP_CLOSE {
				return false
			}
			time.Sleep(time.Millisecond)
		}
		return true // nobody knows: counted against the server
	}
}

func info(conn *net.TCPConn) (info unix.TCPInfo) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return info
	}
	_ = raw.Control(func(fd uintptr) {
		if got, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			info = *got
		}
	})
	return info
}
