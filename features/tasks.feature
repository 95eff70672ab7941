Feature: Tasks
  A to-do list. Clients read the whole list, and add, complete and delete single tasks under ids that they
  choose. From level http on the server can choose the id too.

  @tasks.list @basics
  Rule: GET of the list returns every task
    The list is the only way to see the tasks, so a task that is missing in the list is lost. "complete" must be a boolean: the
    text "false" counts as true in nearly every language.
    A task stays until a client deletes it, however many others are added.
    Source: course text, contract
    Hint: Respond 200 with a JSON array of objects, each with "id", "description" and "complete".
    Hint: "complete" is true or false, not "true", 1 or "yes". The list has no pages unless the client asks for a page.

    @first
    Scenario: A list without tasks is an array too
      Hint: If there is no task, respond 200 with []: not null, not empty content, and not 404. In Go a nil slice becomes null: begin with []Task{}.

      When the client sends GET /tasks
      Then the status is 200 OK
      And there is no task {id}

    Scenario: Each task has its id, its description and whether it is complete
      Given the tasks {id}-1 to {id}-3 are added
      When the client sends GET /tasks
      Then the status is 200 OK
      And {"id": "{id}-2", "description": "{id}-2", "complete": false} is listed once

    Scenario: A completed task is listed like any other
      Given the task {id} is {"description": "{text}"}
      When the client sends PUT /tasks/{id} with {"complete": true}
      And the client sends GET /tasks
      Then the status is 200 OK
      And {"id": "{id}"} is listed once

    Scenario: A long list is listed to its end
      Given the tasks {id}-1 to {id}-101 are added
      When the client sends GET /tasks
      Then the status is 200 OK
      And the tasks {id}-1 to {id}-101 are listed once

  @tasks.add @basics
  Rule: POST adds a task under an unused id
    The client chooses the id of the task, so that it can find the task again in the list.
    The description comes back character by character, including spaces, line ends and both ways to write "é".
    Source: RFC 9110 §9.3.3; RFC 8259 §7, §8; course text, contract
    Hint: Store the task under the id from the path, then respond 201 Created.
    Hint: A new task is not complete: set "complete" to false yourself.

    Scenario: An unused id responds 201 and the task is listed
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then the status is 201 Created
      And {"id": "{id}"} is listed once
      And the task {id} is now {"description": "{text}", "complete": false}

    Scenario Outline: A description with <what> is returned unchanged
      When the client sends POST /tasks/{id} with {"description": <description>}
      Then the status is 201 Created
      And the task {id} is now {"description": <description>}

      Examples:
        | what                       | description                                           |
        | other scripts              | "Купить хлеб 🥖 für morgen"                           |
        | markup                     | "<b>milk</b> & \"eggs\""                              |
        | 4 KiB                      | "{long}"                                              |
        | spaces and line ends       | "  2  eggs,\tmilk\r\\nbread\\n\\n- tea\u00a0\r "      |
        | one letter in several ways | "\u00e9 e\u0301 \ufb01 \u00df \ud83c\udf89"           |
        | marks of other languages   | "100%% %s %41 a+b {{ a }} ${HOME} it's it''s -- &lt;" |
        | nothing but digits         | "007"                                                 |

    Scenario: Two tasks may have the same description
      Given the task {id}-a is {"description": "{text}"}
      When the client sends POST /tasks/{id}-b with {"description": "{text}"}
      Then the status is 201 Created
      And {"description": "{text}"} is listed twice

    Scenario: The id of a deleted task can be used again
      Given the task {id} was deleted
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then the task {id} is now {"description": "{text}", "complete": false}

  @tasks.add.taken @basics
  Rule: POST on an existing id replaces or refuses, and its status says which
    Both are fine. It is wrong to add a second task with the same id, or to send a status that says the opposite of what the server did.
    Source: course text, contract
    Hint: Decide: replace the task (200, 201 or 204), or refuse (409 Conflict) and leave the task as it was.
    Hint: A replaced task is a new task: it has the new description, and it is not complete.

    Scenario: The status is true and the task is listed once
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends POST /tasks/{id} with {"description": "{text} again"}
      Then the status is 200 OK, 201 Created, 204 No Content or 409 Conflict
      And {"id": "{id}"} is listed once
      And if the status is 409 Conflict, the task {id} is still {"description": "{text}", "complete": true}
      And if the status is 200 OK, 201 Created or 204 No Content, the task {id} is now {"description": "{text} again", "complete": false}

  @tasks.complete @basics
  Rule: PUT completes a task and opens it again
    PUT with {"complete": …} sets only that member. This is the choice of the course: RFC 9110 §9.3.4 says
    that PUT replaces the whole, and PATCH is the method for a part. If the body also has a "description", the server may set it
    or ignore it.
    Source: course text, contract
    Hint: Set "complete" to the value in the body; do not reverse it. Leave the rest of the task as it is. What does the list show afterwards?
    Hint: Take "complete" from the body only if the member is there. Treat true and false alike.

    Scenario: A task is completed
      Given the task {id} is {"description": "{text}"}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 200 OK or 204 No Content
      And the task {id} is now {"description": "{text}", "complete": true}

    Scenario: A completed task is opened again
      Hint: Accept false like true: check whether "complete" is in the body, not whether it is true.

      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends PUT /tasks/{id} with {"complete": false}
      Then the status is 200 OK or 204 No Content
      And the task {id} is now {"description": "{text}", "complete": false}

    Scenario: An object without members changes nothing
      Hint: If the body has no "complete", leave the task as it is, or refuse the request.
      Hint at status: Check that "complete" is in the body before you read it. In many languages reading a missing member is an error.

      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends PUT /tasks/{id} with {}
      Then the status is any 2xx or any 4xx
      And the task {id} is still {"description": "{text}", "complete": true}

  @tasks.update.missing @basics
  Rule: PUT on an unused id responds 404 and creates nothing
    There is nothing to complete. A task made from "complete" alone would have no description.
    Source: course text, contract
    Hint: Look for the task first. If it does not exist, respond 404 with {"error": "Task not found"}.

    Scenario: An unused id responds 404
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 404 Not Found
      And the response explains the error under "error"
      And there is no task {id}

    Scenario: A deleted task stays deleted
      Given the task {id} was deleted
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 404 Not Found or 410 Gone
      And there is no task {id}

  @tasks.delete @basics
  Rule: DELETE removes the task from the list
    DELETE removes this task and no other task.
    Source: RFC 9110 §9.3.5, contract
    Hint at status: Once the task is deleted, respond 200 (with any JSON) or 204 (without content).
    Hint: Find the task by its id, not by its place in the list or by its description.

    Scenario: A deleted task is no longer listed
      Given the task {id} is {"description": "{text}"}
      When the client sends DELETE /tasks/{id}
      Then the status is 200 OK or 204 No Content
      And there is no task {id}

    @alone
    Scenario: Of three tasks the one in the middle is deleted
      Given the task {id}-a is {"description": "{text} a"}
      And the task {id}-b is {"description": "{text} b"}
      And the task {id}-c is {"description": "{text} c"}
      When the client sends DELETE /tasks/{id}-b
      Then the status is 200 OK or 204 No Content
      And there is no task {id}-b
      And the task {id}-a is still {"description": "{text} a"}
      And the task {id}-c is still {"description": "{text} c"}

    Scenario: A completed task can be deleted too
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends DELETE /tasks/{id}
      Then the status is 200 OK or 204 No Content
      And there is no task {id}

  @tasks.delete.missing @basics
  Rule: DELETE of an unused id responds 404, however often
    The client learns that there was nothing to delete. The server must not break.
    Source: course text, contract
    Hint: Check whether the id exists before you remove it. In many languages removing an unknown id is an error.
    Hint: Respond 404 with {"error": "Task not found"}.

    Scenario: An id that was never used responds 404
      When the client sends DELETE /tasks/{id}
      Then the status is 404 Not Found
      And the response explains the error under "error"

    Scenario: A deleted id responds 404 each time
      Given the task {id} was deleted
      When the client sends DELETE /tasks/{id}
      And the client repeats the request 2 times
      Then every status is 404 Not Found or 410 Gone
      And the response explains the error under "error"

  @tasks.read @http
  Rule: GET of one task returns that task
    A client that wants one task need not fetch the whole list: every resource that can be changed should be readable at its own URI.
    Source: RFC 9110 §9.3.1; RFC 3986 §1.2.2, contract
    Hint: Add GET to the route of a single task. The body is the object that the list has for this task.
    Hint: Respond 404 with an error in JSON if the id does not exist.

    Scenario: A task is read at its own URI
      Given the task {id} is {"description": "{text}"}
      When the client sends GET /tasks/{id}
      Then the status is 200 OK
      And the response includes {"id": "{id}", "description": "{text}", "complete": false}

    Scenario: GET shows what PUT changed
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends GET /tasks/{id}
      Then the status is 200 OK
      And the response includes {"id": "{id}", "description": "{text}", "complete": true}

    Scenario: An id that was never used responds 404
      When the client sends GET /tasks/{id}
      Then the status is 404 Not Found
      And the response explains the error in JSON

    Scenario: A deleted task responds 404
      Given the task {id} was deleted
      When the client sends GET /tasks/{id}
      Then the status is 404 Not Found or 410 Gone

  @tasks.create @http
  Rule: POST to the list creates a task and says where it is
    The server chooses the id. The client cannot guess it, so the response must say where the new task is.
    Source: RFC 9110 §9.3.3, §10.2.2, SHOULD
    Hint: Respond 201 Created with a Location header, such as Location: /tasks/17.
    Hint: GET at that Location returns the task: "id", "description" and "complete": false.

    Scenario: The Location leads to the new task
      When the client sends POST /tasks with {"description": "{text}"}
      Then the status is 201 Created
      And each Location is new and leads to {"description": "{text}", "complete": false}
      And {"description": "{text}", "complete": false} is listed once

    @first
    Scenario: A task under the id that the server would choose next stays as it is
      Hint: Ids from your server and ids from clients share one store. Before you use a new id, check whether it already exists.

      When the client sends POST /tasks with {"description": "the first"}
      And the client sends POST /tasks/{next} with {"description": "{text}"}
      And the client sends POST /tasks with {"description": "the last"}
      Then {"description": "{text}"} is listed once
