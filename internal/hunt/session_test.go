package hunt_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/hunt"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// learner hunts again and again, with progress and files in a folder of the test.
type learner struct {
	*testing.T
	home  string
	hunts []hunt.Hunt
}

func newLearner(t *testing.T) *learner {
	return &learner{t, t.TempDir(), hunt.All(labtest.Contract(t))}
}

// open returns a new session that prints to out.
func (l *learner) open(out io.Writer) *hunt.Session {
	l.Helper()
	t := &terminal.Terminal{Name: "./lab", In: strings.NewReader(""), Out: out, Err: out, Getenv: func(string) string { return "" }}
	s, err := hunt.Open(t, labtest.Contract(l), l.hunts, l.store())
	require.NoError(l, err)
	return s
}

func (l *learner) store() *state.Store {
	return state.Open(func(string) string { return l.home })
}

// update changes the progress that is kept.
func (l *learner) update(change func(*hunt.Progress)) hunt.Progress {
	l.Helper()
	p, err := state.Update(l.store(), hunt.Part, change)
	require.NoError(l, err)
	return p
}

// submit submits a file for the hunt that was served last. It returns what was printed, and how often a solved hunt was reported.
func (l *learner) submit(text string) (out string, solved int, err error) {
	l.Helper()
	path := filepath.Join(l.TempDir(), "mine.feature")
	require.NoError(l, os.WriteFile(path, []byte(text), 0o600))
	var printed strings.Builder
	err = l.open(&printed).Submit(l.Context(), hunt.Choice{}, path, func() error { solved++; return nil })
	return strings.ReplaceAll(printed.String(), path, "mine.feature"), solved, err
}

// status returns the exit status of an error.
func status(t *testing.T, err error) int {
	t.Helper()
	var e *lab.Error
	require.ErrorAs(t, err, &e)
	return e.Status
}

// A learner names a hunt by its number, or draws one by a seed. What does not exist or contradicts itself is bad usage.
func TestParseChoice(t *testing.T) {
	hunts, seed := hunt.All(labtest.Contract(t)), uint64(0)
	for _, c := range []struct {
		numbers []string
		level   string
		seed    *uint64
		want    hunt.Choice
	}{
		{nil, "", nil, hunt.Choice{}},
		{[]string{"12"}, "", nil, hunt.Choice{Number: 12}},
		{nil, "http", &seed, hunt.Choice{Level: "http", Seed: &seed}},
	} {
		got, err := hunt.ParseChoice(c.numbers, c.level, c.seed, hunts)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	for _, c := range []struct {
		numbers []string
		level   string
		seed    *uint64
		message string
	}{
		{[]string{"0"}, "", nil, `there is no hunt "0"`},
		{[]string{strconv.Itoa(len(hunts) + 1)}, "", nil, "there is no hunt "},
		{[]string{""}, "", nil, `there is no hunt ""`},
		{[]string{"mine.feature"}, "", nil, `there is no hunt "mine.feature"`},
		{nil, "expert", nil, `there is no level "expert"`},
		{[]string{"1"}, "http", nil, "contradict each other"},
		{[]string{"1"}, "", &seed, "contradict each other"},
	} {
		_, err := hunt.ParseChoice(c.numbers, c.level, c.seed, hunts)
		require.ErrorContains(t, err, c.message)
		assert.True(t, lab.IsUsage(err))
	}
}

// A hunt is explained and served until the context ends. Nothing that is printed or served names the mistake, and the hunt is
// kept as the one that was served last.
func TestServe(t *testing.T) {
	l := newLearner(t)
	h := named(t, "put-answers-202")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	in, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- l.open(out).Serve(ctx, hunt.Serving{
			Choice: hunt.Choice{Number: h.Number}, File: "there/hunt.feature",
		})
		_ = out.Close()
	}()
	text := untilServed(t, in)
	assert.True(t, strings.HasPrefix(text, "Hunt "+strconv.Itoa(h.Number)+" of "+strconv.Itoa(len(l.hunts))+" · level basics\n\n"), text)
	assert.Contains(t, text, "   A whole file, there/hunt.feature:\n")
	assert.Contains(t, text, "3. In another terminal: ./lab hunt --submit there/hunt.feature\n")
	assert.NotContains(t, text, h.Reveal().Name)
	assert.NotContains(t, text, h.Reveal().Does)

	base := regexp.MustCompile(`Serving hunt \d+ at (\S+)`).FindStringSubmatch(text)[1]
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, base+"/items/a", strings.NewReader(`{"value": 1}`))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, http.StatusAccepted, answer.StatusCode)

	stop()
	require.NoError(t, <-done)
	assert.Equal(t, h.ID, l.update(func(*hunt.Progress) {}).Current)
}

// untilServed returns what is printed until the server runs, and reads on in the background.
func untilServed(t *testing.T, in io.Reader) string {
	t.Helper()
	var text strings.Builder
	for buffer := make([]byte, 4096); !strings.Contains(text.String(), "Ctrl-C stops the server.\n"); {
		n, err := in.Read(buffer)
		require.NoError(t, err, text.String())
		text.Write(buffer[:n])
	}
	go func() { _, _ = io.Copy(io.Discard, in) }()
	return text.String()
}

// If the hunt cannot be kept, nothing is served and the address is free again. If the address is taken, no hunt has begun; if all hunts
// are solved, the address does not matter.
func TestNotServed(t *testing.T) {
	l := newLearner(t)
	how := hunt.Serving{Addresses: []string{"127.0.0.1:" + labtest.FreePort(t)}}
	var out strings.Builder
	home := l.home
	l.home = filepath.Join(home, "later")
	s := l.open(&out)
	require.NoError(t, os.WriteFile(l.home, nil, 0o600)) // so it cannot become a folder
	require.ErrorContains(t, s.Serve(t.Context(), how), "progress cannot be kept in ")
	assert.Empty(t, out.String())
	other, err := net.Listen("tcp", how.Addresses[0])
	require.NoError(t, err)
	defer other.Close()

	l.home = home
	err = l.open(&out).Serve(t.Context(), how)
	assert.Equal(t, lab.ExitUnreachable, status(t, err))
	assert.Empty(t, l.update(func(*hunt.Progress) {}).Current)

	l.update(func(p *hunt.Progress) {
		for _, h := range l.hunts {
			p.Solve(h)
		}
	})
	require.NoError(t, l.open(&out).Serve(t.Context(), how))
	assert.Equal(t, "Nothing is left to hunt here: ./lab hunt --list names what you have solved, ./lab hunt NUMBER serves it again.\n", out.String())
}

// The list names the hunts that are solved, and no others.
func TestList(t *testing.T) {
	l := newLearner(t)
	h := named(t, "put-creates-with-200")
	l.update(func(p *hunt.Progress) { p.Solve(h) })
	var out strings.Builder
	l.open(&out).List()
	assert.Regexp(t, `^basics: 0 of \d+ solved, hunts 1 to \d+\nhttp: 1 of \d+ solved, hunts \d+ to \d+\n  ✓ +\d+  put-creates-with-200: .*\nproduction: 0 of \d+ solved, .*\n\./lab hunt goes on with hunt 1\.\n$`, out.String())
}
