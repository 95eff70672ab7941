package wire_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Framing that RFC 9112 lets recipients accept is understood: blanks at chunk extensions, trailers, lines that end with LF alone.
func TestFraming(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	for name, octets := range map[string]string{
		"blank before an extension": head + "2 ;n=v\r\n{}\r\n0\r\n\r\n",
		"blanks in an extension":    head + "2 ; n = \"v\"\r\n{}\r\n0 ; last\r\n\r\n",
		"trailer":                   head + "2\r\n{}\r\n0\r\nX-Sum: 7\r\nX-Time: 1\r\n\r\n",
		"LF alone":                  "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
	} {
		x := get(serve(t, says(octets)))
		if assert.Nil(t, x.Trouble, name) {
			assert.Equal(t, "{}", string(x.Answer.Content), name)
			assert.Equal(t, 200, x.Answer.Status, name)
		}
	}
}
