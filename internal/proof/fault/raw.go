package fault

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// message is an answer as it goes over the wire, byte by byte.
type message struct {
	proto  string
	status int
	reason string
	fields []string // "Name: value", in the order in which they are sent
	body   []byte
}

// drop takes a field away, add puts one at the end.
func (m *message) drop(name string) {
	m.fields = slices.DeleteFunc(m.fields, func(field string) bool {
		return strings.HasPrefix(strings.ToLower(field), strings.ToLower(name)+":")
	})
}

func (m *message) add(name, value string) { m.fields = append(m.fields, name+": "+value) }

func (m *message) octets() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %d %s\r\n", m.proto, m.status, m.reason)
	for _, field := range m.fields {
		b.WriteString(field + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(m.body)
	return b.Bytes()
}

// raw sends the answers to what matches the pattern past net/http, which would correct them. f gets the answer that
// net/http would have sent. The connection is closed afterwards.
func raw(pattern string, f func(*exchange, *message)) change {
	return rawIn(func(octets []byte) [][]byte { return [][]byte{octets} }, pattern, f)
}

// rawIn is raw with the bytes cut into pieces, each of which is sent by itself.
func rawIn(pieces func([]byte) [][]byte, pattern string, f func(*exchange, *message)) change {
	p := parsePattern(pattern)
	return change{meets: p, wire: p.layer(func() func(http.ResponseWriter, *exchange) {
		return func(w http.ResponseWriter, x *exchange) {
			x.pass()
			m := newMessage(x)
			f(x, m)
			send(w, pieces(m.octets()))
		}
	})}
}

func newMessage(x *exchange) *message {
	m := &message{proto: "HTTP/1.1", status: x.status, reason: http.StatusText(x.status)}
	if x.asked != http.MethodHead {
		m.body = x.body
	}
	for name, values := range x.header {
		for _, value := range values {
			m.add(name, value)
		}
	}
	slices.Sort(m.fields)
	m.drop("Connection")
	if x.status != http.StatusNoContent && x.status != http.StatusNotModified && x.header.Get("Content-Length") == "" {
		m.add("Content-Length", fmt.Sprint(len(x.body)))
	}
	m.add("Date", time.Now().UTC().Format(http.TimeFormat))
	m.add("Connection", "close")
	return m
}

func send(w http.ResponseWriter, pieces [][]byte) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // a raw change has to stand next to the connection
	}
	defer conn.Close()
	for _, piece := range pieces {
		if _, err := conn.Write(piece); err != nil {
			return // the client has gone
		}
	}
}

// reading is a server that sees other bytes than the client sent: f may change them, but not their number.
func reading(f func([]byte)) change {
	return change{listener: func(l net.Listener) net.Listener { return listener{l, f} }}
}

type listener struct {
	net.Listener
	edit func([]byte)
}

func (l listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return connection{conn, l.edit}, err
}

type connection struct {
	net.Conn
	edit func([]byte)
}

func (c connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.edit(p[:n])
	return n, err
}

// oneAtATime is a server that accepts the next connection when the one before is closed.
func oneAtATime() change {
	return change{listener: func(l net.Listener) net.Listener { return &turnstile{l, make(chan struct{}, 1)} }}
}

type turnstile struct {
	net.Listener
	turn chan struct{}
}

func (t *turnstile) Accept() (net.Conn, error) {
	t.turn <- struct{}{}
	conn, err := t.Listener.Accept()
	if err != nil {
		<-t.turn
		return nil, err
	}
	return &guest{Conn: conn, leave: sync.OnceFunc(func() { <-t.turn })}, nil
}

type guest struct {
	net.Conn
	leave func()
}

func (g *guest) Close() error {
	defer g.leave()
	return g.Conn.Close()
}
