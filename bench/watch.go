//go:build linux

package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// watched are the starters that are saved. Each breaks rules of its exercise, so one of them failed last.
var watched = []struct {
	exercise, language, file string
	start                    []string // nil where the time that the program takes by itself is in the promise
	most                     time.Duration
}{
	{"01", "go", "main.go", nil, time.Second},
	{"05", "go", "main.go", nil, time.Second},
	{"07", "go", "main.go", nil, time.Second},
	{"01", "flask", "server.py", []string{"python3", "server.py"}, 500 * time.Millisecond},
	{"05", "flask", "server.py", []string{"python3", "server.py"}, 500 * time.Millisecond},
}

// watch tells how long a learner waits from saving a file to the verdict of the rule that failed last. The first save is not counted:
// it warms the build cache.
func watch(ctx context.Context, bench *lab, saves int) error {
	saves = cmp.Or(saves, 9)
	hasFlask := exec.CommandContext(ctx, "python3", "-c", "import flask").Run() == nil
	var table []promise
	for _, one := range watched {
		if one.language == "flask" && !hasFlask {
			fmt.Println("SKIPPED: Flask is not installed, so its starters are not measured")
			continue
		}
		fmt.Printf("exercise %s in %s: %d saves\n", one.exercise, one.language, saves)
		folder := bench.path(one.exercise + one.language)
		times, err := bench.saves(ctx, one.exercise, one.language, filepath.Join(folder, one.file), saves)
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		if err != nil {
			return err
		}
		row := promise{what: "exercise " + one.exercise + ", " + one.language, want: "under " + one.most.String()}
		took, own := median(times), time.Duration(0)
		row.seen = fmt.Sprintf("%.2f s, at most %.2f s", took.Seconds(), percentile(times, 100).Seconds())
		if one.start != nil {
			if own, err = ownStart(ctx, folder, one.start, saves); err != nil {
				return err
			}
			row.seen += fmt.Sprintf("; the program alone %.2f s, so the lab %.2f s", own.Seconds(), (took - own).Seconds())
			row.want += " beyond that"
		}
		row.kept = took-own < one.most
		table = append(table, row)
	}
	return printTable(table)
}

// saves begins an exercise, watches it, and saves the file again and again.
func (b *lab) saves(ctx context.Context, exercise, language, file string, saves int) ([]time.Duration, error) {
	home := append(os.Environ(), "RESTLAB_HOME="+b.folder)
	begin := exec.CommandContext(ctx, b.path("restlab"), "learn", exercise, "--lang", language, "--dir", filepath.Dir(file))
	begin.Env = home
	if out, err := begin.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, b.path("restlab"), "learn", "watch", exercise)
	cmd.Env, cmd.Stderr = home, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	keys, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_, _ = io.WriteString(keys, "q")
		_ = cmd.Wait()
	}()
	lines := bufio.NewScanner(out)
	if !lookFor(lines, "h hint") {
		return nil, errors.New("the first check has not come to its end")
	}
	comment := map[string]string{"go": "//", "flask": "#"}[language]
	var times []time.Duration
	for n := range saves + 1 {
		begun := time.Now()
		if err := os.WriteFile(file, fmt.Appendf(text, "\n%s %d %d\n", comment, n, rand.Uint64()), 0o600); err != nil {
			return nil, err
		}
		if !lookFor(lines, "  ✗ ", "  – ", "h hint") || strings.HasPrefix(lines.Text(), "h hint") {
			return nil, errors.New("there was no verdict")
		}
		if n > 0 {
			times = append(times, time.Since(begun))
		}
		if !lookFor(lines, "h hint") {
			return nil, errors.New("a check has not come to its end")
		}
	}
	return times, nil
}

// lookFor reads up to a line that begins so, and reports whether there is one.
func lookFor(lines *bufio.Scanner, beginnings ...string) bool {
	for lines.Scan() {
		for _, beginning := range beginnings {
			if strings.HasPrefix(lines.Text(), beginning) {
				return true
			}
		}
	}
	return false
}

// ownStart is how long a program takes from its start until it can be connected to.
func ownStart(ctx context.Context, folder string, words []string, times int) (time.Duration, error) {
	var all []time.Duration
	for n := range times {
		port := fmt.Sprint(12_000 + rand.IntN(8_000))
		cmd := exec.CommandContext(ctx, words[0], words[1:]...)
		cmd.Dir, cmd.Env = folder, append(os.Environ(), "PORT="+port)
		begun := time.Now()
		if err := cmd.Start(); err != nil {
			return 0, err
		}
		took, err := connected(ctx, port, begun)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if err != nil {
			return 0, err
		}
		if n > 0 || times == 1 {
			all = append(all, took)
		}
	}
	return median(all), nil
}

func connected(ctx context.Context, port string, begun time.Time) (time.Duration, error) {
	for ctx.Err() == nil && time.Since(begun) < 20*time.Second {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			return time.Since(begun), conn.Close()
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, errors.New("the program does not listen")
}
