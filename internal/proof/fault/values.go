package fault

import (
	"encoding/json"
	"html"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf16"
)

// valueFaults are stores that give back something else than they were given, or forget it. Each does what a database, a
// converter, a template or a language does to some values.
var valueFaults = slices.Concat(
	textStores("items.read", storingTexts, []textStore{
		{"text-with-lf-for-crlf", "CRLF in a text comes back as LF.", replacing("\r\n", "\n")},
		{"text-with-crlf-for-lf", "LF in a text comes back as CRLF, as Windows ends lines.", replacing("\r\n", "\r\n", "\n", "\r\n")},
		{"text-without-controls", "Control characters disappear from a text: XML has none.", dropping(func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) && r != 0 })},
		{"text-without-tabs", "A tab in a text comes back as four spaces.", replacing("\t", "    ")},
		{"text-with-single-spaces", "Several spaces in a row come back as one.", regexpReplacing(`  +`, " ")},
		{"text-without-trailing-spaces", "Spaces at the end of a text are lost: a column of the type CHAR.", func(text string) string { return strings.TrimRight(text, " ") }},
		{"text-with-plain-spaces", "A no-break space comes back as a space.", replacing("\u00a0", " ")},
		{"text-without-line-separators", "U+2028 in a text comes back as a line feed.", replacing("\u2028", "\n")},
		{"text-without-byte-order-mark", "U+FEFF at the beginning of a text disappears.", func(text string) string { return strings.TrimPrefix(text, "\ufeff") }},
		{"text-without-hidden-characters", "Characters without a width disappear from a text.", dropping(func(r rune) bool { return strings.ContainsRune("\u200b\u200d\u00ad", r) })},
		{"text-composed", "A text comes back in normal form C: e and an accent become one character.", composing},
		{"text-decomposed", "A text comes back in normal form D: é becomes e and an accent.", decomposing},
		{"text-in-compatible-letters", "A text comes back in normal form KC: a ligature becomes two letters.", replacing("\ufb01", "fi", "\u00b2", "2")},
		{"text-without-markup", "What looks like a tag disappears from a text: strip_tags.", regexpReplacing(`<[^>]*>`, "")},
		{"text-with-entities-decoded", "&lt; in a text comes back as <.", html.UnescapeString},
		{"text-percent-decoded", "%41 in a text comes back as A.", replacing("%41", "A")},
		{"text-with-spaces-for-plus", "A plus sign in a text comes back as a space, as in a form.", replacing("+", " ")},
		{"text-as-a-format", "%% in a text comes back as one percent sign: the text is a format of printf.", replacing("%%", "%")},
		{"text-as-a-template", "{{ a }} disappears from a text: the text is a template.", regexpReplacing(`\{\{.*?\}\}`, "")},
		{"text-with-variables", "${HOME} in a text comes back as the value of the variable.", replacing("${HOME}", "/home/app")},
		{"text-with-quotes-doubled", "An apostrophe comes back as two: escaped for SQL, and never unescaped.", replacing("'", "''")},
		{"text-with-quotes-escaped", "A backslash comes before each quote: addslashes.", replacing("'", `\'`, `"`, `\"`)},
		{"text-with-typographic-marks", "Two hyphens come back as a dash, and three dots as one character.", replacing("--", "–", "...", "…")},
		{"text-cut-at-an-emoji", "A text ends before its first emoji: the character set utf8 of MySQL.", cutAt(func(r rune) bool { return r > 0xffff })},
		{"text-cut-at-nul", "A text ends before U+0000, as strings of C do.", cutAt(func(r rune) bool { return r == 0 })},
		{"text-without-nul", "U+0000 disappears from a text.", replacing("\x00", "")},
	}),
	[]Fault{{
		Name: "text-with-half-emoji", Level: basics, Breaks: rules("items.read"),
		Does:   "An emoji that was sent in escapes comes back as two replacement characters.",
		change: around("POST PUT /items/*", func(x *exchange) { x.sent = surrogates.ReplaceAll(x.sent, []byte("\ufffd")); x.pass() }),
	}},
	[]Fault{{
		Name: "post-composes", Level: basics, Breaks: rules("items.read"),
		Does: "POST stores texts in normal form C, PUT stores them as they come.",
		change: around("POST /items/*", func(x *exchange) {
			if value, there := x.value(); there {
				x.resend(object{"value": eachText(value, func(text string) any { return composing(text) })})
			}
			x.pass()
		}),
	}},
	valueStores(eachTextOf, []valueStore[string]{
		{"text-guessed-to-be-a-boolean", "The texts true, yes, no and off come back as booleans: YAML 1.1.", guessing(map[string]any{"true": true, "yes": true, "no": false, "off": false})},
		{"text-guessed-to-be-null", "The texts ~ and null come back as null.", guessing(map[string]any{"~": nil, "null": nil})},
		{"text-guessed-to-be-a-number", "The texts 7 and 1e3 come back as numbers.", guessNumber},
		{"text-guessed-to-be-hexadecimal", "The text 0x1F comes back as 31.", guessing(map[string]any{"0x1F": 31})},
		{"text-guessed-to-be-not-a-number", "The text NaN comes back as null.", guessing(map[string]any{"NaN": nil})},
		{"text-guessed-to-be-a-date", "The text 2024-02-29 comes back as a date with a time.", guessDate},
		{"text-guessed-to-be-a-timestamp", "The text 2024-02-29T12:00:00.000Z comes back without its milliseconds.", guessTimestamp},
		{"text-guessed-to-be-a-time", "The text 12:30:45 comes back as a number of seconds: YAML 1.1.", guessing(map[string]any{"12:30:45": 45045})},
		{"text-guessed-to-be-json", "The text [] comes back as an empty array.", guessing(map[string]any{"[]": array{}})},
		{"text-with-decimal-point", "The text 1,5 comes back as 1.5, as a spreadsheet reads it.", guessing(map[string]any{"1,5": 1.5})},
	}),
	valueStores(eachNumber, []valueStore[json.Number]{
		{"number-in-32-bits", "0.1 comes back as 0.10000000149011612.", floats(func(f float64) any { return float64(float32(f)) })},
		{"integer-in-32-bits", "Integers beyond 32 bits come back as others.", floats(wrap)},
		{"number-of-six-digits", "Numbers come back with six digits: %g.", floats(func(f float64) any { return json.Number(strconv.FormatFloat(f, 'e', 5, 64)) })},
		{"number-of-two-decimals", "Numbers come back with two decimals: DECIMAL(30,2).", floats(func(f float64) any { return json.Number(strconv.FormatFloat(f, 'f', 2, 64)) })},
		{"number-without-trailing-zeros", "100 comes back as 1.", trimZeros},
		{"number-as-text-if-large", "1e21 comes back as a text.", floats(func(f float64) any {
			if math.Abs(f) >= 1e21 {
				return strconv.FormatFloat(f, 'g', -1, 64)
			}
			return f
		})},
	}),
	valueStores(eachMember, []valueStore[any]{
		{"nested-booleans-as-numbers", "Booleans inside an object come back as 0 and 1: TINYINT(1).", booleanAsNumber},
		{"nested-empty-text-is-null", "Empty texts inside an object come back as null, as in Oracle.", replacingValue(array{""}, nil)},
		{"array-of-one-unwrapped", "An array of one inside an object comes back as its element, as converters from XML do it.", unwrapOne},
	}),
	valueStores(eachValue, []valueStore[any]{
		{"empty-object-is-an-array", "{} comes back as []: an empty array of PHP.", replacingValue(array{object{}}, array{})},
		{"numbered-object-is-an-array", "An object with the names 0 and 1 comes back as an array: PHP.", arrayOfNumbered},
		{"members-without-null", "Members that are null disappear: NON_NULL.", droppingMembers(func(v any) bool { return v == nil })},
		{"members-without-empty", "Members that are an empty object disappear: minimize of Mongoose.", droppingMembers(func(v any) bool { m, is := v.(object); return is && len(m) == 0 })},
		{"arrays-flattened", "Arrays within an array come back as one array.", flatten},
		{"array-as-a-set", "An element that is twice in an array comes back once.", withoutTwice},
		{"array-sorted", "Arrays of numbers come back in ascending order.", sortNumbers},
	}),
	[]Fault{{
		Name: "deep-objects-cut", Level: basics, Breaks: rules("items.read"),
		Does:   "An object in the fifth level comes back as the text [Object].",
		change: storingValues(func(v any) any { return cutDeep(v, 5) }),
	}},
	valueStores(eachName, []valueStore[string]{
		{"names-without-dollar", "$ disappears from the names of members, as for MongoDB.", asAny(replacing("$", ""))},
		{"names-with-underscore-for-dot", "A dot in the name of a member comes back as an underscore.", asAny(replacing(".", "_"))},
		{"names-in-lower-case", "Names of members come back in lower case.", asAny(strings.ToLower)},
		{"names-in-camel-case", "The name first_name comes back as firstName.", asAny(replacing("_n", "N"))},
		{"names-trimmed", "Spaces around the name of a member disappear.", asAny(strings.TrimSpace)},
		{"names-as-numbers", "The name 007 comes back as 7.", asAny(decimal)},
		{"names-composed", "Names of members come back in normal form C.", asAny(composing)},
		{"names-without-at", "@type comes back as type: @ marks attributes.", asAny(replacing("@", ""))},
		{"names-as-identifiers", "What cannot stand in an identifier becomes an underscore in the name of a member.", asAny(regexpReplacing(`\W`, "_"))},
		{"member-without-name-is-lost", "A member with an empty name disappears.", losing("")},
		{"member-id-is-lost", "A member named _id disappears: the database has its own.", losing("_id")},
	}),
	textStores("tasks.add", describing, []textStore{
		{"description-trimmed", "Spaces around a description are taken off.", func(text string) string { return strings.Trim(text, " ") }},
		{"description-with-lf-for-crlf", "CRLF in a description comes back as LF.", replacing("\r\n", "\n")},
		{"description-on-one-line", "Line ends in a description come back as spaces.", replacing("\n", " ")},
		{"description-with-breaks", "Line feeds in a description come back as <br>.", replacing("\n", "<br>")},
		{"description-with-single-spaces", "Several spaces in a description come back as one.", regexpReplacing(`  +`, " ")},
		{"description-of-one-line", "A description ends with its first line.", cutAt(func(r rune) bool { return r == '\n' })},
		{"description-composed", "A description comes back in normal form C.", composing},
		{"description-decomposed", "A description comes back in normal form D.", decomposing},
		{"description-without-emoji", "A description ends before its first emoji.", cutAt(func(r rune) bool { return r > 0xffff })},
		{"description-with-quotes-doubled", "An apostrophe in a description comes back as two.", replacing("'", "''")},
		{"description-as-a-format", "%% in a description comes back as one percent sign.", replacing("%%", "%")},
		{"description-as-a-template", "{{ a }} disappears from a description.", regexpReplacing(`\{\{.*?\}\}`, "")},
		{"description-percent-decoded", "%41 in a description comes back as A.", replacing("%41", "A")},
		{"description-as-a-number", "The description 007 comes back as 7.", decimal},
	}),
	nameStores("/items/*", []textStore{
		{"keys-as-numbers", "The keys 007 and 7 are one key.", decimal},
		{"keys-compared-as-numbers", "The keys 7 and 7.0 are one key: a column of the type REAL, or == in PHP.", func(key string) string { return strings.TrimSuffix(key, ".0") }},
		{"keys-composed", "Keys in normal form C and D are one key.", composing},
		{"keys-without-accents", "ë and e are one letter in keys: the collation utf8mb4_0900_ai_ci.", replacing("ë", "e")},
		{"keys-with-one-emoji", "All emoji are one character in keys: the collation utf8mb4_general_ci.", oneEmoji},
		{"keys-without-trailing-spaces", "A space at the end of a key does not count: a column of the type CHAR.", func(key string) string { return strings.TrimRight(key, " ") }},
		{"keys-without-leading-spaces", "A space at the beginning of a key does not count.", func(key string) string { return strings.TrimLeft(key, " ") }},
		{"keys-as-slugs", "A space in a key is a hyphen.", replacing(" ", "-")},
		{"keys-cut-at-nul", "A key ends before U+0000, as strings of C do.", cutAt(func(r rune) bool { return r == 0 })},
	}),
	[]Fault{{
		Name: "key-of-the-prototype-is-lost", Level: atHTTP, Breaks: rules("keys.opaque"),
		Does: "The key __proto__ can be written, and GET gives an empty object: the store is a JavaScript object.",
		change: around("GET /items/*", func(x *exchange) {
			if x.pass(); x.name() == "__proto__" {
				x.reply(http.StatusOK, object{"value": object{}})
			}
		}),
	}},
	nameStores("/tasks/*", []textStore{
		{"ids-without-leading-zeros", "The ids 007 and 07 are one id, and it is 7.", decimal},
		{"ids-composed", "Ids in normal form C and D are one id.", composing},
		{"ids-without-trailing-spaces", "A space at the end of an id does not count.", func(id string) string { return strings.TrimRight(id, " ") }},
	}),
	[]Fault{
		{
			Name: "keeps-the-last-8-items", Level: basics, Breaks: rules("items.read"), Perhaps: rules(anyRule), // whose items are forgotten is chance
			Does:   "An item is forgotten once eight newer ones are stored.",
			Reason: "Many items are forgotten before the scenarios that store them have ended.",
			change: forgetting("/items/*", 8),
		},
		{
			Name: "keeps-the-last-32-items", Level: basics, Breaks: rules("items.read"), Perhaps: rules(anyRule),
			Does:   "An item is forgotten once 32 newer ones are stored.",
			change: forgetting("/items/*", 32),
		},
		{
			Name: "keeps-the-last-100-items", Level: basics, Breaks: rules("items.read"), Perhaps: rules("steady"),
			Does:   "An item is forgotten once a hundred newer ones are stored: a cache with a bound.",
			change: forgetting("/items/*", 100),
		},
		{
			Name: "keeps-the-last-64-tasks", Level: basics, Breaks: rules("tasks.list"), Perhaps: rules(anyRule),
			Does:   "A task is forgotten once 64 newer ones are stored.",
			change: forgetting("/tasks/*", 64),
		},
		{
			Name: "keeps-the-last-100-tasks", Level: basics, Breaks: rules("tasks.list"), Perhaps: rules("steady"),
			Does:   "A task is forgotten once a hundred newer ones are stored.",
			change: forgetting("/tasks/*", 100),
		},
	},
)

