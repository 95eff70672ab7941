package grade

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"restlab/internal/wire"
	"restlab/steps"
)

// missingRoute returns the hint for a learner who has not written a route yet, or "".
func (w *running) missingRoute(f *steps.Failure) string {
	if f.At != "status" || f.Exchange == nil || f.Exchange.Answer == nil || strings.Contains(f.Expected, "any 4xx") {
		return ""
	}
	method, path := f.Exchange.Request.Method, w.steps.Unfill(f.Exchange.Request.Target)
	if !contractual.MatchString(path) {
		return "" // the server named it itself
	}
	switch a := f.Exchange.Answer; {
	case a.Status == 501:
		return fmt.Sprintf("%s %s answers 501: it is not written yet.", method, path)
	case a.Status == 405:
		return fmt.Sprintf("Your server seems to have no %s at %s yet: add it to the routes.", method, path)
	case a.Status == 404 && !strings.Contains(f.Expected, "404") && !json.Valid(a.Content):
		hint := fmt.Sprintf("Your server seems to have no route for %s %s yet (the 404 is your framework's own): add one.", method, path)
		if name := named(f.Exchange); name != "" {
			hint += fmt.Sprintf(" If there is one, does it take numbers alone (<int:id>)? Keys and ids are texts, such as %s.", name)
		}
		return hint
	case (a.Status == 400 || a.Status == 422) && named(f.Exchange) != "" && aboutNumbers.Match(a.Content):
		return fmt.Sprintf("Does your route take numbers alone (<int:id>, Atoi, a parameter of the type long)? Keys and ids are texts, such as %s.", named(f.Exchange))
	}
	return ""
}

// aboutNumbers matches what a framework or a handler says of a name that is not a number.
var aboutNumbers = regexp.MustCompile(`(?i)invalid[ _-](?:task |item )?(?:id|key)\b|\bint(?:eger)?\b|\bnumber\b|\bnumeric\b|strconv|NumberFormat|type mismatch`)

// named returns the key or id in the path of a request, "" for other paths.
func named(x *wire.Exchange) string {
	kind, name, _ := strings.Cut(strings.TrimPrefix(x.Request.Target, "/"), "/")
	if kind != "items" && kind != "tasks" {
		return ""
	}
	return wire.Untrusted(name).Line(40)
}

// contractual matches a path that the contract has.
var contractual = regexp.MustCompile(`^/(?:items|tasks)/[^/]+$|^/tasks(?:\?|$)`)

// uncaught returns the hint for an unexpected 500, or for a program that printed something when it sent no response;
// otherwise "".
func (w *running) uncaught(f *steps.Failure) string {
	switch x := f.Exchange; {
	case x == nil:
	case x.Answer != nil && x.Answer.Status == 500 && f.At == "status":
		return "A 500 is an uncaught error in your program: what did it print?"
	case x.Trouble != nil && x.Trouble.Kind == wire.Dropped && len(w.steps.Printed(x)) > 0 && w.steps.Died() == nil:
		return "Your program lives, and closed the connection: what it has printed may say why."
	}
	return ""
}
