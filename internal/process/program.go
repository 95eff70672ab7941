// Package process starts the program that is to be graded, looks after it, and stops it with all that it has started.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/shlex"

	"restlab/internal/endpoint"
	"restlab/internal/lab"
	"restlab/internal/wire"
)

// DefaultPatience is how long a program may take from its start to its first answer; a JVM on a busy machine needs some of it.
const DefaultPatience = 20 * time.Second

// shownLines are shown of what a program printed before it died.
const shownLines = 12

// Command says what to start and how.
type Command struct {
	Name     string   // begins each line of output that is shown
	Words    []string // {port} stands for the port in any of them
	Dir      string   // "" for this folder
	Env      []string // names of variables to pass, beside those that every program gets
	Port     int      // 0 for a free one
	PortFlag string   // by which a person names the port
	Replica  bool     // tell it a second port, in REPLICA_PORT, at which it may serve the same store
	Patience time.Duration
	Restarts int // in a row, with no scenario that passes in between; in all, ten times as many
	Limits   Limits
	Live     io.Writer    // gets what the program prints as it comes; nil for nobody
	Note     func(string) // gets remarks about waits that a person would wonder at; nil for nobody

	given []string // further variables, NAME=value
}

// Split splits a command line into words as a shell does. Nothing in it is expanded.
func Split(line string) ([]string, error) {
	words, err := shlex.Split(line)
	if err != nil || len(words) == 0 {
		return nil, lab.Usage(fmt.Sprintf("%q is no command", line), `write it as you type it, for example "python3 app.py"; each quote needs its end`)
	}
	return words, nil
}

// String is the command as it can be typed.
func (c *Command) String() string {
	words := make([]string, len(c.Words))
	for i, word := range c.Words {
		words[i] = wire.Quote(word)
	}
	return strings.Join(words, " ")
}

// Program is a program that has been started and answers. It is started again when it dies, at the same port.
type Program struct {
	Command
	Address string // host:port at which it answers
	port    string
	replica string        // the second port, "" for none
	took    time.Duration // from the start to the first answer
	output  *output
	cancel  context.CancelFunc
	ended   chan struct{} // closed when nobody looks after it any more

	mu      sync.Mutex
	process *process
	deaths  []lab.Death
	inRow   int           // deaths since a scenario has passed
	gone    string        // why it is not started again
	ready   chan struct{} // closed while it can be asked, or is gone
}

// Start starts the program and waits until it answers. The error is a *lab.Error, or the context's; nothing
// lives then. What the program printed is written to lastWords if it did not come so far.
func Start(ctx context.Context, c Command, lastWords io.Writer) (*Program, error) {
	p := &Program{Command: c, output: &output{name: c.Name, live: c.Live}, ended: make(chan struct{}), ready: make(chan struct{})}
	var err error
	if p.port, err = c.choosePort(ctx); err != nil {
		return nil, err
	}
	for p.Replica && (p.replica == "" || p.replica == p.port) {
		if p.replica, err = FreePort(); err != nil {
			return nil, err
		}
	}
	began := time.Now()
	if p.Address, err = p.begin(ctx); err != nil {
		if p.process != nil {
			p.process.end()
		}
		if c.Live == nil && ctx.Err() == nil {
			for _, line := range p.output.last(shownLines) {
				fmt.Fprintln(lastWords, line)
			}
		}
		return nil, err
	}
	p.took = time.Since(began)
	close(p.ready)
	ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx)) // a program outlives Ctrl-C until it is stopped in good order
	go p.lookAfter(ctx)
	return p, nil
}

func (p *Program) run() (*process, error) {
	return run(&p.Command, p.port, p.replica, p.output)
}

// begin runs the program, and returns the address at which it answers. If the system keeps the port for connections that were closed,
// and the program ends because of that, it is run once more when the port can be used.
func (p *Program) begin(ctx context.Context) (string, error) {
	for isSecond := false; ; isSecond = true {
		next, err := p.run()
		if err != nil {
			return "", err
		}
		p.process = next
		address, err := p.await(ctx)
		if err == nil || isSecond || !next.hasExited() || !p.saysInUse() || isListenedAt(p.port) {
			return address, err
		}
		next.end()
		p.untilForgotten(ctx, p.port, canBind)
		p.output.forget()
	}
}

func (p *Program) await(ctx context.Context) (string, error) {
	return (&readiness{Program: p, process: p.process}).await(ctx)
}

// Stop ends the program and all that it has started, and waits until its port is free. What it cannot end it says.
func (p *Program) Stop() error {
	p.cancel()
	<-p.ended
	if !p.process.end() {
		return lab.Unreachable(fmt.Sprintf("a process of your program (%d) cannot be ended", p.process.pid), "look for it, and end it yourself")
	}
	for deadline := time.Now().Add(freeWithin); canListen(p.port) != nil && isListenedAt(p.port); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			return lab.Unreachable(fmt.Sprintf("port %s is still in use, though your program has been stopped", p.port), "restlab doctor looks at ports")
		}
	}
	return nil
}

