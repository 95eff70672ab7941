package process

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"restlab/internal/endpoint"
	"restlab/internal/lab"
)

// DefaultRestarts is how often in a row a program that has died is started again.
const DefaultRestarts = 3

// restartsInAll is how many times as often it is started again in all: one mistake can kill a program in many scenarios, with others in
// between that pass.
const restartsInAll = 10

// lookAfter starts the program again each time it dies, until it has died too often or the context ends.
func (p *Program) lookAfter(ctx context.Context) {
	defer close(p.ended)
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.process.exited:
			p.waitForChildren(ctx)
		case <-p.deserted(ctx, p.process):
		}
		if ctx.Err() != nil || !p.restart(ctx) {
			return
		}
	}
}

// deserted returns a channel that is closed when nobody has listened at the port for a while, though the process lives: it may look
// after the program, as node --watch does, and wait for a change of files. Where the system does not tell, it is never closed.
func (p *Program) deserted(ctx context.Context, watched *process) <-chan struct{} {
	gone := make(chan struct{})
	if _, known := endpoint.Listening(); !known {
		return gone
	}
	go func() {
		for last := time.Now(); time.Since(last) < desertedFor; {
			select {
			case <-ctx.Done():
				return
			case <-watched.exited:
				return
			case <-time.After(lookEvery):
			}
			if isListenedAt(p.port) {
				last = time.Now()
			}
		}
		close(gone)
	}()
	return gone
}

// waitForChildren waits as long as a process that the first one has left listens at the port.
func (p *Program) waitForChildren(ctx context.Context) {
	for ctx.Err() == nil {
		sockets, _ := listening(p.process.pid)
		if !slices.ContainsFunc(sockets, p.isAtPort) {
			return
		}
		time.Sleep(lookEvery)
	}
}

func (p *Program) isAtPort(s endpoint.Socket) bool { return strconv.Itoa(int(s.At.Port())) == p.port }

// restart notes a death, and starts the program again. It reports whether the program serves now.
func (p *Program) restart(ctx context.Context) bool {
	how := "nothing listens at its port any more"
	if p.process.hasExited() {
		p.process.settle()
		how = p.process.how
	}
	death := lab.Death{How: how, Last: p.output.last(shownLines), Word: p.output.word()}
	p.mu.Lock()
	p.deaths = append(p.deaths, death)
	p.inRow++
	tooOften := p.tooOften()
	p.ready = make(chan struct{})
	p.mu.Unlock()
	defer func() { close(p.ready) }()

	p.process.end()
	if tooOften != "" {
		p.giveUp(fmt.Sprintf("the program has died %s (%s) and is not started again", tooOften, death.How))
		return false
	}
	p.output.forget()
	p.untilForgotten(ctx, p.port, canListen)
	_, err := p.begin(ctx)
	if err != nil && ctx.Err() == nil {
		p.giveUp(fmt.Sprintf("the program has died (%s) and could not be started again: %s", death.How, err))
	}
	return err == nil
}

func (p *Program) giveUp(why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = why
}

// tooOften says how often it has died, if it is not to be started again. The caller holds the lock.
func (p *Program) tooOften() string {
	switch died := len(p.deaths); {
	case p.Restarts == 0:
		return "once"
	case p.inRow > p.Restarts:
		return fmt.Sprintf("%d times in a row", p.inRow)
	case died > restartsInAll*p.Restarts:
		return fmt.Sprintf("%d times", died)
	}
	return ""
}
