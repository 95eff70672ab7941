package course_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/course"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/proof/fault"
)

// judge grades a server by the rules of an exercise.
func judge(t *testing.T, number string, base string) course.Outcome {
	t.Helper()
	e := find(t, number)
	at := labtest.Endpoint(t, base)
	result, err := grade.Run(context.Background(), grade.Options{Contract: labtest.Contract(t), Seed: 1, Servers: lab.Both(at), Selection: grade.Selection{Level: e.Level, Rules: course.Rules(e), First: e.Rules, Partly: true}, Pace: grade.Pace{Sequences: 20}})
	require.NoError(t, err)
	assert.Equal(t, e.Rules[0], result.Scenarios[0].Rule, "its own rules come first")
	return course.Judge(e, result)
}

// A server that keeps all rules passes. One that breaks a rule, of the exercise or of one before it, does not.
func TestJudge(t *testing.T) {
	assert.Equal(t, course.Outcome{Passed: true, Kept: course.Score{Right: 16, Of: 16}}, judge(t, "03", labtest.Reference(t)))

	f, known := fault.Find("put-concatenates")
	require.True(t, known)
	o := judge(t, "03", labtest.Serve(t, f.Handler()))
	assert.False(t, o.Passed)
	assert.Equal(t, "items.replace", o.Missed)
	assert.Less(t, o.Kept.Right, 16)
}

// A rule that could not be asked for is not kept, though nothing has failed: a server alone has no replicas.
func TestJudgeUnasked(t *testing.T) {
	labtest.Slow(t, "it grades at level production")
	o := judge(t, "11", labtest.Reference(t))
	assert.False(t, o.Passed)
	assert.Equal(t, []string{"replicas"}, o.Unasked)
}
