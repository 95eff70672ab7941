Feature: On every exchange
  Some rules hold whatever is asked. They are judged at the end of a grading, over all that was said.

  @always @basics @afterwards
  Rule: Every answer is sound
    No request is a reason for the server to break (5xx), a label is a promise (what says JSON is JSON, in UTF-8, with
    nothing before or after it), and a client can only act on a status that is registered. 501 and 507 are allowed: they say what
    the server lacks. If no request has a 2xx, the rule cannot be judged.
    Source: RFC 9205 §4.6; RFC 8259 §2, §8.1, contract
    Hint at status: Look at your server's own output: an exception that nobody caught becomes a 500.
    Hint at content: Build JSON with a JSON library and never by putting texts together, and encode it as UTF-8.
    Hint at content: JSON knows no byte order mark, no NaN, and no single quotes.
    Hint at content: If there is NaN in it, a client has sent NaN and your decoder took it: let it refuse what is not JSON.

    Scenario Outline: Every answer of the level <level> was sound
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
  Rule: The same question gets the same answer, alone and among others
    A server that is right only when nobody else is using it will be wrong on the day it matters. Each scenario that
    fails is run again by itself; if it then passes, this is the rule that was broken. If no request has a 2xx, the rule cannot
    be judged.
    Source: RFC 9205 §4.11, contract
    Hint: Look for state that requests share and that is not a resource: globals, counters, caches, files written in part.
    Hint: Handlers run at the same time: guard what they share with a lock.

    Scenario: Every scenario gave one verdict
      When every scenario of the level basics has run
      Then each scenario had the same verdict alone and among others
