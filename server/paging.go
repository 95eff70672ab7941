package server

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
)

// page is the part of the list that a client asks for:
//
//	GET /tasks?limit=2           the first two
//	GET /tasks?limit=2&after=7   the next two, as the Link of the first answer says (RFC 8288)
//
// A page begins after a place in the list, and not after so many tasks: tasks that come and go meanwhile move none of
// the others to another page, so none is shown twice or left out.
type page struct {
	after uint64 // the place; 0 for the beginning
	most  int    // how many tasks
}

// readPage returns the whole list if nothing else is asked for. Its errors are refusals with 400. Names that nobody
// knows are ignored.
func (s *server) readPage(query url.Values) (page, error) {
	wanted := page{most: math.MaxInt}
	if limits, ok := query["limit"]; ok {
		most, err := readLimit(limits)
		if err != nil {
			return page{}, err
		}
		wanted.most = min(most, s.limits.Page)
	}
	if places, ok := query["after"]; ok {
		place, err := strconv.ParseUint(places[0], 10, 63)
		if err != nil || len(places) > 1 || place == 0 || strconv.FormatUint(place, 10) != places[0] {
			return page{}, refusal{http.StatusBadRequest, `"after" is not from a Link of this list`}
		}
		wanted.after = place
	}
	return wanted, nil
}

var fromOne = regexp.MustCompile(`^0*[1-9][0-9]*$`)

func readLimit(limits []string) (int, error) {
	if len(limits) > 1 || !fromOne.MatchString(limits[0]) {
		return 0, refusal{http.StatusBadRequest, `"limit" is not one number from 1`}
	}
	most, _ := strconv.Atoi(limits[0]) // of a number that is too large, the largest
	return most, nil
}

// link is where the page after this one is. It is relative: whatever name and scheme the client knows us by, it is right.
func (p page) link(next uint64) string {
	return fmt.Sprintf(`</tasks?limit=%d&after=%d>; rel="next"`, p.most, next)
}
