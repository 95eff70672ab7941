package walk

import (
	"fmt"
	"slices"
	"strings"

	"restlab/internal/grade"
	"restlab/internal/report"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// Bounds of a diagram, so that it fits on a page.
const (
	diagramEach    = 6  // exchanges of one sentence
	diagramClients = 4  // clients with a line of their own
	diagramBody    = 60 // characters of a body
	diagramNote    = 56 // characters of one line of a note
)

// diagram draws a play as a sequence diagram, in the language of Mermaid.
func (p *Play) diagram() string {
	d := &drawing{play: p}
	d.cast()
	for i, step := range p.Steps {
		if step.Status == "skipped" {
			break
		}
		d.addNote(sentence(p.Scenario, i) + mark(step.Status))
		if p.isRace(step) {
			d.race(step)
			continue
		}
		d.exchanges(step.From, step.To)
	}
	return d.text.String()
}

// mark is how a sentence went.
func mark(status string) string {
	switch status {
	case "passed":
		return " ✓"
	case "failed":
		return " ✗"
	}
	return ""
}

// isRace reports whether several clients were on their way at once in a sentence. Who comes first then is chance, and differs each time.
func (p *Play) isRace(step grade.Step) bool {
	return step.From+1 < step.To && p.Exchanges[step.From].Client != p.Exchanges[step.To-1].Client && step.Keyword == "When"
}

// drawing is a diagram in the making. Clients and servers are known by their place in the cast.
type drawing struct {
	play    *Play
	text    strings.Builder
	clients []string
	servers []string
	raced   bool // clients have met, so what answers have in them is chance
}

func (d *drawing) line(format string, values ...any) { fmt.Fprintf(&d.text, format+"\n", values...) }

// cast names who takes part.
func (d *drawing) cast() {
	d.servers = serversOf(d.play.Exchanges)
	for _, x := range d.play.Exchanges {
		if !slices.Contains(d.clients, x.Client) && len(d.clients) < diagramClients {
			d.clients = append(d.clients, x.Client)
		}
	}
	if len(d.clients) == 0 {
		d.clients, d.servers = []string{"client"}, []string{""}
	}
	d.line("sequenceDiagram")
	for i, name := range d.clients {
		d.line("    participant C%d as %s", i, escape(name))
	}
	for i := range d.servers {
		name := "server"
		if i > 0 {
			name = fmt.Sprintf("server %d", i+1)
		}
		d.line("    participant S%d as %s", i, name)
	}
}

// server is the base of the server that was asked.
func server(x *grade.Exchange) string { return strings.TrimSuffix(x.Request.URL, x.Request.Target) }

// serversOf are the bases of the servers that were asked, each once.
func serversOf(all []*grade.Exchange) []string {
	var bases []string
	for _, x := range all {
		if base := server(x); !slices.Contains(bases, base) {
			bases = append(bases, base)
		}
	}
	return bases
}

func (d *drawing) addNote(text string) {
	d.line("    Note over C0,S%d: %s", len(d.servers)-1, strings.ReplaceAll(escape(terminal.Wrap(text, diagramNote, 0)), "\n", "<br/>"))
}

// exchanges draws the first ones, and the last where there are too many.
func (d *drawing) exchanges(from, to int) {
	left := 0
	for i := from; i < to; i++ {
		if i-from >= diagramEach-1 && i < to-1 {
			left++
			continue
		}
		if left > 0 {
			d.addNote(fmt.Sprintf("… and %d more requests …", left))
			left = 0
		}
		d.exchange(d.play.Exchanges[i])
	}
}

// race draws what clients ask at once, and that each is answered.
func (d *drawing) race(step grade.Step) {
	d.raced = true
	x := d.play.Exchanges[step.From]
	d.line("    C0->>S0: %s", escape(requestLine(x)+content(x.Request.Body)))
	d.addNote(fmt.Sprintf("… %d requests at once. Who comes first is chance …", step.To-step.From))
	d.line("    S0-->>C0: an answer to each")
}

func (d *drawing) exchange(x *grade.Exchange) {
	client := max(0, slices.Index(d.clients, x.Client)) // the first one stands for those without a line
	server := slices.Index(d.servers, server(x))
	asked := requestLine(x) + content(x.Request.Body)
	if !d.raced {
		for _, f := range x.Request.Fields {
			asked += condition(f)
		}
	}
	d.line("    C%d->>S%d: %s", client, server, escape(asked))
	if x.Answer == nil {
		d.line("    S%d--xC%d: %s", server, client, escape(wire.Untrusted(x.Trouble).Line(diagramBody)))
		return
	}
	said := status(x.Answer.Status)
	if !d.raced {
		said += content(x.Answer.Body)
	}
	d.line("    S%d-->>C%d: %s", server, client, escape(said))
}

// condition is a field on which it depends what is answered, "" for any other.
func condition(f wire.Field) string {
	if !strings.EqualFold(f.Name, "If-Match") && !strings.EqualFold(f.Name, "If-None-Match") {
		return ""
	}
	return fmt.Sprintf(", %s: %s", f.Name, wire.Untrusted(f.Value).Line(diagramBody))
}

// content is a body in one line, after a space.
func content(b *grade.Body) string {
	if b == nil {
		return ""
	}
	text := []rune(wire.Untrusted(strings.TrimSpace(string(b.Octets))).Line(2 * diagramBody))
	if len(text) > diagramBody {
		text = append(text[:diagramBody], '…')
	}
	return " " + string(text)
}

// escape writes as entities what has a meaning in a diagram.
func escape(text string) string { return entities.Replace(text) }

var entities = strings.NewReplacer("#", "#35;", ";", "#59;", "<", "#60;", ">", "#62;", "&", "#38;", "%", "#37;")

// sentence is a sentence with its keyword.
func sentence(s *grade.Scenario, i int) string {
	keyword, text := report.Sentence(s, i)
	return keyword + " " + text
}
