package fault

import (
	"bytes"
	"encoding/json"
)

type (
	object = map[string]any
	array  = []any
)

// parse reads JSON. Numbers stay as they are written.
func parse(text []byte) (v any, ok bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err := d.Decode(&v)
	return v, err == nil
}

// decode is parse for who takes no JSON for null.
func decode(text []byte) any {
	v, _ := parse(text)
	return v
}

// encode writes JSON. It panics on what has no JSON form: a table's own fault.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// falsy is what Python takes for false; an absent member is nil.
func falsy(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case json.Number:
		f, _ := v.Float64()
		return f == 0
	case array:
		return len(v) == 0
	case object:
		return len(v) == 0
	}
	return false
}

// kind is the JSON type of a value.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "text"
	case array:
		return "array"
	case object:
		return "object"
	}
	return "number"
}

// eachValue applies f to every value within a value, the inner ones first.
func eachValue(v any, f func(any) any) any {
	switch v := v.(type) {
	case array:
		for i := range v {
			v[i] = eachValue(v[i], f)
		}
	case object:
		for name := range v {
			v[name] = eachValue(v[name], f)
		}
	}
	return f(v)
}

// eachText applies f to every text in a value.
func eachText(v any, f func(string) any) any {
	return eachValue(v, func(v any) any {
		if text, isText := v.(string); isText {
			return f(text)
		}
		return v
	})
}

// eachNumber applies f to every number in a value.
func eachNumber(v any, f func(json.Number) any) any {
	return eachValue(v, func(v any) any {
		if number, isNumber := v.(json.Number); isNumber {
			return f(number)
		}
		return v
	})
}
