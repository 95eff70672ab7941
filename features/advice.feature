Feature: Good manners
  None of this costs a mark. It is what clients and those who run them are grateful for.

  @date @http @advice
  Rule: An answer says when it was made
    Caches compute ages from Date. A server with a clock sends it.
    Source: RFC 9110 §6.6.1, MUST
    Hint: Most servers add it by themselves; if yours was written by hand, add Date: in the form of RFC 9110 §5.6.7.

    Scenario: The item
      When the client sends GET /items/{key}
      Then the response has the header Date

    Scenario: The list
      When the client sends GET /tasks
      Then the response has the header Date

  @server.version @http @advice
  Rule: No field tells the version of the server
    A version number tells an attacker which holes to try.
    Source: RFC 9110 §10.2.4, SHOULD
    Hint: Find the setting that shortens or removes Server and X-Powered-By.

    Scenario: The item
      When the client sends GET /items/{key}
      Then no header reveals the version of the server

    Scenario: The list
      When the client sends GET /tasks
      Then no header reveals the version of the server

  @connections @http @advice
  Rule: One client that keeps its connection keeps nobody waiting
    Browsers keep a connection open after the answer. A server that serves one connection until it is closed makes all
    other clients wait for that.
    Source: RFC 9112 §9.3, §9.5, contract
    Hint: Serve each connection in a thread or a task of its own; in Python: ThreadingHTTPServer instead of HTTPServer.

    Scenario: Another client asks meanwhile
      When the client sends GET /items/{key}
      Then another client gets a response while one keeps its connection

  @post.location @http @advice
  Rule: A POST that creates says where
    Where the client chose the URI itself it knows the place. A Location all the same lets a program that follows every
    201 work without knowing that.
    Source: RFC 9110 §15.3.2, SHOULD
    Hint: Add Location with the path of what was created.

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
    Hint: Respond to OPTIONS with Accept-Patch: application/merge-patch+json where tasks have PATCH.

    Scenario: OPTIONS of a task
      Given the task {id} was patched
      When the client sends OPTIONS /tasks/{id}
      Then if the status is any 2xx, the response has the header Accept-Patch

  @write.answers @http @advice
  Rule: A write that is done responds with JSON or without content
    A client of this API reads JSON. A page of HTML or a bare word after PUT needs a special case in each client.
    Source: contract
    Hint: Does your framework label a string as text/html? Return an object, such as {"message": "Item created"}.
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
    The one who reads it did not expect it. A sentence saves them an hour.
    Source: RFC 9110 §15.5, SHOULD
    Hint: Let every 4xx carry {"error": "…"}, also those that your framework answers by itself.

    Scenario: A method that the list does not have
      When the client sends PUT /tasks with {"complete": true}
      Then if the status is any 4xx, the response explains the error in JSON

    Scenario: A body that is not JSON
      Given the next request carries Content-Type: text/plain
      When the client sends PUT /items/{key} with blue
      Then if the status is any 4xx, the response explains the error in JSON
