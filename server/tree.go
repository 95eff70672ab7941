package server

import (
	"cmp"
	"maps"
	"slices"
)

// A tree is a JSON value that a patch can change in place: an *object, an *array or a leaf.
type tree any

// A leaf is the JSON text of a string, a number, true, false or null, as it was sent.
type leaf string

type array struct{ elements []tree }

// An object keeps the order of its members. A new member comes last.
type object struct {
	members map[string]objectMember
	places  int // the place of the newest member
}

type objectMember struct {
	place int
	text  string // the JSON text of the name, as it was sent
	value tree
}

// set adds a member, or gives the member that has this name another value.
func (o *object) set(name, text string, value tree) {
	if old, there := o.members[name]; there {
		o.members[name] = objectMember{old.place, old.text, value}
		return
	}
	o.places++
	o.members[name] = objectMember{o.places, text, value}
}

func (o *object) inOrder() []objectMember {
	return slices.SortedFunc(maps.Values(o.members), func(a, b objectMember) int { return cmp.Compare(a.place, b.place) })
}

// treeOf returns a value as a tree. The text must be JSON that readJSON has accepted.
func treeOf(text []byte) tree { return (&walker{text: text}).tree() }

// tree passes over one value and returns it as a tree.
func (w *walker) tree() tree {
	start := w.at
	switch w.text[start] {
	case '{':
		found := &object{members: map[string]objectMember{}}
		for w.next('}') {
			begin := w.at
			name := w.string()
			text := string(w.text[begin:w.at])
			w.at++ // the colon
			found.set(name, text, w.tree())
		}
		return found
	case '[':
		found := new(array)
		for w.next(']') {
			found.elements = append(found.elements, w.tree())
		}
		return found
	}
	_ = w.value(0) // cannot fail: the value opens no bracket
	return leaf(w.text[start:w.at])
}

// appendTree appends the JSON text of a tree that stands inside so many levels of arrays and objects. It returns
// errTooDeep if the text would have more than maxDepth levels.
func appendTree(text []byte, value tree, levels int) ([]byte, error) {
	if value, ok := value.(leaf); ok {
		return append(text, value...), nil
	}
	if levels == maxDepth {
		return nil, errTooDeep
	}
	if value, ok := value.(*array); ok {
		return appendArray(text, value, levels)
	}
	return appendObject(text, value.(*object), levels)
}

func appendArray(text []byte, value *array, levels int) (_ []byte, err error) {
	text = append(text, '[')
	for i, element := range value.elements {
		if i > 0 {
			text = append(text, ',')
		}
		if text, err = appendTree(text, element, levels+1); err != nil {
			return nil, err
		}
	}
	return append(text, ']'), nil
}

func appendObject(text []byte, value *object, levels int) (_ []byte, err error) {
	text = append(text, '{')
	for i, member := range value.inOrder() {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(text, member.text...), ':')
		if text, err = appendTree(text, member.value, levels+1); err != nil {
			return nil, err
		}
	}
	return append(text, '}'), nil
}
