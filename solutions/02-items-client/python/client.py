"""A client for items: it creates one, reads it, updates it and deletes it, and prints each answer.

    ITEMS_URL=http://localhost:5000 python3 client.py [key value newvalue]
"""

import os
import sys
from urllib.parse import quote

import requests


def ask(method, url, *others, **what):
    """Sends a request and prints the answer. A status that is not 2xx and none of the others ends the program."""
    resp = requests.request(method, url, timeout=10, allow_redirects=False, **what)
    print(f"{method}: {resp.status_code} {resp.text.strip()}")
    if resp.status_code // 100 != 2 and resp.status_code not in others:
        sys.exit(f"client: {method} {url} was answered {resp.status_code} {resp.reason}")
    return resp


def main():
    key, value, new_value = sys.argv[1:4] if len(sys.argv) == 4 else ("username", "Alice", "Bob")
    base = os.environ.get("ITEMS_URL", "http://localhost:5000").rstrip("/")
    item = f"{base}/items/{quote(key, safe='')}"  # a key may hold a slash, a space, a question mark

    ask("POST", item, 409, json={"value": value})  # 409: it is there already
    ask("GET", item, 404, 410)  # somebody else has deleted it
    ask("PUT", item, json={"value": new_value})
    ask("DELETE", item, 404, 410)


if __name__ == "__main__":
    try:
        main()
    except requests.RequestException as err:  # no server, no answer in time, an answer that is not JSON
        sys.exit(f"client: {err}")
