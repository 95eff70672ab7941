package server

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// A client that loses the answer to its POST does not know whether there is a new task now. If it sent a key of its own
// making with the request, it may send both again: the first request with a key makes the task, and every later one gets
// the answer that the first one got.
//
// Idempotency-Key is widely used, but no standard: its IETF draft (draft-ietf-httpapi-idempotency-key-header) expired.

// readOnce reads the request's Idempotency-Key, which stands for this body. Without the field it returns the zero Once;
// a key that is none is refused with 400.
func (s *server) readOnce(r *http.Request, body []byte) (Once, error) {
	lines := r.Header["Idempotency-Key"]
	if len(lines) == 0 {
		return Once{}, nil
	}
	quoted := structuredString.FindStringSubmatch(strings.Join(lines, ","))
	if quoted == nil || len(quoted[1]) > s.limits.Key {
		return Once{}, refusal{http.StatusBadRequest,
			fmt.Sprintf("Idempotency-Key is a string of 1 to %d ASCII characters in quotes", s.limits.Key)}
	}
	key := strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(quoted[1])
	return Once{key, sha256.Sum256(body), time.Now().Add(s.limits.Retry)}, nil
}

// structuredString is a String of RFC 9651 §3.3.3 that is not empty, without parameters.
var structuredString = regexp.MustCompile(`^"((?:[ !#-\[\]-~]|\\["\\])+)"$`)
