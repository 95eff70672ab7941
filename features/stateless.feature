Feature: Statelessness
  Each request carries all that is needed to understand it. What the server keeps are its resources, never the
  conversation: who asked before, on which connection, with which cookie. That is why any replica can answer any request.

  @stateless @basics
  Rule: An answer depends on the resource and the request alone
    A client that has to log in to a conversation first cannot be moved to another server, and two clients that share a
    conversation get each other's answers.
    Source: Fielding §5.1.3; RFC 9110 §3.3, MUST
    Hint at answer: If that befalls one request now and then, whatever it asks, look for a counter or a limit that cuts connections off.
    Hint at answer: If it befalls a client while another one keeps its connection open, serve each connection by itself.
    Hint: Look for anything your handlers remember besides the items and tasks: a session, a current item, a last result.
    Hint: Values that belong to one request live in the handler; only resources live in the store.

    Scenario: The first request of a new client is answered like any other, for items
      When the client sends GET /items/{key}
      And another client sends GET /items/{key}
      Then every status is 200 OK, 204 No Content, 404 Not Found or 410 Gone

    Scenario: The first request of a new client is answered like any other, for tasks
      When the client sends GET /tasks
      And another client sends GET /tasks
      Then every status is 200 OK

    Scenario: What one client stores another one reads
      Given the client keeps its connection and its cookies
      And the item {key} is "blue"
      When the client sends GET /items/{key}
      And another client sends GET /items/{key}
      Then the responses agree

    Scenario: What one client adds another one sees in the list
      Given the client keeps its connection and its cookies
      And the task {id}-once is {"description": "{text}"}
      And the task {id}-once becomes {"complete": true}
      And the task {id}-once becomes {"complete": false}
      And the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When another client sends PUT /tasks/{id} with {"complete": false}
      Then the status is any 2xx
      And the task {id} is now {"description": "{text}", "complete": false}

    Scenario: One client takes over from another
      Given the client keeps its connection and its cookies
      And the item {key} is "blue"
      And the item {key} becomes "green"
      When another client sends PUT /items/{key} with {"value": "white"}
      Then the status is any 2xx
      And the item {key} is now "white"

    Scenario: What a client with a cookie stores another one reads
      Given the item {key} is "blue"
      And the item {key} becomes "green"
      And the client keeps its connection and its cookies
      When the client sends GET /items/{key}
      And the client sends PUT /items/{key} with {"value": "white"}
      And another client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "white"}

    Scenario: Two clients take turns on two items
      Given the client keeps its connection and its cookies
      And the item {key}-a is "blue"
      And the item {key}-a becomes "green"
      And the item {key}-b is "green"
      When the client sends PUT /items/{key}-a with {"value": "red"}
      And another client sends PUT /items/{key}-b with {"value": "black"}
      And the client sends PUT /items/{key}-a with {"value": "white"}
      Then the item {key}-a is now "white"
      And the item {key}-b is now "black"

    Scenario: One connection carries requests for different items
      Given the client keeps its connection and its cookies
      And the item {key}-a is "blue"
      And the item {key}-b is "green"
      When the client sends GET /items/{key}-a
      And the client sends GET /items/{key}-b
      Then the status is 200 OK
      And the response includes {"value": "green"}

    Scenario: An answer is not kept for the next request
      Given the item {key} is "blue"
      And the item {key} becomes "red"
      And the client keeps its connection and its cookies
      When the client sends GET /items/{key}
      And the client sends PUT /items/{key} with {"value": "green"}
      And the client sends GET /items/{key}
      Then the response includes {"value": "green"}

    Scenario: Refusals before do not change an answer
      Hint: Nothing that a connection or a client did before may decide: no counters, no black lists.

      Given the client keeps its connection and its cookies
      And the item {key} is "blue"
      When the client sends DELETE /items/{key}-none
      And the client repeats the request 9 times
      And the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

  @independent @basics
  Rule: A change touches the one resource that its URI names
    Everything else has to stay as it was: the neighbour in the list, the key that looks alike, the other kind of resource.
    Source: RFC 9110 §3.1, contract
    Hint: Find what you change by its whole key, never by its place, its beginning or "the last one".

    Scenario Outline: <method> on an item leaves the one beside it
      Given the item {key} is "blue"
      And the item {key}2 is "green"
      When the client sends <method> /items/{key} with {"value": "red"}
      Then the item {key}2 is still "green"

      Examples:
        | method |
        | PUT    |
        | POST   |

    Scenario: DELETE of an item leaves the one beside it
      Given the item {key} is "blue"
      And the item {key}2 is "green"
      When the client sends DELETE /items/{key}
      Then the item {key}2 is still "green"

    Scenario: Two items may have equal values
      Given the item {key}-a is ["blue"]
      And the item {key}-b is ["blue"]
      When the client sends PUT /items/{key}-a with {"value": ["green"]}
      Then the item {key}-b is still ["blue"]

    @alone
    Scenario: Completing a task leaves the others
      Given the task {id}-a is {"description": "{text}"}
      And the task {id}-b is {"description": "{text}"}
      And the task {id}-c is {"description": "{text}"}
      And the task {id}-a becomes {"complete": false}
      And the task {id}-c becomes {"complete": false}
      When the client sends PUT /tasks/{id}-b with {"complete": true}
      Then the task {id}-a is still {"description": "{text}", "complete": false}
      And the task {id}-c is still {"description": "{text}", "complete": false}

    @alone
    Scenario: Deleting a task leaves the others
      Given the task {id}-a is {"description": "{text}"}
      And the task {id}-b is {"description": "{text}"}
      And the task {id}-c is {"description": "{text}"}
      And the task {id}-a becomes {"complete": false}
      And the task {id}-c becomes {"complete": true}
      When the client sends DELETE /tasks/{id}-b
      Then the task {id}-a is still {"description": "{text}", "complete": false}
      And the task {id}-c is still {"description": "{text}", "complete": true}

    Scenario: Adding a task leaves the others
      Hint: Add the new task to the list that there is. Do not read or build the list anew.

      Given the task {id}-a is {"description": "{text}"}
      And the task {id}-a becomes {"complete": true}
      When the client sends POST /tasks/{id}-b with {"description": "another one"}
      Then the task {id}-a is still {"description": "{text}", "complete": true}

    Scenario: An item and a task may have the same name
      Given the item {id} is "blue"
      And the task {id} is {"description": "{text}"}
      When the client sends DELETE /tasks/{id}
      Then the item {id} is still "blue"

  @nocookies @http
  Rule: No cookie is needed, none is set, none is believed
    A cookie that the server hands out is a conversation that it remembers. One that it did not hand out means nothing.
    Source: Fielding §5.1.3, contract
    Hint: Switch off sessions in your framework: an API that keeps no conversation needs none.
    Hint: Where nobody logs in, ignore Authorization.

    Scenario: No answer about items sets a cookie
      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends GET /items/{key}
      And the client sends DELETE /items/{key}
      And the client sends GET /items/{key}
      Then no response sets a cookie

    Scenario: No answer about tasks sets a cookie
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends GET /tasks
      And the client sends DELETE /tasks/{id}
      Then no response sets a cookie

    Scenario Outline: A made-up <what> changes nothing for items
      Given the item {key} is "blue"
      And the next request carries <field>: <value>
      When the client sends PUT /items/{key} with {"value": "green"}
      And another client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "green"}
      And the item {key} is now "green"
      And no response sets a cookie

      Examples:
        | what     | field         | value                           |
        | session  | Cookie        | session=eyJ1c2VyIjoxfQ; id=7; a |
        | token    | Authorization | Bearer made-up-token            |
        | password | Authorization | Basic bWFkZTp1cA==              |

    Scenario: Made-up cookies change nothing for tasks
      Given the task {id} is {"description": "{text}"}
      And the next request carries Cookie: sessionid=made-up; connect.sid=s%3Amade-up
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the task {id} is now {"description": "{text}", "complete": true}
