package steps

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A stack trace is known by its form, and only where it is the last that was printed. What an author says is kept.
func TestTraces(t *testing.T) {
	const python = "Traceback (most recent call last):\n  File \"c.py\", line 1, in <module>\n    f()\nrequests.exceptions.HTTPError: 404 Client Error: Not Found for url: x\n"
	for text, isOne := range map[string]bool{
		python:                  true,
		"POST: 201\n" + python:  true,
		python + "it is gone\n": false,
		"client: 404 Not Found": false,
		"":                      false,
		"Error: no answer\n":    false,
		"panic: no value\n\ngoroutine 1 [running]:\nmain.main()\n\t/c.go:3 +0x1\nexit status 2\n":                                              true,
		"node:internal/deps/undici/undici:13510\n\nTypeError: fetch failed\n    at node:internal/deps:1:2 {\n  [cause]: x\n}\n\nNode.js v20\n": true,
		"Exception in thread \"main\" java.net.ConnectException\n\tat C.main(C.java:3)\n":                                                      true,
	} {
		assert.Equal(t, isOne, isTrace(text), text)
	}
	assert.Equal(t, "POST: 201", ownWords("POST: 201\n"+python))
	assert.Equal(t, "client: gone", ownWords("client: gone"))
}

// How a program lays out what it prints is its own business.
func TestSqueezed(t *testing.T) {
	assert.Equal(t, squeezed("Paint the abcs"), squeezed("\x1b[32mPaint\n  the\x1b[0m abcs"))
}
