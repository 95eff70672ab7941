Feature: Layers
  Between a client and the server there may be proxies, caches and several servers. The client cannot tell. Each of
  these scenarios puts one of them there.

  @layered @production
  Rule: An intermediary changes nothing
    Sooner or later a proxy stands in front of every server: for TLS, for load, for a company's network. The headers that it adds to a
    request, and the way it splits the content, do not change what the client wants.
    Source: Fielding §5.1.6; RFC 9110 §7.6, RFC 9112 §7.1, MUST
    Hint: Run your server behind a proxy and look at what arrives: Via, Forwarded, Transfer-Encoding: chunked.
    Hint at field: A Location or Link that begins with a slash works behind any proxy. One with a host only works if the host comes from the request.
    Hint: Do not rely on Content-Length when you read content: it may come in chunks.

    @needs:etag
    Scenario Outline: GET of <what> gets the same response as without it
      Given the item {key} is "blue"
      And the task {id} is {"description": "{text}"}
      And an intermediary stands between the client and the server
      When the client sends GET <path>
      Then the status is <status>
      And the response is the same without the intermediary

      Examples:
        | what                      | path              | status        |
        | an item                   | /items/{key}      | 200 OK        |
        | an item that is missing  | /items/{key}-none | 404 Not Found |
        | a task                    | /tasks/{id}       | 200 OK        |
        | a task that is missing   | /tasks/{id}-none  | 404 Not Found |

    Scenario: OPTIONS gets the same response as without it
      Given an intermediary stands between the client and the server
      When the client sends OPTIONS /items/{key}
      Then the response is the same without the intermediary

    Scenario: An item is created, replaced and deleted through the intermediary
      Given an intermediary stands between the client and the server
      When the client sends PUT /items/{key} with {"value": "blue"}
      And the client sends PUT /items/{key} with {"value": ["green", "größer"]}
      Then every status is any 2xx
      And the item {key} is now ["green", "größer"]

    Scenario: An item is deleted through the intermediary
      Given the item {key} is "blue"
      And an intermediary stands between the client and the server
      When the client sends DELETE /items/{key}
      Then the status is 200 OK or 204 No Content
      And there is no item {key}

    Scenario: A value of 4 KiB arrives through the intermediary
      Given an intermediary stands between the client and the server
      When the client sends PUT /items/{key} with {"value": "{long}"}
      Then the status is any 2xx
      And the item {key} is now "{long}"

    Scenario: A key with a space, a percent sign and an umlaut arrives through the intermediary
      Given an intermediary stands between the client and the server
      When the client sends PUT /items/{key}%20%25%C3%BC with {"value": "blue"}
      Then the status is any 2xx
      And the item {key} %ü is now "blue"

    @needs:tasks.create
    Scenario: The Location of a new task works through the intermediary
      Given an intermediary stands between the client and the server
      When the client sends POST /tasks with {"description": "{text}"}
      Then the status is 201 Created
      And each Location is new and leads to {"description": "{text}", "complete": false}

    Scenario: A task is completed through the intermediary
      Given the task {id} is {"description": "{text}"}
      And an intermediary stands between the client and the server
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 200 OK or 204 No Content
      And the task {id} is now {"description": "{text}", "complete": true}

    @needs:if.match
    Scenario: An outdated ETag is refused through the intermediary
      Given the item {key} is "blue"
      And an intermediary stands between the client and the server
      And the client knows the ETag of /items/{key}
      And the item {key} becomes "green"
      And the next request carries If-Match: {etag}
      When the client sends PUT /items/{key} with {"value": "red"}
      Then the status is 412 Precondition Failed
      And the item {key} is still "green"

    @needs:paging
    Scenario: The next links work through the intermediary
      Given the tasks {id}-1 to {id}-12 are added
      And an intermediary stands between the client and the server
      When the client follows the next links from /tasks?limit=10
      Then each page has at most 10 tasks, and each of the tasks {id}-1 to {id}-12 is on one page

  @cache @production
  Rule: A client behind a cache reads what it wrote, and unchanged content is not sent again
    A cache responds instead of your server. If you let it keep a response for a time, it sends this response to clients for that time, even if
    the state has changed. If it may keep the response but must ask each time, an unchanged state costs you only a 304.
    Source: RFC 9111 §4, §4.3, §4.4, contract
    Hint at content: The client read an old value. What does your Cache-Control promise (max-age, s-maxage), and can you keep that promise?
    Hint at answer: The cache could not keep the content, or could not ask whether it is still current. Is there a no-store or private, and does GET have an ETag?
    Hint: Cache-Control: no-cache means "keep it, and ask me each time"; no-store means "do not keep it".

    @needs:etag @needs:not.modified
    Scenario: An item that does not change is sent once
      Given the item {key} is "blue"
      And a shared cache stands between the client and the server
      When the client sends GET /items/{key}
      And the client repeats the request 3 times
      Then every response includes {"value": "blue"}
      And the server has sent the content once

    @needs:etag @needs:not.modified
    Scenario: A task that does not change is sent once
      Given the task {id} is {"description": "{text}"}
      And a shared cache stands between the client and the server
      When the client sends GET /tasks/{id}
      And the client repeats the request 3 times
      Then every response includes {"description": "{text}"}
      And the server has sent the content once

    @needs:etag @needs:not.modified
    Scenario: A new value is read through the cache
      Given the item {key} is "blue"
      And a shared cache stands between the client and the server
      When the client sends GET /items/{key}
      And the client sends PUT /items/{key} with {"value": "green"}
      Then the item {key} is now "green"

    Scenario: A new item is read through the cache
      Given a shared cache stands between the client and the server
      When the client sends GET /items/{key}
      And the client sends POST /items/{key} with {"value": "blue"}
      Then the item {key} is now "blue"

    Scenario: A deleted item is not read through the cache
      Given the item {key} is "blue"
      And a shared cache stands between the client and the server
      When the client sends GET /items/{key}
      And the client sends DELETE /items/{key}
      Then there is no item {key}

    @needs:etag @needs:not.modified
    Scenario: A task that was completed is complete in the list
      Given the task {id} is {"description": "{text}"}
      And a shared cache stands between the client and the server
      When the client sends GET /tasks
      And the client sends PUT /tasks/{id} with {"complete": true}
      Then the task {id} is now {"description": "{text}", "complete": true}

    Scenario: A new task is in the list
      Given a shared cache stands between the client and the server
      When the client sends GET /tasks
      And the client sends POST /tasks/{id} with {"description": "{text}"}
      Then the task {id} is now {"description": "{text}", "complete": false}

    @needs:etag @needs:not.modified
    Scenario: A value that another client wrote without the cache is read through the cache
      Given the item {key} is "blue"
      And a shared cache for reading stands between the client and the server
      When the client sends GET /items/{key}
      And the client sends PUT /items/{key} with {"value": "green"}
      Then the item {key} is now "green"

    @needs:etag @needs:not.modified
    Scenario: An item that another client created without the cache is read through the cache
      Given a shared cache for reading stands between the client and the server
      When the client sends GET /items/{key}
      And the client sends PUT /items/{key} with {"value": "green"}
      Then the item {key} is now "green"

    @needs:tasks.read @needs:etag @needs:not.modified
    Scenario: A task that another client completed without the cache is read through the cache
      Given the task {id} is {"description": "{text}"}
      And a shared cache for reading stands between the client and the server
      When the client sends GET /tasks/{id}
      And the client sends PUT /tasks/{id} with {"complete": true}
      And the client sends GET /tasks/{id}
      Then the response includes {"complete": true}

  @lost.answer @production
  Rule: A client that lost the response may send the request again
    If a connection breaks after the request was sent, the client cannot know whether the server handled it. With PUT, DELETE and
    a POST with a key it need not know: it sends the request again, and the state is the same as after one request.
    Source: RFC 9110 §9.2.2, MUST
    Hint: What does your handler do if the client is gone before the response is written? It must finish or undo what it has begun.
    Hint: If a lock or a reserved key is not released then, the second request waits or fails.

    Scenario: The response to PUT is lost
      Given the item {key} is "blue"
      And the client loses the first response to each PUT, DELETE and POST, and sends the request again
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is any 2xx
      And the item {key} is now "green"

    Scenario: The response to a PUT that creates is lost
      Given the client loses the first response to each PUT, DELETE and POST, and sends the request again
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is any 2xx
      And the item {key} is now "blue"

    Scenario: The response to DELETE is lost
      Given the item {key} is "blue"
      And the client loses the first response to each PUT, DELETE and POST, and sends the request again
      When the client sends DELETE /items/{key}
      Then the status is any 2xx, 404 Not Found or 410 Gone
      And there is no item {key}

    Scenario: The response to the completion of a task is lost
      Given the task {id} is {"description": "{text}"}
      And the client loses the first response to each PUT, DELETE and POST, and sends the request again
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is any 2xx
      And the task {id} is now {"description": "{text}", "complete": true}

    Scenario: The response to the deletion of a task is lost
      Given the task {id} is {"description": "{text}"}
      And the client loses the first response to each PUT, DELETE and POST, and sends the request again
      When the client sends DELETE /tasks/{id}
      Then the status is any 2xx, 404 Not Found or 410 Gone
      And there is no task {id}

    @needs:retry.key
    Scenario: The response to a POST with a key is lost
      Given the client loses the first response to each PUT, DELETE and POST, and sends the request again
      And the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      Then the status is any 2xx
      And {"description": "{text}"} is listed once

    Scenario: Ten responses in a row are lost
      Given the item {key} is "blue"
      And the client loses the first response to each PUT, DELETE and POST, and sends the request again
      When the client sends PUT /items/{key} with {"value": "green"}
      And the client repeats the request 9 times
      Then every status is any 2xx
      And the item {key} is now "green"

  @replicas @production
  Rule: Replicas that share a store behave as one server
    One server is not enough for many clients, and a client does not know which replica it reaches. When one replica has
    responded, the others know it too. Nothing that matters stays in the memory of one replica.
    Source: Fielding §5.1.3, contract
    Hint: What do your servers keep in variables that is not in the store they share?
    Hint: Let every server read from the store each time, or make sure that a copy is never older than the last response.

    Scenario: An item that one replica created exists at the other
      Given the client sends requests to the replicas in turn
      When the client sends PUT /items/{key} with {"value": "blue"}
      And the client sends GET /items/{key}
      Then the response includes {"value": "blue"}
      And the item {key} is now "blue"

    Scenario: A value that one replica replaced is new at the other
      Given the client sends requests to the replicas in turn
      And the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends GET /items/{key}
      And the client repeats the request 3 times
      Then every response includes {"value": "green"}

    Scenario: An item that one replica deleted no longer exists at either
      Given the client sends requests to the replicas in turn
      And the item {key} is "blue"
      When the client sends DELETE /items/{key}
      Then the status is 200 OK or 204 No Content
      And there is no item {key}
      And there is no item {key}

    @needs:etag
    Scenario: Both replicas send the same ETag
      Given the client sends requests to the replicas in turn
      And the item {key} is "blue"
      When the client sends GET /items/{key}
      And the client repeats the request 3 times
      Then the responses have one strong ETag

    Scenario: A task that one replica added is in the list of the other
      Given the client sends requests to the replicas in turn
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then the task {id} is now {"description": "{text}", "complete": false}
      And the task {id} is now {"description": "{text}", "complete": false}

    @needs:tasks.create
    Scenario: The Location from one replica works at the other
      Given the client sends requests to the replicas in turn
      When the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request 2 times
      Then every status is 201 Created
      And each Location is new and leads to {"description": "{text}", "complete": false}

    @needs:retry.key
    Scenario: A POST with a key that one replica has done is not done again by the other
      Given the client sends requests to the replicas in turn
      And the next request carries Idempotency-Key: "{id}"
      When the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request
      Then every Location is the same and leads to {"description": "{text}"}
      And {"description": "{text}"} is listed once

    @needs:paging
    Scenario: Pages from both replicas make one list
      Given the tasks {id}-1 to {id}-25 are added
      And the client sends requests to the replicas in turn
      When the client follows the next links from /tasks?limit=20
      Then each page has at most 20 tasks, and each of the tasks {id}-1 to {id}-25 is on one page
