"""Items and tasks with FastAPI on uvicorn, bodies checked by pydantic.

What it chooses where the contract leaves a choice: a body that does not fit is refused with 422 before anything is looked
up; a PUT must have "complete"; POST on an existing key or id is refused with 409; a tag is a hash of the content, and a
compressed response has a tag of its own; a page has at most 1000 tasks, and a larger limit is refused; tasks are listed as
they were added; Location is absolute, Link has no host; errors are problem documents for those who ask.
"""

import hashlib
import json
import os
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, StrictBool, StrictStr, validator
from starlette.exceptions import HTTPException as StarletteHTTPException

import json_patch

app = FastAPI(openapi_url=None)
items, tasks = {}, {}  # key to state, id to state; handlers do not wait, so none comes between another's steps
places = {}  # id to the place in the list, also of a task that was deleted
once = {}  # Idempotency-Key to the description and the id of the task that it made
patches = {'items': 'application/json-patch+json', 'tasks': 'application/merge-patch+json'}
most, compressed_from = 1 << 20, 500  # bytes


class Item(BaseModel):
    value: Any = Field(...)

    @validator('value')
    def is_json(cls, value):
        json.dumps(value, allow_nan=False)  # Python's parser takes NaN, which is no JSON
        return value


class NewTask(BaseModel):
    description: StrictStr


class Change(BaseModel):
    complete: StrictBool


class Patch(BaseModel):
    description: StrictStr = None
    complete: StrictBool = None

    @validator('*', pre=True)
    def not_null(cls, value):
        if value is None:
            raise ValueError('null is no value')
        return value


def labelled(media_type):
    """A dependency that wants a body of this type."""
    def check(request: Request):
        if request.headers.get('content-type', '').split(';')[0].strip().lower() != media_type:
            fields = {'Accept-Patch': media_type} if request.method == 'PATCH' else None
            raise HTTPException(415, f'send {media_type}', fields)
    return Depends(check)


as_json = [labelled('application/json')]


def tag(state, coding=''):
    return '"' + hashlib.sha256(json.dumps(state).encode()).hexdigest()[:24] + coding + '"'


def content(state):
    return JSONResponse(state).body


def current(request, state):
    """The tag of what GET sends to this client."""
    compressed = 'gzip' in request.headers.get('accept-encoding', '') and len(content(state)) >= compressed_from
    return tag(state, '-gzip' if compressed else '')


def check(request, state):
    """Holds the request's preconditions (RFC 9110 §13) against the state, or None where there is nothing."""
    fits = set() if state is None else {tag(state), tag(state, '-gzip'), '*'}

    def listed(field):
        return {one.strip() for one in request.headers[field].split(',')}

    if 'if-match' in request.headers and not fits & listed('if-match'):
        raise HTTPException(412, 'it has changed')
    if 'if-none-match' in request.headers and fits & {one.removeprefix('W/') for one in listed('if-none-match')}:
        if request.method in ('GET', 'HEAD'):
            raise HTTPException(304, headers={'ETag': current(request, state)})
        raise HTTPException(412, 'it exists already')


def find(request, store, name):
    if name not in store:
        raise HTTPException(404, 'nothing is here')
    check(request, store[name])
    return store[name]


def show(request, state, status=200):
    return JSONResponse(state, status, {'ETag': current(request, state)})


@app.exception_handler(StarletteHTTPException)
def refused(request, error):
    if error.status_code == 304:
        return Response(status_code=304, headers=error.headers)
    return explain(request, error.status_code, error.detail, error.headers)


@app.exception_handler(RequestValidationError)
def invalid(request, error):
    first = error.errors()[0]
    return explain(request, 422, f'{".".join(map(str, first["loc"]))}: {first["msg"]}', None)


def explain(request, status, why, headers):
    if 'application/problem+json' in request.headers.get('accept', ''):
        return JSONResponse({'title': why, 'status': status}, status, headers, 'application/problem+json')
    return JSONResponse({'error': why}, status, headers)


@app.middleware('http')
async def finish(request, call_next):
    if int(request.headers.get('content-length', 0)) > most:
        response = explain(request, 413, 'that is too much', {'Connection': 'close'})
    else:
        response = await call_next(request)
    response.headers.setdefault('Cache-Control', 'no-cache')
    response.headers.add_vary_header('Accept')
    return response

app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_methods=['*'])
app.add_middleware(GZipMiddleware, minimum_size=compressed_from)


