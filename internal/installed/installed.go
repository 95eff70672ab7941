// Package installed finds programs of others that tests run. Where one is missing the test is skipped and says SKIPPED, but
// not in CI, where .ci/run installs everything. go test -short leaves out all tests that run them.
package installed

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"restlab/internal/labtest"
)

// Program returns the path of a program, which a package of Debian has.
func Program(t *testing.T, name, debian string) string {
	t.Helper()
	labtest.Slow(t, "it runs "+name)
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, name, "Debian: "+debian)
	}
	return path
}

// Python is an interpreter that has the module.
func Python(t *testing.T, module string) string {
	t.Helper()
	labtest.Slow(t, "it runs Python")
	for _, candidate := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(candidate, "-c", "import "+module).Run() == nil {
			return candidate
		}
	}
	Missing(t, "Python with the module "+module, "Debian: python3-"+module)
	return ""
}

// Open has a browser without a window show the page until the test ends. It is as new as its empty folder.
func Open(t *testing.T, page string) {
	t.Helper()
	browser := Program(t, "chromium", "chromium")
	folder, err := os.MkdirTemp("", "browser")
	require.NoError(t, err)
	cmd := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-breakpad", "--user-data-dir="+folder, page)
	cmd.Stderr = t.Output()
	cmd.WaitDelay = time.Minute // its helpers may outlive it for a moment, and write to the same place
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = os.RemoveAll(folder)
	})
}

// Missing ends the test for want of something.
func Missing(t *testing.T, what, from string) {
	t.Helper()
	if os.Getenv("CI") == "true" && runtime.GOOS == "linux" {
		t.Fatalf("CI has no %s (%s)", what, from)
	}
	t.Skipf("SKIPPED: there is no %s here (%s), so %s was not tried", what, from, t.Name())
}
