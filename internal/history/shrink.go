package history

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sort"
	"time"
)

// ErrUndecided says that the search for an explanation was given up. Nobody is to be blamed for that.
var ErrUndecided = errors.New("the history is too entangled to be judged")

// Check returns what is wrong with the history, or nil if there is an explanation for every item in it. It returns nil
// and ErrUndecided if it found neither within its bounds or before ctx ended. If several items are wrong the violation
// is about the first.
func (h History) Check(ctx context.Context) (*Violation, error) {
	var err error
	for _, item := range byTarget(h, func(op Operation) string { return op.Target }) {
		c := newChecker(ctx)
		whole := partOf(item)
		switch c.check(whole) {
		case violated:
			return violation(item, c.shrink(whole)), nil
		case undecided:
			err = ErrUndecided
		case explained:
		}
	}
	return nil, err
}

func partOf(item []Operation) part {
	var p part
	for _, op := range item {
		switch e := op.effect(); {
		case e.mayHappen():
			p.maybe = append(p.maybe, op)
		case e != silent:
			p.firm = append(p.firm, op)
		}
	}
	slices.SortFunc(p.firm, byCall)
	return p
}

// shrink takes away from a part without explanation what is not needed for there to be none. Each step only forgets
// something that is known of the whole: if the whole had an explanation, so would what is left. That it has none is
// therefore a proof by itself.
func (c *checker) shrink(whole part) part {
	early := c.prefix(whole)
	forward := c.thinned(early, byCall)
	backward := c.thinned(early, func(a, b Operation) int { return byCall(b, a) })
	if len(backward.firm) < len(forward.firm) {
		return backward
	}
	return forward
}

// thinned takes away as long as anything goes.
func (c *checker) thinned(p part, order func(a, b Operation) int) part {
	for {
		before := len(p.firm)
		p = c.thin(c.suffix(p), order)
		if len(p.firm) == before {
			return p
		}
	}
}

// prefix ends the part at the earliest return after which there is no explanation.
func (c *checker) prefix(p part) part {
	ends := make([]time.Duration, len(p.firm))
	for i, op := range p.firm {
		ends[i] = op.Return
	}
	slices.Sort(ends)
	last := len(ends) - 1
	n := sort.Search(last, func(i int) bool { return c.check(p.until(ends[i])) == violated })
	if n == last {
		return p
	}
	return p.until(ends[n])
}

// until is the part as it was known at a time. A read without an answer says nothing, and a change without an answer may
// have happened.
func (p part) until(end time.Duration) part {
	var q part
	for _, op := range p.firm {
		switch {
		case op.Return <= end:
			q.firm = append(q.firm, op)
		case op.Call <= end && op.effect().changes():
			q.maybe = append(q.maybe, op)
		}
	}
	for _, op := range p.maybe {
		if op.Call <= end {
			q.maybe = append(q.maybe, op)
		}
	}
	return q
}

// suffix begins the part at the latest call before which nothing is needed.
func (c *checker) suffix(p part) part {
	for i := len(p.firm) - 1; i > 0; i-- {
		if q := p.since(p.firm[i].Call); c.check(q) == violated {
			return q
		}
	}
	return p
}

// since is the part without what had returned before a time, all of which came before all that is kept, whatever it
// left behind. A change under way at that time may have happened before it or after.
func (p part) since(begin time.Duration) part {
	var q part
	for _, op := range p.maybe {
		if op.effect().mayHappen() || op.Return >= begin {
			q.maybe = append(q.maybe, op)
		}
	}
	for _, op := range p.firm {
		switch {
		case op.Call >= begin:
			q.firm = append(q.firm, op)
		case op.Return >= begin && op.effect().changes():
			q.maybe = append(q.maybe, op)
		}
	}
	return q
}

// thin goes through the operations once, reads first, and takes away each that is not needed. Once is enough: an operation
// that is needed is needed all the more when others are gone.
func (c *checker) thin(p part, order func(a, b Operation) int) part {
	candidates := slices.Clone(p.firm)
	slices.SortFunc(candidates, func(a, b Operation) int {
		return cmp.Or(cmp.Compare(weight(a), weight(b)), order(a, b))
	})
	for _, op := range candidates {
		if q := p.without(op); c.check(q) == violated {
			p = q
		}
	}
	return p
}

func weight(op Operation) int {
	if op.effect().changes() {
		return 1
	}
	return 0
}

// without is the part without an answer: of a read nothing is left, and a change may have happened.
func (p part) without(op Operation) part {
	q := part{maybe: slices.Clone(p.maybe)}
	for _, other := range p.firm {
		if other != op {
			q.firm = append(q.firm, other)
		} else if op.effect().changes() {
			q.maybe = append(q.maybe, op)
		}
	}
	return q
}
