Feature: Tasks
  A to-do list: the collection is read as a whole, single tasks are added, completed and deleted under ids that the
  client chooses. From level http on the server can choose the id too.

  @tasks.list @basics
  Rule: GET of the list gives every task
    The list is the only way to see the tasks, so a task that is missing in it is lost, and a boolean that comes as a
    text is true in nearly every language.
    A task stays until a client deletes it, however many others come after it.
    Source: course text, contract
    Hint: Answer 200 with a JSON array of objects, each with "id", "description" and "complete".
    Hint: "complete" is true or false, not "true", 1 or "yes". The list has no pages unless the client asks for one.

    @first
    Scenario: A list without tasks is an array too
      Hint: Answer [] with 200 where there is no task: not null, not nothing, and not 404. In Go a nil slice becomes null: begin with []Task{}.

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
  Rule: POST adds a task under a free id
    The client names the task, so that it can find it again in the list.
    The description comes back character by character: spaces, line ends and both ways to write "é" too.
    Source: RFC 9110 §9.3.3; RFC 8259 §7, §8; course text, contract
    Hint: Answer 201 Created once the task is in the store, with the id of the path.
    Hint: A new task is not complete: set "complete" to false yourself.

    Scenario: A free id answers 201 and the task is listed
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then the status is 201 Created
      And {"id": "{id}"} is listed once
      And the task {id} is now {"description": "{text}", "complete": false}

    Scenario Outline: A description with <what> comes back equal
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
  Rule: POST on a taken id replaces or refuses, and the status tells which
    Both are sensible. What is not: a second task with the same id, or a status that says the opposite of what was done.
    Source: course text, contract
    Hint: Decide: replace (200, 201 or 204) or refuse (409 Conflict) and leave the task as it was.
    Hint: A task that is replaced is a new one: its description is the new one, and it is not complete.

    Scenario: The status is true and the task is listed once
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends POST /tasks/{id} with {"description": "{text} again"}
      Then the status is 200 OK, 201 Created, 204 No Content or 409 Conflict
      And {"id": "{id}"} is listed once
      And if the status is 409 Conflict, the task {id} is still {"description": "{text}", "complete": true}
      And if the status is 200 OK, 201 Created or 204 No Content, the task {id} is now {"description": "{text} again", "complete": false}

  @tasks.complete @basics
  Rule: PUT completes a task and undoes it
    PUT with {"complete": …} sets what it names. That PUT updates a part is the course's choice: RFC 9110 §9.3.4 says
    that PUT replaces the whole, and PATCH is the method for a part. If the body has a "description" too, the server may set it
    or ignore it.
    Source: course text, contract
    Hint: Set "complete" to the value that was sent, do not turn it round, and leave all else of the task as it is. What is listed afterwards?
    Hint: Take "complete" from the body only if the member is there, and true and false alike.

    Scenario: A task is completed
      Given the task {id} is {"description": "{text}"}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then the status is 200 OK or 204 No Content
      And the task {id} is now {"description": "{text}", "complete": true}

    Scenario: A completed task is opened again
      Hint: false has to be taken like true: ask whether "complete" is in the body, not whether it is true.

      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends PUT /tasks/{id} with {"complete": false}
      Then the status is 200 OK or 204 No Content
      And the task {id} is now {"description": "{text}", "complete": false}

    Scenario: An object without members changes nothing
      Hint: Where "complete" is missing in the body, leave the task as it is, or refuse the request.
      Hint at status: Do not take "complete" from the body before you know that it is there: in many languages that is an error.

      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends PUT /tasks/{id} with {}
      Then the status is any 2xx or any 4xx
      And the task {id} is still {"description": "{text}", "complete": true}

  @tasks.update.missing @basics
  Rule: PUT on a free id answers 404 and creates nothing
    There is nothing to complete. A task made of a mere "complete" would have no description.
    Source: course text, contract
    Hint: Look for the task first; if it is not there, answer 404 with {"error": "Task not found"}.

    Scenario: A free id answers 404
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
    A task that is done with has to go, and no other one with it.
    Source: RFC 9110 §9.3.5, contract
    Hint at status: Once it is deleted answer 200 (with any JSON) or 204 (with nothing).
    Hint: Find the task by its id, not by its place in the list or by what it says.

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
  Rule: DELETE of a free id answers 404, however often
    The client learns that there was nothing to delete. It is no reason for the server to break.
    Source: course text, contract
    Hint: Ask whether the id is there before you remove it; many languages raise an error otherwise.
    Hint: Answer 404 with {"error": "Task not found"}.

    Scenario: An id that was never used answers 404
      When the client sends DELETE /tasks/{id}
      Then the status is 404 Not Found
      And the response explains the error under "error"

    Scenario: An id that was deleted answers 404 each time
      Given the task {id} was deleted
      When the client sends DELETE /tasks/{id}
      And the client repeats the request 2 times
      Then every status is 404 Not Found or 410 Gone
      And the response explains the error under "error"

  @tasks.read @http
  Rule: GET of one task gives that task
    Every resource that can be changed should be readable at its own URI; a client that wants one task need not fetch all.
    Source: RFC 9110 §9.3.1; RFC 3986 §1.2.2, contract
    Hint: Add GET to the route of a single task; the body is the object that the list has for it.
    Hint: 404 with an error in JSON for an id that is not there.

    Scenario: A task is read at its own URI
      Given the task {id} is {"description": "{text}"}
      When the client sends GET /tasks/{id}
      Then the status is 200 OK
      And the response includes {"id": "{id}", "description": "{text}", "complete": false}

    Scenario: What PUT changed is seen there
      Given the task {id} is {"description": "{text}"}
      And the task {id} becomes {"complete": true}
      When the client sends GET /tasks/{id}
      Then the status is 200 OK
      And the response includes {"id": "{id}", "description": "{text}", "complete": true}

    Scenario: An id that was never used answers 404
      When the client sends GET /tasks/{id}
      Then the status is 404 Not Found
      And the response explains the error in JSON

    Scenario: A deleted task answers 404
      Given the task {id} was deleted
      When the client sends GET /tasks/{id}
      Then the status is 404 Not Found or 410 Gone

  @tasks.create @http
  Rule: POST to the list creates a task and says where it is
    Here the server chooses the id. The client cannot guess it, so the answer has to carry the way to the new task.
    Source: RFC 9110 §9.3.3, §10.2.2, SHOULD
    Hint: Answer 201 Created with a Location field, such as Location: /tasks/17.
    Hint: GET at that Location gives the task: "id", "description" and "complete": false.

    Scenario: The Location leads to the new task
      When the client sends POST /tasks with {"description": "{text}"}
      Then the status is 201 Created
      And each Location is new and leads to {"description": "{text}", "complete": false}
      And {"description": "{text}", "complete": false} is listed once

    @first
    Scenario: A task under an id that the server would have chosen next stays what it is
      Hint: Ids that your server counts and ids that clients choose are in one store: before you give an id away, look whether it is taken.

      When the client sends POST /tasks with {"description": "the first"}
      And the client sends POST /tasks/{next} with {"description": "{text}"}
      And the client sends POST /tasks with {"description": "the last"}
      Then {"description": "{text}"} is listed once
