package learn_test

import (
	"context"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/learn"
)

// predicts answers the predictions of an exercise with these lines.
func (p *person) predicts(number string, lines ...string) string {
	p.Helper()
	var out strings.Builder
	l := p.open(strings.NewReader(strings.Join(lines, "\n")), &out)
	require.NoError(p, l.Predict(p.Context(), exercise(p.T, number)))
	return out.String()
}

// Each prediction is judged at once. An empty line skips one, a line without a number is asked for once more, and the first time counts.
func TestPredict(t *testing.T) {
	p := newPerson(t)
	all := exercise(t, "01").Predictions()
	require.Len(t, all, 4)
	out := p.predicts("01", "perhaps", "999", "", "never", "no", "404 Not Found")
	assert.Contains(t, out, "\n1 of 4 · "+all[0].Question+"\n")
	assert.Contains(t, out, "     $ "+all[0].Request+"\n")
	assert.Contains(t, out, "Status: A status is a number, as 404 is.\nStatus: ✗ It is ")
	assert.Equal(t, 1, strings.Count(out, "✗ It is "+strconv.Itoa(all[0].Status)))
	assert.Contains(t, out, "of 2 predictions right.\n\nNext: restlab learn 01 begins it.\n")
	first := p.progress("01").Predictions
	require.NotNil(t, first)
	assert.Equal(t, 2, first.Of)

	p.begins("01", learn.BeginRequest{Language: "go"})
	out = p.predicts("01", strconv.Itoa(all[0].Status))
	assert.Contains(t, out, "✓ "+all[0].Why)
	assert.Contains(t, out, "\n1 of 1 prediction right.\n\nNext: restlab learn watch 01, or restlab learn hint 01.\n")
	assert.Equal(t, first, p.progress("01").Predictions)
	assert.Contains(t, p.predicts("02"), "There is nothing to predict in 02 · ")
}

// Ctrl-C ends the questions, and keeps nothing.
func TestPredictInterrupted(t *testing.T) {
	p := newPerson(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, _ := io.Pipe() // nobody types anything
	err := p.open(in, io.Discard).Predict(ctx, exercise(t, "01"))
	require.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, p.progress("01").Predictions)
}
