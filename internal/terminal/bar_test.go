package terminal_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"restlab/internal/terminal"
)

// What takes long is said at a terminal, and nothing of it is left. Elsewhere nothing is said.
func TestSign(t *testing.T) {
	var out strings.Builder
	done := terminal.Style{Live: true}.Sign(&out, "building…")
	assert.Equal(t, "building…", out.String())
	done()
	assert.True(t, strings.HasSuffix(out.String(), "\r\x1b[K"))

	out.Reset()
	terminal.Style{}.Sign(&out, "building…")()
	assert.Empty(t, out.String())
}
