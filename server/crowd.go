package server

import (
	"container/list"
	"errors"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
)

// A crowd is the open connections of a server. A connection is busy from the first byte of a request to the end of the
// response, and quiet otherwise. Each kind has a bound. What busy connections keep in memory has a bound, too: headers, which
// take many times their size, and responses that nobody reads. Beyond a bound the connection closes that has been quiet, or
// busy, longest. So slow clients, and clients that only stay, make room for a client that comes and wants something.
type crowd struct {
	mu    sync.Mutex
	quiet line
	busy  line
}

// A line is connections in the order in which they came to it.
type line struct {
	list.List
	most int

	headers, mostHeaders     int // bytes
	responses, mostResponses int // bytes
}

func newCrowd(limits Limits) *crowd {
	return &crowd{
		quiet: line{most: limits.Connections},
		busy:  line{most: limits.Busy, mostHeaders: limits.Headers, mostResponses: limits.Responses},
	}
}

// open returns how many connections there are.
func (c *crowd) open() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.quiet.Len() + c.busy.Len()
}

// note follows a connection, as http.Server.ConnState.
func (c *crowd) note(conn net.Conn, state http.ConnState) {
	member := conn.(*crowdConn) // the server accepts no others
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateActive:
		member.hasHeader = true
	case http.StateIdle:
		member.waits, member.hasHeader = false, false
		member.move(&c.quiet)
	case http.StateClosed, http.StateHijacked:
		member.leave()
	default: // a new connection is quiet already
	}
}

// keepBounds closes connections until the line is within its bounds. The caller holds the lock.
func (l *line) keepBounds() {
	for l.Len() > l.most || l.headers > l.mostHeaders || l.responses > l.mostResponses {
		l.closeFirst()
	}
}

// closeFirst closes the connection that has been in the line longest, if there is one. The caller holds the lock.
func (l *line) closeFirst() {
	if first := l.Front(); first != nil {
		oldest := first.Value.(*crowdConn)
		oldest.leave()
		_ = oldest.Close()
	}
}

// crowdListener accepts connections into the crowd.
type crowdListener struct {
	net.Listener
	crowd *crowd
}

// Accept closes a quiet connection if the system has no room for another one. Then net/http tries again.
func (l crowdListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	l.crowd.mu.Lock()
	defer l.crowd.mu.Unlock()
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		l.crowd.quiet.closeFirst()
	}
	if err != nil {
		return nil, err
	}
	member := &crowdConn{Conn: conn, crowd: l.crowd}
	member.enter(&l.crowd.quiet)
	return member, nil
}

// crowdConn is a connection in the crowd.
type crowdConn struct {
	net.Conn
	crowd *crowd

	// The crowd's lock guards the rest.
	line      *line // nil once the connection is closed
	at        *list.Element
	waits     bool // the server waits for a request, and has set a deadline for it
	hasHeader bool // the server has read the header of a request
	header    int  // bytes of the header so far
	response  int  // bytes of the response that are being written
}

// Read makes the connection busy when a request has begun.
func (c *crowdConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.crowd.mu.Lock()
		c.begin(n)
		c.crowd.mu.Unlock()
	}
	return n, err
}

// Write counts the bytes as long as the system does not take them.
func (c *crowdConn) Write(p []byte) (int, error) {
	c.writing(len(p))
	defer c.writing(-len(p))
	return c.Conn.Write(p)
}

func (c *crowdConn) writing(bytes int) {
	c.crowd.mu.Lock()
	defer c.crowd.mu.Unlock()
	if c.line == &c.crowd.busy {
		c.response += bytes
		c.line.responses += bytes
		c.line.keepBounds()
	}
}

// SetReadDeadline makes the connection busy when a request has begun whose first bytes came together with the request
// before. Nothing is read then, but net/http sets a second deadline: the first one is for the request to begin, the second
// one for its header to end. The bytes are in a buffer of net/http, which may be full.
func (c *crowdConn) SetReadDeadline(deadline time.Time) error {
	c.crowd.mu.Lock()
	if c.waits && c.line == &c.crowd.quiet {
		c.begin(buffered)
	}
	c.waits = true
	c.crowd.mu.Unlock()
	return c.Conn.SetReadDeadline(deadline)
}

const buffered = 4096 // bytes, of net/http

// CloseWrite lets net/http end a connection so that the client receives all that was sent.
func (c *crowdConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// The caller of the following methods holds the crowd's lock.

// begin makes a quiet connection busy, and counts so many more bytes of its header.
func (c *crowdConn) begin(bytes int) {
	if c.line == &c.crowd.quiet {
		c.move(&c.crowd.busy)
	}
	if c.line != nil && !c.hasHeader {
		c.header += bytes
		c.line.headers += bytes
		c.line.keepBounds()
	}
}

// move puts the connection at the end of the line, unless the connection is closed.
func (c *crowdConn) move(to *line) {
	if c.line != nil {
		c.leave()
		c.enter(to)
	}
}

func (c *crowdConn) enter(to *line) {
	c.line, c.at = to, to.PushBack(c)
	to.keepBounds()
}

func (c *crowdConn) leave() {
	if c.line != nil {
		c.line.Remove(c.at)
		c.line.headers -= c.header
		c.line.responses -= c.response
		c.line, c.at, c.header, c.response = nil, nil, 0, 0
	}
}
