package walk

import (
	"encoding/json"
	"net/http"
	"slices"

	"restlab/internal/grade"
	"restlab/internal/wire"
)

// choices is how many statuses an audience chooses from.
const choices = 4

// guesses are the statuses to choose from for a request, in order. They follow from the request alone, so that they tell nothing of the
// answer; only where none of them came does the one that came replace the last.
func guesses(x *grade.Exchange) []int {
	all := likely(x.Request)
	if x.Answer != nil && !slices.Contains(all, x.Answer.Status) {
		all[choices-1] = x.Answer.Status
	}
	slices.Sort(all)
	return all
}

// likely are the statuses that answer such a request most often, in a slice of its own.
func likely(r grade.Request) []int {
	isConditional := slices.ContainsFunc(r.Fields, func(f wire.Field) bool { return f.Name == "If-Match" || f.Name == "If-None-Match" })
	switch {
	case r.Body != nil && !json.Valid(r.Body.Octets):
		return []int{200, 201, 400, 415}
	case r.Method == http.MethodGet && isConditional, r.Method == http.MethodHead && isConditional:
		return []int{200, 304, 404, 412}
	case isConditional:
		return []int{200, 201, 404, 412}
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return []int{200, 204, 400, 404}
	case http.MethodPut, http.MethodPost, http.MethodDelete:
		return []int{200, 201, 404, 409}
	case http.MethodPatch:
		return []int{200, 400, 409, 415}
	}
	return []int{200, 204, 404, 405}
}
