Feature: Errors and bad input
  Every server gets bad requests sooner or later. It says what is wrong, in a form that a program can read, and
  a refused request changes nothing.

  @json.malformed @http
  Rule: A body that the server cannot read changes nothing
    A truncated upload must not become half a value. The client must learn that the mistake is its own (4xx) and not
    the server's (5xx).
    Source: RFC 9110 §15.5.1, §15.5.21, contract
    Hint at content: The status is right, but the content is not. Send errors as JSON too: {"error": "…"}. Many frameworks send an HTML page by default.
    Hint: Read the whole body before you change the store. What does your JSON decoder do when it fails? Catch the error, respond 400 and return.
    Hint: An empty body is not JSON. Some frameworks give you {} for it: check the length before you decode.

    Scenario Outline: PUT on an item with <flaw>
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with <body>
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the response explains the error in JSON
      And the item {key} is still "blue"

      Examples:
        | flaw             | body               |
        | a truncated body | {"value": "gre     |
        | an empty body    | nothing            |
        | bare text        | green              |

    Scenario Outline: POST on an unused key with <flaw>
      When the client sends POST /items/{key} with <body>
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the response explains the error in JSON
      And there is no item {key}

      Examples:
        | flaw             | body           |
        | a truncated body | {"value": "gre |
        | an empty body    | nothing        |

    Scenario Outline: POST of a task with <flaw>
      When the client sends POST /tasks/{id} with <body>
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the response explains the error in JSON
      And there is no task {id}

      Examples:
        | flaw             | body                 |
        | a truncated body | {"description": "bre |
        | an empty body    | nothing              |
        | bare text        | bread                |

    Scenario Outline: PUT on a task with <flaw>
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": false}
      When the client sends PUT /tasks/{id} with <body>
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the response explains the error in JSON
      And the task {id} is still {"description": "{text}", "complete": false}

      Examples:
        | flaw             | body              |
        | a truncated body | {"complete": true |
        | an empty body    | nothing           |
        | bare text        | complete          |

    Scenario: POST to the list with a truncated body
      When the client sends POST /tasks with {"description": "{text}"
      Then the status is 400 Bad Request, 422 Unprocessable Content, 404 Not Found or 405 Method Not Allowed
      And {"description": "{text}"} is listed nowhere

  @json.incomplete @http
  Rule: A body without a required member is refused
    JSON that can be read can still make no sense. A missing value is not null, and a list is not an object.
    Source: RFC 9110 §15.5.1, §15.5.21, contract
    Hint: After decoding, check that you have an object and that it has the member, before you use the member.
    Hint: Respond 400 or 422 with {"error": "…"}. An uncaught exception becomes a 500.

    Scenario Outline: PUT on an item with <flaw>
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with <body>
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the response explains the error in JSON
      And the item {key} is still "blue"

      Examples:
        | flaw                             | body                 |
        | no value                         | {}                   |
        | a value under another name       | {"val": "green"}     |
        | an array                         | [{"value": "green"}] |
        | a text                           | "green"              |
        | null                             | null                 |
        | a number                         | 7                    |

    Scenario Outline: POST on an unused key with <flaw>
      When the client sends POST /items/{key} with <body>
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the response explains the error in JSON
      And there is no item {key}

      Examples:
        | flaw     | body                 |
        | no value | {}                   |
        | an array | [{"value": "green"}] |
        | a text   | "green"              |
        | null     | null                 |

    Scenario Outline: POST of a task with <flaw>
      When the client sends POST /tasks/{id} with <body>
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the response explains the error in JSON
      And there is no task {id}

      Examples:
        | flaw           | body                       |
        | no description | {}                         |
        | complete alone | {"complete": true}         |
        | an array       | [{"description": "bread"}] |
        | a text         | "bread"                    |
        | null           | null                       |

    Scenario Outline: PUT on a task with <flaw>
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": false}
      When the client sends PUT /tasks/{id} with <body>
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the response explains the error in JSON
      And the task {id} is still {"description": "{text}", "complete": false}

      Examples:
        | flaw     | body                 |
        | an array | [{"complete": true}] |
        | a text   | "complete"           |
        | null     | null                 |

    Scenario: POST to the list without a description
      When the client sends POST /tasks with {"note": "{text}"}
      Then the status is 400 Bad Request, 422 Unprocessable Content, 404 Not Found or 405 Method Not Allowed
      And {"note": "{text}"} is listed nowhere

  @json.wrongtype @http
  Rule: A member of the wrong type is refused
    In most languages the text "false" counts as true. A value that is stored with the wrong type today is a bug in every
    client tomorrow.
    Source: RFC 9110 §15.5.21, contract
    Hint: Check the type, not whether the value counts as true: "complete" must be true or false, and "description" a text.
    Hint: null is a type of its own. It is neither a boolean nor a text.

    Scenario Outline: A task whose description is <what>
      When the client sends POST /tasks/{id} with {"description": <description>}
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And there is no task {id}

      Examples:
        | what      | description    |
        | a number  | 5              |
        | null      | null           |
        | a boolean | true           |
        | an array  | ["bread"]      |
        | an object | {"a": "bread"} |

    Scenario Outline: Completing a task with <what>
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": false}
      When the client sends PUT /tasks/{id} with {"complete": <flag>}
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the task {id} is still {"description": "{text}", "complete": false}

      Examples:
        | what             | flag    |
        | the text "true"  | "true"  |
        | the text "false" | "false" |
        | the number 1     | 1       |
        | null             | null    |
        | an array         | [true]  |

    Scenario Outline: Opening a completed task with <what>
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends PUT /tasks/{id} with {"complete": <flag>}
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the task {id} is still {"description": "{text}", "complete": true}

      Examples:
        | what          | flag |
        | the number 0  | 0    |
        | null          | null |
        | an empty text | ""   |

  @json.strict @http @advice
  Rule: JSON that parsers read differently is better refused
    Parsers disagree on NaN, single quotes, a byte order mark, data after the value, and member names that occur twice or in another case.
    Attackers use such differences. Whatever the server accepts, the JSON that it sends
    must be valid.
    Source: RFC 8259 §4, §6, §8.1, SHOULD
    Hint: Look for a strict mode of your JSON decoder, and check that nothing follows the value.

    Scenario Outline: PUT with <flaw>
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with <body>
      And the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

      Examples:
        | flaw                     | body                                |
        | NaN                      | {"value": NaN}                      |
        | a byte order mark        | ﻿{"value": "green"}                 |
        | data after the value     | {"value": "green"} {"value": "red"} |
        | a name that occurs twice | {"value": "green", "value": "red"}  |
        | a name in capitals       | {"VALUE": "green"}                  |
        | single quotes            | {'value': 'green'}                  |

  @media.unsupported @http
  Rule: A body with another media type than JSON is refused with 415
    Content-Type says how to read the body. If a server guesses, an attacker can make it read a body that was not meant for it: a web
    page of a stranger may send text/plain without permission, but not JSON.
    Source: RFC 9110 §15.5.16, contract
    Hint: Check Content-Type before you read the body. If it is not JSON, respond 415 Unsupported Media Type.

    Scenario: PUT on an item as text/plain
      Hint: Refuse the request before anything is stored, and return.

      Given the item {key} is "blue"
      And the next request carries Content-Type: text/plain
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is 415 Unsupported Media Type
      And the item {key} is still "blue"

    Scenario: POST on an unused key as text/plain
      Hint: Refuse the request before anything is stored, and return.

      Given the next request carries Content-Type: text/plain
      When the client sends POST /items/{key} with {"value": "green"}
      Then the status is 415 Unsupported Media Type
      And there is no item {key}

    Scenario: POST of a task as text/plain
      Hint: Refuse the request before anything is stored, and return.

      Given the next request carries Content-Type: text/plain
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then the status is 415 Unsupported Media Type
      And there is no task {id}

    Scenario: PUT on a task as text/plain
      Hint: Refuse the request before anything is stored, and return.

      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": false}
      And the next request carries Content-Type: text/plain
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 415 Unsupported Media Type
      And the task {id} is still {"description": "{text}", "complete": false}

  @path.unknown @http
  Rule: A path that does not exist responds 404 in JSON
    Clients parse the response. If a page of HTML comes instead of JSON, "not found" becomes "cannot read the response".
    Source: RFC 9110 §15.5.5, contract
    Hint: Your framework has a default page for unknown paths. Replace it with {"error": "Not found"}.

    @items
    Scenario: A path that is no collection
      When the client sends GET /{key}
      Then the status is 404 Not Found
      And the response explains the error in JSON

    Scenario: A path below an item
      Given the item {key} is "blue"
      When the client sends GET /items/{key}/more
      Then the status is 404 Not Found
      And the response explains the error in JSON

    @tasks
    Scenario: A path that is no collection, on the tasks server
      When the client sends GET /{id}
      Then the status is 404 Not Found
      And the response explains the error in JSON

    Scenario: A path below a task
      Given the task {id} is {"description": "{text}"}
      When the client sends GET /tasks/{id}/more
      Then the status is 404 Not Found
      And the response explains the error in JSON

  @path.malformed @http
  Rule: A path that cannot be decoded is refused, and the server keeps running
    Two hexadecimal digits follow a percent sign, and a name is UTF-8. Many decoders raise an error for anything else. If no code catches
    that error, one request stops the server for every client.
    Source: RFC 3986 §2.1; RFC 9110 §15.5.1, contract
    Hint: Where do you decode the path? decodeURIComponent in JavaScript throws an error for %zz, and for bytes that are not UTF-8.
    Hint: Catch the error and respond 400 or 404. No item or task can have such a name.

    Scenario Outline: GET of an item whose name has <flaw>
      Given the item {key} is "blue"
      When the client sends GET /items/<name>
      Then the status is any 4xx
      And the item {key} is still "blue"

      Examples:
        | flaw                           | name        |
        | a percent sign at its end      | {key}%      |
        | a percent sign without digits  | {key}%zz    |
        | bytes that are not UTF-8       | {key}%c3%28 |

    Scenario Outline: DELETE of a task whose name has <flaw>
      Given the task {id} is {"description": "{text}"}
      When the client sends DELETE /tasks/<name>
      Then the status is any 4xx
      And the task {id} is still {"description": "{text}"}

      Examples:
        | flaw                           | name       |
        | a percent sign at its end      | {id}%      |
        | a percent sign without digits  | {id}%zz    |
        | bytes that are not UTF-8       | {id}%c3%28 |

  @errors.leak.nothing @http
  Rule: An error reveals nothing about the program
    A stack trace helps attackers, and no user of the API.
    Source: RFC 9457 §5; OWASP API8:2023, SHOULD
    Hint: Switch off your framework's debug mode, and respond to unexpected errors with a plain sentence.

    Scenario Outline: <method> on an item with <flaw>
      When the client sends <method> /items/{key} with <body>
      Then the response reveals nothing about the program

      Examples:
        | method | flaw             | body      |
        | PUT    | a truncated body | {"value": |
        | POST   | a truncated body | {"value": |
        | PUT    | no value         | {}        |
        | POST   | null             | null      |
        | PUT    | an array         | [1]       |

    Scenario Outline: <method> on a task with <flaw>
      Given the task {id} is {"description": "{text}"}
      When the client sends <method> /tasks/{id} with <body>
      Then the response reveals nothing about the program

      Examples:
        | method | flaw             | body               |
        | POST   | no description   | {}                 |
        | POST   | a wrong type     | {"description": 5} |
        | PUT    | a truncated body | {"complete":       |
        | PUT    | a text           | "complete"         |
        | PUT    | a wrong type     | {"complete": []}   |

    Scenario: GET of an item that does not exist
      When the client sends GET /items/{key}
      Then the response reveals nothing about the program

    Scenario: DELETE of a task that does not exist
      When the client sends DELETE /tasks/{id}
      Then the response reveals nothing about the program

    Scenario: A path that does not exist
      When the client sends GET /{key}/{id}
      Then the response reveals nothing about the program

    @needs:path.malformed
    Scenario: A path that cannot be decoded
      When the client sends GET /items/{key}%zz
      Then the response reveals nothing about the program
