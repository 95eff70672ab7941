package wire

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Limits on what a server may send. The default time is 5 seconds for a whole exchange.
const (
	maxHead    = 64 << 10
	maxInterim = 8 // 1xx answers before the final one
	strayWait  = 250 * time.Millisecond
	fromWait   = time.Second
)

// DefaultTimeout bounds one exchange, from the first byte sent to the last one read.
const DefaultTimeout = 5 * time.Second

// DefaultContent is how many bytes of content are read.
const DefaultContent = 4 << 20

// Client sends requests to one server. Without Keep each request has a connection of its own, announced with
// Connection: close. A Client is for one goroutine.
type Client struct {
	Name    string        // who it is in the record
	Base    string        // scheme, authority, which is sent as Host, and the path before every target
	Address string        // host:port that is dialled
	TLS     *tls.Config   // for https; nil for plain HTTP
	From    net.IP        // the local address, or nil; silently not used where it leads nowhere
	Timeout time.Duration // 0: DefaultTimeout
	Content int           // octets of content that are read; 0: DefaultContent
	Hasty   bool          // what follows an answer without content is not looked for
	Fields  []Field       // sent with every request that has no field of that name
	Keep    bool          // use one connection for as long as the server lets us
	Origin  string        // the base behind an intermediary, for who repeats the request; "" where there is none

	Heard    func(*Exchange) // is told each exchange; nil for nobody
	ToTheEnd bool            // look for what follows any answer, also one with content

	kept *connection
	hold func() // called when all of a request but its last octet has arrived; nil for no waiting
}

// Do sends the request and waits for the complete answer. It always returns an exchange.
func (c *Client) Do(ctx context.Context, r Request) *Exchange {
	r.Fields = c.complete(r)
	x := &Exchange{Client: c.Name, Base: c.Base, Origin: c.Origin, Request: r}
	defer c.tell(x)
	timeout := cmp.Or(c.Timeout, DefaultTimeout)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	start := time.Now()
	answer, err := c.exchange(ctx, r)
	x.Took = time.Since(start)
	if err != nil {
		x.Trouble = explain(err, timeout, c.Address)
		return x
	}
	x.Answer = answer
	return x
}

// Lose sends the request completely and drops the connection before an answer can come. It returns an exchange whose
// trouble says so, or why the request could not be sent.
func (c *Client) Lose(ctx context.Context, r Request) *Exchange {
	r.Fields = c.complete(r)
	x := &Exchange{Client: c.Name, Base: c.Base, Origin: c.Origin, Request: r}
	start := time.Now()
	defer c.tell(x)
	defer func() { x.Took = time.Since(start) }()
	timeout := cmp.Or(c.Timeout, DefaultTimeout)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := c.dial(ctx)
	if err != nil {
		x.Trouble = explain(err, timeout, c.Address)
		return x
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	_, _ = conn.Write(c.below(r).octets()) // a server that closes early has lost nothing: the request is sent again
	_ = conn.Close()
	x.Trouble = &Trouble{Kind: Lost, What: "(the client dropped the connection before the answer came)"}
	return x
}

func (c *Client) tell(x *Exchange) {
	if c.Heard != nil {
		c.Heard(x)
	}
}

// Close ends the kept connection, if there is one.
func (c *Client) Close() {
	if c.kept != nil {
		_ = c.kept.Close()
		c.kept = nil
	}
}

// complete returns the fields that go over the wire: the request's own, then those of the client and of framing
// that it lacks. A field with an empty value stands for "leave it out".
func (c *Client) complete(r Request) []Field {
	authority, _ := splitBase(c.Base)
	fields := []Field{{"Host", authority}}
	add := func(f Field) {
		if r.Get(f.Name) == "" && !r.omits(f.Name) {
			fields = append(fields, f)
		}
	}
	for _, f := range c.Fields {
		add(f)
	}
	for _, f := range r.Fields {
		if f.Value != "" {
			fields = append(fields, f)
		}
	}
	if r.Body != nil {
		add(Field{"Content-Length", strconv.Itoa(len(r.Body))})
	}
	if !c.Keep {
		add(Field{"Connection", "close"})
	}
	return fields
}

func (r Request) omits(name string) bool {
	for _, f := range r.Fields {
		if strings.EqualFold(f.Name, name) && f.Value == "" {
			return true
		}
	}
	return false
}

func (c *Client) exchange(ctx context.Context, r Request) (*Answer, error) {
	if c.kept != nil {
		answer, err := c.over(ctx, c.kept, r)
		if err == nil || !errors.Is(err, errIdleClosed) {
			return answer, err
		}
		c.Close() // the server had closed the idle connection, as it may at any time
	}
	if c.hold != nil {
		return c.throng(ctx, r)
	}
	conn, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	return c.over(ctx, conn, r)
}

func (c *Client) over(ctx context.Context, conn *connection, r Request) (*Answer, error) {
	conn.most = cmp.Or(c.Content, DefaultContent)
	answer, reusable, err := conn.roundTrip(ctx, c.below(r), c.hold)
	if c.Keep && err == nil && reusable {
		c.kept = conn
		return answer, nil
	}
	c.kept = nil
	if err == nil && (c.ToTheEnd || !c.Hasty && mayHideContent(r.Method, answer.Status)) {
		answer.Stray = conn.stray()
	}
	_ = conn.Close()
	return answer, err
}

// mayHideContent is true for answers that must have no content, so that whatever follows them is a fault.
func mayHideContent(method string, status int) bool {
	return method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified
}

// dial opens a connection, from c.From if that leads anywhere: behind a port mapping it may not.
func (c *Client) dial(ctx context.Context) (*connection, error) {
	if c.From != nil {
		from := net.Dialer{LocalAddr: &net.TCPAddr{IP: c.From}, Timeout: fromWait, KeepAlive: -1}
		if conn, err := from.DialContext(ctx, "tcp", c.Address); err == nil {
			return c.secured(ctx, conn)
		}
	}
	dialer := net.Dialer{KeepAlive: -1} // probes of TCP: they take four calls to set, and none is ever due
	conn, err := dialer.DialContext(ctx, "tcp", c.Address)
	if err != nil {
		return nil, &dialError{err}
	}
	return c.secured(ctx, conn)
}

// secured returns the connection, with TLS where the server has it.
func (c *Client) secured(ctx context.Context, conn net.Conn) (*connection, error) {
	if c.TLS == nil {
		return newConnection(conn), nil
	}
	secure := tls.Client(conn, c.TLS)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, &dialError{&tlsError{err}}
	}
	return newConnection(secure), nil
}

