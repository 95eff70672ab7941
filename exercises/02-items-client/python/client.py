"""A client for items: it is to create one, read it, update it and delete it, and to print each answer.

    ITEMS_URL=http://localhost:5000 python3 client.py [key value newvalue]
"""

import os
import sys

import requests


def main():
    key, value, new_value = sys.argv[1:4] if len(sys.argv) == 4 else ("username", "Alice", "Bob")
    base = os.environ.get("ITEMS_URL", "http://localhost:5000").rstrip("/")
    item = f"{base}/items/{key}"  # TODO: a key may hold a space, a slash or a question mark

    resp = requests.get(item)  # TODO: how long does this wait for a server that never answers?
    print("GET:", resp.status_code, resp.text)

    print(f"TODO: POST {item} with", {"value": value})
    print("TODO: GET it")
    print("TODO: PUT", {"value": new_value})
    print("TODO: DELETE it")


if __name__ == "__main__":
    try:
        main()
    except requests.RequestException as err:
        sys.exit(f"client: {err}")
