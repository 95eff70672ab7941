"""A server for items: any JSON value, each under a key that the client chooses."""
import os

from flask import Flask, abort, request

app = Flask(__name__)
items = {}


@app.get('/items/<key>')
def get_item(key):
    if key not in items:
        abort(404)
    return {'value': items[key]}


@app.post('/items/<key>')
def post_item(key):
    items[key] = request.get_json()['value']
    return {'message': 'Item created'}, 201


@app.put('/items/<key>')
def put_item(key):
    items[key] = request.get_json()['value']
    return {'message': 'Item updated'}


@app.delete('/items/<key>')
def delete_item(key):
    if key not in items:
        abort(404)
    del items[key]
    return {'message': 'Item deleted'}


@app.errorhandler(404)
def not_found(_):
    return {'error': 'Not found'}, 404


if __name__ == '__main__':
    app.run(host='127.0.0.1', port=int(os.environ.get('PORT', 8080)))
