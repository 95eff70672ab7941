Feature: The uniform interface
  Every resource is identified by a URI, every message says how it is to be read, and the rules are the same for all.
  That is what lets a client, a cache or a proxy work with a server that it has never met.

  @media.parameters @http
  Rule: A media type is compared without regard to case and parameters
    "Application/JSON; charset=UTF-8" is JSON. A comparison of texts, letter by letter, refuses clients that did nothing wrong.
    Source: RFC 9110 §8.3.1, MUST
    Hint: Cut Content-Type at the first semicolon, take the spaces off and compare in lower case.

    Scenario Outline: An item labelled <how>
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

    Scenario: A task labelled so
      Given the next request carries Content-Type: Application/JSON; charset=UTF-8
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then the status is any 2xx
      And the task {id} is now {"description": "{text}"}

  @media.labelled @http
  Rule: JSON says that it is JSON
    A client decides by Content-Type how to read the content, in errors as well.
    Source: RFC 9110 §8.3, SHOULD
    Hint: Set Content-Type: application/json before you write the status and the content.
    Hint: Use one function for every JSON answer, errors included, and set it there.

    Scenario: The item
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      Then a JSON response has a JSON media type

    Scenario: The item that is not there
      When the client sends GET /items/{key}
      Then a JSON response has a JSON media type

    Scenario Outline: The answer to <what>
      Given the item {key} is "blue"
      When the client sends <method> /items/{key} with <body>
      Then a JSON response has a JSON media type

      Examples:
        | what           | method | body               |
        | PUT            | PUT    | {"value": "green"} |
        | POST           | POST   | {"value": "green"} |
        | a broken PUT   | PUT    | {"value":          |

    Scenario: The answer to DELETE
      Given the item {key} is "blue"
      When the client sends DELETE /items/{key}
      Then a JSON response has a JSON media type

    Scenario: The list
      When the client sends GET /tasks
      Then a JSON response has a JSON media type

    Scenario: The task that is not there
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then a JSON response has a JSON media type

    Scenario: The new task
      When the client sends POST /tasks/{id} with {"description": "{text}"}
      Then a JSON response has a JSON media type

  @accept @http
  Rule: A client that can take JSON gets JSON
    Accept lists what a client can read, with wildcards. To compare it with "application/json" as a text turns away
    browsers and command lines.
    Source: RFC 9110 §12.5.1, contract
    Hint: If you send JSON only, you need not look at Accept at all.

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

    Scenario: A client that wants nothing but HTML gets JSON or 406
      Given the item {key} is "blue"
      And the next request carries Accept: text/html
      When the client sends GET /items/{key}
      Then the status is 200 OK or 406 Not Acceptable
      And if the status is 200 OK, the response includes {"value": "blue"}

  @fields @http
  Rule: Field names have no case, and what is not known is ignored
    HTTP/2 and many proxies send every field name in lower case. And a protocol can only grow if servers pass over what
    they do not know.
    Source: RFC 9110 §5.1, MUST
    Hint: Ask your framework for the field; do not look it up in a map with its exact letters.
    Hint: Take the members you know out of the body and leave the others alone.

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

    Scenario: Fields that nobody knows are ignored
      Given the item {key} is "blue"
      And the next request carries X-Nonsense: 1
      And the next request carries Prefer: nonsense
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is any 2xx
      And the item {key} is now "green"

    Scenario: Members of an item that nobody knows are ignored or refused
      Hint: Take "value" from the body, and leave the rest.

      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green", "colour": "red", "key": "other"}
      Then the status is any 2xx or any 4xx
      And if the status is any 4xx, the item {key} is still "blue"
      And if the status is any 2xx, the item {key} is now "green"

    Scenario: An id in the body does not move a task
      Hint: The path names the task: what the body has under "id" is nobody's business, or a reason to refuse.

      When the client sends POST /tasks/{id} with {"id": "{id}-other", "description": "{text}"}
      Then the status is any 2xx or any 4xx
      And there is no task {id}-other
      And if the status is any 2xx, the task {id} is now {"description": "{text}"}

  @length @http
  Rule: Content-Length counts bytes, not characters
    "é" is one character and two octets. A length in characters cuts the answer short, and what is left over is read as
    the beginning of the next one. Only bytes are counted here, whatever the content is.
    Source: RFC 9110 §8.6, MUST
    Hint: Encode the answer to octets first, then count; in Python that is len(text.encode()).

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
  Rule: An answer that has no content has nothing after its head
    After a 204 or an answer to HEAD the next octet on the connection belongs to the next answer. Content that is sent
    all the same is read as the beginning of it.
    Source: RFC 9110 §6.4.1, §8.6; RFC 9112 §6.1, MUST
    Hint: If you answer 204, write no body: use 200 if you have something to say.
    Hint: A 204 has no Content-Length either, not even 0. (After OPTIONS a 0 is passed over: CORS middleware sends it.)

    Scenario: DELETE of an item
      Given the item {key} is "blue"
      When the client sends DELETE /items/{key}
      Then if the status is 204 No Content, the response is empty

    Scenario: PUT on an item
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green"}
      Then if the status is 204 No Content, the response is empty

    Scenario: POST on a taken key
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
    The client chooses it, so the server must not change it, shorten it or see a meaning in it. Percent-encoding is only
    the way in which a name travels: it is taken off once. Two names are the same if all their characters are: 007 is
    not 7, "é" in one character is not "é" in two, and a space at the end counts.
    Source: RFC 3986 §2.4, §6.2.2.2, contract
    Hint: Use the path segment as your router decoded it; do not decode it again, and do not change its case.
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
      Hint: Compare keys as texts, character by character: no numbers, no trimming, no collation that takes é for e.

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

    Scenario Outline: <what> belongs to the key
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
      Hint: Use the whole segment: look for a column, a slice or a file name that is too short for it.

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
      Hint: Compare ids as texts, character by character: no numbers, no trimming, no collation that takes é for e.

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
      Hint: Use the whole segment: look for a column, a slice or a file name that is too short for it.

      When the client sends POST /tasks/{id}-shares-all-but-the-last-of-its-characters-with-another-of-that-lena with {"description": "{text}"}
      And the client sends POST /tasks/{id}-shares-all-but-the-last-of-its-characters-with-another-of-that-lenb with {"description": "another one"}
      Then {"id": "{id}-shares-all-but-the-last-of-its-characters-with-another-of-that-lena", "description": "{text}"} is listed once
      And {"id": "{id}-shares-all-but-the-last-of-its-characters-with-another-of-that-lenb", "description": "another one"} is listed once

  @put.validator @http
  Rule: An ETag in the answer to PUT is the one that GET then gives
    A client keeps that tag to make its next change conditional. A tag of the answer's own text, as some frameworks add
    it to everything, stands for nothing that is stored.
    Source: RFC 9110 §9.3.4, MUST NOT
    Hint: Switch off automatic ETags for answers to PUT, or send the tag of the new representation.
    Hint: Express makes one from the text of each answer: app.set('etag', false).

    Scenario: PUT on a taken key
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green"}
      Then an ETag in the response is the ETag of GET

    Scenario: PUT on a free key
      When the client sends PUT /items/{key} with {"value": "green"}
      Then an ETag in the response is the ETag of GET

    Scenario: PUT on a task
      Given the task {id} is {"description": "{text}"}
      When the client sends PUT /tasks/{id} with {"complete": true}
      Then an ETag in the response is the ETag of GET
