package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// At a terminal of 80 columns: no line is longer, a scenario is walked through, Ctrl-D brings the results, and Ctrl-C ends it with status 130. The
// terminal is then as it was.
func TestQuizAtTerminal(t *testing.T) {
	s := newScreen(t)
	before := s.settings()
	s.enter("restlab quiz --subject status --seed 3")
	s.shows("Your answer:")
	s.enter("s")
	s.shows("Scenario 1\n")
	s.press("e")
	s.shows("✓ All of it was so on the reference.")
	s.press("q")
	s.shows("Your answer: s\n\nYour answer:")
	s.enter("a")
	s.shows("Enter goes on, s shows it, q ends:")
	s.enter("")
	s.shows("2 of 6 · Status codes")
	for line := range strings.Lines(s.text()) {
		assert.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), 80)
	}
	s.press("C-d")
	seen := s.shows("33 questions left")
	assert.Contains(t, seen, "0 of 1 answer right:")
	assert.Contains(t, seen, "restlab learn 06   (Status codes and errors)")

	s.clear()
	s.enter("restlab quiz")
	s.shows("Your answer:")
	s.press("C-c")
	s.shows("restlab: interrupted")
	s.enter("echo status $?")
	s.shows("status 130")
	assert.Equal(t, before, s.settings())
	s.isAlone(s.shell)
}

// A whole quiz, from the first question to the results: whoever always takes the first option reads each explanation.
func TestQuizToTheEnd(t *testing.T) {
	s := newScreen(t)
	s.clear()
	s.enter("restlab quiz --seed 3")
	for i := 1; i <= 33; i++ {
		s.hasShown("Your answer:", i)
		s.enter("a")
		s.hasShown("Enter goes on, s shows it, q ends:", i)
		s.press("Enter")
	}
	s.shows("questions left: restlab quiz.")
	s.shows("\nready$")
	s.becomes("quiz", s.text)
}
