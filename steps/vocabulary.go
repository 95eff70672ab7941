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
			Does:    `creates the item or task with POST. "becomes" changes it with PUT. If that does not work, the lab tries another method. GET then checks the state.`,
			Implies: about(ofKind, 0),
			lint:    func(args []string) error { return lintState(args[0], args[3]) },
			bind:    func(s *Scenario) any { return s.resourceIs },
		},
		{
			Keyword: Given, Expr: expr(`the (item|task) (.+?) was (deleted|patched|changed with If-Match)`),
			Example: `the item {key} was deleted`,
			Does:    `creates the item or task. Then it deletes it, patches it, or changes it by PUT with its ETag in If-Match. GET then checks the state. A refusal means something only if this works.`,
			Implies: about(ofKind, 0),
			bind:    func(s *Scenario) any { return s.resourceWas },
		},
		{
			Keyword: Given, Expr: expr(`the (items|tasks) (\S+)-1 to \S+?-(\d+) are added`),
			Example: `the tasks {id}-1 to {id}-101 are added`,
			Does:    `adds this many tasks or items, with one request each. GET checks the last item; the list of tasks is not checked.`,
			Implies: func(args []string) Properties { return impliedByAdding(args[0], args[2]) },
			bind:    func(s *Scenario) any { return s.manyAreAdded },
		},
		{
			Keyword: Given, Also: When, Expr: expr(`the next request carries (.+)`),
			Example: `the next request carries Accept: text/html`,
			Does:    `adds a header to the requests that follow. It replaces a header that the client sends anyway. "no Accept" leaves a header out.`,
			bind:    func(s *Scenario) any { return s.nextRequestCarries },
		},
		{
			Keyword: Given, Expr: expr(`the client (knows the ETag of|has read) (\S+)`),
			Example: `the client knows the ETag of /items/{key}`,
			Does:    `sends GET and keeps the ETag. {etag} stands for it, with its quotes, until this sentence comes again. "has read" only needs a 2xx.`,
			Implies: about(ofTarget, 1),
			bind:    func(s *Scenario) any { return s.clientHasRead },
		},
		{
			Keyword: Given, Expr: expr(`the client keeps its connection and its cookies`),
			Example: `the client keeps its connection and its cookies`,
			Does:    `makes the client behave like a browser: it uses one connection for all requests and sends cookies back. Without this sentence each request has a connection of its own and no cookies.`,
			bind:    func(s *Scenario) any { return s.clientKeeps },
		},
		{
			Keyword: Given, Expr: expr(`(an intermediary(?: that repeats PUT and DELETE)?|a shared cache(?: for reading)?) stands between the client and the server`),
			Example: `an intermediary stands between the client and the server`,
			Does:    `puts a proxy between client and server (it adds Via and Forwarded, sends content in chunks, and writes header names in lower case), a proxy that sends PUT and DELETE twice, a cache, or a cache that only reads pass through. "another client" connects to the server directly.`,
			bind:    func(s *Scenario) any { return s.standsBetween },
		},
		{
			Keyword: Given, Expr: expr(`the client loses the first response to each PUT, DELETE and POST, and sends the request again`),
			Example: `the client loses the first response to each PUT, DELETE and POST, and sends the request again`,
			Does:    `closes the connection as soon as the request is sent, and sends the same request on a new connection. If the response is 409, the first request may still be under way: the client waits and sends it again.`,
			Implies: always(Properties{Race: true}),
			bind:    func(s *Scenario) any { return s.answersAreLost },
		},
		{
			Keyword: Given, Expr: expr(`the client sends requests to the replicas in turn`),
			Example: `the client sends requests to the replicas in turn`,
			Does:    `sends each request to the next replica. The scenario runs only with two base URLs for the family.`,
			Implies: always(Properties{Replicas: true}),
			bind:    func(s *Scenario) any { return s.replicasInTurn },
		},
		{
			Keyword: When, Expr: expr(`(the|another) client sends ([A-Z]+) (\S+?)(?: with (.*))?`),
			Example: `the client sends PUT /items/{key} with {"value": "blue"}`,
			Does:    `sends the request. The text after "with" is the body, exactly as it is sent, with the media type application/json; "nothing" is an empty body. "another client" has its own connection, User-Agent and, where the system allows it, its own address.`,
			Implies: func(args []string) Properties {
				return Properties{Families: ofTarget(args[2]), Turn: turnOfBody(args[3])}
			},
			bind: func(s *Scenario) any { return s.clientSends },
		},
		{
			Keyword: When, Expr: expr(`the client repeats the request(?: (\d+) times)?`),
			Example: `the client repeats the request 3 times`,
			Does:    `sends the last request again, once or as often as the sentence says.`,
			bind:    func(s *Scenario) any { return s.clientRepeats },
		},
		{
			Keyword: When, Expr: expr(`(\d+) clients at once send ([A-Z]+) (\S+)(?: with (.*))?`),
			Example: `50 clients at once send POST /tasks/{id}-{n} with {"description": "{text}"}`,
			Does:    `sends this many requests at the same moment, each on its own connection. {n} is the number of the client.`,
			Implies: func(args []string) Properties {
				return Properties{Families: ofTarget(args[2]), AtOnce: true, Race: true, Turn: turnOfAtOnce(args[1], args[2], args[3])}
			},
			bind: func(s *Scenario) any { return s.clientsAtOnce },
		},
		{
			Keyword: When, Expr: expr(`(\d+) clients at once (write, read and delete the items?|write and read the item) (.+)`),
			Example: `6 clients at once write, read and delete the item {key}`,
			Does:    `lets this many clients send some hundred PUT, GET and DELETE requests, and records when each request was sent and when its response came. "write and read" works in rounds: in each round some clients write the same value and the others read until that is done.`,
			Implies: func(args []string) Properties {
				return Properties{Families: ofShared(args[1]), AtOnce: true, Race: true}
			},
			bind: func(s *Scenario) any { return s.clientsShare },
		},
		{
			Keyword: When, Expr: expr(`the client sends random requests`),
			Example: `the client sends random requests`,
			Does:    `sends random sequences of requests, valid and invalid, conditional and plain. Each sequence uses new names. If a sequence shows a fault, the lab looks for the shortest sequence that shows it.`,
			Implies: always(Properties{Random: true}),
			bind:    func(s *Scenario) any { return s.clientSendsRandom },
		},
		{
			Keyword: When, Expr: expr(`the client follows the next links from (\S+)(?: while (tasks come and go))?`),
			Example: `the client follows the next links from /tasks?limit=10`,
			Does:    `reads page after page to the last one. Each page comes from the Link with rel="next" of the page before. With "while tasks come and go" another client adds and deletes tasks between the pages.`,
			Implies: func(args []string) Properties {
				return Properties{Families: ofTarget(args[0]), Turn: Pages, Alone: true}
			},
			bind: func(s *Scenario) any { return s.clientFollowsLinks },
		},
		{
			Keyword: When, Expr: expr(`every scenario of the level (\w+) has run`),
			Example: `every scenario of the level basics has run`,
			Does:    `waits for the end of the grading. The sentences that follow judge everything that happened.`,
			Implies: always(Properties{WholeRun: true}),
			bind:    func(s *Scenario) any { return s.everyScenarioHasRun },
		},
		{
			Keyword: Then, Expr: expr(`(the|every) status is (.+)`),
			Example: `the status is 200 OK or 204 No Content`,
			Does:    `checks the status of the last response; "every status" checks every response to the When. "any 4xx" means any status from 400 to 499.`,
			lint:    func(args []string) error { return lintStatuses(args[1]) },
			bind:    func(s *Scenario) any { return s.statusIs },
		},
		{
			Keyword: Then, Expr: expr(`if the status is ((?:\d{3}|any) [^,]+(?:, (?:\d{3}|any) [^,]+)*), (.+)`), holdsAnother: true,
			Example: `if the status is 409 Conflict, the item {key} is still "blue"`,
			Does:    `says what must also be true if the server chose this one of several valid responses.`,
			lint:    func(args []string) error { return lintStatuses(args[0]) },
		},
		{
			Keyword: Then, Expr: expr(`the (item|task) (.+?) is (now|still) (.+)`),
			Example: `the item {key} is now "blue"`,
			Does:    `checks the state. GET of the item returns exactly this value. The list contains the task once, with these members.`,
			Implies: about(ofKind, 0),
			lint:    func(args []string) error { return lintState(args[0], args[3]) },
			bind:    func(s *Scenario) any { return s.resourceIsNow },
		},
		{
			Keyword: Then, Expr: expr(`there is no (item|task) (\S+)`),
			Example: `there is no item {key}`,
			Does:    `checks the state. GET of the item responds 404 or 410. The list does not contain the task.`,
			Implies: about(ofKind, 0),
			bind:    func(s *Scenario) any { return s.thereIsNo },
		},
		{
			Keyword: Then, Expr: expr(`(.+) (?:is|are) listed (once|twice|nowhere)`),
			Example: `the tasks {id}-1 to {id}-101 are listed once`,
			Does:    `reads the list of tasks and counts the tasks that have these members, or each task of a range.`,
			Implies: always(Properties{Families: justTasks}),
			bind:    func(s *Scenario) any { return s.areListed },
		},
		{
			Keyword: Then, Expr: expr(`(the|every) response includes (.+)`),
			Example: `the response includes {"value": "blue"}`,
			Does:    `checks that the response is a JSON object with these members. It may have more.`,
			bind:    func(s *Scenario) any { return s.answerIncludes },
		},
		{
			Keyword: Then, Expr: expr(`the response explains the error (under "error"|in JSON)`),
			Example: `the response explains the error under "error"`,
			Does:    `checks that the response is a JSON object with a text under "error". "in JSON": JSON with a text anywhere in it.`,
			bind:    func(s *Scenario) any { return s.answerExplains },
		},
		{
			Keyword: Then, Expr: expr(`the responses agree(?: with (one order of the requests|what is written|the contract))?`),
			Example: `the responses agree`,
			Does:    `checks that all responses to the When have the same status and the same value or task. "with one order of the requests" is for clients that write, read and delete at once. "with what is written" is for clients that write and read: no GET returns a value older than a PUT that had its response before. "with the contract" is for random requests.`,
			bind:    func(s *Scenario) any { return s.answersAgree },
		},
		{
			Keyword: Then, Expr: expr(`(a JSON response has a JSON media type|the response content is JSON)`),
			Example: `a JSON response has a JSON media type`,
			Does:    `checks that a response with a JSON object or array has Content-Type application/json or +json. "the response content is JSON" also checks that any content is JSON.`,
			bind:    func(s *Scenario) any { return s.jsonIsLabelled },
		},
		{
			Keyword: Then, Expr: expr(`(the response allows|Allow, if present, lists) ([A-Z, ]+?)(?: and perhaps ([A-Z, ]+))?`),
			Example: `the response allows GET, HEAD, OPTIONS, POST and perhaps PATCH`,
			Does:    `checks that the Allow header lists these methods and no others. With "if present" the header may be missing.`,
			bind:    func(s *Scenario) any { return s.answerAllows },
		},
		{
			Keyword: Then, Expr: expr(`the response is (empty|that of GET without its content|a problem document)`),
			Example: `the response is that of GET without its content`,
			Does:    `compares a response to HEAD, or a 304, with the response to GET: the status of HEAD, the headers that both have, and those that a 304 must repeat. "empty" looks at the connection: nothing follows the header section, and a 204 has no Content-Length or Transfer-Encoding. "a problem document" is a JSON object with the media type application/problem+json; its members have the right types, and its "status" is the status.`,
			bind:    func(s *Scenario) any { return s.answerIs },
		},
		{
			Keyword: Then, Expr: expr(`Content-Length counts bytes`),
			Example: `Content-Length counts bytes`,
			Does:    `sends the request again and counts: exactly as many bytes come as Content-Length says.`,
			bind:    func(s *Scenario) any { return s.contentLengthCountsOctets },
		},
		{
			Keyword: Then, Expr: expr(`(each Location is new|every Location is the same) and leads to (.+)`),
			Example: `each Location is new and leads to {"description": "{text}"}`,
			Does:    `follows the Location of every response to the When. All are different (or all are the same), and GET of each includes these members.`,
			bind:    func(s *Scenario) any { return s.locationsLeadTo },
		},
		{
			Keyword: Then, Expr: expr(`no response sets a cookie`),
			Example: `no response sets a cookie`,
			Does:    `checks that no response of the scenario has Set-Cookie.`,
			bind:    func(s *Scenario) any { return s.noCookie },
		},
		{
			Keyword: Then, Expr: expr(`the response reveals nothing about the program`),
			Example: `the response reveals nothing about the program`,
			Does:    `checks that the content has no stack trace, no file path and no line of source code.`,
			bind:    func(s *Scenario) any { return s.answerLeaksNothing },
		},
		{
			Keyword: Then, Expr: expr(`an ETag in the response is the ETag of GET`),
			Example: `an ETag in the response is the ETag of GET`,
			Does:    `compares the ETag of the response, if there is one, with the ETag of a GET that follows.`,
			bind:    func(s *Scenario) any { return s.etagIsThatOfGet },
		},
		{
			Keyword: Then, Expr: expr(`the response has the header ([\w-]+)`),
			Example: `the response has the header Date`,
			Does:    `checks that the header is there.`,
			bind:    func(s *Scenario) any { return s.answerHasField },
		},
		{
			Keyword: Then, Expr: expr(`no header reveals the version of the server`),
			Example: `no header reveals the version of the server`,
			Does:    `checks that Server and X-Powered-By contain no digits.`,
			bind:    func(s *Scenario) any { return s.noVersion },
		},
		{
			Keyword: Then, Expr: expr(`the responses have (one strong ETag|different strong ETags)`),
			Example: `the responses have one strong ETag`,
			Does:    `compares the ETags of the responses to GET and HEAD. Each response has an ETag, in quotes and without W/.`,
			bind:    func(s *Scenario) any { return s.answersHaveETags },
		},
		{
			Keyword: Then, Expr: expr(`the response varies by Accept`),
			Example: `the response varies by Accept`,
			Does:    `checks for Vary: Accept (or *), unless nothing may be stored, or the response is a problem document with an "error" for every client.`,
			bind:    func(s *Scenario) any { return s.answerVariesByAccept },
		},
		{
			Keyword: Then, Expr: expr(`each page has at most (\d+) tasks, and each of the tasks (\S+)-1 to \S+?-(\d+) is on one page`),
			Example: `each page has at most 10 tasks, and each of the tasks {id}-1 to {id}-25 is on one page`,
			Does:    `checks the length of the pages that were followed, and that no task is missing or repeated.`,
			Implies: always(Properties{Families: justTasks}),
			bind:    func(s *Scenario) any { return s.pagesHold },
		},
		{
			Keyword: Then, Expr: expr(`the request is refused as too large`),
			Example: `the request is refused as too large`,
			Does:    `checks for 413, or that the server closed the connection before it had the whole body.`,
			bind:    func(s *Scenario) any { return s.refusedAsTooLarge },
		},
		{
			Keyword: Then, Expr: expr(`one request succeeds, and the others get (.+)`),
			Example: `one request succeeds, and the others get 412 Precondition Failed`,
			Does:    `counts the responses to requests that exclude each other: one is 2xx, and GET then returns what that request sent.`,
			bind:    func(s *Scenario) any { return s.oneIsDone },
		},
		{
			Keyword: Then, Expr: expr(`a compressed response is a representation of its own`),
			Example: `a compressed response is a representation of its own`,
			Does:    `checks a response with a content coding. Vary names Accept-Encoding, a strong ETag differs from the ETag of the plain content, HEAD has the same ETag, and If-None-Match with that ETag gets 304.`,
			bind:    func(s *Scenario) any { return s.codedAnswerIsAnother },
		},
		{
			Keyword: Then, Expr: expr(`the response is the same without the intermediary`),
			Example: `the response is the same without the intermediary`,
			Does:    `sends the same request directly to the server and compares status, value, Content-Type, ETag and Allow.`,
			bind:    func(s *Scenario) any { return s.sameDirectly },
		},
		{
			Keyword: Then, Expr: expr(`the server has sent the content once`),
			Example: `the server has sent the content once`,
			Does:    `looks behind the cache. After the first response the server responded 304 Not Modified, or got no request.`,
			bind:    func(s *Scenario) any { return s.sentOnce },
		},
		{
			Keyword: Then, Expr: expr(`another client gets a response while one keeps its connection`),
			Example: `another client gets a response while one keeps its connection`,
			Does:    `checks what the lab saw before the first scenario: while one client keeps its connection open and sends nothing, another client gets a response within a second.`,
			bind:    func(s *Scenario) any { return s.othersAreAnswered },
		},
		{
			Keyword: Then, Expr: expr(`every response was valid`),
			Example: `every response was valid`,
			Does:    `checks all exchanges of the level: no status 5xx except 501 and 507, only registered statuses, and valid JSON wherever the media type is JSON.`,
			bind:    func(s *Scenario) any { return s.everyAnswerWasSound },
		},
		{
			Keyword: Then, Expr: expr(`each scenario had the same verdict alone and among others`),
			Example: `each scenario had the same verdict alone and among others`,
			Does:    `checks that no scenario failed among others and then passed alone.`,
			bind:    func(s *Scenario) any { return s.sameVerdictAlone },
		},
	}
}
