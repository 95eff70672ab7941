"""A client of tasks with requests and what urllib3 has for retries: tasks_requests.py TASKS_URL."""

import sys

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

retry = Retry(total=3, backoff_factor=0.1, status_forcelist=(429, 503), allowed_methods=("GET", "PUT", "DELETE"), raise_on_status=False)
session = requests.Session()
session.mount("http://", HTTPAdapter(max_retries=retry))
tasks = sys.argv[1] + "/tasks"


def ask(method, url, *others, **what):
    resp = session.request(method, url, timeout=2, **what)
    print(f"{method} {resp.status_code}: {resp.text}")
    if not resp.ok and resp.status_code not in others:
        sys.exit(f"{method} {url} was answered {resp.status_code} {resp.reason}")
    return resp


try:
    ask("GET", tasks)
    ask("POST", tasks + "/one", 409, json={"description": "learn REST"})
    ask("POST", tasks + "/two", 409, json={"description": "go for a walk"})
    ask("PUT", tasks + "/one", 404, json={"complete": True})
    ask("DELETE", tasks + "/two", 404)
    ask("GET", tasks)
except requests.RequestException as err:
    sys.exit(f"no answer: {err}")
