package fault

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const mergePatch = "application/merge-patch+json"

var patchFaults = []Fault{
	// Merge patches for tasks

	{
		Name: "patch-is-missing", Level: production, Breaks: rules("patch", "patch.append"),
		Does:   "PATCH responds 405, and Allow does not list it.",
		change: withoutPatch(),
	},
	{
		Name: "patch-is-always-400", Level: production, Breaks: rules("patch", "patch.append"),
		Does:   "Every PATCH gets 400.",
		change: around("PATCH /items/* /tasks/*", func(x *exchange) { x.refuse(http.StatusBadRequest, "no such patch") }),
	},
	{
		Name: "patch-is-always-415", Level: production, Breaks: rules("patch", "patch.append"),
		Does: "Every PATCH gets 415 with Accept-Patch: the media type is compared with one that nobody sends.",
		change: around("PATCH /items/* /tasks/*", func(x *exchange) {
			x.refuse(http.StatusUnsupportedMediaType, "no such media type")
			x.header.Set("Accept-Patch", "application/patch+json")
		}),
	},
	{
		Name: "patch-replaces", Level: production, Breaks: rules("patch"),
		Does: "PATCH replaces the whole task: members that are not named get their defaults.",
		change: merging(func(_ *exchange, patch object) object {
			return with(object{"complete": false, "description": ""}, patch)
		}),
	},
	{
		Name: "patch-knows-complete-alone", Level: production, Breaks: rules("patch"),
		Does: "PATCH does not change the description.",
		change: merging(func(_ *exchange, patch object) object {
			delete(patch, "description")
			return patch
		}),
	},
	{
		Name: "patch-opens", Level: production, Breaks: rules("patch"),
		Does: "PATCH without \"complete\" opens the task: data.get('complete', False).",
		change: merging(func(_ *exchange, patch object) object {
			return with(object{"complete": false}, patch)
		}),
	},
	{
		Name: "patch-cannot-open", Level: production, Breaks: rules("patch"),
		Does: "PATCH with \"complete\": false changes nothing: \"if patch.complete\".",
		change: merging(func(_ *exchange, patch object) object {
			if patch["complete"] == false {
				delete(patch, "complete")
			}
			return patch
		}),
	},
	{
		Name: "patch-toggles", Level: production, Breaks: rules("patch"),
		Does: "PATCH with \"complete\" reverses it.",
		change: merging(func(x *exchange, patch object) object {
			if _, isFlag := patch["complete"].(bool); isFlag {
				task, _ := x.stored()
				patch["complete"] = task["complete"] != true
			}
			return patch
		}),
	},
	{
		Name: "patch-does-nothing", Level: production, Breaks: rules("patch"),
		Does:   "PATCH on a task responds 204 and changes nothing.",
		change: merging(func(_ *exchange, patch object) object { return object{} }),
	},
	{
		Name: "patch-ignores-null", Level: production, Breaks: rules("patch"),
		Does: "PATCH with null for a member responds 204 and leaves the member.",
		change: merging(func(_ *exchange, patch object) object {
			for name, v := range patch {
				if v == nil {
					delete(patch, name)
				}
			}
			return patch
		}),
	},
	{
		Name: "patch-clears-with-null", Level: production, Breaks: rules("patch"),
		Does: "PATCH with null for a member sets it to false or to the empty text.",
		change: merging(func(_ *exchange, patch object) object {
			for name, empty := range (object{"complete": false, "description": ""}) {
				if v, there := patch[name]; there && v == nil {
					patch[name] = empty
				}
			}
			return patch
		}),
	},
	{
		Name: "patch-takes-any-type", Level: production, Breaks: rules("patch"),
		Does: "PATCH makes a boolean and a text of whatever it is given.",
		change: merging(func(_ *exchange, patch object) object {
			if complete, there := patch["complete"]; there {
				patch["complete"] = !falsy(complete)
			}
			if description, there := patch["description"]; there {
				patch["description"] = asText(description)
			}
			return patch
		}),
	},
	{
		Name: "patch-leaves-out-wrong-types", Level: production, Breaks: rules("patch"),
		Does: "PATCH ignores members of the wrong type and does the rest.",
		change: merging(func(_ *exchange, patch object) object {
			kinds := map[string]string{"complete": "boolean", "description": "text"}
			for name, v := range patch {
				if kinds[name] != "" && kinds[name] != kind(v) {
					delete(patch, name)
				}
			}
			return patch
		}),
	},
	{
		Name: "patch-in-part", Level: production, Breaks: rules("patch"),
		Does: "PATCH sets one member after the other, and stops at the first wrong one with 422.",
		change: merging(func(x *exchange, patch object) object {
			complete, isFlag := patch["complete"].(bool)
			if _, isText := patch["description"].(string); isFlag && !isText && patch["description"] != nil {
				x.ask(http.MethodPut, x.path(), object{"complete": complete})
			}
			return patch
		}),
	},
	{
		Name: "patch-answers-202", Level: production, Breaks: rules("patch"),
		Does: "PATCH on a task responds 202, although it is done already.",
		change: around("PATCH /tasks/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.reply(http.StatusAccepted, object{"message": "Task will be updated"})
			}
		}),
	},
	{
		Name: "patch-adds-an-entry", Level: production, Breaks: rules("patch"),
		Does:    "PATCH adds the changed task to the list, beside the old one.",
		Reason:  "PATCH works on no task, so nothing else about PATCH can be asked, and every list of all tasks is wrong.",
		Perhaps: rules(anyRule), // who reads the list meets it
		change:  listingTwice("PATCH", func(copy object) { copy["complete"] = false }),
	},
	{
		Name: "patch-creates", Level: production, Breaks: rules("patch"),
		Does: "PATCH on an unused id makes a task.",
		change: patchingMissing(func(x *exchange) {
			x.ask(http.MethodPost, x.path(), object{"description": ""})
			x.pass()
		}),
	},
	{
		Name: "patch-on-missing-is-204", Level: production, Breaks: rules("patch"),
		Does:   "PATCH on an unused id responds 204 and does nothing: an UPDATE of no rows.",
		change: patchingMissing(func(x *exchange) { x.nothing(http.StatusNoContent) }),
	},
	{
		Name: "patch-on-missing-is-500", Level: production, Breaks: rules("patch", "always"),
		Does:   "PATCH on an unused id responds 500: nobody looked whether the task is there.",
		change: patchingMissing(func(x *exchange) { x.page(http.StatusInternalServerError) }),
	},
	{
		Name: "patch-of-wrong-type-is-500", Level: production, Breaks: rules("patch", "always"),
		Does: "PATCH with a member of the wrong type gets 500: the database's error.",
		change: around("PATCH /tasks/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusUnprocessableEntity {
				x.page(http.StatusInternalServerError)
			}
		}),
	},

	// Media types of patches

	{
		Name: "patch-takes-any-label", Level: production, Breaks: rules("patch"),
		Does:   "PATCH on a task does not look at Content-Type.",
		change: relabelling(func(string) bool { return true }),
	},
	{
		Name: "patch-takes-plain-json", Level: production, Breaks: rules("patch"),
		Does:   "PATCH on a task takes application/json for a merge patch.",
		change: relabelling(func(label string) bool { return label == "application/json" }),
	},
	{
		Name: "patch-with-wrong-label-is-400", Level: production, Breaks: rules("patch"),
		Does:   "PATCH with a media type that is not understood gets 400.",
		change: unsupportedPatch(func(x *exchange) { x.status = http.StatusBadRequest }),
	},
	{
		Name: "patch-with-wrong-label-is-done", Level: production, Breaks: rules("patch"),
		Does: "PATCH with a media type that is not understood gets 415 and done.",
		change: unsupportedPatch(func(x *exchange) {
			x.Header.Set("Content-Type", mergePatch)
			x.passUnseen()
		}),
	},
	{
		Name: "unsupported-without-accept-patch", Level: production, Breaks: rules("patch"),
		Does:   "A 415 to PATCH does not say what would be understood.",
		change: unsupportedPatch(func(x *exchange) { x.header.Del("Accept-Patch") }),
	},
	{
		Name: "options-without-accept-patch", Level: production, Breaks: rules("options.patch"),
		Does: "OPTIONS does not say which patches are understood.",
		change: around("OPTIONS", func(x *exchange) {
			x.pass()
			x.header.Del("Accept-Patch")
		}),
	},

	// JSON Patches for items

	{
		Name: "json-patch-is-missing", Level: production, Breaks: rules("patch.append"),
		Does: "PATCH on an item takes no JSON Patch: 415.",
		change: around("PATCH /items/*", func(x *exchange) {
			x.refuse(http.StatusUnsupportedMediaType, "use application/json")
		}),
	},
	{
		Name: "json-patch-is-the-value", Level: production, Breaks: rules("patch.append"), Perhaps: rules("if.match.missing"),
		Does: "PATCH stores the list of operations as the item's value.",
		change: around("PATCH /items/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.ask(http.MethodPut, x.path(), object{"value": decode(x.sent)})
			}
		}),
	},
	{
		Name: "json-patch-answers-202", Level: production, Breaks: rules("patch.append"),
		Does: "PATCH on an item responds 202, although it is done already.",
		change: around("PATCH /items/*", func(x *exchange) {
			if x.pass(); x.succeeded() {
				x.reply(http.StatusAccepted, object{"message": "Item will be updated"})
			}
		}),
	},
	{
		Name: "json-patch-in-part", Level: production, Breaks: rules("patch.append"),
		Does: "Operations are done one by one, and those before one that fails stay done.",
		change: around("PATCH /items/*", func(x *exchange) {
			operations, _ := decode(x.sent).(array)
			if len(operations) == 0 {
				x.pass()
			}
			for _, operation := range operations {
				x.resend(array{operation})
				if x.pass(); !x.succeeded() {
					return
				}
				x.Header.Del(ifMatch) // it held for the first one
			}
		}),
	},
	{
		Name: "json-patch-fails-and-is-done", Level: production, Breaks: rules("patch.append"),
		Does: "A patch with an operation that fails gets 409, and the others are done.",
		change: around("PATCH /items/*", func(x *exchange) {
			operations, _ := decode(x.sent).(array)
			if x.pass(); x.status != http.StatusConflict {
				return
			}
			for _, operation := range operations {
				x.resend(array{operation})
				x.passUnseen()
			}
		}),
	},
	{
		Name: "json-patch-without-test", Level: production, Breaks: rules("patch.append"),
		Does:   "The operation \"test\" is passed over.",
		change: operating(func(_ *exchange, operations array) array { return leavingOut(operations, "test") }),
	},
	{
		Name: "json-patch-test-is-412", Level: production, Breaks: rules("patch.append"),
		Does: "A \"test\" that fails gets 412.",
		change: around("PATCH /items/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusConflict && strings.Contains(string(x.sent), `"test"`) {
				x.status = http.StatusPreconditionFailed
			}
		}),
	},
	{
		Name: "json-patch-failure-is-500", Level: production, Breaks: rules("patch.append", "always"),
		Does: "A patch that cannot be done gets 500: the library's exception.",
		change: around("PATCH /items/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusConflict {
				x.page(http.StatusInternalServerError)
			}
		}),
	},
	{
		Name: "json-patch-failure-is-204", Level: production, Breaks: rules("patch.append"),
		Does: "A patch that cannot be done gets 204, and nothing is done.",
		change: around("PATCH /items/*", func(x *exchange) {
			if x.pass(); x.status == http.StatusConflict {
				x.nothing(http.StatusNoContent)
			}
		}),
	},
	{
		Name: "json-patch-without-remove", Level: production, Breaks: rules("patch.append"),
		Does:   "The operation \"remove\" is passed over.",
		change: operating(func(_ *exchange, operations array) array { return leavingOut(operations, "remove") }),
	},
	{
		Name: "json-patch-passes-over-the-unknown", Level: production, Breaks: rules("patch.append"),
		Does: "An operation that nobody knows is passed over.",
		change: operating(func(_ *exchange, operations array) array {
			return slices.DeleteFunc(operations, func(operation any) bool {
				op, _ := operation.(object)
				return !slices.Contains([]any{"add", "remove", "replace", "move", "copy", "test"}, op["op"])
			})
		}),
	},
	{
		Name: "json-patch-takes-an-object", Level: production, Breaks: rules("patch.append"),
		Does: "A body that is an object and no list of operations is merged into the item.",
		change: around("PATCH /items/*", func(x *exchange) {
			if body, ok := decode(x.sent).(object); ok && x.taken() {
				x.resend(array{object{"op": "replace", "path": "/value", "value": body["value"]}})
			}
			x.pass()
		}),
	},
	{
		Name: "json-patch-adds-once", Level: production, Breaks: rules("patch.append"),
		Does: "What is in the array already is not appended again: PATCH is idempotent here.",
		change: operating(func(x *exchange, operations array) array {
			item, _ := x.stored()
			list, _ := item["value"].(array)
			return slices.DeleteFunc(operations, func(operation any) bool {
				op, _ := operation.(object)
				return op["path"] == "/value/-" && slices.ContainsFunc(list, func(v any) bool { return same(v, op["value"]) })
			})
		}),
	},
	{
		Name: "json-patch-replays", Level: production, Breaks: rules("patch.append"),
		Does: "A patch that is the same as the one before on that item gets 204 and not done again.",
		change: remembering("PATCH /items/*", func() func(*exchange) {
			var last notes[string]
			return func(x *exchange) {
				if last.set(x.path(), string(x.sent)) == string(x.sent) {
					x.nothing(http.StatusNoContent)
					return
				}
				x.pass()
			}
		}),
	},
	{
		Name: "json-patch-appends-over-the-last", Level: production, Breaks: rules("patch.append"),
		Does: "\"/value/-\" is taken for the last element: list[-1].",
		change: eachOperation(func(x *exchange, op object) {
			item, _ := x.stored()
			if list, _ := item["value"].(array); op["path"] == "/value/-" && len(list) > 0 {
				op["op"], op["path"] = "replace", fmt.Sprint("/value/", len(list)-1)
			}
		}),
	},
	{
		Name: "json-patch-appends-in-front", Level: production, Breaks: rules("patch.append"),
		Does: "\"/value/-\" is the place before the first element.",
		change: eachOperation(func(_ *exchange, op object) {
			if op["path"] == "/value/-" {
				op["path"] = "/value/0"
			}
		}),
	},
	{
		Name: "json-patch-without-dash", Level: production, Breaks: rules("patch.append"),
		Does: "\"/value/-\" is refused: it is no number.",
		change: around("PATCH /items/*", func(x *exchange) {
			if strings.Contains(string(x.sent), `/-"`) {
				x.refuse(http.StatusUnprocessableEntity, "no such place")
				return
			}
			x.pass()
		}),
	},
	{
		Name: "json-patch-add-replaces", Level: production, Breaks: rules("patch.append"),
		Does: "\"add\" at an element replaces it and does not insert.",
		change: eachOperation(func(_ *exchange, op object) {
			if path, _ := op["path"].(string); op["op"] == "add" && strings.HasSuffix(path, "/1") {
				op["op"] = "replace"
			}
		}),
	},
	{
		Name: "json-patch-counts-from-one", Level: production, Breaks: rules("patch.append"),
		Does: "The first element of an array is 1.",
		change: eachOperation(func(_ *exchange, op object) {
			path, _ := op["path"].(string)
			op["path"] = strings.NewReplacer("/1", "/0", "/0", "/9").Replace(path)
		}),
	},
	{
		Name: "json-patch-null-removes", Level: production, Breaks: rules("patch.append"),
		Does: "\"add\" of null removes the member, as a merge patch does.",
		change: operating(func(_ *exchange, operations array) array {
			return slices.DeleteFunc(operations, func(operation any) bool {
				op, _ := operation.(object)
				return op["op"] == "add" && op["value"] == nil
			})
		}),
	},
	{
		Name: "json-patch-replace-adds", Level: production, Breaks: rules("patch.append"),
		Does: "\"replace\" of a member that is not there adds it.",
		change: eachOperation(func(_ *exchange, op object) {
			if path, _ := op["path"].(string); op["op"] == "replace" && strings.Count(path, "/") > 1 {
				op["op"] = "add"
			}
		}),
	},
	{
		Name: "json-patch-remove-of-nothing", Level: production, Breaks: rules("patch.append"),
		Does: "\"remove\" of a member that is not there is no mistake.",
		change: operating(func(x *exchange, operations array) array {
			item, _ := x.stored()
			members, _ := item["value"].(object)
			return slices.DeleteFunc(operations, func(operation any) bool {
				op, _ := operation.(object)
				path, _ := op["path"].(string)
				_, there := members[strings.TrimPrefix(path, "/value/")]
				return op["op"] == "remove" && strings.Count(path, "/") == 2 && !there
			})
		}),
	},
	{
		Name: "json-patch-adds-behind-the-end", Level: production, Breaks: rules("patch.append"),
		Does: "\"add\" at an index behind the end of the array appends.",
		change: eachOperation(func(_ *exchange, op object) {
			if path, _ := op["path"].(string); op["op"] == "add" && strings.HasSuffix(path, "/9") {
				op["path"] = strings.TrimSuffix(path, "9") + "-"
			}
		}),
	},
	{
		Name: "json-patch-keeps-escapes", Level: production, Breaks: rules("patch.append"),
		Does: "~1 in a path is not understood: the member gets the name as it is written.",
		change: eachOperation(func(_ *exchange, op object) {
			path, _ := op["path"].(string)
			op["path"] = strings.ReplaceAll(path, "~1", "~01")
		}),
	},
}

