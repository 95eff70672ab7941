package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
)

// A representation is what GET sends of a resource: the bytes, and the entity-tag that stands for exactly these. It
// is made once, when the resource changes, because a resource is read far more often than it is written.
type representation struct {
	body []byte
	etag string

	etagField, lengthField []string // ETag and Content-Length, as http.Header has them
}

// represent makes the representation of a JSON text. The entity-tag is a hash of the bytes: whoever computes it, here
// or on another machine, today or after a restart, gets the same, and a value that comes back gets its old tag back.
func represent(body []byte) representation {
	return labelled(body, entityTag(body))
}

func labelled(body []byte, etag string) representation {
	return representation{body, etag, []string{etag}, []string{strconv.Itoa(len(body))}}
}

// entityTag returns a strong entity-tag (RFC 9110 §8.8.3). 128 bits of SHA-256 are enough that no client finds two
// texts with the same.
func entityTag(text []byte) string {
	sum := sha256.Sum256(text)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// ETag returns the entity-tag with its quotes, or "" for an item or a task that was not made by NewItem or NewTask.
func (r representation) ETag() string { return r.etag }

// jsonText returns the JSON form of the value, with a line end.
func jsonText(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return text.Bytes(), err
}
