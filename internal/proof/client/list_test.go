package client_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/proof/client"
)

// The lists have a line for each client, its name first, in the order of the names. Only clients with a mistake are found.
func TestLists(t *testing.T) {
	var out strings.Builder
	require.NoError(t, client.List(&out))
	require.NoError(t, client.ListChoices(&out))
	var listed []string
	for line := range strings.Lines(out.String()) {
		listed = append(listed, strings.Fields(line)[0])
	}
	assert.Equal(t, client.Names(), listed)
	assert.Regexp(t, `(?m)^repeats-post  `, out.String())

	found, known := client.Find("repeats-post")
	assert.True(t, known)
	assert.Equal(t, "repeats-post", found.Name)
	_, known = client.Find("polls")
	assert.False(t, known, "a choice")
}
