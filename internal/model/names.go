package model

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// names are a few names of one sequence, alike in a way that a careless server takes for the same: cut short, decoded
// twice, in other letters.
type names struct {
	shared  int // how many characters they have in common at least, filled up after the prefix
	endings []string
}

// plain are names that cannot be mistaken for each other. They come first where names are made simpler.
var plain = names{endings: []string{"a", "b", "c"}}

// alike are names of which one begins like the other.
var alike = names{endings: []string{"", "0", "00"}}

// shapes are the names of level http and above; basics has the plain ones and those alike.
var shapes = []names{
	plain,
	plain,
	{endings: []string{"-Key", "-key", "-KEY"}},
	{endings: []string{" b", "+b", "%20b"}},
	{endings: []string{"A", "%41", "%2541"}},
	{endings: []string{"é日", "🎉", "-._~!$()*:@"}},
	{endings: []string{"?#&=", "?", "%"}},
	{endings: []string{".a", ".b", "_a"}},
	alike,
	{shared: 40, endings: []string{"a", "b", "c"}},
	{shared: 60, endings: []string{"a", "b", "c"}},
	{shared: 60, endings: []string{"a", "b", "c"}},
	{shared: 79, endings: []string{"a", "b", "c"}},
}

// name is one of them, in full.
func (n names) name(prefix string, i int) string {
	const filler = "-goes-on-and-on"
	var b strings.Builder
	b.WriteString(prefix)
	for missing := n.shared - utf8.RuneCountInString(prefix); missing > 0; missing -= len(filler) {
		b.WriteString(filler[:min(missing, len(filler))])
	}
	return b.String() + n.endings[i%len(n.endings)]
}

// spelled writes a name as a path segment. All spellings stand for the same name (RFC 3986 §6.2.2).
func spelled(name string, spelling int) string {
	if spelling == 0 {
		return url.PathEscape(name)
	}
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case i > 0 && isUnreserved(c):
			b.WriteByte(c)
		case spelling == 1:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
