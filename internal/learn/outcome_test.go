package learn_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/catalogue"
	"restlab/internal/fault"
	"restlab/internal/grade"
	"restlab/internal/learn"
	"restlab/internal/target"
	"restlab/server"
)

// judge grades a server by the rules of an exercise.
func judge(t *testing.T, number string, s *httptest.Server) learn.Outcome {
	t.Helper()
	e := find(t, number)
	rules, err := catalogue.Load(features.Files)
	require.NoError(t, err)
	at, err := target.Find(context.Background(), s.URL)
	require.NoError(t, err)
	result, err := grade.Run(context.Background(), grade.Options{
		Catalogue: rules, Items: at, Tasks: at, Level: e.Level, Rules: learn.Rules(e), First: e.Rules, Partly: true, Seed: 1,
	})
	require.NoError(t, err)
	assert.Equal(t, e.Rules[0], result.Scenarios[0].Rule, "its own rules come first")
	return learn.Judge(e, result)
}

// A server that keeps all rules passes. One that breaks a rule, of the exercise or of one before it, does not.
func TestJudge(t *testing.T) {
	reference := httptest.NewServer(server.New(server.NewMemory(1<<20), server.DefaultLimits(), slog.New(slog.DiscardHandler)))
	defer reference.Close()
	assert.Equal(t, learn.Outcome{Passed: true, Kept: learn.Score{Right: 16, Of: 16}}, judge(t, "03", reference))

	f, known := fault.Find("put-concatenates")
	require.True(t, known)
	wrong := httptest.NewServer(f.Handler())
	defer wrong.Close()
	o := judge(t, "03", wrong)
	assert.False(t, o.Passed)
	assert.Equal(t, "items.replace", o.Missed)
	assert.Less(t, o.Kept.Right, 16)
}

// A rule that could not be asked for is not kept, though nothing has failed: a server alone has no replicas.
func TestJudgeUnasked(t *testing.T) {
	reference := httptest.NewServer(server.New(server.NewMemory(64<<20), server.DefaultLimits(), slog.New(slog.DiscardHandler)))
	defer reference.Close()
	o := judge(t, "11", reference)
	assert.False(t, o.Passed)
	assert.Equal(t, []string{"replicas"}, o.Unasked)
}