// tlsError is a handshake that failed.
type tlsError struct{ error }

func (e *tlsError) Unwrap() error { return e.error }

// splitBase returns the authority of a base URL and the path behind it, "" for none.
func splitBase(base string) (authority, path string) {
	_, rest, _ := strings.Cut(base, "://")
	authority, path, found := strings.Cut(rest, "/")
	if found {
		path = "/" + path
	}
	return authority, path
}

// below returns the request with the path of the base before its target.
func (c *Client) below(r Request) Request {
	if _, path := splitBase(c.Base); strings.HasPrefix(r.Target, "/") {
		r.Target = path + r.Target
	}
	return r
}

// connection is a TCP connection with a record of the heads that were read from it since the last request.
type connection struct {
	net.Conn
	buffer *bufio.Reader
	record *recorder
	used   bool
	past   int // octets of the record that are interim answers
	most   int // octets of content that are read

	patience time.Duration // for what is held: how long the other end has to take it
}

func newConnection(conn net.Conn) *connection {
	record := &recorder{from: conn}
	buffer := buffers.Get().(*bufio.Reader)
	buffer.Reset(record)
	return &connection{Conn: conn, buffer: buffer, record: record}
}

// buffers are those of connections that were closed.
var buffers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}

// Close closes the connection, of which nothing is read any more.
func (c *connection) Close() error {
	if c.buffer != nil {
		c.buffer.Reset(nil)
		buffers.Put(c.buffer)
		c.buffer = nil
	}
	return c.Conn.Close()
}

// recorder keeps the heads that pass through it, and passes no more than its limit.
type recorder struct {
	from  io.Reader
	seen  bytes.Buffer
	limit int
	heads bool // a head is being read, and kept
	ended bool // nothing more can be read
}

func (r *recorder) Read(p []byte) (int, error) {
	if r.limit <= 0 {
		return 0, errTooLarge
	}
	n, err := r.from.Read(p[:min(len(p), r.limit)])
	r.limit -= n
	r.ended = err != nil
	if r.heads {
		r.seen.Write(p[:n])
	}
	return n, err
}

var (
	errTooLarge   = errors.New("too large")
	errIdleClosed = errors.New("the connection was closed while idle")
)

type dialError struct{ error }

func (e *dialError) Unwrap() error { return e.error }

// partialError is trouble after some of the answer had come.
type partialError struct {
	error
	seen  []byte // the first octets that came
	where string // "head" or "content"
	told  int64  // the Content-Length announced, -1 if none
	came  int    // octets of content that came
	most  int    // octets of content that would have been read

	began     bool // as HTTP does
	brokenOff bool // the connection ended within a head that began like one
}

