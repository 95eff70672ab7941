package model_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"restlab/internal/labtest"
	"restlab/internal/model"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What no named rule asks for in so many words is found, and told in as few requests as it takes.
func TestWrongServers(t *testing.T) {
	labtest.Slow(t, "it sends many requests")
	for _, wrong := range []struct {
		name    string
		handler func() http.Handler
		most    int // requests in the sequence
	}{
		{"the third DELETE in a row is answered 500", func() http.Handler { return thirdDeleteBreaks(labtest.Handler()) }, 4},
		{"keys are cut at 60 characters", func() http.Handler { return cutKeys(labtest.Handler(), 60) }, 3},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			at := serve(t, wrong.handler())
			missed, longest, sent := 0, 0, 0
			for seed := range some(100) {
				d, err := model.Run(t.Context(), options(at, uint64(seed), &sent))
				require.NoError(t, err)
				if d == nil {
					missed++
					continue
				}
				if len(d.Exchanges) > longest {
					longest = len(d.Exchanges)
					t.Log(story(d))
				}
			}
			assert.LessOrEqual(t, missed, 1)
			assert.LessOrEqual(t, longest, wrong.most)
			t.Log(missed, "missed; requests:", sent/some(100), "a run")
		})
	}
}

// some is so many, and a tenth of it in a hurry.
func some(n int) int {
	if hurried() {
		return (n + 9) / 10
	}
	return n
}

// hurried is true where time counts, and where the race detector makes each run ten times as long.
func hurried() bool { return raceEnabled || testing.Short() }

// seed draws one, and says which.
func seed(t *testing.T) uint64 {
	n := rand.Uint64()
	t.Log("seed", n)
	return n
}

// thirdDeleteBreaks is a server that answers 500 to the third DELETE in a row of one thing.
func thirdDeleteBreaks(next http.Handler) http.Handler {
	var mu sync.Mutex
	rows := map[string]int{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		row := rows[r.URL.Path] + 1
		if r.Method != http.MethodDelete {
			row = 0
		}
		rows[r.URL.Path] = row
		mu.Unlock()
		if row >= 3 {
			http.Error(w, "oops", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// cutKeys is a server that keeps so many characters of a key.
func cutKeys(next http.Handler, most int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key, ok := strings.CutPrefix(r.URL.Path, "/items/"); ok && len([]rune(key)) > most {
			key = string([]rune(key)[:most])
			r = r.Clone(context.WithoutCancel(r.Context()))
			r.URL.Path, r.URL.RawPath = "/items/"+key, "/items/"+url.PathEscape(key)
		}
		next.ServeHTTP(w, r)
	})
}
