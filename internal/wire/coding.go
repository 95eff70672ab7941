package wire

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
)

// maxCodings bounds how many codings one answer may have.
const maxCodings = 3

// undo takes the content codings off an answer (RFC 9110 §8.4): a client that names no coding may get any (§12.5.3). At
// most so many bytes come out. What cannot be decoded stays as it is, and Undecoded says why.
func (a *Answer) undo(most int) {
	codings := List(a.Header.Values("Content-Encoding"))
	if len(a.Content) == 0 || len(codings) == 0 {
		return
	}
	a.Coding, a.Coded = strings.ToLower(strings.Join(codings, ", ")), len(a.Content)
	if len(codings) > maxCodings {
		a.Undecoded = fmt.Sprintf("%d content codings", len(codings))
		return
	}
	content := a.Content
	for _, coding := range slices.Backward(codings) {
		var err error
		if content, err = decoded(content, strings.ToLower(coding), most); err != nil {
			a.Undecoded = fmt.Sprintf("content in %s that cannot be decoded: %s", Untrusted(coding).Line(40), err)
			return
		}
	}
	a.Content = content
}

// decoded takes one coding off.
func decoded(content []byte, coding string, most int) ([]byte, error) {
	var from io.Reader
	var err error
	switch coding {
	case "identity":
		return content, nil
	case "gzip", "x-gzip":
		from, err = gzip.NewReader(bytes.NewReader(content))
	case "deflate":
		if from, err = zlib.NewReader(bytes.NewReader(content)); err != nil { // some servers send it without the frame of zlib
			from, err = flate.NewReader(bytes.NewReader(content)), nil
		}
	case "br":
		from = brotli.NewReader(bytes.NewReader(content))
	default:
		return nil, errors.New("the lab knows gzip, deflate and br")
	}
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(from, int64(most)+1))
	if err == nil && len(out) > most {
		err = fmt.Errorf("it has more than %d KiB", most>>10)
	}
	return out, err
}

// Length returns how many bytes of content came, before codings were taken off.
func (a *Answer) Length() int {
	if a.Coding != "" {
		return a.Coded
	}
	return len(a.Content) + a.Cut
}

// IsCoded reports whether the answer says that it has a content coding.
func (a *Answer) IsCoded() bool {
	codings := List(a.Header.Values("Content-Encoding"))
	return slices.ContainsFunc(codings, func(coding string) bool { return !strings.EqualFold(coding, "identity") })
}
