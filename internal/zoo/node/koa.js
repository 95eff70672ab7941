// Items and tasks with Koa, as its guide puts it together: helmet, cors, compress, a body parser and a router.
//
// What it chooses where the contract leaves a choice: compress works as soon as a client takes gzip; POST on an existing
// key or id is refused with 409; a PUT must have "complete"; the response to a write is the new state; an OPTIONS of CORS
// gets the fields of CORS; tasks are listed as they were added; an error has a code beside its text; Location has no host.
import cors from '@koa/cors'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import Koa from 'koa'
import compress from 'koa-compress'
import helmet from 'koa-helmet'

const app = new Koa()
const items = new Map()
const tasks = new Map()
let lastId = 0

// errors gives every refusal a body in JSON, also those of the router, and does not show what went wrong inside.
async function errors(ctx, next) {
  let message
  try {
    await next()
  } catch (error) {
    ctx.status = error.status ?? 500
    if (ctx.status === 500) console.error(error)
    else message = error.message
  }
  if (ctx.status >= 400 && !ctx.body) {
    const { status } = ctx
    ctx.body = { error: message ?? ctx.message, code: ctx.message.toUpperCase().replaceAll(' ', '_') }
    ctx.status = status
  }
}

// json wants a body in JSON that is an object. The parser makes {} of an empty body.
function json(ctx, next) {
  if (!ctx.is('application/json') && ctx.get('Content-Length') !== '0') ctx.throw(415, 'send application/json')
  const { body } = ctx.request
  if (body === null || typeof body !== 'object' || Array.isArray(body)) ctx.throw(400, 'send a JSON object')
  return next()
}

function member(ctx, name, type) {
  const { body } = ctx.request
  if (!Object.hasOwn(body, name)) ctx.throw(400, `${name} is missing`)
  if (type && typeof body[name] !== type) ctx.throw(422, `${name} has to be a ${type}`)
  return body[name]
}

function find(ctx, store, name) {
  if (!store.has(name)) ctx.throw(404, 'there is nothing here')
  return store.get(name)
}

function answer(ctx, status, state) {
  ctx.status = status
  ctx.body = state
}

const router = new Router({ sensitive: true })

router.get('/items/:key', (ctx) => answer(ctx, 200, find(ctx, items, ctx.params.key)))
router.post('/items/:key', json, (ctx) => {
  const value = member(ctx, 'value')
  if (items.has(ctx.params.key)) ctx.throw(409, 'the key exists already')
  items.set(ctx.params.key, { value })
  answer(ctx, 201, { value })
})
router.put('/items/:key', json, (ctx) => {
  const value = member(ctx, 'value')
  const status = items.has(ctx.params.key) ? 200 : 201
  items.set(ctx.params.key, { value })
  answer(ctx, status, { value })
})
router.delete('/items/:key', (ctx) => {
  find(ctx, items, ctx.params.key)
  items.delete(ctx.params.key)
  ctx.status = 204
})

router.get('/tasks', (ctx) => answer(ctx, 200, [...tasks.values()]))
router.post('/tasks', json, (ctx) => {
  const task = { id: '', description: member(ctx, 'description', 'string'), complete: false }
  do task.id = `${++lastId}`
  while (tasks.has(task.id))
  tasks.set(task.id, task)
  ctx.set('Location', router.url('task', { id: task.id }))
  answer(ctx, 201, task)
})
router.get('task', '/tasks/:id', (ctx) => answer(ctx, 200, find(ctx, tasks, ctx.params.id)))
router.post('/tasks/:id', json, (ctx) => {
  const { id } = ctx.params
  const task = { id, description: member(ctx, 'description', 'string'), complete: false }
  if (tasks.has(id)) ctx.throw(409, 'the id exists already')
  tasks.set(id, task)
  answer(ctx, 201, task)
})
router.put('/tasks/:id', json, (ctx) => {
  const complete = member(ctx, 'complete', 'boolean')
  answer(ctx, 200, Object.assign(find(ctx, tasks, ctx.params.id), { complete }))
})
router.delete('/tasks/:id', (ctx) => {
  find(ctx, tasks, ctx.params.id)
  tasks.delete(ctx.params.id)
  ctx.status = 204
})

app
  .use(errors)
  .use(helmet())
  .use(cors())
  .use(compress({ threshold: 0 }))
  .use(bodyParser({ enableTypes: ['json'], jsonLimit: '1mb' }))
  .use(router.routes())
  .use(router.allowedMethods())
  .listen(Number(process.env.PORT), '127.0.0.1')
