package history_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"restlab/internal/history"
	"restlab/internal/labtest"
	"restlab/internal/wire"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sized is how often something random is tried: less with -short.
func sized(often, seldom int) int {
	if testing.Short() {
		return seldom
	}
	return often
}

// recordings is how many are made of each server: a few, or as many as RECORDINGS says.
func recordings(t *testing.T, few int) int {
	t.Helper()
	if wanted := os.Getenv("RECORDINGS"); wanted != "" {
		n, err := strconv.Atoi(wanted)
		require.NoError(t, err)
		return n
	}
	return sized(few, 2)
}

// The reference is never blamed.
func TestReference(t *testing.T) {
	send := start(t, memory())
	for seed := range recordings(t, 20) {
		h := record(uint64(seed), send)
		assert.Len(t, h, history.Options{Targets: make([]string, 2)}.Requests())
		if v := check(t, h); v != nil {
			t.Fatal("\n" + v.Chart(76))
		}
	}
}

// Servers that are wrong only where requests meet are found in 99 of 100 recordings, and few operations show it.
func TestWrongServers(t *testing.T) {
	labtest.Slow(t, "its servers wait")
	for name, store := range wrong {
		t.Run(name, func(t *testing.T) {
			runs, found, needed := recordings(t, 5), 0, map[int]int{}
			for seed := range runs {
				h := record(uint64(seed), start(t, store()))
				v := check(t, h)
				if v == nil {
					continue
				}
				found++
				needed[len(v.Needed)]++
				require.NotNil(t, check(t, v.Operations()), "what is shown")
				require.Len(t, v.Exchanges(), len(v.Operations()))
				require.Same(t, v.Fault.Exchange, v.Exchanges()[len(v.Exchanges())-1])
			}
			t.Logf("found in %d of %d; operations needed: %v", found, runs, needed)
			assert.LessOrEqual(t, runs-found, max(1, runs/100))
		})
	}
}

// A server that answers some requests with 500 or not at all, whether it has done them or not, is not blamed for it.
func TestUnanswered(t *testing.T) {
	for seed := range recordings(t, 5) {
		var n atomic.Uint64
		send := start(t, memory())
		h := record(uint64(seed), func(client int, r wire.Request) *wire.Exchange {
			i := n.Add(1)
			if i%17 == 0 {
				return &wire.Exchange{Request: r, Trouble: &wire.Trouble{Kind: wire.NoAnswer}}
			}
			x := send(client, r)
			switch {
			case i%13 == 0:
				x.Answer.Status = http.StatusBadGateway
			case i%11 == 0:
				x.Answer, x.Trouble = nil, &wire.Trouble{Kind: wire.Dropped}
			}
			return x
		})
		v, err := h.Check(t.Context())
		require.NoError(t, err)
		require.Nil(t, v)
	}
}

// A recording ends with its context, and what it has until then can be judged.
func TestInterrupted(t *testing.T) {
	send := start(t, memory())
	ctx, cancel := context.WithCancel(t.Context())
	var n atomic.Int64
	h := history.Record(ctx, history.Options{Targets: []string{"/items/a"}, Send: func(client int, r wire.Request) *wire.Exchange {
		if n.Add(1) == 50 {
			cancel()
		}
		return send(client, r)
	}})
	assert.Less(t, len(h), 60)
	assert.Nil(t, check(t, h))
}

// Requests that never left say nothing: with nobody listening there is no history.
func TestNobodyListens(t *testing.T) {
	assert.Empty(t, record(1, sender("127.0.0.1:1")))
}

// The seed decides who asks for what.
func TestSeed(t *testing.T) {
	asked := func(seed uint64) string {
		var b strings.Builder
		history.Record(t.Context(), history.Options{Targets: []string{"/items/a"}, Seed: seed, Clients: 1, Send: func(_ int, r wire.Request) *wire.Exchange {
			b.WriteString(r.Method + string(r.Body))
			return &wire.Exchange{Trouble: &wire.Trouble{Kind: wire.Dropped}}
		}})
		return b.String()
	}
	assert.Equal(t, asked(1), asked(1))
	assert.NotEqual(t, asked(1), asked(2))
}

// Values are compared as JSON: order, white space and the way in which a number is written do not matter.
func TestCanonical(t *testing.T) {
	assert.Equal(t, history.Canonical([]byte(`{"b": [1.0, "<é"], "a": null}`)), history.Canonical([]byte("{ \"a\":null,\n\"b\":[1,\"\\u003c\\u00e9\"]}")))
	assert.NotEqual(t, history.Canonical([]byte(`1`)), history.Canonical([]byte(`"1"`)))
	assert.Empty(t, history.Canonical([]byte(`NaN`)))
}

// The picture has every operation, and nothing of it is HTML that the server wrote.
func TestPicture(t *testing.T) {
	h := parse(t, "1 0-1 PUT a 201\n1 2-3 PUT b 0\n1 4-5 GET <b>x</b> 200\n2 6-7 GET - 500\n2 8-9 DELETE - 503\n2 10-11 DELETE - 404")
	h[2].Got = history.Canonical([]byte(`"<img src=x onerror=alert(1)></script>\u202e"`))
	h[0].Sent = h[2].Got
	other := h[0]
	other.Target = "/items/b"
	var page bytes.Buffer
	require.NoError(t, append(h, other).WriteHTML(&page))
	assert.True(t, strings.Contains(page.String(), "client 1  PUT"))
	assert.False(t, strings.Contains(page.String(), "<img"), "<img")
	assert.False(t, strings.Contains(page.String(), `onerror=alert(1)></script`), `onerror=alert(1)></script`)
	assert.False(t, strings.Contains(page.String(), "\u202e"), "\u202e")
	assert.True(t, strings.Contains(page.String(), `\u0026lt;img`), "in what the page's script takes for HTML")
}

// Recording and judging a slow server costs no more than its requests.
func TestSlow(t *testing.T) {
	const takes = time.Millisecond
	o := history.Options{Targets: []string{"/items/a"}, Rounds: 3}
	one := make(chan struct{}, 1)
	o.Send = func(_ int, r wire.Request) *wire.Exchange {
		one <- struct{}{}
		defer func() { <-one }()
		time.Sleep(takes)
		return &wire.Exchange{Request: r, Trouble: &wire.Trouble{Kind: wire.NoAnswer}}
	}
	assert.Len(t, history.Record(t.Context(), o), o.Requests())
}
