package exercises

import (
	"path"
	"strconv"
	"strings"
)

// The texts of an exercise are Markdown. A block of the kind console shows what somebody types and what comes back: a line that begins
// with "$ " is a command for a shell, and goes on in the next line after a backslash; the lines below it are lines of the answer, in
// order. Lines that differ each time are left out, so an answer has these lines and maybe others between them.

// Section is a heading of the second level, and the text below it.
type Section struct{ Heading, Text string }

// Exchange is a command, and lines of its answer.
type Exchange struct {
	Command string // without the "$ ", otherwise as it is written
	Answer  []string
}

// Prediction is a request whose status a learner says beforehand.
type Prediction struct {
	Question string
	Before   []Exchange // what happens first
	Request  string     // the command whose status is asked for
	Status   int        // 0 where the text does not tell it
	Why      string
}

// Title is the name of the exercise for a reader.
func (e Exercise) Title() string {
	title, _, _ := strings.Cut(e.Readme(), "\n")
	return strings.TrimSpace(strings.TrimPrefix(title, "#"))
}

// Heading returns number and title: 12 · The hunt.
func (e Exercise) Heading() string { return e.Number() + " · " + e.Title() }

// Readme is what to build and what not.
func (e Exercise) Readme() string { return e.text("README.md") }

// Hints are the hints, weakest first.
func (e Exercise) Hints() []Section { return Sections(e.text("hints.md")) }

// Predictions are what is to be predicted. An exercise may have none.
func (e Exercise) Predictions() []Prediction {
	var all []Prediction
	for _, s := range Sections(e.text("predict.md")) {
		all = append(all, s.prediction())
	}
	return all
}

// text is a file of the exercise, "" if there is none.
func (e Exercise) text(file string) string {
	text, _ := Files.ReadFile(path.Join(e.Name, file))
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func (s Section) prediction() Prediction {
	p := Prediction{Question: s.Heading}
	if end := strings.LastIndex(s.Text, fence); end >= 0 {
		p.Why = strings.TrimSpace(s.Text[end+len(fence):])
	}
	all := Exchanges(s.Text)
	if len(all) == 0 {
		return p
	}
	last := all[len(all)-1]
	p.Before, p.Request, p.Status = all[:len(all)-1], last.Command, last.status()
	return p
}

// status is the code of the answer's first line, 0 if that is none of HTTP.
func (e Exchange) status() int {
	if len(e.Answer) == 0 || !strings.HasPrefix(e.Answer[0], "HTTP/") {
		return 0
	}
	_, rest, _ := strings.Cut(e.Answer[0], " ")
	code, _, _ := strings.Cut(rest, " ")
	status, _ := strconv.Atoi(code)
	return status
}

// fence begins and ends a block.
const fence = "```"

// Sections are the sections of a text. What stands above the first heading is left out.
func Sections(markdown string) []Section {
	var all []Section
	inBlock := false
	for line := range strings.Lines(markdown) {
		if strings.HasPrefix(line, fence) {
			inBlock = !inBlock
		}
		if heading, found := strings.CutPrefix(line, "## "); found && !inBlock {
			all = append(all, Section{Heading: strings.TrimSpace(heading)})
		} else if len(all) > 0 {
			all[len(all)-1].Text += line
		}
	}
	for i := range all {
		all[i].Text = strings.TrimSpace(all[i].Text)
	}
	return all
}

// Exchanges are what the console blocks of a text show, in order.
func Exchanges(markdown string) []Exchange {
	var all []Exchange
	inBlock, continued := false, false
	for line := range strings.Lines(markdown) {
		line = strings.TrimSuffix(line, "\n")
		switch command, begins := strings.CutPrefix(line, "$ "); {
		case strings.HasPrefix(line, fence):
			inBlock = line == fence+"console"
		case !inBlock:
		case begins:
			all = append(all, Exchange{Command: command})
			continued = strings.HasSuffix(line, `\`)
		case continued:
			all[len(all)-1].Command += "\n" + line
			continued = strings.HasSuffix(line, `\`)
		case len(all) > 0:
			all[len(all)-1].Answer = append(all[len(all)-1].Answer, line)
		}
	}
	for i := range all {
		all[i].Answer = withoutEmptyEnd(all[i].Answer)
	}
	return all
}

// withoutEmptyEnd leaves out the empty lines that only keep commands apart.
func withoutEmptyEnd(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
