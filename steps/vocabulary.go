// Package steps is the one vocabulary of all features: what each sentence does on the wire and what it asks of
// the answer. Sentences speak of methods, paths, statuses and fields, because those are the contract; they never
// know which rule they serve. Assertions are httpexpect's, made on recorded exchanges.
package steps

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/cucumber/godog"
)

// Keyword is where a sentence may stand. "And" and "But" take the keyword of the sentence before.
type Keyword string

// The three places of a sentence.
const (
	Given Keyword = "Given"
	When  Keyword = "When"
	Then  Keyword = "Then"
)

// Sentence is one entry of the vocabulary.
type Sentence struct {
	Keyword Keyword
	Expr    *regexp.Regexp
	Example string // with the keyword's word left out
	Does    string // one line for the generated list
	bind    func(*Scenario) any
}

// Matches says whether the sentence is the one that text stands for.
func (s Sentence) Matches(k Keyword, text string) bool {
	return s.Keyword == k && s.Expr.MatchString(text)
}

// Vocabulary is every sentence there is. Each takes its arguments as strings, so that a sentence can stand
// inside another one ("if the status is …, …").
var Vocabulary = []Sentence{
	{
		Given, expr(`the (item|task) (.+?) (is|becomes) (.+)`),
		`the item {key} is "blue"`,
		`creates the item or task with POST (an item with PUT where POST does not work); "becomes" changes it with PUT. What GET then shows is checked.`,
		func(s *Scenario) any { return s.resourceIs },
	},
	{
		Given, expr(`the (item|task) (.+?) was deleted`),
		`the item {key} was deleted`,
		`creates the item or task, deletes it and checks that it is gone.`,
		func(s *Scenario) any { return s.resourceWasDeleted },
	},
	{
		Given, expr(`the tasks (\S+)-1 to \S+?-(\d+) are added`),
		`the tasks {id}-1 to {id}-101 are added`,
		`adds that many tasks, one POST each; the list is not looked at.`,
		func(s *Scenario) any { return s.tasksAreAdded },
	},
	{
		Given, expr(`the next request carries (.+)`),
		`the next request carries Accept: text/html`,
		`adds a field to the requests of the When, in place of one that the client sends anyway; "no Accept" leaves a field out.`,
		func(s *Scenario) any { return s.nextRequestCarries },
	},
	{
		Given, expr(`the client keeps its connection and its cookies`),
		`the client keeps its connection and its cookies`,
		`lets the client behave like a browser: one connection for all requests, cookies sent back. Without this sentence each request is a stranger's.`,
		func(s *Scenario) any { return s.clientKeeps },
	},
	{
		Given, expr(`an intermediary sends every PUT and DELETE twice`),
		`an intermediary sends every PUT and DELETE twice`,
		`puts a retrying intermediary between client and server: the client sees the second answer.`,
		func(s *Scenario) any { return s.intermediaryDoubles },
	},
	{
		When, expr(`(the|another) client sends ([A-Z]+) (\S+?)(?: with (.*))?`),
		`the client sends PUT /items/{key} with {"value": "blue"}`,
		`sends the request; what follows "with" is the body as it goes over the wire, labelled application/json ("nothing": an empty one). "Another client" has its own connection, User-Agent and, where the system allows, address.`,
		func(s *Scenario) any { return s.clientSends },
	},
	{
		When, expr(`the client repeats the request(?: (\d+) times)?`),
		`the client repeats the request 3 times`,
		`sends the last request again, once or as often as it says.`,
		func(s *Scenario) any { return s.clientRepeats },
	},
	{
		When, expr(`every scenario of the level (\w+) has run`),
		`every scenario of the level basics has run`,
		`waits for the end of the grading; the sentences after it judge all that happened.`,
		func(s *Scenario) any { return s.everyScenarioHasRun },
	},
	{
		Then, expr(`(the|every) status is (.+)`),
		`the status is 200 OK or 204 No Content`,
		`checks the code of the last answer, or of every answer to the When. "any 4xx" stands for a class.`,
		func(s *Scenario) any { return s.statusIs },
	},
	{
		Then, condition,
		`if the status is 409 Conflict, the item {key} is still "blue"`,
		`says what must follow from one of several right answers.`,
		func(s *Scenario) any { return s.ifTheStatusIs },
	},
	{
		Then, expr(`the (item|task) (.+?) is (now|still) (.+)`),
		`the item {key} is now "blue"`,
		`looks at the state: GET of the item gives exactly that value; the list has the task once, with those members.`,
		func(s *Scenario) any { return s.resourceIsNow },
	},
	{
		Then, expr(`there is no (item|task) (\S+)`),
		`there is no item {key}`,
		`looks at the state: GET of the item answers 404 or 410; the list does not have the task.`,
		func(s *Scenario) any { return s.thereIsNo },
	},
	{
		Then, expr(`(.+) (?:is|are) listed (once|twice|nowhere)`),
		`the tasks {id}-1 to {id}-101 are listed once`,
		`reads the list of tasks and counts those that have the members given, or each task of a range.`,
		func(s *Scenario) any { return s.areListed },
	},
	{
		Then, expr(`(the|every) answer includes (.+)`),
		`the answer includes {"value": "blue"}`,
		`checks that the answer is a JSON object with these members, and maybe more.`,
		func(s *Scenario) any { return s.answerIncludes },
	},
	{
		Then, expr(`the answer explains the error (under "error"|in JSON)`),
		`the answer explains the error under "error"`,
		`checks that the answer is a JSON object with a text under "error"; "in JSON": JSON with a text anywhere.`,
		func(s *Scenario) any { return s.answerExplains },
	},
	{
		Then, expr(`the answers agree`),
		`the answers agree`,
		`checks that all answers to the When have the same status and say the same: the same value, or the same task.`,
		func(s *Scenario) any { return s.answersAgree },
	},
	{
		Then, expr(`JSON in the answer is labelled as JSON`),
		`JSON in the answer is labelled as JSON`,
		`checks that content which is a JSON object or array has Content-Type application/json or +json.`,
		func(s *Scenario) any { return s.jsonIsLabelled },
	},
	{
		Then, expr(`the answer allows ([A-Z, ]+?)(?: and perhaps ([A-Z, ]+))?`),
		`the answer allows GET, HEAD, OPTIONS, POST and perhaps PATCH`,
		`checks that the Allow field lists these methods and no others.`,
		func(s *Scenario) any { return s.answerAllows },
	},
	{
		Then, expr(`the answer is that of GET without its content`),
		`the answer is that of GET without its content`,
		`compares the answer to HEAD with the answer to GET: the status, and the fields that both have.`,
		func(s *Scenario) any { return s.answerIsThatOfGet },
	},
	{
		Then, expr(`the answer is empty`),
		`the answer is empty`,
		`looks at the connection itself: nothing follows the head, and a 204 has no Content-Length or Transfer-Encoding.`,
		func(s *Scenario) any { return s.answerIsEmpty },
	},
	{
		Then, expr(`Content-Length counts octets`),
		`Content-Length counts octets`,
		`checks that the content ends where Content-Length says, which a count of characters does not.`,
		func(s *Scenario) any { return s.contentLengthCountsOctets },
	},
	{
		Then, expr(`each Location is new and leads to (.+)`),
		`each Location is new and leads to {"description": "{text}"}`,
		`follows the Location of every answer to the When: all differ, and GET there includes these members.`,
		func(s *Scenario) any { return s.locationsLeadTo },
	},
	{
		Then, expr(`no answer sets a cookie`),
		`no answer sets a cookie`,
		`checks every answer of the scenario for Set-Cookie.`,
		func(s *Scenario) any { return s.noCookie },
	},
	{
		Then, expr(`the answer tells nothing about the program`),
		`the answer tells nothing about the program`,
		`checks the content for stack traces, file paths and lines of source.`,
		func(s *Scenario) any { return s.answerLeaksNothing },
	},
	{
		Then, expr(`an ETag in the answer is the one that GET gives`),
		`an ETag in the answer is the one that GET gives`,
		`compares the ETag of the answer, if it has one, with that of a GET that follows.`,
		func(s *Scenario) any { return s.etagIsThatOfGet },
	},
	{
		Then, expr(`the answer has the field ([\w-]+)`),
		`the answer has the field Date`,
		`checks that the field is there.`,
		func(s *Scenario) any { return s.answerHasField },
	},
	{
		Then, expr(`no field tells a version of the server`),
		`no field tells a version of the server`,
		`checks Server and X-Powered-By for digits.`,
		func(s *Scenario) any { return s.noVersion },
	},
	{
		Then, expr(`every answer was sound`),
		`every answer was sound`,
		`checks all exchanges of the level: no status 5xx (501 and 507 aside), only registered statuses, and valid JSON in everything that is labelled JSON.`,
		func(s *Scenario) any { return s.everyAnswerWasSound },
	},
	{
		Then, expr(`each gave the same verdict alone and among others`),
		`each gave the same verdict alone and among others`,
		`checks that no scenario failed among the others and passed when it was run again alone.`,
		func(s *Scenario) any { return s.sameVerdictAlone },
	},
}

