package wire

import (
	"cmp"
	"fmt"
	"strings"
)

// Curl is a command line that sends the same request again with curl, for a POSIX shell. Cookies of a client that keeps them are those
// that curl itself has got before, and only a client beside the first one is named.
func (x *Exchange) Curl() string {
	words := []string{"curl", "-i"}
	switch {
	case x.Request.Method == "HEAD":
		words = append(words, "--head")
	case x.Request.Method != "GET" || x.Request.Body != nil:
		words = append(words, "-X", Quote(x.Request.Method))
	}
	if strings.Contains(x.Request.Target, "/.") {
		words = append(words, "--path-as-is")
	}
	words = append(words, Quote(cmp.Or(x.Origin, x.Base)+x.Request.Target))
	if x.InJar {
		words = append(words, "-c", "jar", "-b", "jar")
	}
	for _, f := range x.Request.Fields {
		if x.Apart && strings.EqualFold(f.Name, "User-Agent") {
			words = append(words, "-A", Quote(f.Value))
		}
		isInJar := x.InJar && strings.EqualFold(f.Name, "Cookie")
		if !curlSends(f) && !isInJar {
			words = append(words, "-H", Quote(f.Name+": "+f.Value))
		}
	}
	if n := len(x.Request.Body); n > maxArgument {
		return strings.Join(words, " ") + fmt.Sprintf(" --data-binary @FILE # a body of %d bytes, too long for a command line", n)
	}
	if x.Request.Body != nil {
		words = append(words, "--data-binary", Quote(string(x.Request.Body)))
	}
	return strings.Join(words, " ")
}

// maxArgument is what a word of a command line may have: Linux takes 128 KiB, and an escape has four bytes for one.
const maxArgument = 32 << 10

// curlSends is true for fields that curl sends by itself or that do not matter when a request is repeated.
func curlSends(f Field) bool {
	switch strings.ToLower(f.Name) {
	case "host", "user-agent", "accept-encoding", "connection", "content-length":
		return true
	case "accept":
		return f.Value == "*/*"
	}
	return false
}
