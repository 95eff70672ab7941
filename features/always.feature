Feature: On every exchange
  Some rules hold for every request. They are judged at the end of a grading, over all exchanges.

  @always @basics @afterwards
  Rule: Every response is valid
    No request may break the server (5xx). A media type is a promise: a JSON response must be valid JSON in UTF-8, with
    nothing before or after it. A client can only act on a registered status. 501 and 507 are allowed: they say what
    the server lacks. If no request has a 2xx, the rule cannot be judged.
    Source: RFC 9205 §4.6; RFC 8259 §2, §8.1, contract
    Hint at status: Look at the output of your server: an uncaught exception becomes a 500.
    Hint at content: Build JSON with a JSON library, never by joining texts, and encode it as UTF-8.
    Hint at content: JSON has no byte order mark, no NaN, and no single quotes.
    Hint at content: If the response contains NaN, a client sent NaN and your decoder accepted it. Let the decoder refuse invalid JSON.

    Scenario Outline: Every response at the level <level> was valid
      When every scenario of the level <level> has run
      Then every response was valid

      @basics
      Examples:
        | level  |
        | basics |

      @http
      Examples:
        | level |
        | http  |

      @production
      Examples:
        | level      |
        | production |

  @steady @basics @afterwards
  Rule: The same request gets the same response, alone and among others
    A server that is right only for one client at a time will be wrong on the day it matters. The lab runs each failed
    scenario again alone. If the scenario then passes, this rule is broken. If no request has a 2xx, the rule cannot
    be judged.
    Source: RFC 9205 §4.11, contract
    Hint: Look for state that requests share and that is not a resource: global variables, counters, caches, half-written files.
    Hint: Handlers run at the same time: protect what they share with a lock.

    Scenario: Every scenario had one verdict
      When every scenario of the level basics has run
      Then each scenario had the same verdict alone and among others
