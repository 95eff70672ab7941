package main

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/catalogue"
	"restlab/internal/grade"
	"restlab/internal/target"
)

// The plain API keeps every rule of level http: the reference is measured against something that does the same work.
func TestKeepsTheRules(t *testing.T) {
	s := httptest.NewServer(newAPI().routes())
	defer s.Close()
	c, err := catalogue.Load(features.Files)
	require.NoError(t, err)
	there, err := target.Find(t.Context(), s.URL)
	require.NoError(t, err)
	o := grade.Options{Catalogue: c, Level: "http", Seed: 1, Timeout: time.Minute, Items: there, Tasks: there}
	result, err := grade.Run(t.Context(), o)
	require.NoError(t, err)
	for _, rule := range grade.Rules(result.Scenarios) {
		if rule.Verdict != grade.Advice {
			assert.Equal(t, grade.Passed, rule.Verdict, rule.ID)
		}
	}
}
