package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/locate"
)

// BenchmarkGrading compares a whole grading, from the start of its process to the JSON report, with a bare loop of
// net/http that sends the same requests one after the other. Both open a connection for each request. The two take
// turns, and the metric that counts is the median of the ratios: times drift, ratios do not.
func BenchmarkGrading(b *testing.B) {
	program := filepath.Join(b.TempDir(), "restlab")
	out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(b, err, string(out))
	result := filepath.Join(b.TempDir(), "result.json")

	graded := func() time.Duration {
		bases, stop, err := locate.StartReference()
		require.NoError(b, err)
		defer stop()
		start := time.Now()
		out, err := exec.Command(program, "grade", bases[0], "--seed", "1", "--report", "json="+result).CombinedOutput()
		require.NoError(b, err, string(out))
		return time.Since(start)
	}
	graded()
	requests := recorded(b, result)
	replayed := func() time.Duration {
		bases, stop, err := locate.StartReference()
		require.NoError(b, err)
		defer stop()
		start := time.Now()
		sendAll(b, bases[0], requests)
		return time.Since(start)
	}

	var whole, loop []time.Duration
	var ratios []float64
	for b.Loop() {
		whole = append(whole, graded())
		loop = append(loop, replayed())
		ratios = append(ratios, whole[len(whole)-1].Seconds()/loop[len(loop)-1].Seconds())
	}
	b.ReportMetric(float64(len(requests)), "requests")
	b.ReportMetric(float64(median(whole).Milliseconds()), "grading-ms")
	b.ReportMetric(float64(median(loop).Milliseconds()), "loop-ms")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(0, "ns/op")
}

func recorded(b *testing.B, path string) []grade.Request {
	b.Helper()
	document, err := os.ReadFile(path)
	require.NoError(b, err)
	var result grade.Result
	require.NoError(b, json.Unmarshal(document, &result))
	var requests []grade.Request
	for _, s := range result.Scenarios {
		for _, x := range s.Exchanges {
			requests = append(requests, x.Request)
		}
	}
	return requests
}

// sendAll sends each request on a connection of its own and reads the answer to its end.
func sendAll(b *testing.B, base string, requests []grade.Request) {
	b.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	for _, r := range requests {
		var body io.Reader
		if r.Body != nil {
			body = bytes.NewReader(r.Body.Octets)
		}
		request, err := http.NewRequest(r.Method, base+r.Target, body)
		require.NoError(b, err)
		for _, f := range r.Fields {
			if f.Name != "Host" && f.Name != "Connection" && f.Name != "Content-Length" {
				request.Header.Set(f.Name, f.Value)
			}
		}
		response, err := client.Do(request)
		require.NoError(b, err)
		_, err = io.Copy(io.Discard, response.Body)
		require.NoError(b, err)
		require.NoError(b, response.Body.Close())
	}
}

func median[T int | float64 | time.Duration](values []T) T {
	values = slices.Clone(values)
	slices.Sort(values)
	return values[len(values)/2]
}
