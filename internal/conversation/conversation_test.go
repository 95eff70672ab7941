package conversation_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/conversation"
	"restlab/internal/labtest"
	"restlab/internal/wire"
)

func host(t *testing.T) *conversation.Host {
	t.Helper()
	h, err := conversation.Open(labtest.Handler)
	require.NoError(t, err)
	t.Cleanup(h.Close)
	return h
}

// send is a request of a client, and what it got: the status and the content, 0 for no answer.
func send(method, url, body string) (int, string, http.Header) {
	request, err := http.NewRequest(method, url, io.NopCloser(strings.NewReader(body)))
	if err != nil {
		return 0, err.Error(), nil
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return 0, "", nil
	}
	defer response.Body.Close()
	content, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(content), response.Header
}

// hold lets the client talk in the situation, and returns what it asked.
func hold(t *testing.T, h *conversation.Host, s conversation.Situation, talk func()) []*conversation.Entry {
	t.Helper()
	record, err := h.Hold(t.Context(), s, func(context.Context) error { talk(); return nil })
	require.NoError(t, err)
	return record.Entries
}

// Each conversation begins with an empty store, and is recorded as it was.
func TestRecord(t *testing.T) {
	h := host(t)
	for range 2 {
		entries := hold(t, h, conversation.Situation{}, func() {
			status, _, _ := send("GET", h.Items+"/items/a%20b?x=1", "")
			assert.Equal(t, 404, status)
			status, _, _ = send("PUT", h.Tasks+"/items/a%20b", `{"value": 1}`)
			assert.Equal(t, 201, status)
		})
		require.Len(t, entries, 2)
		assert.Equal(t, "GET /items/a%20b?x=1", entries[0].Ask())
		assert.JSONEq(t, `{"value": 1}`, string(entries[1].Request.Body))
		assert.Equal(t, "application/json", entries[1].Request.Get("content-type"))
		assert.Equal(t, 201, entries[1].Answer.Status)
		assert.True(t, entries[1].Wants("PUT"))
	}
}

// A right server can write its answers in other ways.
func TestManners(t *testing.T) {
	h := host(t)
	for variant, want := range map[string]func(put, get int, content string, header http.Header) bool{
		conversation.InChunks: func(_, _ int, content string, header http.Header) bool {
			return strings.TrimSpace(content) == `{"value":"blue"}` && header.Get("Content-Length") == ""
		},
		conversation.Members: func(_, _ int, content string, _ http.Header) bool { return strings.Contains(content, `"links":`) },
		conversation.Layout:  func(_, _ int, content string, _ http.Header) bool { return strings.Contains(content, "\t\"value\": ") },
		conversation.Charset: func(_, _ int, _ string, header http.Header) bool {
			return strings.Contains(header.Get("Content-Type"), "charset")
		},
		conversation.NoContent: func(put, _ int, _ string, _ http.Header) bool { return put == 204 },
	} {
		hold(t, h, conversation.Situation{Variant: variant}, func() {
			send("POST", h.Items+"/items/a", `{"value": "red"}`)
			put, _, _ := send("PUT", h.Items+"/items/a", `{"value": "blue"}`)
			get, content, header := send("GET", h.Items+"/items/a", "")
			assert.True(t, want(put, get, content, header), "%s: %d %d %s %v", variant, put, get, content, header)
		})
	}
}

// What goes wrong goes wrong once, where the situation says, and what was lost was done.
func TestTrouble(t *testing.T) {
	h := host(t)
	entries := hold(t, h, conversation.Situation{
		Loses:    "PUT",
		Refusals: []conversation.Refusal{{First: 1, Method: "GET", Status: 503, RetryAfter: "1"}},
		Acts:     []conversation.Act{{Does: "deletes", When: "before", Number: 2, Method: "GET"}},
	}, func() {
		status, _, _ := send("PUT", h.Items+"/items/a", `{"value": 1}`)
		assert.Zero(t, status)
		status, _, header := send("GET", h.Items+"/items/a", "")
		assert.Equal(t, 503, status)
		assert.Equal(t, "1", header.Get("Retry-After"))
		status, _, _ = send("PUT", h.Items+"/items/a", `{"value": 1}`)
		assert.Equal(t, 200, status, "the first one was done")
		status, _, _ = send("GET", h.Items+"/items/a", "")
		assert.Equal(t, 404, status)
	})
	assert.True(t, entries[0].Trouble)
	assert.Equal(t, wire.Lost, entries[0].Exchange.Trouble.Kind)
	assert.Equal(t, conversation.Another, entries[3].Client, entries)
}

// A host that is gone refuses connections, and is there again for the next conversation.
func TestGone(t *testing.T) {
	h := host(t)
	hold(t, h, conversation.Situation{Gone: true}, func() {
		status, _, _ := send("GET", h.Items+"/tasks", "")
		assert.Zero(t, status)
	})
	hold(t, h, conversation.Situation{}, func() {
		status, _, _ := send("GET", h.Items+"/tasks", "")
		assert.Equal(t, 200, status)
	})
}

// Whoever asks without end is not heard any more.
func TestFlood(t *testing.T) {
	h := host(t)
	record, err := h.Hold(t.Context(), conversation.Situation{}, func(context.Context) error {
		for range 600 {
			send("GET", h.Items+"/tasks", "")
		}
		return nil
	})
	require.NoError(t, err)
	assert.True(t, record.Flooded)
	assert.Len(t, record.Entries, 500)
}
