package quiz

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"restlab/exercises"
)

// Version is that of the document that JSON writes.
const Version = 1

type document struct {
	Version   int        `json:"version"`
	Questions []exported `json:"questions"`
}

type exported struct {
	ID      string           `json:"id"`
	Subject string           `json:"subject"`
	Level   string           `json:"level"`
	Text    string           `json:"text"`
	Options []exportedOption `json:"options"`
	Rule    string           `json:"rule"`
	Shows   string           `json:"shows"`
}

type exportedOption struct {
	Text  string `json:"text"`
	Right bool   `json:"right"`
	Why   string `json:"why"`
}

// JSON writes the questions as the document that docs/quiz.schema.json describes.
func JSON(out io.Writer, questions []Question) error {
	all := document{Version, []exported{}}
	for _, q := range questions {
		one := exported{ID: q.Scenario, Subject: exercises.SubjectTitle(q.Subject), Level: q.Level, Text: q.Text, Rule: q.Rule, Shows: q.Shows}
		for _, o := range q.Options {
			one.Options = append(one.Options, exportedOption{o.Text, o.Right, o.Why})
		}
		all.Questions = append(all.Questions, one)
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(all)
}

// GIFT writes the questions as Moodle imports them, each in a category for its subject.
func GIFT(out io.Writer, questions []Question) error {
	w := bufio.NewWriter(out)
	category := ""
	for _, q := range questions {
		if q.Subject != category {
			category = q.Subject
			fmt.Fprintf(w, "$CATEGORY: restlab/%s\n\n", exercises.SubjectTitle(category))
		}
		fmt.Fprintf(w, "::%s::[markdown]%s {\n", gift(q.Scenario), gift(q.Text))
		for _, o := range q.Options {
			mark := "~"
			if o.Right {
				mark = "="
			}
			fmt.Fprintf(w, "%s%s#%s\n", mark, gift(o.Text), gift(o.Why))
		}
		fmt.Fprintf(w, "####%s\n}\n\n", gift("It can be seen in "+q.Scenario+": "+q.Shows+"."))
	}
	return w.Flush()
}

// gift is a text as it stands in GIFT, in which these characters mean something.
func gift(text string) string { return special.Replace(text) }

var special = strings.NewReplacer(`\`, `\\`, "~", `\~`, "=", `\=`, "#", `\#`, "{", `\{`, "}", `\}`, ":", `\:`)
