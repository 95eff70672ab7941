package main

import (
	"bytes"
	"io"
	"os"

	"golang.org/x/term"
)

// Keys that have no letter.
const (
	keyCtrlC = 3
	keyCtrlD = 4
)

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// keys gives each key that is pressed, until the input ends. On a terminal nobody need press Enter, and Ctrl-C is a key like the
// others, until restore is called; elsewhere each octet is a key. What is printed meanwhile has to pass newlines.
func keys(in io.Reader) (pressed <-chan byte, restore func()) {
	restore = func() {}
	if isTerminal(in) {
		terminal := int(in.(*os.File).Fd())
		if before, err := term.MakeRaw(terminal); err == nil {
			restore = func() { _ = term.Restore(terminal, before) }
		}
	}
	all := make(chan byte)
	go func() {
		defer close(all)
		for octets := make([]byte, 64); ; {
			n, err := in.Read(octets)
			for _, key := range octets[:n] {
				all <- key
			}
			if err != nil {
				return
			}
		}
	}()
	return all, restore
}

// newlines begins each line at the left of a terminal that keys has.
type newlines struct{ out io.Writer }

func (n newlines) Write(text []byte) (int, error) {
	if _, err := n.out.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(text), nil
}
