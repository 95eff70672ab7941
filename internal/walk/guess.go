package walk

import (
	"net/http"
	"slices"

	"restlab/internal/grade"
)

// choices is how many statuses an audience chooses from.
const choices = 4

// likely are the statuses that answer a method most often.
var likely = map[string][]int{
	http.MethodGet:    {200, 404, 304, 400},
	http.MethodHead:   {200, 404, 304, 405},
	http.MethodPut:    {200, 201, 404, 409},
	http.MethodPost:   {201, 200, 409, 400},
	http.MethodDelete: {200, 204, 404, 409},
	http.MethodPatch:  {200, 400, 409, 415},
}

// guesses are the statuses to choose from for an exchange, in order: the one that came, and likely ones. There are none where no answer came.
func guesses(x *grade.Exchange) []int {
	if x.Answer == nil {
		return nil
	}
	others := likely[x.Request.Method]
	if others == nil {
		others = []int{200, 204, 404, 405}
	}
	all := []int{x.Answer.Status}
	for _, other := range others {
		if len(all) < choices && !slices.Contains(all, other) {
			all = append(all, other)
		}
	}
	slices.Sort(all)
	return all
}