// textStore is a store that changes texts: values, descriptions or names.
type textStore struct {
	name, does string
	change     func(string) string
}

// textStores returns a fault of level basics for each store. It breaks the rule.
func textStores(rule string, storing func(func(string) string) change, stores []textStore) []Fault {
	var faults []Fault
	for _, s := range stores {
		faults = append(faults, Fault{Name: s.name, Does: s.does, Level: basics, Breaks: rules(rule), change: storing(s.change)})
	}
	return faults
}

// nameStores returns a fault for each store that changes the names in a path, as the pattern says.
func nameStores(path string, stores []textStore) []Fault {
	var faults []Fault
	for _, s := range stores {
		faults = append(faults, Fault{Name: s.name, Does: s.does, Level: atHTTP, Breaks: rules("keys.opaque"), change: renaming(path, s.change)})
	}
	return faults
}

// valueStore is a store that changes some parts of a value: texts, numbers, members or names.
type valueStore[T any] struct {
	name, does string
	change     func(T) any
}

// valueStores returns a fault for each store. The walk finds the parts of a value that the store changes.
func valueStores[T any](walk func(v any, f func(T) any) any, stores []valueStore[T]) []Fault {
	var faults []Fault
	for _, s := range stores {
		faults = append(faults, Fault{Name: s.name, Does: s.does, Level: basics, Breaks: rules("items.read"), change: storingValues(func(v any) any { return walk(v, s.change) })})
	}
	return faults
}

