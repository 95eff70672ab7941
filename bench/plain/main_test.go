package main

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/contract"
	"restlab/internal/endpoint"
	"restlab/internal/grade"
)

// The plain API keeps every rule of level http: the reference is measured against something that does the same work.
func TestKeepsTheRules(t *testing.T) {
	s := httptest.NewServer(newAPI().routes())
	defer s.Close()
	c, err := contract.Load(features.Files)
	require.NoError(t, err)
	there, err := endpoint.Find(t.Context(), s.URL)
	require.NoError(t, err)
	o := grade.Options{Contract: c, Level: "http", Seed: 1, Timeout: time.Minute, Items: there, Tasks: there}
	result, err := grade.Run(t.Context(), o)
	require.NoError(t, err)
	for _, rule := range grade.Rules(result.Scenarios) {
		if rule.Verdict != grade.Advice {
			assert.Equal(t, grade.Passed, rule.Verdict, rule.ID)
		}
	}
}
