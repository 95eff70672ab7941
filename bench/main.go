//go:build linux

// Command bench measures the reference as a process of its own, on free ports of the loopback interface:
//
//	go run ./bench load [-seconds 30]       what it promises under load; exit status 1 if it does not hold
//	go run ./bench throughput [-seconds 2]  how fast it is beside a constant and beside the same API written plainly
//
// It needs wrk, and reads memory from /proc. Ctrl-C ends everything that it has started, and nothing else.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("use: go run ./bench load|throughput [-seconds N]")

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	measure, known := map[string]func(context.Context, *lab, int) error{"load": load, "throughput": throughput}[args[0]]
	if !known {
		return errUsage
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	seconds := flags.Int("seconds", 0, "how long each measurement takes, 1 to 600; 0 for its default")
	if err := flags.Parse(args[1:]); err != nil || flags.NArg() > 0 || *seconds < 0 || *seconds > 600 {
		return errUsage
	}
	if _, err := exec.LookPath("wrk"); err != nil {
		return errors.New("wrk is not installed (Debian and Homebrew: wrk)")
	}
	bench, err := openLab(ctx)
	if err != nil {
		return err
	}
	defer bench.close()
	return measure(ctx, bench, *seconds)
}

//go:embed *.lua
var scripts embed.FS

// lab is a folder with the programs to measure and the scripts of wrk.
type lab struct{ folder string }

func openLab(ctx context.Context) (*lab, error) {
	folder, err := os.MkdirTemp("", "restlab-bench")
	if err != nil {
		return nil, err
	}
	bench := &lab{folder}
	build := exec.CommandContext(ctx, "go", "build", "-o", folder,
		"restlab/cmd/restlab", "restlab/bench/reference", "restlab/bench/plain", "restlab/bench/bare")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as make build does
	if out, err := build.CombinedOutput(); err != nil {
		bench.close()
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	if err := os.CopyFS(folder, scripts); err != nil {
		bench.close()
		return nil, err
	}
	return bench, nil
}

func (b *lab) path(name string) string { return filepath.Join(b.folder, name) }

func (b *lab) close() { _ = os.RemoveAll(b.folder) }

// reference starts the reference.
func (b *lab) reference(ctx context.Context) (*process, error) {
	return serve(ctx, b.path("restlab"), "serve", "--listen", "127.0.0.1:0")
}