// eachTextOf is eachText for the texts inside an array or object alone.
func eachTextOf(v any, f func(string) any) any {
	if _, isText := v.(string); isText {
		return v
	}
	return eachText(v, f)
}

// eachMember applies f to every member of every object in a value.
func eachMember(v any, f func(any) any) any {
	return eachValue(v, func(v any) any {
		if members, isObject := v.(object); isObject {
			for name := range members {
				members[name] = f(members[name])
			}
		}
		return v
	})
}

// eachName applies f to the name of every member in a value. Where f returns no text, the member is lost.
func eachName(v any, f func(string) any) any {
	return eachValue(v, func(v any) any {
		members, isObject := v.(object)
		if !isObject {
			return v
		}
		renamed := object{}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if other, kept := f(name).(string); kept {
				renamed[other] = members[name]
			}
		}
		return renamed
	})
}

func asAny(f func(string) string) func(string) any {
	return func(text string) any { return f(text) }
}

// losing returns a change of names that loses one of them.
func losing(lost string) func(string) any {
	return func(name string) any {
		if name == lost {
			return nil
		}
		return name
	}
}

// replacing returns a change of texts: what stands first in each pair becomes what stands second.
func replacing(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }

func regexpReplacing(pattern, by string) func(string) string {
	expression := regexp.MustCompile(pattern)
	return func(text string) string { return expression.ReplaceAllLiteralString(text, by) }
}

