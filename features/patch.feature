Feature: PATCH
  PUT replaces the whole, PATCH changes a part. The media type says how to read the body, and whether
  it is harmful to send it twice.

  @patch @production
  Rule: A merge patch changes the members that it names and no others
    Two clients can change different members of one task without knowing the rest of it. A member with the value
    null means "remove it", and no task allows that.
    Source: RFC 5789 §2; RFC 7396 §2, contract
    Hint: Change only the members that the body has. Check all of them before you change the first.
    Hint: Respond 415 with Accept-Patch: application/merge-patch+json to every other media type.
    Hint: Respond 404 for an unused id: PATCH does not create tasks here.

    Scenario Outline: A patch of <what>
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      And the next request carries Content-Type: application/merge-patch+json
      When the client sends PATCH /tasks/{id} with <patch>
      Then the status is 200 OK or 204 No Content
      And the task {id} is now <task>
      And {"id": "{id}"} is listed once

      Examples:
        | what            | patch                                       | task                                        |
        | complete        | {"complete": false}                         | {"description": "{text}", "complete": false} |
        | the description | {"description": "another one"}              | {"description": "another one", "complete": true} |
        | both            | {"complete": false, "description": "other"} | {"description": "other", "complete": false} |

    Scenario: A patch without members changes nothing
      Hint: Leave the task as it is, or refuse the request.

      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      And the next request carries Content-Type: application/merge-patch+json
      When the client sends PATCH /tasks/{id} with {}
      Then the status is any 2xx or any 4xx
      And the task {id} is still {"description": "{text}", "complete": true}

    Scenario Outline: A patch with <flaw> is refused as a whole
      Hint: "complete" is true or false, "description" a text, and neither is null. Check every member before you change the first.

      Given the task {id}-once was patched
      And the task {id} is {"description": "{text}"}
      And the next request carries Content-Type: application/merge-patch+json
      When the client sends PATCH /tasks/{id} with <patch>
      Then the status is 400 Bad Request or 422 Unprocessable Content
      And the task {id} is still {"description": "{text}", "complete": false}

      Examples:
        | flaw                          | patch                                  |
        | null for complete             | {"complete": null}                     |
        | null for the description      | {"description": null}                  |
        | a text for complete           | {"complete": "true"}                   |
        | a number for the description  | {"description": 5}                     |
        | one right and one wrong member | {"complete": true, "description": 5}  |
        | a truncated body              | {"complete": true                      |

    Scenario Outline: <label> is not a patch for a task
      Hint: Check Content-Type before you read the body. If it is no merge patch, respond 415 with Accept-Patch: application/merge-patch+json.

      Given the task {id}-once was patched
      And the task {id} is {"description": "{text}"}
      And the next request carries Content-Type: <label>
      When the client sends PATCH /tasks/{id} with {"complete": true}
      Then the status is 415 Unsupported Media Type
      And the response has the header Accept-Patch
      And the task {id} is still {"description": "{text}", "complete": false}

      Examples:
        | label            |
        | application/json |
        | text/plain       |

    Scenario: A merge patch with the media type of a JSON Patch is refused
      Given the task {id}-once was patched
      And the task {id} is {"description": "{text}"}
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /tasks/{id} with {"complete": true}
      Then the status is any 4xx
      And the task {id} is still {"description": "{text}", "complete": false}

    Scenario: An unused id responds 404
      Hint: Look for the task before you apply the patch.

      Given the task {id}-once was patched
      And the next request carries Content-Type: application/merge-patch+json
      When the client sends PATCH /tasks/{id} with {"complete": true}
      Then the status is 404 Not Found
      And there is no task {id}

    Scenario: A merge patch twice has the same effect as once
      Given the task {id} is {"description": "{text}"}
      And the next request carries Content-Type: application/merge-patch+json
      When the client sends PATCH /tasks/{id} with {"complete": true, "description": "another one"}
      And the client repeats the request
      Then the task {id} is now {"description": "another one", "complete": true}

    Scenario: A client with the ETag of the old state sees that the task has changed
      Given the task {id} is {"description": "{text}"}
      And the client knows the ETag of /tasks/{id}
      And the next request carries Content-Type: application/merge-patch+json
      When the client sends PATCH /tasks/{id} with {"description": "another one"}
      And the next request carries no Content-Type
      And the next request carries If-None-Match: {etag}
      And the client sends GET /tasks/{id}
      Then the status is 200 OK
      And the response includes {"description": "another one"}

  @patch.append @production
  Rule: A JSON Patch is applied as a whole or not at all, and twice is not once
    A list of operations can append, so sending it twice appends twice: PATCH is not idempotent. If one
    operation cannot be done, none is done.
    Source: RFC 6902 §4, §5; RFC 5789 §2, MUST
    Hint: Apply the operations to a copy, and store the copy only if all of them succeed.
    Hint: "/value/-" is the place after the last element of the array under "value".
    Hint: Use a JSON Patch library: the pointers have their own rules.

    Scenario: An element is appended
      Hint: In a path of a JSON Patch - stands for the place after the last element of an array.

      Given the item {key} is ["blue", "red"]
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "add", "path": "/value/-", "value": "green"}]
      Then the status is 200 OK or 204 No Content
      And the item {key} is now ["blue", "red", "green"]

    Scenario: The same patch twice appends twice
      Hint: Apply each patch as it comes, even if the same patch came before.

      Given the item {key} is []
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "add", "path": "/value/-", "value": "green"}]
      And the client repeats the request
      Then every status is 200 OK or 204 No Content
      And the item {key} is now ["green", "green"]

    Scenario: An element that the array already has is appended again
      Hint: An array may have equal elements: append without checking what is in it.

      Given the item {key} is ["green"]
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "add", "path": "/value/-", "value": "green"}]
      Then the status is 200 OK or 204 No Content
      And the item {key} is now ["green", "green"]

    Scenario Outline: A patch that <what>
      Hint: Follow the path step by step: a name in an object, an index in an array, which starts at 0.

      Given the item {key} is {"colour": "blue", "sizes": [1, 2, 3]}
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with <patch>
      Then the status is 200 OK or 204 No Content
      And the item {key} is now <value>

      Examples:
        | what                 | patch                                                                                             | value                                      |
        | replaces a member    | [{"op": "replace", "path": "/value/colour", "value": "green"}]                                    | {"colour": "green", "sizes": [1, 2, 3]}    |
        | removes a member     | [{"op": "remove", "path": "/value/colour"}]                                                       | {"sizes": [1, 2, 3]}                       |
        | removes an element   | [{"op": "remove", "path": "/value/sizes/0"}]                                                      | {"colour": "blue", "sizes": [2, 3]}        |
        | inserts an element   | [{"op": "add", "path": "/value/sizes/1", "value": 9}]                                             | {"colour": "blue", "sizes": [1, 9, 2, 3]}  |
        | adds null            | [{"op": "add", "path": "/value/note", "value": null}]                                             | {"colour": "blue", "sizes": [1, 2, 3], "note": null} |
        | has a slash in a name | [{"op": "add", "path": "/value/in~1out", "value": 4}]                                            | {"colour": "blue", "sizes": [1, 2, 3], "in/out": 4} |
        | tests an object      | [{"op": "test", "path": "/value", "value": {"sizes": [1, 2, 3], "colour": "blue"}}, {"op": "replace", "path": "/value", "value": 7}] | 7       |
        | tests the first element | [{"op": "test", "path": "/value/sizes/0", "value": 1.0}, {"op": "replace", "path": "/value", "value": 7}] | 7                               |
        | tests the last element | [{"op": "test", "path": "/value/sizes/2", "value": 3}, {"op": "replace", "path": "/value", "value": 7}] | 7                                |
        | tests before it acts | [{"op": "test", "path": "/value/colour", "value": "blue"}, {"op": "replace", "path": "/value", "value": 7}] | 7                                |

    Scenario Outline: Nothing is changed by a patch <flaw>
      Hint: Refuse what cannot be done: a test that fails, a place that does not exist, an index after the end, a body that is no list of operations.
      Hint: Check that the place exists before you add, replace or remove.

      Given the item {key}-once was patched
      And the item {key} is {"colour": "blue", "sizes": [1]}
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with <patch>
      Then the status is any 4xx
      And the item {key} is still {"colour": "blue", "sizes": [1]}

      Examples:
        | flaw                             | patch                                                                                                             |
        | whose last operation fails       | [{"op": "replace", "path": "/value/colour", "value": "red"}, {"op": "remove", "path": "/value/none"}]             |
        | that replaces a missing member   | [{"op": "replace", "path": "/value/none", "value": 1}]                                                            |
        | that adds behind the end         | [{"op": "add", "path": "/value/sizes/9", "value": 2}]                                                             |
        | that tests for another number    | [{"op": "test", "path": "/value/sizes/0", "value": 10}, {"op": "replace", "path": "/value/colour", "value": "red"}] |
        | that tests for a longer array    | [{"op": "test", "path": "/value/sizes", "value": [1, 1]}, {"op": "replace", "path": "/value/colour", "value": "red"}] |
        | that tests behind the end        | [{"op": "test", "path": "/value/sizes/1", "value": 1}, {"op": "replace", "path": "/value/colour", "value": "red"}] |
        | that tests before the beginning  | [{"op": "test", "path": "/value/sizes/-1", "value": 1}, {"op": "replace", "path": "/value/colour", "value": "red"}] |
        | that tests element 00            | [{"op": "test", "path": "/value/sizes/00", "value": 1}, {"op": "replace", "path": "/value/colour", "value": "red"}] |
        | that is no patch                 | {"value": "green"}                                                                                                |
        | that copies from no pointer      | [{"op": "copy", "from": "the/value/colour", "path": "/value/copy"}]                                                |
        | with an unknown operation        | [{"op": "replace", "path": "/value/colour", "value": "red"}, {"op": "paint", "path": "/value"}]                   |

    Scenario: A test that fails refuses the whole patch
      Given the item {key}-once was patched
      And the item {key} is {"colour": "blue"}
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "replace", "path": "/value/colour", "value": "red"}, {"op": "test", "path": "/value/colour", "value": "green"}]
      Then the status is 409 Conflict or 422 Unprocessable Content
      And the item {key} is still {"colour": "blue"}

    Scenario: A client with the ETag of the old state sees that the item has changed
      Given the item {key} is ["blue"]
      And the client knows the ETag of /items/{key}
      And the next request carries Content-Type: application/json-patch+json
      When the client sends PATCH /items/{key} with [{"op": "add", "path": "/value/-", "value": "green"}]
      And the next request carries no Content-Type
      And the next request carries If-None-Match: {etag}
      And the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": ["blue", "green"]}
