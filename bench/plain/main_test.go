package main

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
)

// The plain API keeps every rule of level http: the reference is measured against something that does the same work.
func TestKeepsTheRules(t *testing.T) {
	labtest.Slow(t, "it grades at level http")
	s := httptest.NewServer(newAPI().routes())
	defer s.Close()
	there := labtest.Endpoint(t, s.URL)
	o := grade.Options{Contract: labtest.Contract(t), Seed: 1, Selection: grade.Selection{Level: "http"}, Pace: grade.Pace{Timeout: time.Minute}, Servers: lab.Both(there)}
	result, err := grade.Run(t.Context(), o)
	require.NoError(t, err)
	for _, rule := range grade.Rules(result.Scenarios) {
		if rule.Verdict != grade.Advice {
			assert.Equal(t, grade.Passed, rule.Verdict, rule.ID)
		}
	}
}
