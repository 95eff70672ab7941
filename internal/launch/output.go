package launch

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

// last are the last lines, and how much came before them. Nothing in them acts on a terminal.
func (o *output) last(n int) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := strings.TrimRight(string(o.tail), "\r\n")
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	before := o.dropped
	var shown []string
	for i, line := range lines {
		if i < len(lines)-n {
			before += int64(len(line) + 1)
			continue
		}
		shown = append(shown, o.prefixed(line))
	}
	if before > 0 {
		shown = append([]string{fmt.Sprintf("%s │ (%d octets came before this)", o.name, before)}, shown...)
	}
	return shown
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

func (o *output) prefixed(line string) string {
	line = strings.ReplaceAll(strings.TrimRight(line, "\r"), "\t", "    ")
	return o.name + " │ " + order.ReplaceAllString(wire.Untrusted(line).Line(longest), `#\x23$1`)
}
