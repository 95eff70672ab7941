package steps

import (
	"strings"

	"restlab/internal/conversation"
)

// aboutClients returns the sentences that a client is graded with: what the lab's server is like, then the program runs, then what it
// sent, printed and ended with.
func aboutClients() []Sentence {
	return []Sentence{
		{
			Keyword: Given, Expr: expr(`the server (is gone|never answers the first ([A-Z]+)|loses its answer to the first ([A-Z]+)|` + strings.Join(conversation.Variants, "|") + `)`),
			Example: `the server answers in chunks`,
			Does:    `lets the program meet a server that is right in another way ("` + strings.Join(conversation.Variants, `", "`) + `"), or in trouble ("is gone", "never answers the first GET", "loses its answer to the first PUT").`,
			bind:    func(s *Scenario) any { return s.serverIs },
		},
		{
			Keyword: Given, Expr: expr(`the server answers (the first|every) (request|[A-Z]+) with (\d{3} .+?)(?: and Retry-After: (\d+))?`),
			Example: `the server answers the first GET with 503 Service Unavailable and Retry-After: 1`,
			Does:    `answers such requests of the program with this status, and does nothing.`,
			bind:    func(s *Scenario) any { return s.serverRefuses },
		},
		{
			Keyword: Given, Expr: expr(`another client (adds|creates|changes|deletes) (?:the item|the task|a task)(?: (?:to|with) (".+?"))?(?: (before|after) the (first|second) ([A-Z]+))?`),
			Example: `another client changes the item to "{text}" after the first POST`,
			Does:    `does this to what that request of the program is about, before the server does it or after; "adds a task" is done before the program runs. Where the item or task is created before a POST, the POST is answered 409.`,
			bind:    func(s *Scenario) any { return s.anotherDoes },
		},
		{
			Keyword: When, Expr: expr(`the program runs(?: with the key (".+"))?`),
			Example: `the program runs`,
			Does:    `runs the program to its end, or stops it after the time limit. What it asks is recorded. Scenarios with the same Givens share one run.`,
			bind:    func(s *Scenario) any { return s.programRuns },
		},
		{
			Keyword: Then, Expr: expr(`the program sends ([A-Z]+(?:, [A-Z]+)*) for (one item|one task|the tasks|the item ".+")`),
			Example: `the program sends POST, GET, PUT, DELETE for one item`,
			Does:    `looks for these requests in this order, each of them done (2xx); there may be others between them. "The tasks" are all tasks and their list, of which GET reads the whole.`,
			Implies: about(ofSent, 1),
			bind:    func(s *Scenario) any { return s.programSends },
		},
		{
			Keyword: Then, Expr: expr(`every body is JSON, and labelled so`),
			Example: `every body is JSON, and labelled so`,
			Does:    `checks the content of each POST, PUT and PATCH, and its Content-Type.`,
			bind:    func(s *Scenario) any { return s.bodiesAreJSON },
		},
		{
			Keyword: Then, Expr: expr(`the program prints (".+?")( for each GET of the list)?`),
			Example: `the program prints "{text}"`,
			Does:    `looks for the text in what the program printed, however it is laid out.`,
			bind:    func(s *Scenario) any { return s.programPrints },
		},
		{
			Keyword: Then, Expr: expr(`the program tells of (\d{3} .+)`),
			Example: `the program tells of 404 Not Found`,
			Does:    `looks in what the program printed for the number or for words that say the same, where it was answered with that status. A stack trace does not count.`,
			bind:    func(s *Scenario) any { return s.programTells },
		},
		{
			Keyword: Then, Expr: expr(`the program ends (with exit status 0|with a message and another exit status|well or with a message)`),
			Example: `the program ends with exit status 0`,
			Does:    `checks the exit status; a message is any text but a stack trace at the end. "Well or with a message" leaves the choice.`,
			bind:    func(s *Scenario) any { return s.programEnds },
		},
		{
			Keyword: Then, Expr: expr(`the program sends the ([A-Z]+) again( after about a second)?`),
			Example: `the program sends the GET again after about a second`,
			Does:    `checks that the request which met trouble is sent once more, and not before Retry-After says.`,
			bind:    func(s *Scenario) any { return s.sendsAgain },
		},
		{
			Keyword: Then, Expr: expr(`the program makes at most (\d+) attempts at each request, with pauses`),
			Example: `the program makes at most 10 attempts at each request, with pauses`,
			Does:    `counts how often each request was sent that met trouble, and looks at the time between them.`,
			bind:    func(s *Scenario) any { return s.eachAtMost },
		},
		{
			Keyword: Then, Expr: expr(`no POST is sent again blindly`),
			Example: `no POST is sent again blindly`,
			Does:    `checks that a POST whose answer was lost is sent again with the same Idempotency-Key, after a GET, or not at all.`,
			bind:    func(s *Scenario) any { return s.noBlindPost },
		},
		{
			Keyword: Then, Expr: expr(`each Location is followed (as it is written|at no other host)`),
			Example: `each Location is followed as it is written`,
			Does:    `checks that no request for what the server has named misses it; "at no other host": that nothing is asked of a host which the program was not told.`,
			bind:    func(s *Scenario) any { return s.followsLocation },
		},
		{
			Keyword: Then, Expr: expr(`what is known and has not changed is asked for with If-None-Match`),
			Example: `what is known and has not changed is asked for with If-None-Match`,
			Does:    `checks each GET of what the program has read before, with an ETag, where it has changed nothing since.`,
			bind:    func(s *Scenario) any { return s.asksForChange },
		},
		{
			Keyword: Then, Expr: expr(`nothing is overwritten after 412 Precondition Failed`),
			Example: `nothing is overwritten after 412 Precondition Failed`,
			Does:    `checks that the program reads before it writes once more what was refused with 412.`,
			bind:    func(s *Scenario) any { return s.overwritesNothing },
		},
	}
}
