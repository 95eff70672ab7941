"""Items and tasks with Flask, one thread for each connection.

What it chooses where the contract leaves a choice: a write answers 200 with the new state and its ETag, a version
counted through the whole store; POST replaces what is there; members that it does not know are refused; the newest
task is listed first; Location and Link are absolute; errors are problem documents for those who ask.
"""

import itertools
import json
import os
import threading
from dataclasses import dataclass, field

from flask import Flask, Response, abort, request, url_for
from werkzeug.exceptions import HTTPException

import json_patch

app = Flask(__name__)

lock = threading.RLock()
versions = itertools.count(1)
items, tasks = {}, {}  # key to Entry, id to Entry
patches = {'items': 'application/json-patch+json', 'tasks': 'application/merge-patch+json'}
most = 1 << 20  # octets of a request's body
once = {}  # Idempotency-Key to the description asked for and the id of the task that it made


@dataclass
class Entry:
    state: dict
    version: int = field(default_factory=lambda: next(versions))

    @property
    def etag(self):
        return f'v{self.version}'


def answer(state, status=200, **fields):
    response = Response(json.dumps(state, ensure_ascii=False) + '\n', status, mimetype='application/json')
    response.headers.extend({name.replace('_', '-'): value for name, value in fields.items()})
    return response


def show(entry, status=200, **fields):
    response = answer(entry.state, status, **fields)
    response.set_etag(entry.etag)
    return response


@app.after_request
def finish(response):
    response.headers.setdefault('Cache-Control', 'no-cache')
    response.vary.add('Accept')
    if 'PATCH' in response.allow or response.status_code == 415 and request.method == 'PATCH':
        response.headers['Accept-Patch'] = patches[request.path.split('/')[1]]
    return response


@app.errorhandler(HTTPException)
def explain(error):
    response = error.get_response()
    if 'application/problem+json' in dict(request.accept_mimetypes):
        response.data = json.dumps({'title': error.name, 'status': error.code, 'detail': error.description})
        response.content_type = 'application/problem+json'
    else:
        response.data = json.dumps({'error': error.description})
        response.content_type = 'application/json'
    return response


def body(media_type='application/json'):
    if request.mimetype != media_type:
        abort(415, f'send {media_type}')
    content = request.stream.read(most + 1)
    if len(content) > most:
        abort(413)
    try:
        return json_patch.loads(content)
    except ValueError:
        abort(400, 'the body is not JSON')


def members(whole, **types):
    """Checks that the value is an object with none but these members, each of its type."""
    if not isinstance(whole, dict):
        abort(422, 'the body is not an object')
    for name, inner in whole.items():
        if name not in types:
            abort(422, 'there is an unknown member')
        if not isinstance(inner, types[name]):
            abort(422, f'{name} is of a wrong type')
    return whole


def need(value, name):
    if name not in value:
        abort(422, f'{name} is missing')
    return value


def check(entry):
    """Holds the request's preconditions (RFC 9110 §13) against what is there."""
    if request.if_match and not (entry and (request.if_match.star_tag or request.if_match.is_strong(entry.etag))):
        abort(412, 'it is not what you think it is')
    if request.if_none_match and entry and (request.if_none_match.star_tag or request.if_none_match.contains_weak(entry.etag)):
        if request.method in ('GET', 'HEAD'):
            response = Response(status=304)
            response.set_etag(entry.etag)
            abort(response)
        abort(412, 'it is there already')


def find(store, name, what):
    entry = store.get(name)
    if entry is None:
        abort(404, f'{what} not found')
    check(entry)
    return entry


@app.get('/items/<key>')
def read_item(key):
    with lock:
        return show(find(items, key, 'Item'))


@app.route('/items/<key>', methods=['PUT', 'POST'])
def store_item(key):
    state = need(members(body(), value=object), 'value')
    with lock:
        old = items.get(key)
        check(old)
        items[key] = Entry(state)
        return show(items[key], 200 if old else 201)


@app.patch('/items/<key>')
def patch_item(key):
    patch = body(patches['items'])
    with lock:
        entry = find(items, key, 'Item')
        try:
            state = json_patch.apply(patch, entry.state)
        except json_patch.TestFailed as failed:
            abort(409, str(failed))
        except json_patch.Impossible as impossible:
            abort(422, str(impossible))
        items[key] = Entry(need(members(state, value=object), 'value'))
        return show(items[key])


@app.delete('/items/<key>')
def delete_item(key):
    with lock:
        find(items, key, 'Item')
        del items[key]
        return answer({'message': 'Item deleted'})


@app.get('/tasks')
def list_tasks():
    limit = request.args.get('limit', '1000000000')
    if not limit.isascii() or not limit.isdigit() or int(limit) < 1:
        abort(400, 'limit is not a number above 0')
    before = request.args.get('before', type=int)
    with lock:
        entries = list(reversed(tasks.values()))  # a replaced task keeps its place in a dict
    if before is not None:
        entries = [entry for entry in entries if entry.state['serial'] < before]
    page = entries[:int(limit)]
    response = answer([entry.state for entry in page])
    if len(page) < len(entries):
        further = url_for('list_tasks', limit=limit, before=page[-1].state['serial'], _external=True)
        response.headers['Link'] = f'<{further}>; rel="next"'
    return response


def added(id, description):
    """A new task. Its serial number is where it stands in the list; one that is replaced keeps it."""
    serial = tasks[id].state['serial'] if id in tasks else next(versions)
    return Entry({'id': id, 'description': description, 'complete': False, 'serial': serial})


@app.post('/tasks')
def create_task():
    description = need(members(body(), description=str), 'description')['description']
    key = request.headers.get('Idempotency-Key')
    with lock:
        if key in once:
            first, id = once[key]
            if first != description:
                abort(422, 'this Idempotency-Key came with another body before')
        else:
            id = f'{next(versions):x}-{os.urandom(4).hex()}'
            tasks[id] = added(id, description)
            if key is not None:
                once[key] = description, id
    return answer({'id': id}, 201, Location=url_for('read_task', id=id, _external=True))


@app.get('/tasks/<id>')
def read_task(id):
    with lock:
        return show(find(tasks, id, 'Task'))


@app.post('/tasks/<id>')
def add_task(id):
    description = need(members(body(), description=str), 'description')['description']
    with lock:
        old = tasks.get(id)
        check(old)
        tasks[id] = added(id, description)
        return show(tasks[id], 200 if old else 201, Location=url_for('read_task', id=id, _external=True))


def update(id, change):
    with lock:
        entry = find(tasks, id, 'Task')
        tasks[id] = Entry({**entry.state, **change})
        return show(tasks[id])


@app.put('/tasks/<id>')
def complete_task(id):
    return update(id, members(body(), complete=bool))


@app.patch('/tasks/<id>')
def patch_task(id):
    patch = body(patches['tasks'])
    return update(id, members(patch, complete=bool, description=str))


@app.delete('/tasks/<id>')
def delete_task(id):
    with lock:
        find(tasks, id, 'Task')
        del tasks[id]
        return answer({'message': 'Task deleted'})


if __name__ == '__main__':
    app.run(port=int(os.environ['PORT']), threaded=True)
