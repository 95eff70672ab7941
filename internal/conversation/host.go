package conversation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"
)

// Host is where a client finds the lab's server: at two free ports, one for each family, and if need be at those that the course's programs
// name. One conversation is held at a time.
type Host struct {
	Items, Tasks string   // base URLs; either serves both families
	Elsewhere    string   // the base URL of another host, of which the client was not told
	Taken        []string // ports that the course's programs name and somebody else has

	serve     func() http.Handler
	addresses []string
	elsewhere string // its address

	server *http.Server
	done   sync.WaitGroup

	mu          sync.Mutex
	current     *Conversation // nil between two of them
	connections int
	open        map[net.Conn]bool
}

// known are the ports that the course's programs name.
var known = []string{"5000", "5001"}

// Open opens a host, whose server is a new one for each conversation.
func Open(serve func() http.Handler) (*Host, error) {
	h := &Host{serve: serve, open: map[net.Conn]bool{}}
	for _, base := range []*string{&h.Items, &h.Tasks, &h.Elsewhere} {
		address, err := freeAddress()
		if err != nil {
			return nil, err
		}
		*base = "http://" + address
		h.addresses = append(h.addresses, address)
	}
	h.elsewhere = h.addresses[2]
	return h, h.start()
}

// UseKnown adds the ports of the course where they are free, on both loopbacks, since localhost can be either. Whoever else asks there is
// heard too, so it is for clients that ask nowhere else.
func (h *Host) UseKnown() error {
	h.stop()
	for _, port := range known {
		if !isFree("127.0.0.1:" + port) {
			h.Taken = append(h.Taken, port)
			continue
		}
		h.addresses = append(h.addresses, "127.0.0.1:"+port)
		if isFree("[::1]:" + port) {
			h.addresses = append(h.addresses, "[::1]:"+port)
		}
	}
	return h.start()
}

func isFree(address string) bool {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// freeAddress is below those that systems hand out to clients, so that nobody gets it meanwhile by chance, and no other host's of this
// process, also while the other one's server is gone.
func freeAddress() (string, error) {
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000))
		if _, taken := ours.LoadOrStore(address, true); taken {
			continue
		}
		if isFree(address) {
			return address, nil
		}
		ours.Delete(address)
	}
	return "", errors.New("no free port on 127.0.0.1 was found")
}

// ours are the addresses that hosts of this process have drawn and not given back.
var ours sync.Map

// start listens and serves.
func (h *Host) start() error {
	h.server = &http.Server{
		Handler: http.HandlerFunc(h.route), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0), ConnState: h.count,
	}
	var open []net.Listener
	for _, address := range h.addresses {
		l, err := listen(address)
		if err != nil {
			for _, l := range open {
				_ = l.Close()
			}
			return err
		}
		open = append(open, l)
	}
	for _, l := range open {
		h.done.Go(func() { _ = h.server.Serve(l) }) // returns when it is closed
	}
	return nil
}

// listen waits a moment for an address that was closed just now.
func listen(address string) (net.Listener, error) {
	var err error
	for range 50 {
		var l net.Listener
		if l, err = net.Listen("tcp", address); err == nil {
			return l, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, err
}

func (h *Host) stop() {
	_ = h.server.Close()
	h.done.Wait()
}

// Close ends it, and gives its addresses back.
func (h *Host) Close() {
	h.stop()
	for _, address := range h.addresses {
		ours.Delete(address)
	}
}

func (h *Host) route(w http.ResponseWriter, r *http.Request) {
	c := h.joined()
	if c == nil {
		panic(http.ErrAbortHandler) // a process that should have ended
	}
	defer c.talking.Done()
	at, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	c.serve(w, r, at != nil && at.String() == h.elsewhere)
}

// joined is the conversation that is held, nil for none. Whoever joins it is Done with it.
func (h *Host) joined() *Conversation {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current != nil {
		h.current.talking.Add(1)
	}
	return h.current
}

// turn changes the conversation that is held, and returns how many connections there were in the one before.
func (h *Host) turn(c *Conversation) (connections int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	connections, h.connections = h.connections, 0
	h.current = c
	return connections
}

func (h *Host) count(conn net.Conn, state http.ConnState) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch state {
	case http.StateNew:
		h.connections++
		h.open[conn] = true
	case http.StateClosed, http.StateHijacked:
		delete(h.open, conn)
	case http.StateActive, http.StateIdle:
	}
}

// Hold lets a client talk to the server in the situation: talk runs it. What it had opened is closed at the end.
func (h *Host) Hold(ctx context.Context, s Situation, talk func(context.Context) error) (*Record, error) {
	c := newConversation(h, s)
	if s.Gone {
		h.stop()
	} else {
		h.turn(c)
	}
	err := talk(ctx)
	connections := h.turn(nil)
	h.hangUp()
	entries := c.end()
	if s.Gone {
		err = errors.Join(err, h.start())
	}
	return &Record{Entries: entries, Connections: connections, Flooded: c.flooded}, err
}

// hangUp closes the connections of the client that has ended.
func (h *Host) hangUp() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for conn := range h.open {
		_ = conn.Close()
	}
}
