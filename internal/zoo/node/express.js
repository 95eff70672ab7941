// Items and tasks with Express.
//
// What it chooses where the contract leaves a choice: POST replaces what is there and answers 201 each time, as the course
// text does; the new representation is the answer to every write; the latest touched is the first in the list; Location is
// absolute. Express would add a tag of the answer's text to everything, PUT included, so that is switched off.
import express from 'express'

const app = express()
app.set('etag', false)
app.disable('x-powered-by')
app.set('case sensitive routing', true)

const items = new Map()
const tasks = new Map()
let lastId = 0

const fail = (status, message) => Object.assign(new Error(message), { status, expose: true })

// json wants a body in JSON that is an object. Of an empty one the parser would make {}.
const json = [
  (request, response, next) => next(request.get('Content-Length') === '0' ? fail(400, 'the body is empty') : undefined),
  (request, response, next) => next(request.get('Content-Type') && !request.is('json') ? fail(415, 'send application/json') : undefined),
  express.json({ limit: '1mb' }),
  ({ body }, response, next) => next(body && !Array.isArray(body) ? undefined : fail(400, 'send a JSON object')),
]

const has = (body, name) => Object.hasOwn(body, name)

function description(body) {
  if (typeof body.description !== 'string') throw fail(422, 'description has to be a text')
  return body.description
}

// on gives a path its methods, and every other method a 405 with what there is.
function on(path, methods) {
  const allow = [...Object.keys(methods).map((name) => name.toUpperCase()), 'HEAD', 'OPTIONS'].join(', ')
  const route = app.route(path)
  for (const [name, handlers] of Object.entries(methods)) route[name](handlers)
  route.options((request, response) => response.set('Allow', allow).json({ allow: allow.split(', ') }))
  route.all((request, response, next) => next(response.set('Allow', allow) && fail(405, `${request.method} is not done here`)))
}

function storeItem(status) {
  return (request, response) => {
    if (!has(request.body, 'value')) throw fail(422, 'value is missing')
    const { key } = request.params
    const isNew = !items.has(key)
    items.set(key, request.body.value)
    response.status(status ?? (isNew ? 201 : 200)).json({ value: request.body.value })
  }
}

on('/items/:key', {
  get({ params: { key } }, response) {
    if (!items.has(key)) throw fail(404, 'no such item')
    response.json({ value: items.get(key) })
  },
  post: [json, storeItem(201)],
  put: [json, storeItem()],
  delete({ params: { key } }, response) {
    if (!items.delete(key)) throw fail(404, 'no such item')
    response.json({ message: 'deleted' })
  },
})

function find(id) {
  const task = tasks.get(id)
  if (!task) throw fail(404, 'no such task')
  return task
}

// touch makes the task the first of the list.
function touch(task) {
  tasks.delete(task.id)
  tasks.set(task.id, task)
  return task
}

on('/tasks', {
  get(request, response) {
    response.json([...tasks.values()].reverse())
  },
  post: [json, ({ body, protocol, host }, response) => {
    const task = { id: '', description: description(body), complete: false }
    do task.id = String(++lastId)
    while (tasks.has(task.id))
    response.status(201).location(`${protocol}://${host}/tasks/${task.id}`).json(touch(task))
  }],
})

on('/tasks/:id', {
  get({ params: { id } }, response) {
    response.json(find(id))
  },
  post: [json, ({ params: { id }, body }, response) => {
    response.status(201).json(touch({ id, description: description(body), complete: false }))
  }],
  put: [json, ({ params: { id }, body }, response) => {
    const task = find(id)
    if (has(body, 'complete') && typeof body.complete !== 'boolean') throw fail(422, 'complete has to be true or false')
    response.json(touch({ ...task, complete: body.complete ?? task.complete }))
  }],
  delete({ params: { id } }, response) {
    tasks.delete(find(id).id)
    response.json({ message: 'deleted' })
  },
})

app.use((request, response, next) => next(fail(404, 'no such path')))

app.use((error, request, response, next) => {
  const status = error.status ?? 500
  if (status === 500) console.error(error)
  response.status(status).json({ error: error.expose ? error.message : 'that was our fault' })
})

app.listen(Number(process.env.PORT), '127.0.0.1')
