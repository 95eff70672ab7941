Feature: A client that works
  The lab grades a client by what it sends and by how it handles the responses. The lab serves the API, runs the program against it and
  records every request.

  @client.json @basics
  Rule: Its request bodies are JSON with a JSON media type
    A server need not guess what a body is. Without a JSON media type a careful server refuses the body (415), and a careless one
    stores something else than you meant.
    Source: RFC 9110 §8.3, SHOULD
    Hint: Look at the request on this card: is its content JSON, and does Content-Type say so?
    Hint: In Python: requests.post(url, json=…), not data=…. With curl: -H 'Content-Type: application/json'. In Go and with fetch you set the header yourself.

    @items
    Scenario: Items are sent as JSON
      When the program runs
      Then every request body is JSON with a JSON media type

    @tasks
    Scenario: Tasks are sent as JSON
      When the program runs
      Then every request body is JSON with a JSON media type

  @client.items @basics @items @needs:client.json
  Rule: It creates an item, reads it, replaces it and deletes it
    Each of the four methods has its own task. Send them in the order of the item's life: an item that was not created
    cannot be read, and a deleted item no longer exists.
    Source: the course text, contract
    Hint: Which of the four requests is missing, or came too early? The list above has all requests that the lab received.
    Hint: POST /items/{key}, GET the same path, PUT it with another value, then DELETE it. More GET requests in between do not matter.

    Scenario: The four methods in an order that works
      When the program runs
      Then the program sends POST, GET, PUT, DELETE for one item

  @client.tasks @basics @tasks @needs:client.json
  Rule: It adds two tasks, completes one, deletes one, and lists them before and after
    A to-do list is a resource of its own: it changes when tasks are added, completed and deleted, and only GET shows what is in it now.
    Source: the course text, contract
    Hint: Which of these requests is missing, or came too early? The list above has all requests that the lab received.
    Hint: POST two tasks, PUT {"complete": true} on one of them, DELETE one, and GET /tasks after the last change; and GET /tasks once more at any time before it.

    Scenario: Two are added before one is deleted, and the list is read at the end
      When the program runs
      Then the program sends POST, POST, DELETE, GET for the tasks

    Scenario: One is completed after it was added, and the list is read later
      When the program runs
      Then the program sends POST, PUT for one task
      And the program sends PUT, GET for the tasks

    Scenario: One of its own tasks is deleted
      When the program runs
      Then the program sends POST, DELETE for one task

    Scenario: The list is read twice
      When the program runs
      Then the program sends GET, GET for the tasks

  @client.ends @basics @needs:client.json
  Rule: It ends with exit status 0 when everything worked
    Another program, such as a script or a timer, cannot read what yours prints. It sees the exit status: 0 is "done", everything else is "not done".
    Source: POSIX.1-2024, exit: 0 is success, contract
    Hint: What does the program print last? If it is a stack trace, look at its last line.
    Hint: Run it yourself against ./restlab serve, and then: echo $?

    @items
    Scenario: Everything works with an item
      When the program runs
      Then the program ends with exit status 0

    @tasks
    Scenario: Everything works with tasks
      When the program runs
      Then the program ends with exit status 0

  @client.prints @basics @needs:client.json @needs:client.ends
  Rule: It prints what the server responded, not what it remembers
    A client knows what it requested, not what the server has. Other clients use the same server. While yours runs, another client of the lab
    writes something that your program can only know from a response.
    Source: Fielding §5.1.3, contract
    Hint: Does the text that you print come from your own variables or from the response?
    Hint: Print the content of the response to GET, whatever it is: print(response.json()).

    @items
    Scenario: Another client changes the item before it is read
      Given another client changes the item to "{text}" after the first POST
      When the program runs
      Then the program prints "{text}"

    @tasks
    Scenario: Another client's task is in the list
      Given another client adds a task with "{text}"
      When the program runs
      Then the program prints "{text}"