// Base is its base URL.
func (p *Program) Base() string { return "http://" + p.Address }

// ByHand is the command with which a person starts the program in its folder, at the same port.
func (p *Program) ByHand() string {
	line := "PORT=" + p.port + " " + strings.ReplaceAll(p.String(), "{port}", p.port)
	if p.Dir == "" {
		return line
	}
	return "cd " + wire.Quote(p.Dir) + " && " + line
}

// Second is the address at which the program serves its store a second time, "" for none: the one that it was told in REPLICA_PORT.
// It is waited for a little longer than the first one was.
func (p *Program) Second() string {
	for deadline := time.Now().Add(min(p.took+replicaWithin, p.Patience)); p.replica != "" && time.Now().Before(deadline); time.Sleep(closing) {
		sockets, known := listening(p.process.pid)
		if !known && isTaken(p.replica) {
			return net.JoinHostPort("127.0.0.1", p.replica)
		}
		for _, s := range sockets {
			if strconv.Itoa(int(s.At.Port())) == p.replica {
				return reachable(s.At)
			}
		}
	}
	return ""
}

// OnlyIPv6 reports whether it listens on ::1 and not on 127.0.0.1.
func (p *Program) OnlyIPv6() bool { return strings.HasPrefix(p.Address, "[") }

// choosePort finds a free port, or looks whether the one that is asked for is free. It waits where only the system keeps that.
func (c *Command) choosePort(ctx context.Context) (string, error) {
	if c.Port != 0 {
		port := strconv.Itoa(c.Port)
		switch err := canListen(port); {
		case errors.Is(err, syscall.EACCES):
			return "", lab.Usage("this user may not listen on port "+port, "choose a port above 1023")
		case err != nil && !isListenedAt(port):
			c.untilForgotten(ctx, port, canListen)
			if canListen(port) != nil {
				return "", remembered(port, c.PortFlag)
			}
		case err != nil || isTaken(port):
			return "", c.taken(port)
		}
		return port, nil
	}
	return FreePort()
}

// FreePort is one of 127.0.0.1 at which nobody listens, below those that systems hand out, so that nobody gets it meanwhile by chance.
func FreePort() (string, error) {
	for range 100 {
		if port := strconv.Itoa(20_000 + rand.IntN(12_000)); !isTaken(port) && canBind(port) == nil {
			return port, nil
		}
	}
	return "", lab.Unreachable("no free port on 127.0.0.1 was found", "restlab doctor looks at the network of this machine")
}

func remembered(port, flag string) error {
	return lab.Unreachable("port "+port+" cannot be used yet: the system remembers connections of a minute ago, though nothing listens there",
		"wait a minute; set SO_REUSEADDR in the program; or leave out "+flag+": then your program gets a free port in the variable PORT")
}

func (c *Command) taken(port string) error {
	who := endpoint.Owner(port)
	if who == "" {
		who = "another program"
	}
	hint := fmt.Sprintf("stop that program; or leave out %s: then your program gets a free port in the variable PORT", c.PortFlag)
	if port == "5000" || port == "7000" {
		hint += " (on a Mac this port is AirPlay's: System Settings, General, AirDrop & Handoff)"
	}
	return lab.Unreachable(fmt.Sprintf("port %s is already used by %s: the lab would grade that program instead of yours", port, who), hint)
}

// Printed implements lab.Program.
func (p *Program) Printed() []string { return p.output.last(shownLines) }

// Passed implements lab.Program.
func (p *Program) Passed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inRow = 0
}

// Ready implements lab.Program.
func (p *Program) Ready(ctx context.Context) string {
	p.mu.Lock()
	ready := p.ready
	p.mu.Unlock()
	select {
	case <-ready:
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gone
}

// Deaths implements lab.Program.
func (p *Program) Deaths() []lab.Death {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.deaths)
}

// Settle implements lab.Program. A process that ends closes its connections before anybody can know that it has ended, and
// at times before it stops to listen. Where nobody listens it waits until that is known to be a death.
func (p *Program) Settle() {
	known := len(p.Deaths())
	for deadline := time.Now().Add(noticedWithin + desertedFor); time.Now().Before(deadline) && len(p.Deaths()) == known && p.serves(); {
		time.Sleep(closing)
		if conn, err := net.DialTimeout("tcp", p.Address, time.Second); err == nil {
			_ = conn.Close()
			return // it lives
		}
	}
}

// serves is false while the program is started again, and once it is gone.
func (p *Program) serves() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.ready:
		return p.gone == ""
	default:
		return false
	}
}
