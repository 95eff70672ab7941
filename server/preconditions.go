package server

import (
	"net/http"
	"slices"
	"strings"
)

// Preconditions are what a request wants to be so, that it be done (RFC 9110 §13). The zero value wants nothing. There
// is no Last-Modified here, so If-Modified-Since and If-Unmodified-Since are ignored (§13.1.3, §13.1.4).
//
// A client that read a value, and writes another one with the ETag of what it read in If-Match, never overwrites what
// somebody else wrote in between: it is refused with 412, and reads again.
type Preconditions struct {
	match     *tagList // If-Match; nil if there is none
	noneMatch *tagList // If-None-Match; nil if there is none
}

func preconditions(r *http.Request) Preconditions {
	return Preconditions{parseTagList(r.Header["If-Match"]), parseTagList(r.Header["If-None-Match"])}
}

// Allow reports whether a write may be done to the resource that has this ETag, or "" if there is none. It returns
// ErrPrecondition if not.
func (p Preconditions) Allow(etag string) error {
	if p.matchFails(etag) || p.noneMatchFails(etag) {
		return ErrPrecondition
	}
	return nil
}

// matchFails compares as If-Match does (§13.1.1): strongly, so that a weak tag never matches.
func (p Preconditions) matchFails(etag string) bool {
	if p.match == nil {
		return false
	}
	if p.match.any {
		return etag == ""
	}
	return isWeak(etag) || !slices.Contains(p.match.tags, etag)
}

// noneMatchFails compares as If-None-Match does (§13.1.2): weakly, so that W/ makes no difference. With * it fails for
// whatever exists.
func (p Preconditions) noneMatchFails(etag string) bool {
	if p.noneMatch == nil {
		return false
	}
	if p.noneMatch.any {
		return etag != ""
	}
	return slices.ContainsFunc(p.noneMatch.tags, func(tag string) bool {
		return strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(etag, "W/")
	})
}

// tagList is the value of If-Match or If-None-Match: * or a list of entity-tags.
type tagList struct {
	any  bool
	tags []string // with their quotes, and W/ where they are weak
}

func isWeak(etag string) bool { return strings.HasPrefix(etag, "W/") }

// parseTagList reads a field that may stand on several lines, which are one list (RFC 9110 §5.3). It returns nil if
// there is no line. What is no entity-tag matches nothing: it is left out, up to the next comma.
func parseTagList(lines []string) *tagList {
	if len(lines) == 0 {
		return nil
	}
	rest := strings.Join(lines, ",")
	if strings.Trim(rest, " \t") == "*" {
		return &tagList{any: true}
	}

	list := new(tagList)
	for rest != "" {
		rest = strings.TrimLeft(rest, " \t,")
		tag := leadingTag(rest)
		junk, next, _ := strings.Cut(rest[len(tag):], ",")
		if tag != "" && strings.Trim(junk, " \t") == "" {
			list.tags = append(list.tags, tag)
		}
		rest = next
	}
	return list
}

// leadingTag returns the entity-tag at the beginning of the text, or "". A comma between its quotes is part of it, and
// a backslash is no escape (RFC 9110 §8.8.3).
func leadingTag(text string) string {
	start := 0
	if isWeak(text) {
		start = len("W/")
	}
	if !strings.HasPrefix(text[start:], `"`) {
		return ""
	}
	for i := start + 1; i < len(text); i++ {
		c := text[i]
		if c == '"' {
			return text[:i+1]
		}
		if c <= ' ' || c == 0x7f {
			return ""
		}
	}
	return ""
}
