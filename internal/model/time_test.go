package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/labtest"
	"restlab/internal/model"
)

// A run ends when its time is over, without a disagreement, and tells after each request how many were sent.
func TestUntil(t *testing.T) {
	at, sent, heard := serve(t, labtest.Handler()), 0, 0
	o := options(at, 1, &sent)
	o.Sequences = 100_000
	o.Until = time.Now().Add(200 * time.Millisecond)
	o.Progress = func(n int) { heard = n }
	d, err := model.Run(t.Context(), o)
	require.NoError(t, err)
	requireAgreement(t, d)
	assert.Equal(t, sent, heard)

	sent = 0
	o.Until = time.Now()
	_, err = model.Run(t.Context(), o)
	require.NoError(t, err)
	assert.Zero(t, sent)
}
