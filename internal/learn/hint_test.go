package learn_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"restlab/internal/course"
	"restlab/internal/learn"
)

func (p *person) asksForHint(number string, all bool) string {
	p.Helper()
	return p.does(func(l *learn.Learner) error { l.Hint(exercise(p.T, number), all); return nil })
}

// Hints come one at a time, stronger each time. After the last one it is printed again, with the way to the solution.
func TestHint(t *testing.T) {
	p := newPerson(t)
	hints := exercise(t, "01").Hints()
	for i, hint := range hints {
		out := p.asksForHint("01", false)
		assert.True(t, strings.HasPrefix(out, fmt.Sprintf("Hint %d of %d · %s\n\n  ", i+1, len(hints), hint.Heading)), out)
		assert.Equal(t, i+1 < len(hints), strings.HasSuffix(out, "\nA stronger one: restlab learn hint 01\n"), out)
	}
	out := p.asksForHint("01", false)
	assert.True(t, strings.HasPrefix(out, fmt.Sprintf("Hint %d of ", len(hints))), out)
	assert.Contains(t, out, "There is no stronger one. If you give up: restlab learn solution 01 --give-up\n")
	p.updates("01", (*course.State).Pass)
	out = p.asksForHint("01", true)
	assert.Equal(t, len(hints), strings.Count(out, "Hint "))
	assert.Contains(t, out, "There is no stronger one. The solution: restlab learn solution 01\n")
	assert.Equal(t, len(hints), p.progress("01").Hints)
}

// Hints for the rule that failed last come before those of the exercise.
func TestHintForRule(t *testing.T) {
	p := newPerson(t)
	fail := func(s *course.State) {
		s.Missed, s.Ahead = "items.read", []string{"Look here.", "Look there.", "Write this."}
	}
	p.updates("01", fail)
	assert.Equal(t, "Hint for items.read, which failed last\n\n  Look here.\n\nAnother one: restlab learn hint 01\n", p.asksForHint("01", false))
	out := p.asksForHint("01", true)
	assert.True(t, strings.HasPrefix(out, "Hint for items.read, which failed last\n\n  Look there.\n\n  Write this.\n\nHint 1 of 6 · "), out)
	assert.NotContains(t, out, "Another one")
	assert.NotContains(t, p.asksForHint("01", false), "items.read")
}

// Commands at once print different hints, although each has read the progress before any other has changed it.
func TestHintsAtOnce(t *testing.T) {
	p := newPerson(t)
	p.updates("01", func(s *course.State) { s.Missed, s.Ahead = "items.read", []string{"Look here.", "Look there."} })
	e := exercise(t, "01")
	var outs [8]strings.Builder
	var learners [8]*learn.Learner
	for i := range outs {
		learners[i] = p.open(strings.NewReader(""), &outs[i])
	}
	var all sync.WaitGroup
	for _, l := range learners {
		all.Go(func() { l.Hint(e, false) })
	}
	all.Wait()
	firstLine := regexp.MustCompile(`(?m)^(Hint \d+ of|  Look \w+\.)`)
	seen := map[string]int{}
	for i := range outs {
		seen[firstLine.FindString(outs[i].String())]++
	}
	want := map[string]int{"  Look here.": 1, "  Look there.": 1}
	for number := range 6 {
		want[fmt.Sprintf("Hint %d of", number+1)] = 1
	}
	assert.Equal(t, want, seen)
	assert.Equal(t, 6, p.progress("01").Hints)
	assert.Empty(t, p.progress("01").Ahead)
}

// The solution is shown once the exercise is passed, or given up. Each of its files is compared with the learner's.
func TestSolution(t *testing.T) {
	p := newPerson(t)
	solution := func(giveUp bool) func(*learn.Learner) error {
		return func(l *learn.Learner) error { return l.Solution(exercise(t, "01"), giveUp) }
	}
	assert.Contains(t, p.fails(solution(false)), "01 · Items: a server is not passed yet; a hint may do: ")
	assert.Contains(t, p.does(solution(true)), "\nmain.go\n")
	p.begins("01", learn.BeginRequest{Language: "flask"})
	write(t, "my-course/01-items/server.py", "from flask import Flask\nprint(\"mine\")\n")
	p.updates("01", (*course.State).Pass)
	out := p.does(solution(false))
	assert.Contains(t, out, "01 · Items: a server\n\nOne good program of many: ")
	assert.Contains(t, out, "\nserver.py\n")
	assert.Contains(t, out, "- print(\"mine\")\n")
	assert.Contains(t, p.fails(func(l *learn.Learner) error { return l.Solution(exercise(t, "13"), true) }), "there is no solution for 13 · ")
}
