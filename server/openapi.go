package server

import (
	_ "embed"
	"net/http"
)

// openAPI describes the whole API (OpenAPI 3.1). docs/openapi.json is the same file. A test holds every exchange of the
// package's tests against it, so it says what the server does.
//
//go:embed openapi.json
var openAPI []byte

// getDescription answers the description:
//
//	200 OK     the description, with its ETag
//	304, 412   the preconditions say so: see show
func (s *server) getDescription(w http.ResponseWriter, r *http.Request, _ string) error {
	return show(w, r, s.description)
}
