"""A careful client with requests. Usage: with_requests.py API LOSSY

LOSSY is the same API at the end of a line that loses the first answer to a POST.
"""
import sys

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

api, lossy = sys.argv[1:]
session = requests.Session()
session.trust_env = False  # no proxy of this machine
session.mount('http://', HTTPAdapter(max_retries=Retry(total=5, allowed_methods=None)))  # None: any method, POST too


def ask(method, url, **options):
    return session.request(method, url, timeout=120, **options)


item = api + '/items/colours'
print('create:', ask('PUT', item, json={'value': ['blue']}).status_code)

# A conditional GET: the first answer's ETag is kept, and sent in If-None-Match.
first = ask('GET', item)
print('read:', first.status_code, first.text.strip())
print('read again:', ask('GET', item, headers={'If-None-Match': first.headers['ETag']}).status_code)


# A safe retry: the answer is lost, requests sends the same request again, and the key says so.
def add(base):
    return ask('POST', base + '/tasks', json={'description': 'learn'}, headers={'Idempotency-Key': '"one-task"'})


added = add(lossy)
print('add:', added.status_code)
again = add(api)
print('add again:', f'{again.status_code}, the same task' if again.json() == added.json() else again.status_code)


# A change of a part, of nothing but what was read.
def patch():
    return ask('PATCH', item, json=[{'op': 'add', 'path': '/value/-', 'value': 'green'}],
               headers={'Content-Type': 'application/json-patch+json', 'If-Match': first.headers['ETag']})


print('patch:', patch().status_code)
print('patch what has changed since:', patch().status_code)
now = ask('GET', item)
print('read:', now.status_code, now.text.strip())
done = ask('PATCH', api + added.headers['Location'], json={'complete': True},
           headers={'Content-Type': 'application/merge-patch+json'})
print('merge patch:', done.status_code)
