package main

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// page is the part of the list that a client asks for. It begins behind the place of a task, and not behind so many tasks: those
// that come and go meanwhile move none of the others to another page.
type page struct{ after, limit int }

// readPage is the whole list where the query asks for nothing else.
func readPage(query url.Values) (page, error) {
	after, err := readNumber(query, "after", 0)
	if err != nil {
		return page{}, err
	}
	limit, err := readNumber(query, "limit", math.MaxInt)
	return page{after, limit}, err
}

func readNumber(query url.Values, name string, otherwise int) (int, error) {
	if !query.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(query.Get(name))
	if err != nil || n < 1 {
		return 0, refusal{http.StatusBadRequest, fmt.Sprintf("%q is not a number from 1", name)}
	}
	return n, nil
}

// of is the page, and whether more comes behind it.
func (p page) of(tasks []task) (_ []task, more bool) {
	start := slices.IndexFunc(tasks, func(t task) bool { return t.place > p.after })
	if start < 0 {
		return []task{}, false
	}
	end := start + min(p.limit, len(tasks)-start)
	return slices.Clone(tasks[start:end]), end < len(tasks)
}

// link is where the page behind this task is. It is relative: whatever name the client knows us by, it is right.
func (p page) link(last task) string {
	return fmt.Sprintf(`</tasks?limit=%d&after=%d>; rel="next"`, p.limit, last.place)
}
