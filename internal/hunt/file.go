package hunt

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"restlab/internal/contract"
)

// Read reads what a learner has written: scenarios under a Feature, and nothing else is needed. The error is
// contract.Problems.
func Read(name string, content []byte) (*contract.Contract, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff")) // as some editors write it
	if !utf8.Valid(content) {
		return nil, contract.Problems{{File: name, What: "this is no text in UTF-8", Hint: "save it as UTF-8; Out-File and > of an older PowerShell write UTF-16"}}
	}
	c, err := contract.Read(name, content)
	if err != nil {
		return nil, err
	}
	var problems contract.Problems
	for _, s := range c.Scenarios {
		problems = append(problems, hunters(s)...)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	for _, rule := range c.Rules { // in a hunt every scenario counts, whatever its tags say
		rule.Advice, rule.Net, rule.Afterwards = false, false, false
		for _, s := range rule.Scenarios {
			s.WholeRun = false
		}
	}
	return c, nil
}

// hunters reports the sentences that find mistakes which nobody has thought of.
func hunters(s *contract.Scenario) contract.Problems {
	var problems contract.Problems
	for _, step := range s.Steps {
		if implied := step.Match.Properties(); implied.Random || implied.WholeRun {
			problems = append(problems, contract.Problem{
				File: s.File, Line: step.Line, What: fmt.Sprintf("%q hunts in your place", step.Text),
				Hint: "in a hunt say which request is sent: the client sends GET /items/{key}",
			})
		}
	}
	return problems
}

// Handful are sentences such as most hunts need.
const Handful = `Given the item {key} is "blue"
Given the task {id} is {"description": "{text}"}
When the client sends PUT /items/{key} with {"value": "green"}
And the client repeats the request
Then the status is 200 OK, 201 Created or 204 No Content
Then the item {key} is now "green"
Then there is no item {key}
Then {"id": "{id}"} is listed once
`

// Example is a file as a learner writes it. It asks for little, so that it gives no hunt away.
const Example = `Feature: My hunt

  Scenario: The answer to GET has the value
    Given the item {key} is "blue"
    When the client sends GET /items/{key}
    Then the status is 200 OK
    And the response includes {"value": "blue"}
`
