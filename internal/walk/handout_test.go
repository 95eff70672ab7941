package walk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/walk"
)

// deceiving is text that Markdown, Mermaid or a terminal could take for its own language.
const deceiving = "```\n# A heading\n<script>alert(1)</script> end; %%{init: {}}%% S0->>C0: no #35; \x1b[2J \u202e"

// hostileHandout is the handout of a walk on a server that answers everything with such a text.
func hostileHandout(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Location", "/tasks/```")
		w.Header().Set("ETag", `"`+"```"+`"`)
		_ = json.NewEncoder(w).Encode(map[string]string{"value": deceiving, "error": deceiving})
		_, _ = w.Write([]byte(deceiving))
	}))
	t.Cleanup(s.Close)
	c := labtest.Contract(t)
	w := walk.Walk{Title: "Hostile", Command: "walk", Contract: c, Scenarios: walk.Select(c, "items", false), Actors: []*walk.Actor{{Name: s.URL, Grade: func(ctx context.Context, o grade.Options) (*grade.Result, error) {
		o.Items = lab.Endpoint{Base: s.URL, Address: s.Listener.Addr().String()}
		return grade.Run(ctx, o)
	}}}}
	var b bytes.Buffer
	require.NoError(t, walk.Handout(t.Context(), &b, w))
	return b.String()
}

// What a server sends stays within its blocks, and has no effect on a terminal.
func TestHostileHandout(t *testing.T) {
	text := hostileHandout(t)
	assert.Contains(t, text, "A heading")
	assert.NotContains(t, text, "\x1b")
	assert.NotContains(t, text, "\u202e")
	fence := ""
	for line := range strings.SplitSeq(text, "\n") {
		begins := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(begins) >= 3:
			fence = begins
		case fence != "" && line == fence:
			fence = ""
		case fence == "":
			assert.NotContains(t, line, "A heading")
			assert.NotContains(t, line, "<script>")
		}
	}
	assert.Empty(t, fence, "a block is not closed")
}
