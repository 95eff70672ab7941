package model_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"restlab/internal/labtest"
	"restlab/internal/model"
	"restlab/internal/wire"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The same seed sends the same requests.
func TestSeed(t *testing.T) {
	record := func(seed uint64) []string {
		var sent []string
		at := serve(t, labtest.Handler())
		send := func(ctx context.Context, r wire.Request) *wire.Exchange {
			sent = append(sent, r.Method+" "+r.Target+" "+string(r.Body))
			return (&wire.Client{Base: at.base, Address: at.dial, Timeout: time.Minute}).Do(ctx, r)
		}
		n := 0
		prefix := func() string { n++; return fmt.Sprint("p", n) }
		d, err := model.Run(t.Context(), model.Options{Seed: seed, Items: send, Prefix: prefix, Sequences: 5})
		require.NoError(t, err)
		requireAgreement(t, d)
		return sent
	}
	assert.Equal(t, record(1), record(1))
	assert.NotEqual(t, record(1), record(2))
}

// What cannot be seen again is told as it was seen, and the note says so.
func TestFlaky(t *testing.T) {
	var deletes atomic.Int32
	next := labtest.Handler()
	at, sent := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete && deletes.Add(1) == 3 {
			http.Error(w, "oops", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	})), 0
	d, err := model.Run(t.Context(), options(at, 1, &sent))
	require.NoError(t, err)
	require.NotNil(t, d)
	assert.Contains(t, d.Note, "not seen again")
	assert.Equal(t, "DELETE", d.Exchanges[len(d.Exchanges)-1].Request.Method)
	assert.Equal(t, "500 Internal Server Error", d.Received)
}

// A server that stops answering is told so, and not asked again.
func TestSilence(t *testing.T) {
	next := labtest.Handler()
	var asked atomic.Int32
	at := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) < 20 {
			next.ServeHTTP(w, r)
			return
		}
		<-r.Context().Done()
	}))
	send := func(ctx context.Context, r wire.Request) *wire.Exchange {
		return (&wire.Client{Base: at.base, Address: at.dial, Timeout: 300 * time.Millisecond}).Do(ctx, r)
	}
	d, err := model.Run(t.Context(), model.Options{Items: send, Prefix: fresh})
	require.NoError(t, err)
	require.NotNil(t, d)
	assert.Equal(t, "answer", d.At)
	assert.Equal(t, "an answer", d.Expected)
	assert.Less(t, asked.Load(), int32(30), "requests after the silence")
}

// A dropped connection is a disagreement like any other, and cut down.
func TestDropped(t *testing.T) {
	next := labtest.Handler()
	at, sent := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})), 0
	d, err := model.Run(t.Context(), options(at, 1, &sent))
	require.NoError(t, err)
	require.NotNil(t, d)
	assert.Equal(t, "answer", d.At)
	assert.Len(t, d.Exchanges, 1)
}

// Who interrupts a run gets an error, at once, and no verdict.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	at, sent := serve(t, labtest.Handler()), 0
	o := options(at, 1, &sent)
	plain := o.Items
	o.Items = func(ctx context.Context, r wire.Request) *wire.Exchange {
		if sent == 30 {
			cancel()
		}
		return plain(ctx, r)
	}
	o.Tasks = nil
	d, err := model.Run(ctx, o)
	require.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, d)
	assert.LessOrEqual(t, sent, 31)
}

// A run sends no more requests than it may.
func TestRequests(t *testing.T) {
	at, sent := serve(t, labtest.Handler()), 0
	o := options(at, 1, &sent)
	o.Requests = 77
	d, err := model.Run(t.Context(), o)
	require.NoError(t, err)
	requireAgreement(t, d)
	assert.Equal(t, 77, sent)
}

// Cutting down has an end too, whatever it meets.
func TestHostile(t *testing.T) {
	for name, content := range map[string]string{
		"deep":     strings.Repeat("[", 1<<20),
		"deep too": strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"long":     `{"value": "` + strings.Repeat("x", 1<<20) + `"}`,
		"number":   `{"value": 1e999999}`,
		"terminal": "{\"value\": \"\x1b[2J\u202e\"}",
		"odd":      `{"value": {"value": [{}]}, "id": {}, "description": 5, "complete": "x"}`,
		"list":     `[null, 1, {"id": null}, {"id": "m", "description": []}]`,
		"nothing":  "",
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			at, sent := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				for field, value := range map[string]string{
					"ETag": "\"\x9b2J\"", "Location": "//[::1:80/%zz\x9b", "Link": `<<<>>;;rel="next"`, "Content-Type": "text/x",
				} {
					w.Header().Set(field, value)
				}
				w.WriteHeader([]int{200, 201, 404, 204, 299}[asked.Add(1)%5])
				_, _ = w.Write([]byte(content))
			})), 0
			d, err := model.Run(t.Context(), options(at, 1, &sent))
			require.NoError(t, err)
			require.NotNil(t, d)
			assert.NotContains(t, d.Received+d.Expected, "\x1b")
			assert.NotContains(t, d.Received+d.Expected, "\x9b")
			assert.Less(t, len(d.Received+d.Expected), 2000)
		})
	}
}

// Options that make no sense are the lab's own fault.
func TestOptions(t *testing.T) {
	_, err := model.Run(t.Context(), model.Options{Prefix: fresh})
	require.Error(t, err)
	sent := 0
	o := options(address{}, 1, &sent)
	o.Level = "heroic"
	_, err = model.Run(t.Context(), o)
	require.ErrorContains(t, err, "heroic")
}
