package steps

import (
	"slices"
	"sync"
)

// Vocabulary returns every sentence there is. The expressions are compiled at the first call: many commands need none.
var Vocabulary = sync.OnceValue(func() []Sentence { return slices.Concat(aboutServers(), aboutClients()) })

// aboutServers returns the sentences that a server is graded with.
func aboutServers() []Sentence {
	return []Sentence{
		{
			Keyword: Given, Expr: expr(`the (item|task) (.+?) (is|becomes) (.+)`),
			Example: `the item {key} is "blue"`,
			Does:    `creates the item or task with POST; "becomes" changes it with PUT. Where that does not work, another method is tried. What GET then shows is checked.`,
			Implies: about(ofKind, 0),
			lint:    func(args []string) error { return lintState(args[0], args[3]) },
			bind:    func(s *Scenario) any { return s.resourceIs },
		},
		{
			Keyword: Given, Expr: expr(`the (item|task) (.+?) was (deleted|patched|changed with If-Match)`),
			Example: `the item {key} was deleted`,
			Does:    `creates the item or task, and deletes it, patches it, or changes it by PUT with its own ETag in If-Match. What GET then shows is checked. A refusal says something only where that works.`,
			Implies: about(ofKind, 0),
			bind:    func(s *Scenario) any { return s.resourceWas },
		},
		{
			Keyword: Given, Expr: expr(`the (items|tasks) (\S+)-1 to \S+?-(\d+) are added`),
			Example: `the tasks {id}-1 to {id}-101 are added`,
			Does:    `adds that many tasks or items, one request each. Of the items the last one is checked, the list of tasks is not.`,
			Implies: func(args []string) Properties { return impliedByAdding(args[0], args[2]) },
			bind:    func(s *Scenario) any { return s.manyAreAdded },
		},
		{
			Keyword: Given, Also: When, Expr: expr(`the next request carries (.+)`),
			Example: `the next request carries Accept: text/html`,
			Does:    `adds a field to the requests that follow, in place of one that the client sends anyway; "no Accept" leaves a field out.`,
			bind:    func(s *Scenario) any { return s.nextRequestCarries },
		},
		{
			Keyword: Given, Expr: expr(`the client (knows the ETag of|has read) (\S+)`),
			Example: `the client knows the ETag of /items/{key}`,
			Does:    `sends GET and keeps the ETag: {etag} stands for it, quotes included, until it is said again. "Has read" asks for a 2xx alone.`,
			Implies: about(ofTarget, 1),
			bind:    func(s *Scenario) any { return s.clientHasRead },
		},
		{
			Keyword: Given, Expr: expr(`the client keeps its connection and its cookies`),
			Example: `the client keeps its connection and its cookies`,
			Does:    `lets the client behave like a browser: one connection for all requests, cookies sent back. Without this sentence each request is a stranger's.`,
			bind:    func(s *Scenario) any { return s.clientKeeps },
		},
		{
			Keyword: Given, Expr: expr(`(an intermediary(?: that repeats PUT and DELETE)?|a shared cache(?: for reading)?) stands between the client and the server`),
			Example: `an intermediary stands between the client and the server`,
			Does:    `lets the client speak to a proxy (Via, Forwarded, content in chunks, names in lower case), to one that sends PUT and DELETE twice, to a cache, or to a cache that only what is read goes through. "Another client" goes straight to the server.`,
			bind:    func(s *Scenario) any { return s.standsBetween },
		},
		{
			Keyword: Given, Expr: expr(`the client loses the first answer to each PUT, DELETE and POST, and sends again`),
			Example: `the client loses the first answer to each PUT, DELETE and POST, and sends again`,
			Does:    `drops the connection as soon as the request is sent, and sends the same request on a new one; again after a pause while the answer is 409, because the first may still be under way.`,
			Implies: always(Properties{Race: true}),
			bind:    func(s *Scenario) any { return s.answersAreLost },
		},
		{
			Keyword: Given, Expr: expr(`the client asks the replicas in turn`),
			Example: `the client asks the replicas in turn`,
			Does:    `sends each request to the next replica. The scenario runs where two base URLs are given for the family.`,
			Implies: always(Properties{Replicas: true}),
			bind:    func(s *Scenario) any { return s.replicasInTurn },
		},
		{
			Keyword: When, Expr: expr(`(the|another) client sends ([A-Z]+) (\S+?)(?: with (.*))?`),
			Example: `the client sends PUT /items/{key} with {"value": "blue"}`,
			Does:    `sends the request; what follows "with" is the body as it goes over the wire, labelled application/json ("nothing": an empty one). "Another client" has its own connection, User-Agent and, where the system allows, address.`,
			Implies: func(args []string) Properties {
				return Properties{Families: ofTarget(args[2]), Turn: turnOfBody(args[3])}
			},
			bind: func(s *Scenario) any { return s.clientSends },
		},
		{
			Keyword: When, Expr: expr(`the client repeats the request(?: (\d+) times)?`),
			Example: `the client repeats the request 3 times`,
			Does:    `sends the last request again, once or as often as it says.`,
			bind:    func(s *Scenario) any { return s.clientRepeats },
		},
		{
			Keyword: When, Expr: expr(`(\d+) clients at once send ([A-Z]+) (\S+)(?: with (.*))?`),
			Example: `50 clients at once send POST /tasks/{id}-{n} with {"description": "{text}"}`,
			Does:    `sends as many requests at the same moment, each on a connection of its own; {n} is the number of the client.`,
			Implies: func(args []string) Properties {
				return Properties{Families: ofTarget(args[2]), AtOnce: true, Race: true, Turn: turnOfAtOnce(args[1], args[2], args[3])}
			},
			bind: func(s *Scenario) any { return s.clientsAtOnce },
		},
		{
			Keyword: When, Expr: expr(`(\d+) clients at once (write, read and delete the items?|write and read the item) (.+)`),
			Example: `6 clients at once write, read and delete the item {key}`,
			Does:    `lets as many clients send some hundred PUT, GET and DELETE, and records when each was asked and answered. "Write and read": in rounds, in each of which some write the same and the others read until that is done.`,
			Implies: func(args []string) Properties {
				return Properties{Families: ofShared(args[1]), AtOnce: true, Race: true}
			},
			bind: func(s *Scenario) any { return s.clientsShare },
		},
		{
			Keyword: When, Expr: expr(`the client sends random requests`),
			Example: `the client sends random requests`,
			Does:    `sends random sequences of valid and invalid, conditional and plain requests, each on fresh names. A sequence that shows a fault is cut down to the shortest one.`,
			Implies: always(Properties{Random: true}),
			bind:    func(s *Scenario) any { return s.clientSendsRandom },
		},
		{
			Keyword: When, Expr: expr(`the client follows the next links from (\S+)(?: while (tasks come and go))?`),
			Example: `the client follows the next links from /tasks?limit=10`,
			Does:    `reads page after page, each from the Link with rel="next" of the one before, to the last; "while tasks come and go" another client adds and deletes tasks between them.`,
			Implies: func(args []string) Properties {
				return Properties{Families: ofTarget(args[0]), Turn: Pages, Alone: true}
			},
			bind: func(s *Scenario) any { return s.clientFollowsLinks },
		},
		{
			Keyword: When, Expr: expr(`every scenario of the level (\w+) has run`),
			Example: `every scenario of the level basics has run`,
			Does:    `waits for the end of the grading; the sentences after it judge all that happened.`,
			Implies: always(Properties{WholeRun: true}),
			bind:    func(s *Scenario) any { return s.everyScenarioHasRun },
		},
		{
			Keyword: Then, Expr: expr(`(the|every) status is (.+)`),
			Example: `the status is 200 OK or 204 No Content`,
			Does:    `checks the code of the last answer, or of every answer to the When. "any 4xx" stands for a class.`,
			lint:    func(args []string) error { return lintStatuses(args[1]) },
			bind:    func(s *Scenario) any { return s.statusIs },
		},
		{
			Keyword: Then, Expr: expr(`if the status is ((?:\d{3}|any) [^,]+(?:, (?:\d{3}|any) [^,]+)*), (.+)`), holdsAnother: true,
			Example: `if the status is 409 Conflict, the item {key} is still "blue"`,
			Does:    `says what must follow from one of several right answers.`,
			lint:    func(args []string) error { return lintStatuses(args[0]) },
		},
		{
			Keyword: Then, Expr: expr(`the (item|task) (.+?) is (now|still) (.+)`),
			Example: `the item {key} is now "blue"`,
			Does:    `looks at the state: GET of the item gives exactly that value; the list has the task once, with those members.`,
			Implies: about(ofKind, 0),
			lint:    func(args []string) error { return lintState(args[0], args[3]) },
			bind:    func(s *Scenario) any { return s.resourceIsNow },
		},
		{
			Keyword: Then, Expr: expr(`there is no (item|task) (\S+)`),
			Example: `there is no item {key}`,
			Does:    `looks at the state: GET of the item answers 404 or 410; the list does not have the task.`,
			Implies: about(ofKind, 0),
			bind:    func(s *Scenario) any { return s.thereIsNo },
		},
		{
			Keyword: Then, Expr: expr(`(.+) (?:is|are) listed (once|twice|nowhere)`),
			Example: `the tasks {id}-1 to {id}-101 are listed once`,
			Does:    `reads the list of tasks and counts those that have the members given, or each task of a range.`,
			Implies: always(Properties{Families: justTasks}),
			bind:    func(s *Scenario) any { return s.areListed },
		},
		{
			Keyword: Then, Expr: expr(`(the|every) answer includes (.+)`),
			Example: `the answer includes {"value": "blue"}`,
			Does:    `checks that the answer is a JSON object with these members, and maybe more.`,
			bind:    func(s *Scenario) any { return s.answerIncludes },
		},
		{
			Keyword: Then, Expr: expr(`the answer explains the error (under "error"|in JSON)`),
			Example: `the answer explains the error under "error"`,
			Does:    `checks that the answer is a JSON object with a text under "error"; "in JSON": JSON with a text anywhere.`,
			bind:    func(s *Scenario) any { return s.answerExplains },
		},
		{
			Keyword: Then, Expr: expr(`the answers agree(?: with (one order of the requests|what is written|the contract))?`),
			Example: `the answers agree`,
			Does:    `checks that all answers to the When have the same status and say the same: the same value, or the same task. After clients that write, read and delete at once: "with one order of the requests"; after those that write and read: "with what is written", where no GET gives what is older than a PUT that was answered before; after random requests: "with the contract".`,
			bind:    func(s *Scenario) any { return s.answersAgree },
		},
		{
			Keyword: Then, Expr: expr(`(JSON in the answer is labelled as|content in the answer is) JSON`),
			Example: `JSON in the answer is labelled as JSON`,
			Does:    `checks that content which is a JSON object or array has Content-Type application/json or +json; "content in the answer is JSON" also that content, if there is any, is JSON.`,
			bind:    func(s *Scenario) any { return s.jsonIsLabelled },
		},
		{
			Keyword: Then, Expr: expr(`(the answer allows|Allow, if present, lists) ([A-Z, ]+?)(?: and perhaps ([A-Z, ]+))?`),
			Example: `the answer allows GET, HEAD, OPTIONS, POST and perhaps PATCH`,
			Does:    `checks that the Allow field lists these methods and no others; with "if present" the field may be missing.`,
			bind:    func(s *Scenario) any { return s.answerAllows },
		},
		{
			Keyword: Then, Expr: expr(`the answer is (empty|that of GET without its content|a problem document)`),
			Example: `the answer is that of GET without its content`,
			Does:    `compares the answer to HEAD, or a 304, with the plain answer to GET: the status of HEAD, the fields that both have, and those that a 304 must repeat. "Empty" looks at the connection itself: nothing follows the head, and a 204 has no Content-Length or Transfer-Encoding. "A problem document" is a JSON object labelled application/problem+json, with members of the right types and a "status" that is the status.`,
			bind:    func(s *Scenario) any { return s.answerIs },
		},
		{
			Keyword: Then, Expr: expr(`Content-Length counts octets`),
			Example: `Content-Length counts octets`,
			Does:    `asks once more and counts: as many bytes come as Content-Length says, and none after them.`,
			bind:    func(s *Scenario) any { return s.contentLengthCountsOctets },
		},
		{
			Keyword: Then, Expr: expr(`(each Location is new|every Location is the same) and leads to (.+)`),
			Example: `each Location is new and leads to {"description": "{text}"}`,
			Does:    `follows the Location of every answer to the When: all differ (or all are the same), and GET there includes these members.`,
			bind:    func(s *Scenario) any { return s.locationsLeadTo },
		},
		{
			Keyword: Then, Expr: expr(`no answer sets a cookie`),
			Example: `no answer sets a cookie`,
			Does:    `checks every answer of the scenario for Set-Cookie.`,
			bind:    func(s *Scenario) any { return s.noCookie },
		},
		{
			Keyword: Then, Expr: expr(`the answer tells nothing about the program`),
			Example: `the answer tells nothing about the program`,
			Does:    `checks the content for stack traces, file paths and lines of source.`,
			bind:    func(s *Scenario) any { return s.answerLeaksNothing },
		},
		{
			Keyword: Then, Expr: expr(`an ETag in the answer is the one that GET gives`),
			Example: `an ETag in the answer is the one that GET gives`,
			Does:    `compares the ETag of the answer, if it has one, with that of a GET that follows.`,
			bind:    func(s *Scenario) any { return s.etagIsThatOfGet },
		},
		{
			Keyword: Then, Expr: expr(`the answer has the field ([\w-]+)`),
			Example: `the answer has the field Date`,
			Does:    `checks that the field is there.`,
			bind:    func(s *Scenario) any { return s.answerHasField },
		},
		{
			Keyword: Then, Expr: expr(`no field tells a version of the server`),
			Example: `no field tells a version of the server`,
			Does:    `checks Server and X-Powered-By for digits.`,
			bind:    func(s *Scenario) any { return s.noVersion },
		},
		{
			Keyword: Then, Expr: expr(`the answers have (one strong ETag|different strong ETags)`),
			Example: `the answers have one strong ETag`,
			Does:    `compares the ETags of the answers to GET and HEAD; each has to be there, quoted, and without W/.`,
			bind:    func(s *Scenario) any { return s.answersHaveETags },
		},
		{
			Keyword: Then, Expr: expr(`the answer tells caches that it varies by Accept`),
			Example: `the answer tells caches that it varies by Accept`,
			Does:    `checks for Vary: Accept (or *), unless nothing may be stored, or the answer is a problem document with an "error" for everybody.`,
			bind:    func(s *Scenario) any { return s.answerVariesByAccept },
		},
		{
			Keyword: Then, Expr: expr(`each page has at most (\d+) tasks, and the tasks (\S+)-1 to \S+?-(\d+) are on one each`),
			Example: `each page has at most 10 tasks, and the tasks {id}-1 to {id}-25 are on one each`,
			Does:    `checks the pages that were followed: their length, and that no task is missing or repeated.`,
			Implies: always(Properties{Families: justTasks}),
			bind:    func(s *Scenario) any { return s.pagesHold },
		},
		{
			Keyword: Then, Expr: expr(`the request is refused as too large`),
			Example: `the request is refused as too large`,
			Does:    `checks for 413, or for a connection that was closed while the body was on its way.`,
			bind:    func(s *Scenario) any { return s.refusedAsTooLarge },
		},
		{
			Keyword: Then, Expr: expr(`one is done, and the others answer (.+)`),
			Example: `one is done, and the others answer 412 Precondition Failed`,
			Does:    `counts the answers to requests that exclude each other: one 2xx, and GET then gives what that one has sent.`,
			bind:    func(s *Scenario) any { return s.oneIsDone },
		},
		{
			Keyword: Then, Expr: expr(`an answer in a content coding is a representation of its own`),
			Example: `an answer in a content coding is a representation of its own`,
			Does:    `checks an answer that has a content coding: Vary names Accept-Encoding, a strong ETag is not that of the plain content, HEAD has the same ETag, and If-None-Match with it is answered 304.`,
			bind:    func(s *Scenario) any { return s.codedAnswerIsAnother },
		},
		{
			Keyword: Then, Expr: expr(`the answer is the same without the intermediary`),
			Example: `the answer is the same without the intermediary`,
			Does:    `sends the same request straight to the server and compares status, value, Content-Type, ETag and Allow.`,
			bind:    func(s *Scenario) any { return s.sameDirectly },
		},
		{
			Keyword: Then, Expr: expr(`the server has sent the content once`),
			Example: `the server has sent the content once`,
			Does:    `looks behind the cache: after the first answer the server has answered it with 304 Not Modified, or was not asked.`,
			bind:    func(s *Scenario) any { return s.sentOnce },
		},
		{
			Keyword: Then, Expr: expr(`another client is answered while one keeps its connection`),
			Example: `another client is answered while one keeps its connection`,
			Does:    `checks what was seen before the first scenario: a client keeps its connection and asks nothing, and another one has its answer within a second.`,
			bind:    func(s *Scenario) any { return s.othersAreAnswered },
		},
		{
			Keyword: Then, Expr: expr(`every answer was sound`),
			Example: `every answer was sound`,
			Does:    `checks all exchanges of the level: no status 5xx (501 and 507 aside), only registered statuses, and valid JSON in everything that is labelled JSON.`,
			bind:    func(s *Scenario) any { return s.everyAnswerWasSound },
		},
		{
			Keyword: Then, Expr: expr(`each gave the same verdict alone and among others`),
			Example: `each gave the same verdict alone and among others`,
			Does:    `checks that no scenario failed among the others and passed when it was run again alone.`,
			bind:    func(s *Scenario) any { return s.sameVerdictAlone },
		},
	}
}
