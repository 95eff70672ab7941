package history

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"restlab/internal/wire"
)

// Options say what is recorded.
type Options struct {
	// Targets are the items, as on the request line. Each is judged by itself: a system is linearizable if each of its
	// items is. More than one shows faults that need a neighbour, such as a store that is written as a whole.
	Targets []string
	// Send makes one exchange on a connection of its own, and sends what it is given once. It is called by several
	// clients at a time. Clients are counted from 1.
	Send func(client int, r wire.Request) *wire.Exchange
	// Value is the n-th value, in JSON. No two are the same. The default is a string such as "v12".
	Value func(n int) string

	Seed    uint64 // of what each client asks for
	Clients int    // that ask at the same time; the default is 6
	Rounds  int    // that they all begin together; the default is 15
	Each    int    // requests that a client sends in a round, one after the other; the default is 4
	Alike   bool   // in a round some clients write the same to the first target, and the others read it until that is done
}

func (o Options) withDefaults() Options {
	o.Clients = cmp.Or(o.Clients, 6)
	o.Rounds = cmp.Or(o.Rounds, 15)
	o.Each = cmp.Or(o.Each, 4)
	if o.Value == nil {
		o.Value = func(n int) string { return fmt.Sprintf(`"v%d"`, n) }
	}
	return o
}

// Requests is how many requests a recording sends: those of the clients in their rounds, and to each item one PUT before
// the first round and one GET after every round, while nobody else asks.
func (o Options) Requests() int {
	o = o.withDefaults()
	return o.Clients*o.Rounds*o.Each + len(o.Targets)*(1+o.Rounds)
}

// Record has the clients ask, and returns what was asked before ctx ended. Nothing but the number of requests
// and the time that their answers take decides how long it lasts.
func Record(ctx context.Context, o Options) History {
	o = o.withDefaults()
	r := &recording{Options: o, ctx: ctx, begin: time.Now(), random: rand.New(rand.NewPCG(o.Seed, 0))}
	for _, target := range o.Targets {
		r.send(1, r.put(target))
	}
	for round := range o.Rounds {
		if o.Alike {
			r.alike(o.Targets[0], 1+round%max(1, o.Clients-1))
			continue
		}
		r.round()
		for _, target := range o.Targets {
			r.send(1, wire.Request{Method: http.MethodGet, Target: target})
		}
	}
	slices.SortFunc(r.history, byCall)
	return r.history
}

func byCall(a, b Operation) int {
	return cmp.Or(cmp.Compare(a.Call, b.Call), cmp.Compare(a.Return, b.Return))
}

type recording struct {
	Options
	ctx    context.Context
	begin  time.Time
	random *rand.Rand
	values int // used so far

	mu      sync.Mutex
	history History
}

// alike is a round for which the item gets another value first, so that no cache has it. Reads begin together with the
// writes, and go on until the last of these is answered. From round to round there are more who write, from one to all but
// one: a copy that lags while it is written shows where many write, an old value that is kept shows where few read.
func (r *recording) alike(target string, writers int) {
	r.send(1, r.put(target))
	put, get := r.put(target), wire.Request{Method: http.MethodGet, Target: target}
	begin := make(chan struct{})
	var writing, reading sync.WaitGroup
	var underWay atomic.Int32
	underWay.Store(int32(writers))
	for client := 1; client <= writers; client++ {
		writing.Go(func() {
			<-begin
			r.send(client, put)
			underWay.Add(-1)
		})
	}
	for client := writers + 1; client <= r.Clients; client++ {
		reading.Go(func() {
			<-begin
			for looks := 0; looks < mostLooks && underWay.Load() > 0; looks++ {
				r.send(client, get)
			}
			writing.Wait()
			r.send(client, get)
		})
	}
	close(begin)
	reading.Wait()
	writing.Wait()
}

// mostLooks bounds how often a client reads while others write.
const mostLooks = 20

// round has all clients ask. They begin together, and it ends when the last is answered.
func (r *recording) round() {
	begin := make(chan struct{})
	var asking sync.WaitGroup
	for client := 1; client <= r.Clients; client++ {
		requests := r.draw()
		asking.Go(func() {
			<-begin
			for _, request := range requests {
				r.send(client, request)
			}
		})
	}
	close(begin)
	asking.Wait()
}

// draw returns what a client asks for in a round.
func (r *recording) draw() []wire.Request {
	requests := make([]wire.Request, r.Each)
	for i := range requests {
		target := r.Targets[r.random.IntN(len(r.Targets))]
		switch n := r.random.IntN(20); {
		case n < 9:
			requests[i] = wire.Request{Method: http.MethodGet, Target: target}
		case n < 17:
			requests[i] = r.put(target)
		default:
			requests[i] = wire.Request{Method: http.MethodDelete, Target: target}
		}
	}
	return requests
}

// put writes a value that nobody has written before.
func (r *recording) put(target string) wire.Request {
	r.values++
	return wire.Request{
		Method: http.MethodPut, Target: target,
		Fields: []wire.Field{{Name: "Content-Type", Value: "application/json"}},
		Body:   []byte(`{"value": ` + r.Value(r.values) + `}`),
	}
}

func (r *recording) send(client int, request wire.Request) {
	if r.ctx.Err() != nil {
		return
	}
	call := time.Since(r.begin)
	x := r.Send(client, request)
	answered := time.Since(r.begin)
	if neverSent(x) {
		return
	}
	op := operation(x, request)
	op.Client, op.Call, op.Return = client, call, answered
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history = append(r.history, op)
}

func neverSent(x *wire.Exchange) bool {
	return x == nil || x.Trouble != nil && (x.Trouble.Kind == wire.Refused || x.Trouble.Kind == wire.Unsent)
}

// operation reads an exchange.
func operation(x *wire.Exchange, request wire.Request) Operation {
	op := Operation{Target: request.Target, Method: request.Method, Exchange: x}
	if request.Body != nil {
		op.Sent = valueOf(request.Body)
	}
	if x.Answer != nil {
		op.Status = x.Answer.Status
	}
	if op.Method == http.MethodGet && op.Status == http.StatusOK {
		op.Got = valueOf(x.Answer.Content)
	}
	return op
}
