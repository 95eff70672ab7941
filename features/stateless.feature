Feature: Statelessness
  Each request contains everything that the server needs to understand it. The server keeps resources. It does not keep the
  conversation: which client sent requests before, on which connection, with which cookie. So any replica can respond to any request.

  @stateless @basics
  Rule: A response depends only on the resource and the request
    If a client must first begin a conversation, it cannot move to another server. If two clients share a
    conversation, they get each other's responses.
    Source: Fielding §5.1.3; RFC 9110 §3.3, MUST
    Hint at answer: If any request fails this way now and then, look for a counter or a limit that closes connections.
    Hint at answer: If a client gets no response while another client keeps its connection open, serve each connection separately.
    Hint: Look for anything that your handlers remember besides the items and tasks: a session, a current item, a last result.
    Hint: Keep the values of one request in local variables of the handler. Only resources belong in the store.

    Scenario: The first request of a new client is handled like any other, for items
      When the client sends GET /items/{key}
      And another client sends GET /items/{key}
      Then every status is 200 OK, 204 No Content, 404 Not Found or 410 Gone

    Scenario: The first request of a new client is handled like any other, for tasks
      When the client sends GET /tasks
      And another client sends GET /tasks
      Then every status is 200 OK

    Scenario: Another client reads what one client stored
      Given the client keeps its connection and its cookies
      And the item {key} is "blue"
      When the client sends GET /items/{key}
      And another client sends GET /items/{key}
      Then the responses agree

    Scenario: Another client sees in the list what one client added
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

    Scenario: Another client reads what a client with a cookie stored
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

    Scenario: A response is not kept for the next request
      Given the item {key} is "blue"
      And the item {key} becomes "red"
      And the client keeps its connection and its cookies
      When the client sends GET /items/{key}
      And the client sends PUT /items/{key} with {"value": "green"}
      And the client sends GET /items/{key}
      Then the response includes {"value": "green"}

    Scenario: Earlier refusals do not change a response
      Hint: Earlier requests of a connection or a client must not matter: no counters, no block lists.

      Given the client keeps its connection and its cookies
      And the item {key} is "blue"
      When the client sends DELETE /items/{key}-none
      And the client repeats the request 9 times
      And the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

  @independent @basics
  Rule: A change affects only the resource that its URI names
    Everything else must stay as it was: the next task in the list, a key that looks similar, the other kind of resource.
    Source: RFC 9110 §3.1, contract
    Hint: Find the resource by its whole key, never by its place, its first letters or "the last one".

    Scenario Outline: <method> on an item leaves another item as it is
      Given the item {key} is "blue"
      And the item {key}2 is "green"
      When the client sends <method> /items/{key} with {"value": "red"}
      Then the item {key}2 is still "green"

      Examples:
        | method |
        | PUT    |
        | POST   |

    Scenario: DELETE of an item leaves another item as it is
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
    Scenario: Completing a task leaves the other tasks as they are
      Given the task {id}-a is {"description": "{text}"}
      And the task {id}-b is {"description": "{text}"}
      And the task {id}-c is {"description": "{text}"}
      And the task {id}-a becomes {"complete": false}
      And the task {id}-c becomes {"complete": false}
      When the client sends PUT /tasks/{id}-b with {"complete": true}
      Then the task {id}-a is still {"description": "{text}", "complete": false}
      And the task {id}-c is still {"description": "{text}", "complete": false}

    @alone
    Scenario: Deleting a task leaves the other tasks as they are
      Given the task {id}-a is {"description": "{text}"}
      And the task {id}-b is {"description": "{text}"}
      And the task {id}-c is {"description": "{text}"}
      And the task {id}-a becomes {"complete": false}
      And the task {id}-c becomes {"complete": true}
      When the client sends DELETE /tasks/{id}-b
      Then the task {id}-a is still {"description": "{text}", "complete": false}
      And the task {id}-c is still {"description": "{text}", "complete": true}

    Scenario: Adding a task leaves the other tasks as they are
      Hint: Add the new task to the existing list. Do not read or build the list again.

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
  Rule: The server needs no cookie, sets none and ignores made-up ones
    A cookie from the server means that the server remembers a conversation. A cookie that the server did not set means nothing.
    Source: Fielding §5.1.3, contract
    Hint: Switch off sessions in your framework: an API without conversations needs none.
    Hint: If your API has no login, ignore Authorization.

    Scenario: No response about items sets a cookie
      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends GET /items/{key}
      And the client sends DELETE /items/{key}
      And the client sends GET /items/{key}
      Then no response sets a cookie

    Scenario: No response about tasks sets a cookie
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
