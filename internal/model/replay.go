package model

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"restlab/internal/wire"
)

// sequence is steps and the names that they speak of.
type sequence struct {
	items, tasks names
	steps        []step
}

// attempt is a sequence that was sent, and how it went.
type attempt struct {
	sequence  // the steps that sent something
	exchanges []*wire.Exchange
	wrong     *misfit       // what is wrong with the last answer; nil if all agreed
	trouble   *wire.Trouble // why there is no last answer, if there is none
}

// errSpent says that no more may be sent.
var errSpent = errors.New("model: the requests or the time are spent")

// replay is a sequence on its way through the server, on names of its own.
type replay struct {
	*run
	ctx       context.Context
	prefix    string
	names     sequence
	items     map[int]*resource
	tasks     map[int]*resource
	made      []*madeTask
	keys      map[int]*keyUse
	exchanges []*wire.Exchange
	left      *int // requests that may still be sent
}

// replay sends a sequence, up to the first answer that is wrong, and if none is, and a look is wanted, reads everything
// that it touched.
func (o *run) replay(ctx context.Context, what sequence, look bool, left *int) (attempt, error) {
	r := &replay{
		run: o, ctx: ctx, prefix: o.Prefix(), names: what, left: left,
		items: map[int]*resource{}, tasks: map[int]*resource{}, keys: map[int]*keyUse{},
	}
	sent := sequence{items: what.items, tasks: what.tasks}
	steps := what.steps
	if look {
		steps = slices.Concat(steps, what.look())
	}
	for _, s := range steps {
		before := len(r.exchanges)
		wrong, err := r.do(s)
		if err != nil {
			return attempt{}, err
		}
		if len(r.exchanges) > before {
			sent.steps = append(sent.steps, s)
		}
		if wrong != nil {
			last := r.exchanges[len(r.exchanges)-1]
			return attempt{sent, r.exchanges, wrong, last.Trouble}, nil
		}
	}
	return attempt{sequence: sent, exchanges: r.exchanges}, nil
}

// look reads each item that the steps are about, and the list of tasks.
func (q sequence) look() []step {
	var reads []step
	seen := map[int]bool{}
	tasks := false
	for _, s := range q.steps {
		if s.at == atItem && !seen[s.which] {
			seen[s.which] = true
			reads = append(reads, step{method: "GET", at: atItem, which: s.which})
		}
		tasks = tasks || s.at != atItem
	}
	if tasks {
		reads = append(reads, step{method: "GET", at: atList})
	}
	return reads
}

// do sends a step, and says what is wrong with the answer.
func (r *replay) do(s step) (*misfit, error) {
	switch {
	case s.at == atList && s.method == "POST":
		return r.create(s)
	case s.at == atList && s.limit != "":
		return r.readNoPage(s)
	case s.at == atList && s.parts > 0:
		return r.readPages(s)
	case s.at == atList:
		return r.readList(s)
	}
	target, about := r.target(s)
	if about == nil {
		return nil, nil
	}
	request := s.request(target, r.prefix, about)
	if len(request.Body) > largestBody {
		return nil, nil
	}
	x, wrong, err := r.send(s, request)
	if err != nil || wrong != nil {
		return wrong, err
	}
	outcomes, state := r.judge(s, about), about.says()
	if !s.isRead() {
		about.disturbed()
	}
	return settle(x, outcomes, state), nil
}

// largestBody is the number of bytes that every server has to take.
const largestBody = 16 << 10

// target returns where the step's resource is and what is known of it, nil if there is none to speak of.
func (r *replay) target(s step) (string, *resource) {
	switch s.at {
	case atItem:
		return "/items/" + spelled(r.names.items.name(r.prefix, s.which), s.spelling), known(r.items, s.which, "item")
	case atTask:
		return "/tasks/" + spelled(r.id(s.which), s.spelling), known(r.tasks, s.which, "task")
	default:
		return r.findMade(s)
	}
}

// findMade returns one of the tasks that POST to the list has made.
func (r *replay) findMade(s step) (string, *resource) {
	if len(r.made) == 0 {
		return "", nil
	}
	made := r.made[s.which%len(r.made)]
	if !isTask.MatchString(made.target) && s.method != "GET" && s.method != "HEAD" {
		return "", nil // a Location is where the task can be read; of other methods there the contract says nothing
	}
	return made.target, &made.resource
}

var isTask = regexp.MustCompile(`^/tasks/[^/?#]+$`)

// id is the id of a task that the client has named.
func (r *replay) id(which int) string { return r.names.tasks.name(r.prefix, which) }

func known(all map[int]*resource, which int, kind string) *resource {
	if all[which] == nil {
		all[which] = &resource{kind: kind}
	}
	return all[which]
}

// send makes one exchange. The misfit is that there is no answer, or one that nothing may be answered with.
func (r *replay) send(s step, request wire.Request) (*wire.Exchange, *misfit, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, nil, err
	}
	if *r.left <= 0 || !r.Until.IsZero() && time.Now().After(r.Until) {
		return nil, nil, errSpent
	}
	*r.left--
	send := r.Tasks
	if s.at == atItem {
		send = r.Items
	}
	x := send(r.ctx, request)
	if err := r.ctx.Err(); err != nil {
		return nil, nil, err
	}
	r.exchanges = append(r.exchanges, x)
	if r.sent++; r.Progress != nil {
		r.Progress(r.sent)
	}
	if t := x.Trouble; t != nil {
		if t.Kind == wire.Unsent || t.Kind == wire.Cancelled {
			return nil, nil, fmt.Errorf("model: %s could not be sent: %s", x.Ask(), t.What)
		}
		return x, &misfit{"answer", "an answer", t.What}, nil
	}
	return x, unsound(x), nil
}
