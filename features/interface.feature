Feature: The uniform interface
  A URI identifies every resource, every message says how to read it, and all resources follow the same rules.
  So a client, a cache or a proxy can work with a server that it has never met.

  @media.parameters @http
  Rule: Media types are compared without case and without parameters
    "Application/JSON; charset=UTF-8" is JSON. If a server compares the texts letter by letter, it refuses clients that did nothing wrong.
    Source: RFC 9110 §8.3.1, MUST
    Hint: Cut Content-Type at the first semicolon, trim spaces and compare in lower case.

    Scenario Outline: An item with <how>
      Given the item {key} is "blue"
      And the next request carries Content-Type: <label>
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is any 2xx
      And the item {key} is now "green"

      Examples:
        | how                          | label                           |
        | in mixed case with a charset | Application/JSON; charset=UTF-8 |
        | without a space              | application/json;charset=utf-8  |
        | in capitals                  | APPLICATION/JSON                |

    Scenario: A task with such a media type
      Given the next request carries Content-Type: Application/JSON; charset=UTF-8
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then the status is any 2xx
      And the task {id} is now {"description": "{text}"}

  @media.labelled @http
  Rule: JSON responses have a JSON media type
    A client decides by Content-Type how to read the content, in errors too.
    Source: RFC 9110 §8.3, SHOULD
    Hint: Set Content-Type: application/json before you write the status and the content.
    Hint: Use one function for every JSON response, errors included, and set the header there.

    Scenario: The item
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      Then a JSON response has a JSON media type

    Scenario: An item that does not exist
      When the client sends GET /items/{key}
      Then a JSON response has a JSON media type

    Scenario Outline: The response to <what>
      Given the item {key} is "blue"
      When the client sends <method> /items/{key} with <body>
      Then a JSON response has a JSON media type

      Examples:
        | what           | method | body               |
        | PUT            | PUT    | {"value": "green"} |
        | POST           | POST   | {"value": "green"} |
        | a broken PUT   | PUT    | {"value":          |

    Scenario: The response to DELETE
      Given the item {key} is "blue"
      When the client sends DELETE /items/{key}
      Then a JSON response has a JSON media type

    Scenario: The list
      When the client sends GET /tasks
      Then a JSON response has a JSON media type

    Scenario: A task that does not exist
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then a JSON response has a JSON media type

    Scenario: The new task
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then a JSON response has a JSON media type

  @accept @http
  Rule: A client that accepts JSON gets JSON
    Accept lists what a client can read, with wildcards. If a server compares it with the text "application/json", it turns away
    browsers and command-line tools.
    Source: RFC 9110 §12.5.1, contract
    Hint: If you send only JSON, you need not look at Accept at all.

    Scenario Outline: An item for <accept>
      Given the item {key} is "blue"
      And the next request carries <accept>
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

      Examples:
        | accept                                                                  |
        | no Accept                                                               |
        | Accept: */*                                                             |
        | Accept: application/*                                                   |
        | Accept: application/json;q=0.5                                          |
        | Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 |

    Scenario Outline: The list for <accept>
      Given the task {id} is {"description": "{text}"}
      And the next request carries <accept>
      When the client sends GET /tasks
      Then the status is 200 OK
      And {"id": "{id}"} is listed once

      Examples:
        | accept                                                                  |
        | no Accept                                                               |
        | Accept: application/*                                                   |
        | Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 |

    Scenario: A client that accepts only HTML gets JSON or 406
      Given the item {key} is "blue"
      And the next request carries Accept: text/html
      When the client sends GET /items/{key}
      Then the status is 200 OK or 406 Not Acceptable
      And if the status is 200 OK, the response includes {"value": "blue"}

  @fields @http
  Rule: Header names have no case, and unknown headers and members are ignored
    HTTP/2 and many proxies send every header name in lower case. And a protocol can only grow if servers ignore what
    they do not know.
    Source: RFC 9110 §5.1, MUST
    Hint: Ask your framework for the header. Do not look it up in a map by its exact letters.
    Hint: Read the members that you know from the body, and ignore the others.

    Scenario Outline: Content-Type in <case> is understood
      Given the item {key} is "blue"
      And the next request carries <name>: application/json
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is any 2xx
      And the item {key} is now "green"

      Examples:
        | case       | name         |
        | lower case | content-type |
        | capitals   | CONTENT-TYPE |
        | mixed case | cOnTeNt-TyPe |

    Scenario: Unknown headers are ignored
      Given the item {key} is "blue"
      And the next request carries X-Nonsense: 1
      And the next request carries Prefer: nonsense
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is any 2xx
      And the item {key} is now "green"

    Scenario: Unknown members of an item are ignored or refused
      Hint: Read "value" from the body, and ignore the rest.

      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green", "colour": "red", "key": "other"}
      Then the status is any 2xx or any 4xx
      And if the status is any 4xx, the item {key} is still "blue"
      And if the status is any 2xx, the item {key} is now "green"

    Scenario: An id in the body does not move a task
      Hint: The path names the task. Ignore an "id" in the body, or refuse the request.

      When the client sends POST /tasks/{id} with {"id": "{id}-other", "description": "{text}"}
      Then the status is any 2xx or any 4xx
      And there is no task {id}-other
      And if the status is any 2xx, the task {id} is now {"description": "{text}"}

  @length @http
  Rule: Content-Length counts bytes, not characters
    "é" is one character and two bytes. A length in characters cuts the response short, and the client reads the rest as
    the beginning of the next response. Only bytes are counted here, whatever the content is.
    Source: RFC 9110 §8.6, MUST
    Hint: Encode the response to bytes first, then count them; in Python that is len(text.encode()).

    Scenario: An item in other scripts
      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": "ééééé 日本語 🎉"}
      And the client sends GET /items/{key}
      Then Content-Length counts bytes
      And if the status is 200 OK, the response includes {"value": "ééééé 日本語 🎉"}

    Scenario: The list with a task in other scripts
      When the client sends POST /tasks/{id} with {"description": "Ελλάδα 日本語 🎉"}
      And the client sends GET /tasks
      Then Content-Length counts bytes

  @empty @http
  Rule: A response without content ends after its headers
    After a 204 or a response to HEAD the next byte on the connection belongs to the next response. If the server sends content
    anyway, the client reads it as the beginning of that response.
    Source: RFC 9110 §6.4.1, §8.6; RFC 9112 §6.1, MUST
    Hint: If you respond 204, write no content. Use 200 if you want to say something.
    Hint: A 204 has no Content-Length either, not even 0. (After OPTIONS a 0 is allowed: CORS middleware sends it.)

    Scenario: DELETE of an item
      Given the item {key} is "blue"
      When the client sends DELETE /items/{key}
      Then if the status is 204 No Content, the response is empty

    Scenario: PUT on an item
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green"}
      Then if the status is 204 No Content, the response is empty

    Scenario: POST on an existing key
      Given the item {key} is "blue"
      When the client sends POST /items/{key} with {"value": "green"}
      Then if the status is 204 No Content, the response is empty

    Scenario: OPTIONS of an item
      When the client sends OPTIONS /items/{key}
      Then if the status is 204 No Content, the response is empty

    Scenario: PUT on a task
      Given the task {id} is {"description": "{text}"}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then if the status is 204 No Content, the response is empty

    Scenario: DELETE of a task
      Given the task {id} is {"description": "{text}"}
      When the client sends DELETE /tasks/{id}
      Then if the status is 204 No Content, the response is empty

    Scenario: OPTIONS of the list
      When the client sends OPTIONS /tasks
      Then if the status is 204 No Content, the response is empty

    Scenario: HEAD of an item
      Given the item {key} is "blue"
      When the client sends HEAD /items/{key}
      Then the response is empty

    Scenario: HEAD of the list
      When the client sends HEAD /tasks
      Then the response is empty

  @keys.opaque @http
  Rule: A key is a name and nothing more
    The client chooses the key, so the server must not change it, shorten it or see a meaning in it. Percent-encoding is only
    the way in which a name travels: decode it once. Two names are the same if all their characters are the same: 007 is
    not 7, "é" in one character is not "é" in two, and a space at the end counts.
    Source: RFC 3986 §2.4, §6.2.2.2, contract
    Hint: Use the path segment as your router decoded it. Do not decode it again, and do not change its case.
    Hint: "+" means a space only in forms. In a path it is a plus sign.

    Scenario: %41 is the letter A
      When the client sends PUT /items/{key}%41 with {"value": "blue"}
      Then the item {key}A is now "blue"

    Scenario: %2541 is not the letter A
      Given the item {key}A is "green"
      When the client sends PUT /items/{key}%2541 with {"value": "blue"}
      Then the item {key}%41 is now "blue"
      And the item {key}A is still "green"

    Scenario: + is a plus sign
      Given the item {key} b is "green"
      When the client sends PUT /items/{key}+b with {"value": "blue"}
      Then the item {key}+b is now "blue"
      And the item {key} b is still "green"

    Scenario Outline: A key with <what> is a key like any other
      When the client sends PUT <path> with {"value": "blue"}
      Then the item <key> is now "blue"

      Examples:
        | what            | path                        | key              |
        | a space         | /items/{key}%20b            | {key} b          |
        | other scripts   | /items/{key}%C3%A9%E6%97%A5 | {key}é日         |
        | an emoji        | /items/{key}%F0%9F%8E%89    | {key}🎉          |
        | marks           | /items/{key}-._~!$()*:@     | {key}-._~!$()*:@ |
        | encoded marks   | /items/{key}%3F%23%26%3D    | {key}?#&=        |
        | a percent sign  | /items/{key}%25             | {key}%           |
        | two underscores | /items/__proto__            | __proto__        |

    Scenario Outline: Keys that differ in <what> are two keys
      Hint: Compare keys as texts, character by character: no numbers, no trimming, no collation that treats é as e.

      Given the item <one> is "blue"
      When the client sends PUT <path> with {"value": "green"}
      Then the item <one> is still "blue"
      And the item <other> is now "green"

      Examples:
        | what                   | one       | path                     | other      |
        | case                   | {key}-Key | /items/{key}-key         | {key}-key  |
        | leading zeros          | {digits}  | /items/00{digits}        | 00{digits} |
        | the form of a number   | {digits}  | /items/{digits}.0        | {digits}.0 |
        | the way to write é     | {key}é    | /items/{key}e%CC%81      | {key}é     |
        | an accent              | {key}Zoë  | /items/{key}Zoe          | {key}Zoe   |
        | an emoji               | {key}🎉   | /items/{key}%F0%9F%A5%96 | {key}🥖    |
        | the mark between words | {key} b   | /items/{key}-b           | {key}-b    |

    Scenario Outline: <what> is part of the key
      Hint: Do not trim the key. A column of the type CHAR fills keys with spaces: use VARCHAR or TEXT.

      Given the item {key} is "blue"
      When the client sends PUT <path> with {"value": "green"}
      Then the item {key} is still "blue"

      Examples:
        | what                     | path             |
        | A space at the beginning | /items/%20{key}  |
        | A space at the end       | /items/{key}%20  |
        | What follows U+0000      | /items/{key}%00b |

    Scenario Outline: Keys that share <n> characters are two keys
      Hint: Use the whole segment. Look for a column, a slice or a file name that is too short for it.

      Given the item {key}<shared>a is "blue"
      When the client sends PUT /items/{key}<shared>b with {"value": "green"}
      Then the item {key}<shared>a is still "blue"
      And the item {key}<shared>b is now "green"

      Examples:
        | n  | shared                                                              |
        | 40 | -shares-its-forty-first-char-                                       |
        | 78 | -shares-all-but-the-last-of-its-characters-with-another-of-that-len |

    Scenario: Keys that differ after a dot are two keys
      Given the item {key}.a is "blue"
      When the client sends PUT /items/{key}.b with {"value": "green"}
      Then the item {key}.a is still "blue"
      And the item {key}.b is now "green"

    Scenario: _ and % do not stand for other letters
      Given the item {key}xa is "blue"
      When the client sends PUT /items/{key}_a with {"value": "green"}
      And the client sends DELETE /items/{key}%25
      Then the item {key}xa is still "blue"
      And the item {key}_a is now "green"

    Scenario: Unknown query parameters are ignored
      Given the item {key} is "blue"
      When the client sends GET /items/{key}?page=2&sort=name&{id}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

    Scenario: An id with other scripts and spaces is an id like any other
      When the client sends POST /tasks/{id}%20%C3%A9%2Bb with {"description": "{text}"}
      Then the status is any 2xx
      And {"id": "{id} é+b", "description": "{text}"} is listed once

    Scenario Outline: Ids that differ in <what> are two ids
      Hint: Compare ids as texts, character by character: no numbers, no trimming, no collation that treats é as e.

      When the client sends POST /tasks/<one> with {"description": "{text}"}
      And the client sends POST /tasks/<two> with {"description": "another one"}
      Then {"id": "<id>", "description": "{text}"} is listed once
      And {"id": "<other id>", "description": "another one"} is listed once

      Examples:
        | what               | one        | id          | two         | other id     |
        | case               | {id}-Id    | {id}-Id     | {id}-id     | {id}-id      |
        | leading zeros      | 00{digits} | 00{digits}  | 0{digits}   | 0{digits}    |
        | the way to write é | {id}%C3%A9 | {id}\\u00e9 | {id}e%CC%81 | {id}e\\u0301 |
        | a space at the end | {id}       | {id}        | {id}%20     | {id}\\u0020  |

    Scenario: Ids that share 78 characters are two ids
      Hint: Use the whole segment. Look for a column, a slice or a file name that is too short for it.

      When the client sends POST /tasks/{id}-shares-all-but-the-last-of-its-characters-with-another-of-that-lena with {"description": "{text}"}
      And the client sends POST /tasks/{id}-shares-all-but-the-last-of-its-characters-with-another-of-that-lenb with {"description": "another one"}
      Then {"id": "{id}-shares-all-but-the-last-of-its-characters-with-another-of-that-lena", "description": "{text}"} is listed once
      And {"id": "{id}-shares-all-but-the-last-of-its-characters-with-another-of-that-lenb", "description": "another one"} is listed once

  @put.validator @http
  Rule: An ETag in the response to PUT is the ETag that GET then returns
    A client keeps this ETag to make its next change conditional. Some frameworks add an ETag of the response text to
    every response; such an ETag after PUT does not describe the stored value.
    Source: RFC 9110 §9.3.4, MUST NOT
    Hint: Switch off automatic ETags for responses to PUT, or send the ETag of the new representation.
    Hint: Express makes an ETag from the text of each response: app.set('etag', false).

    Scenario: PUT on an existing key
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green"}
      Then an ETag in the response is the ETag of GET

    Scenario: PUT on an unused key
      When the client sends PUT /items/{key} with {"value": "green"}
      Then an ETag in the response is the ETag of GET

    Scenario: PUT on a task
      Given the task {id} is {"description": "{text}"}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then an ETag in the response is the ETag of GET