// thens is where a sentence looks for the one that stands inside it.
var thens []Sentence

func init() {
	for _, sentence := range Vocabulary {
		if sentence.Keyword == Then {
			thens = append(thens, sentence)
		}
	}
}

// condition is the sentence that has another one inside it.
var condition = expr(`if the status is ((?:\d{3}|any) [^,]+(?:, (?:\d{3}|any) [^,]+)*), (.+)`)

// Inner is the sentence inside a conditional one, "" where there is none.
func Inner(text string) string {
	if m := condition.FindStringSubmatch(text); m != nil {
		return m[2]
	}
	return ""
}

// expr compiles a sentence once for the life of the process; godog would compile a string in every scenario.
func expr(s string) *regexp.Regexp { return regexp.MustCompile(`^(?s:` + s + `)$`) }

// Register binds the vocabulary to one scenario.
func Register(sc *godog.ScenarioContext, s *Scenario) {
	for _, sentence := range Vocabulary {
		switch sentence.Keyword {
		case Given:
			sc.Given(sentence.Expr, sentence.bind(s))
		case When:
			sc.When(sentence.Expr, sentence.bind(s))
		case Then:
			sc.Then(sentence.Expr, sentence.bind(s))
		}
	}
}

// then runs a Then sentence that stands inside another one.
func (s *Scenario) then(text string) error {
	for _, sentence := range thens {
		if !sentence.Matches(Then, text) {
			continue
		}
		var args []reflect.Value
		for _, arg := range sentence.Expr.FindStringSubmatch(text)[1:] {
			args = append(args, reflect.ValueOf(arg))
		}
		err, _ := reflect.ValueOf(sentence.bind(s)).Call(args)[0].Interface().(error)
		return err
	}
	return broken("no sentence matches %q", text)
}