// withoutPatch is a server that does not know PATCH.
func withoutPatch() change {
	return around("", func(x *exchange) {
		if x.Method == http.MethodPatch && known.MatchString(x.path()) {
			x.Method = http.MethodTrace // which the reference refuses with 405 on every path that it knows
		}
		x.pass()
		x.header.Del("Accept-Patch")
		if allow := x.header.Get("Allow"); allow != "" {
			x.header.Set("Allow", strings.Replace(allow, "PATCH, ", "", 1))
		}
	})
}

// merging is a server that makes another one of each merge patch.
func merging(f func(x *exchange, patch object) object) change {
	return around("PATCH /tasks/*", func(x *exchange) {
		if patch, ok := decode(x.sent).(object); ok && x.taken() && x.Header.Get("Content-Type") == mergePatch {
			x.resend(f(x, patch))
		}
		x.pass()
	})
}

// patchingMissing is a server that lets f handle PATCH on an unused id.
func patchingMissing(f func(*exchange)) change {
	return around("PATCH /tasks/*", func(x *exchange) {
		if !x.taken() {
			f(x)
			return
		}
		x.pass()
	})
}

// relabelling is a server that takes other media types for a merge patch.
func relabelling(good func(label string) bool) change {
	return around("PATCH /tasks/*", func(x *exchange) {
		if good(x.Header.Get("Content-Type")) {
			x.Header.Set("Content-Type", mergePatch)
		}
		x.pass()
	})
}

// unsupportedPatch is a server that lets f go on where the reference has answered 415 to PATCH.
func unsupportedPatch(f func(*exchange)) change {
	return around("PATCH /tasks/*", func(x *exchange) {
		if x.pass(); x.status == http.StatusUnsupportedMediaType {
			f(x)
		}
	})
}

// operating is a server that makes another one of each JSON Patch.
func operating(f func(x *exchange, operations array) array) change {
	return around("PATCH /items/*", func(x *exchange) {
		if operations, ok := decode(x.sent).(array); ok {
			x.resend(f(x, operations))
		}
		x.pass()
	})
}

// eachOperation is operating for a change of single operations.
func eachOperation(f func(x *exchange, op object)) change {
	return operating(func(x *exchange, operations array) array {
		for _, operation := range operations {
			if op, ok := operation.(object); ok {
				f(x, op)
			}
		}
		return operations
	})
}

func leavingOut(operations array, kind string) array {
	return slices.DeleteFunc(operations, func(operation any) bool {
		op, _ := operation.(object)
		return op["op"] == kind
	})
}
