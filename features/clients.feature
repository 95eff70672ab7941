Feature: Many clients
  Code that works for one client on a good day must work for thousands on a bad one: clients repeat requests, lists grow
  long, programs read the errors, and some client sends far too much.

  @problem @production
  Rule: Clients that ask for problem documents get them
    Problem documents are one format for errors in every API. They tell a program what it needs to decide what to do next. All members are optional
    (RFC 9457 §3.1): {"type": …, "status": …} is enough. A member that is there has its type, and "status" is the status.
    Source: RFC 9457 §3; RFC 9110 §12.5.5, contract
    Hint: If Accept has application/problem+json, send {"type": "about:blank", "title": …, "status": …, "detail": …} with that media type.
    Hint: Send Vary: Accept with errors of both kinds, so that a cache keeps them apart.

    Scenario: An item that does not exist
      Given the next request carries Accept: application/problem+json
      When the client sends GET /items/{key}
      Then the status is 404 Not Found
      And the response is a problem document
      And the response varies by Accept

    Scenario Outline: A body that cannot be read, for a client that accepts <accept>
      Hint: Send every error in this form, not only 404: let one function write all errors. Check the whole list in Accept.

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

    Scenario: A task that does not exist
      Given the next request carries Accept: application/problem+json
      When the client sends DELETE /tasks/{id}
      Then the status is 404 Not Found
      And the response is a problem document

    Scenario: A client that does not ask gets the plain error
      Hint: If Accept decides the form of an error, both forms need Vary: Accept.

      When the client sends GET /items/{key}
      Then the status is 404 Not Found
      And the response explains the error under "error"
      And the response varies by Accept

    Scenario: A client that does not ask gets the plain error, for tasks
      Hint: If Accept decides the form of an error, both forms need Vary: Accept.

      When the client sends GET /tasks/{id}
      Then the status is 404 Not Found
      And the response explains the error under "error"

    Scenario: A response that is no error stays as it is
      Hint: Problem documents are only for errors.

      Given the item {key} is "blue"
      And the next request carries Accept: application/json, application/problem+json
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

  @retry.key @production
  Rule: A POST with an Idempotency-Key can be repeated safely
    A POST whose response was lost may or may not have happened. With an Idempotency-Key the client can send it again, and
    the server knows that it is the same request. (The draft of the IETF has expired, but many APIs use the header.)
    Source: draft-ietf-httpapi-idempotency-key-header-07 (expired), contract
    Hint: Remember for each key what the client sent and what you responded. Send the same response again.
    Hint: The same key with another body is a mistake of the client: respond 422 and create nothing.
    Hint: Look up and reserve the key in one step. Otherwise two requests at once create two tasks.
    Hint: The second request comes on another connection, perhaps to another worker. Keep keys in the store, not in a connection or a worker.

    Scenario: The same key and the same body create one task
      Given the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request 2 times
      Then every status is any 2xx
      And every Location is the same and leads to {"description": "{text}", "complete": false}
      And {"description": "{text}"} is listed once

    Scenario: The same key on the same connection creates no second task
      Given the client keeps its connection and its cookies
      And the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request
      Then every Location is the same and leads to {"description": "{text}"}
      And {"description": "{text}"} is listed once

    Scenario: The same key from another connection creates no second task
      Given the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And another client sends POST /tasks with {"description": "{text}"}
      Then every Location is the same and leads to {"description": "{text}"}
      And {"description": "{text}"} is listed once

    Scenario: The same key with another body is refused
      Hint: Before you create anything, compare the body with the first body for this key. If they differ, respond 422 and create nothing.

      Given the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And the client sends POST /tasks with {"description": "{text}, again"}
      Then the status is 422 Unprocessable Content
      And {"description": "{text}, again"} is listed nowhere
      And {"description": "{text}"} is listed once

    Scenario: Another key creates another task
      When the next request carries Idempotency-Key: "{id}-a"
      And the client sends POST /tasks with {"description": "{text}"}
      And the next request carries Idempotency-Key: "{id}-b"
      And the client sends POST /tasks with {"description": "{text}"}
      Then every status is any 2xx
      And each Location is new and leads to {"description": "{text}"}
      And {"description": "{text}"} is listed twice

    Scenario: A request that was refused creates nothing, however often
      Given the next request carries Idempotency-Key: "{id}-once"
      When the client sends POST /tasks with {"description": "{text}"}
      And the next request carries Idempotency-Key: "{id}"
      And the client sends POST /tasks with {"description": 5}
      And the client repeats the request
      Then the status is any 4xx
      And {"description": "{text}"} is listed once

    Scenario: A repetition after the task was deleted is done or refused
      Hint: What do you look up for a known key: the task, which may no longer exist, or the response that you sent?

      Given the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And the client sends DELETE /tasks/{made}
      And the client sends POST /tasks with {"description": "{text}"}
      Then the status is any 2xx or any 4xx

    Scenario: A key without quotes is understood or refused
      Given the next request carries Idempotency-Key: {id}
      When the client sends POST /tasks with {"description": "{text}"}
      Then the status is any 2xx or any 4xx

    Scenario Outline: The same key from <clients> clients at once creates one task
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
    Nobody wants a list of a million tasks at once. If pages count by number, they shift when a task is added or deleted:
    the client sees a task twice or never. A page that begins after a certain task does not shift.
    The server must accept a limit from 1 to 100. It may give shorter pages, and it may refuse a larger limit with 400
    or 422. The last page has no next link.
    Source: RFC 8288 §3, contract
    Hint: ?limit=N returns at most N tasks, and Link: <…>; rel="next" if there are more.
    Hint: Let the next link name the task after which the next page begins, not the number of tasks to skip.

    Scenario: Without a limit the list is complete
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
      Hint: Read the limit as a number, and refuse numbers below 1. In many languages 0 counts as "no limit was given".

      Given the client has read /tasks?limit=1
      When the client sends GET /tasks?limit=<limit>
      Then the status is 400 Bad Request or 422 Unprocessable Content

      Examples:
        | limit |
        | 0     |
        | -1    |
        | ten   |

    @alone
    Scenario: Tasks that are added and deleted meanwhile do not shift the pages
      Hint: Let the next link say where to go on, not how many tasks to skip. If the link names a task that no longer exists, continue after its place.

      Given the tasks {id}-passing-1 to {id}-passing-30 are added
      And the tasks {id}-1 to {id}-25 are added
      When the client follows the next links from /tasks?limit=7 while tasks come and go
      Then each page has at most 7 tasks, and each of the tasks {id}-1 to {id}-25 is on one page

  @too.large @production
  Rule: A body that is far too large is refused, and the server keeps running
    Without a limit one client can fill the memory for all the others. The server chooses the limit: it must accept bodies of up to 16 KiB
    and must refuse a body of 4 MiB.
    Source: RFC 9110 §15.5.14, contract
    Hint: Stop reading at a limit of your own (for example 1 MiB) and respond 413 Content Too Large.

    Scenario: PUT of 4 MiB on an item
      Hint: Check the length before you store or delete anything.

      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "{huge}"}
      Then the request is refused as too large
      And the item {key} is still "blue"

    Scenario: POST of a task of 4 MiB
      When the client sends POST /tasks/{id} with {"description": "{huge}"}
      Then the request is refused as too large
      And there is no task {id}
