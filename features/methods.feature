Feature: Methods and their properties
  A method is a promise. GET promises to change nothing. PUT and DELETE promise that sending them twice has the same effect as sending them once.
  Clients, proxies and caches rely on these promises.

  @safe @basics
  Rule: GET changes nothing, however often
    Browsers prefetch, crawlers follow links, and caches revalidate. If a GET changes something, it does so when no
    user asked for it.
    Source: RFC 9110 §9.2.1, MUST
    Hint: Does your handler for GET write to the store, even "only" to fill in a default or count a visit?

    Scenario Outline: Reading an item that is <kind>
      Given the item {key} is <value>
      When the client sends GET /items/{key}
      And the client repeats the request 4 times
      Then the responses agree
      And the item {key} is still <value>

      Examples:
        | kind      | value                        |
        | a text    | "blue"                       |
        | a number  | 7                            |
        | a boolean | false                        |
        | an array  | [3, 1, 2]                    |
        | an object | {"colour": "blue", "size": 1} |

    Scenario: Reading an item that does not exist
      When the client sends GET /items/{key}
      And the client repeats the request 4 times
      Then the responses agree
      And if the status is 404 Not Found or 410 Gone, there is no item {key}

    Scenario: Reading the list
      Given the task {id}-open is {"description": "{text}"}
      And the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends GET /tasks
      And the client repeats the request 4 times
      Then the task {id} is still {"description": "{text}", "complete": true}
      And the task {id}-open is still {"description": "{text}"}

    @http
    Scenario: Reading a task at its own URI
      Given the task {id} is {"description": "{text}"}
      When the client sends GET /tasks/{id}
      And the client repeats the request 4 times
      Then the responses agree
      And the task {id} is still {"description": "{text}", "complete": false}

  @idempotent @basics
  Rule: PUT and DELETE twice have the same effect as once
    A client whose connection breaks does not know whether its request arrived. With an idempotent method it just sends
    the request again. The second response may have another status; the state must be the same.
    Source: RFC 9110 §9.2.2, MUST
    Hint: PUT sets a value, even if the item exists. It never appends to a value, counts or reverses it.
    Hint: The second DELETE finds nothing. Respond 404 and change nothing else.

    Scenario Outline: PUT of <kind> on an item four times
      Given the item {key}-once is "blue"
      And the item {key}-once becomes <value>
      And the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": <value>}
      And the client repeats the request 3 times
      Then every status is any 2xx
      And the item {key} is now <value>

      Examples:
        | kind     | value  |
        | a text   | "red"  |
        | a number | 7      |
        | an array | [1, 2] |

    Scenario: PUT on an unused key four times
      Given the item {key}-once is "blue"
      When the client sends PUT /items/{key} with {"value": "blue"}
      And the client repeats the request 3 times
      Then if the status is any 2xx, the item {key} is now "blue"
      And every status is any 2xx or any 4xx

    Scenario: DELETE of an item four times removes only that item
      Given the item {key}-once was deleted
      And the item other-{key} is "blue"
      And the item {key} is "green"
      When the client sends DELETE /items/{key}
      And the client repeats the request 3 times
      Then every status is any 2xx or any 4xx
      And there is no item {key}
      And the item other-{key} is still "blue"

    Scenario Outline: Setting complete to <flag> on a task four times
      Given the task {id}-once is {"description": "{text}"}
      And the task {id}-once becomes {"complete": <before>}
      And the task {id}-once becomes {"complete": <flag>}
      And the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": <before>}
      When the client sends PUT /tasks/{id} with {"complete": <flag>}
      And the client repeats the request 3 times
      Then every status is any 2xx
      And the task {id} is now {"description": "{text}", "complete": <flag>}
      And {"id": "{id}"} is listed once

      Examples:
        | before | flag  |
        | false  | true  |
        | true   | false |

    @alone
    Scenario: DELETE of a task four times removes only that task
      Hint: Find the task by its id each time. After the first DELETE an old index points to another task.

      Given the task {id}-once was deleted
      And the task {id}-a is {"description": "{text}"}
      And the task {id}-b is {"description": "{text}"}
      And the task {id}-c is {"description": "{text}"}
      When the client sends DELETE /tasks/{id}-b
      And the client repeats the request 3 times
      Then every status is any 2xx or any 4xx
      And there is no task {id}-b
      And the task {id}-a is still {"description": "{text}"}
      And the task {id}-c is still {"description": "{text}"}

  @post.not.idempotent @http
  Rule: The same POST to the list twice creates two tasks
    POST is not idempotent: a POST that is sent twice takes effect twice. So a client must not repeat a POST blindly.
    (With POST /tasks/{id} you cannot see this, because the second POST finds the task of the first.)
    Source: RFC 9110 §9.2.2, §9.3.3, contract
    Hint: Give each new task its own id: a random one, or a counter that skips ids that exist. Never make the id from the description.

    Scenario: Two equal POSTs create two tasks with two Locations
      Hint: Respond 201 with a Location that leads to the new task. The list must contain the tasks from POST /tasks too.

      When the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request
      Then every status is 201 Created
      And each Location is new and leads to {"description": "{text}"}
      And {"description": "{text}"} is listed twice

    Scenario: Five equal POSTs create five tasks with five Locations
      When the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request 4 times
      Then every status is 201 Created
      And each Location is new and leads to {"description": "{text}", "complete": false}

    @alone
    Scenario: A POST after deletions does not overwrite an older task
      Given the tasks {id}-1 to {id}-8 are added
      When the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request 4 times
      And the client sends DELETE /tasks/{id}-1
      And the client sends DELETE /tasks/{id}-2
      And the client sends DELETE /tasks/{id}-3
      And the client sends DELETE /tasks/{id}-4
      And the client sends DELETE /tasks/{id}-5
      And the client sends DELETE /tasks/{id}-6
      And the client sends DELETE /tasks/{id}-7
      And the client sends DELETE /tasks/{id}-8
      And the client sends POST /tasks with {"description": "{text}"}
      And the client repeats the request 9 times
      Then each Location is new and leads to {"description": "{text}"}

  @duplicated @basics
  Rule: An intermediary that repeats PUT and DELETE does no harm
    Proxies and client libraries repeat idempotent requests by themselves when a connection breaks. The server must
    end in the state that one request of each would have left.
    Source: RFC 9110 §9.2.2, MUST
    Hint: Run your server and send each PUT and DELETE twice. What is different afterwards?

    Scenario: An item is replaced through the intermediary
      Given the item {key}-once is "blue"
      And the item {key}-once becomes ["green"]
      And the item {key} is "blue"
      And an intermediary that repeats PUT and DELETE stands between the client and the server
      When the client sends PUT /items/{key} with {"value": ["green"]}
      Then the item {key} is now ["green"]

    Scenario: An item is replaced and deleted through the intermediary
      Given the item {key}-once was deleted
      And the item other-{key} is "blue"
      And the item {key} is "blue"
      And an intermediary that repeats PUT and DELETE stands between the client and the server
      When the client sends PUT /items/{key} with {"value": "green"}
      And the client sends DELETE /items/{key}
      Then there is no item {key}
      And the item other-{key} is still "blue"

    Scenario: A task is completed through the intermediary
      Given the task {id}-once is {"description": "{text}"}
      And the task {id}-once becomes {"complete": true}
      And the task {id} is {"description": "{text}"}
      And an intermediary that repeats PUT and DELETE stands between the client and the server
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the task {id} is now {"description": "{text}", "complete": true}

    @alone
    Scenario: A task is completed and opened, and another task is deleted, through the intermediary
      Given the task {id}-once is {"description": "{text}"}
      And the task {id}-once becomes {"complete": true}
      And the task {id}-once becomes {"complete": false}
      And the task {id}-gone was deleted
      And the task {id}-a is {"description": "{text}"}
      And the task {id}-b is {"description": "{text}"}
      And the task {id}-c is {"description": "{text}"}
      And the task {id}-c becomes {"complete": false}
      And an intermediary that repeats PUT and DELETE stands between the client and the server
      When the client sends PUT /tasks/{id}-a with {"complete": true}
      And the client sends PUT /tasks/{id}-a with {"complete": false}
      And the client sends DELETE /tasks/{id}-b
      Then the task {id}-a is now {"description": "{text}", "complete": false}
      And there is no task {id}-b
      And the task {id}-c is still {"description": "{text}", "complete": false}

  @method.refused @http
  Rule: A method that a resource does not have is refused with 405
    405 says "the resource exists, but not with this method". Allow lists the methods that it has, so that a client need not guess.
    Source: RFC 9110 §15.5.6, MUST
    Hint at field: A 405 needs the header Allow, with every method that the resource has.
    Hint: What does your router do if it knows the path but not the method?
    Hint: Respond 405 with an Allow header that lists the methods of this path, such as Allow: GET, HEAD, OPTIONS, POST.

    Scenario: PUT on the list responds 405
      When the client sends PUT /tasks with {"complete": true}
      Then the status is 405 Method Not Allowed
      And the response allows GET and perhaps HEAD, OPTIONS, POST, TRACE

    Scenario: PATCH on the list responds 405, or 501 if no resource has PATCH
      When the client sends PATCH /tasks with {"complete": true}
      Then the status is 405 Method Not Allowed or 501 Not Implemented
      And if the status is 405 Method Not Allowed, the response allows GET and perhaps HEAD, OPTIONS, POST, TRACE

  @method.unknown @http
  Rule: An unknown method is refused
    New methods are invented now and then. A server that does not know a method must say so. It must not treat it as another method.
    Source: RFC 9110 §9.1, SHOULD
    Hint: Respond 501 Not Implemented or 405 Method Not Allowed. Never respond with success, and never crash.

    Scenario: BREW on an item
      Hint: Check the method before you do anything. Respond 501 or 405 to unknown methods, and have no branch for "all other methods".

      Given the item {key} is "blue"
      When the client sends BREW /items/{key}
      Then the status is 501 Not Implemented or any 4xx
      And the item {key} is still "blue"

    Scenario: BREW on a task
      Hint: Check the method before you do anything. Respond 501 or 405 to unknown methods, and have no branch for "all other methods".

      Given the task {id} is {"description": "{text}"}
      When the client sends BREW /tasks/{id}
      Then the status is 501 Not Implemented or any 4xx
      And the task {id} is still {"description": "{text}"}

  @method.override @http
  Rule: A GET stays a GET, whatever headers and parameters it has
    If a header or a parameter could turn a GET into a DELETE, then a link, an image or a prefetch could delete things.
    Source: RFC 9110 §9.2.1, MUST
    Hint: Look for middleware such as "method override" and switch it off, at least for GET.

    Scenario Outline: The header <field> does not change the method
      Given the item {key} is "blue"
      And the next request carries <field>: DELETE
      When the client sends GET /items/{key}
      Then the item {key} is still "blue"

      Examples:
        | field                  |
        | X-HTTP-Method-Override |
        | X-HTTP-Method          |
        | X-Method-Override      |

    Scenario Outline: A parameter for the <what> does not change the method
      Hint: Switch off code that reads the method from a parameter (_method, action).

      Given the item {key} is "blue"
      When the client sends GET /items/{key}?<parameter>=DELETE
      Then the item {key} is still "blue"

      Examples:
        | what             | parameter |
        | framework's sake | _method   |
        | method           | method    |
        | action           | action    |

    Scenario: A GET does not delete a task either
      Given the task {id} is {"description": "{text}"}
      And the next request carries X-HTTP-Method-Override: DELETE
      When the client sends GET /tasks/{id}?_method=DELETE
      Then the task {id} is still {"description": "{text}"}

  @head @http
  Rule: HEAD responds like GET, without the content
    HEAD asks "what would GET say?". Link checkers, caches and download tools use it and rely on getting the same headers as with GET.
    Source: RFC 9110 §9.3.2, MUST
    Hint: Let the handler for GET handle HEAD too. Most frameworks then leave out the content by themselves.

    Scenario: HEAD of an item
      Given the item {key} is "blue"
      When the client sends HEAD /items/{key}
      Then the status is 200 OK
      And the response is that of GET without its content
      And the item {key} is still "blue"

    Scenario: HEAD of an item that does not exist
      When the client sends HEAD /items/{key}
      Then the response is that of GET without its content
      And there is no item {key}

    Scenario: HEAD of the list
      Given the task {id} is {"description": "{text}"}
      When the client sends HEAD /tasks
      Then the status is 200 OK
      And the response is that of GET without its content
      And the task {id} is still {"description": "{text}"}

    Scenario: HEAD of a task
      Given the task {id} is {"description": "{text}"}
      When the client sends HEAD /tasks/{id}
      Then the response is that of GET without its content
      And the task {id} is still {"description": "{text}"}

  @options @http
  Rule: OPTIONS changes nothing, and its Allow is true
    A client can ask before it tries. The server chooses what Allow lists (RFC 9110 §10.2.1). Many routers and CORS middlewares
    respond without Allow, and that costs nothing. If Allow is there, it lists the methods of the resource, with or without OPTIONS.
    Source: RFC 9110 §9.3.7, §10.2.1, contract
    Hint: Respond 204 (or 200), and list in Allow every method that the path has, HEAD too.
    Hint: If the list lacks a method because the path does not have it, add the method to the path.

    Scenario: OPTIONS of an item
      Given the item {key} is "blue"
      When the client sends OPTIONS /items/{key}
      Then the status is 200 OK or 204 No Content
      And Allow, if present, lists DELETE, GET, HEAD, POST, PUT and perhaps OPTIONS, PATCH, TRACE
      And the item {key} is still "blue"

    Scenario: OPTIONS of the list
      When the client sends OPTIONS /tasks
      Then the status is 200 OK or 204 No Content
      And Allow, if present, lists GET, HEAD, POST and perhaps OPTIONS, TRACE

    Scenario: OPTIONS of a task
      Given the task {id} is {"description": "{text}"}
      When the client sends OPTIONS /tasks/{id}
      Then the status is 200 OK or 204 No Content
      And Allow, if present, lists DELETE, GET, HEAD, POST, PUT and perhaps OPTIONS, PATCH, TRACE
      And the task {id} is still {"description": "{text}"}