func dropping(drop func(rune) bool) func(string) string {
	return func(text string) string {
		return strings.Map(func(r rune) rune {
			if drop(r) {
				return -1
			}
			return r
		}, text)
	}
}

// cutAt returns a change that cuts a text before the first such character.
func cutAt(end func(rune) bool) func(string) string {
	return func(text string) string {
		if i := strings.IndexFunc(text, end); i >= 0 {
			return text[:i]
		}
		return text
	}
}

// composing and decomposing know the letters that the scenarios have: those of all scripts would need a table.
var (
	composing   = replacing("e\u0301", "\u00e9", "\u212b", "\u00c5", "s\u0307\u0323", "\u1e69")
	decomposing = replacing("\u00e9", "e\u0301", "\u1e69", "s\u0323\u0307")
)

// decimal takes the zeros before a number off.
func decimal(text string) string {
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return strconv.FormatUint(n, 10)
	}
	return text
}

func oneEmoji(text string) string {
	return strings.Map(func(r rune) rune {
		if utf16.RuneLen(r) == 2 {
			return '\ufffd'
		}
		return r
	}, text)
}

var surrogates = regexp.MustCompile(`\\u[dD][89abABc-fC-F][0-9a-fA-F]{2}`)

func guessing(known map[string]any) func(string) any {
	return func(text string) any {
		if v, found := known[text]; found {
			return v
		}
		return text
	}
}

