package grade

import (
	"context"
	"slices"

	"restlab/internal/contract"
)

// Repeated is one of several gradings.
type Repeated struct {
	Seed    uint64  `json:"seed"`
	Seconds float64 `json:"seconds"`
	Counts
}

// Flaky is a scenario that passed in some gradings and did not in others.
type Flaky struct {
	ID         string   `json:"id"`
	Rule       string   `json:"rule"`
	Level      string   `json:"level"`
	Passed     int      `json:"passed"`
	Failed     int      `json:"failed"`
	NotReached int      `json:"not_reached"`
	Seeds      []uint64 `json:"seeds"` // with which it did not pass
}

// Repeat grades so many times, with the seed and the ones that follow it, and calls each with every result. What it
// returns is all of them in one: of each scenario the worst that was seen of it, as it was seen first. A point is earned
// where it was earned every time. The errors are those of Run.
func Repeat(ctx context.Context, o Options, times int, each func(*Result)) (*Result, error) {
	if times == 1 {
		return Run(ctx, o)
	}
	all := Joined{Contract: o.Contract}
	for range times {
		result, err := Run(ctx, o)
		if err != nil {
			return nil, err
		}
		each(result)
		all.Add(result)
		o.Seed++
		o.Brief = true // the exchanges of what passes are in the first one
	}
	return all.Result(), nil
}

// Joined is several gradings of one server in the making.
type Joined struct {
	Contract *contract.Contract

	result  *Result
	worst   map[string]*Scenario
	tallies map[string]*Flaky
}

// Add takes one more grading in.
func (j *Joined) Add(one *Result) {
	if j.result == nil {
		first := *one
		j.result, j.worst, j.tallies = &first, map[string]*Scenario{}, map[string]*Flaky{}
		j.result.LeftBehind = 0
		j.result.Seconds, j.result.Deaths, j.result.notes, j.result.left = 0, 0, nil, nil
	}
	all := j.result
	all.Seconds += one.Seconds
	all.Silent = all.Silent && one.Silent
	all.Deaths += one.Deaths
	all.LeftBehind += one.LeftBehind
	all.Repeats = append(all.Repeats, Repeated{one.Seed, one.Seconds, one.Summary.Counts})
	if len(all.History) == 0 {
		all.History = one.History
	}
	for _, note := range one.notes {
		if !slices.Contains(all.notes, note) {
			all.notes = append(all.notes, note)
		}
	}
	all.left = append(all.left, one.left...)
	for _, s := range one.Scenarios {
		j.scenario(s, one.Seed)
	}
}

func (j *Joined) scenario(s *Scenario, seed uint64) {
	if j.tallies[s.ID] == nil {
		j.tallies[s.ID] = &Flaky{ID: s.ID, Rule: s.Rule, Level: s.Level}
	}
	j.tallies[s.ID].countVerdict(s.Verdict, seed)
	if before := j.worst[s.ID]; before != nil && (before.Verdict == s.Verdict || Worse(before.Verdict, s.Verdict) == before.Verdict) {
		return
	}
	j.worst[s.ID] = s
	if seed != j.result.Seed {
		s.Seed = seed
	}
}

func (f *Flaky) countVerdict(v Verdict, seed uint64) {
	switch v {
	case Passed:
		f.Passed++
		return
	case Failed:
		f.Failed++
	case NotReached:
		f.NotReached++
	default:
		return
	}
	f.Seeds = append(f.Seeds, seed)
}

// Result is what all of them say together.
func (j *Joined) Result() *Result {
	all := j.result
	all.Scenarios, all.Flaky = nil, []Flaky{}
	for _, s := range j.Contract.Scenarios {
		if worst := j.worst[s.ID]; worst != nil {
			all.Scenarios = append(all.Scenarios, worst)
		}
	}
	all.sort(Options{Contract: j.Contract})
	for _, s := range all.Scenarios {
		if f := j.tallies[s.ID]; f.Passed > 0 && len(f.Seeds) > 0 {
			all.Flaky = append(all.Flaky, *f)
		}
	}
	all.Summary = summarize(all.Scenarios, all.left, all.notes)
	return all
}

// SeedOf is the seed that a scenario of the result ran with.
func (r *Result) SeedOf(s *Scenario) uint64 {
	if s.Seed != 0 {
		return s.Seed
	}
	return r.Seed
}

// IsFlaky reports whether the scenario passed in some of several gradings and did not in others.
func (r *Result) IsFlaky(id string) bool {
	return slices.ContainsFunc(r.Flaky, func(f Flaky) bool { return f.ID == id })
}
