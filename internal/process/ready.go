package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"restlab/internal/endpoint"
	"restlab/internal/lab"
	"restlab/internal/wire"
)

// How a program that has been started is looked at.
const (
	lookEvery     = 50 * time.Millisecond
	soon          = 5 * time.Millisecond // the first look after the start; the next ones come later and later
	askFor        = 5 * time.Second      // for one answer
	askAgainFor   = time.Second          // for one answer, once a request has had none
	elsewhereFor  = time.Second          // how long a program serves another port, and not its own, before that is final
	freeWithin    = 2 * time.Second
	closing       = 20 * time.Millisecond  // from the first connection that a dying process closes to the last
	replicaWithin = 3 * time.Second        // from the first answer to a second port, besides what the first answer took
	rememberedFor = 65 * time.Second       // how long a system keeps a port for connections that were closed (RFC 9293 §3.6.1)
	desertedFor   = time.Second            // nobody listens at a port that was served
	noticedWithin = 500 * time.Millisecond // from a broken connection to the end of the process
)

// The loopback addresses, in the order in which they are tried.
var loopbacks = []string{"127.0.0.1", "::1"}

// readiness is the wait for a first answer.
type readiness struct {
	*Program
	process *process

	accepts   string // an address where connections are taken, but not answered, or answered with 503
	unasked   int    // requests that stayed without an answer
	elsewhere string // where it serves, and was not told to
	since     time.Time
}

// readyTargets are asked for a first answer, one after the other: some handlers never answer.
var readyTargets = []string{"/tasks", "/items/is-it-ready", "/"}

// await waits until the program answers at its port, and returns the address. One that takes connections and answers none of
// readyTargets is ready too, and so is one that still answers 503 at the end. The error says what it does instead, or is the context's.
func (r *readiness) await(ctx context.Context) (string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-r.process.exited:
			r.whileItHasChildren(ctx)
			cancel(errEnded)
		case <-ctx.Done():
		}
	}()
	deadline := time.Now().Add(r.Patience)
	for pause := soon; ; pause = min(2*pause, lookEvery) {
		for _, host := range loopbacks {
			address := net.JoinHostPort(host, r.port)
			if r.answers(ctx, address, time.Until(deadline)) {
				return address, r.isItsOwn(address)
			}
		}
		select {
		case <-ctx.Done():
			return "", r.cut(ctx)
		case <-time.After(pause):
		}
		if err := r.lookElsewhere(ctx); err != nil {
			return "", err
		}
		if time.Now().After(deadline) {
			if r.accepts != "" {
				return r.accepts, r.isItsOwn(r.accepts)
			}
			return "", r.tooLate()
		}
	}
}

var errEnded = errors.New("the program has ended")

// whileItHasChildren waits as long as anybody lives whom the first process has left, as a program does that goes into the
// background. One that ended badly is not waited for.
func (r *readiness) whileItHasChildren(ctx context.Context) {
	for ctx.Err() == nil && r.process.how == "exit status 0" {
		if _, known := listening(r.process.pid); !known || !isAlive(r.process.pid) {
			return
		}
		time.Sleep(lookEvery)
	}
}

func (r *readiness) cut(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), errEnded) {
		return r.ended()
	}
	return ctx.Err()
}

func (r *readiness) ended() error {
	return lab.Unreachable(fmt.Sprintf("your program ended before it answered: %s", r.process.how), r.hintOfEnd())
}

// noModule is what Python says where a package is not installed. A module inside one, a.b, comes with it.
var noModule = regexp.MustCompile(`ModuleNotFoundError: No module named '(\w+)`)

func (r *readiness) hintOfEnd() string {
	r.process.settle()
	said := strings.Join(r.output.last(shownLines), "\n")
	switch text := strings.ToLower(said); {
	case text == "":
		return "it printed nothing; start it by hand to see: " + r.ByHand()
	case noModule.MatchString(said):
		name := noModule.FindStringSubmatch(said)[1]
		return fmt.Sprintf("Python does not find %s: python3 -m pip install %s, unless it is a file of your own", name, name)
	case r.saysInUse() && r.Port != 0 && !isListenedAt(r.port):
		return "nothing listens on port " + r.port + ", but the system remembers connections of a minute ago: set SO_REUSEADDR in the program, wait a minute, or leave out " + r.PortFlag
	case r.saysInUse():
		return "it wants a port that another program uses: let it read the port from the variable PORT, or stop that program (restlab doctor names it)"
	}
	return "its last output is above; fix that, or start it by hand to see more: " + r.ByHand()
}

// saysInUse reports whether the program printed last that its port is in use.
func (p *Program) saysInUse() bool {
	p.process.settle()
	said := strings.ToLower(strings.Join(p.output.last(shownLines), "\n"))
	return strings.Contains(said, "in use") || strings.Contains(said, "addrinuse")
}

// answers reports whether the program is ready to be asked. What is no HTTP is an answer too: to say so is for others. 503 says that
// it is not ready yet (RFC 9110 §15.6.4).
func (r *readiness) answers(ctx context.Context, address string, within time.Duration) bool {
	limit := askFor
	if r.unasked > 0 {
		limit = askAgainFor
	}
	x := probe(ctx, address, readyTargets[r.unasked%len(readyTargets)], max(min(within, limit), lookEvery))
	switch {
	case x.Answer != nil && x.Answer.Status == http.StatusServiceUnavailable:
		r.accepts = address
		return false
	case x.Trouble == nil || x.Trouble.Kind == wire.NotHTTP || x.Trouble.Kind == wire.TooLarge:
		return true
	case x.Trouble.Kind == wire.NoAnswer && strings.HasPrefix(x.Trouble.What, "no connection"):
		return false
	case x.Trouble.Kind == wire.NoAnswer:
		r.accepts = address
		r.unasked++
		return r.unasked >= len(readyTargets)
	case x.Trouble.Kind == wire.Dropped:
		r.accepts = address
		r.unasked++
	}
	return false
}

