package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/catalogue"
)

// The lab's own features load without a problem, and lack nothing.
func TestOwnFeatures(t *testing.T) {
	c, err := catalogue.Load(features.Files)
	require.NoError(t, err)
	require.Empty(t, c.Lint())
	t.Logf("%d rules, %d scenarios", len(c.Rules), len(c.Scenarios))
}
