"""Items and tasks with the standard library: http.server, one connection after the other, HTTP/1.0.

What it chooses where the contract leaves a choice: an ETag is a digest of the representation, so an old state brings its
old tag back; POST on a taken key is refused with 409, on a taken id it replaces and answers 204; errors are problem
documents with an "error" member for everybody, and 422 wherever 400 could be; tasks are listed from Z to A; Location has
the authority that the client has asked.
"""

import hashlib
import json
import os
import re
import secrets
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit

import json_patch

MOST = 256 << 10  # octets of a request's body
JSON_PATCH, MERGE_PATCH = 'application/json-patch+json', 'application/merge-patch+json'

items, tasks = {}, {}  # key to {'value'}, id to the task
once = {}  # Idempotency-Key to the description asked for and the id of the task


class Refusal(Exception):
    def __init__(self, status, why, **fields):
        super().__init__(why)
        self.status, self.fields = HTTPStatus(status), fields


def octets(state):
    return json.dumps(state, separators=(',', ':'), sort_keys=True).encode()


def etag(state):
    return '"' + hashlib.sha256(octets(state)).hexdigest()[:20] + '"'


class Handler(BaseHTTPRequestHandler):
    server_version, sys_version = 'zoo', ''
    timeout = 30

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True  # the client has gone

    def respond(self):
        try:
            resource, name = self.find()
            if self.command not in resource.methods():
                raise Refusal(405, 'this is not done here', Allow=resource.allow())
            getattr(resource, self.command)(name)
        except Refusal as refusal:
            self.refuse(refusal)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = respond

    def find(self):
        """Returns the resource that the path means and the name in it."""
        path, self.query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == '/tasks':
            return List(self), None
        match = re.fullmatch('/(items|tasks)/([^/]+)', path)
        if not match:
            raise Refusal(404, 'there is no such path')
        return (Item if match[1] == 'items' else Task)(self), unquote(match[2])

    def answer(self, status, state=None, media_type='application/json', **fields):
        """Sends the whole answer. Names of fields are written with _ for -."""
        self.send_response(status)
        fields = {'Cache_Control': 'no-cache', **fields}
        content = b'' if state is None else octets(state)
        if state is not None:
            fields |= {'Content_Type': media_type, 'Content_Length': str(len(content))}
        for name, value in fields.items():
            self.send_header(name.replace('_', '-'), value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(content)

    def refuse(self, refusal):
        if refusal.status == HTTPStatus.NOT_MODIFIED:
            self.answer(refusal.status, **refusal.fields)
            return
        fields = {'Cache_Control': 'no-store', **refusal.fields}
        problem = {'title': refusal.status.phrase, 'detail': str(refusal), 'status': refusal.status, 'error': str(refusal)}
        self.answer(refusal.status, problem, 'application/problem+json', **fields)

    def content(self):
        if self.headers.get('Transfer-Encoding', '').lower() == 'chunked':
            return self.chunks()
        length = int(self.headers.get('Content-Length', 0))
        if length > MOST:
            raise Refusal(413, 'that is too much')
        return self.rfile.read(length)

    def chunks(self):
        """Reads chunks (RFC 9112 §7.1), which BaseHTTPRequestHandler leaves to us."""
        content = b''
        while size := int(self.rfile.readline().split(b';')[0], 16):
            if len(content) + size > MOST:
                raise Refusal(413, 'that is too much')
            content += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return content

    def body(self, media_type='application/json', **fields):
        content = self.content()  # read in any case: a connection closed before that takes the answer with it
        label = Message()
        label['Content-Type'] = self.headers.get('Content-Type', 'none/none')
        if label.get_content_type() != media_type:
            raise Refusal(415, f'send {media_type}', **fields)
        try:
            return json_patch.loads(content)
        except ValueError:
            raise Refusal(422, 'the body is not JSON') from None

    def tags(self, name):
        return re.findall(r'(?:W/)?"[^"]*"|\*', ','.join(self.headers.get_all(name, [])))

    def check(self, state):
        """Holds the request's preconditions (RFC 9110 §13) against what is there, which is None for nothing."""
        mine = {'*', etag(state)} if state is not None else set()
        if 'If-Match' in self.headers and not mine.intersection(self.tags('If-Match')):
            raise Refusal(412, 'it is not what it was')
        if mine.intersection(tag.removeprefix('W/') for tag in self.tags('If-None-Match')):
            if self.command in ('GET', 'HEAD'):
                raise Refusal(304, '', ETag=etag(state))
            raise Refusal(412, 'it is there already')


class Resource:
    """One method for each that it has in HTTP. A patch is what PATCH takes."""

    patch = None

    def __init__(self, handler):
        self.http = handler

    @classmethod
    def methods(cls):
        return [name for name in dir(cls) if name.isupper()]

    def allow(self):
        return ','.join(self.methods())

    def OPTIONS(self, name):
        fields = {'Accept_Patch': self.patch} if self.patch else {}
        self.http.answer(200, {'methods': self.methods()}, Allow=self.allow(), **fields)

    def find(self, name):
        state = self.store.get(name)
        if state is None:
            raise Refusal(404, 'nothing is there')
        self.http.check(state)
        return state

    def GET(self, name):
        state = self.find(name)
        self.http.answer(200, state, ETag=etag(state))

    def HEAD(self, name):
        self.GET(name)

    def DELETE(self, name):
        del self.store[self.find(name) and name]
        self.http.answer(200, {'message': 'deleted'})


def member(body, name, kind=object):
    """Returns the member, None if it is not there."""
    if not isinstance(body, dict):
        raise Refusal(422, 'the body is not an object')
    if name in body and not isinstance(body[name], kind):
        raise Refusal(422, f'{name} is of a wrong type')
    return body.get(name)


class Item(Resource):
    store, patch = items, JSON_PATCH

    def put(self, name, state):
        if 'value' not in state:
            raise Refusal(422, 'value is missing')
        items[name] = {'value': state['value']}

    def POST(self, name):
        body = self.http.body()
        member(body, 'value')
        if name in items:
            raise Refusal(409, 'the key is taken')
        self.put(name, body)
        self.http.answer(201, items[name], Location=self.http.path)

    def PUT(self, name):
        body = self.http.body()
        member(body, 'value')
        old = items.get(name)
        self.http.check(old)
        self.put(name, body)
        self.http.answer(201 if old is None else 200, items[name], ETag=etag(items[name]))

    def PATCH(self, name):
        patch = self.http.body(JSON_PATCH, Accept_Patch=JSON_PATCH)
        try:
            self.put(name, json_patch.apply(patch, self.find(name)))
        except (json_patch.Impossible, json_patch.TestFailed) as error:
            raise Refusal(422, str(error)) from None
        self.http.answer(200, items[name])


def task(id, body):
    description = member(body, 'description', str)
    if description is None:
        raise Refusal(422, 'description is missing')
    tasks[id] = {'id': id, 'description': description, 'complete': False}


class Task(Resource):
    store, patch = tasks, MERGE_PATCH

    def POST(self, id):
        body, taken = self.http.body(), id in tasks
        self.http.check(tasks.get(id))
        task(id, body)
        self.http.answer(204 if taken else 201)

    def change(self, id, members):
        tasks[id] = {**self.find(id), **{name: value for name, value in members.items() if value is not None}}
        self.http.answer(204)

    def PUT(self, id):
        self.change(id, {'complete': self.flag(self.http.body())})

    def PATCH(self, id):
        body = self.http.body(MERGE_PATCH, Accept_Patch=MERGE_PATCH)
        self.change(id, {'complete': self.flag(body), 'description': member(body, 'description', str)})

    def flag(self, body):
        return member(body, 'complete', bool)


class List(Resource):
    DELETE = None  # the list stays

    @classmethod
    def methods(cls):
        return [name for name in super().methods() if getattr(cls, name)]

    def GET(self, _):
        ids = sorted(tasks, reverse=True)
        limit, behind = self.http.query.get('limit'), self.http.query.get('behind')
        if limit is None:
            self.http.answer(200, [tasks[id] for id in ids])
            return
        if not re.fullmatch('[0-9]{1,9}', limit[0]) or int(limit[0]) == 0:
            raise Refusal(422, 'limit is not a number above 0')
        rest = [id for id in ids if behind is None or id < behind[0]]
        page = rest[:int(limit[0])]
        fields = {}
        if len(page) < len(rest):
            fields['Link'] = f'</tasks?behind={quote(page[-1], safe="")}&limit={limit[0]}>; title="more"; rel="next"'
        self.http.answer(200, [tasks[id] for id in page], **fields)

    def POST(self, _):
        body, key, id = self.http.body(), self.http.headers.get('Idempotency-Key'), secrets.token_urlsafe(9)
        if key in once:
            description, id = once[key]
            if member(body, 'description') != description:
                raise Refusal(422, 'this Idempotency-Key came with another body before')
        else:
            task(id, body)
        if key is not None:
            once[key] = member(body, 'description'), id
        self.http.answer(201, tasks.get(id), Location=f'http://{self.http.headers["Host"]}/tasks/{id}')


if __name__ == '__main__':
    HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
