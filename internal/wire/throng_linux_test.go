package wire_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"restlab/internal/wire"
)

// A server that takes one connection after the other, and has room for few that wait, answers each of many clients that
// come at once, and none twice.
func TestThrong(t *testing.T) {
	if testing.Short() {
		t.Skip("it opens hundreds of connections")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	raw, err := l.(*net.TCPListener).SyscallConn()
	require.NoError(t, err)
	require.NoError(t, raw.Control(func(fd uintptr) { assert.NoError(t, unix.Listen(int(fd), 2)) }))
	done := map[string]int{}
	go serveInTurn(l, done)

	const clients = 50
	gate := wire.NewGate(clients)
	answered := make([]*wire.Exchange, clients)
	var all sync.WaitGroup
	for i := range answered {
		all.Go(func() {
			c := wire.Client{Base: "http://" + l.Addr().String(), Address: l.Addr().String()}
			target := "/" + string(rune('A'+i))
			answered[i] = c.DoAt(t.Context(), wire.Request{Method: "PUT", Target: target, Body: []byte("{}")}, gate)
		})
	}
	all.Wait()
	for _, x := range answered {
		require.Nil(t, x.Trouble, "%v", x.Trouble)
		assert.Equal(t, http.StatusNoContent, x.Answer.Status)
	}
	assert.Len(t, done, clients)
	for target, times := range done {
		assert.Equal(t, 1, times, target)
	}
}

// serveInTurn counts what it has done of each target.
func serveInTurn(l net.Listener, done map[string]int) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			if _, err := io.ReadAll(r.Body); err == nil {
				done[r.RequestURI]++
				_, _ = io.WriteString(conn, "HTTP/1.0 204 No Content\r\n\r\n")
			}
		}
		_ = conn.Close()
	}
}
