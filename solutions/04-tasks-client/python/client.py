"""A client for tasks: it lists them, adds two, completes one, deletes the other and lists them again, and prints each answer.

    TASKS_URL=http://localhost:5001 python3 client.py
"""

import os
import sys

import requests


def ask(method, url, *others, **what):
    """Sends a request and prints the answer. A status that is not 2xx and none of the others ends the program."""
    resp = requests.request(method, url, timeout=10, allow_redirects=False, **what)
    print(f"{method}: {resp.status_code} {resp.text.strip()}")
    if resp.status_code // 100 != 2 and resp.status_code not in others:
        sys.exit(f"client: {method} {url} was answered {resp.status_code} {resp.reason}")
    return resp


def main():
    tasks = os.environ.get("TASKS_URL", "http://localhost:5001").rstrip("/") + "/tasks"

    show(ask("GET", tasks).json())
    ask("POST", f"{tasks}/task1", 409, json={"description": "Learn REST APIs"})  # 409: it is there already
    ask("POST", f"{tasks}/task2", 409, json={"description": "Build a server"})
    ask("PUT", f"{tasks}/task1", 404, 410, json={"complete": True})  # somebody else has deleted it
    ask("DELETE", f"{tasks}/task2", 404, 410)
    show(ask("GET", tasks).json())


def show(tasks):
    for task in tasks:
        print("  [x]" if task["complete"] else "  [ ]", f"{task['id']}: {task['description']}")


if __name__ == "__main__":
    try:
        main()
    except requests.RequestException as err:  # no server, no answer in time, an answer that is not JSON
        sys.exit(f"client: {err}")
