package course_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/contract"
	"restlab/internal/course"
	"restlab/internal/endpoint"
	"restlab/internal/grade"
	"restlab/internal/proof/fault"
	"restlab/server"
)

// judge grades a server by the rules of an exercise.
func judge(t *testing.T, number string, s *httptest.Server) course.Outcome {
	t.Helper()
	e := find(t, number)
	rules, err := contract.Load(features.Files)
	require.NoError(t, err)
	at, err := endpoint.Find(context.Background(), s.URL)
	require.NoError(t, err)
	result, err := grade.Run(context.Background(), grade.Options{
		Contract: rules, Items: at, Tasks: at, Level: e.Level, Rules: course.Rules(e), First: e.Rules, Partly: true, Seed: 1,
	})
	require.NoError(t, err)
	assert.Equal(t, e.Rules[0], result.Scenarios[0].Rule, "its own rules come first")
	return course.Judge(e, result)
}

// A server that keeps all rules passes. One that breaks a rule, of the exercise or of one before it, does not.
func TestJudge(t *testing.T) {
	reference := httptest.NewServer(server.New(server.NewMemory(1<<20), server.DefaultLimits(), slog.New(slog.DiscardHandler)))
	defer reference.Close()
	assert.Equal(t, course.Outcome{Passed: true, Kept: course.Score{Right: 16, Of: 16}}, judge(t, "03", reference))

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
