package server

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

const problemJSON = "application/problem+json"

// problem is an error for clients that read RFC 9457. The type about:blank says that there is no more to it than the
// status (§4.2.1).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

func (answer refusal) problem() problem {
	return problem{"about:blank", phrase(answer.status), answer.status, answer.text}
}

// phrase returns the registered phrase of the status. net/http still has the older ones of two.
func phrase(status int) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return "Content Too Large"
	case http.StatusUnprocessableEntity:
		return "Unprocessable Content"
	}
	return http.StatusText(status)
}

// wantsProblem reports whether a client with this Accept wants its errors as problem details: it names them, and likes
// plain JSON no better. Whoever accepts just anything gets the plain error, which the course's clients know.
func wantsProblem(accept []string) bool {
	preferred := preferences(accept)
	wanted := preferred[problemJSON]
	for _, plain := range []string{"application/json", "application/*", "*/*"} { // the most specific one counts
		if quality, named := preferred[plain]; named {
			return wanted > 0 && wanted >= quality
		}
	}
	return wanted > 0
}

// preferences reads an Accept field, which may stand on several lines, into the quality of each media range, from 0,
// not acceptable, to 1 (RFC 9110 §12.5.1). What is no media range, or has no such quality, is left out.
func preferences(accept []string) map[string]float64 {
	preferred := map[string]float64{}
	for element := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		mediaRange, parameters, err := mime.ParseMediaType(element)
		if err != nil {
			continue
		}
		quality := 1.0
		if q, ok := parameters["q"]; ok {
			quality, err = strconv.ParseFloat(q, 64)
		}
		if err == nil && 0 <= quality && quality <= 1 {
			preferred[mediaRange] = quality
		}
	}
	return preferred
}
