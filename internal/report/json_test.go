package report_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/report"
	"restlab/internal/wire"
)

// A result as JSON has nothing in it that acts on a terminal, and still says the same.
func TestJSON(t *testing.T) {
	const hostile = "plain ünï 日本 🎉 \x1b[2J\x7f\u009b\u202e\ufeff\u00a0\U000e0041\n"
	var document bytes.Buffer
	require.NoError(t, report.JSON(&document, &grade.Result{Summary: grade.Summary{Notes: []string{hostile}}}))
	assert.Equal(t, wire.Untrusted(document.String()).String(), document.String())
	assert.Contains(t, document.String(), `\u202e`)
	var back grade.Result
	require.NoError(t, json.Unmarshal(document.Bytes(), &back))
	assert.Equal(t, []string{hostile}, back.Summary.Notes)
}
