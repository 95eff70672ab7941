Feature: Many clients at once
  What works for clients one after the other can fail when they come together: each has looked, each has found that it
  may, and all of them act.

  @lost.update @production
  Rule: Of clients that change the same state at once one succeeds
    Each has read the same thing and sends what it made of it. If two are told that they succeeded, the work of one is
    gone, and that is what If-Match is there to prevent.
    Source: RFC 9110 §13.1.1, MUST NOT
    Hint: Compare the tag and store the value under one lock; between the two nobody else may come in.
    Hint: A database does it in one statement: UPDATE … WHERE key = ? AND version = ?, and then count the rows.

    @needs:etag @needs:if.match
    Scenario Outline: <clients> clients replace the value that they have read
      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-Match: {etag}
      When <clients> clients at once send PUT /items/{key} with {"value": "green {n}"}
      Then one request succeeds, and the others get 412 Precondition Failed

      Examples:
        | clients |
        | 5       |
        | 20      |
        | 50      |

    @needs:create.only
    Scenario Outline: <clients> clients create the same item
      Given the next request carries If-None-Match: *
      When <clients> clients at once send PUT /items/{key} with {"value": "blue {n}"}
      Then one request succeeds, and the others get 412 Precondition Failed

      Examples:
        | clients |
        | 5       |
        | 20      |
        | 50      |

    @needs:etag @needs:if.match
    Scenario Outline: <clients> clients complete the task that they have read
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries If-Match: {etag}
      When <clients> clients at once send PUT /tasks/{id} with {"complete": true}
      Then one request succeeds, and the others get 412 Precondition Failed

      Examples:
        | clients |
        | 5       |
        | 20      |
        | 50      |

  @concurrent @production
  Rule: What many clients write at once is there for everybody
    A list that is read, changed and written back loses what somebody else has written in between. A copy or a cache gives
    the old state to somebody who has just saved, and who then saves again or believes that it is lost.
    Source: contract
    Hint: Reading the list, adding to it and storing it have to be one step: use a lock, or a store that does it for you.
    Hint: If your handler waits for something (a file, a database) between reading and storing, others run meanwhile.

    Scenario: Fifty tasks under ids of their own
      When 50 clients at once send POST /tasks/{id}-{n} with {"description": "{text}"}
      Then every status is 201 Created
      And the tasks {id}-1 to {id}-50 are listed once

    @needs:tasks.create @needs:post.not.idempotent
    Scenario: Fifty tasks under ids that the server draws
      When 50 clients at once send POST /tasks with {"description": "{text}"}
      Then every status is 201 Created
      And each Location is new and leads to {"description": "{text}"}

    Scenario: Fifty tasks are completed
      Given the tasks {id}-1 to {id}-50 are added
      When 50 clients at once send PUT /tasks/{id}-{n} with {"complete": true}
      Then every status is 200 OK or 204 No Content
      And the task {id}-1 is now {"complete": true}
      And the tasks {id}-1 to {id}-50 are listed once

    Scenario: Six clients write and read an item
      Hint: Where does GET take the value from? A copy, a cache or a snapshot can be older than a write that was answered.
      Hint: Answer PUT only when GET finds the new value. A cache must not keep what was read before a write and arrives after it.

      Given the item {key} is "blue"
      When 6 clients at once write and read the item {key}
      Then the responses agree with what is written

  @linearizable @production @net
  Rule: An item behaves as one item, however many use it at once
    Whatever clients do at the same time, there has to be one order of all requests in which every answer is right, and
    in it no request comes before one that was answered before it was asked. Else two clients have seen two worlds.
    A write with a 4xx has not been done. A write with 202, 5xx or without a response may be done at any time after it was sent, or
    never. If no write has a 2xx, there is nothing to compare and the rule cannot be judged.
    Source: Herlihy and Wing 1990 (linearizability), contract
    Hint: Where is the value read from? A copy, a cache or a replica may still have an old one after a write was answered.
    Hint: Answer a write only when everybody who reads from now on will see it.

    Scenario: Six clients share an item
      When 6 clients at once write, read and delete the item {key}
      Then the responses agree with one order of the requests

    Scenario: Six clients share two items
      When 6 clients at once write, read and delete the items {key}-a and {key}-b
      Then the responses agree with one order of the requests

  @model @production @net
  Rule: Every sequence of requests is answered as the contract says
    The other rules try what their authors have thought of. This one tries what nobody has: random requests, one after the
    other, each compared with what the contract allows by then. If a request has several mistakes, the response may name any of
    them: the order of checks is open. The server may refuse a PUT of a task without "complete", a PATCH without members, members that
    it does not know, and the operations copy and move; then nothing changes. OPTIONS of what does not exist may be 404. Ids of tasks are
    names as keys are. Bodies have at most 16 KiB, and limits are at most 100.
    Source: contract
    Hint: Run the curl lines one after the other, on names of your own, and look at what your server keeps after each.
    Hint: Which of these requests is needed? What does your server remember of it that it should not, or forget that it should keep?

    @items
    Scenario: Random requests to items
      When the client sends random requests
      Then the responses agree with the contract

    @tasks
    Scenario: Random requests to tasks
      When the client sends random requests
      Then the responses agree with the contract
