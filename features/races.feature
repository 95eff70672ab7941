Feature: Many clients at once
  Code that works for one client after the other can fail when clients act at the same time: each client looks, each finds that it
  may act, and all of them act.

  @lost.update @production
  Rule: If clients change the same state at once, one succeeds
    Each client read the same state and sends a new one. If the server reports success to two clients, the work of one of them
    is lost. If-Match exists to prevent this.
    Source: RFC 9110 §13.1.1, MUST NOT
    Hint: Compare the ETag and store the value under one lock, so that no other request comes in between.
    Hint: A database does it in one statement: UPDATE … WHERE key = ? AND version = ?. Then count the changed rows.

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
  Rule: Concurrent writes are not lost
    If a handler reads a list, changes it and writes it back, it loses what another handler wrote in between. A copy or a cache can return
    the old state to a client that has just saved. The client then saves again, or thinks that its change is lost.
    Source: contract
    Hint: Reading the list, adding to it and storing it must be one step: use a lock, or a store that does it for you.
    Hint: If your handler waits for something (a file, a database) between reading and storing, other handlers run meanwhile.

    Scenario: Fifty tasks under ids from clients
      When 50 clients at once send POST /tasks/{id}-{n} with {"description": "{text}"}
      Then every status is 201 Created
      And the tasks {id}-1 to {id}-50 are listed once

    @needs:tasks.create @needs:post.not.idempotent
    Scenario: Fifty tasks under ids from the server
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
      Hint: Where does GET take the value from? A copy, a cache or a snapshot can be older than a write that already had its response.
      Hint: Respond to PUT only when GET finds the new value. A cache must not keep a value that was read before a write and arrives after it.

      Given the item {key} is "blue"
      When 6 clients at once write and read the item {key}
      Then the responses agree with what is written

  @linearizable @production @net
  Rule: An item behaves as one item, however many clients use it at once
    Whatever clients do at the same time, there must be one order of all requests in which every response is right. In
    this order a request never comes before a request whose response arrived before it was sent. Otherwise two clients have seen two different histories.
    A write with a 4xx was not done. A write with 202, 5xx or without a response may be done at any time after it was sent, or
    never. If no write has a 2xx, there is nothing to compare and the rule cannot be judged.
    Source: Herlihy and Wing 1990 (linearizability), contract
    Hint: Where do you read the value from? A copy, a cache or a replica may still have an old value after the response to a write.
    Hint: Respond to a write only when every later read will see it.

    Scenario: Six clients share an item
      When 6 clients at once write, read and delete the item {key}
      Then the responses agree with one order of the requests

    Scenario: Six clients share two items
      When 6 clients at once write, read and delete the items {key}-a and {key}-b
      Then the responses agree with one order of the requests

  @model @production @net
  Rule: The server handles every sequence of requests as the contract says
    The other rules test what their authors thought of. This rule tests the rest: it sends random requests, one after the
    other, and compares each response with what the contract allows at that point. If a request has several mistakes, the response may name any of
    them: the order of checks is free. The server may refuse a PUT of a task without "complete", a PATCH without members, members that
    it does not know, and the operations copy and move; then nothing changes. OPTIONS of what does not exist may be 404. Ids of tasks are
    names like keys. Bodies have at most 16 KiB, and limits are at most 100.
    Source: contract
    Hint: Run the curl lines one after the other, with names of your own. After each line check what your server stores.
    Hint: Which of these requests are needed? What does your server remember that it should forget, or forget that it should keep?

    @items
    Scenario: Random requests to items
      When the client sends random requests
      Then the responses agree with the contract

    @tasks
    Scenario: Random requests to tasks
      When the client sends random requests
      Then the responses agree with the contract
