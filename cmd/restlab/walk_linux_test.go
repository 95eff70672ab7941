package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/labtest"
	"restlab/internal/session"
	"restlab/internal/walk"
)

// A walk at a window of 80 columns: the opening, a question, a guess and its answer, the state of the resource, back, a
// jump to a sentence, the end; the next scenario, the list with a search; the terminal is then as it was.
func TestWalkAtTerminal(t *testing.T) {
	s := newScreen(t)
	before := s.settings()
	s.enter("restlab walk items")
	s.looksLike("walk-opening")
	s.press("Space")
	s.looksLike("walk-question")
	s.press("1")
	s.looksLike("walk-guess")
	s.press("Space")
	s.looksLike("walk-answer")
	s.press("3")
	s.shows("There is nothing to guess here.")
	s.press("g")
	s.press("3")
	s.looksLike("walk-third-sentence")
	s.press("Left")
	s.press("Left")
	s.looksLike("walk-back")
	s.press("e")
	s.looksLike("walk-end")
	s.press("n")
	s.looksLike("walk-next")
	s.press("l")
	s.press("-l", "replace")
	s.looksLike("walk-list")
	s.press("Down")
	s.press("Enter")
	s.looksLike("walk-chosen")
	s.press("f")
	s.press("g")
	s.press("2")
	s.shows("> User-Agent: ")
	s.press("?")
	s.looksLike("walk-keys")
	s.press("x")
	s.press("q")
	s.shows("ready$")
	assert.Equal(t, before, s.settings())
	s.isAlone(s.shell)
}

// The body of a request is changed and sent again; then the scenario is played as it is written.
func TestWalkAnotherBody(t *testing.T) {
	s := newScreen(t)
	s.enter("restlab walk put.created")
	s.shows("1 of ")
	s.press("Space")
	s.shows("What will the status of the answer be?")
	s.press("c")
	s.shows("Send this body:")
	s.press("Escape")
	s.shows("What will the status of the answer be?")
	s.press("c")
	s.shows("Send this body:")
	s.press("BSpace")
	s.press("Enter")
	s.looksLike("walk-changed-question")
	s.press("Space")
	s.looksLike("walk-changed-answer")
	s.press("e")
	s.looksLike("walk-changed-end")
	s.press("r")
	s.press("e")
	s.shows("All of it was so on the reference.")
}

// A fault: where it fails, and the reference beside it, in both sizes and without colour.
func TestWalkFault(t *testing.T) {
	s := newScreen(t)
	s.enter("NO_COLOR=1 restlab walk --fault put-concatenates")
	s.shows("1 of 3")
	s.press("e")
	s.looksLike("walk-fault-end")
	s.press("s")
	s.looksLike("walk-beside-end")
	s.press("Left")
	s.looksLike("walk-beside")
	coloured := s.tmux("capture-pane", "-p", "-e")
	assert.NotRegexp(t, `\x1b\[[0-9;]*3[0-7]`, coloured, "NO_COLOR")

	s.tmux("resize-window", "-x", "160", "-y", "50")
	s.looksLike("walk-beside-160")
	s.press("s")
	s.looksLike("walk-fault-160")
	s.tmux("resize-window", "-x", "40", "-y", "10")
	s.looksLike("walk-too-small")
	s.tmux("resize-window", "-x", "80", "-y", "24")
	s.press("e")
	s.looksLike("walk-fault-end")
	s.press("n")
	s.press("n")
	s.press("n")
	s.shows("This was the last scenario.")
}

// A client is walked through too: what it sends is seen, and there is nothing to guess.
func TestWalkClient(t *testing.T) {
	s := newScreen(t)
	s.enter("restlab walk --fault json-without-label")
	s.shows("This client sends requests.")
	s.press("Space")
	s.looksLike("walk-client")
	s.press("e")
	s.looksLike("walk-client-end")
}

// Colours are there where nobody forbids them.
func TestWalkColours(t *testing.T) {
	s := newScreen(t)
	s.enter("restlab walk items.read.missing")
	s.shows("1 of ")
	s.press("Space")
	s.shows("What will the status of the answer be?")
	assert.Regexp(t, `\x1b\[[0-9;]*3[0-7]`, s.tmux("capture-pane", "-p", "-e"))
}

// Ctrl-C ends a walk with status 130, q and Ctrl-D with 0, also while a scenario is played and while a body is typed; a closed terminal ends it too.
func TestWalkEnds(t *testing.T) {
	s := newScreen(t)
	before := s.settings()
	for _, way := range []struct {
		keys   []string
		status string
	}{
		{[]string{"C-c"}, "status 130"},
		{[]string{"q"}, "status 0"},
		{[]string{"C-d"}, "status 0"},
		{[]string{"l", "C-c"}, "status 130"},
		{[]string{"Space", "c", "C-c"}, "status 130"},
		{[]string{"n", "n", "C-d"}, "status 0"},
	} {
		s.clear()
		s.enter("restlab walk items; echo status $?")
		s.shows("The reference answers.")
		for _, key := range way.keys {
			s.press(key)
		}
		s.shows("\n" + way.status)
		assert.Equal(t, before, s.settings(), way.keys)
	}
	s.enter("restlab walk items")
	s.shows("The reference answers.")
	s.tmux("kill-session")
	s.isAlone()
}

// docs/walkthroughs has a handout of each feature, and no other file; each is current, and nothing in it has failed.
func TestWalkthroughs(t *testing.T) {
	labtest.Slow(t, "it plays every feature")
	servers, err := session.ServerContract()
	require.NoError(t, err)
	ofClients, err := session.ClientContract()
	require.NoError(t, err)
	folder := filepath.Join("..", "..", "docs", "walkthroughs")
	known := map[string]bool{}
	for _, feature := range append(walk.Features(servers), walk.Features(ofClients)...) {
		name := strings.ReplaceAll(feature, "/", "-") + ".md"
		known[name] = true
		t.Run(feature, func(t *testing.T) {
			t.Parallel()
			kept, err := os.ReadFile(filepath.Join(folder, name))
			require.NoError(t, err)
			var printed []byte
			for range 5 { // a busy machine may be late to lose an answer
				printed, err = exec.Command("restlab", "walk", feature, "--plain").Output()
				require.NoError(t, err)
				if string(kept) == string(printed) {
					break
				}
			}
			if string(kept) != string(printed) {
				assert.Equal(t, strings.Split(string(kept), "\n"), strings.Split(string(printed), "\n"), "make docs writes it again")
			}
			assert.NotContains(t, string(printed), "✗")
			assert.NotContains(t, strings.ReplaceAll(string(printed), "not reached  it is about a whole grading", ""), "not reached")
		})
	}
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, file := range files {
		assert.True(t, known[file.Name()], "%s belongs to no feature", file.Name())
	}
}
