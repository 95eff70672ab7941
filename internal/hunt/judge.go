package hunt

import (
	"context"
	"slices"
	"sync"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/proof"
	"restlab/internal/proof/fault"
)

// Outcome is what became of a file. The first that applies counts.
type Outcome int

// The outcomes.
const (
	Unusable       Outcome = iota // a mistake in it shows only when it runs
	FailsReference                // it asks for what the contract does not
	FailsRight                    // it asks for more than the contract does
	CatchesNothing                // the hunted server passes
	Catches
)

// Judgement is a file held against all servers.
type Judgement struct {
	Outcome Outcome
	Result  *grade.Result  // of the server that decided
	Choices []fault.Choice // right servers that fail, and Result is of the first
	Right   int            // right servers of this level, the reference aside
	Caught  int            // faulty servers that fail
	Faults  int            // faulty servers
}

// Judge holds a file against the reference, the servers that are right in another way, the hunted one and all other
// faulty ones. Progress hears how many servers are done. The error is the context's, or that no server could be started.
func (h Hunt) Judge(ctx context.Context, file *contract.Contract, progress func(done, of int)) (*Judgement, error) {
	choices := slices.DeleteFunc(fault.Choices(), func(c fault.Choice) bool { return place(c.Level) < place(h.Level) })
	faults := fault.All()
	j := &judge{file: file, progress: progress, of: 1 + len(choices) + len(faults)}
	out := &Judgement{Right: len(choices), Faults: len(faults)}

	reference, err := j.all(ctx, []proof.Server{proof.Right()})
	if err != nil {
		return nil, err
	}
	switch out.Result = reference[0]; {
	case out.Result.Summary.LabFaults > 0:
		return out, nil
	case !kept(out.Result):
		out.Outcome = FailsReference
		return out, nil
	}
	if err := out.right(ctx, j, choices); err != nil || len(out.Choices) > 0 {
		return out, err
	}
	return out, out.faulty(ctx, j, faults, h)
}

// Slips are the mistakes of a file that is unusable.
func (out *Judgement) Slips() contract.Problems {
	var problems contract.Problems
	for _, s := range out.Result.Scenarios {
		if s.Verdict == grade.LabFault {
			problems = append(problems, contract.Problem{File: s.File, Line: s.Line, What: s.Why})
		}
	}
	return problems
}

// right looks for right servers that fail.
func (out *Judgement) right(ctx context.Context, j *judge, choices []fault.Choice) error {
	servers := make([]proof.Server, len(choices))
	for i, c := range choices {
		servers[i] = proof.Right(c)
	}
	results, err := j.all(ctx, servers)
	if err != nil {
		return err
	}
	for i, result := range results {
		if kept(result) {
			continue
		}
		if out.Choices == nil {
			out.Outcome, out.Result = FailsRight, result
		}
		out.Choices = append(out.Choices, choices[i])
	}
	return nil
}

// faulty counts what the file catches, and whether the hunted server is among it.
func (out *Judgement) faulty(ctx context.Context, j *judge, faults []fault.Fault, h Hunt) error {
	servers := make([]proof.Server, len(faults))
	for i, f := range faults {
		servers[i] = proof.Faulty(f)
	}
	results, err := j.all(ctx, servers)
	if err != nil {
		return err
	}
	out.Outcome = CatchesNothing
	for i, result := range results {
		caught := result.Summary.Failed > 0
		if caught {
			out.Caught++
		}
		if faults[i].Name != h.fault.Name {
			continue
		}
		if out.Result = result; caught {
			out.Outcome = Catches
		}
	}
	return nil
}

// kept reports whether each scenario has passed: one that could not be asked says nothing for a server.
func kept(r *grade.Result) bool { return r.Summary.Passed == len(r.Scenarios) }

// judge grades servers by one file.
type judge struct {
	file     *contract.Contract
	progress func(done, of int)

	mu       sync.Mutex
	done, of int
}

// all grades servers by the whole file, scenario after scenario, since a learner's may use the same key twice; always with
// the same seed, so that the same file is told the same.
func (j *judge) all(ctx context.Context, servers []proof.Server) ([]*grade.Result, error) {
	defer proof.SweepRarely()()
	results := make([]*grade.Result, len(servers))
	err := proof.Each(ctx, 0, len(servers), func(ctx context.Context, i int) error {
		result, err := servers[i].Grade(ctx, grade.Options{Contract: j.file, Brief: true, Keep: true, Pace: grade.Pace{Jobs: 1}}, true)
		results[i] = result
		j.count()
		return err
	})
	return results, err
}

func (j *judge) count() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.done++; j.progress != nil {
		j.progress(j.done, j.of)
	}
}
