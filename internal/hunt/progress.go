package hunt

import "slices"

// Progress is how far a learner has come. Of a hunt that is not solved it keeps the ID alone.
type Progress struct {
	Current string         `json:"current,omitempty"` // the hunt that was served last
	Solved  []string       `json:"solved,omitempty"`  // names of the faults, in the order in which they were caught
	Missed  map[string]int `json:"missed,omitempty"`  // how many files have missed a hunt that is not solved
}

// HasSolved reports whether the hunt is solved.
func (p *Progress) HasSolved(h Hunt) bool { return slices.Contains(p.Solved, h.fault.Name) }

// Solve notes that the hunt is solved.
func (p *Progress) Solve(h Hunt) {
	delete(p.Missed, h.ID)
	if !p.HasSolved(h) {
		p.Solved = append(p.Solved, h.fault.Name)
	}
}

// Miss notes that a file has missed the hunt, and returns how many have.
func (p *Progress) Miss(h Hunt) int {
	if p.Missed == nil {
		p.Missed = map[string]int{}
	}
	p.Missed[h.ID]++
	return p.Missed[h.ID]
}

// Last is the hunt that was served last, and whether there is one.
func (p *Progress) Last(all []Hunt) (Hunt, bool) {
	return firstThat(all, func(h Hunt) bool { return h.ID == p.Current })
}

// Next is the hunt to go on with: the last one while it is not solved, then the first that is not; and whether there is
// one.
func (p *Progress) Next(all []Hunt) (Hunt, bool) {
	if last, known := p.Last(all); known && !p.HasSolved(last) {
		return last, true
	}
	return firstThat(all, func(h Hunt) bool { return !p.HasSolved(h) })
}

func firstThat(all []Hunt, wanted func(Hunt) bool) (Hunt, bool) {
	i := slices.IndexFunc(all, wanted)
	if i < 0 {
		return Hunt{}, false
	}
	return all[i], true
}

// Count is how many of these hunts are solved.
func (p *Progress) Count(of []Hunt) int {
	n := 0
	for _, h := range of {
		if p.HasSolved(h) {
			n++
		}
	}
	return n
}
