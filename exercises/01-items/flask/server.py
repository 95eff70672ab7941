"""A server for items: any JSON value, each under a key that the client chooses."""
import os

from flask import Flask, request

app = Flask(__name__)
items = {}


@app.get('/items/<key>')
def get_item(key):
    return {'error': 'Not found'}, 404  # true while nothing is stored


# POST: {"value": V} comes in the body. Store V under the key, and answer 201.
@app.post('/items/<key>')
def post_item(key):
    value = request.get_json()['value']
    return {'error': 'POST is not written yet'}, 501


# PUT: store V, whether the key is taken or not.
@app.put('/items/<key>')
def put_item(key):
    return {'error': 'PUT is not written yet'}, 501


# DELETE: remove the item. Where there is none answer 404.
@app.delete('/items/<key>')
def delete_item(key):
    return {'error': 'DELETE is not written yet'}, 501


if __name__ == '__main__':
    app.run(host='127.0.0.1', port=int(os.environ.get('PORT', 8080)))
