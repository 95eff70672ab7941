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
			Keyword: Given, Expr: expr(`the server (is gone|never responds to the first ([A-Z]+)|loses its response to the first ([A-Z]+)|` + strings.Join(conversation.Variants, "|") + `)`),
			Example: `the server responds in chunks`,
			Does:    `gives the program a server that is right in another way ("` + strings.Join(conversation.Variants, `", "`) + `"), or that is in trouble ("is gone", "never responds to the first GET", "loses its response to the first PUT").`,
			bind:    func(s *Scenario) any { return s.serverIs },
		},
		{
			Keyword: Given, Expr: expr(`the server responds to (the first|every) (request|[A-Z]+) with (\d{3} .+?)(?: and Retry-After: (\d+))?`),
			Example: `the server responds to the first GET with 503 Service Unavailable and Retry-After: 1`,
			Does:    `responds to these requests of the program with this status, and changes nothing.`,
			bind:    func(s *Scenario) any { return s.serverRefuses },
		},
		{
			Keyword: Given, Expr: expr(`another client (adds|creates|changes|deletes) (?:the item|the task|a task)(?: (?:to|with) (".+?"))?(?: (before|after) the (first|second) ([A-Z]+))?`),
			Example: `another client changes the item to "{text}" after the first POST`,
			Does:    `changes the item or task of that request, before or after the server handles the request. "adds a task" happens before the program runs. If the item or task is created before a POST, the POST gets 409.`,
			bind:    func(s *Scenario) any { return s.anotherDoes },
		},
		{
			Keyword: When, Expr: expr(`the program runs(?: with the key (".+"))?`),
			Example: `the program runs`,
			Does:    `runs the program to its end, or stops it after the time limit, and records its requests. Scenarios with the same Givens share one run.`,
			bind:    func(s *Scenario) any { return s.programRuns },
		},
		{
			Keyword: Then, Expr: expr(`the program sends ([A-Z]+(?:, [A-Z]+)*) for (one item|one task|the tasks|the item ".+")`),
			Example: `the program sends POST, GET, PUT, DELETE for one item`,
			Does:    `looks for these requests in this order, each with a 2xx response. Other requests may come between them. "the tasks" are all tasks and their list; GET must read the whole list.`,
			Implies: about(ofSent, 1),
			bind:    func(s *Scenario) any { return s.programSends },
		},
		{
			Keyword: Then, Expr: expr(`every request body is JSON with a JSON media type`),
			Example: `every request body is JSON with a JSON media type`,
			Does:    `checks the body of each POST, PUT and PATCH, and its Content-Type.`,
			bind:    func(s *Scenario) any { return s.bodiesAreJSON },
		},
		{
			Keyword: Then, Expr: expr(`the program prints (".+?")( for each GET of the list)?`),
			Example: `the program prints "{text}"`,
			Does:    `looks for the text in the output of the program. Spaces and line breaks do not matter.`,
			bind:    func(s *Scenario) any { return s.programPrints },
		},
		{
			Keyword: Then, Expr: expr(`the program reports (\d{3} .+)`),
			Example: `the program reports 404 Not Found`,
			Does:    `looks in the output of the program for the number, or for words with the same meaning, if it got a response with that status. A stack trace does not count.`,
			bind:    func(s *Scenario) any { return s.programTells },
		},
		{
			Keyword: Then, Expr: expr(`the program ends (with exit status 0|with a message and another exit status|well or with a message)`),
			Example: `the program ends with exit status 0`,
			Does:    `checks the exit status. A message is any text at the end except a stack trace. "well or with a message" allows both.`,
			bind:    func(s *Scenario) any { return s.programEnds },
		},
		{
			Keyword: Then, Expr: expr(`the program sends the ([A-Z]+) again( after about a second)?`),
			Example: `the program sends the GET again after about a second`,
			Does:    `checks that the request that met trouble is sent again, and not earlier than Retry-After says.`,
			bind:    func(s *Scenario) any { return s.sendsAgain },
		},
		{
			Keyword: Then, Expr: expr(`the program makes at most (\d+) attempts at each request, with pauses`),
			Example: `the program makes at most 10 attempts at each request, with pauses`,
			Does:    `counts how often each request that met trouble was sent, and checks the time between the attempts.`,
			bind:    func(s *Scenario) any { return s.eachAtMost },
		},
		{
			Keyword: Then, Expr: expr(`no POST is sent again blindly`),
			Example: `no POST is sent again blindly`,
			Does:    `checks that a POST whose response was lost is sent again only with the same Idempotency-Key, or after a GET, or not at all.`,
			bind:    func(s *Scenario) any { return s.noBlindPost },
		},
		{
			Keyword: Then, Expr: expr(`each Location is followed (as it is written|at no other host)`),
			Example: `each Location is followed as it is written`,
			Does:    `checks that the program requests exactly the URIs that the server sent. "at no other host": that it sends no request to a host that it was not given.`,
			bind:    func(s *Scenario) any { return s.followsLocation },
		},
		{
			Keyword: Then, Expr: expr(`the program sends If-None-Match for what it knows and has not changed`),
			Example: `the program sends If-None-Match for what it knows and has not changed`,
			Does:    `checks each GET of a resource that the program has read before with an ETag and has not changed since.`,
			bind:    func(s *Scenario) any { return s.asksForChange },
		},
		{
			Keyword: Then, Expr: expr(`nothing is overwritten after 412 Precondition Failed`),
			Example: `nothing is overwritten after 412 Precondition Failed`,
			Does:    `checks that the program reads a resource again before it repeats a write that was refused with 412.`,
			bind:    func(s *Scenario) any { return s.overwritesNothing },
		},
	}
}
