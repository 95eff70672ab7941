Feature: Caching and conditional requests
  A validator is a short name for one state of a resource. With it a client can ask "has it changed?" instead of
  fetching again, and "change it only if nobody else has" instead of overwriting.

  @etag @production
  Rule: Each state of a resource has an ETag of its own
    Everything that follows rests on it: a tag that stays when the state changes loses updates, and one that changes
    by itself makes every cache useless.
    Source: RFC 9110 §8.8.3, contract
    Hint: A hash of the content, or a counter that grows with every change; in double quotes, without W/.
    Hint: If the tag of a new state is that of an old one, look for a counter that starts again after a DELETE.
    Hint: The length of the content is not enough: "blue" and "pink" have the same.

    Scenario: Reading an item does not change its tag
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      And another client sends GET /items/{key}
      And the client sends HEAD /items/{key}
      Then the responses have one strong ETag

    Scenario: Another value of an item has another tag
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      And the client sends PUT /items/{key} with {"value": "pink"}
      And the client sends GET /items/{key}
      Then the responses have different strong ETags

    Scenario: An item that was deleted and created again has another tag
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      And the client sends DELETE /items/{key}
      And the client sends POST /items/{key} with {"value": "pink"}
      And the client sends GET /items/{key}
      Then the responses have different strong ETags

    Scenario: Reading a task does not change its tag
      Given the task {id} is {"description": "{text}"}
      When the client sends GET /tasks/{id}
      And the client sends GET /tasks/{id}
      And the client sends HEAD /tasks/{id}
      Then the responses have one strong ETag

    Scenario: A completed task has another tag
      Given the task {id} is {"description": "{text}"}
      When the client sends GET /tasks/{id}
      And the client sends PUT /tasks/{id} with {"complete": true}
      And the client sends GET /tasks/{id}
      Then the responses have different strong ETags

  @not.modified @production
  Rule: Who has the current representation is told so with 304
    The client sends the tag it has; if that is still the right one there is nothing to send. The 304 repeats what a
    cache needs to keep its copy fresh.
    Source: RFC 9110 §13.1.2, §15.4.5, MUST
    Hint at content: A 304 ends with its head: send no content with it.
    Hint: Compare each tag of the list in If-None-Match with the current one, W/ or not; * stands for any state. HEAD looks at it like GET.
    Hint: Send ETag, Cache-Control and Vary in the 304 as you would in the 200.

    Scenario Outline: <method> of an item with <what> answers 304
      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-None-Match: <tags>
      When the client sends <method> /items/{key}
      Then the status is 304 Not Modified
      And the response is that of GET without its content

      Examples:
        | method | what                        | tags                       |
        | GET    | the current tag             | {etag}                     |
        | HEAD   | the current tag             | {etag}                     |
        | GET    | the current tag in a list   | "one", {etag} , "a,b"      |
        | GET    | the current tag made weak   | W/{etag}                   |
        | GET    | a weak one in a list        | W/"one",W/{etag}           |
        | GET    | a star                      | *                          |
        | HEAD   | a star                      | *                          |

    Scenario Outline: GET of an item with <what> answers 200
      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the item {key} becomes "green"
      And the next request carries If-None-Match: <tags>
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "green"}

      Examples:
        | what                | tags          |
        | the tag of old      | {etag}        |
        | tags never given    | "one", W/"x"  |

    Scenario: If-Modified-Since beside it is ignored
      Hint: Where If-None-Match is present, do not look at If-Modified-Since.

      Given the item {key} is "blue"
      And the next request carries If-None-Match: "never-given"
      And the next request carries If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

    Scenario: A date of long ago does not outweigh the current tag
      Hint: Where If-None-Match is present, do not look at If-Modified-Since.

      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-None-Match: {etag}
      And the next request carries If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT
      When the client sends GET /items/{key}
      Then the status is 304 Not Modified

    Scenario: What does not exist is not found, whatever the client has
      Given the next request carries If-None-Match: *
      When the client sends GET /items/{key}
      Then the status is 404 Not Found

    Scenario Outline: GET of a task with <what> answers 304
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries If-None-Match: <tags>
      When the client sends GET /tasks/{id}
      Then the status is 304 Not Modified
      And the response is that of GET without its content

      Examples:
        | what                      | tags            |
        | the current tag           | {etag}          |
        | the current tag in a list | "one", W/{etag} |
        | a star                    | *               |

    Scenario: GET of a task with the tag of old answers 200
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the task {id} becomes {"complete": true}
      And the next request carries If-None-Match: {etag}
      When the client sends GET /tasks/{id}
      Then the status is 200 OK
      And the response includes {"complete": true}

  @cache.control @production
  Rule: Every answer to GET says how it may be cached
    Where nothing is said a cache may guess, and it may keep a 404 as well as a 200.
    Source: RFC 9111 §4.2.2; RFC 9110 §15.1, contract
    Hint: Cache-Control: no-cache lets a cache keep the answer and ask each time whether it is still right.

    Scenario: An item
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response has the header Cache-Control

    Scenario: An item that is not there
      When the client sends GET /items/{key}
      Then the response has the header Cache-Control

    Scenario: The list
      When the client sends GET /tasks
      Then the response has the header Cache-Control

    Scenario: A task
      Given the task {id} is {"description": "{text}"}
      When the client sends GET /tasks/{id}
      Then the status is 200 OK
      And the response has the header Cache-Control

    Scenario: A task that is not there
      When the client sends GET /tasks/{id}
      Then the response has the header Cache-Control

  @coding @production
  Rule: Content in gzip is another representation than plain content
    A server need not compress. Where it does, a cache has to keep both kinds apart, and a client that has one kind must not be told that it has
    the other. Any coding may be sent to a client that names none.
    Source: RFC 9110 §8.8.3, §12.5.3, §12.5.5, MUST
    Hint: Add Vary: Accept-Encoding to each response that may be compressed, plain ones too.
    Hint: Give the compressed content an ETag of its own, such as "1f-gzip", or make it weak: W/"1f". Compare with the same rule in If-None-Match.
    Hint at status: Which ETag do you compare If-None-Match with: the one that you send with the compressed content?

    Scenario: An item
      Given the item {key} is "{long}"
      And the next request carries Accept-Encoding: gzip
      When the client sends GET /items/{key}
      Then the response includes {"value": "{long}"}
      And a compressed response is a representation of its own

    Scenario: A task
      Given the task {id} is {"description": "{long}"}
      And the next request carries Accept-Encoding: gzip
      When the client sends GET /tasks/{id}
      Then the response includes {"description": "{long}"}
      And a compressed response is a representation of its own

  @if.match @production
  Rule: A change with If-Match happens only to the state that the client saw
    Two people open the same thing, both save: without this the second one wipes out the first one's work and nobody
    learns of it.
    Source: RFC 9110 §13.1.1, MUST NOT
    Hint: Before a change compare If-Match with the current tag; if none fits answer 412 and change nothing.
    Hint: Compare and change under one lock, or the tag is old again before you write.
    Hint: DELETE changes things too, and tasks have tags like items.

    Scenario Outline: PUT on an item with <what> is done
      Hint: If-Match may be a list, and * stands for whatever is there.

      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-Match: <tags>
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is any 2xx
      And the item {key} is now "green"

      Examples:
        | what                      | tags                  |
        | the current tag           | {etag}                |
        | the current tag in a list | "one", {etag},"a,b"   |
        | a star                    | *                     |

    Scenario Outline: PUT on an item with <what> is refused
      Given the item {key}-once was changed with If-Match
      And the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the item {key} becomes "green"
      And the next request carries If-Match: <tags>
      When the client sends PUT /items/{key} with {"value": "red"}
      Then the status is 412 Precondition Failed
      And the item {key} is still "green"

      Examples:
        | what                 | tags             |
        | the tag of old       | {etag}           |
        | a list without it    | "one", {etag}    |
        | a tag never given    | "never-given"    |

    Scenario: DELETE of an item with the current tag is done
      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-Match: {etag}
      When the client sends DELETE /items/{key}
      Then the status is any 2xx
      And there is no item {key}

    Scenario: DELETE of an item with the tag of old is refused
      Hint: DELETE needs the same look at If-Match as PUT.

      Given the item {key}-once was changed with If-Match
      And the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the item {key} becomes "green"
      And the next request carries If-Match: {etag}
      When the client sends DELETE /items/{key}
      Then the status is 412 Precondition Failed
      And the item {key} is still "green"

    Scenario: PUT on a task with the current tag is done
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries If-Match: {etag}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is any 2xx
      And the task {id} is now {"description": "{text}", "complete": true}

    Scenario: PUT on a task with the tag of old is refused
      Given the task {id}-once was changed with If-Match
      And the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the task {id} becomes {"complete": true}
      And the next request carries If-Match: {etag}
      When the client sends PUT /tasks/{id} with {"complete": false}
      Then the status is 412 Precondition Failed
      And the task {id} is still {"description": "{text}", "complete": true}

    Scenario: DELETE of a task with the tag of old is refused
      Hint: DELETE needs the same look at If-Match as PUT.

      Given the task {id}-once was changed with If-Match
      And the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the task {id} becomes {"complete": true}
      And the next request carries If-Match: {etag}
      When the client sends DELETE /tasks/{id}
      Then the status is 412 Precondition Failed
      And the task {id} is still {"description": "{text}", "complete": true}

    Scenario: DELETE of a task with the current tag is done
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries If-Match: {etag}
      When the client sends DELETE /tasks/{id}
      Then the status is any 2xx
      And there is no task {id}

  @if.match.strong @production
  Rule: If-Match compares strongly, so W/ never matches
    A weak tag says "about the same". That is good enough to show a page, and not good enough to overwrite it.
    Source: RFC 9110 §13.1.1, §8.8.3.2, MUST
    Hint: Do not strip W/ before you compare in If-Match; in If-None-Match you may.

    Scenario: PUT on an item with the current tag made weak is refused
      Given the item {key}-once was changed with If-Match
      And the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-Match: W/{etag}
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is 412 Precondition Failed
      And the item {key} is still "blue"

    Scenario: PUT on a task with the current tag made weak is refused
      Given the task {id}-once was changed with If-Match
      And the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries If-Match: W/{etag}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 412 Precondition Failed
      And the task {id} is still {"description": "{text}", "complete": false}

  @if.match.missing @production
  Rule: If-Match never creates
    Who says "change the state that I saw" does not mean "make a new one". Where the plain answer is 404 it stays that.
    Source: RFC 9110 §13.1.1, §13.2.1, MUST
    Hint: On a free key no tag matches, not even *: answer 412 to PUT and create nothing.

    Scenario Outline: PUT on a free key with <what>
      Given the item {key}-once was changed with If-Match
      And the next request carries If-Match: <tags>
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 412 Precondition Failed
      And there is no item {key}

      Examples:
        | what                       | tags        |
        | a tag                      | "one"       |
        | a star                     | *           |
        | a list with empty elements | , "one", ,  |

    Scenario: PUT on a free key with a tag that is cut off
      Given the item {key}-once was changed with If-Match
      And the next request carries If-Match: "one
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 412 Precondition Failed or 400 Bad Request
      And there is no item {key}

    Scenario: DELETE of a free key
      Hint: Is the key there at all? If not, answer 404 (or 412), with If-Match as without.

      Given the next request carries If-Match: "one"
      When the client sends DELETE /items/{key}
      Then the status is 404 Not Found or 412 Precondition Failed

    Scenario: PUT on a free id
      Given the next request carries If-Match: *
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 404 Not Found or 412 Precondition Failed
      And there is no task {id}

  @if.match.patch @production
  Rule: A patch with If-Match happens only to the state that the client saw
    A patch is made for one state of a resource. Applied to another state it can do what nobody wanted: remove the wrong element, or set a
    member that somebody else has just changed.
    Source: RFC 9110 §13.1.1; RFC 5789 §2, MUST NOT
    Hint: PATCH needs the same look at If-Match as PUT and DELETE, before the patch is applied.
    Hint: Compare, apply and store under one lock.

    @needs:if.match
    Scenario: PATCH on an item with the current tag is done
      Given the item {key}-once was patched
      And the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-Match: {etag}
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "replace", "path": "/value", "value": "red"}]
      Then the status is any 2xx
      And the item {key} is now "red"

    @needs:if.match
    Scenario: PATCH on an item with the tag of old is refused
      Given the item {key}-once was patched
      And the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the item {key} becomes "green"
      And the next request carries If-Match: {etag}
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "replace", "path": "/value", "value": "red"}]
      Then the status is 412 Precondition Failed
      And the item {key} is still "green"

    @needs:if.match
    Scenario: PATCH on a task with the tag of old is refused
      Given the task {id}-once was patched
      And the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the task {id} becomes {"complete": true}
      And the next request carries If-Match: {etag}
      And the next request carries Content-Type: application/merge-patch+json
      When the client sends PATCH /tasks/{id} with {"complete": false}
      Then the status is 412 Precondition Failed
      And the task {id} is still {"description": "{text}", "complete": true}

    @needs:if.match.missing
    Scenario: PATCH on an unused key creates nothing
      Hint: Is the key there at all? If not, answer 404 (or 412), with If-Match as without.

      Given the item {key}-once was patched
      And the next request carries If-Match: "one"
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "add", "path": "/value", "value": "blue"}]
      Then the status is any 4xx
      And there is no item {key}

  @create.only @production
  Rule: If-None-Match: * creates and never replaces
    "Make it, unless somebody has made it already" is the safe way for two clients to claim one name.
    Source: RFC 9110 §13.1.2, MUST NOT
    Hint: If-None-Match: * is true only where nothing is stored; otherwise answer 412 and change nothing.
    Hint: Look and create under one lock.

    Scenario Outline: <method> on a free key creates
      Given the next request carries If-None-Match: *
      When the client sends <method> /items/{key} with {"value": "blue"}
      Then the status is 201 Created
      And the item {key} is now "blue"

      Examples:
        | method |
        | PUT    |
        | POST   |

    Scenario: PUT on a taken key is refused
      Given the item {key} is "blue"
      And the next request carries If-None-Match: *
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is 412 Precondition Failed
      And the item {key} is still "blue"

    Scenario: POST on a taken key is refused
      Hint: POST needs the same look at If-None-Match as PUT: 412 where the key is taken.

      Given the item {key} is "blue"
      And the next request carries If-None-Match: *
      When the client sends POST /items/{key} with {"value": "green"}
      Then the status is 412 Precondition Failed or 409 Conflict
      And the item {key} is still "blue"

    Scenario: POST on a taken id is refused
      Hint: POST needs the same look at If-None-Match as PUT: 412 where the id is taken.

      Given the task {id} is {"description": "{text}"}
      And the next request carries If-None-Match: *
      When the client sends POST /tasks/{id} with {"description": "another one"}
      Then the status is 412 Precondition Failed or 409 Conflict
      And the task {id} is still {"description": "{text}"}