@app.middleware('http')
async def vary(request, call_next):
    response = await call_next(request)
    if 'Accept-Encoding' not in response.headers.get('vary', ''):
        response.headers.add_vary_header('Accept-Encoding')
    return response


def offer(path, allow, patch=None):
    """Adds OPTIONS, and 405 with all methods of the path, since each route of FastAPI knows its own alone."""
    headers = {'Allow': allow} | ({'Accept-Patch': patch} if patch else {})

    @app.options(path)
    def options():
        return Response(status_code=204, headers=headers)

    @app.api_route(path, methods=[name for name in ('PUT', 'PATCH', 'DELETE', 'TRACE') if name not in allow] or ['TRACE'])
    def others():
        raise HTTPException(405, 'this is not done here', headers)


@app.api_route('/items/{key}', methods=['GET', 'HEAD'])
async def read_item(request: Request, key: str):
    return show(request, find(request, items, key))


@app.post('/items/{key}', dependencies=as_json)
async def create_item(request: Request, key: str, item: Item):
    if key in items:
        raise HTTPException(409, 'the key exists already')
    return await replace_item(request, key, item)


@app.put('/items/{key}', dependencies=as_json)
async def replace_item(request: Request, key: str, item: Item):
    status = 200 if key in items else 201
    check(request, items.get(key))
    items[key] = item.dict()
    return show(request, items[key], status)


@app.patch('/items/{key}', dependencies=[labelled(patches['items'])])
async def patch_item(request: Request, key: str, patch: list[Any]):
    state = find(request, items, key)
    try:
        state = json_patch.apply(patch, state)
    except json_patch.TestFailed as failed:
        raise HTTPException(409, str(failed))
    except json_patch.Impossible as impossible:
        raise HTTPException(422, str(impossible))
    if not isinstance(state, dict) or 'value' not in state:
        raise HTTPException(422, 'an item has a value')
    items[key] = {'value': state['value']}
    return show(request, items[key])


@app.delete('/items/{key}', status_code=204)
async def delete_item(request: Request, key: str):
    find(request, items, key)
    del items[key]


offer('/items/{key}', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS', patches['items'])


@app.api_route('/tasks', methods=['GET', 'HEAD'])
async def list_tasks(limit: int = Query(None, ge=1, le=1000), after: int = Query(0)):
    rest = [id for id in tasks if places[id] > after]
    page = rest[:limit]
    more = {'Link': f'</tasks?limit={limit}&after={places[page[-1]]}>; rel="next"'} if len(page) < len(rest) else None
    return JSONResponse([tasks[id] for id in page], headers=more)


def add(id, description):
    places[id] = len(places) + 1
    tasks[id] = {'id': id, 'description': description, 'complete': False}
    return tasks[id]


@app.post('/tasks', dependencies=as_json)
async def create_task(request: Request, task: NewTask):
    key = request.headers.get('idempotency-key')
    description, id = once.get(key, (task.description, None))
    if description != task.description:
        raise HTTPException(422, 'this Idempotency-Key came with another body before')
    if id is None:
        id = os.urandom(8).hex()
        add(id, description)
        if key is not None:
            once[key] = description, id
    return JSONResponse({'id': id}, 201, {'Location': str(request.url_for('read_task', id=id))})


@app.api_route('/tasks/{id}', methods=['GET', 'HEAD'])
async def read_task(request: Request, id: str):
    return show(request, find(request, tasks, id))


@app.post('/tasks/{id}', dependencies=as_json)
async def add_task(request: Request, id: str, task: NewTask):
    if id in tasks:
        raise HTTPException(409, 'the id exists already')
    check(request, None)
    return show(request, add(id, task.description), 201)


@app.put('/tasks/{id}', dependencies=as_json)
async def complete_task(request: Request, id: str, change: Change):
    tasks[id] = find(request, tasks, id) | change.dict()
    return show(request, tasks[id])


@app.patch('/tasks/{id}', dependencies=[labelled(patches['tasks'])])
async def patch_task(request: Request, id: str, patch: Patch):
    tasks[id] = find(request, tasks, id) | patch.dict(exclude_unset=True)
    return show(request, tasks[id])


@app.delete('/tasks/{id}', status_code=204)
async def delete_task(request: Request, id: str):
    find(request, tasks, id)
    del tasks[id]


offer('/tasks', 'GET, HEAD, POST, OPTIONS')
offer('/tasks/{id}', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS', patches['tasks'])

if __name__ == '__main__':
    uvicorn.run(app, port=int(os.environ['PORT']), log_level='warning')
