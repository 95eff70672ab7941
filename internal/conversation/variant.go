package conversation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"restlab/internal/wire"
)

// Variants in which a server can write its answers, and is right; and one in which it sends clients to somebody else.
const (
	InChunks      = "responds in chunks"
	Members       = "adds unknown members"
	Layout        = "writes its JSON in another layout"
	Charset       = "adds a charset to its media type"
	NoContent     = "responds 204 No Content to PUT and DELETE"
	FullLocation  = "sends each Location with scheme and host"
	OtherLocation = "names another host in each Location"
	Unchanged     = "responds 304 Not Modified to each If-None-Match"
)

// Variants are all of them.
var Variants = []string{InChunks, Members, Layout, Charset, NoContent, FullLocation, OtherLocation, Unchanged}

// draft is an answer that has not been sent.
type draft struct {
	status  int
	header  http.Header
	content []byte
}

// refuse makes it an error of the lab's server.
func (a *draft) refuse(status int, why string) {
	a.status, a.content = status, []byte(object("error", quoted(why)))
	a.header = http.Header{"Content-Type": {"application/json"}}
}

// rewrite writes the reference's answer in the variant of the situation.
func (c *Conversation) rewrite(a *draft, r *http.Request) {
	switch c.situation.Variant {
	case Members:
		a.json(func(value any) any { extend(value); return value }, "")
	case Layout:
		a.json(func(value any) any { return value }, "\t")
	case Charset:
		if a.header.Get("Content-Type") == "application/json" {
			a.header.Set("Content-Type", "application/json; charset=utf-8")
		}
	case NoContent:
		if a.status == http.StatusOK && (r.Method == http.MethodPut || r.Method == http.MethodDelete) {
			a.status, a.content = http.StatusNoContent, nil
			a.header.Del("Content-Type")
		}
	case FullLocation:
		a.locate("http://" + r.Host)
	case OtherLocation:
		a.locate(c.host.Elsewhere)
	case Unchanged:
		if a.status == http.StatusOK && r.Method == http.MethodGet && r.Header.Get("If-None-Match") != "" {
			a.status, a.content = http.StatusNotModified, nil
			a.header.Del("Content-Type")
			a.header.Set("ETag", r.Header.Get("If-None-Match"))
		}
	}
}

func (a *draft) locate(base string) {
	if location := a.header.Get("Location"); location != "" {
		a.header.Set("Location", base+pathOf(location))
	}
}

// json writes the content again after a change. Members are in the order of their names.
func (a *draft) json(change func(any) any, indent string) {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(a.content))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return
	}
	value = change(value)
	text, err := json.Marshal(value)
	if indent != "" {
		text, err = json.MarshalIndent(value, "", indent)
		text = append([]byte("\n"), append(text, "\n\n"...)...)
	}
	if err == nil {
		a.content = text
	}
}

// extend adds members to each object, as a server does that has learned something new.
func extend(value any) {
	switch value := value.(type) {
	case map[string]any:
		value["links"] = []any{map[string]any{"rel": "help"}}
		value["priority"] = nil
	case []any:
		for _, element := range value {
			extend(element)
		}
	}
}

// write sends the answer, and returns it as it is recorded.
func (a *draft) write(w http.ResponseWriter, r *http.Request, chunked bool) *wire.Answer {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	bodiless := r.Method == http.MethodHead || a.status == http.StatusNoContent || a.status == http.StatusNotModified
	if chunked = chunked && !bodiless; chunked {
		header.Del("Content-Length")
		a.header.Del("Content-Length")
	} else if !bodiless {
		a.header.Set("Content-Length", strconv.Itoa(len(a.content)))
		header["Content-Length"] = a.header["Content-Length"]
	}
	if a.status == http.StatusNoContent {
		header.Del("Content-Length")
		a.header.Del("Content-Length")
	}
	w.WriteHeader(a.status)
	if bodiless {
		a.content = nil
	}
	send(w, a.content, chunked)
	return a.recorded(chunked)
}

// send sends content, in chunks of a few bytes where that is wanted. An error means that the client has gone.
func send(w http.ResponseWriter, content []byte, chunked bool) {
	if !chunked {
		_, _ = w.Write(content)
		return
	}
	flush := http.NewResponseController(w)
	for piece := range slices.Chunk(content, max(7, len(content)/20)) {
		_, _ = w.Write(piece)
		_ = flush.Flush()
	}
}

// recorded is the answer as a card shows it. Date is the same for all, so it is left out.
func (a *draft) recorded(chunked bool) *wire.Answer {
	lines := []string{fmt.Sprintf("HTTP/1.1 %d %s", a.status, wire.Phrase(a.status))}
	var names []string
	for name := range a.header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range a.header[name] {
			lines = append(lines, name+": "+value)
		}
	}
	if chunked {
		lines = append(lines, "Transfer-Encoding: chunked")
	}
	return &wire.Answer{
		Proto: "HTTP/1.1", Status: a.status, Head: wire.Untrusted(strings.Join(lines, "\r\n")), Header: a.header, Chunked: chunked, Content: a.content,
	}
}
