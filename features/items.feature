Feature: Items
  An item is a JSON value under a key that the client chooses. Four methods are all it takes to create it, read
  it, replace it and delete it, and each answer tells the client by its status what happened.

  @items.create @basics
  Rule: POST creates an item under a free key
    A client that asks for something new has to learn that it exists now, and to find it where it put it. At every level a server has to
    take bodies of up to 16 KiB; it may refuse a larger one with 413.
    Source: RFC 9110 §9.3.3; course text, contract
    Hint at content: GET answers an object with the value in it: {"value": …}.
    Hint: Is the value in the store, under the key of the path, before you answer? And which status do you send?
    Hint: Send 201 Created after you have stored the value, and store it under the key of the path.
    Hint: If only 0, false, null or "" fail, look for an "if value" that should ask whether the member is there.

    Scenario Outline: POST of <kind> answers 201 and stores it
      When the client sends POST /items/{key} with {"value": <value>}
      Then the status is 201 Created
      And the item {key} is now <value>

      Examples:
        | kind          | value              |
        | a text        | "blue"             |
        | a number      | 42                 |
        | zero          | 0                  |
        | false         | false              |
        | null          | null               |
        | an empty text | ""                 |
        | an object     | {"colour": "blue"} |

  @items.read @basics
  Rule: GET gives back the value that was stored
    A store that changes what it is given is of no use: the client gets back what it put in, whatever kind of JSON
    value it is.
    Texts and names of members keep every character, numbers are the same doubles (IEEE 754), and arrays keep their
    order. The server may write JSON in another way: \u00e9 for é, 1e2 for 100, members in another order. It may refuse
    U+0000 with any 4xx, and lose members named "__proto__" or "constructor". An item stays until a client replaces or
    deletes it.
    Source: RFC 8259 §4, §6, §7, §8; course text, contract
    Hint: Store the value as it was decoded, and encode it again only when you answer.
    Hint: If 0, false, null or "" are gone or come back as 404, something asks whether the value is true, or leaves out what is empty (omitempty).
    Hint: If a large number has changed, it was kept in a type that is too small for it.
    Hint: If only some letters come back wrong, look at how text becomes octets, which is HTTP's word for bytes: JSON is UTF-8.

    Scenario: The answer has the value under "value"
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

    Scenario: A name may be written with escapes
      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"v\u0061lue": "red"}
      Then the item {key} is now "red"

    Scenario Outline: <kind> comes back equal

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": <value>}
      Then the item {key} is now <value>

      Examples:
        | kind                            | value                                                |
        | An empty text                   | ""                                                   |
        | A text in other scripts         | "héllo 日本 Ελλάδα 🎉"                               |
        | A text with escapes             | "a \"quote\", a \\\\ and a \\n line"                 |
        | A text like a path of Windows   | "C:\\\\new"                                          |
        | A text that looks like HTML     | "<b>&amp;</b>"                                       |
        | A text that looks like a number | "007"                                                |
        | A text that looks like null     | "null"                                               |
        | A text of 4 KiB                 | "{long}"                                             |
        | Zero                            | 0                                                    |
        | True                            | true                                                 |
        | False                           | false                                                |
        | Null                            | null                                                 |
        | An empty array                  | []                                                   |
        | An array of many kinds          | [1, "two", null, false, [], {"three": 3}]            |
        | An empty object                 | {}                                                   |
        | A nested object                 | {"a": {"b": [1, 2, {"c": {"d": {"e": {"f": ""}}}}]}} |
        | An object with a "value"        | {"value": "inner"}                                   |

    Scenario Outline: A text with <what> comes back character by character
      Hint: Does anything change a text on its way? Look for trim, normalize, escape, a template, or a column that takes fewer characters.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": <value>}
      Then the item {key} is now <value>

      Examples:
        | what                       | value                                                                     |
        | spaces and line ends       | "  a  b,\tc\r\\nd\\n\\n e\u00a0f\u2028g\r "                               |
        | hidden characters          | "\ufeffa\u0001b\u001bc\u007fd\u0085e\u200bf\u200dg\u00ad"                 |
        | one letter in several ways | "\u00e9 e\u0301 \u212b \u1e69 s\u0307\u0323 \ufb01 x\u00b2 \u00df \u0130" |
        | an emoji in escapes        | "\ud83c\udf89 🥖 👩‍🚀"                                                    |
        | marks of other languages   | "100%% %s %41 a+b {0} {{ a }} ${HOME} $1 <i>it's</i> it''s -- ... &lt;"   |

    Scenario: Texts that look like other values stay texts
      Hint: A text is a text, whatever it says: look for a converter, a column type or a YAML file that guesses.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": ["7", "1e3", "0x1F", "1,5", "true", "no", "~", "", "NaN", "2024-02-29", "2024-02-29T12:00:00.000Z", "12:30:45", "[]"]}
      Then the item {key} is now ["7", "1e3", "0x1F", "1,5", "true", "no", "~", "", "NaN", "2024-02-29", "2024-02-29T12:00:00.000Z", "12:30:45", "[]"]

    Scenario: Numbers come back as the same doubles
      Hint: Keep numbers as doubles (float64, DOUBLE PRECISION), not in 32 bits and not with a few decimals.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": [-12.5, 0.1, 3.141592653589793, 9007199254740991, 16777217, -2147483649, 1e21, 1e-7, 100, -0.0]}
      Then the item {key} is now [-12.5, 0.1, 3.141592653589793, 9007199254740991, 16777217, -2147483649, 1e21, 1e-7, 100, -0.0]

    Scenario: Names of members come back character by character
      Hint: The name of a member is a text like any other. Look for a mapper or a database that changes names, or gives some a meaning.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": {"": 1, "$set": 2, "a.b": 3, "_id": 4, "@type": 5, "Name": 6, "name": 7, "first_name": 8, " a b": 9, "a-b": 10, "007": 11, "e\u0301": 12, "\u00e9": 13, "length": 14, "a\nb": 15}}
      Then the item {key} is now {"": 1, "$set": 2, "a.b": 3, "_id": 4, "@type": 5, "Name": 6, "name": 7, "first_name": 8, " a b": 9, "a-b": 10, "007": 11, "e\u0301": 12, "\u00e9": 13, "length": 14, "a\nb": 15}

    Scenario: Arrays and objects keep their shape
      Hint: Look for a converter that leaves out what is empty, makes a list of an object, or takes an array of one for its element.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": {"none": null, "no": false, "yes": true, "zero": 0, "text": "", "array": [], "object": {}, "list": {"0": "a", "1": "b"}, "one": ["a"], "pairs": [[3, 1], [3, 1], [2], [[]], {}]}}
      Then the item {key} is now {"none": null, "no": false, "yes": true, "zero": 0, "text": "", "array": [], "object": {}, "list": {"0": "a", "1": "b"}, "one": ["a"], "pairs": [[3, 1], [3, 1], [2], [[]], {}]}

    @needs:items.create
    Scenario: What POST stores comes back equal too
      Hint: POST and PUT store a value in the same way: use one function for both.

      When the client sends POST /items/{key} with {"value": {"": "\t\u00e9 e\u0301\r\n🎉 ", "$a.b": ["007", "true", "2024-02-29", "it's {{ a }} %41"], "n": [0.1, 1e21, 16777217], "e": [null, "", false, 0, [], {}]}}
      Then if the status is any 2xx, the item {key} is now {"": "\t\u00e9 e\u0301\r\n🎉 ", "$a.b": ["007", "true", "2024-02-29", "it's {{ a }} %41"], "n": [0.1, 1e21, 16777217], "e": [null, "", false, 0, [], {}]}

    Scenario: A text with U+0000 comes back or is refused
      Hint: If your store cannot keep the value, refuse it with 422. A value that you accept has to come back.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": "a\u0000b"}
      Then the status is any 2xx or any 4xx
      And if the status is any 2xx, the item {key} is now "a\u0000b"
      And if the status is any 4xx, the item {key} is still "green"

    Scenario: An item is there after a hundred others
      Hint: Look for a bound: a cache that drops the oldest, an array of a fixed size, a table that is emptied now and then.
      Hint: If GET gives the value of another item, look at how an item is found: the whole key has to decide, not a part of it or a hash.

      Given the items {key}-1 to {key}-101 are added
      When the client sends GET /items/{key}-1
      Then the status is 200 OK
      And the response includes {"value": "{key}-1"}
      And the item {key}-2 is still "{key}-2"
      And the item {key}-3 is still "{key}-3"
      And the item {key}-4 is still "{key}-4"
      And the item {key}-5 is still "{key}-5"
      And the item {key}-6 is still "{key}-6"
      And the item {key}-7 is still "{key}-7"
      And the item {key}-8 is still "{key}-8"

  @items.read.missing @basics
  Rule: GET of a key that nobody stored answers 404
    A client must be able to tell "there is nothing here" from "there is an empty value here".
    Source: RFC 9110 §15.5.5, contract
    Hint: What does your server answer when the key is not in the store?
    Hint: Answer 404 with {"error": "Not found"}.
    Hint: Look keys up in a map, not among the members that every object of your language has, such as "constructor".

    Scenario: A key that was never used answers 404
      When the client sends GET /items/{key}
      Then the status is 404 Not Found
      And the response explains the error under "error"

    Scenario Outline: The key <key> is not there by itself
      Hint: In JavaScript every object has members that nobody stored, constructor among them: keep items in a Map.

      When the client sends GET /items/<key>
      Then the status is 404 Not Found
      And the response explains the error under "error"

      Examples:
        | key            |
        | constructor    |
        | toString       |
        | hasOwnProperty |
        | valueOf        |

    Scenario: A key that was deleted answers 404
      Given the item {key} was deleted
      When the client sends GET /items/{key}
      Then the status is 404 Not Found or 410 Gone
      And the response explains the error under "error"

    Scenario: A key that begins like another one answers 404
      Given the item {key}-long is "blue"
      When the client sends GET /items/{key}
      Then the status is 404 Not Found

  @items.replace @basics
  Rule: PUT on a taken key replaces the value
    PUT says "this is the whole new state". What is left over from the old value would be a state that nobody asked for.
    Source: RFC 9110 §9.3.4, contract
    Hint: Assign the new value; do not merge it into the old one or append to it.
    Hint: Answer 200 (with any JSON) or 204 (with nothing) once it is stored.

    Scenario: The new value takes the place of the old one
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is 200 OK or 204 No Content
      And the item {key} is now "green"

    Scenario Outline: <kind> leaves nothing behind
      Given the item {key} is <old>
      When the client sends PUT /items/{key} with {"value": <new>}
      Then the status is 200 OK or 204 No Content
      And the item {key} is now <new>

      Examples:
        | kind          | old                           | new         |
        | A longer text | "a rather long value"         | "short"     |
        | An object     | {"colour": "blue", "size": 1} | {"size": 2} |
        | An array      | [1, 2, 3]                     | [4]         |
        | Another type  | {"colour": "blue"}            | "green"     |

    Scenario: The last of several PUTs counts, also when it brings back an old value
      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the item {key} is now "blue"

  @items.put.creates @basics
  Rule: PUT on a free key creates the item
    With PUT the client names the item itself, so it need not know whether the item is there already.
    Source: RFC 9110 §9.3.4, contract
    Hint at content: GET answers an object with the value in it: {"value": …}.
    Hint: Do not look for the key before you store: PUT stores in both cases, under the key of its path.

    Scenario: A free key is taken afterwards
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 200 OK, 201 Created or 204 No Content
      And the item {key} is now "blue"

    Scenario: A key that was deleted is free too
      Given the item {key} was deleted
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 200 OK, 201 Created or 204 No Content
      And the item {key} is now "blue"

  @items.delete @basics
  Rule: DELETE removes the item
    After DELETE the key is free: GET does not find it, and it can be used again.
    Source: RFC 9110 §9.3.5, contract
    Hint: Remove the key from the store, do not only empty its value.
    Hint: Answer 200 (with any JSON) or 204 (with nothing).

    Scenario: A deleted item is gone
      Given the item {key} is "blue"
      When the client sends DELETE /items/{key}
      Then the status is 200 OK or 204 No Content
      And there is no item {key}

    Scenario Outline: An item whose value is <value> can be deleted too
      Given the item {key} is <value>
      When the client sends DELETE /items/{key}
      Then the status is 200 OK or 204 No Content
      And there is no item {key}

      Examples:
        | value |
        | 0     |
        | null  |
        | ""    |

    Scenario: The key can be created again
      Given the item {key} was deleted
      When the client sends POST /items/{key} with {"value": "green"}
      Then the item {key} is now "green"

  @items.delete.missing @basics
  Rule: DELETE of a free key answers 404, however often
    The client learns that there was nothing to delete. It is no reason for the server to break.
    Source: course text, contract
    Hint: Ask whether the key is there before you remove it; many languages raise an error otherwise.
    Hint: Answer 404 with {"error": "Not found"}.

    Scenario: A key that was never used answers 404
      When the client sends DELETE /items/{key}
      Then the status is 404 Not Found
      And the response explains the error under "error"

    Scenario: A key that was deleted answers 404 each time
      Given the item {key} was deleted
      When the client sends DELETE /items/{key}
      And the client repeats the request 2 times
      Then every status is 404 Not Found or 410 Gone
      And the response explains the error under "error"
      And there is no item {key}

  @items.post.taken @basics
  Rule: POST on a taken key replaces or refuses, and the status tells which
    Both are sensible. What is not: to say that it was stored and keep the old value, or to refuse and store all the same.
    Source: course text, contract
    Hint: Decide: replace (200, 201 or 204) or refuse (409 Conflict) and leave the old value as it was.

    Scenario: The status is true
      Given the item {key} is "blue"
      When the client sends POST /items/{key} with {"value": "green"}
      Then the status is 200 OK, 201 Created, 204 No Content or 409 Conflict
      And if the status is 409 Conflict, the item {key} is still "blue"
      And if the status is 200 OK, 201 Created or 204 No Content, the item {key} is now "green"

  @put.created @http
  Rule: The first PUT creates, the next one replaces
    A client that repeats a PUT after a time-out learns from the code whether its first attempt arrived. Many servers
    answer 200 to both, and then it never learns whether it has made the item or replaced one.
    Source: RFC 9110 §9.3.4, MUST
    Hint: Did the key exist before you stored the value? Decide the code before you overwrite.
    Hint: 201 Created if the key was free, 200 OK or 204 No Content if it was taken.

    Scenario: A free key answers 201
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 201 Created
      And the item {key} is now "blue"

    Scenario: A taken key answers 200 or 204
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is 200 OK or 204 No Content
      And the item {key} is now "green"

    Scenario: The same value again is no creation
      Hint: Whether the key was there decides between 201 and 200, not whether the value is another one.

      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 200 OK or 204 No Content

    Scenario: A key that was deleted is free again
      Given the item {key} was deleted
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 201 Created
