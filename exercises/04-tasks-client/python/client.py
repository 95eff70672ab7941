"""A client for tasks: it is to list them, add two, complete one, delete the other and list them again, and to print each answer.

    TASKS_URL=http://localhost:5001 python3 client.py
"""

import os
import sys

import requests


def main():
    tasks = os.environ.get("TASKS_URL", "http://localhost:5001").rstrip("/") + "/tasks"

    resp = requests.get(tasks)  # TODO: how long does this wait for a server that never answers?
    print("GET:", resp.status_code, resp.text)

    print("TODO: add two tasks, task1 and task2")
    print("TODO: complete task1")
    print("TODO: delete task2")
    print("TODO: list the tasks again")


if __name__ == "__main__":
    try:
        main()
    except requests.RequestException as err:
        sys.exit(f"client: {err}")
