package report

import (
	"fmt"
	"io"
	"strings"

	"restlab/internal/grade"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// Line is one line of an exchange as people see it.
type Line struct {
	Direction string // > for the request, < for the answer
	Text      string // harmless
	Field     string // the name of the header field that it is, "" for other lines
	IsContent bool   // it, or the empty line before it, is content
	IsRemark  bool   // it is said by the lab, and did not come over the wire
	IsTrouble bool   // it says why there is no answer
	IsFault   bool   // what is wrong stands here
}

// IsOrdinary reports whether nearly every message has this header.
func (l Line) IsOrdinary() bool { return ordinary[strings.ToLower(l.Field)] }

var ordinary = map[string]bool{"host": true, "user-agent": true, "accept": true, "date": true, "connection": true, "content-length": true}

// Lines returns the lines of an exchange, with a mark at the place of a failure, if there is one.
func Lines(x *grade.Exchange, fault *grade.Failure) []Line {
	l := lines{at: at(fault)}
	l.request(x)
	switch {
	case x.Answer == nil:
		l.addLine(Line{Direction: "<", Text: x.Trouble, IsTrouble: true}, "answer")
	case x.Answer.Stray == nil:
		l.head(x.Answer)
		l.content("<", x.Answer.Body, "content")
	default:
		l.head(x.Answer)
		l.addLine(Line{Direction: "<", Text: "and on the connection, after the end of the answer:", IsRemark: true}, "")
		l.content("<", x.Answer.Stray, "content")
	}
	return l.all
}

func at(fault *grade.Failure) string {
	if fault == nil {
		return ""
	}
	return fault.At
}

// lines collects them.
type lines struct {
	at  string // where the fault is, as a Failure has it
	all []Line
}

// addLine adds a line that stands at a place.
func (l *lines) addLine(line Line, place string) {
	line.IsFault = l.at != "" && strings.EqualFold(place, l.at)
	l.all = append(l.all, line)
}

// request adds the lines of the request. For a graded client the fault may be there.
func (l *lines) request(x *grade.Exchange) {
	l.addLine(Line{Direction: ">", Text: fmt.Sprintf("%s %s HTTP/1.1", wire.Untrusted(x.Request.Method).Line(cardLine), wire.Untrusted(x.Request.Target).Line(cardLine))}, "request line")
	for _, f := range x.Request.Fields {
		l.field(">", "request field ", f.Name, fmt.Sprintf("%s: %s", wire.Untrusted(f.Name).Line(cardLine), wire.Untrusted(f.Value).Line(cardLine)))
	}
	l.missing(">", "request field ")
	l.content(">", x.Request.Body, "request content")
}

// head adds the status line and the headers as they came.
func (l *lines) head(a *grade.Answer) {
	for i, line := range strings.Split(strings.ReplaceAll(string(a.Head), "\r\n", "\n"), "\n") {
		text := wire.Untrusted(line).Line(cardLine)
		if i == 0 {
			l.addLine(Line{Direction: "<", Text: text}, "status")
			continue
		}
		name, _, _ := strings.Cut(line, ":")
		l.field("<", "field ", name, text)
	}
	l.missing("<", "field ")
}

func (l *lines) field(direction, kind, name, text string) {
	l.addLine(Line{Direction: direction, Text: text, Field: name}, kind+name)
}

// missing adds a line for a header that is missing and at fault.
func (l *lines) missing(direction, kind string) {
	name, is := strings.CutPrefix(l.at, kind)
	if !is {
		return
	}
	for _, line := range l.all {
		if line.Direction == direction && line.IsFault {
			return
		}
	}
	l.addLine(Line{Direction: direction, Text: "(no " + name + ")", Field: name, IsRemark: true}, l.at)
}

// content is a body, after an empty line.
func (l *lines) content(direction string, b *grade.Body, place string) {
	if b == nil {
		if strings.EqualFold(place, l.at) {
			l.addLine(Line{Direction: direction, Text: "(no content)", IsContent: true, IsRemark: true}, place)
		}
		return
	}
	text := strings.TrimRight(wire.Untrusted(b.Octets).String(), "\n")
	if runes := []rune(text); len(runes) > cardBody {
		text = fmt.Sprintf("%s… (%d bytes in all)", string(runes[:cardBody]), b.Length)
	}
	l.addLine(Line{Direction: direction, IsContent: true}, "")
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			place = "" // it is marked once
		}
		l.addLine(Line{Direction: direction, Text: line, IsContent: true}, place)
	}
}

// exchange writes one exchange.
func (t *Text) exchange(out io.Writer, all []Line) {
	const atFault = "   ◀ at fault"
	for i, line := range all {
		text, mark := strings.TrimRight(line.Direction+" "+line.Text, " "), ""
		switch {
		case line.IsRemark && line.IsContent:
			text = t.Style.Paint(terminal.Faint, text)
		case line.IsRemark:
			text = line.Direction + " " + t.Style.Paint(terminal.Faint, line.Text)
		case line.IsTrouble:
			text = line.Direction + " " + t.Style.Paint(terminal.Red, line.Text)
		}
		if line.IsFault && !t.isLong(line) {
			mark = atFault
		}
		if line.IsContent && line.Text == "" && i+1 < len(all) && all[i+1].IsFault && t.isLong(all[i+1]) {
			mark = atFault + ", in the content:"
		}
		fmt.Fprintf(out, "    %s%s\n", text, t.Style.Paint(terminal.Red, mark))
	}
	fmt.Fprintln(out)
}

// isLong reports whether a line of content leaves no room for a mark after it.
func (t *Text) isLong(line Line) bool { return line.IsContent && len(line.Text) > t.width-20 }
