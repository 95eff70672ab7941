Feature: The first hunt
  The hunted server keeps its tasks in a list, and a POST on a taken id adds a second one with that id. A right server replaces the first
  or refuses the second: so the scenario says nothing of the status, and counts what is there.

  Scenario: A task that is added twice is there once
    Given the task {id} is {"description": "{text}"}
    When the client sends POST /tasks/{id} with {"description": "{text}"}
    Then {"id": "{id}"} is listed once