// Nearest returns the examples of the sentences under the keyword that look most like text, best first.
func Nearest(k Keyword, text string, most int) []string {
	type scored struct {
		example string
		common  int
	}
	var best []scored
	for _, sentence := range Vocabulary {
		if sentence.Keyword == k {
			best = append(best, scored{sentence.Example, commonWords(sentence.Example, text)})
		}
	}
	var out []string
	for range min(most, len(best)) {
		top := 0
		for i := range best {
			if best[i].common > best[top].common {
				top = i
			}
		}
		if best[top].common > 0 {
			out = append(out, best[top].example)
		}
		best[top].common = -1
	}
	return out
}

// commonWords scores two sentences by the words that they share, in percent of the words they have.
func commonWords(a, b string) int {
	words := map[string]bool{}
	for _, w := range strings.Fields(a) {
		words[strings.ToLower(w)] = true
	}
	common := 0
	other := strings.Fields(b)
	for _, w := range other {
		if words[strings.ToLower(w)] {
			common++
		}
	}
	return 200 * common / (len(words) + len(other) + 1)
}

// Listing is the vocabulary as a Markdown document.
func Listing() string {
	var b strings.Builder
	b.WriteString("# The sentences\n\nGenerated from the vocabulary in `steps/`; `restlab steps` prints it too. `{key}`, `{id}`, `{text}` and `{long}`\n" +
		"(4 KiB) are fresh in every scenario. Bodies and values are JSON, written as it goes over the wire.\n")
	for _, k := range []Keyword{Given, When, Then} {
		fmt.Fprintf(&b, "\n## %s\n\n", k)
		for _, s := range Vocabulary {
			if s.Keyword == k {
				fmt.Fprintf(&b, "- **%s** — %s\n", s.Example, s.Does)
			}
		}
	}
	return b.String()
}