func (e *partialError) Unwrap() error { return e.error }

func (c *connection) roundTrip(ctx context.Context, r Request, hold func()) (_ *Answer, reusable bool, err error) {
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()

	reused := c.used
	c.used = true
	c.record.seen.Reset()
	c.past = 0
	c.record.seen.Write(peeked(c.buffer)) // what is there before we ask is the tail of the last answer
	c.record.limit, c.record.heads = maxHead, true

	writeErr := c.write(ctx, r.octets(), hold) // a server may answer before it has read everything, so go on to read
	if errors.Is(writeErr, errUnheard) {
		return nil, false, writeErr
	}
	response, head, err := c.head(r.Method)
	if err != nil {
		if reused && c.record.seen.Len() == 0 {
			return nil, false, fmt.Errorf("%w: %w", errIdleClosed, err)
		}
		if writeErr != nil && c.record.seen.Len() == 0 {
			err = writeErr
		}
		return nil, false, c.partial(ctx, err, "head", -1, 0)
	}
	c.record.limit, c.record.heads = c.most, false
	content, err := c.content(response)
	if err != nil {
		return nil, false, c.partial(ctx, err, "content", response.ContentLength, len(content))
	}
	answer := &Answer{
		Proto:   response.Proto,
		Status:  response.StatusCode,
		Head:    Untrusted(head),
		Header:  response.Header,
		Chunked: len(response.TransferEncoding) > 0,
		Content: content,
	}
	answer.undo(c.most)
	return answer, !response.Close && writeErr == nil, nil
}

// mostAtOnce is how much room is made for content because a server says that so much will come.
const mostAtOnce = 64 << 10

func (c *connection) content(response *http.Response) ([]byte, error) {
	if isChunked(response) {
		return readChunks(c.buffer)
	}
	defer response.Body.Close()
	var content bytes.Buffer
	content.Grow(bytes.MinRead + int(min(max(response.ContentLength, 0), mostAtOnce)))
	_, err := content.ReadFrom(response.Body)
	return content.Bytes(), err
}

// write sends a request. One that is to be held waits before its last byte. It returns errUnheard if the other end has
// not taken what came before that: then nobody can have done the request.
func (c *connection) write(ctx context.Context, octets []byte, hold func()) error {
	if hold != nil {
		last := len(octets) - 1
		if _, err := c.Write(octets[:last]); err != nil {
			return err
		}
		if !c.isHeard(ctx) {
			return errUnheard
		}
		hold()
		octets = octets[last:]
	}
	_, err := c.Write(octets)
	return err
}

// head reads interim answers and the head of the final one.
func (c *connection) head(method string) (*http.Response, []byte, error) {
	for range maxInterim {
		start := c.record.seen.Len() - c.buffer.Buffered()
		response, err := http.ReadResponse(c.buffer, &http.Request{Method: method})
		if err != nil {
			return nil, nil, err
		}
		end := c.record.seen.Len() - c.buffer.Buffered()
		if code := response.StatusCode; code >= 200 || code < 100 || code == http.StatusSwitchingProtocols {
			return response, bytes.TrimRight(bytes.Clone(c.record.seen.Bytes()[start:end]), "\r\n"), nil
		}
		c.past = end
	}
	return nil, nil, fmt.Errorf("more than %d interim (1xx) answers: %w", maxInterim, errTooLarge)
}

func (c *connection) partial(ctx context.Context, err error, where string, told int64, came int) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	seen := c.record.seen.Bytes()[c.past:]
	began := where == "content" || c.past > 0 || bytes.HasPrefix(seen, []byte("HTTP/"))
	brokenOff := where == "head" && c.record.ended && bytes.HasPrefix(seen, []byte("HTTP/")) && !bytes.Contains(seen, []byte("\r\n\r\n"))
	return &partialError{err, bytes.Clone(seen[:min(len(seen), 80)]), where, told, came, c.most, began, brokenOff}
}

// stray waits for the server to close and returns what it still sent. A server that neither sends nor closes
// has sent nothing.
func (c *connection) stray() []byte {
	_ = c.SetReadDeadline(time.Now().Add(strayWait))
	c.record.limit = 4 << 10
	rest, _ := io.ReadAll(c.buffer)
	return rest
}

func peeked(b *bufio.Reader) []byte {
	p, _ := b.Peek(b.Buffered())
	return p
}

