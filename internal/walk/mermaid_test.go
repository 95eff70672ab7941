package walk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/installed"
)

// diagrams are those of all handouts, and those of a server that sends what could be taken for a diagram.
func diagrams(t *testing.T) []map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../docs/walkthroughs/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	handouts := map[string]string{"a hostile server": hostileHandout(t)}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		handouts[filepath.Base(file)] = string(text)
	}
	var all []map[string]string
	for name, text := range handouts {
		for i, found := range mermaid.FindAllStringSubmatch(text, -1) {
			all = append(all, map[string]string{"name": fmt.Sprintf("%s, diagram %d", name, i+1), "text": found[2]})
		}
	}
	return all
}

var mermaid = regexp.MustCompile("(?ms)^(````*)mermaid$\n(.*?)\n```")

// The diagrams of all handouts are drawn, by Mermaid itself in a browser.
func TestDiagramsAreDrawn(t *testing.T) {
	const library = "mermaid/node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js"
	if _, err := os.Stat(library); err != nil {
		installed.Missing(t, "Mermaid", "npm ci in internal/walk/mermaid")
	}
	all := diagrams(t)
	result := make(chan drawn, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "mermaid/page.html") })
	mux.HandleFunc("GET /mermaid.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, library) })
	mux.HandleFunc("GET /diagrams", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(all) })
	mux.HandleFunc("POST /drawn", func(_ http.ResponseWriter, r *http.Request) {
		var d drawn
		d.err = json.NewDecoder(r.Body).Decode(&d)
		result <- d
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	installed.Open(t, s.URL)
	select {
	case d := <-result:
		require.NoError(t, d.err)
		assert.Equal(t, len(all), d.Drawn)
		assert.Empty(t, d.Problems)
	case <-time.After(5 * time.Minute):
		require.Fail(t, "the page has not drawn them")
	}
}

type drawn struct {
	Drawn    int
	Problems []string
	err      error
}
