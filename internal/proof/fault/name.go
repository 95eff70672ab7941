package fault

import (
	"cmp"
	"slices"
	"strings"
)

// Find returns the fault of that name, and whether there is one.
func Find(name string) (Fault, bool) {
	all := All()
	i := slices.IndexFunc(all, func(f Fault) bool { return f.Name == name })
	if i < 0 {
		return Fault{}, false
	}
	return all[i], true
}

// FindChoice returns the choice of that name, and whether there is one.
func FindChoice(name string) (Choice, bool) {
	all := Choices()
	i := slices.IndexFunc(all, func(c Choice) bool { return c.Name == name })
	if i < 0 {
		return Choice{}, false
	}
	return all[i], true
}

// Names are the names of the faults, by subject.
func Names() []string {
	var names []string
	for _, f := range All() {
		names = append(names, f.Name)
	}
	return names
}

// ChoiceNames are the names of the choices, by subject.
func ChoiceNames() []string {
	var names []string
	for _, c := range Choices() {
		names = append(names, c.Name)
	}
	return names
}

// Nearest are the names that look most like what was typed, best first, three at most.
func Nearest(typed string, names []string) []string {
	common := func(name string) int { return shared(pairs(strings.ToLower(typed)), pairs(name)) }
	like := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return common(name) < 40 })
	slices.SortStableFunc(like, func(a, b string) int { return cmp.Compare(common(b), common(a)) })
	return like[:min(len(like), 3)]
}

// pairs are the neighbouring letters of a word.
func pairs(word string) []string {
	var all []string
	for i := range len(word) - 1 {
		all = append(all, word[i:i+2])
	}
	return all
}

// shared says in percent how much two words have in common.
func shared(a, b []string) int {
	if len(a)+len(b) == 0 {
		return 0
	}
	rest, found := slices.Clone(b), 0
	for _, pair := range a {
		if i := slices.Index(rest, pair); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
			found++
		}
	}
	return 200 * found / (len(a) + len(b))
}
