package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// How long the client waits, and how often it sends again.
const (
	timeout      = 10 * time.Second
	tries        = 4
	firstPause   = 200 * time.Millisecond // each one after it is twice as long
	longestPause = 5 * time.Second
	maxBody      = 8 << 20
)

// web follows a redirection only at the same server: another one is not meant to get what we send.
var web = http.Client{
	Timeout: timeout,
	CheckRedirect: func(next *http.Request, before []*http.Request) error {
		if next.URL.Host != before[0].URL.Host || len(before) > 5 {
			return errors.New("the server sends us elsewhere: " + next.URL.String())
		}
		return nil
	},
}

// request is what to send. Its body, if there is one, goes as JSON.
type request struct {
	method, url string
	body        map[string]any
	header      map[string]string
}

type answer struct {
	status int
	header http.Header
	body   []byte // JSON, or nothing
}

// ask sends the request, prints what it got, and returns an error for a status of which the caller makes nothing: it is not 2xx
// and none of the others.
func ask(r request, others ...int) (answer, error) {
	a, err := r.repeat()
	if err != nil {
		return answer{}, err
	}
	isJSON := json.Valid(a.body)
	if !isJSON {
		a.body = nil // a page for people, cut off, or nothing
	}
	fmt.Printf("%s: %d %s\n", r.method, a.status, bytes.TrimSpace(a.body))
	if a.status/100 != 2 && !slices.Contains(others, a.status) {
		return answer{}, fmt.Errorf("%s %s was answered %d %s", r.method, r.url, a.status, http.StatusText(a.status))
	}
	if r.method == "GET" && a.status == http.StatusOK && !isJSON {
		return answer{}, fmt.Errorf("GET %s was not answered in JSON", r.url)
	}
	return a, nil
}

// repeat sends the request again while the answer is lost, or says that the server has no time.
func (r request) repeat() (answer, error) {
	for try := 1; ; try++ {
		a, err := r.send()
		tired := err != nil || a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable
		if !tired || !r.mayRepeat() || try == tries {
			return a, err
		}
		time.Sleep(pause(try, a.header))
	}
}

// mayRepeat tells whether twice is the same as once. It is not for a POST, unless the server knows it again by its key.
func (r request) mayRepeat() bool {
	return r.method != "POST" || r.header["Idempotency-Key"] != ""
}

func pause(try int, header http.Header) time.Duration {
	wait := firstPause << (try - 1)
	if seconds, err := strconv.Atoi(header.Get("Retry-After")); err == nil && seconds >= 0 {
		wait = time.Duration(min(seconds, 60)) * time.Second
	}
	return min(wait, longestPause)
}

func (r request) send() (answer, error) {
	var body io.Reader // none
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return answer{}, err
		}
		body = bytes.NewReader(text)
	}
	sent, err := http.NewRequest(r.method, r.url, body)
	if err != nil {
		return answer{}, err
	}
	if r.body != nil {
		sent.Header.Set("Content-Type", "application/json")
	}
	for name, value := range r.header {
		sent.Header.Set(name, value)
	}
	got, err := web.Do(sent)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	text, err := io.ReadAll(io.LimitReader(got.Body, maxBody)) // net/http knows where it ends, in chunks or not
	return answer{got.StatusCode, got.Header, text}, err
}
