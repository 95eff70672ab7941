Feature: My hunt
  Say here what a right server does, and the hunted one does not. The sentences are those that `restlab steps` prints.
  {key}, {id} and {text} are names that nobody has used.

  # This scenario passes on a right server, which is half of what is asked. It does not catch the hunted one:
  # what stands after Given only prepares, and what counts is what fails after Then. Change it.
  Scenario: The answer to GET has the value
    Given the item {key} is "blue"
    When the client sends GET /items/{key}
    Then the status is 200 OK
    And the response includes {"value": "blue"}