func guessNumber(text string) any {
	if !json.Valid([]byte(text)) {
		return text
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return f
	}
	return text
}

func guessDate(text string) any {
	if date, err := time.Parse(time.DateOnly, text); err == nil {
		return date.Format(time.RFC3339)
	}
	return text
}

func guessTimestamp(text string) any {
	if moment, err := time.Parse(time.RFC3339, text); err == nil {
		return moment.Format(time.RFC3339)
	}
	return text
}

func floats(change func(float64) any) func(json.Number) any {
	return func(n json.Number) any {
		f, _ := n.Float64()
		return change(f)
	}
}

// wrap is an integer in 32 bits. What is no integer of 64 bits stays as it is.
func wrap(f float64) any {
	if n := int64(f); math.Abs(f) < 1<<62 && float64(n) == f {
		return int32(n)
	}
	return f
}

func trimZeros(n json.Number) any {
	text := n.String()
	if trimmed := strings.TrimRight(text, "0"); !strings.ContainsAny(text, ".eE") && trimmed != "" && trimmed != "-" {
		return json.Number(trimmed)
	}
	return n
}

func booleanAsNumber(v any) any {
	switch v {
	case true:
		return 1
	case false:
		return 0
	}
	return v
}

// replacingValue returns a change that puts one value in the place of another, which is the element of an array.
func replacingValue(old array, new any) func(any) any {
	return func(v any) any {
		if same(v, old[0]) {
			return new
		}
		return v
	}
}

func unwrapOne(v any) any {
	if list, isArray := v.(array); isArray && len(list) == 1 {
		return list[0]
	}
	return v
}

func arrayOfNumbered(v any) any {
	members, isObject := v.(object)
	list := array{}
	for i := range len(members) {
		element, there := members[strconv.Itoa(i)]
		if !there {
			return v
		}
		list = append(list, element)
	}
	if !isObject || len(list) == 0 {
		return v
	}
	return list
}

func droppingMembers(drop func(any) bool) func(any) any {
	return func(v any) any {
		if members, isObject := v.(object); isObject {
			maps.DeleteFunc(members, func(_ string, member any) bool { return drop(member) })
		}
		return v
	}
}

func flatten(v any) any {
	list, isArray := v.(array)
	if !isArray {
		return v
	}
	flat := array{}
	for _, element := range list {
		if inner, nested := element.(array); nested && len(inner) > 0 {
			flat = append(flat, inner...)
			continue
		}
		flat = append(flat, element)
	}
	return flat
}

func withoutTwice(v any) any {
	list, isArray := v.(array)
	if !isArray {
		return v
	}
	return slices.CompactFunc(list, same)
}

func sortNumbers(v any) any {
	list, isArray := v.(array)
	notNumber := func(v any) bool { _, is := v.(json.Number); return !is }
	if isArray && !slices.ContainsFunc(list, notNumber) {
		slices.SortFunc(list, func(a, b any) int {
			left, _ := a.(json.Number).Float64()
			right, _ := b.(json.Number).Float64()
			return int(left - right)
		})
	}
	return v
}

// cutDeep puts a text in the place of objects below so many levels.
func cutDeep(v any, levels int) any {
	switch v := v.(type) {
	case array:
		for i := range v {
			v[i] = cutDeep(v[i], levels-1)
		}
	case object:
		if levels == 0 {
			return "[Object]"
		}
		for name := range v {
			v[name] = cutDeep(v[name], levels-1)
		}
	}
	return v
}

// forgetting is a server that keeps the newest items or tasks, so many of them. What was stored first is deleted.
func forgetting(path string, most int) change {
	return remembering("POST PUT "+path+" beyond", func() func(*exchange) {
		var mu sync.Mutex
		var kept []string // the oldest first
		return func(x *exchange) {
			mu.Lock()
			defer mu.Unlock()
			if x.pass(); !x.succeeded() || slices.Contains(kept, x.path()) {
				return
			}
			kept = append(kept, x.path())
			if len(kept) > most {
				x.ask(http.MethodDelete, kept[0], nil)
				kept = kept[1:]
			}
		}
	})
}
