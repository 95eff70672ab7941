@needs:client.json @needs:client.ends
Feature: A client that knows HTTP
  Servers differ, and all of them are right. A client that works with one server only has understood that server, but not the protocol.

  @client.chunks @http @needs:client.prints
  Rule: It reads a response in chunks
    A server that does not know how long its response will be sends it in chunks, without Content-Length. An HTTP library joins the chunks
    for you. If you read from the socket, you must do it yourself.
    Source: RFC 9112 §7.1, MUST
    Hint: Do you look for Content-Length, or read a fixed number of bytes?
    Hint: Let an HTTP library read the whole response. In Go io.ReadAll(resp.Body), in Python response.json().

    @items
    Scenario: An item comes in chunks
      Given the server responds in chunks
      And another client changes the item to "{text}" after the first POST
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

    @tasks
    Scenario: The list comes in chunks
      Given the server responds in chunks
      And another client adds a task with "{text}"
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

  @client.length @http @needs:client.prints
  Rule: It counts Content-Length in bytes
    In UTF-8 "ä" is one character and two bytes. A program that reads as many characters as Content-Length says waits for bytes that never come, or
    loses the end.
    Source: RFC 9110 §8.6, MUST
    Hint: What does your program do with a response that is not ASCII?
    Hint: Read all bytes, and then decode UTF-8; or let the library do both.

    @items
    Scenario: The value is not ASCII
      Given another client changes the item to "ääääääää {text}" after the first POST
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

    @tasks
    Scenario: A description is not ASCII
      Given another client adds a task with "ääääääää {text}"
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

  @client.layout @http @needs:client.prints
  Rule: It reads JSON in any layout
    The order of members and the white space between them mean nothing. A client that searches the response for a piece of text
    works until the server's library changes.
    Source: RFC 8259 §2 and §4, contract
    Hint: Do you search the response for text, or parse it?
    Hint: Parse it: json.loads, JSON.parse, json.Unmarshal; jq in a shell.

    @items
    Scenario: An item in another layout
      Given the server writes its JSON in another layout
      And another client changes the item to "{text}" after the first POST
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

    @tasks
    Scenario: The list in another layout
      Given the server writes its JSON in another layout
      And another client adds a task with "{text}"
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

  @client.members @http @needs:client.prints
  Rule: It ignores unknown members
    A server gets new features. A client that reads only the members that it knows keeps working; one that insists on those alone breaks on the day of the update.
    Source: RFC 9413 §3, contract
    Hint: Does your parser refuse members that your type does not have? Do you count the members?
    Hint: Read the members that you need by name, and ignore the rest. In Go leave out DisallowUnknownFields; in Python avoid Task(**entry).

    @items
    Scenario: An item has more members
      Given the server adds unknown members
      And another client changes the item to "{text}" after the first POST
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

    @tasks
    Scenario: Each task has more members
      Given the server adds unknown members
      And another client adds a task with "{text}"
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

  @client.charset @http @needs:client.prints
  Rule: It accepts a media type with parameters
    Content-Type: application/json; charset=utf-8 is JSON too. Many frameworks send it.
    Source: RFC 9110 §8.3.1, contract
    Hint: Do you compare the whole header with "application/json"?
    Hint: Compare only the part before the semicolon, without case; or parse the content and see.

    @items
    Scenario: An item has a media type with a charset
      Given the server adds a charset to its media type
      And another client changes the item to "{text}" after the first POST
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

    @tasks
    Scenario: The list has a media type with a charset
      Given the server adds a charset to its media type
      And another client adds a task with "{text}"
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

  @client.nocontent @http
  Rule: It accepts a response without content
    204 No Content says that the request was done and there is nothing to add. It is as good as 200, and common for PUT and DELETE. A client that parses JSON
    without checking the status fails here.
    Source: RFC 9110 §15.3.5, MUST
    Hint: What does your program do with a response that has no content?
    Hint: Treat every 2xx as success, and parse only if there is content.

    @items
    Scenario: PUT and DELETE of an item get 204
      Given the server responds 204 No Content to PUT and DELETE
      When the program runs
      Then the program ends with exit status 0
      And the program sends PUT, DELETE for one item

    @tasks
    Scenario: PUT and DELETE of a task get 204
      Given the server responds 204 No Content to PUT and DELETE
      When the program runs
      Then the program ends with exit status 0
      And the program sends POST, PUT for one task
      And the program sends POST, DELETE for one task

  @client.missing @http
  Rule: It handles a resource that another client deleted
    Between two of your requests another client can delete the resource that you work on. The response is then 404, with an error instead of the
    content. You may go on or stop; but report the 404, and do not crash.
    Source: RFC 9110 §15.5.5, contract
    Hint: Do you check the status before you use the content?
    Hint: If the status is 404, print that the resource does not exist; then go on, or end with a message and exit status 1.

    @items
    Scenario Outline: An item is deleted before its <method>
      Given another client deletes the item before the first <method>
      When the program runs
      Then the program reports 404 Not Found
      And the program ends well or with a message

      Examples:
        | method |
        | GET    |
        | DELETE |

    @tasks
    Scenario Outline: A task is deleted before its <method>
      Given another client deletes the task before the first <method>
      When the program runs
      Then the program reports 404 Not Found
      And the program ends well or with a message

      Examples:
        | method |
        | PUT    |
        | DELETE |

  @client.taken @http
  Rule: It handles a resource that already exists
    A server may refuse to create a resource that another client has just created: 409. The same happens when your program runs twice.
    Source: RFC 9110 §15.5.10, contract
    Hint: What does your program do when it runs twice against such a server?
    Hint: If the status is 409, print that the resource exists; then go on, or end with a message and exit status 1.

    @items
    Scenario: The item already exists
      Given another client creates the item with "{text}" before the first POST
      When the program runs
      Then the program reports 409 Conflict
      And the program ends well or with a message

    @tasks
    Scenario: The task already exists
      Given another client creates the task with "{text}" before the first POST
      When the program runs
      Then the program reports 409 Conflict
      And the program ends well or with a message

  @client.errors @http
  Rule: It reports a response that it did not expect
    500 says that nothing was done, and the connection shows no error. A program that does not check the status goes on as if everything
    worked, or crashes because the content is missing.
    Source: RFC 9110 §15.6, contract
    Hint: Do you check the status before you use the content?
    Hint: If you did not expect the status, print the request and the status, and end with exit status 1. In Python response.raise_for_status() raises an error: catch it.

    @items
    Scenario: Every request for items gets 500
      Given the server responds to every request with 500 Internal Server Error
      When the program runs
      Then the program reports 500 Internal Server Error
      And the program ends well or with a message

    @tasks
    Scenario: Every request for tasks gets 500
      Given the server responds to every request with 500 Internal Server Error
      When the program runs
      Then the program reports 500 Internal Server Error
      And the program ends well or with a message

  @client.location @http @tasks @if:creates
  Rule: If the server chooses the id, it follows Location
    After POST /tasks only the server knows where the new task is. It says so in Location, as a path or as a whole URI. This rule is checked for
    programs that POST to /tasks.
    Source: RFC 9110 §10.2.2, contract
    Hint: Which path do you request after the POST, and where does it come from?
    Hint: Resolve Location against the URL of your request: urljoin in Python, url.Parse in Go, new URL(location, base) in JavaScript.

    Scenario: Location is a path
      When the program runs
      Then each Location is followed as it is written
      And the program ends with exit status 0

    Scenario: Location is a whole URI
      Given the server sends each Location with scheme and host
      When the program runs
      Then each Location is followed as it is written
      And the program ends with exit status 0

  @client.keys @http @items @if:key
  Rule: It encodes a key as one segment of the path
    A space, a percent sign, a question mark or a slash means something else in a URI. Percent-encoded, they are part of the key.
    This rule is checked for programs that take the key from the lab: {key} in the command, or the variable KEY.
    Source: RFC 3986 §2.1, MUST
    Hint: Which path did the server get, and which key did you mean?
    Hint: Encode the key before you put it into the path: urllib.parse.quote(key, safe=''), url.PathEscape, encodeURIComponent.

    Scenario Outline: A key with <something>
      When the program runs with the key "<key>"
      Then the program sends POST, GET, PUT, DELETE for the item "<key>"

      Examples:
        | something                | key           |
        | a space and a percent    | 50% off {key} |
        | a letter beyond ASCII    | käse-{key}    |
        | a question mark          | why?{key}     |
        | a slash                  | a/b-{key}     |

  @client.gone @http
  Rule: If the server is gone, it says so and ends
    A server that does not run is the most common trouble of all. A person needs a sentence, a script needs an exit status other than 0. A stack trace shows
    how your program is built, not what happened.
    Source: POSIX.1-2024, exit: other than 0 is no success, contract
    Hint: Stop the server and run your program. Could a friend tell what is wrong?
    Hint: Catch the error of your HTTP library around the whole program, print one line to standard error, and end with exit status 1.

    @items
    Scenario: The server for items is gone
      Given the server is gone
      When the program runs
      Then the program ends with a message and another exit status

    @tasks
    Scenario: The server for tasks is gone
      Given the server is gone
      When the program runs
      Then the program ends with a message and another exit status