func probe(ctx context.Context, address, target string, within time.Duration) *wire.Exchange {
	c := wire.Client{Name: "probe", Base: "http://" + address, Address: address, Timeout: within, Fields: []wire.Field{{Name: "Accept", Value: "*/*"}}}
	return c.Do(ctx, wire.Request{Method: http.MethodGet, Target: target})
}

// isItsOwn checks that no other program answers there, where the system tells.
func (r *readiness) isItsOwn(address string) error {
	for deadline := time.Now().Add(noticedWithin); ; time.Sleep(closing) {
		own, known := listening(r.process.pid)
		switch {
		case !known || slices.ContainsFunc(own, r.isAtPort):
			return nil
		case r.process.hasExited():
			return r.ended()
		case time.Now().After(deadline):
			return r.isForeign(address)
		}
	}
}

func (r *readiness) isForeign(address string) error {
	who := endpoint.Owner(r.port)
	if who == "" {
		who = "a program of another user"
	}
	return lab.Unreachable(fmt.Sprintf("%s is answered by %s, which your program has not started", address, who), "stop that program; a server in a container is not the lab's to start: start it yourself, and grade its URL")
}

// lookElsewhere finds out whether the program serves another port than its own, and nothing at that. Only a port that
// speaks HTTP counts: others are for debuggers.
func (r *readiness) lookElsewhere(ctx context.Context) error {
	sockets, _ := listening(r.process.pid)
	if slices.ContainsFunc(sockets, func(s endpoint.Socket) bool { return r.isAtPort(s) && isLoopback(s.At.Addr()) }) {
		r.elsewhere = ""
		return nil
	}
	at := ""
	for _, s := range sockets {
		if r.isAtPort(s) {
			at = s.At.String()
			break
		}
		if strconv.Itoa(int(s.At.Port())) == r.replica {
			continue
		}
		if address := reachable(s.At); address == r.elsewhere || probe(ctx, address, "/", time.Second).Trouble == nil {
			at = address
		}
	}
	if at == "" || at != r.elsewhere {
		r.elsewhere, r.since = at, time.Now()
		return nil
	}
	if time.Since(r.since) < elsewhereFor {
		return nil
	}
	host, port, _ := net.SplitHostPort(at)
	if port == r.port {
		return lab.Unreachable(fmt.Sprintf("your program listens on %s and not on %s", at, net.JoinHostPort("127.0.0.1", port)),
			fmt.Sprintf("let it listen on 127.0.0.1 or 0.0.0.0 instead of %s", host))
	}
	told := fmt.Sprintf("the lab gave it %s (PORT)", r.port)
	if r.Port != 0 {
		told = fmt.Sprintf("%s says %s", r.PortFlag, r.port)
	}
	return lab.Unreachable(fmt.Sprintf("your program listens on %s, but %s", at, told),
		fmt.Sprintf("read the port from the variable PORT, write {port} into the command, or say where it listens: %s %s", r.PortFlag, port))
}

// isLoopback reports whether the lab reaches who listens there at one of the loopbacks.
func isLoopback(ip netip.Addr) bool {
	return ip.IsUnspecified() || slices.Contains(loopbacks, ip.String())
}

// reachable is the address to dial for a socket that listens there, or everywhere.
func reachable(at netip.AddrPort) string {
	if ip := at.Addr(); ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(int(at.Port())))
	}
	return at.String()
}

func (r *readiness) tooLate() error {
	hint := fmt.Sprintf("it has to listen on the port in the variable PORT; if it only starts slowly, give it more time: --ready-timeout %s", 4*r.Patience)
	if r.Port != 0 {
		hint = fmt.Sprintf("does it listen on %s, as %s says? if it only starts slowly, give it more time: --ready-timeout %s", r.port, r.PortFlag, 4*r.Patience)
	}
	return lab.Unreachable(fmt.Sprintf("your program runs, but nothing listened on 127.0.0.1:%s within %s", r.port, r.Patience), hint)
}

// isTaken reports whether somebody answers at a port, or has it.
func isTaken(port string) bool {
	for _, host := range loopbacks {
		if conn, err := net.DialTimeout("tcp", net.JoinHostPort(host, port), time.Second); err == nil {
			_ = conn.Close()
			return true
		}
	}
	return canListen(port) != nil
}

// isListenedAt reports whether anybody listens at a port of this machine.
func isListenedAt(port string) bool {
	sockets, known := endpoint.Listening()
	if !known {
		return isTaken(port)
	}
	return slices.ContainsFunc(sockets, func(s endpoint.Socket) bool { return strconv.Itoa(int(s.At.Port())) == port })
}

// untilForgotten waits while the system keeps a port for connections that were closed, though nobody listens there. use says whether
// the port can be used.
func (c *Command) untilForgotten(ctx context.Context, port string, use func(port string) error) {
	if use(port) == nil || isListenedAt(port) {
		return
	}
	if c.Note != nil {
		c.Note(fmt.Sprintf("nothing listens on port %s, but the system remembers connections of the last minute: the lab waits until %s can use the port "+
			"(a server that sets SO_REUSEADDR need not wait)", port, c.String()))
	}
	for deadline := time.Now().Add(rememberedFor); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(lookEvery) {
		if use(port) == nil || isListenedAt(port) {
			return
		}
	}
}

func canListen(port string) error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
	if err == nil {
		_ = l.Close()
	}
	return err
}
