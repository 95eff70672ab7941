"""A client of items with http.client of the standard library, a connection for each request: items_http_client.py ITEMS_URL KEY."""

import http.client
import json
import sys
import time
from urllib.parse import quote, urlsplit


def send(method, path, value=None):
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=3)
    body, fields = None, {}
    if value is not None:
        body, fields = json.dumps({"value": value}), {"content-type": "application/json; charset=utf-8"}
    try:
        connection.request(method, path, body=body, headers=fields)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def ask(method, path, value=None):
    for pause in (0.1, 0.3, 0.9, None):
        try:
            answer, content = send(method, path, value)
        except (OSError, http.client.HTTPException) as err:
            if method == "POST" or pause is None:
                sys.exit(f"no answer to {method} {path}: {err}")
        else:
            if answer.status not in (429, 503) or method == "POST" or pause is None:
                break
            pause = min(int(answer.headers.get("Retry-After", 0)), 5) or pause
        time.sleep(pause)
    print(f"{method} {path}: {answer.status} {answer.reason}")
    if answer.status in (404, 409):
        return  # said already
    if answer.status // 100 != 2:
        sys.exit(f"that is no success: {answer.status}")
    if content:
        print(json.dumps(json.loads(content), indent=2))


base, key = sys.argv[1:3]
item = "/items/" + quote(key, safe="")
ask("POST", item, "Alice")
ask("GET", item)
ask("PUT", item, "Bob")
ask("GET", item)
ask("DELETE", item)
