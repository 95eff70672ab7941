// Package suggest finds what somebody may have meant who typed a name, or wrote a sentence, that does not exist.
package suggest

import (
	"cmp"
	"slices"
	"strings"
)

// DidYouMean returns the end of a hint that offers the suggestions, or "" if there are none.
func DidYouMean(suggestions []string) string {
	if len(suggestions) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(suggestions, ", ") + "?"
}

// Names returns at most three names that share many pairs of letters with what was typed, best first: for a name that was misspelt.
func Names(typed string, names []string) []string {
	letters := pairs(strings.ToLower(typed))
	return best(names, 3, 40, func(name string) int {
		theirs := pairs(name)
		return 200 * common(letters, theirs) / max(1, len(letters)+len(theirs)) // in percent
	})
}

// IDs returns the first five ids that contain a word of what was typed: for an id of which somebody knows a part.
func IDs(typed string, ids []string) []string {
	words := strings.FieldsFunc(strings.ToLower(typed), func(r rune) bool { return r == '.' || r == '-' || r == '_' })
	words = slices.DeleteFunc(words, func(word string) bool { return len(word) <= 2 })
	return best(ids, 5, 1, func(id string) int {
		if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(id, word) }) {
			return 1
		}
		return 0
	})
}

// Sentences returns at most three of the sentences that share words with the text, best first.
func Sentences(text string, sentences []string) []string {
	words := strings.Fields(strings.ToLower(text))
	return best(sentences, 3, 1, func(sentence string) int {
		theirs := map[string]bool{}
		for _, word := range strings.Fields(strings.ToLower(sentence)) {
			theirs[word] = true
		}
		found := 0
		for _, word := range words {
			if theirs[word] {
				found++
			}
		}
		return 200 * found / (len(words) + len(theirs) + 1)
	})
}

// best returns at most so many candidates that score at least the least, best first; the first of equals comes first.
func best(candidates []string, most, least int, score func(string) int) []string {
	found := slices.DeleteFunc(slices.Clone(candidates), func(c string) bool { return score(c) < least })
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(score(b), score(a)) })
	return found[:min(len(found), most)]
}

// pairs returns the neighbouring letters of a word.
func pairs(word string) []string {
	var all []string
	for i := range len(word) - 1 {
		all = append(all, word[i:i+2])
	}
	return all
}

// common returns how many parts two lists have in common.
func common(a, b []string) int {
	rest, found := slices.Clone(b), 0
	for _, part := range a {
		if i := slices.Index(rest, part); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
			found++
		}
	}
	return found
}
