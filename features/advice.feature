Feature: Good manners
  None of this costs a mark. Clients and the people who run them are grateful for it.

  @date @http @advice
  Rule: A response says when it was made
    Caches compute ages from Date. A server with a clock sends it.
    Source: RFC 9110 §6.6.1, MUST
    Hint: Most servers add Date by themselves. If yours does not, add it in the form of RFC 9110 §5.6.7.

    Scenario: The item
      When the client sends GET /items/{key}
      Then the response has the header Date

    Scenario: The list
      When the client sends GET /tasks
      Then the response has the header Date

  @server.version @http @advice
  Rule: No header reveals the version of the server
    A version number tells an attacker which security holes to try.
    Source: RFC 9110 §10.2.4, SHOULD
    Hint: Find the setting that shortens or removes Server and X-Powered-By.

    Scenario: The item
      When the client sends GET /items/{key}
      Then no header reveals the version of the server

    Scenario: The list
      When the client sends GET /tasks
      Then no header reveals the version of the server

  @connections @http @advice
  Rule: A client that keeps its connection does not block other clients
    Browsers keep a connection open after the response. If a server serves one connection until it is closed, all
    other clients must wait.
    Source: RFC 9112 §9.3, §9.5, contract
    Hint: Serve each connection in its own thread or task; in Python: ThreadingHTTPServer instead of HTTPServer.

    Scenario: Another client sends a request meanwhile
      When the client sends GET /items/{key}
      Then another client gets a response while one keeps its connection

  @post.location @http @advice
  Rule: A POST that creates says where
    If the client chose the URI itself, it knows the place. With a Location, a program that follows every
    201 works here too.
    Source: RFC 9110 §15.3.2, SHOULD
    Hint: Add a Location header with the path of the new resource.

    Scenario: POST of an item
      When the client sends POST /items/{key} with {"value": "blue"}
      Then if the status is 201 Created, the response has the header Location

    Scenario: POST of a task
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then if the status is 201 Created, the response has the header Location

  @options.allow @http @advice
  Rule: OPTIONS lists the methods of a resource
    If middleware for CORS responds to every OPTIONS, a client that asks what a resource can do learns nothing.
    Source: RFC 9110 §9.3.7, SHOULD
    Hint: Let the middleware respond to preflight requests only: those with Access-Control-Request-Method.
    Hint: Respond to every other OPTIONS with Allow.

    Scenario: OPTIONS of an item has Allow
      When the client sends OPTIONS /items/{key}
      Then if the status is any 2xx, the response has the header Allow

    Scenario: OPTIONS of the list has Allow
      When the client sends OPTIONS /tasks
      Then if the status is any 2xx, the response has the header Allow

  @options.patch @production @advice
  Rule: OPTIONS says which patches a resource takes
    A client that wants to patch needs the media type before it sends the first patch.
    Source: RFC 5789 §3.1, SHOULD
    Hint: If tasks have PATCH, respond to OPTIONS with Accept-Patch: application/merge-patch+json.

    Scenario: OPTIONS of a task
      Given the task {id} was patched
      When the client sends OPTIONS /tasks/{id}
      Then if the status is any 2xx, the response has the header Accept-Patch

  @write.answers @http @advice
  Rule: A successful write responds with JSON or without content
    Clients of this API read JSON. A page of HTML or a bare word after PUT needs a special case in each client.
    Source: contract
    Hint: Does your framework send a string as text/html? Return an object, such as {"message": "Item created"}.
    Hint: Or respond 204 No Content.

    Scenario: PUT on an item
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green"}
      Then if the status is any 2xx, the response content is JSON

    Scenario: POST of an item
      When the client sends POST /items/{key} with {"value": "blue"}
      Then if the status is any 2xx, the response content is JSON

    Scenario: DELETE of an item
      Given the item {key} is "blue"
      When the client sends DELETE /items/{key}
      Then if the status is any 2xx, the response content is JSON

    Scenario: POST of a task
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then if the status is any 2xx, the response content is JSON

    Scenario: PUT on a task
      Given the task {id} is {"description": "{text}"}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then if the status is any 2xx, the response content is JSON

    Scenario: DELETE of a task
      Given the task {id} is {"description": "{text}"}
      When the client sends DELETE /tasks/{id}
      Then if the status is any 2xx, the response content is JSON

  @errors.explained @http @advice
  Rule: A refusal explains itself
    The reader of a refusal did not expect it. One sentence can save an hour.
    Source: RFC 9110 §15.5, SHOULD
    Hint: Let every 4xx have {"error": "…"}, also those that your framework sends by itself.

    Scenario: A method that the list does not have
      When the client sends PUT /tasks with {"complete": true}
      Then if the status is any 4xx, the response explains the error in JSON

    Scenario: A body that is not JSON
      Given the next request carries Content-Type: text/plain
      When the client sends PUT /items/{key} with blue
      Then if the status is any 4xx, the response explains the error in JSON
