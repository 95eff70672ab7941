package doctor

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func env(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

// listen opens a port and returns its number.
func listen(t *testing.T, address string) (string, net.Listener) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	t.Cleanup(func() { l.Close() })
	_, number, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	return number, l
}

// A port is taken by whoever listens on it, over IPv4 or IPv6, and is free afterwards.
func TestPort(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", ":0"} {
		t.Run(address, func(t *testing.T) {
			number, l := listen(t, address)
			f := port(number)(t.Context(), Machine{System: runtime.GOOS})
			assert.Equal(t, Look, f.Mark)
			assert.Contains(t, f.What, "taken")
			if runtime.GOOS == "linux" {
				assert.Contains(t, f.What, "by doctor.test (process ")
			}
			assert.Contains(t, f.Do, "your own server")
			require.NoError(t, l.Close())
			assert.Equal(t, Good, port(number)(t.Context(), Machine{}).Mark)
		})
	}
}

// Who does not learn the owner from the system is told how to ask for it; on a Mac port 5000 is AirPlay's.
func TestOwnerHints(t *testing.T) {
	assert.Contains(t, whoseIsIt("darwin", "5000"), "AirPlay")
	assert.Contains(t, whoseIsIt("darwin", "5001"), "lsof")
	assert.Contains(t, whoseIsIt("windows", "5000"), "netstat")
}

// This machine's own loopback works, or no test here would. An address of nobody's does not.
func TestLoopback(t *testing.T) {
	assert.Equal(t, Good, loopback(t.Context(), Machine{}).Mark)
	require.Error(t, echo(t.Context(), "192.0.2.1:0"))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, Bad, loopback(ended, Machine{}).Mark)
}

func TestLocalhost(t *testing.T) {
	v4, v6 := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")
	mapped := netip.MustParseAddr("::ffff:127.0.0.1")
	works, fails := func() error { return nil }, func() error { return errors.New("no") }
	for name, c := range map[string]struct {
		addresses []netip.Addr
		err       error
		tryIPv6   func() error
		mark      Mark
		says      string
	}{
		"IPv4 alone":     {[]netip.Addr{mapped}, nil, fails, Good, "localhost is 127.0.0.1"},
		"both":           {[]netip.Addr{v6, v4}, nil, works, Good, "localhost is ::1, then 127.0.0.1"},
		"IPv6 is broken": {[]netip.Addr{v6, v4}, nil, fails, Look, "localhost is ::1, then 127.0.0.1"},
		"unknown":        {nil, errors.New("no such host"), fails, Look, "not known"},
		"elsewhere":      {[]netip.Addr{netip.MustParseAddr("192.0.2.1")}, nil, works, Look, "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			f := judgeLocalhost(c.addresses, c.err, c.tryIPv6)
			assert.Equal(t, c.mark, f.Mark)
			assert.Contains(t, f.What, c.says)
		})
	}
}

// A proxy is worth a look unless this machine is spared. What is in the variable may hold a password, so it is not shown.
func TestProxies(t *testing.T) {
	const proxy = "http://me:secret@proxy.example:3128"
	for name, c := range map[string]struct {
		set  map[string]string
		mark Mark
	}{
		"none":                {nil, Good},
		"one":                 {map[string]string{"HTTP_PROXY": proxy}, Look},
		"for all":             {map[string]string{"all_proxy": proxy}, Look},
		"https alone":         {map[string]string{"HTTPS_PROXY": proxy}, Good},
		"spared":              {map[string]string{"http_proxy": proxy, "no_proxy": "example.com, localhost,127.0.0.1"}, Good},
		"everything spared":   {map[string]string{"http_proxy": proxy, "NO_PROXY": "*"}, Good},
		"only the name":       {map[string]string{"http_proxy": proxy, "NO_PROXY": "localhost"}, Look},
		"small letters first": {map[string]string{"http_proxy": proxy, "no_proxy": "example.com", "NO_PROXY": "*"}, Look},
	} {
		t.Run(name, func(t *testing.T) {
			f := proxies(t.Context(), Machine{System: "linux", Getenv: env(c.set)})
			assert.Equal(t, c.mark, f.Mark)
			assert.Equal(t, c.mark == Look, f.Do != "")
			assert.NotContains(t, f.What+f.Do, "secret")
		})
	}
}

func TestFolders(t *testing.T) {
	folder := t.TempDir()
	assert.Equal(t, Good, here(t.Context(), Machine{Folder: folder}).Mark)
	assert.Equal(t, Good, home(t.Context(), Machine{Home: filepath.Join(folder, "new", "home")}).Mark)
	entries, err := os.ReadDir(filepath.Join(folder, "new", "home"))
	require.NoError(t, err)
	assert.Empty(t, entries)

	file := filepath.Join(folder, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.Equal(t, Look, here(t.Context(), Machine{Folder: file}).Mark)
	assert.Equal(t, Look, home(t.Context(), Machine{Home: file}).Mark)
	assert.Equal(t, Look, home(t.Context(), Machine{}).Mark)
}

func TestScreen(t *testing.T) {
	assert.Equal(t, Good, screen(t.Context(), Machine{}).Mark)
	assert.Equal(t, Look, screen(t.Context(), Machine{Screen: Screen{Terminal: true, Width: 60}}).Mark)
	for locale, mark := range map[string]Mark{"de_DE.UTF-8": Good, "C.utf8": Good, "C": Look, "": Look} {
		f := letters(t.Context(), Machine{System: "linux", Getenv: env(map[string]string{"LANG": locale}), Screen: Screen{Terminal: true}})
		assert.Equal(t, mark, f.Mark, locale)
	}
}

// The tests are run by a Go that can build the lab.
func TestGo(t *testing.T) {
	assert.Equal(t, Good, golang(t.Context(), Machine{}).Mark)
	assert.Equal(t, Good, judgeGo("go1.26.1", nil).Mark)
	assert.Equal(t, Good, judgeGo("devel +abc", nil).Mark)
	assert.Equal(t, Look, judgeGo("go1.22.4", nil).Mark)
	assert.Equal(t, Missing, judgeGo("", errors.New("not found")).Mark)
}

// All checks have a word for what they found, and whoever has to do something is told what.
func TestCheck(t *testing.T) {
	m := Machine{System: runtime.GOOS, Getenv: os.Getenv, Folder: t.TempDir(), Home: t.TempDir(), Ports: []string{"5000"}}
	for _, f := range m.Check(t.Context()) {
		assert.NotEmpty(t, f.What, f.About)
		if f.Mark != Good {
			assert.NotEmpty(t, f.Do, f.About)
		}
	}
}
