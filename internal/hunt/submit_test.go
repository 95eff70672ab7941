package hunt_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/hunt"
	"restlab/internal/lab"
	"restlab/internal/labtest"
)

// A file is judged for the hunt that was served last. What does not solve it is explained and leaves with status 1; each file that
// catches nothing brings a hint. What solves it is told, kept, and reported to the caller.
func TestSubmit(t *testing.T) {
	labtest.Slow(t, "it asks all faulty servers, several times")
	l := newLearner(t)
	h := named(t, "put-answers-202")
	l.update(func(p *hunt.Progress) { p.Current = h.ID })

	out, solved, err := l.submit(scenario("When the client sends GET /items/{key}", "Then the status is 200 OK"))
	assert.Equal(t, lab.ExitFailed, status(t, err))
	assert.Regexp(t, `^Hunt \d+ of \d+ · level basics · mine\.feature\n\n✗ Fails on the reference, which keeps every rule: `, out)
	assert.Contains(t, out, "  expected   200 OK\n  received   404 Not Found\n")
	assert.Contains(t, out, "\nCompare with ./lab serve, which serves the reference.\n")

	out, _, err = l.submit(scenario(`Given the item {key} is "blue"`, `When the client sends PUT /items/{key} with {"value": 1}`, "Then the status is 200 OK"))
	assert.Equal(t, lab.ExitFailed, status(t, err))
	assert.Regexp(t, `\n\n✓ Passes on the reference\n✗ Fails on \d+ of \d+ servers that are right in another way: .* at level basics\.\n\nThe first of them is right, too: .*\n\(\./lab serve --choice 204-for-put\)\n`, out)

	for _, hint := range []string{"Hint 1 of 4: It shows with items.", "Hint 2 of 4: It shows in the answer to PUT."} {
		out, _, err = l.submit(hunt.Example)
		assert.Equal(t, lab.ExitFailed, status(t, err))
		assert.Regexp(t, `✓ Passes on all \d+ servers that are right in another way\n✗ Does not fail on the hunted server: .*\n  Of all \d+ faulty servers of the lab it catches \d+\n\n`+hint+`\n$`, out)
		assert.NotContains(t, out, h.Reveal().Name)
	}
	assert.Zero(t, solved)

	out, solved, err = l.submit(scenario(`Given the item {key} is "blue"`, `When the client sends PUT /items/{key} with {"value": 1}`, "Then the status is 200 OK or 204 No Content"))
	require.NoError(t, err)
	assert.Equal(t, 1, solved)
	assert.Regexp(t, `\n✓ Fails on the hunted server: S: expected 200 OK or 204 No Content, received 202 Accepted\n  Of all`, out)
	assert.Regexp(t, `\n\nSolved: hunt \d+ was put-answers-202\.\n  .*\n  It breaks items\.replace, .*\. \./lab rules items\.replace tells why that matters\.\n\n1 of \d+ hunts are solved\. \./lab hunt goes on with hunt 1\.\n$`, out)
	progress := l.update(func(*hunt.Progress) {})
	assert.True(t, progress.HasSolved(h))
}

// A Given that the hunted server cannot do is no catch, and is named.
func TestSubmitNotReached(t *testing.T) {
	labtest.Slow(t, "it asks all faulty servers")
	l := newLearner(t)
	l.update(func(p *hunt.Progress) { p.Current = named(t, "delete-does-nothing").ID })
	out, _, err := l.submit(scenario(`Given the item {key} was deleted`, "When the client sends GET /items/{key}", "Then the status is 404 Not Found or 410 Gone"))
	assert.Equal(t, lab.ExitFailed, status(t, err))
	assert.Regexp(t, `\n  S could not be checked there: .*\n  Only the sentences after Then catch anything\.\n`, out)
}

// A file that cannot be used is bad usage, and so is a file for no hunt.
func TestSubmitUnusable(t *testing.T) {
	l := newLearner(t)
	_, _, err := l.submit(hunt.Example)
	require.ErrorContains(t, err, "no hunt has begun")
	assert.True(t, lab.IsUsage(err))

	l.update(func(p *hunt.Progress) { p.Current = l.hunts[0].ID })
	for text, want := range map[string]string{
		scenario("When the client mails GET /items/{key}", "Then the status is 200 OK"):   "is no sentence of the lab",
		scenario("When the client repeats the request", "Then the status is 201 Created"): "there is no request to repeat yet",
	} {
		_, _, err := l.submit(text)
		require.ErrorContains(t, err, "the file cannot be used\n")
		require.ErrorContains(t, err, want)
		assert.True(t, lab.IsUsage(err))
		assert.Equal(t, "restlab steps lists the sentences with an example each", lab.Hint(err))
	}
	for path, want := range map[string]string{"missing.feature": "there is no file missing.feature", t.TempDir(): "is a directory"} {
		err := l.open(io.Discard).Submit(t.Context(), hunt.Choice{Number: 1}, path, nil)
		require.ErrorContains(t, err, want)
		assert.True(t, lab.IsUsage(err))
	}
}

// An interruption ends the judging with the error of the context. The hunt is not missed by it.
func TestSubmitInterrupted(t *testing.T) {
	l := newLearner(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "mine.feature")
	require.NoError(t, os.WriteFile(path, []byte(hunt.Example), 0o600))
	err := l.open(io.Discard).Submit(ctx, hunt.Choice{Number: 1}, path, nil)
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, l.update(func(*hunt.Progress) {}).Missed)
}
