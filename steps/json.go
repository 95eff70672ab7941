package steps

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"restlab/internal/wire"
)

// decode reads one JSON text. Numbers become float64.
func decode(content []byte) (any, error) {
	if err := bounded(content); err != nil {
		return nil, err
	}
	var v any
	err := json.Unmarshal(content, &v)
	if err == nil && utf8.Valid(content) { // Unmarshal replaces what is not
		return v, nil
	}
	if why := valid(content); why != nil {
		return nil, why
	}
	return nil, errors.New("a number that no double can hold") // all else that is valid can be decoded
}

// Bounds of JSON, beyond which reading it takes more memory and time than an answer is worth. Nothing that the lab asks for
// comes near them, but a list of very many tasks.
const (
	maxDepth      = 200
	maxContainers = 100_000
)

// bounded says which of the bounds content is beyond, if it is JSON.
func bounded(content []byte) error {
	containers := bytes.Count(content, []byte("{")) + bytes.Count(content, []byte("["))
	if containers <= maxDepth {
		return nil
	}
	if containers > maxContainers {
		return fmt.Errorf("JSON with more than %d objects and arrays, which is where the lab stops reading", maxContainers)
	}
	depth, inText := 0, false
	for i := 0; i < len(content); i++ {
		switch c := content[i]; {
		case c == '"':
			inText = !inText
		case inText && c == '\\':
			i++
		case !inText && (c == '{' || c == '['):
			if depth++; depth > maxDepth {
				return fmt.Errorf("JSON nested deeper than %d, which is where the lab stops reading", maxDepth)
			}
		case !inText && (c == '}' || c == ']'):
			depth--
		}
	}
	return nil
}

// valid says why content is not one JSON text (RFC 8259): UTF-8, no byte order mark, nothing after it.
func valid(content []byte) error {
	switch {
	case len(content) == 0:
		return errors.New("no content at all")
	case bytes.HasPrefix(content, []byte("\ufeff")):
		return errors.New("a byte order mark before the JSON (RFC 8259 §8.1)")
	case !utf8.Valid(content):
		return errors.New("bytes that are not UTF-8 (RFC 8259 §8.1)")
	case json.Valid(content):
		return nil
	}
	if err := bounded(content); err != nil { // encoding/json has a bound of its own
		return err
	}
	return fmt.Errorf("%s: %s", invalid(json.Unmarshal(content, new(any))), wire.Untrusted(content).Line(120))
}

const brokenOff = "JSON that breaks off"

// invalid names what is wrong without the words of Go's decoder.
func invalid(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		if strings.Contains(syntax.Error(), "unexpected end") {
			return brokenOff
		}
		return fmt.Sprintf("no valid JSON, at byte %d", syntax.Offset)
	}
	return "no valid JSON"
}

// literal reads a JSON text of a feature file.
func literal(text string) (any, error) {
	v, err := decode([]byte(text))
	if err != nil {
		return nil, broken("the feature has %q where JSON belongs", text)
	}
	return v, nil
}

func members(text string) (map[string]any, error) {
	v, err := literal(text)
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, broken("the feature has %q where a JSON object belongs", text)
	}
	return object, nil
}

// content decodes an answer's content, or says that it is no JSON.
func content(x *wire.Exchange) (any, error) {
	if x.Answer.Undecoded != "" {
		return nil, failure(x, atContent, "JSON", x.Answer.Undecoded)
	}
	v, err := decode(x.Answer.Content)
	if err != nil {
		return nil, noJSON(x, "JSON", err)
	}
	return v, nil
}

// noJSON is the failure of content that is not one JSON text.
func noJSON(x *wire.Exchange, expected string, why error) *Failure {
	f := failure(x, atContent, expected, why.Error())
	if isTwice(x.Answer.Content) {
		f.Note = "These are two JSON texts, one after the other. Does the handler go on after it has answered? Perhaps a return is missing."
	}
	return f
}

// isTwice reports whether content begins with two JSON texts. Beyond the bounds nobody looks.
func isTwice(content []byte) bool {
	if bounded(content) != nil {
		return false
	}
	texts := json.NewDecoder(bytes.NewReader(content))
	var first, second json.RawMessage
	return texts.Decode(&first) == nil && texts.Decode(&second) == nil
}

// differs names the first member, in alphabetical order, that got lacks or has otherwise; "" if there is none.
// It serves to search a list too, so it does not ask httpexpect, which takes a stack trace at every miss.
func differs(got any, want map[string]any) string {
	object, ok := got.(map[string]any)
	if !ok {
		return "an object"
	}
	for _, name := range sorted(want) {
		value, there := object[name]
		if !there || !reflect.DeepEqual(value, want[name]) {
			return name
		}
	}
	return ""
}

// otherCase adds to a failure that one of the values has the member in question under a name in other case, if so.
func otherCase(f *Failure, member string, values ...any) *Failure {
	for _, value := range values {
		object, _ := value.(map[string]any)
		if _, there := object[member]; there {
			continue
		}
		for _, name := range sorted(object) {
			if strings.EqualFold(name, member) {
				f.Note = fmt.Sprintf("There is a member %q, and that is another name than %q: JSON tells upper from lower case.", wire.Untrusted(name).Line(40), member)
				return f
			}
		}
	}
	return f
}

func sorted(m map[string]any) []string {
	return slices.Sorted(maps.Keys(m))
}

// compact writes a value as short JSON, for people.
func compact(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return wire.Untrusted(strings.TrimSpace(b.String())).Line(300)
}
