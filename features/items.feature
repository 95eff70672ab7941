Feature: Items
  An item is a JSON value under a key that the client chooses. Four methods create, read, replace and delete it. The status of
  each response tells the client what happened.

  @items.create @basics
  Rule: POST creates an item under an unused key
    A client that creates an item must learn that the item exists now, and must find it under the key that it chose. At every level a
    server must accept bodies of up to 16 KiB; it may refuse a larger body with 413.
    Source: RFC 9110 §9.3.3; course text, contract
    Hint at content: GET must return an object that contains the value: {"value": …}.
    Hint: Do you store the value under the key from the path before you respond? And which status do you send?
    Hint: Store the value under the key from the path, then respond 201 Created.
    Hint: If only 0, false, null or "" fail, look for an "if value". It should check whether the member exists.

    Scenario Outline: POST of <kind> responds 201 and stores it
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
  Rule: GET returns the value that was stored
    A client must get back the value that it stored, whatever kind of JSON value it is.
    Texts and member names keep every character, numbers stay the same doubles (IEEE 754), and arrays keep their
    order. The server may write JSON in another way: \u00e9 for é, 1e2 for 100, members in another order. It may refuse
    U+0000 with any 4xx, and it may drop members named "__proto__" or "constructor". An item stays until a client replaces or
    deletes it.
    Source: RFC 8259 §4, §6, §7, §8; course text, contract
    Hint: Store the decoded value, and encode it again only when you respond.
    Hint: If 0, false, null or "" are lost or become 404, some code tests whether the value is true, or leaves out empty values (omitempty).
    Hint: If a large number has changed, the server keeps it in a type that is too small.
    Hint: If only some letters are wrong, check how your server turns text into bytes: JSON is UTF-8.

    Scenario: The response has the value under "value"
      Given the item {key} is "blue"
      When the client sends GET /items/{key}
      Then the status is 200 OK
      And the response includes {"value": "blue"}

    Scenario: A member name may contain escapes
      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"v\u0061lue": "red"}
      Then the item {key} is now "red"

    Scenario Outline: <kind> is returned unchanged

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

    Scenario Outline: A text with <what> is returned character by character
      Hint: Does your code change texts? Look for trim, normalize, escape, a template, or a database column that stores fewer characters.

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
      Hint: A text stays a text, whatever it contains. Look for a converter, a column type or a YAML file that guesses types.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": ["7", "1e3", "0x1F", "1,5", "true", "no", "~", "", "NaN", "2024-02-29", "2024-02-29T12:00:00.000Z", "12:30:45", "[]"]}
      Then the item {key} is now ["7", "1e3", "0x1F", "1,5", "true", "no", "~", "", "NaN", "2024-02-29", "2024-02-29T12:00:00.000Z", "12:30:45", "[]"]

    Scenario: Numbers are returned as the same doubles
      Hint: Keep numbers as doubles (float64, DOUBLE PRECISION), not in 32 bits and not with a few decimal places.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": [-12.5, 0.1, 3.141592653589793, 9007199254740991, 16777217, -2147483649, 1e21, 1e-7, 100, -0.0]}
      Then the item {key} is now [-12.5, 0.1, 3.141592653589793, 9007199254740991, 16777217, -2147483649, 1e21, 1e-7, 100, -0.0]

    Scenario: Member names are returned character by character
      Hint: A member name is a text like any other. Look for a mapper or a database that changes names or gives some of them a meaning.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": {"": 1, "$set": 2, "a.b": 3, "_id": 4, "@type": 5, "Name": 6, "name": 7, "first_name": 8, " a b": 9, "a-b": 10, "007": 11, "e\u0301": 12, "\u00e9": 13, "length": 14, "a\nb": 15}}
      Then the item {key} is now {"": 1, "$set": 2, "a.b": 3, "_id": 4, "@type": 5, "Name": 6, "name": 7, "first_name": 8, " a b": 9, "a-b": 10, "007": 11, "e\u0301": 12, "\u00e9": 13, "length": 14, "a\nb": 15}

    Scenario: Arrays and objects keep their shape
      Hint: Look for a converter that drops empty values, turns an object into a list, or replaces an array of one element by that element.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": {"none": null, "no": false, "yes": true, "zero": 0, "text": "", "array": [], "object": {}, "list": {"0": "a", "1": "b"}, "one": ["a"], "pairs": [[3, 1], [3, 1], [2], [[]], {}]}}
      Then the item {key} is now {"none": null, "no": false, "yes": true, "zero": 0, "text": "", "array": [], "object": {}, "list": {"0": "a", "1": "b"}, "one": ["a"], "pairs": [[3, 1], [3, 1], [2], [[]], {}]}

    @needs:items.create
    Scenario: GET also returns unchanged what POST stored
      Hint: POST and PUT store a value in the same way: use one function for both.

      When the client sends POST /items/{key} with {"value": {"": "\t\u00e9 e\u0301\r\n🎉 ", "$a.b": ["007", "true", "2024-02-29", "it's {{ a }} %41"], "n": [0.1, 1e21, 16777217], "e": [null, "", false, 0, [], {}]}}
      Then if the status is any 2xx, the item {key} is now {"": "\t\u00e9 e\u0301\r\n🎉 ", "$a.b": ["007", "true", "2024-02-29", "it's {{ a }} %41"], "n": [0.1, 1e21, 16777217], "e": [null, "", false, 0, [], {}]}

    Scenario: A text with U+0000 is returned or refused
      Hint: If your store cannot keep the value, refuse it with 422. A value that you accept must come back.

      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": "a\u0000b"}
      Then the status is any 2xx or any 4xx
      And if the status is any 2xx, the item {key} is now "a\u0000b"
      And if the status is any 4xx, the item {key} is still "green"

    Scenario: An item still exists after a hundred others
      Hint: Look for a limit: a cache that drops the oldest entry, an array of fixed size, a table that is emptied now and then.
      Hint: If GET returns the value of another item, check how you find an item. Compare the whole key, not a part of it or a hash.

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
  Rule: GET of an unused key responds 404
    A client must be able to tell "there is nothing here" from "there is an empty value here".
    Source: RFC 9110 §15.5.5, contract
    Hint: What does your server respond when the key is not in the store?
    Hint: Respond 404 with {"error": "Not found"}.
    Hint: Look keys up in a map, not among the members that every object of your language has, such as "constructor".

    Scenario: A key that was never used responds 404
      When the client sends GET /items/{key}
      Then the status is 404 Not Found
      And the response explains the error under "error"

    Scenario Outline: The key <key> does not exist by itself
      Hint: In JavaScript every object has members that nobody stored, for example constructor. Keep items in a Map.

      When the client sends GET /items/<key>
      Then the status is 404 Not Found
      And the response explains the error under "error"

      Examples:
        | key            |
        | constructor    |
        | toString       |
        | hasOwnProperty |
        | valueOf        |

    Scenario: A deleted key responds 404
      Given the item {key} was deleted
      When the client sends GET /items/{key}
      Then the status is 404 Not Found or 410 Gone
      And the response explains the error under "error"

    Scenario: A key that begins like an existing key responds 404
      Given the item {key}-long is "blue"
      When the client sends GET /items/{key}
      Then the status is 404 Not Found

  @items.replace @basics
  Rule: PUT on an existing key replaces the value
    PUT says "this is the whole new state". If a part of the old value remained, the item would have a state that no client sent.
    Source: RFC 9110 §9.3.4, contract
    Hint: Assign the new value. Do not merge it into the old value or append it.
    Hint: Once the value is stored, respond 200 (with any JSON) or 204 (without content).

    Scenario: The new value replaces the old value
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

    Scenario: The last of several PUTs counts, even if it restores an old value
      Given the item {key} is "blue"
      And the item {key} becomes "green"
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the item {key} is now "blue"

  @items.put.creates @basics
  Rule: PUT on an unused key creates the item
    With PUT the client chooses the name of the item, so it need not know whether the item already exists.
    Source: RFC 9110 §9.3.4, contract
    Hint at content: GET must return an object that contains the value: {"value": …}.
    Hint: Do not look for the key before you store: PUT always stores the value under the key from its path.

    Scenario: An unused key exists afterwards
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 200 OK, 201 Created or 204 No Content
      And the item {key} is now "blue"

    Scenario: A deleted key is unused too
      Given the item {key} was deleted
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 200 OK, 201 Created or 204 No Content
      And the item {key} is now "blue"

  @items.delete @basics
  Rule: DELETE removes the item
    After DELETE the key is unused: GET does not find it, and a client can use it again.
    Source: RFC 9110 §9.3.5, contract
    Hint: Remove the key from the store. Do not just empty its value.
    Hint: Respond 200 (with any JSON) or 204 (without content).

    Scenario: A deleted item no longer exists
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
  Rule: DELETE of an unused key responds 404, however often
    The client learns that there was nothing to delete. The server must not break.
    Source: course text, contract
    Hint: Check whether the key exists before you remove it. In many languages removing an unknown key is an error.
    Hint: Respond 404 with {"error": "Not found"}.

    Scenario: A key that was never used responds 404
      When the client sends DELETE /items/{key}
      Then the status is 404 Not Found
      And the response explains the error under "error"

    Scenario: A deleted key responds 404 each time
      Given the item {key} was deleted
      When the client sends DELETE /items/{key}
      And the client repeats the request 2 times
      Then every status is 404 Not Found or 410 Gone
      And the response explains the error under "error"
      And there is no item {key}

  @items.post.taken @basics
  Rule: POST on an existing key replaces or refuses, and its status says which
    Both are fine. It is wrong to report success and keep the old value, or to refuse and store the new value anyway.
    Source: course text, contract
    Hint: Decide: replace the value (200, 201 or 204), or refuse (409 Conflict) and keep the old value.

    Scenario: The status is true
      Given the item {key} is "blue"
      When the client sends POST /items/{key} with {"value": "green"}
      Then the status is 200 OK, 201 Created, 204 No Content or 409 Conflict
      And if the status is 409 Conflict, the item {key} is still "blue"
      And if the status is 200 OK, 201 Created or 204 No Content, the item {key} is now "green"

  @put.created @http
  Rule: The first PUT creates, the next one replaces
    A client that repeats a PUT after a time-out learns from the status whether its first attempt arrived. Many servers
    respond 200 to both; then the client never learns whether it created the item or replaced one.
    Source: RFC 9110 §9.3.4, MUST
    Hint: Did the key exist before you stored the value? Choose the status before you overwrite the value.
    Hint: Respond 201 Created if the key was unused, and 200 OK or 204 No Content if it existed.

    Scenario: An unused key responds 201
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 201 Created
      And the item {key} is now "blue"

    Scenario: An existing key responds 200 or 204
      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "green"}
      Then the status is 200 OK or 204 No Content
      And the item {key} is now "green"

    Scenario: PUT of the same value again creates nothing
      Hint: The status depends on whether the key existed, not on whether the value is new.

      Given the item {key} is "blue"
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 200 OK or 204 No Content

    Scenario: A deleted key is unused again
      Given the item {key} was deleted
      When the client sends PUT /items/{key} with {"value": "blue"}
      Then the status is 201 Created
