package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

var errChunk = errors.New("malformed chunk")

// isChunked reports whether content comes in chunks.
func isChunked(response *http.Response) bool {
	return len(response.TransferEncoding) > 0 && response.Body != http.NoBody
}

// readChunks reads content in chunks, with its trailer. Unlike net/http it accepts blanks before an extension
// (RFC 9112 §7.1.1). It returns what came before an error.
func readChunks(r *bufio.Reader) ([]byte, error) {
	var content bytes.Buffer
	for {
		size, err := chunkSize(r)
		if err != nil {
			return content.Bytes(), err
		}
		if size == 0 {
			return content.Bytes(), skipTrailer(r)
		}
		if _, err := io.CopyN(&content, r, size); err != nil {
			return content.Bytes(), unexpected(err)
		}
		if end, err := chunkLine(r); err != nil || end != "" {
			return content.Bytes(), errors.Join(err, errChunk)
		}
	}
}

// chunkSize reads the line before a chunk, and passes over its extensions.
func chunkSize(r *bufio.Reader) (int64, error) {
	line, err := chunkLine(r)
	if err != nil {
		return 0, err
	}
	digits, _, _ := strings.Cut(line, ";")
	size, err := strconv.ParseUint(strings.TrimRight(digits, " \t"), 16, 63)
	if err != nil {
		return 0, errChunk
	}
	return int64(size), nil
}

func skipTrailer(r *bufio.Reader) error {
	for {
		if line, err := chunkLine(r); err != nil || line == "" {
			return err
		}
	}
}

// chunkLine returns the next line without its CRLF. A line that does not fit the buffer is an error.
func chunkLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return "", unexpected(err)
	}
	text, whole := strings.CutSuffix(string(line), "\r\n")
	if !whole {
		return "", errChunk
	}
	return text, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
