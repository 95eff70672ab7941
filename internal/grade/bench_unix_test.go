//go:build unix

package grade_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
)

// BenchmarkRun compares a grading of 40 scenarios of four requests, four at once, with a bare loop of net/http that sends the
// same requests, four at once too. Both open a connection for each request. The server is another process, whose work does not
// count. The metrics are user and system time: on a busy machine they tell more than the clock.
func BenchmarkRun(b *testing.B) {
	const scenarios = 40
	var text strings.Builder
	text.WriteString("Feature: Benchmark\n")
	for i := range scenarios {
		fmt.Fprintf(&text, `
  Scenario: An item is replaced, number %d
    Given the item {key} is "blue"
    When the client sends PUT /items/{key} with {"value": "green"}
    Then the status is 200 OK or 204 No Content
    And the item {key} is now "green"
`, i)
	}
	c, err := contract.Read("benchmark.feature", []byte(text.String()))
	require.NoError(b, err)
	at := startServer(b)

	var requests []grade.Request
	run := func() {
		result, err := grade.Run(context.Background(), grade.Options{Contract: c, Servers: lab.Servers{Items: at}, Pace: grade.Pace{Jobs: grade.DefaultJobs}})
		require.NoError(b, err)
		require.True(b, result.Passed())
		requests = nil
		for _, s := range result.Scenarios {
			for _, x := range s.Exchanges {
				requests = append(requests, x.Request)
			}
		}
	}
	run()
	require.Len(b, requests, 4*scenarios)

	var graded, bare time.Duration
	for b.Loop() {
		graded += cpu(b, run)
		bare += cpu(b, func() { send(b, requests, grade.DefaultJobs) })
	}
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(b.N) }
	b.ReportMetric(milliseconds(graded), "grading-cpu-ms")
	b.ReportMetric(milliseconds(bare), "loop-cpu-ms")
	b.ReportMetric(graded.Seconds()/bare.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// startServer builds the reference and starts it as a process of its own, which ends with the benchmark.
func startServer(b *testing.B) lab.Endpoint {
	b.Helper()
	program := filepath.Join(b.TempDir(), "reference")
	out, err := exec.Command("go", "build", "-o", program, "restlab/bench/reference").CombinedOutput()
	require.NoError(b, err, string(out))
	server := exec.Command(program, "127.0.0.1:0")
	printed, err := server.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, server.Start())
	b.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	line, err := bufio.NewReader(printed).ReadString('\n')
	require.NoError(b, err)
	_, address, found := strings.Cut(strings.TrimSpace(line), "http://")
	require.True(b, found, line)
	return lab.Endpoint{Base: "http://" + address, Address: address}
}

// cpu returns the user and system time that this process takes to run f.
func cpu(b *testing.B, f func()) time.Duration {
	b.Helper()
	used := func() time.Duration {
		var usage syscall.Rusage
		require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before := used()
	f()
	return used() - before
}

// send sends each request on a connection of its own and reads the response to its end, so many at once.
func send(b *testing.B, requests []grade.Request, atOnce int) {
	b.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	queue := make(chan grade.Request)
	var senders sync.WaitGroup
	for range atOnce {
		senders.Go(func() {
			for r := range queue {
				if err := sendOne(&client, r); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, r := range requests {
		queue <- r
	}
	close(queue)
	senders.Wait()
}

func sendOne(client *http.Client, r grade.Request) error {
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body.Octets)
	}
	request, err := http.NewRequest(r.Method, r.URL, body)
	if err != nil {
		return err
	}
	for _, f := range r.Fields {
		if f.Name != "Host" && f.Name != "Connection" && f.Name != "Content-Length" {
			request.Header.Set(f.Name, f.Value)
		}
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
