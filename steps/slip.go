package steps

import (
	"regexp"
	"slices"
	"strings"
)

// freshNames are what a feature can write in braces.
var freshNames = []string{"{key}", "{id}", "{text}", "{long}", "{huge}", "{etag}", "{next}", "{n}"}

var (
	inBraces   = regexp.MustCompile(`\{[a-z]+\}`)
	statusText = regexp.MustCompile(`^(?:the|every) status is (.+)$|^if the status is ((?:\d{3}|any) [^,]+(?:, (?:\d{3}|any) [^,]+)*), `)
	itemState  = regexp.MustCompile(`^the item .+? (?:is|becomes|is now|is still) (.+)$`)
)

// Slip finds mistakes of a feature's author in a sentence that matches the vocabulary: a name that does not exist, a
// status with another's phrase, a state that is no JSON. It returns nil where there is none.
func Slip(text string) error {
	for _, name := range inBraces.FindAllString(text, -1) {
		if !slices.Contains(freshNames, name) {
			return broken("there is no name %s; the fresh names are %s", name, strings.Join(freshNames, ", "))
		}
	}
	if m := statusText.FindStringSubmatch(text); m != nil {
		if _, err := parseStatuses(m[1] + m[2]); err != nil {
			return err
		}
	}
	if m := itemState.FindStringSubmatch(text); m != nil {
		state := strings.TrimPrefix(strings.TrimPrefix(m[1], "now "), "still ")
		if _, err := decode([]byte(state)); err != nil {
			return broken("the value %s is no JSON; a text stands in double quotes", state)
		}
	}
	return nil
}
