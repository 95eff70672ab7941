package model_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync"
)

// keyedAgain is true for every request but the first with its Idempotency-Key that made something.
func keyedAgain() func(*http.Request, int) bool {
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(r *http.Request, now int) bool {
		key := r.Header.Get("Idempotency-Key")
		if key == "" || now != http.StatusCreated {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		again := seen[key]
		seen[key] = true
		return again
	}
}

// versioned is a server whose tags are counters for each path: they grow with every request that is not safe, also where
// nothing changes and where it is refused, and they never come back.
func versioned(next http.Handler) http.Handler {
	var mu sync.Mutex
	version := map[string]int{}
	tag := func(r *http.Request) string {
		return fmt.Sprintf(`"%s-v%d"`, url.PathEscape(r.URL.Path), version[r.URL.Path])
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		own := asNow(next, r)
		for _, name := range []string{"If-Match", "If-None-Match"} {
			// What the client knows as the current tag, the inner server knows under its own.
			if text := r.Header.Get(name); text != "" && own != "" {
				r.Header.Set(name, strings.ReplaceAll(text, tag(r), own))
			}
		}
		answer := httptest.NewRecorder()
		answer.Body = new(bytes.Buffer)
		next.ServeHTTP(answer, r)
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions {
			version[r.URL.Path]++
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		if w.Header().Get("ETag") != "" {
			w.Header().Set("ETag", tag(r))
			if r.URL.Path == "/tasks" {
				w.Header().Del("ETag")
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// asNow is the inner server's tag of what is at the request's path.
func asNow(next http.Handler, r *http.Request) string {
	look := r.Clone(r.Context())
	look.Method, look.Header, look.Body, look.ContentLength = http.MethodGet, http.Header{}, http.NoBody, 0
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, look)
	return answer.Header().Get("ETag")
}

// alreadySo is a server that answers 200 to a PUT with a stale tag where the value is that of the PUT already (RFC 9110
// §13.1.1).
func alreadySo(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if r.Method != http.MethodPut || r.Header.Get("If-Match") == "" || !sameValue(next, r, body) {
			next.ServeHTTP(w, r)
		}
	})
}

func sameValue(next http.Handler, r *http.Request, body []byte) bool {
	look := r.Clone(r.Context())
	look.Method, look.Header, look.Body, look.ContentLength = http.MethodGet, http.Header{}, http.NoBody, 0
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, look)
	var has, wants struct {
		Value any `json:"value"`
	}
	return answer.Code == http.StatusOK && r.Header.Get("Content-Type") == "application/json" &&
		bytes.Contains(body, []byte(`"value"`)) && json.Unmarshal(answer.Body.Bytes(), &has) == nil &&
		json.Unmarshal(body, &wants) == nil && reflect.DeepEqual(has, wants) && strings.HasPrefix(r.URL.Path, "/items/")
}
