@needs:client.json @needs:client.ends
Feature: A client that knows HTTP
  Servers differ, and are right. A client that works with one server alone has not understood the protocol but the server.

  @client.chunks @http @needs:client.prints
  Rule: An answer may come in chunks
    A server that does not know how long its answer will be sends it in chunks, and no Content-Length. An HTTP library puts them together
    again; whoever reads from the socket has to do it.
    Source: RFC 9112 §7.1, MUST
    Hint: Do you look for Content-Length, or read a fixed number of octets?
    Hint: Let an HTTP library read the whole answer. In Go io.ReadAll(resp.Body), in Python response.json().

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
  Rule: Content-Length counts bytes
    In UTF-8 "ä" is one character and two octets. Who reads as many characters as Content-Length says waits for more than there is, or
    loses the end.
    Source: RFC 9110 §8.6, MUST
    Hint: What does your program do with an answer that is not ASCII?
    Hint: Read octets, all of them, and then decode UTF-8; or let the library do both.

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
  Rule: JSON may be laid out in any way
    The order of members and the white space between them mean nothing. A client that looks for a piece of text in the answer
    works until the server's library changes.
    Source: RFC 8259 §2 and §4, contract
    Hint: Do you search the answer for text, or parse it?
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
  Rule: Members that it does not know are passed over
    A server learns new things. A client that takes only what it knows lives on; one that insists breaks on the day of the update.
    Source: RFC 9413 §3, contract
    Hint: Does your parser refuse members that your type does not have? Do you count them?
    Hint: Take what you need by name, and leave the rest. In Go leave out DisallowUnknownFields; in Python avoid Task(**entry).

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
  Rule: A media type may have parameters
    Content-Type: application/json; charset=utf-8 is JSON too. Many frameworks send it.
    Source: RFC 9110 §8.3.1, contract
    Hint: Do you compare the whole field with "application/json"?
    Hint: Compare what stands before the semicolon, without regard to case; or parse the content and see.

    @items
    Scenario: An item is labelled with a charset
      Given the server adds a charset to its media type
      And another client changes the item to "{text}" after the first POST
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

    @tasks
    Scenario: The list is labelled with a charset
      Given the server adds a charset to its media type
      And another client adds a task with "{text}"
      When the program runs
      Then the program prints "{text}"
      And the program ends with exit status 0

  @client.nocontent @http
  Rule: An answer without content is a good answer
    204 No Content says: done, and there is nothing to tell. It is as good as 200, and common for PUT and DELETE. A client that parses JSON
    without a look at the status ends there with an error.
    Source: RFC 9110 §15.3.5, MUST
    Hint: What does your program do with the content of an answer that has none?
    Hint: Take every 2xx for success, and parse only where there is content.

    @items
    Scenario: PUT and DELETE of an item answer 204
      Given the server responds 204 No Content to PUT and DELETE
      When the program runs
      Then the program ends with exit status 0
      And the program sends PUT, DELETE for one item

    @tasks
    Scenario: PUT and DELETE of a task answer 204
      Given the server responds 204 No Content to PUT and DELETE
      When the program runs
      Then the program ends with exit status 0
      And the program sends POST, PUT for one task
      And the program sends POST, DELETE for one task

  @client.missing @http
  Rule: What is gone in the middle is no surprise
    Between two requests of yours another client can delete what you work on. The answer is 404, with an error in place of what you
    asked for. Go on or stop, both are right; but say so, and do not fall over it.
    Source: RFC 9110 §15.5.5, contract
    Hint: Do you look at the status before you use the content?
    Hint: Where the status is 404, print that it was not there; then go on, or end with a message and exit status 1.

    @items
    Scenario Outline: An item is gone before its <method>
      Given another client deletes the item before the first <method>
      When the program runs
      Then the program reports 404 Not Found
      And the program ends well or with a message

      Examples:
        | method |
        | GET    |
        | DELETE |

    @tasks
    Scenario Outline: A task is gone before its <method>
      Given another client deletes the task before the first <method>
      When the program runs
      Then the program reports 404 Not Found
      And the program ends well or with a message

      Examples:
        | method |
        | PUT    |
        | DELETE |

  @client.taken @http
  Rule: What is there already is no surprise
    A server may refuse to create what another client has created a moment before: 409. So it is when your program runs a second time.
    Source: RFC 9110 §15.5.10, contract
    Hint: What does your program do when it runs twice against such a server?
    Hint: Where the status is 409, print that it exists; then go on, or end with a message and exit status 1.

    @items
    Scenario: The item is there already
      Given another client creates the item with "{text}" before the first POST
      When the program runs
      Then the program reports 409 Conflict
      And the program ends well or with a message

    @tasks
    Scenario: The task is there already
      Given another client creates the task with "{text}" before the first POST
      When the program runs
      Then the program reports 409 Conflict
      And the program ends well or with a message

  @client.errors @http
  Rule: An answer that it did not expect is told of
    500 says that nothing was done, and it comes without an error of the connection. A program that does not look at the status goes on as if all were
    well, or falls over content that is not there.
    Source: RFC 9110 §15.6, contract
    Hint: Do you look at the status before you use the content?
    Hint: Where the status is none that you expect, print what was asked and how it was answered, and end with exit status 1. In Python response.raise_for_status() raises an error: catch it.

    @items
    Scenario: Every request for items is answered 500
      Given the server responds to every request with 500 Internal Server Error
      When the program runs
      Then the program reports 500 Internal Server Error
      And the program ends well or with a message

    @tasks
    Scenario: Every request for tasks is answered 500
      Given the server responds to every request with 500 Internal Server Error
      When the program runs
      Then the program reports 500 Internal Server Error
      And the program ends well or with a message

  @client.location @http @tasks @if:creates
  Rule: Where the server chooses the name, Location tells it
    After POST /tasks only the server knows where the new task is. It says so in Location, relative to what was asked or in full. Asked of
    programs that POST to /tasks.
    Source: RFC 9110 §10.2.2, contract
    Hint: Which path do you ask for after the POST, and where do you have it from?
    Hint: Resolve Location against the URL that you asked: urljoin in Python, url.Parse in Go, new URL(location, base) in JavaScript.

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
  Rule: A key is one segment of the path, whatever is in it
    A space, a percent sign, a question mark or a slash means something else in a URI. Percent-encoded they are a part of the key.
    Asked of programs that take the key that they are told: {key} in the command, or the variable KEY.
    Source: RFC 3986 §2.1, MUST
    Hint: Which path has the server got, and which key did you mean?
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
  Rule: When nobody answers it says so, and ends
    A server that is not there is the most common trouble of all. A person needs a sentence, a script an exit status other than 0. A stack trace tells
    how your program is made, not what happened.
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
