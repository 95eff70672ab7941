Feature: Many clients
  What works for one client on a good day has to work for thousands on a bad one: requests are repeated, lists grow
  long, errors are read by programs, and somebody sends far too much.

  @problem @production
  Rule: Errors come as problem documents to those who ask for them
    One format for errors, the same for every API, with what a program needs to decide what to do next. All members are optional
    (RFC 9457 §3.1): {"type": …, "status": …} is enough. A member that is there has its type, and "status" is the status.
    Source: RFC 9457 §3; RFC 9110 §12.5.5, contract
    Hint: If Accept has application/problem+json send {"type": "about:blank", "title": …, "status": …, "detail": …} under that label.
    Hint: Say Vary: Accept on errors of both kinds, so that a cache keeps them apart.

    Scenario: An item that is not there
      Given the next request carries Accept: application/problem+json
      When the client sends GET /items/{key}
      Then the status is 404 Not Found
      And the response is a problem document
      And the response varies by Accept

    Scenario Outline: A body that cannot be read, for who wants <accept>
      Hint: Every error comes so, not only 404: let one function write all of them. Look through the whole list in Accept.

      Given the item {key} is "blue"
      And the next request carries Accept: <accept>
      When the client sends PUT /items/{key} with {"value":
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the response is a problem document
      And the item {key} is still "blue"

      Examples:
        | accept                                     |
        | application/problem+json                   |
        | application/json, application/problem+json |

    Scenario: A task that is not there
      Given the next request carries Accept: application/problem+json
      When the client sends DELETE /tasks/{id}
      Then the status is 404 Not Found
      And the response is a problem document

    Scenario: Who does not ask gets the plain error
      Hint: Where Accept decides the form of an error, both forms say Vary: Accept.

      When the client sends GET /items/{key}
      Then the status is 404 Not Found
      And the response explains the error under "error"
      And the response varies by Accept

    Scenario: Who does not ask gets the plain error, for tasks
      Hint: Where Accept decides the form of an error, both forms say Vary: Accept.

      When the client sends GET /tasks/{id}
      Then the status is 404 Not Found
      And the response explains the error under "error"

    Scenario: What is no error stays what it is
      Hint: Problem documents are for errors alone.

      Given the item {key} is "blue"
      And the next request carries Accept: application/json, application/problem+json
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

  @retry.key @production
  Rule: A POST with an Idempotency-Key can be repeated safely
    A POST whose answer was lost may or may not have happened. With a key of its own the client can send it again, and
    the server knows that it is the same one. (The draft of the IETF has expired; the idea is in wide use.)
    Source: draft-ietf-httpapi-idempotency-key-header-07 (expired), contract
    Hint: Remember, for each key, what was sent and what you answered; answer the same again.
    Hint: The same key with another body is a mistake of the client: 422, and nothing is made.
    Hint: Look up and reserve the key in one step, or two requests at once make two tasks.
    Hint: The second request comes on another connection, maybe to another worker: keys belong to the server and not to either.

    Scenario: The same key and the same body make one task
      Given the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request 2 times
      Then every status is any 2xx
      And every Location is the same and leads to {"description": "{text}", "complete": false}
      And {"description": "{text}"} is listed once

    Scenario: The same key on the same connection makes no second task
      Given the client keeps its connection and its cookies
      And the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request
      Then every Location is the same and leads to {"description": "{text}"}
      And {"description": "{text}"} is listed once

    Scenario: The same key from another connection makes no second task
      Given the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And another client sends POST /tasks with {"description": "{text}"}
      Then every Location is the same and leads to {"description": "{text}"}
      And {"description": "{text}"} is listed once

    Scenario: The same key with another body is refused
      Hint: Compare the body with the one that the key came with before you make anything: where they differ answer 422, and make nothing.

      Given the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And the client sends POST /tasks with {"description": "{text}, again"}
      Then the status is 422 Unprocessable Content
      And {"description": "{text}, again"} is listed nowhere
      And {"description": "{text}"} is listed once

    Scenario: Another key makes another task
      When the next request carries Idempotency-Key: "{id}-a"
      And the client sends POST /tasks with {"description": "{text}"}
      And the next request carries Idempotency-Key: "{id}-b"
      And the client sends POST /tasks with {"description": "{text}"}
      Then every status is any 2xx
      And each Location is new and leads to {"description": "{text}"}
      And {"description": "{text}"} is listed twice

    Scenario: A request that was refused makes nothing, however often
      Given the next request carries Idempotency-Key: "{id}-once"
      When the client sends POST /tasks with {"description": "{text}"}
      And the next request carries Idempotency-Key: "{id}"
      And the client sends POST /tasks with {"description": 5}
      And the client repeats the request
      Then the status is any 4xx
      And {"description": "{text}"} is listed once

    Scenario: A repetition after the task was deleted is done or refused
      Hint: What do you look up for a key that is known: the task, which may be gone, or the response that you have sent?

      Given the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And the client sends DELETE /tasks/{made}
      And the client sends POST /tasks with {"description": "{text}"}
      Then the status is any 2xx or any 4xx

    Scenario: A key without quotes is understood or refused
      Given the next request carries Idempotency-Key: {id}
      When the client sends POST /tasks with {"description": "{text}"}
      Then the status is any 2xx or any 4xx

    Scenario Outline: The same key from <clients> clients at once makes one task
      Hint: Look the key up and reserve it in one step, under one lock.

      Given the next request carries Idempotency-Key: "{id}"
      When <clients> clients at once send POST /tasks with {"description": "{text}"}
      Then every status is any 2xx or 409 Conflict
      And {"description": "{text}"} is listed once

      Examples:
        | clients |
        | 2       |
        | 10      |
        | 40      |

  @paging @production
  Rule: A long list can be read page by page, and no task is missed
    Nobody wants a list of a million tasks at once. Pages counted by number shift when something is added or deleted:
    a task is seen twice or never. A page that begins behind a certain task does not.
    A limit from 1 to 100 is taken. The server may give shorter pages than that, and it may refuse a larger limit with 400
    or 422. The last page has no next link.
    Source: RFC 8288 §3, contract
    Hint: ?limit=N gives at most N, and Link: <…>; rel="next" where there is more.
    Hint: Let the next link say behind which task to go on, not how many to pass over.

    Scenario: Without a limit the list is whole
      Given the tasks {id}-1 to {id}-25 are added
      When the client sends GET /tasks
      Then the tasks {id}-1 to {id}-25 are listed once

    @alone
    Scenario Outline: A list is read in pages of <n>
      Given the tasks {id}-1 to {id}-25 are added
      When the client follows the next links from /tasks?limit=<n>
      Then each page has at most <n> tasks, and each of the tasks {id}-1 to {id}-25 is on one page

      Examples:
        | n  |
        | 7  |
        | 30 |
        | 50 |
        | 80 |

    Scenario Outline: A limit of <limit> is refused
      Hint: Read the limit as a number, and refuse what is below 1. In many languages 0 counts as "no limit was given".

      Given the client has read /tasks?limit=1
      When the client sends GET /tasks?limit=<limit>
      Then the status is 400 Bad Request or 422 Unprocessable Content

      Examples:
        | limit |
        | 0     |
        | -1    |
        | ten   |

    @alone
    Scenario: Tasks that come and go meanwhile do not shift the pages
      Hint: Let the next link say where to go on, not how many to pass over. If it names a task, that may be gone by then: go on behind its place all the same.

      Given the tasks {id}-passing-1 to {id}-passing-30 are added
      And the tasks {id}-1 to {id}-25 are added
      When the client follows the next links from /tasks?limit=7 while tasks come and go
      Then each page has at most 7 tasks, and each of the tasks {id}-1 to {id}-25 is on one page

  @too.large @production
  Rule: A body that is far too large is refused, and the server goes on
    Without a limit one client can fill the memory for all the others. The limit is the server's choice: bodies of up to 16 KiB have
    to be taken, one of 4 MiB has to be refused.
    Source: RFC 9110 §15.5.14, contract
    Hint: Stop reading at a limit of your own (1 MiB, say) and answer 413 Content Too Large.

    Scenario: PUT of 4 MiB on an item
      Hint: Look at the length before anything is stored or thrown away.

      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "{huge}"}
      Then the request is refused as too large
      And the item {key} is still "blue"

    Scenario: POST of a task of 4 MiB
      When the client sends POST /tasks/{id} with {"description": "{huge}"}
      Then the request is refused as too large
      And there is no task {id}
