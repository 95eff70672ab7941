package console_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/console"
)

// Lines of an answer come in order, with others between them; … stands for any text of a line.
func TestCompare(t *testing.T) {
	shell := console.Shell{Here: strings.NewReplacer("localhost:8080", "127.0.0.1:1234")}
	for _, shown := range [][]string{{"one", "three"}, {"…", "two"}, {"t…o"}, {"at localhost:8080 (…"}, {}} {
		assert.NoError(t, shell.Compare(exercises.Exchange{Answer: shown}, "one\r\ntwo\nthree\nat 127.0.0.1:1234 (process 7)\n"), "%q", shown)
	}
	for _, shown := range [][]string{{"three", "one"}, {"on"}, {"one", "one"}, {"t.o"}, {"t…x"}, {"four"}} {
		assert.Error(t, shell.Compare(exercises.Exchange{Answer: shown}, "one\ntwo\nthree\n"), "%q", shown)
	}
}

// A command has a folder, a home and variables of its own, and asks whom this run means.
func TestRun(t *testing.T) {
	shell := console.Shell{Dir: t.TempDir(), Env: []string{"COLOUR=blue"}, Here: strings.NewReplacer("localhost:8080", "127.0.0.1:1234")}
	printed, err := shell.Run(`cd "$HOME" && echo $COLOUR at localhost:8080 && pwd`)
	require.NoError(t, err)
	assert.Equal(t, "blue at 127.0.0.1:1234\n"+shell.Dir+"\n", printed)
	_, err = shell.Run("exit 3")
	assert.EqualError(t, err, "exit status 3")
}
