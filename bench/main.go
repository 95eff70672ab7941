//go:build linux

// Command bench measures the reference as a process of its own, on free ports of the loopback interface, and how long a learner waits:
//
//	go run ./bench load [-seconds 30]       what it promises under load; exit status 1 if it does not hold
//	go run ./bench throughput [-seconds 2]  how fast it is beside a constant and beside the same API written plainly
//	go run ./bench watch [-saves 9]         from saving a file to the verdict, in restlab learn watch; exit status 1 if it takes too long
//
// The first two need wrk. Memory is read from /proc. Ctrl-C ends everything that it has started, and nothing else.
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

var errUsage = errors.New("use: go run ./bench load|throughput [-seconds N], or go run ./bench watch [-saves N]")

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	if args[0] == "attack" { // load starts it
		return attackers(ctx, args[1:])
	}
	measure, known := map[string]func(context.Context, *lab, int) error{"load": load, "throughput": throughput, "watch": watch}[args[0]]
	if !known {
		return errUsage
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	name, what := "seconds", "how long each measurement takes"
	if args[0] == "watch" {
		name, what = "saves", "how often a file is saved"
	}
	effort := flags.Int(name, 0, what+", 1 to 600; 0 for its default")
	if err := flags.Parse(args[1:]); err != nil || flags.NArg() > 0 || *effort < 0 || *effort > 600 {
		return errUsage
	}
	if _, err := exec.LookPath("wrk"); err != nil && name == "seconds" {
		return errors.New("wrk is not installed (Debian and Homebrew: wrk)")
	}
	bench, err := openLab(ctx)
	if err != nil {
		return err
	}
	defer bench.close()
	return measure(ctx, bench, *effort)
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
