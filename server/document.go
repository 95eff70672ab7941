package server

import (
	"errors"
	"slices"
	"strconv"
)

// A document is {"value": V} while a patch changes it.
type document struct {
	root *object
	work int64 // bytes that were copied or compared, and elements of arrays that moved to another place
}

func newDocument(item Item) *document {
	root := &object{members: map[string]objectMember{}}
	root.set("value", `"value"`, treeOf(item.Value))
	return &document{root: root}
}

var (
	errMissing = errors.New("the JSON Pointer leads nowhere")
	errFailed  = errors.New("the test failed")
)

// do does one operation. If it returns an error, the document is of no more use.
func (d *document) do(o operation) error {
	switch o.kind {
	case "add":
		return d.add(o.path, treeOf(o.value))
	case "remove":
		_, err := d.remove(o.path)
		return err
	case "replace":
		return d.replace(o.path, treeOf(o.value))
	case "move":
		value, err := d.remove(o.from)
		if err != nil {
			return err
		}
		return d.add(o.path, value)
	case "copy":
		value, err := d.find(o.from)
		if err != nil {
			return err
		}
		return d.add(o.path, d.copy(value))
	}
	return d.test(o.path, treeOf(o.value))
}

// find follows a JSON Pointer (RFC 6901 §4), or returns errMissing.
func (d *document) find(path []string) (tree, error) {
	value := tree(d.root)
	for _, name := range path {
		switch inside := value.(type) {
		case *object:
			member, there := inside.members[name]
			if !there {
				return nil, errMissing
			}
			value = member.value
		case *array:
			at, err := index(name, len(inside.elements))
			if err != nil {
				return nil, err
			}
			value = inside.elements[at]
		default:
			return nil, errMissing
		}
	}
	return value, nil
}

// holder returns the object or the array in which the path ends, and the last name of the path.
func (d *document) holder(path []string) (inside tree, name string, err error) {
	last := len(path) - 1
	inside, err = d.find(path[:last])
	return inside, path[last], err
}

func (d *document) add(path []string, value tree) error {
	inside, name, err := d.holder(path)
	if err != nil {
		return err
	}
	switch inside := inside.(type) {
	case *object:
		inside.set(name, quote(name), value)
		return nil
	case *array:
		at := len(inside.elements)
		if name != "-" {
			at, err = index(name, len(inside.elements)+1)
		}
		if err != nil {
			return err
		}
		d.work += int64(len(inside.elements) - at)
		inside.elements = slices.Insert(inside.elements, at, value)
		return nil
	}
	return errMissing
}

// remove returns what it has removed.
func (d *document) remove(path []string) (tree, error) {
	value, err := d.find(path)
	if err != nil {
		return nil, err
	}
	inside, name, _ := d.holder(path) // cannot fail: there is a value
	switch inside := inside.(type) {
	case *object:
		delete(inside.members, name)
	case *array:
		at, _ := strconv.Atoi(name)
		d.work += int64(len(inside.elements) - at)
		inside.elements = slices.Delete(inside.elements, at, at+1)
	}
	return value, nil
}

func (d *document) replace(path []string, value tree) error {
	if _, err := d.find(path); err != nil {
		return err
	}
	inside, name, _ := d.holder(path) // cannot fail: there is a value
	switch inside := inside.(type) {
	case *object:
		inside.set(name, quote(name), value)
	case *array:
		at, _ := strconv.Atoi(name)
		inside.elements[at] = value
	}
	return nil
}

// copy returns a tree that shares nothing with the value. Each part of a tree takes memory, even an empty one.
func (d *document) copy(value tree) tree {
	const part = 16
	d.work += part
	switch value := value.(type) {
	case *object:
		copied := &object{make(map[string]objectMember, len(value.members)), value.places}
		for name, member := range value.members {
			copied.members[name] = objectMember{member.place, member.text, d.copy(member.value)}
		}
		return copied
	case *array:
		copied := &array{make([]tree, len(value.elements))}
		for i, element := range value.elements {
			copied.elements[i] = d.copy(element)
		}
		return copied
	}
	d.work += int64(len(value.(leaf)))
	return value
}

func (d *document) test(path []string, want tree) error {
	found, err := d.find(path)
	if err == nil && !d.equal(found, want) {
		return errFailed
	}
	return err
}

// index returns the place in an array that the name in a JSON Pointer means, or errMissing if it is not below limit.
func index(name string, limit int) (int, error) {
	at, err := strconv.Atoi(name)
	if err != nil || at < 0 || at >= limit || name != strconv.Itoa(at) {
		return 0, errMissing
	}
	return at, nil
}

// quote returns the name as JSON text.
func quote(name string) string {
	text, _ := jsonText(name) // cannot fail: it is a string
	return string(text[:len(text)-len("\n")])
}
