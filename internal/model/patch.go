package model

import (
	"slices"
	"strconv"
	"strings"
)

// operation is one of a JSON Patch (RFC 6902 §4) on the document {"value": V} of an item.
type operation struct {
	op    string
	path  string // JSON Pointer
	from  string // of copy
	value any
	holds bool // a test for what is there
}

func (o operation) document(about *resource) any {
	members := map[string]any{"op": o.op, "path": o.path}
	switch o.op {
	case "copy":
		members["from"] = o.from
	case "add", "replace":
		members["value"] = o.value
	case "test":
		members["value"] = o.tested(about)
	}
	return members
}

// tested is what a test asks for.
func (o operation) tested(about *resource) any {
	if found, there := valueAt(map[string]any{"value": about.value}, pointer(o.path)); o.holds && there {
		return found
	}
	return o.value
}

// fit is how well a patch goes with a value.
type fit int

const (
	fits     fit = iota
	doubtful     // right by the letter, but a server may refuse it
	fails        // an operation cannot be done
	untrue       // a test fails
)

// apply returns what the operations make of the value. Nothing is done to the value itself. A server may look at the operations
// in any order before it does the first: so an operation that cannot be done counts behind a test that fails, too.
func apply(about *resource, operations []operation) (any, fit) {
	document := normal(map[string]any{"value": about.value})
	how := fits
	for _, o := range operations {
		next, one := o.apply(document, about)
		if one == fails {
			return nil, fails
		}
		how = max(how, one)
		if one != untrue {
			document = next
		}
	}
	if how == untrue {
		return nil, untrue
	}
	v, there := valueAt(document, []string{"value"})
	if !there {
		return nil, fails
	}
	if len(encode(v)) > largestBody {
		how = max(how, doubtful)
	}
	return normal(v), how
}

func (o operation) apply(document any, about *resource) (any, fit) {
	path := pointer(o.path)
	switch o.op {
	case "test":
		found, there := valueAt(document, path)
		if !there {
			return nil, fails
		}
		if !equal(found, normal(o.tested(about))) {
			return nil, untrue
		}
		return document, fits
	case "copy":
		found, there := valueAt(document, pointer(o.from))
		if !there {
			return nil, fails
		}
		next, how := edit(document, path, "add", normal(found))
		return next, max(how, doubtful)
	}
	return edit(document, path, o.op, normal(o.value))
}

// pointer splits a JSON Pointer (RFC 6901 §4).
func pointer(text string) []string {
	path := strings.Split(text, "/")[1:]
	for i := range path {
		path[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(path[i])
	}
	return path
}

func valueAt(node any, path []string) (any, bool) {
	for _, name := range path {
		var there bool
		if node, there = child(node, name); !there {
			return nil, false
		}
	}
	return node, true
}

func child(node any, name string) (any, bool) {
	switch node := node.(type) {
	case map[string]any:
		v, there := node[name]
		return v, there
	case []any:
		if i := index(name, len(node)-1); i >= 0 {
			return node[i], true
		}
	}
	return nil, false
}

// index reads an array index from 0 to last, or returns -1.
func index(name string, last int) int {
	i, err := strconv.Atoi(name)
	if err != nil || i < 0 || i > last || strconv.Itoa(i) != name {
		return -1
	}
	return i
}

// edit does an operation at a path, and returns the node as it is then.
func edit(node any, path []string, op string, value any) (any, fit) {
	if len(path) == 1 {
		return editHere(node, path[0], op, value)
	}
	inner, there := child(node, path[0])
	if !there {
		return nil, fails
	}
	inner, how := edit(inner, path[1:], op, value)
	switch node := node.(type) {
	case map[string]any:
		node[path[0]] = inner
	case []any:
		node[index(path[0], len(node)-1)] = inner
	}
	return node, how
}

func editHere(node any, name, op string, value any) (any, fit) {
	switch node := node.(type) {
	case map[string]any:
		return editObject(node, name, op, value)
	case []any:
		return editArray(node, name, op, value)
	}
	return nil, fails
}

func editObject(node map[string]any, name, op string, value any) (any, fit) {
	_, there := node[name]
	if op != "add" && !there {
		return nil, fails
	}
	if op == "remove" {
		delete(node, name)
	} else {
		node[name] = value
	}
	if name == "-" {
		return node, doubtful // a name like any other; some take it for the end of an array
	}
	return node, fits
}

func editArray(node []any, name, op string, value any) (any, fit) {
	if op == "add" {
		at := index(name, len(node))
		if name == "-" {
			at = len(node)
		}
		if at < 0 {
			return nil, fails
		}
		return slices.Insert(node, at, value), fits
	}
	at := index(name, len(node)-1)
	if at < 0 {
		return nil, fails
	}
	if op == "remove" {
		return slices.Delete(node, at, at+1), fits
	}
	node[at] = value
	return node, fits
}
