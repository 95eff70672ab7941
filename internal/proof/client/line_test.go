package client_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// line leads to an API, loses the first answer to a POST of /tasks, and remembers what was answered. It also has the
// page fetch.html, and takes the transcript of it.
type line struct {
	base        string
	api         *httputil.ReverseProxy
	transcripts chan string

	mu        sync.Mutex
	exchanges []string // like GET /tasks 200
	lost      bool
}

func startLine(t *testing.T, api string) *line {
	far, err := url.Parse(api)
	require.NoError(t, err)
	l := &line{api: httputil.NewSingleHostReverseProxy(far), transcripts: make(chan string, 1)}
	l.api.ModifyResponse = l.remember
	mux := http.NewServeMux()
	mux.HandleFunc("GET /fetch.html", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "fetch.html") })
	mux.HandleFunc("POST /transcript", l.takeTranscript)
	mux.HandleFunc("POST /tasks", l.loseFirst)
	mux.Handle("/", l.api)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	l.base = s.URL
	return l
}

func (l *line) remember(answer *http.Response) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.exchanges = append(l.exchanges, fmt.Sprint(answer.Request.Method, " ", answer.Request.URL.Path, " ", answer.StatusCode))
	return nil
}

func (l *line) seen() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.exchanges)
}

// loseFirst lets the API answer, and then closes the connection to the client without a word.
func (l *line) loseFirst(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	lose := !l.lost
	l.lost = true
	l.mu.Unlock()
	if !lose {
		l.api.ServeHTTP(w, r)
		return
	}
	l.api.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

func (l *line) takeTranscript(w http.ResponseWriter, r *http.Request) {
	text, _ := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusNoContent)
	l.transcripts <- string(text)
}

// A line loses one answer, and the request has been done anyway.
func TestLineLosesOneAnswer(t *testing.T) {
	var done atomic.Int32
	far := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { done.Add(1) }))
	defer far.Close()
	near := startLine(t, far.URL).base
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for sent := int32(1); sent <= 3; sent++ {
		response, err := client.Post(near+"/tasks", "text/plain", http.NoBody)
		if sent == 1 {
			require.Error(t, err)
		} else {
			require.NoError(t, err)
			response.Body.Close()
		}
		require.Equal(t, sent, done.Load())
	}
}
