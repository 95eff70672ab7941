"""A client of items with requests, on one connection: items_requests.py ITEMS_URL KEY. A lost POST is looked after with GET."""

import sys
import time
from urllib.parse import quote

import requests

session = requests.Session()
session.headers["User-Agent"] = "phone/2"


def ask(method, url, *others, **what):
    for attempt in range(4):
        try:
            resp = session.request(method, url, timeout=3, allow_redirects=False, **what)
        except requests.RequestException as err:
            if method == "POST" or attempt == 3:
                raise
            time.sleep(0.1 * 2**attempt)
            continue
        if resp.status_code not in (429, 503) or method == "POST" or attempt == 3:
            break
        time.sleep(min(float(resp.headers.get("Retry-After", 0.1 * 2**attempt)), 5))
    print(method, resp.status_code, resp.json() if resp.content else "")
    if not resp.ok and resp.status_code not in others:
        sys.exit(f"{method} {url} was answered {resp.status_code} {resp.reason}")
    return resp


def create(item):
    try:
        ask("POST", item, 409, json={"value": "Alice"})
    except requests.RequestException:
        if ask("GET", item, 404).status_code == 404:
            ask("PUT", item, json={"value": "Alice"})


base, key = sys.argv[1:3]
item = f"{base}/items/{quote(key, safe='')}"
try:
    ask("HEAD", item, 404)
    create(item)
    tag = ask("GET", item, 404).headers.get("ETag")
    put = ask("PUT", item, 412, json={"value": "Bob"}, headers={"If-Match": tag} if tag else {})
    if put.status_code == 412:
        tag = ask("GET", item, 404).headers.get("ETag")
        ask("PUT", item, 412, json={"value": "Bob"}, headers={"If-Match": tag} if tag else {})
    ask("DELETE", item, 404)
except requests.RequestException as err:
    sys.exit(f"no answer: {err}")
