package process

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"restlab/internal/wire"
)

// Bounds of what is kept and shown of a program's output.
const (
	kept      = 32 << 10 // octets, at most twice that; what is older is counted and dropped
	longest   = 300      // characters of a line
	liveLines = 2000     // lines shown while the program runs
)

// output takes what a program prints, however much it is. It is never a verdict on anything, only text to show.
type output struct {
	name string    // begins each line
	live io.Writer // shown as it comes, nil for not

	mu      sync.Mutex
	tail    []byte
	dropped int64
	line    []byte // begun, for live
	lines   int    // shown live
}

// Write keeps the end of what was printed. It never fails and never waits for anybody but live.
func (o *output) Write(octets []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.live != nil {
		o.show(octets)
	}
	o.tail = append(o.tail, octets...)
	if over := len(o.tail) - kept; over > kept { // not each time: it is moved in memory
		o.dropped += int64(over)
		o.tail = append(o.tail[:0], o.tail[over:]...)
	}
	return len(octets), nil
}

func (o *output) show(octets []byte) {
	for o.lines < liveLines {
		line, rest, ended := bytes.Cut(octets, []byte("\n"))
		room := max(0, 4*longest-len(o.line))
		o.line = append(o.line, line[:min(len(line), room)]...)
		if !ended {
			return
		}
		fmt.Fprintln(o.live, o.prefixed(string(o.line)))
		o.line, octets = o.line[:0], rest
		if o.lines++; o.lines == liveLines {
			fmt.Fprintf(o.live, "%s │ (no more than %d lines are shown)\n", o.name, liveLines)
		}
	}
}

// last are the last lines, and how much came before them. Of a crash with more of them it is those with which it begins, and the
// last of all. Nothing in them acts on a terminal.
func (o *output) last(n int) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := o.split()
	end := len(lines)
	parts := [][2]int{{max(0, end-n), end}}
	if begins := crashIn(lines); begins >= 0 && begins < end-n {
		parts = [][2]int{{begins, begins + n - n/3}, {end - n/3, end}}
	}
	var shown []string
	before, at := o.dropped, 0
	for _, part := range parts {
		for _, line := range lines[at:part[0]] {
			before += int64(len(line) + 1)
		}
		if before > 0 {
			shown = append(shown, fmt.Sprintf("%s │ (%d bytes came before this)", o.name, before))
		}
		for _, line := range lines[part[0]:part[1]] {
			shown = append(shown, o.prefixed(line))
		}
		before, at = 0, part[1]
	}
	return shown
}

// word is the line with which a crash begins, or else the last one, "" for none.
func (o *output) word() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := o.split()
	if len(lines) == 0 {
		return ""
	}
	at := crashIn(lines)
	if at < 0 {
		at = len(lines) - 1
	}
	return harmless(lines[at])
}

// split are the lines that are kept. The caller holds the lock.
func (o *output) split() []string {
	text := strings.TrimRight(string(o.tail), "\r\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// crash is how the report of an end begins that was not meant: of Go, a handler of its net/http, the JVM and Node. Others end with what matters.
var (
	crash  = regexp.MustCompile(`^(?:fatal error: |panic: |(?:[\d/]+ [\d:.]+ )?http: panic serving |Exception in thread )`)
	thrown = regexp.MustCompile(`^(?:Uncaught )?[\w.]*(?:Error|Exception)\b`)
	called = regexp.MustCompile(`^\s+at `)
)

// crashIn is the line with which the last crash begins, -1 for none.
func crashIn(lines []string) int {
	for i := len(lines) - 1; i >= 0; i-- {
		if crash.MatchString(lines[i]) || thrown.MatchString(lines[i]) && i+1 < len(lines) && called.MatchString(lines[i+1]) {
			return i
		}
	}
	return -1
}

// text is the end of what was printed, as it came.
func (o *output) text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.tail)
}

// forget makes the next process begin with nothing printed.
func (o *output) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tail, o.dropped = nil, 0
}

// order is how some build servers are given orders within a line of output: ##[error], ##vso[…], ##teamcity[….
var order = regexp.MustCompile(`##(\w*\[)`)

func (o *output) prefixed(line string) string { return o.name + " │ " + harmless(line) }

func harmless(line string) string {
	line = strings.ReplaceAll(strings.TrimRight(line, "\r"), "\t", "    ")
	return order.ReplaceAllString(wire.Untrusted(line).Line(longest), `#\x23$1`)
}
