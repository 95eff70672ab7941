Feature: The first hunt
  The hunted server answers nobody who has not brought a cookie from an earlier answer. So the scenario must not prepare anything: the very
  first request is the question.

  Scenario: Who asks for the first time is answered like everybody
    When the client sends GET /items/{key}
    Then the status is 404 Not Found

  Scenario: The list is there for a stranger too
    When the client sends GET /tasks
    Then the status is 200 OK
