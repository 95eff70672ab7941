package exercises

import (
	"path"
	"strings"
)

// The questions of the knowledge check are a file for each subject, in questions/. A question is a section: its heading asks, each
// option is an item of a task list, with a cross at the right one, and its explanation below it, indented. Three lines end it:
//
//	Seen in: RULE/SCENARIO     where it can be seen happening; a question is known by it, so no two have the same
//	Shows: …                   what is seen there
//	Fails on: FAULT            a faulty server on which that scenario fails

// Subjects are what there are questions on, in order.
var Subjects = []string{"constraints", "methods", "status", "caching", "conditional", "retries"}

// Question is one with several answers, of which one is right.
type Question struct {
	Subject  string
	Text     string
	Options  []Option
	Scenario string // by id
	Shows    string
	Fault    string // by name
}

// Option is an answer, and why it is right or wrong.
type Option struct {
	Text, Why string
	Right     bool
}

// Check is the exercise that the questions belong to.
func Check() Exercise { return All[len(All)-1] }

// SubjectTitle is a subject for a reader.
func SubjectTitle(subject string) string {
	title, _, _ := strings.Cut(questions(subject), "\n")
	return strings.TrimPrefix(title, "# ")
}

// Questions are those on a subject, in order.
func Questions(subject string) []Question {
	var all []Question
	for _, s := range Sections(questions(subject)) {
		q := s.question()
		q.Subject = subject
		all = append(all, q)
	}
	return all
}

// Right is the place of the right option, -1 if there is none.
func (q Question) Right() int {
	for i, o := range q.Options {
		if o.Right {
			return i
		}
	}
	return -1
}

func questions(subject string) string { return Check().text(path.Join("questions", subject+".md")) }

func (s Section) question() Question {
	q := Question{Text: s.Heading}
	for line := range strings.Lines(s.Text) {
		line = strings.TrimRight(line, "\n")
		if option, found := option(line); found {
			q.Options = append(q.Options, option)
			continue
		}
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case strings.HasPrefix(line, "  ") && len(q.Options) > 0:
			last := &q.Options[len(q.Options)-1]
			last.Why = strings.TrimSpace(last.Why + " " + strings.TrimSpace(line))
		case name == "Seen in":
			q.Scenario = value
		case name == "Shows":
			q.Shows = value
		case name == "Fails on":
			q.Fault = value
		}
	}
	return q
}

func option(line string) (Option, bool) {
	if text, found := strings.CutPrefix(line, "- [x] "); found {
		return Option{Text: text, Right: true}, true
	}
	text, found := strings.CutPrefix(line, "- [ ] ")
	return Option{Text: text}, found
}
