package terminal

import (
	"bytes"
	"io"
	"os"

	"golang.org/x/term"
)

// Keys that have no letter.
const (
	CtrlC = 3
	CtrlD = 4
)

// Keys returns each key that is pressed, until the input ends. On a terminal nobody needs to press Enter, and Ctrl-C is a key like the
// others, until restore is called; elsewhere each byte is a key. Print through Raw meanwhile.
func Keys(in io.Reader) (pressed <-chan byte, restore func()) {
	restore = func() {}
	if Is(in) {
		fd := int(in.(*os.File).Fd())
		if before, err := term.MakeRaw(fd); err == nil {
			restore = func() { _ = term.Restore(fd, before) }
		}
	}
	all := make(chan byte)
	go func() {
		defer close(all)
		for bytes := make([]byte, 64); ; {
			n, err := in.Read(bytes)
			for _, key := range bytes[:n] {
				all <- key
			}
			if err != nil {
				return
			}
		}
	}()
	return all, restore
}

// rawWriter writes \r\n for \n, because the terminal is in raw mode.
type rawWriter struct{ out io.Writer }

func (w rawWriter) Write(text []byte) (int, error) {
	if _, err := w.out.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(text), nil
}
