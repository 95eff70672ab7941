package intermediary_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/endpoint"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
)

// brokenBy are the rules that a real intermediary breaks by itself, whatever stands behind it, and why.
var brokenBy = map[string]map[string]string{
	"nginx": {},
	"varnish": {
		"not.modified": "it answers for what it has stored, and compares If-None-Match as one tag: it knows no lists and no *",
	},
}

// The whole grading through nginx: a reverse proxy changes no verdict.
func TestThroughNginx(t *testing.T) {
	labtest.Slow(t, "it runs nginx")
	folder := openFolder(t)
	listen, origin := "127.0.0.1:"+labtest.FreePort(t), reference(t)
	config := configured(t, "testdata/nginx.conf", folder, "FOLDER", folder, "ORIGIN", origin, "LISTEN", listen)
	run(t, listen, "nginx", "-p", folder, "-c", config)
	gradeThrough(t, "nginx", listen)
}

// The whole grading through varnish: a cache that validates what it gives changes no verdict but those it is known for.
func TestThroughVarnish(t *testing.T) {
	labtest.Slow(t, "it runs varnish")
	folder := openFolder(t)
	listen := "127.0.0.1:" + labtest.FreePort(t)
	host, port, err := net.SplitHostPort(reference(t))
	require.NoError(t, err)
	config := configured(t, "testdata/varnish.vcl", folder, "ORIGIN_HOST", host, "ORIGIN_PORT", port)
	run(t, listen, "varnishd", "-F", "-f", config, "-a", listen, "-n", filepath.Join(folder, "varnish"), "-s", "malloc,32m")
	gradeThrough(t, "varnish", listen)
}

func gradeThrough(t *testing.T, name, listen string) {
	t.Helper()
	c := labtest.Contract(t)
	at, err := endpoint.Find(context.Background(), "http://"+listen, endpoint.Trust{})
	require.NoError(t, err)
	result, err := grade.Run(context.Background(), grade.Options{Contract: c, Seed: rand.Uint64N(1 << 32), Servers: lab.Both(at), Pace: grade.Pace{Timeout: time.Minute, Sequences: 30}})
	require.NoError(t, err)
	t.Logf("%s: %d of %d points, seed %d", name, result.Summary.Points, result.Summary.PointsOf, result.Seed)
	known := brokenBy[name]
	for _, rule := range grade.Rules(result.Scenarios) {
		switch why, excused := known[rule.ID]; {
		case rule.Verdict == grade.Passed || rule.Verdict == grade.Advice:
			assert.False(t, excused, "%s keeps %s after all", name, rule.ID)
		case excused:
			t.Logf("%s breaks %s: %s", name, rule.ID, why)
		default:
			assert.Fail(t, "a verdict that is not the server's", "%s through %s: %s", rule.ID, name, failures(rule))
		}
	}
}

func failures(rule grade.Rule) string {
	var lines []string
	for _, s := range rule.Scenarios {
		if s.Failure != nil {
			lines = append(lines, s.ID+": expected "+s.Failure.Expected+", received "+s.Failure.Received)
		}
	}
	return strings.Join(lines, "\n")
}

// openFolder is one that a program can read which gives up its rights when it starts.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "restlab-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	require.NoError(t, os.Chmod(folder, 0o755))
	return folder
}

// reference is the address of a reference server.
func reference(t *testing.T) string {
	t.Helper()
	return strings.TrimPrefix(labtest.Reference(t), "http://")
}

// configured writes a configuration with its names replaced.
func configured(t *testing.T, from, folder string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile(from)
	require.NoError(t, err)
	path := filepath.Join(folder, filepath.Base(from))
	require.NoError(t, os.WriteFile(path, []byte(strings.NewReplacer(replace...).Replace(string(text))), 0o644))
	return path
}

// run starts a program and waits until it listens. In CI it has to be there.
func run(t *testing.T, listen, name string, args ...string) {
	t.Helper()
	path := find(name)
	if path == "" && os.Getenv("CI") == "true" && runtime.GOOS == "linux" {
		require.Fail(t, name+" is not installed")
	} else if path == "" {
		t.Skipf("SKIPPED: %s is not installed (Debian: apt-get install nginx-light varnish), so nothing was graded through it", name)
	}
	cmd := exec.Command(path, args...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	for range 600 {
		if conn, err := net.Dial("tcp", listen); err == nil {
			require.NoError(t, conn.Close())
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	require.Fail(t, name+" does not listen", output.String())
}

func find(name string) string {
	for _, folder := range []string{"", "/usr/sbin"} {
		if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
			return path
		}
	}
	return ""
}
