@needs:client.json @needs:client.ends
Feature: A client that others can rely on
  Networks lose responses, servers are overloaded, and other clients change what you have just read. A good client repeats what it may
  repeat, a limited number of times, and knows when to stop.

  @client.retry @production
  Rule: It waits as long as the server says, and tries again
    503 and 429 say "not now". Retry-After says when. A client that comes back at once makes it worse. A client that gives up loses
    a result that it would have had after a second.
    Source: RFC 9110 §10.2.3; RFC 6585 §4, contract
    Hint: What does your program do with 503, and does it read Retry-After?
    Hint: Sleep as many seconds as Retry-After says (up to a limit), then send the same request again; at most a few times.

    @items
    Scenario Outline: <method> of an item gets <status>
      Given the server responds to the first <method> with <status> and Retry-After: 1
      When the program runs
      Then the program sends the <method> again after about a second
      And the program ends with exit status 0

      Examples:
        | method | status                  |
        | PUT    | 503 Service Unavailable |
        | DELETE | 429 Too Many Requests   |

    @tasks
    Scenario Outline: <method> among the tasks gets <status>
      Given the server responds to the first <method> with <status> and Retry-After: 1
      When the program runs
      Then the program sends the <method> again after about a second
      And the program ends with exit status 0

      Examples:
        | method | status                  |
        | PUT    | 503 Service Unavailable |
        | GET    | 429 Too Many Requests   |

  @client.bounded @production
  Rule: It tries a limited number of times
    A client that tries for ever never tells anybody that something is wrong. A thousand such clients, without a pause, keep a server down that
    only needs to restart.
    Source: RFC 9110 §9.2.2 and §15.6.4, contract
    Hint: How many attempts does your program make, and how long does it wait between them?
    Hint: Three to five attempts, each pause twice as long as the one before; then a message and exit status 1.

    @items
    Scenario: The server never has time for an item
      Given the server responds to every request with 503 Service Unavailable
      When the program runs
      Then the program makes at most 10 attempts at each request, with pauses
      And the program reports 503 Service Unavailable
      And the program ends with a message and another exit status

    @tasks
    Scenario: The server never has time for tasks
      Given the server responds to every request with 503 Service Unavailable
      When the program runs
      Then the program makes at most 10 attempts at each request, with pauses
      And the program reports 503 Service Unavailable
      And the program ends with a message and another exit status

    @items
    Scenario: The server has no time for any PUT of an item
      Given the server responds to every PUT with 503 Service Unavailable
      When the program runs
      Then the program makes at most 10 attempts at each request, with pauses
      And the program ends well or with a message

    @tasks
    Scenario: The server has no time for any PUT of a task
      Given the server responds to every PUT with 503 Service Unavailable
      When the program runs
      Then the program makes at most 10 attempts at each request, with pauses
      And the program ends well or with a message

  @client.lost @production
  Rule: It repeats a PUT or DELETE whose response was lost
    The connection broke, and you do not know whether the server handled the request. PUT and DELETE are idempotent: twice has the same effect as once, so
    send it again. If the request had If-Match, a 412 to the second attempt may mean that the first one changed the ETag: read the resource and see.
    Source: RFC 9110 §9.2.2, contract
    Hint: What does your program do when the connection closes before the response?
    Hint: Catch the error of the connection, wait a moment, and send the same request again. A 404 to the second DELETE says that the first one arrived.

    @items
    Scenario Outline: The response to <method> of an item is lost
      Given the server loses its response to the first <method>
      When the program runs
      Then the program sends the <method> again
      And the program ends well or with a message

      Examples:
        | method |
        | PUT    |
        | DELETE |

    @tasks
    Scenario Outline: The response to <method> of a task is lost
      Given the server loses its response to the first <method>
      When the program runs
      Then the program sends the <method> again
      And the program ends well or with a message

      Examples:
        | method |
        | PUT    |
        | DELETE |

  @client.post.once @production
  Rule: It does not simply repeat a POST whose response was lost
    POST is not idempotent: a POST that is sent twice may take effect twice. Check whether it was done, send an
    Idempotency-Key so that the server recognises it, or stop and say so.
    Source: RFC 9110 §9.2.2, SHOULD NOT
    Hint: Which methods does your program repeat? Does a library repeat them for you?
    Hint: Do not repeat POST; or send a GET first; or send the same Idempotency-Key with each attempt.

    @items
    Scenario: The response to POST of an item is lost
      Given the server loses its response to the first POST
      When the program runs
      Then no POST is sent again blindly
      And the program ends well or with a message

    @tasks
    Scenario: The response to POST of a task is lost
      Given the server loses its response to the first POST
      When the program runs
      Then no POST is sent again blindly
      And the program ends well or with a message

  @client.timeout @production
  Rule: It does not wait for ever
    Most libraries have no time limit by default. A server that accepts the connection and never responds then blocks your program, and
    everybody who waits for it.
    Source: RFC 9110 §9.2.2; The Twelve-Factor App, contract
    Hint: How long does your program wait for a response? Where does your code say so?
    Hint: requests.get(url, timeout=5), http.Client{Timeout: 5 * time.Second}, fetch(url, {signal: AbortSignal.timeout(5000)}), curl --max-time 5.

    @items
    Scenario: No response to GET of an item
      Given the server never responds to the first GET
      When the program runs
      Then the program ends well or with a message

    @tasks
    Scenario: No response to GET of the list
      Given the server never responds to the first GET
      When the program runs
      Then the program ends well or with a message

  @client.precondition @production
  Rule: A change that was refused with 412 is not forced
    412 says that another client has changed the resource since you read it. If you send the change again without If-Match, you overwrite that
    change. This rule is checked for programs that send If-Match; others never get a 412.
    Source: RFC 9110 §13.1.1, contract
    Hint: What does your program do after a 412?
    Hint: Read again, decide again, and send the change with the new ETag; or stop and say so.

    @items
    Scenario: Another client changes the item after it was read
      Given another client changes the item to "{text}" after the first GET
      When the program runs
      Then nothing is overwritten after 412 Precondition Failed
      And the program ends well or with a message

    @items
    Scenario: Another client deletes the item after it was read
      Given another client deletes the item after the first GET
      When the program runs
      Then nothing is overwritten after 412 Precondition Failed
      And the program ends well or with a message

  @client.cache @production @needs:client.prints
  Rule: It sends If-None-Match for what it has read before, and uses its copy
    A list that has not changed need not be sent twice. Send the ETag of the first response in If-None-Match, and the server responds 304 Not Modified:
    your copy is still current. This rule is checked for programs that read again what they have not changed.
    Source: RFC 9110 §13.1.2 and §15.4.5, contract
    Hint: Do you keep the ETag of what you have read? What does your program do with a 304, which has no content?
    Hint: Keep content and ETag of each GET. Send If-None-Match the next time. On 304 use the content that you have.

    @items
    Scenario: An item that is read again
      When the program runs
      Then the program sends If-None-Match for what it knows and has not changed

    @tasks
    Scenario: A list that is read again
      When the program runs
      Then the program sends If-None-Match for what it knows and has not changed

    @tasks
    Scenario: The list has not changed
      Given the server responds 304 Not Modified to each If-None-Match
      And another client adds a task with "{text}"
      When the program runs
      Then the program prints "{text}" for each GET of the list
      And the program ends with exit status 0

  @client.stranger @production
  Rule: It sends requests only to the server that it was given
    A Location can name any host. A program that follows it anywhere sends names, content and perhaps passwords to a stranger.
    Source: RFC 9110 §17.1 and §10.2.2, contract
    Hint: Do you compare the host of Location with the host of the server?
    Hint: Resolve Location. If its host or port differ from those of your request, stop with a message.

    @items
    Scenario: The Location of an item names another host
      Given the server names another host in each Location
      When the program runs
      Then each Location is followed at no other host

    @tasks
    Scenario: The Location of a task names another host
      Given the server names another host in each Location
      When the program runs
      Then each Location is followed at no other host
