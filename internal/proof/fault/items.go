package fault

import (
	"encoding/json"
	"hash/fnv"
	"html"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var itemFaults = []Fault{
	// POST on an unused key

	{
		Name: "post-answers-200", Level: basics, Breaks: rules("items.create"),
		Does: "POST on an unused key stores the item and responds 200 OK.",
		change: around("POST /items/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusCreated {
				x.status = http.StatusOK
			}
		}),
	},
	{
		Name: "post-redirects", Level: basics, Breaks: rules("items.create"),
		Does: "POST stores the item and sends the client on with 302, as after a form.",
		change: around("POST /items/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.page(http.StatusFound)
				x.header.Set("Location", x.path())
			}
		}),
	},
	{
		Name: "post-loses-falsy", Level: basics, Breaks: rules("items.create"),
		Does:   "POST of 0, false, null or an empty text responds 400: \"if not value\".",
		change: around("POST /items/*", refuseFalsy),
	},
	{
		Name: "post-stores-null-for-falsy", Level: basics, Breaks: rules("items.create"),
		Does: "POST of 0, false or an empty text stores null: \"value or None\".",
		change: around("POST /items/*", func(x *exchange) {
			if value, there := x.value(); there && falsy(value) {
				x.resend(object{"value": nil})
			}
			x.pass()
		}),
	},
	{
		Name: "post-stores-nothing", Level: basics, Breaks: rules("items.create"),
		Does: "POST responds 201 and stores nothing.",
		change: around("POST /items/*", func(x *exchange) {
			x.reply(http.StatusCreated, object{"message": "Item created"})
		}),
	},
	{
		Name: "post-is-missing", Level: basics, Breaks: rules("items.create"),
		Does:   "POST on an item responds 405: there is only PUT.",
		change: around("POST /items/*", func(x *exchange) { x.refuseMethod("DELETE, GET, HEAD, OPTIONS, PUT") }),
	},
	{
		Name: "body-is-the-value", Level: basics,
		Breaks: rules("items.read"),
		Does:   "POST and PUT store the whole body, so GET gives {\"value\": {\"value\": …}}.",
		change: around("POST PUT /items/*", func(x *exchange) {
			if body, ok := parse(x.sent); ok {
				x.resend(object{"value": body})
			}
			x.pass()
		}),
	},

	// GET of what was stored

	{
		Name: "one-slot-for-all-items", Level: basics, Breaks: rules("items.read", "independent"), Perhaps: rules(anyRule),
		Does:   "There is one item, whatever the key is.",
		Reason: "A server with one item mixes up the items of all scenarios.",
		change: renaming("/items/*", func(string) string { return "item" }),
	},
	{
		Name: "sixty-four-slots-for-items", Level: basics, Breaks: rules("items.read"), Perhaps: rules(anyRule),
		Does:   "An item lies in one of 64 slots by the hash of its key, and the key is not looked at again.",
		Reason: "A server with few slots mixes up the items of different scenarios.",
		change: renaming("/items/*", func(key string) string {
			hash := fnv.New32a()
			_, _ = hash.Write([]byte(key))
			return strconv.Itoa(int(hash.Sum32() % 64))
		}),
	},
	{
		Name: "get-loses-falsy", Level: basics, Breaks: rules("items.read", "items.create"),
		Does: "GET of an item whose value is 0, false, null or empty responds 404: \"if not items.get(key)\".",
		change: around("GET /items/*", func(x *exchange) {
			x.pass()
			if answer, ok := x.content().(object); ok && x.status == http.StatusOK && falsy(answer["value"]) {
				x.refuse(http.StatusNotFound, "Not found")
			}
		}),
	},
	{
		Name: "get-omits-empty", Level: basics, Breaks: rules("items.read", "items.create"),
		Does: "GET of an item whose value is 0, false, null or empty answers {}: Go's omitempty.",
		change: around("GET /items/*", func(x *exchange) {
			x.pass()
			x.members(func(answer object) {
				maps.DeleteFunc(answer, func(_ string, v any) bool { return falsy(v) })
			})
		}),
	},
	{
		Name: "put-loses-falsy", Level: basics, Breaks: rules("items.read"),
		Does:   "PUT of 0, false, null or an empty value responds 400: \"if not value\".",
		change: around("PUT /items/*", refuseFalsy),
	},
	{
		Name: "value-as-text", Level: basics, Breaks: rules("items.read", "items.create"),
		Reason: "Rules that need a number or an array as a value cannot store one.",
		Does:   "Values are stored as texts: 42 comes back as \"42\".",
		change: storingValues(asText),
	},
	{
		Name: "value-trimmed", Level: basics, Breaks: rules("items.read"),
		Does:   "Spaces around a text are taken off.",
		change: storingTexts(strings.TrimSpace),
	},
	{
		Name: "value-lower-cased", Level: basics, Breaks: rules("items.read"),
		Does:   "Texts are stored in lower case.",
		change: storingTexts(strings.ToLower),
	},
	{
		Name: "value-escaped-for-html", Level: basics, Breaks: rules("items.read"),
		Does:   "<b> comes back as &lt;b&gt;.",
		change: storingTexts(html.EscapeString),
	},
	{
		Name: "value-cut-at-255", Level: basics, Breaks: rules("items.read"),
		Does:   "A text is cut after 255 characters: VARCHAR(255).",
		change: storingTexts(func(text string) string { return firstRunes(text, 255) }),
	},
	{
		Name: "value-mojibake", Level: basics, Breaks: rules("items.read"),
		Does:   "UTF-8 is read as Latin-1: é comes back as Ã©.",
		change: storingTexts(mojibake),
	},
	{
		Name: "value-guessed", Level: basics, Breaks: rules("items.read"),
		Does: "A text that looks like a number or like null becomes one.",
		change: storingValues(func(v any) any {
			text, isText := v.(string)
			if n, err := strconv.ParseFloat(text, 64); isText && err == nil {
				return n
			}
			if isText && text == "null" {
				return nil
			}
			return v
		}),
	},
	{
		Name: "value-without-fraction", Level: basics, Breaks: rules("items.read"),
		Does: "Numbers lose their fraction: -12.5 comes back as -12.",
		change: storingValues(func(v any) any {
			return eachNumber(v, func(n json.Number) any {
				f, _ := n.Float64()
				return int64(f)
			})
		}),
	},
	{
		Name: "value-in-single-precision", Level: basics, Breaks: rules("items.read"),
		Does: "Large integers lose their last digits.",
		change: storingValues(func(v any) any {
			return eachNumber(v, func(n json.Number) any {
				f, _ := n.Float64()
				return float32(f)
			})
		}),
	},
	{
		Name: "value-unwrapped", Level: basics, Breaks: rules("items.read"),
		Does: "A value that is itself an object with \"value\" is unwrapped.",
		change: storingValues(func(v any) any {
			if inner, ok := v.(object); ok && len(inner) == 1 && inner["value"] != nil {
				return inner["value"]
			}
			return v
		}),
	},
	{
		Name: "value-without-nulls", Level: basics, Breaks: rules("items.read"),
		Does: "Nulls inside an array disappear.",
		change: storingValues(func(v any) any {
			list, ok := v.(array)
			if !ok {
				return v
			}
			kept := array{}
			for _, element := range list {
				if element != nil {
					kept = append(kept, element)
				}
			}
			return kept
		}),
	},
	{
		Name: "value-unescaped-twice", Level: basics, Breaks: rules("items.read"),
		Does:   "A backslash and an n come back as a line break.",
		change: storingTexts(strings.NewReplacer(`\n`, "\n", `\\`, `\`).Replace),
	},
	{
		Name: "get-gives-bare-value", Level: basics,
		Breaks: rules("items.read"),
		Does:   "GET answers \"blue\" where it should answer {\"value\": \"blue\"}.",
		change: around("GET /items/*", func(x *exchange) {
			x.pass()
			if answer, ok := x.content().(object); ok && x.status == http.StatusOK {
				x.reply(http.StatusOK, answer["value"])
			}
		}),
	},

	// GET of what is not there

	{
		Name: "missing-is-null", Level: basics,
		Breaks: rules("items.read.missing"),
		Does:   "GET of an unused key responds 200 with {\"value\": null}.",
		change: missing(func(x *exchange) { x.reply(http.StatusOK, object{"value": nil}) }),
	},
	{
		Name: "missing-is-204", Level: basics,
		Breaks: rules("items.read.missing"),
		Does:   "GET of an unused key responds 204.",
		change: missing(func(x *exchange) { x.nothing(http.StatusNoContent) }),
	},
	{
		Name: "missing-is-400", Level: basics,
		Breaks: rules("items.read.missing", "stateless"),
		Does:   "GET of an unused key responds 400.",
		change: missing(func(x *exchange) { x.status = http.StatusBadRequest }),
	},
	{
		Name: "missing-is-500", Level: basics,
		Breaks: rules("items.read.missing", "stateless", "always"),
		Does:   "GET of an unused key responds 500: a KeyError that nobody caught.",
		change: missing(func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "missing-redirects", Level: basics,
		Breaks: rules("items.read.missing", "stateless"),
		Does:   "GET of an unused key sends the client to the start page.",
		change: missing(func(x *exchange) {
			x.page(http.StatusFound)
			x.header.Set("Location", "/")
		}),
	},
	{
		Name: "missing-says-nothing", Level: basics, Breaks: rules("items.read.missing"),
		Does:   "GET of an unused key responds 404 without content.",
		change: missing(func(x *exchange) { x.nothing(http.StatusNotFound) }),
	},
	{
		Name: "missing-is-a-page", Level: basics, Breaks: rules("items.read.missing"),
		Does:   "GET of an unused key responds 404 with a page of HTML.",
		change: missing(func(x *exchange) { x.page(http.StatusNotFound) }),
	},
	{
		Name: "missing-has-empty-error", Level: basics, Breaks: rules("items.read.missing"),
		Does:   "GET of an unused key responds 404 with an empty text under \"error\".",
		change: missing(func(x *exchange) { x.refuse(http.StatusNotFound, "") }),
	},
	{
		Name: "keys-of-the-prototype", Level: basics, Breaks: rules("items.read.missing"),
		Does: "GET of constructor responds 200: the store is a JavaScript object.",
		change: missing(func(x *exchange) {
			switch x.name() {
			case "constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "toLocaleString":
				x.reply(http.StatusOK, object{"value": object{}})
			}
		}),
	},
	{
		Name: "get-finds-by-prefix", Level: basics,
		Breaks: rules("items.read.missing"),
		Does:   "GET of an unused key gives the item whose key begins like it.",
		change: remembering("GET PUT POST /items/*", func() func(*exchange) {
			var known notes[bool]
			return func(x *exchange) {
				if x.Method != http.MethodGet {
					known.set(x.name(), true)
					x.pass()
					return
				}
				if x.pass(); x.status == http.StatusNotFound {
					x.lookForLonger(&known)
				}
			}
		}),
	},

	// PUT

	{
		Name: "put-merges-objects", Level: basics, Breaks: rules("items.replace"),
		Does: "PUT of an object keeps the members of the old one.",
		change: combining(func(old, new any) any {
			left, isObject := old.(object)
			right, isNewObject := new.(object)
			if !isObject || !isNewObject {
				return new
			}
			maps.Copy(left, right)
			return left
		}),
	},
	{
		Name: "put-extends-arrays", Level: basics, Breaks: rules("items.replace", "idempotent", "duplicated"),
		Does: "PUT of an array adds to the old array.",
		change: combining(func(old, new any) any {
			left, isArray := old.(array)
			right, isNewArray := new.(array)
			if !isArray || !isNewArray {
				return new
			}
			return append(left, right...)
		}),
	},
	{
		Name: "put-concatenates", Level: basics,
		Breaks:  rules("items.replace"),
		Perhaps: rules("idempotent"), // not reached where a Given has met it
		Does:    "PUT of a text adds it to the old text.",
		change: combining(func(old, new any) any {
			left, isText := old.(string)
			right, isNewText := new.(string)
			if !isText || !isNewText {
				return new
			}
			return left + right
		}),
	},
	{
		Name: "put-overwrites-in-place", Level: basics,
		Breaks:  rules("items.replace", "items.read"),
		Perhaps: rules("idempotent", "stateless"), // where a PUT in them is of a shorter text
		Does:    "PUT of a shorter text leaves the old end: the file was not truncated.",
		change: combining(func(old, new any) any {
			left, isText := old.(string)
			right, isNewText := new.(string)
			if !isText || !isNewText || len(right) >= len(left) {
				return new
			}
			return strings.ToValidUTF8(right+left[len(right):], "?")
		}),
	},
	{
		Name: "put-keeps-the-type", Level: basics,
		Breaks: rules("items.replace", "items.read"),
		Does:   "PUT of a value of another JSON type responds 409.",
		change: around("PUT /items/*", func(x *exchange) {
			old, taken := x.stored()
			new, there := x.value()
			if taken && there && kind(old["value"]) != kind(new) {
				x.refuse(http.StatusConflict, "the type of an item cannot change")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "put-of-a-value-seen-before-is-lost", Level: basics, Breaks: rules("items.replace"),
		Does: "PUT of a value that the item had before responds 200 and changes nothing.",
		change: remembering("PUT POST /items/*", func() func(*exchange) {
			var seen notes[bool]
			return func(x *exchange) {
				value, _ := x.value()
				known := seen.set(x.name()+" "+string(encode(value)), true)
				if known && x.Method == http.MethodPut && x.taken() {
					x.reply(http.StatusOK, object{"message": "Item updated"})
					return
				}
				x.pass()
			}
		}),
	},
	{
		Name: "put-keeps-what-is-there", Level: basics,
		Breaks: rules("items.replace"),
		Reason: "Rules about PUT sent again, twice or by another client need PUT.",
		Does:   "PUT on an existing key responds 200 and changes nothing: INSERT OR IGNORE.",
		change: combining(func(old, _ any) any { return old }),
	},
	{
		Name: "put-answers-201-always", Level: basics, Breaks: rules("items.replace"),
		Does: "PUT on an existing key responds 201 Created.",
		change: around("PUT /items/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusOK {
				x.status = http.StatusCreated
			}
		}),
	},
	{
		Name: "put-answers-202", Level: basics, Breaks: rules("items.replace", "items.put.creates"),
		Does: "PUT responds 202 Accepted, although it is done already.",
		change: around("PUT /items/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.status = http.StatusAccepted
			}
		}),
	},
	{
		Name: "put-is-missing", Level: basics,
		Breaks: rules("items.replace", "items.put.creates"),
		Reason: "Rules about PUT sent again, twice or by another client need PUT.",
		Does:   "PUT on an item responds 405: there is only POST.",
		change: around("PUT /items/*", func(x *exchange) { x.refuseMethod("DELETE, GET, HEAD, OPTIONS, POST") }),
	},
	{
		Name: "put-404-on-a-free-key", Level: basics, Breaks: rules("items.put.creates"),
		Does:   "PUT on an unused key responds 404: only what exists can be updated.",
		change: onFreeKey(func(x *exchange) { x.refuse(http.StatusNotFound, "Not found") }),
	},
	{
		Name: "put-200-and-no-item", Level: basics,
		Breaks: rules("items.put.creates", "idempotent"),
		Does:   "PUT on an unused key responds 200 and creates nothing: an UPDATE of no rows.",
		change: onFreeKey(func(x *exchange) { x.reply(http.StatusOK, object{"message": "Item updated"}) }),
	},
	{
		Name: "put-creates-null", Level: basics, Breaks: rules("items.put.creates"),
		Does: "PUT on an unused key makes an item whose value is null; the next one sets it.",
		change: onFreeKey(func(x *exchange) {
			x.resend(object{"value": nil})
			x.pass()
		}),
	},

	// DELETE

	{
		Name: "delete-sets-null", Level: basics, Breaks: rules("items.delete"),
		Reason: "No other request deletes an item.",
		Does:   "DELETE sets the value to null; GET still responds 200.",
		change: around("DELETE /items/*", func(x *exchange) {
			if x.taken() {
				x.ask(http.MethodPut, x.path(), object{"value": nil})
				x.reply(http.StatusOK, object{"message": "Item deleted"})
				return
			}
			x.pass()
		}),
	},
	{
		Name: "delete-does-nothing", Level: basics, Breaks: rules("items.delete", "items.delete.missing"),
		Reason: "No other request deletes an item.",
		Does:   "DELETE responds 200 and the item stays.",
		change: around("DELETE /items/*", func(x *exchange) { x.reply(http.StatusOK, object{"message": "Item deleted"}) }),
	},
	{
		Name: "delete-blocks-the-key", Level: basics, Breaks: rules("items.delete", "items.put.creates"),
		Does:   "A deleted key cannot be created again (409): it is only marked as deleted.",
		change: blockingDeletedNames("POST PUT /items/*"),
	},
	{
		Name: "delete-misses-falsy", Level: basics, Breaks: rules("items.delete"),
		Does: "DELETE of an item whose value is 0, null or empty responds 404: \"if items.get(key)\".",
		change: around("DELETE /items/*", func(x *exchange) {
			if old, taken := x.stored(); taken && falsy(old["value"]) {
				x.refuse(http.StatusNotFound, "Not found")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "delete-answers-202", Level: basics, Breaks: rules("items.delete"),
		Does: "DELETE responds 202 Accepted, although it is done already.",
		change: around("DELETE /items/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.status = http.StatusAccepted
			}
		}),
	},

	// DELETE of what is not there

	{
		Name: "delete-of-missing-is-200", Level: basics, Breaks: rules("items.delete.missing"),
		Does:   "DELETE of an unused key responds 200, as if there had been something.",
		change: deletingMissing("/items/*", func(x *exchange) { x.reply(http.StatusOK, object{"message": "Item deleted"}) }),
	},
	{
		Name: "delete-of-missing-is-500", Level: basics,
		Breaks: rules("items.delete.missing", "idempotent", "always"),
		Does:   "DELETE of an unused key responds 500: a KeyError that nobody caught.",
		change: deletingMissing("/items/*", func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "delete-of-missing-drops-the-connection", Level: basics,
		Breaks: rules("items.delete.missing", "idempotent", "duplicated", "stateless"),
		Does:   "DELETE of an unused key closes the connection without a response: an exception in http.server.",
		change: deletingMissing("/items/*", func(*exchange) { panic(http.ErrAbortHandler) }),
	},
	{
		Name: "delete-of-missing-hangs", Level: basics,
		Breaks:  rules("items.delete.missing"),
		Perhaps: rules("idempotent", "duplicated", "stateless"), // after two, the lab sends no more of the kind
		Reason:  "A request that hangs stays without a response in each rule that sends it.",
		Does:    "DELETE of an unused key gets no response at all.",
		change:  deletingMissing("/items/*", waitForClient),
	},
	{
		Name: "delete-of-missing-says-nothing", Level: basics, Breaks: rules("items.delete.missing"),
		Does:   "DELETE of an unused key responds 404 without content.",
		change: deletingMissing("/items/*", func(x *exchange) { x.nothing(http.StatusNotFound) }),
	},

	// POST on an existing key

	{
		Name: "post-says-created-and-keeps", Level: basics, Breaks: rules("items.post.taken"),
		Does:   "POST on an existing key responds 201 and keeps the old value.",
		change: onTaken("POST /items/*", func(x *exchange) { x.reply(http.StatusCreated, object{"message": "Item created"}) }),
	},
	{
		Name: "post-says-conflict-and-replaces", Level: basics, Breaks: rules("items.post.taken"),
		Does: "POST on an existing key responds 409 and replaces the value anyway.",
		change: onTaken("POST /items/*", func(x *exchange) {
			x.pass()
			x.refuse(http.StatusConflict, "taken")
		}),
	},
	{
		Name: "post-on-taken-is-400", Level: basics, Breaks: rules("items.post.taken"),
		Does:   "POST on an existing key responds 400, as if the request were malformed.",
		change: onTaken("POST /items/*", func(x *exchange) { x.refuse(http.StatusBadRequest, "taken") }),
	},
	{
		Name: "post-on-taken-is-500", Level: basics, Breaks: rules("items.post.taken", "always"),
		Does:   "POST on an existing key responds 500: the database's IntegrityError.",
		change: onTaken("POST /items/*", func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
}

func refuseFalsy(x *exchange) {
	if value, there := x.value(); there && falsy(value) {
		x.refuse(http.StatusBadRequest, "value is required")
		return
	}
	x.pass()
}

func (x *exchange) refuseMethod(allow string) {
	x.refuse(http.StatusMethodNotAllowed, "Method not allowed")
	x.header.Set("Allow", allow)
}

// missing is a server whose answer to GET of an unused key is another one: f gets the reference's.
func missing(f func(*exchange)) change {
	return around("GET /items/*", func(x *exchange) {
		if x.pass(); x.status == http.StatusNotFound {
			f(x)
		}
	})
}

// lookForLonger answers with an item whose key begins with the one that was asked.
func (x *exchange) lookForLonger(known *notes[bool]) {
	known.mu.Lock()
	defer known.mu.Unlock()
	for name := range known.named {
		if !strings.HasPrefix(name, x.name()) {
			continue
		}
		if got := x.ask(http.MethodGet, itemPath(name), nil); got.status == http.StatusOK {
			x.status, x.header, x.body = got.status, got.header, got.body
			return
		}
	}
}

func itemPath(key string) string { return "/items/" + url.PathEscape(key) }

// combining is a server whose PUT on an existing key makes one value of the old and the new.
func combining(f func(old, new any) any) change {
	return around("PUT /items/*", func(x *exchange) {
		old, taken := x.stored()
		if new, there := x.value(); taken && there {
			x.resend(object{"value": f(old["value"], new)})
		}
		x.pass()
	})
}

// onFreeKey is a server whose PUT of an item is handled by f where the key is free.
func onFreeKey(f func(*exchange)) change {
	return around("PUT /items/*", func(x *exchange) {
		if _, there := x.value(); there && !x.taken() {
			f(x)
			return
		}
		x.pass()
	})
}

// onTaken is a server that lets f handle what matches the pattern where the name is taken.
func onTaken(pattern string, f func(*exchange)) change {
	return around(pattern, func(x *exchange) {
		if x.taken() {
			f(x)
			return
		}
		x.pass()
	})
}

// deletingMissing is a server that lets f handle DELETE where there is nothing.
func deletingMissing(path string, f func(*exchange)) change {
	return around("DELETE "+path, func(x *exchange) {
		if !x.taken() {
			f(x)
			return
		}
		x.pass()
	})
}

// blockingDeletedNames is a server on which what matches the pattern cannot be done with a name that was deleted.
func blockingDeletedNames(pattern string) change {
	return remembering("DELETE "+pattern, func() func(*exchange) {
		var deleted notes[bool]
		return func(x *exchange) {
			if deleted.get(x.name()) && x.Method != http.MethodDelete {
				x.refuse(http.StatusConflict, "this name is gone")
				return
			}
			if x.pass(); x.Method == http.MethodDelete && x.succeeded() {
				deleted.set(x.name(), true)
			}
		}
	})
}

// waitForClient leaves the client without an answer until it gives up.
func waitForClient(x *exchange) {
	select {
	case <-x.Context().Done():
	case <-time.After(time.Minute):
	}
	panic(http.ErrAbortHandler)
}

// storingTexts is a server that makes something else of every text it is to store.
func storingTexts(f func(string) string) change {
	return storingValues(func(v any) any { return eachText(v, func(text string) any { return f(text) }) })
}

func asText(v any) any {
	if text, ok := v.(string); ok {
		return text
	}
	return strings.TrimSpace(string(encode(v)))
}

func firstRunes(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}

// latin1 is a text with a question mark for each letter that Latin-1 lacks.
func latin1(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xff {
			return '?'
		}
		return r
	}, text)
}

// mojibake reads the bytes of a text as Latin-1.
func mojibake(text string) string {
	var b strings.Builder
	for _, octet := range []byte(text) {
		b.WriteRune(rune(octet))
	}
	return b.String()
}
