package steps

import (
	"net/http"
	"strings"

	"restlab/internal/wire"
)

// answersHaveETags compares the validators of the representations that were read in the When.
func (s *Scenario) answersHaveETags(which string) error {
	var read []*wire.Exchange
	for _, x := range s.answers {
		if x.Request.Method == http.MethodGet || x.Request.Method == http.MethodHead {
			read = append(read, x)
		}
	}
	if len(read) == 0 {
		return broken("nothing has been read yet")
	}
	seen := map[string]bool{}
	for i, x := range read {
		etag := x.Answer.Header.Get("ETag")
		switch {
		case !wire.IsStrongETag(etag):
			return failure(x, atField("ETag"), `a strong entity-tag: in double quotes and without W/, such as "1f"`, orNone("ETag", etag))
		case which == "one strong ETag" && i > 0 && !seen[etag]:
			return failure(x, atField("ETag"), read[0].Answer.Header.Get("ETag")+", as before", etag)
		case which == "different strong ETags" && seen[etag]:
			return failure(x, atField("ETag"), "another ETag, because the representation is another one", etag)
		}
		seen[etag] = true
	}
	return nil
}

// answerIsProblem checks what RFC 9457 §3 says of a problem document. All members are optional, and others may be there.
func (s *Scenario) answerIsProblem() error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	label := wire.MediaType(x.Answer.Header.Get("Content-Type"))
	if label != "application/problem+json" {
		return failure(x, atField("Content-Type"), "application/problem+json", orNone("Content-Type", label))
	}
	got, err := content(x)
	if err != nil {
		return err
	}
	problem, ok := got.(map[string]any)
	if !ok {
		return failure(x, atContent, "a JSON object", compact(got))
	}
	for _, name := range []string{"type", "title", "detail", "instance"} {
		if value, there := problem[name]; there {
			if _, text := value.(string); !text {
				return failure(x, atContent, "a text under "+name, compact(value))
			}
		}
	}
	if value, there := problem["status"]; there && value != float64(x.Answer.Status) {
		return failure(x, atContent, `"status": `+status(x.Answer.Status)[:3]+", as in the status line", compact(value))
	}
	return nil
}

// answerVariesByAccept asks for what keeps a cache from giving one client's form of an error to another.
func (s *Scenario) answerVariesByAccept() error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	vary := x.Answer.Header.Values("Vary")
	for _, name := range wire.List(vary) {
		if name == "*" || strings.EqualFold(name, "Accept") {
			return nil
		}
	}
	if strings.Contains(strings.ToLower(x.Answer.Header.Get("Cache-Control")), "no-store") || alwaysProblem(x) {
		return nil
	}
	return failure(x, atField("Vary"), "Vary: Accept, because the form of the error depends on Accept", orNone("Vary", strings.Join(vary, ", ")))
}

// alwaysProblem reports whether the error has the form for both kinds of clients: a problem document with an "error".
func alwaysProblem(x *wire.Exchange) bool {
	object, _ := decoded(x).(map[string]any)
	return wire.MediaType(x.Answer.Header.Get("Content-Type")) == "application/problem+json" && object["error"] != nil
}
