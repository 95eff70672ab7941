package main

import (
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// On a terminal a server tells of each request and how it was answered, whatever a client sends, and no line is longer than the window.
func TestServeTells(t *testing.T) {
	s := newScreen(t)
	s.enter("restlab serve --listen 127.0.0.1:0 --fault store-for-each-session")
	seen := s.shows("Ctrl-C stops the server.")
	assert.Contains(t, seen, "Items and tasks live in the\nsession: who sends no cookie begins anew.\n")
	base := regexp.MustCompile(`http://[\d.:]+`).FindString(seen)

	resp, err := http.Get(base + "/items/tea")
	require.NoError(t, err)
	assert.NoError(t, resp.Body.Close())
	s.shows("GET /items/tea → 404 Not Found")

	conn, err := net.Dial("tcp", base[len("http://"):])
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("GET /items/\xe2\x80\xae HTTP/1.1\r\nHost: localhost\r\n\r\n"))
	require.NoError(t, err)
	s.shows(`GET /items/\u202e → `)

	s.press("C-c")
	s.shows("ready$ \n")
	s.enter("restlab walk --help")
	s.shows("--target URL")
	for _, line := range strings.Split(s.tmux("capture-pane", "-p", "-J"), "\n") {
		assert.LessOrEqual(t, len([]rune(line)), 80)
	}
}
