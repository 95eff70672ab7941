Feature: Caching and conditional requests
  A validator is a short name for one state of a resource. With it a client can ask "has it changed?" instead of
  reading it again, and "change it only if nobody else did" instead of overwriting.

  @etag @production
  Rule: Each state of a resource has its own ETag
    The other rules here build on it. If the ETag stays while the state changes, updates are lost. If it changes
    without a change of the state, caches are useless.
    Source: RFC 9110 §8.8.3, contract
    Hint: Use a hash of the content, or a counter that grows with every change; in double quotes, without W/.
    Hint: If a new state has the ETag of an old state, look for a counter that starts again after a DELETE.
    Hint: The length of the content is not enough: "blue" and "pink" have the same length.

    Scenario: Reading an item does not change its ETag
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      And another client sends GET /items/{key}
      And the client sends HEAD /items/{key}
      Then the responses have one strong ETag

    Scenario: Another value of an item has another ETag
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      And the client sends PUT /items/{key} with {"value": "pink"}
      And the client sends GET /items/{key}
      Then the responses have different strong ETags

    Scenario: An item that was deleted and created again has another ETag
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      And the client sends DELETE /items/{key}
      And the client sends POST /items/{key} with {"value": "pink"}
      And the client sends GET /items/{key}
      Then the responses have different strong ETags

    Scenario: Reading a task does not change its ETag
      Given the task {id} is {"description": "{text}"}
      When the client sends GET /tasks/{id}
      And the client sends GET /tasks/{id}
      And the client sends HEAD /tasks/{id}
      Then the responses have one strong ETag

    Scenario: A completed task has another ETag
      Given the task {id} is {"description": "{text}"}
      When the client sends GET /tasks/{id}
      And the client sends PUT /tasks/{id} with {"complete": true}
      And the client sends GET /tasks/{id}
      Then the responses have different strong ETags

  @not.modified @production
  Rule: 304 Not Modified when the client already has the current version
    The client sends the ETag that it has. If this is still the current one, there is nothing to send. The 304 repeats the headers that a
    cache needs to keep its copy fresh.
    Source: RFC 9110 §13.1.2, §15.4.5, MUST
    Hint at content: A 304 ends after its headers: send no content with it.
    Hint: Compare each ETag in If-None-Match with the current one, with or without W/; * stands for any state. Do the same for HEAD as for GET.
    Hint: Send ETag, Cache-Control and Vary in the 304 as you would in the 200.

    Scenario Outline: <method> of an item with <what> responds 304
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

    Scenario Outline: GET of an item with <what> responds 200
      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the item {key} becomes "green"
      And the next request carries If-None-Match: <tags>
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "green"}

      Examples:
        | what             | tags         |
        | an outdated ETag | {etag}       |
        | unknown ETags    | "one", W/"x" |

    Scenario: If-Modified-Since is ignored if If-None-Match is there too
      Hint: If the request has If-None-Match, ignore If-Modified-Since.

      Given the item {key} is "blue"
      And the next request carries If-None-Match: "never-given"
      And the next request carries If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

    Scenario: An old date does not outweigh the current ETag
      Hint: If the request has If-None-Match, ignore If-Modified-Since.

      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-None-Match: {etag}
      And the next request carries If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT
      When the client sends GET /items/{key}
      Then the status is 304 Not Modified

    Scenario: An item that does not exist responds 404, whatever the client has
      Given the next request carries If-None-Match: *
      When the client sends GET /items/{key}
      Then the status is 404 Not Found

    Scenario Outline: GET of a task with <what> responds 304
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries If-None-Match: <tags>
      When the client sends GET /tasks/{id}
      Then the status is 304 Not Modified
      And the response is that of GET without its content

      Examples:
        | what                       | tags            |
        | the current ETag           | {etag}          |
        | the current ETag in a list | "one", W/{etag} |
        | a star                     | *               |

    Scenario: GET of a task with an outdated ETag responds 200
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the task {id} becomes {"complete": true}
      And the next request carries If-None-Match: {etag}
      When the client sends GET /tasks/{id}
      Then the status is 200 OK
      And the response includes {"complete": true}

  @cache.control @production
  Rule: Every response to GET says how it may be cached
    If the response says nothing, a cache may guess. It may keep a 404 as well as a 200.
    Source: RFC 9111 §4.2.2; RFC 9110 §15.1, contract
    Hint: With Cache-Control: no-cache a cache may keep the response, but asks each time whether it is still current.

    Scenario: An item
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response has the header Cache-Control

    Scenario: An item that does not exist
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

    Scenario: A task that does not exist
      When the client sends GET /tasks/{id}
      Then the response has the header Cache-Control

  @coding @production
  Rule: Content in gzip is another representation than plain content
    A server need not compress. If it does, a cache must keep the two apart, and a client that has one must not be told that it has
    the other. If a client names no coding, the server may use any.
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
  Rule: A change with If-Match only happens to the state that the client saw
    Two people open the same item, and both save. Without If-Match the second one overwrites the work of the first, and nobody
    notices.
    Source: RFC 9110 §13.1.1, MUST NOT
    Hint: Before a change compare If-Match with the current ETag. If none matches, respond 412 and change nothing.
    Hint: Compare and change under one lock. Otherwise the ETag can be outdated again before you write.
    Hint: DELETE is a change too, and tasks have ETags like items.

    Scenario Outline: PUT on an item with <what> is done
      Hint: If-Match may contain a list of ETags, and * matches any existing resource.

      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-Match: <tags>
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is any 2xx
      And the item {key} is now "green"

      Examples:
        | what                       | tags                |
        | the current ETag           | {etag}              |
        | the current ETag in a list | "one", {etag},"a,b" |
        | a star                     | *                   |

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
        | what              | tags          |
        | an outdated ETag  | {etag}        |
        | a list without it | "one", {etag} |
        | an unknown ETag   | "never-given" |

    Scenario: DELETE of an item with the current ETag is done
      Given the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-Match: {etag}
      When the client sends DELETE /items/{key}
      Then the status is any 2xx
      And there is no item {key}

    Scenario: DELETE of an item with an outdated ETag is refused
      Hint: Check If-Match for DELETE in the same way as for PUT.

      Given the item {key}-once was changed with If-Match
      And the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the item {key} becomes "green"
      And the next request carries If-Match: {etag}
      When the client sends DELETE /items/{key}
      Then the status is 412 Precondition Failed
      And the item {key} is still "green"

    Scenario: PUT on a task with the current ETag is done
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries If-Match: {etag}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is any 2xx
      And the task {id} is now {"description": "{text}", "complete": true}

    Scenario: PUT on a task with an outdated ETag is refused
      Given the task {id}-once was changed with If-Match
      And the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the task {id} becomes {"complete": true}
      And the next request carries If-Match: {etag}
      When the client sends PUT /tasks/{id} with {"complete": false}
      Then the status is 412 Precondition Failed
      And the task {id} is still {"description": "{text}", "complete": true}

    Scenario: DELETE of a task with an outdated ETag is refused
      Hint: Check If-Match for DELETE in the same way as for PUT.

      Given the task {id}-once was changed with If-Match
      And the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the task {id} becomes {"complete": true}
      And the next request carries If-Match: {etag}
      When the client sends DELETE /tasks/{id}
      Then the status is 412 Precondition Failed
      And the task {id} is still {"description": "{text}", "complete": true}

    Scenario: DELETE of a task with the current ETag is done
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries If-Match: {etag}
      When the client sends DELETE /tasks/{id}
      Then the status is any 2xx
      And there is no task {id}

  @if.match.strong @production
  Rule: If-Match compares strongly, so W/ never matches
    A weak ETag says "about the same". This is good enough to show a page, but not to overwrite it.
    Source: RFC 9110 §13.1.1, §8.8.3.2, MUST
    Hint: Do not remove W/ before you compare in If-Match. In If-None-Match you may.

    Scenario: PUT on an item with the current ETag made weak is refused
      Given the item {key}-once was changed with If-Match
      And the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-Match: W/{etag}
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is 412 Precondition Failed
      And the item {key} is still "blue"

    Scenario: PUT on a task with the current ETag made weak is refused
      Given the task {id}-once was changed with If-Match
      And the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries If-Match: W/{etag}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 412 Precondition Failed
      And the task {id} is still {"description": "{text}", "complete": false}

  @if.match.missing @production
  Rule: If-Match never creates
    A client that says "change the state that I saw" does not mean "create a new one". If the response without If-Match is 404, it stays 404.
    Source: RFC 9110 §13.1.1, §13.2.1, MUST
    Hint: On an unused key no ETag matches, not even *. Respond 412 to PUT and create nothing.

    Scenario Outline: PUT on an unused key with <what>
      Given the item {key}-once was changed with If-Match
      And the next request carries If-Match: <tags>
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 412 Precondition Failed
      And there is no item {key}

      Examples:
        | what                       | tags       |
        | an ETag                    | "one"      |
        | a star                     | *          |
        | a list with empty elements | , "one", , |

    Scenario: PUT on an unused key with an ETag that is cut off
      Given the item {key}-once was changed with If-Match
      And the next request carries If-Match: "one
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 412 Precondition Failed or 400 Bad Request
      And there is no item {key}

    Scenario: DELETE of an unused key
      Hint: Does the key exist at all? If not, respond 404 (or 412), with or without If-Match.

      Given the next request carries If-Match: "one"
      When the client sends DELETE /items/{key}
      Then the status is 404 Not Found or 412 Precondition Failed

    Scenario: PUT on an unused id
      Given the next request carries If-Match: *
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 404 Not Found or 412 Precondition Failed
      And there is no task {id}

  @if.match.patch @production
  Rule: A patch with If-Match only happens to the state that the client saw
    A patch is made for one state of a resource. Applied to another state it can do damage: it removes the wrong element, or sets a
    member that another client has just changed.
    Source: RFC 9110 §13.1.1; RFC 5789 §2, MUST NOT
    Hint: Check If-Match for PATCH in the same way as for PUT and DELETE, before you apply the patch.
    Hint: Compare, apply and store under one lock.

    @needs:if.match
    Scenario: PATCH on an item with the current ETag is done
      Given the item {key}-once was patched
      And the item {key} is "blue"
      And the client knows the ETag of /items/{key}
      And the next request carries If-Match: {etag}
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "replace", "path": "/value", "value": "red"}]
      Then the status is any 2xx
      And the item {key} is now "red"

    @needs:if.match
    Scenario: PATCH on an item with an outdated ETag is refused
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
    Scenario: PATCH on a task with an outdated ETag is refused
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
      Hint: Does the key exist at all? If not, respond 404 (or 412), with or without If-Match.

      Given the item {key}-once was patched
      And the next request carries If-Match: "one"
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "add", "path": "/value", "value": "blue"}]
      Then the status is any 4xx
      And there is no item {key}

  @create.only @production
  Rule: If-None-Match: * creates and never replaces
    "Create it, unless it exists" is the safe way for two clients to claim one name.
    Source: RFC 9110 §13.1.2, MUST NOT
    Hint: If-None-Match: * is true only if nothing is stored under the key. Otherwise respond 412 and change nothing.
    Hint: Look and create under one lock.

    Scenario Outline: <method> on an unused key creates
      Given the next request carries If-None-Match: *
      When the client sends <method> /items/{key} with {"value": "blue"}
      Then the status is 201 Created
      And the item {key} is now "blue"

      Examples:
        | method |
        | PUT    |
        | POST   |

    Scenario: PUT on an existing key is refused
      Given the item {key} is "blue"
      And the next request carries If-None-Match: *
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is 412 Precondition Failed
      And the item {key} is still "blue"

    Scenario: POST on an existing key is refused
      Hint: Check If-None-Match for POST in the same way as for PUT: respond 412 if the key exists.

      Given the item {key} is "blue"
      And the next request carries If-None-Match: *
      When the client sends POST /items/{key} with {"value": "green"}
      Then the status is 412 Precondition Failed or 409 Conflict
      And the item {key} is still "blue"

    Scenario: POST on an existing id is refused
      Hint: Check If-None-Match for POST in the same way as for PUT: respond 412 if the id exists.

      Given the task {id} is {"description": "{text}"}
      And the next request carries If-None-Match: *
      When the client sends POST /tasks/{id} with {"description": "another one"}
      Then the status is 412 Precondition Failed or 409 Conflict
      And the task {id} is still {"description": "{text}"}
