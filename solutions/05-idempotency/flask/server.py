"""A server for items, any JSON value under a key that the client chooses, and for a list of tasks."""
import os
import uuid

from flask import Flask, abort, request, url_for

app = Flask(__name__)
items = {}
tasks = {}


@app.get('/items/<key>')
def get_item(key):
    if key not in items:
        abort(404)
    return {'value': items[key]}


@app.post('/items/<key>')
def post_item(key):
    items[key] = request.get_json()['value']
    return {'message': 'Item created'}, 201, {'Location': url_for('get_item', key=key)}


@app.put('/items/<key>')
def put_item(key):
    is_new = key not in items
    items[key] = request.get_json()['value']
    if is_new:
        return {'message': 'Item created'}, 201
    return {'message': 'Item updated'}


@app.delete('/items/<key>')
def delete_item(key):
    if key not in items:
        abort(404)
    del items[key]
    return {'message': 'Item deleted'}


@app.get('/tasks')
def list_tasks():
    return list(tasks.values())


@app.post('/tasks')
def create_task():
    task_id = uuid.uuid4().hex
    return store_task(task_id), 201, {'Location': url_for('get_task', task_id=task_id)}


@app.get('/tasks/<task_id>')
def get_task(task_id):
    if task_id not in tasks:
        abort(404)
    return tasks[task_id]


@app.post('/tasks/<task_id>')
def add_task(task_id):
    store_task(task_id)
    return {'message': 'Task added'}, 201, {'Location': url_for('get_task', task_id=task_id)}


def store_task(task_id):
    tasks[task_id] = {'id': task_id, 'description': request.get_json()['description'], 'complete': False}
    return tasks[task_id]


@app.put('/tasks/<task_id>')
def update_task(task_id):
    if task_id not in tasks:
        abort(404)
    task = tasks[task_id]
    task['complete'] = request.get_json().get('complete', task['complete'])
    return {'message': 'Task updated'}


@app.delete('/tasks/<task_id>')
def delete_task(task_id):
    if task_id not in tasks:
        abort(404)
    del tasks[task_id]
    return {'message': 'Task deleted'}


@app.errorhandler(404)
def not_found(_):
    return {'error': 'Not found'}, 404


if __name__ == '__main__':
    app.run(host='127.0.0.1', port=int(os.environ.get('PORT', 8080)))
