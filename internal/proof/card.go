package proof

import (
	"fmt"
	"strings"

	"restlab/internal/grade"
	"restlab/internal/wire"
)

// Card is what explains one verdict. What a server may have sent is wire.Untrusted.
type Card struct {
	Scenario string         `json:"scenario"`
	Sentence string         `json:"sentence"` // the one that did not pass
	Verdict  grade.Verdict  `json:"verdict"`
	Asked    wire.Untrusted `json:"asked"`
	At       string         `json:"at"`
	Expected wire.Untrusted `json:"expected"`
	Received wire.Untrusted `json:"received"`
	Note     wire.Untrusted `json:"note"`
	Hint     string         `json:"hint"`
	Source   string         `json:"source"`
	Sent     wire.Untrusted `json:"sent"`   // the request at fault, as it went over the wire
	Answer   wire.Untrusted `json:"answer"` // and what came back
}

// The longest part of a body that a card shows.
const cardBody = 600

func newCard(s *grade.Scenario) *Card {
	c := &Card{Scenario: s.ID, Verdict: s.Verdict, Source: s.Source, Note: wire.Untrusted(s.Why)}
	for _, step := range s.Steps {
		if step.Status == "failed" {
			c.Sentence = step.Keyword + " " + step.Text
		}
	}
	if len(s.Hints) > 0 {
		c.Hint = s.Hints[0]
	}
	f := s.Failure
	if f == nil {
		return c
	}
	c.Asked, c.At, c.Expected, c.Received = wire.Untrusted(f.Asked), f.At, wire.Untrusted(f.Expected), wire.Untrusted(f.Received)
	c.Note = wire.Untrusted(strings.TrimSpace(s.Why + " " + f.Note + "\n" + f.Picture))
	if f.Exchange >= 0 && f.Exchange < len(s.Exchanges) {
		c.Sent, c.Answer = sent(s.Exchanges[f.Exchange]), answered(s.Exchanges[f.Exchange])
	}
	return c
}

// show keeps the card of the worst verdict, and of those the first.
func (c *Cell) show(verdict grade.Verdict, s *grade.Scenario) {
	if c.Card == nil || verdict != c.worst && grade.Worse(c.worst, verdict) == verdict {
		c.Card, c.worst = newCard(s), verdict
	}
}

// brief is the card in a few words.
func (c *Cell) brief() string {
	if c == nil || c.Card == nil {
		return ""
	}
	if c.Card.Asked == "" {
		return fmt.Sprintf(" (%s: %s)", c.Card.Scenario, c.Card.Note.Line(200))
	}
	return fmt.Sprintf(" (%s: %s: %s: expected %s, received %s)", c.Card.Scenario, c.Card.Asked.Line(100), c.Card.At, c.Card.Expected.Line(200), c.Card.Received.Line(200))
}

func sent(x *grade.Exchange) wire.Untrusted {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\n", x.Request.Method, x.Request.Target)
	for _, f := range x.Request.Fields {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
	}
	return wire.Untrusted(b.String() + shown(x.Request.Body))
}

func answered(x *grade.Exchange) wire.Untrusted {
	if x.Answer == nil {
		return wire.Untrusted(x.Trouble)
	}
	head := strings.ReplaceAll(string(x.Answer.Head), "\r\n", "\n") + "\n"
	return wire.Untrusted(head + shown(x.Answer.Body) + shown(x.Answer.Stray))
}

func shown(b *grade.Body) string {
	switch {
	case b == nil:
		return ""
	case len(b.Octets) > cardBody:
		return fmt.Sprintf("\n%s… (%d bytes in all)", b.Octets[:cardBody], b.Length)
	}
	return "\n" + string(b.Octets)
}