// bytes is the request as it goes over the wire.
func (r Request) octets() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", r.Method, r.Target)
	for _, f := range r.Fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	b.WriteString("\r\n")
	b.Write(r.Body)
	return b.Bytes()
}

// explain turns an error into a sentence that says what the server did.
func explain(err error, timeout time.Duration, address string) *Trouble {
	trouble := sentence(err, timeout, address)
	var partial *partialError
	trouble.Began = errors.As(err, &partial) && partial.began
	return trouble
}

func sentence(err error, timeout time.Duration, address string) *Trouble {
	var partial *partialError
	var dial *dialError
	switch {
	case errors.Is(err, context.Canceled):
		return &Trouble{Kind: Cancelled, What: "the lab was interrupted"}
	case errors.As(err, &dial):
		return explainDial(err, timeout, address)
	case !errors.As(err, &partial):
		return &Trouble{Kind: Unsent, What: Untrusted(err.Error()).Line(200)}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return &Trouble{Kind: NoAnswer, What: partial.timedOut(timeout)}
	case errors.Is(err, errTooLarge):
		return &Trouble{Kind: TooLarge, What: partial.tooLarge()}
	case partial.where == "content":
		return &Trouble{Kind: Dropped, What: partial.short()}
	case len(partial.seen) == 0:
		return &Trouble{Kind: Dropped, What: "the server closed the connection without an answer"}
	case partial.brokenOff:
		return &Trouble{Kind: Dropped, What: "the server closed the connection within the head of its answer, which begins " + partial.quoted()}
	case partial.began:
		return &Trouble{Kind: NotHTTP, What: partial.malformed()}
	default:
		return &Trouble{Kind: NotHTTP, What: partial.notHTTP()}
	}
}

func explainDial(err error, timeout time.Duration, address string) *Trouble {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return &Trouble{Kind: NoAnswer, What: fmt.Sprintf("no connection to %s within %s", address, timeout)}
	}
	var handshake *tlsError
	if errors.As(err, &handshake) {
		return &Trouble{Kind: NotHTTP, What: "no connection with TLS to " + address + ": " + Untrusted(handshake.Error()).Line(200)}
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return &Trouble{Kind: Refused, What: fmt.Sprintf("nothing listens on %s (connection refused)", address)}
	}
	return &Trouble{Kind: Refused, What: fmt.Sprintf("no connection to %s: %s", address, Untrusted(err.Error()).Line(200))}
}

func (e *partialError) timedOut(timeout time.Duration) string {
	if e.where == "content" {
		return fmt.Sprintf("the response was not complete within %s: %d bytes of content came%s", timeout, e.came, e.announced())
	}
	if len(e.seen) == 0 {
		return fmt.Sprintf("no response within %s", timeout)
	}
	return fmt.Sprintf("the head of the response was not complete within %s; it begins %s", timeout, e.quoted())
}

func (e *partialError) tooLarge() string {
	if e.where == "content" {
		return fmt.Sprintf("the content is longer than %d KiB, which is where the lab stops reading", e.most>>10)
	}
	if e.error != errTooLarge { //nolint:errorlint // another one that wraps it says more
		return Untrusted(e.Error()).Line(120)
	}
	return fmt.Sprintf("the head of the answer is longer than %d KiB, which is where the lab stops reading", maxHead>>10)
}

func (e *partialError) short() string {
	if e.told >= 0 {
		return fmt.Sprintf("the connection ended after %d bytes of content%s", e.came, e.announced())
	}
	return fmt.Sprintf("the content breaks off or is not framed as announced, after %d bytes (%s)", e.came, Untrusted(e.error.Error()).Line(80))
}

func (e *partialError) announced() string {
	if e.told < 0 {
		return ""
	}
	return fmt.Sprintf(", Content-Length said %d", e.told)
}

// malformed says what net/http has against a head, in its own words.
func (e *partialError) malformed() string {
	return fmt.Sprintf("the head of the answer breaks the rules of HTTP (%s); it begins %s", Untrusted(e.Error()).Line(120), e.quoted())
}

func (e *partialError) notHTTP() string {
	text := "this is not an HTTP answer: it begins " + e.quoted()
	if IsTLS(e.seen) {
		text += " (that is TLS: the server speaks https there)"
	}
	return text
}

func (e *partialError) quoted() string { return `"` + Untrusted(e.seen).Line(64) + `"` }

// IsTLS reports whether bytes that came instead of an answer begin a TLS record (RFC 8446 §5.1): an alert.
func IsTLS(octets []byte) bool { return len(octets) > 2 && octets[0] == 0x15 && octets[1] == 0x03 }
